# shellcheck shell=bash
# Faults: power, hangs, cut links.

power_off() {
    require_host "$1"
    kill_host "$1"
    say "$1 has lost power"
}

power_on() {
    local host=$1 hosts
    require_host "$host"
    if [[ -n $(host_process "$host") ]]; then
        say "$host has power already"
        return
    fi
    mapfile -t hosts < <(host_names)
    write_host_tables "${hosts[@]}"
    start_host "$host"
    step "$host boots" wait_for_hosts "$host"
}

signal_host() {
    local host=$1 signal=$2 pid
    require_host "$host"
    pid=$(host_process "$host")
    if [[ -z $pid ]]; then die "$host has no power" "hack/lab power-on $host --name $lab"; fi
    kill -"$signal" -- "-$pid"
}

hang_host() {
    signal_host "$1" STOP
    say "$1 hangs"
}

resume_host() {
    signal_host "$1" CONT
    say "$1 goes on"
}

cut_links() {
    local host=$1 network
    require_host "$host"
    for network in $(networks "${2:-all}"); do unplug "$host" "$network"; done
}

join_links() {
    local host=$1 network
    require_host "$host"
    for network in $(networks "${2:-all}"); do plug "$host" "$network"; done
}
