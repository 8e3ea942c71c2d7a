# shellcheck shell=bash
# Where the lab keeps things and how hosts, links and addresses are named.
# shellcheck disable=SC2034  # used by the other rooms

cache=${PERENE_LAB_CACHE:-/var/cache/perene-lab}
labs=/var/lib/perene-lab
shared_devices=4
management_prefix=10.77.0
storage_prefix=10.78.0

# use_lab NAME: everything below is about this lab from now on.
use_lab() {
    if [[ ! $1 =~ ^[a-z][a-z0-9-]{0,11}$ ]]; then
        die "'$1' is no name for a lab" "use a lower-case letter followed by at most 11 of a-z, 0-9 and -"
    fi
    lab=$1
    namespace=perene-$lab
    state=$labs/$lab
}

in_namespace() { ip netns exec "$namespace" "$@"; }

namespace_exists() { [[ -e /run/netns/$namespace ]]; }

require_lab() {
    if [[ ! -e $state/settings ]]; then
        die "there is no lab named $lab" "start it with: hack/lab up --name $lab"
    fi
}

# Names of the hosts that this lab has, running or not, in their order.
host_names() {
    local directory
    for directory in "$state"/host*/; do
        if [[ -d $directory ]]; then basename -- "$directory"; fi
    done | sort -V
}

require_host() {
    require_lab
    if [[ ! $1 =~ ^host[0-9]+$ || ! -d $state/$1 ]]; then
        die "lab $lab has no host '$1'" "its hosts: $(host_names | tr '\n' ' ')"
    fi
}

host_number() { printf '%s' "${1#host}"; }
management_address() { printf '%s.%d' "$management_prefix" $((10 + $(host_number "$1"))); }
storage_address() { printf '%s.%d' "$storage_prefix" $((10 + $(host_number "$1"))); }
# The name of an interface has 15 characters at most.
tap_name() { printf '%s-%.4s' "$1" "$2"; }

# Locally administered and below libvirt's fe: prefix of guests' taps, so that a host's bridge keeps
# its address when guests come and go.
mac_address() {
    local network=01
    if [[ $2 == storage ]]; then network=02; fi
    printf '02:fd:00:00:%s:%02x' "$network" "$(host_number "$1")"
}

# A UUID that stays the same for this host of this lab.
host_uuid() {
    local digest
    digest=$(printf 'perene-lab/%s/%s' "$lab" "$1" | sha256sum)
    printf '%s-%s-4%s-8%s-%s' "${digest:0:8}" "${digest:8:4}" "${digest:13:3}" "${digest:17:3}" "${digest:20:12}"
}

# Takes this lab's lock for the rest of the script. The lock is on the state directory itself, so
# nothing is left when the directory goes. Whatever runs on must be started with 9<&-.
lock_lab() {
    while :; do
        mkdir -p "$state"
        exec 9<"$state"
        if ! flock --timeout 120 9; then
            die "another command has been working on lab $lab for two minutes" "wait for it to end"
        fi
        if [[ /proc/self/fd/9 -ef $state ]]; then return; fi
    done
}
