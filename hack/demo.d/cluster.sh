# shellcheck shell=bash
# The demonstration's Kubernetes control plane.

cluster_up() {
    local programs
    programs=$("$here/control-plane" programs)
    kubectl_program=$programs/kubectl
    "$here/control-plane" up --name "$lab"
}

kubectl() { in_namespace "$kubectl_program" --kubeconfig "$state/kubeconfig" "$@"; }

# show ARGUMENT…: a kubectl command as a person would type it, and what it prints.
show() {
    printf '  $ kubectl %s\n' "$*"
    kubectl "$@" 2>&1 | sed 's/^/  /'
}

install_definitions() {
    step "CustomResourceDefinitions" apply_definitions
}

apply_definitions() {
    kubectl apply -f "$(repository_root)/crds" >/dev/null
    kubectl wait --for=condition=Established -f "$(repository_root)/crds" --timeout=30s >/dev/null
}

host_columns=NAME:.metadata.name,READY:'.status.conditions[?(@.type=="Ready")].status',VMS:.status.virtualMachines,WHY:'.status.conditions[?(@.type=="Ready")].message'
machine_columns=NAME:.metadata.name,STATUS:.status.printableStatus,HOST:.status.hostName,WHY:'.status.conditions[?(@.type=="Ready")].message'

# watch_until_ready SECONDS KIND COLUMNS NAME…: prints what changes, with the time that it took, until all
# are Ready.
watch_until_ready() {
    local seconds=$1 kind=$2 columns=$3
    shift 3
    printf '  $ kubectl get %s --watch\n' "$kind"
    (exec ip netns exec "$namespace" "$kubectl_program" --kubeconfig "$state/kubeconfig" \
        get "$kind" --watch --no-headers --output "custom-columns=$columns") 2>/dev/null \
        > >(print_changes "$(now)") &
    watcher=$!
    if ! kubectl wait --for=condition=Ready "$kind" "$@" --timeout="${seconds}s" >/dev/null 2>&1; then
        end_watch
        kubectl get "$kind" --output wide >&2
        die "not every $kind is Ready after $seconds s" "the column WHY above says what is missing; $state/operator.log"
    fi
    # So that the last row, which the wait saw as well, is printed too.
    sleep 0.3
    end_watch
}

# Rows that are not what they were: a name, two columns and a sentence.
print_changes() {
    local begin=$1 name first second rest row
    local -A before=()
    while read -r name first second rest; do
        row=$(printf '%-7s %-9s %-6s %s' "$name" "${first/<none>/-}" "${second/<none>/-}" "${rest/<none>/}")
        if [[ ${before[$name]:-} == "$row" ]]; then continue; fi
        before[$name]=$row
        printf '  %6s s  %s\n' "$(seconds_since "$begin")" "${row:0:130}"
    done
}

watcher=""
end_watch() {
    if [[ -n $watcher ]]; then
        kill "$watcher" 2>/dev/null || true
        wait "$watcher" 2>/dev/null || true
        watcher=""
    fi
}
