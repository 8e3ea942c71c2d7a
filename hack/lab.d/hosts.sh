# shellcheck shell=bash
# Hosts: their files, keys, start, readiness, and a shell in them.

host_disk_size=1G
local_disk_size=1G
shared_device_size=64M
boot_seconds=60

# Files that all hosts share, made by the first `up`.
create_lab() {
    local number
    if [[ -e $state/settings ]]; then return; fi
    mkdir -p "$state/shared" "$state/devices" "$state/uml"
    for ((number = 1; number <= shared_devices; number++)); do
        truncate -s "$shared_device_size" "$state/devices/shared$number"
    done
    ssh-keygen -q -t ed25519 -N '' -C "lab $lab" -f "$state/id_ed25519"
    : >"$state/known_hosts"
    printf 'memory=%q\nbase=%q\n' "$memory" "$base" >"$state/settings"
}

create_host() {
    local host=$1 directory=$state/$1
    if [[ -e $directory/boot/settings ]]; then return; fi
    mkdir -p "$directory/boot" "$directory/log"
    truncate -s "$host_disk_size" "$directory/disk"
    truncate -s "$local_disk_size" "$directory/local"
    mke2fs -q -F -t ext4 -L local "$directory/local"
    ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$directory/boot/ssh_host_ed25519_key"
    printf '%s %s\n' "$(management_address "$host")" "$(cut -d ' ' -f 1,2 "$directory/boot/ssh_host_ed25519_key.pub")" \
        >>"$state/known_hosts"
    cp "$state/id_ed25519.pub" "$directory/boot/authorized_keys"
    write_settings "$host" >"$directory/boot/settings"
}

write_settings() {
    local host=$1
    printf 'task=serve\nhost=%s\nuuid=%s\nmanagement=%s\nmanagement_mac=%s\nstorage=%s\nstorage_mac=%s\nshared_devices=%s\nstate=%s\n' \
        "$host" "$(host_uuid "$host")" "$(management_address "$host")" "$(mac_address "$host" management)" \
        "$(storage_address "$host")" "$(mac_address "$host" storage)" "$shared_devices" "$state"
}

# Every host knows the names of all: libvirt resolves the target's name in a migration.
write_host_tables() {
    local host other
    for host in "$@"; do
        for other in "$@"; do
            printf '%s %s\n' "$(management_address "$other")" "$other"
        done >"$state/$host/boot/hosts"
    done
}

# The processor of the Nth host. A host is one processor, its kernel and its processes hand over to each
# other at every system call, which is quicker when all of it stays on one processor of the machine.
processor_of() {
    local ranges range processors=()
    ranges=$(sed -n "s/^Cpus_allowed_list:[[:space:]]*//p" /proc/self/status)
    for range in ${ranges//,/ }; do
        mapfile -t -O "${#processors[@]}" processors < <(seq "${range%-*}" "${range#*-}")
    done
    printf "%s" "${processors[$1 % ${#processors[@]}]}"
}

# run_kernel DIRECTORY HOST MEBIBYTES [KERNEL ARGUMENT…]: becomes the host. The process is the leader
# of its own session and group, so that killing the group is a power loss. The namespace is entered by
# the caller, through $enter, which also chooses the processor.
run_kernel() {
    local directory=$1 host=$2 mebibytes=$3
    shift 3
    mkdir -p "$directory/uml"
    # The library path is for the kernel alone, not for this machine's setsid and ip.
    # shellcheck disable=SC2016
    exec setsid "${enter[@]}" bash -c 'cd "$1"; export TMPDIR=/dev/shm LD_LIBRARY_PATH=$1/usr/lib/x86_64-linux-gnu; shift; exec "$@"' \
        bash "$base/root" "$base/linux" "umid=$host" "uml_dir=$directory/uml" "mem=${mebibytes}M" \
        root=/dev/root rootfstype=hostfs "rootflags=$base/root" rw seccomp=on quiet con=null con0=null,fd:1 \
        "$@" init=/bin/busybox -- sh -c "\"mount -t hostfs -o hostfs=$directory/boot none /media; exec sh /media/enter\"" \
        8<&- 9<&-
}

start_host() {
    local host=$1 directory=$state/$1 number arguments=()
    add_taps "$host"
    rm -rf "$directory/boot/ready" "$directory/boot/failed" "$directory/uml"
    cp "$rooms"/host/* "$directory/boot/"
    rm -rf "$directory/boot/capabilities"
    cp -r "$base/capabilities" "$directory/boot/"
    if [[ -e $directory/console.log ]]; then mv "$directory/console.log" "$directory/console.log.1"; fi
    arguments+=("ubd0=$directory/disk" "ubd1=$directory/local")
    for ((number = 1; number <= shared_devices; number++)); do
        # c: shared between hosts, not locked.
        arguments+=("ubd$((number + 1))c=$state/devices/shared$number")
    done
    arguments+=("vec0:transport=tap,ifname=$(tap_name "$host" management),depth=64,mac=$(mac_address "$host" management)"
        "vec1:transport=tap,ifname=$(tap_name "$host" storage),depth=64,mac=$(mac_address "$host" storage)")
    enter=(taskset --cpu-list "$(processor_of "$(host_number "$host")")" ip netns exec "$namespace")
    run_kernel "$directory" "$host" "$memory" "${arguments[@]}" >"$directory/console.log" 2>&1 </dev/null &
    printf '%s\n' $! >"$directory/pid"
    disown
}

# The process group of a host that has power, else nothing.
host_process() {
    local pid
    pid=$(cat "$state/$1/pid" 2>/dev/null) || return 0
    if { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF "uml_dir=$state/$1/uml"; then
        printf '%s' "$pid"
    fi
}

# off, booting, running or hung
host_condition() {
    local pid
    pid=$(host_process "$1")
    if [[ -z $pid ]]; then
        echo off
    elif [[ $(awk '{ print $3 }' "/proc/$pid/stat") == T ]]; then
        echo hung
    elif [[ -e $state/$1/boot/ready ]]; then
        echo running
    else
        echo booting
    fi
}

kill_host() {
    local pid
    pid=$(host_process "$1")
    if [[ -n $pid ]]; then
        kill -KILL -- "-$pid"
        await 10 process_gone "$pid" || die "$1: process $pid does not end after SIGKILL" "look at /proc/$pid/stack"
    fi
    rm -f "$state/$1/pid" "$state/$1/boot/ready"
}

# A zombie that its parent has not yet reaped holds nothing any more.
process_gone() {
    local condition
    condition=$(awk '{ print $3 }' "/proc/$1/stat" 2>/dev/null || true)
    [[ -z $condition || $condition == Z ]]
}

wait_for_hosts() {
    local host
    for host in "$@"; do
        if ! await "$boot_seconds" host_settled "$host"; then boot_failed "$host" "not ready after $boot_seconds s"; fi
        if [[ ! -e $state/$host/boot/ready ]]; then
            boot_failed "$host" "$(cat "$state/$host/boot/failed" 2>/dev/null || echo "its kernel ended")"
        fi
        if [[ $(link_state "$host" management) == up ]] && ! run_in_host "$host" true </dev/null; then boot_failed "$host" "it is up, but ssh to $(management_address "$host") fails"; fi
    done
}

host_settled() {
    [[ -e $state/$1/boot/ready || -e $state/$1/boot/failed ]] || [[ -z $(host_process "$1") ]]
}

# The last of what a host's console says, without the kernel's stack dumps.
console_tail() { grep -vE '^ \[<[0-9a-f]+>\]|^( [0-9a-f]{8}){2,}|^(Stack|Call Trace):' "$1" | tail -n 25 >&2 || true; }

boot_failed() {
    say "--- end of $1's console ($state/$1/console.log)"
    console_tail "$state/$1/console.log"
    say "---"
    die "$1: $2" "see the console above; hack/lab down --name $lab, then up again, starts from nothing"
}

ssh_options=()
prepare_ssh() {
    ssh_options=(-F none -i "$state/id_ed25519" -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR
        -o StrictHostKeyChecking=yes -o "UserKnownHostsFile=$state/known_hosts" -o ConnectTimeout=5
        -o ServerAliveInterval=2 -o ServerAliveCountMax=5)
}

# run_in_host HOST [COMMAND…]: a shell there without COMMAND.
run_in_host() {
    local host=$1
    shift
    prepare_ssh
    in_namespace ssh "${ssh_options[@]}" "root@$(management_address "$host")" "$@"
}
