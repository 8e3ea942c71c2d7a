# shellcheck shell=bash
# The lab's network: a namespace with one bridge per network and two taps per host.

network_up() {
    if namespace_exists; then return; fi
    ip netns add "$namespace"
    in_namespace ip link set lo up
    add_bridge management "$management_prefix" 02:fd:00:00:01:fe
    add_bridge storage "$storage_prefix" 02:fd:00:00:02:fe
}

add_bridge() {
    local bridge=$1 prefix=$2
    # An address of its own, or it would take that of a tap and change it with every cut.
    in_namespace ip link add "$bridge" address "$3" type bridge forward_delay 0
    in_namespace ip address add "$prefix.1/24" dev "$bridge"
    in_namespace ip link set "$bridge" up
    # Hosts verify checksums: one left to "the hardware" by the namespace arrives as a bad one.
    in_namespace ethtool -K "$bridge" tx off >/dev/null 2>&1
}

# Unplugged, a tap is an interface of the namespace itself, which must neither answer nor hear it there.
# shellcheck disable=SC2016
mute_tap='
    echo 8 >"/proc/sys/net/ipv4/conf/$1/arp_ignore"
    echo 1 >"/proc/sys/net/ipv4/conf/$1/rp_filter"
    echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"'

add_taps() {
    local host=$1 network tap
    for network in management storage; do
        tap=$(tap_name "$host" "$network")
        if ! in_namespace test -e "/sys/class/net/$tap"; then
            in_namespace ip tuntap add dev "$tap" mode tap
            in_namespace bash -c "$mute_tap" bash "$tap"
            in_namespace ip link set "$tap" master "$network" up
        fi
    done
}

network_down() {
    if ! namespace_exists; then return; fi
    local pid
    for pid in $(ip netns pids "$namespace"); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    ip netns delete "$namespace"
}

# The networks that the argument of cut and join stands for.
networks() {
    case ${1:-all} in
        management | storage) printf '%s\n' "$1" ;;
        all) printf 'management\nstorage\n' ;;
        *) die "there is no network '$1'" "use management, storage or all" ;;
    esac
}

# unplug HOST NETWORK, plug HOST NETWORK: takes the tap out of its bridge and back. It is not set down: that
# would be an error to user-mode Linux, from which its network card never recovers. And a bridge's port that
# is only disabled is enabled again by the next carrier change, that is by a power-on.
unplug() { in_namespace ip link set "$(tap_name "$1" "$2")" nomaster; }
plug() { in_namespace ip link set "$(tap_name "$1" "$2")" master "$2"; }

link_state() {
    if in_namespace test -e "/sys/class/net/$(tap_name "$1" "$2")/brport"; then echo up; else echo cut; fi
}
