# shellcheck shell=bash
# The hosts' root: Debian unstable with libvirt, QEMU, drbd-utils and user-mode Linux, made once and
# kept in the cache. Hosts only read it; what they write goes to an overlay in their memory.
#
#   $cache/current-KEY -> base.XXXXXX   replaced as a whole by `renew`; KEY stands for the list of packages
#     root/          the file system
#     linux          user-mode Linux, runnable on a machine with an older C library
#     capabilities/  what libvirt found out about QEMU, so that hosts need not ask again
#     versions       of what matters in there

host_packages=(libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils drbd-utils openssh-server
    kmod iproute2 tini busybox-static iputils-ping lvm2 e2fsprogs procps user-mode-linux ovmf)
versioned_packages=(user-mode-linux libvirt-daemon qemu-system-x86 drbd-utils ovmf)

# Another list of packages has a base of its own, so that a checkout with another list keeps the one it knows.
current_base() { printf '%s/current-%.8s' "$cache" "$(printf '%s\n' "${host_packages[@]}" | sha256sum)"; }

# Builds the base if there is none. Several labs may ask at once: one builds, the others wait.
ensure_base() {
    local current
    current=$(current_base)
    mkdir -p "$cache"
    exec 8<"$cache"
    if ! flock --nonblock 8; then
        step "Waiting for another build of the hosts' root" flock 8
    fi
    if [[ ! -e $current/versions ]]; then build_base; fi
    exec 8<&-
    base=$(readlink -f -- "$current")
}

renew_base() {
    local other
    for other in "$labs"/*/; do
        if [[ -d $other && $(lab_base "$other") == $(readlink -f -- "$(current_base)") ]]; then
            die "lab $(basename -- "$other") uses the present root" "hack/lab down --name $(basename -- "$other")"
        fi
    done
    mkdir -p "$cache"
    exec 8<"$cache"
    flock 8
    build_base
    remove_unused_bases
    exec 8<&-
}

# The base that a lab's hosts were started from. A lab that does not say so yet may use any.
lab_base() { sed -n 's/^base=//p' "$1/settings" 2>/dev/null || true; }

# Bases that are nobody's present one any more, neither a lab's nor another checkout's.
remove_unused_bases() {
    local old link other used
    for old in "$cache"/base.*/; do
        used=""
        for link in "$cache"/current*; do
            if [[ $link -ef $old ]]; then used=yes; fi
        done
        for other in "$labs"/*/; do
            if [[ -d $other && ($(lab_base "$other") -ef $old || -z $(lab_base "$other")) ]]; then used=yes; fi
        done
        if [[ -z $used && -d $old ]]; then rm -rf "$old"; fi
    done
}

build_base() {
    local building finished current
    # Builds that were killed; the lock says that none is running.
    rm -rf "$cache"/building.*
    building=$(mktemp -d "$cache/building.XXXXXX")
    scratch=$building
    chmod 0755 "$building"
    build_log=$cache/build.log
    : >"$build_log"
    step "Debian unstable: base system" run_debootstrap "$building/root"
    step "Debian unstable: ${#host_packages[@]} packages" install_host_packages "$building/root"
    step "Kernel and modules" extract_kernel "$building"
    record_versions "$building"
    step "libvirt's questions to QEMU" learn_capabilities "$building"
    finished=$cache/base.${building##*.}
    mv "$building" "$finished"
    scratch=""
    current=$(current_base)
    ln -sfn "$(basename -- "$finished")" "$cache/new.${building##*.}"
    mv -T "$cache/new.${building##*.}" "$current"
}

# The Debian mirror that this machine's apt uses, or nothing (debootstrap then takes its default).
debian_mirror() {
    # shellcheck disable=SC2016  # apt fills these in
    apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' 2>/dev/null |
        awk '$1 == "Debian" && $2 == "main" && $3 !~ /security/ && !found++ { print $3 }' || true
}

build_failed() {
    say "--- end of $build_log"
    grep -E '^(E:|W:|dpkg: error|Err:)|unmet|unable|failed' "$build_log" | tail -n 12 >&2 || tail -n 12 "$build_log" >&2
    die "the hosts' root could not be made: $1" "$2"
}

run_debootstrap() {
    local root=$1 mirror
    mirror=$(debian_mirror)
    if ! debootstrap --variant=minbase --include=ca-certificates sid "$root" ${mirror:+"$mirror"} >>"$build_log" 2>&1; then
        if [[ -e $root/debootstrap/debootstrap.log ]]; then tail -n 20 "$root/debootstrap/debootstrap.log" >>"$build_log"; fi
        build_failed "debootstrap failed" "see $build_log; unstable moves: if a package is broken there, try again later"
    fi
}

install_host_packages() {
    local root=$1
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    apt-config dump | grep -E '^Acquire::(http|https)::' >"$root/etc/apt/apt.conf.d/00machine" || true
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 0755 "$root/usr/sbin/policy-rc.d"
    printf 'path-exclude=/usr/share/%s/*\n' doc man locale info lintian >"$root/etc/dpkg/dpkg.cfg.d/lab"
    echo force-unsafe-io >>"$root/etc/dpkg/dpkg.cfg.d/lab"
    # The mount lives and dies with its own mount namespace, however this script ends.
    # shellcheck disable=SC2016
    if ! DEBIAN_FRONTEND=noninteractive LC_ALL=C unshare --mount sh -ec '
        root=$1; shift
        mount -t proc proc "$root/proc"
        exec chroot "$root" apt-get install -y --no-install-recommends "$@"' \
        sh "$root" "${host_packages[@]}" >>"$build_log" 2>&1 </dev/null; then
        build_failed "apt-get failed in it" "see $build_log; unstable moves: if a package is broken there, try again later"
    fi
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin
}

# User-mode Linux needs the C library of its own distribution. Its interpreter is therefore made
# relative ("lib64/ld-…" instead of "/lib64/ld-…"): started in the root's directory it finds that
# root's loader. Naming the loader on the command line instead moves the program break, which the
# kernel takes for its memory.
extract_kernel() {
    local root=$1/root release
    release=$(basename -- "$root"/usr/lib/uml/modules/*)
    if [[ ! -e $root/usr/bin/linux.uml || ! -d $root/usr/lib/uml/modules/$release ]]; then
        die "no kernel in the package user-mode-linux of unstable" "has it moved its files? see $root/usr"
    fi
    LC_ALL=C sed 's|/lib64/ld-linux-x86-64\.so\.2\x00|lib64/ld-linux-x86-64.so.2\x00\x00|' \
        "$root/usr/bin/linux.uml" >"$1/linux"
    chmod 0755 "$1/linux"
    mkdir -p "$root/lib/modules"
    ln -sfn "/usr/lib/uml/modules/$release" "$root/lib/modules/$release"
    chroot "$root" depmod "$release"
}

record_versions() {
    # shellcheck disable=SC2016
    chroot "$1/root" dpkg-query --showformat '${Package} ${Version}\n' --show "${versioned_packages[@]}" >"$1/versions"
    printf 'linux %s\n' "$(basename -- "$1"/root/usr/lib/uml/modules/*)" >>"$1/versions"
}

version_line() { awk '{ printf "%s%s %s", (NR > 1 ? ", " : ""), $1, $2 } END { print "" }' "$base/versions"; }

# Boots one host without a network, only to let libvirt look at QEMU.
learn_capabilities() {
    local work=$1/learn
    base=$1
    mkdir -p "$1/capabilities" "$work/boot"
    cp "$rooms"/host/* "$work/boot/"
    printf 'task=learn\nhost=learn\nuuid=%s\n' "$(cat /proc/sys/kernel/random/uuid)" >"$work/boot/settings"
    enter=(taskset --cpu-list "$(processor_of 0)")
    run_kernel "$work" learn 1024 >"$work/console.log" 2>&1 </dev/null &
    local pid=$!
    await 300 learning_ended "$work" "$pid" || true
    if [[ ! -e $work/boot/learned ]]; then
        console_tail "$work/console.log"
        kill -KILL -- "-$pid" || true
        die "libvirt in the new root does not answer" "see above; unstable may be broken today, try again later"
    fi
    kill -KILL -- "-$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    cp "$work"/boot/capabilities/*.xml "$1/capabilities/"
    rm -rf "$work"
}

learning_ended() { [[ -e $1/boot/learned || -e $1/boot/failed ]] || process_gone "$2"; }
