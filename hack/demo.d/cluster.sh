# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # shared with hack/demo and its other parts
# The demonstration's Kubernetes control plane, and kubectl.

# real, or mock where no real one is found
control_plane=real

cluster_up() {
    local programs
    if programs=$("$here/control-plane" programs 2>&1); then
        kubectl_program=$programs/kubectl
        "$here/control-plane" up --name "$lab"
    else
        control_plane=mock
        mock_up "${programs%%$'\n'*}"
    fi
}

kubectl() { in_namespace "$kubectl_program" --kubeconfig "$state/kubeconfig" "$@"; }

# show ARGUMENT…: a kubectl command as a person would type it, and what it prints.
show() {
    printf '  $ kubectl %s\n' "$*"
    kubectl "$@" 2>&1 | sed 's/^/  /'
}

# apply FILE: FILE may be a folder, or - for standard input.
apply() {
    if [[ $control_plane == real ]]; then
        kubectl apply --filename "$1"
    else
        kubectl apply --validate=false --filename "$1"
    fi
}

install_definitions() {
    step "CustomResourceDefinitions" apply_definitions
}

apply_definitions() {
    apply "$(repository_root)/crds" >/dev/null
    apply - >/dev/null <<<'{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "perene-system"}}'
    if [[ $control_plane == real ]]; then
        kubectl wait --for=condition=Established -f "$(repository_root)/crds" --timeout=30s >/dev/null
    fi
}

# show_table KIND COLUMNS [OPTION…]: the kind's own columns, or COLUMNS where the server knows none.
show_table() {
    local kind=$1 columns=$2
    shift 2
    if [[ $control_plane == real ]]; then
        show get "$kind" "$@"
    else
        printf '  $ kubectl get %s --output custom-columns=…\n' "$kind"
        kubectl get "$kind" "$@" --output "custom-columns=$columns" | cut -c 1-130 | sed 's/^/  /'
    fi
}

host_columns=NAME:.metadata.name,READY:'.status.conditions[?(@.type=="Ready")].status',VMS:.status.virtualMachines,WHY:'.status.conditions[?(@.type=="Ready")].message'
machine_columns=NAME:.metadata.name,STATUS:.status.printableStatus,HOST:.status.hostName,WHY:'.status.conditions[?(@.type=="Ready")].message'

# watch_until_ready SECONDS KIND COLUMNS NAME…: prints what changes, with the time that it took, until all
# are Ready.
watch_until_ready() {
    local seconds=$1 kind=$2 columns=$3
    shift 3
    printf '  $ kubectl get %s --watch\n' "$kind"
    watch_rows "$kind" "$columns" > >(print_changes "$(now)") 2>/dev/null &
    watcher=$!
    if ! await "$seconds" all_ready "$kind" "$@"; then
        end_watch
        show_table "$kind" "$columns" >&2
        die "not every $kind is Ready after $seconds s" "the last column above says why; $state/operator.log"
    fi
    # So that the last row is printed too.
    sleep 0.5
    end_watch
}

# watch_rows KIND COLUMNS: becomes kubectl, where the server can be watched by it.
watch_rows() {
    local command=(ip netns exec "$namespace" "$kubectl_program" --kubeconfig "$state/kubeconfig"
        get "$1" --no-headers --output "custom-columns=$2")
    if [[ $control_plane == real ]]; then exec "${command[@]}" --watch; fi
    while "${command[@]}"; do sleep 0.3; done
}

all_ready() {
    local kind=$1 statuses
    shift
    statuses=$(kubectl get "$kind" "$@" --no-headers \
        --output custom-columns='READY:.status.conditions[?(@.type=="Ready")].status' 2>/dev/null) || return 1
    [[ -n $statuses ]] && ! grep -qvx True <<<"$statuses"
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
