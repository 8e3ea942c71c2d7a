#!/usr/bin/env bash
# Plants violations in consoles of test guests and sees whether check-writes finds each of them.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# expect NAME STATUS SUMMARY LOG…: each LOG is the text of one host's console.
expect() {
    local name=$1 status=$2 summary=$3 logs=() output actual=0 text
    shift 3
    for text in "$@"; do
        logs+=("$work/log$((${#logs[@]} + 1))")
        printf '%b' "$text" >"${logs[-1]}"
    done
    output=$("$here/../lab" check-writes "${logs[@]}") || actual=$?
    if [[ $actual == "$status" && $output == *"$summary"* ]]; then
        echo "ok    $name"
    else
        printf 'FAIL  %s: exit %s instead of %s\n%s\n' "$name" "$actual" "$status" "$output"
        failures=$((failures + 1))
    fi
}

a=aaaaaaaa b=bbbbbbbb c=cccccccc none=00000000
boot() { printf '\\r\\nBOOT session=%s found seq=%s session=%s\\r\\n' "$1" "$2" "$3"; }
ack() { local seq; for ((seq = $2; seq <= $3; seq++)); do printf 'ACK seq=%s session=%s\\r\\n' "$seq" "$1"; done; }

expect "one session" 0 "sessions=1 acked=5 lost=0 foreign=0 overlapping=0" "$(boot $a 0 $none)$(ack $a 1 5)"
expect "a failover between hosts" 0 "sessions=2 acked=9 lost=0 foreign=0 overlapping=0" \
    "$(boot $b 5 $a)$(ack $b 6 9)" "$(boot $a 0 $none)$(ack $a 1 5)"
expect "a migrated session" 0 "sessions=1 acked=9 lost=0" "$(boot $a 0 $none)$(ack $a 1 5)" "$(ack $a 6 9)"
expect "the last write was not acknowledged" 0 "acked=7 lost=0" "$(boot $a 0 $none)$(ack $a 1 5)$(boot $b 6 $a)$(ack $b 7 8)"
expect "half a line at the end of a session" 0 "sessions=2 acked=6 lost=0" \
    "$(boot $a 0 $none)$(ack $a 1 5)ACK seq=99$(boot $b 5 $a)$(ack $b 6 6)"
expect "a session that wrote nothing, before one that did" 0 "sessions=3 acked=8 lost=0 foreign=0 overlapping=0" \
    "$(boot $a 0 $none)$(ack $a 1 5)$(boot $b 5 $a)$(boot $c 5 $a)$(ack $c 6 8)"
expect "an acknowledged write is lost" 1 "lost=2" "$(boot $a 0 $none)$(ack $a 1 5)" "$(boot $b 3 $a)"
expect "the disk is empty after a failover" 1 "lost=5" "$(boot $a 0 $none)$(ack $a 1 5)$(boot $b 0 $none)"
expect "the disk went back after a session" 1 "lost=3" \
    "$(boot $a 0 $none)$(ack $a 1 5)$(boot $b 5 $a)$(ack $b 6 8)$(boot $c 5 $a)"
expect "two writers" 1 "overlapping=3" "$(boot $a 0 $none)$(ack $a 1 8)" "$(boot $b 5 $a)$(ack $b 6 9)"
expect "one session alive on two hosts" 1 "overlapping=2" "$(boot $a 0 $none)$(ack $a 1 5)" "$(ack $a 4 5)"
expect "a foreign record" 1 "foreign=1" "$(boot $a 0 $none)$(ack $a 1 5)FOREIGN seq=7 session=$b instead of seq=5 session=$a\r\n"
expect "another's record under an acknowledged number" 1 "overlapping=1" "$(boot $a 0 $none)$(ack $a 1 5)$(boot $b 5 $c)"
expect "a session without its beginning" 1 "BOOT line is missing" "$(ack $a 1 5)"
expect "nothing at all" 2 "no session" ""

exit $((failures > 0))
