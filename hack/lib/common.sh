# shellcheck shell=bash
# Shell functions shared by the scripts in hack/. Source it after `set -euo pipefail`.
#
# Progress and errors go to standard error: standard output belongs to the result.

repository_root() {
    local here
    here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
    readlink -f -- "$here/../.."
}

program_name() { printf 'hack/%s' "$(basename -- "$0")"; }

say() { printf '%s\n' "$*" >&2; }

# die MESSAGE [FIX]: says what went wrong and what to do about it, and ends the script.
die() {
    say "$(program_name): ${current_step:+$current_step: }$1"
    if [[ -n ${2:-} ]]; then say "  fix: $2"; fi
    current_step=""
    exit 1
}

# Microseconds since the epoch, without starting a process.
now() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

# seconds_since START: "1.2" for a START that came from now().
seconds_since() {
    local elapsed=$(($(now) - $1))
    printf '%d.%d' $((elapsed / 1000000)) $((elapsed / 100000 % 10))
}

current_step=""

# step LABEL COMMAND…: runs COMMAND and reports how long it took. The command is not run as a
# condition, so `set -e` stays in force inside it; report_failed_step names the step when it ends
# the script.
step() {
    local label=$1 begin
    shift
    current_step=$label
    begin=$(now)
    if [[ -t 2 ]]; then printf '  %s …\r' "$label" >&2; fi
    "$@"
    printf '  %-52s %6s s\n' "$label" "$(seconds_since "$begin")" >&2
    current_step=""
}

# To be called first thing in an EXIT trap, with the exit status.
report_failed_step() {
    local status=$1
    if ((status != 0)) && [[ -n $current_step ]]; then
        say "$(program_name): $current_step: failed with exit status $status"
    fi
}

# await SECONDS COMMAND…: repeats COMMAND until it succeeds; fails when the time is over.
await() {
    local deadline=$(($(now) + $1 * 1000000))
    shift
    until "$@"; do
        if (($(now) > deadline)); then return 1; fi
        sleep 0.05
    done
}

require_root() {
    if ((EUID != 0)); then
        die "needs root (namespaces, taps, mounts)" "run it again with sudo"
    fi
}

# require_packages COMMAND=PACKAGE…: installs the Debian packages of the commands that are missing
# when root, otherwise lists them.
require_packages() {
    local pair missing=()
    for pair in "$@"; do
        if ! PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%=*}" >/dev/null; then
            missing+=("${pair#*=}")
        fi
    done
    if ((${#missing[@]} == 0)); then return; fi
    if ((EUID != 0)); then
        die "missing Debian packages: ${missing[*]}" "sudo apt-get install ${missing[*]}"
    fi
    step "Installing Debian packages ${missing[*]}" install_packages "${missing[@]}"
}

# require_library SONAME PACKAGE: the same for a shared library.
require_library() {
    if PATH="$PATH:/usr/sbin:/sbin" ldconfig -p | grep -F "$1 " >/dev/null; then return; fi
    if ((EUID != 0)); then die "missing library $1 (Debian package $2)" "sudo apt-get install $2"; fi
    step "Installing Debian package $2" install_packages "$2"
}

install_packages() {
    local log
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
        >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        die "apt-get could not install $*" "see apt's output above; is the mirror reachable?"
    fi
    rm -f "$log"
}

java_major() {
    "$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p'
}

# Prints the home of a JDK 25: JAVA_HOME when it is one, else one under /usr/lib/jvm.
find_jdk25() {
    local home seen=""
    for home in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*; do
        if [[ ! -x $home/bin/javac ]]; then continue; fi
        if [[ $(java_major "$home/bin/java") == 25 ]]; then
            printf '%s\n' "$home"
            return
        fi
        seen+=" $home"
    done
    die "no JDK 25 found${seen:+ (looked at:$seen)}" \
        "install a JDK 25 under /usr/lib/jvm or set JAVA_HOME to its folder"
}
