# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # shared with hack/demo and its other parts
# What the demonstration shows, in its order.

examples=$(repository_root)/deploy/examples
machines=virtualmachines.perene.dev
hypervisors=hypervisors.perene.dev
till_address=10.77.0.101
kiosk_address=10.77.0.102

tell_story() {
    declare_hosts
    prepare_disks
    declare_machines
    kill_qemu
    look_back
}

declare_hosts() {
    chapter "The hosts are declared: a Secret with the operator's SSH key, a Hypervisor each"
    printf '  $ hack/lab hypervisors --name %s | kubectl apply --filename -\n' "$lab"
    "$here/lab" hypervisors --name "$lab" | apply - | sed 's/^/  /'
    watch_until_ready 60 "$hypervisors" "$host_columns"
}

prepare_disks() {
    chapter "Their disks: a small test guest that numbers its writes and says which were acknowledged"
    # Under a guest that may run, a disk is not written again.
    if [[ -z $(kubectl get "$machines" till --ignore-not-found --output name) ]]; then
        step "Test guest onto the shared device" \
            "$here/lab" guest-image shared1 --address "$till_address" --name "$lab"
    fi
    step "Test guest as a file that only host1 has" write_local_disk
}

write_local_disk() {
    if "$here/lab" ssh host1 test -e /srv/local/kiosk.img --name "$lab"; then return; fi
    scratch=$(mktemp -d)
    "$here/lab" guest-image "$scratch/kiosk.img" --address "$kiosk_address" --name "$lab"
    "$here/lab" ssh host1 "cat >/srv/local/kiosk.new && mv /srv/local/kiosk.new /srv/local/kiosk.img" --name "$lab" \
        <"$scratch/kiosk.img"
}

declare_machines() {
    local file
    chapter "Two VMs are declared: till on the shared device, kiosk on the file that only host1 has"
    for file in "$examples"/virtualmachine-*.yaml; do
        printf '  $ kubectl apply --filename deploy/examples/%s\n' "${file##*/}"
        apply "$file" | sed 's/^/  /'
    done
    watch_until_ready 90 "$machines" "$machine_columns" till kiosk
    step "till answers ping ($till_address)" await_ping "$till_address"
    step "kiosk answers ping ($kiosk_address)" await_ping "$kiosk_address"
}

answers_ping() { in_namespace ping -q -n -c 1 -W 0.2 "$1" >/dev/null 2>&1; }

await_ping() {
    if ! await 30 answers_ping "$1"; then die "$1 does not answer ping after 30 s" "hack/lab status --name $lab"; fi
}

till_field() { kubectl get "$machines" till --output "jsonpath={$1}"; }

kill_qemu() {
    local host domain log restarts boots begin booted answered connection
    host=$(till_field .status.hostName)
    domain=perene-$(till_field .metadata.uid)
    restarts=$(till_field .status.restarts)
    log=$state/$host/log/$domain-console.log
    chapter "The QEMU of till is killed on $host (SIGKILL)"
    boots=$(grep -c 'BOOT session' "$log" || true)
    # The clock starts when the host says that it is about to kill.
    exec {connection}< <("$here/lab" ssh "$host" "echo now; kill -KILL \$(cat /run/libvirt/qemu/$domain.pid)" --name "$lab")
    if ! read -r -u "$connection" _; then die "till's QEMU could not be killed on $host" "hack/lab status --name $lab"; fi
    begin=$(now)
    exec {connection}<&-
    if ! await 60 has_booted "$log" "$boots"; then
        die "till is not back after 60 s" "kubectl describe vm till; $state/operator.log"
    fi
    booted=$(milliseconds_since "$begin")
    await_ping "$till_address"
    answered=$(milliseconds_since "$begin")
    if ! await 30 has_restarted "$restarts"; then die "the status does not count the restart" "$state/operator.log"; fi
    printf '  killed\n  +%s  the guest runs again\n  +%s  it answers ping\n' \
        "$(as_seconds "$booted")" "$(as_seconds "$answered")"
    show_table "$machines" "$machine_columns"
    chapter "What the guest's own log says"
    grep -E 'BOOT session' "$log" | tail -n 2 | tr -d '\r' | sed 's/^/  /'
    printf '  $ hack/lab check-writes LOG\n  '
    "$here/lab" check-writes "$state"/host*/log/"$domain"-console.log || die "the guest lost something" "read $log"
    say "  Nothing that was acknowledged is lost, and nobody else wrote."
}

has_booted() { (($(grep -c 'BOOT session' "$1") > $2)); }

has_restarted() { (($(till_field .status.restarts) > $1)) && [[ $(till_field .status.printableStatus) == Running ]]; }

milliseconds_since() { printf '%d' $((($(now) - $1) / 1000)); }

as_seconds() { printf '%d.%03d s' $(($1 / 1000)) $(($1 % 1000)); }

look_back() {
    chapter "What kubectl shows"
    show_table "$hypervisors" "$host_columns"
    show_table "$machines" "$machine_columns" --all-namespaces
    printf '\n  $ kubectl get events\n'
    kubectl get events --all-namespaces --sort-by=.metadata.creationTimestamp \
        --output custom-columns=TIME:.metadata.creationTimestamp,TYPE:.type,KIND:.involvedObject.kind,NAME:.involvedObject.name,REASON:.reason,MESSAGE:.message |
        awk 'NR == 1 { print; next } $3 == "VirtualMachine" || $3 == "Hypervisor"' | tail -n 12 | cut -c 1-160 | sed 's/^/  /'
}

how_to_go_on() {
    local kubectl="hack/control-plane kubectl --name $lab" control_plane_logs="$state/control-plane/       API server and etcd"
    if [[ $control_plane == mock ]]; then
        kubectl="hack/lab exec --name $lab -- $kubectl_program --kubeconfig $state/kubeconfig"
        control_plane_logs="$state/mock.log             requests to the mock server"
    fi
    cat <<END

  kubectl     $kubectl get hv,vm --all-namespaces
  any client  hack/lab exec --name $lab -- env KUBECONFIG=$state/kubeconfig COMMAND…
  edit        $kubectl patch vm till --type merge \\
                  --patch '{"spec":{"runStrategy":"Halted"}}'       (and Always again)
  console     hack/lab console --name $lab default/till              (leave with Ctrl-])
  power off   hack/lab power-off --name $lab host1                   (its VMs turn Unknown: there is no failover yet)
              hack/lab power-on --name $lab host1                    (and they are started again)
  validate    hack/perene validate deploy/examples/*.yaml
  metrics     hack/lab exec --name $lab -- curl -s http://127.0.0.1:8080/q/metrics
  logs        $state/operator.log
              $state/host1/log/           guests' consoles
              $control_plane_logs
  the end     hack/demo --down$([[ $lab == demo ]] || printf " --name %s" "$lab")
END
}
