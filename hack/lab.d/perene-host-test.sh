#!/usr/bin/env bash
# Decision tables of perene-host, under dash and under BusyBox, with a drbdsetup and a drbdadm that say what
# the case wants and note what they were told.
# shellcheck disable=SC2317,SC2034  # the cases are called by their names
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
program=$here/../../src/main/resources/perene-host/perene-host
pom=$here/../../pom.xml
work=$(mktemp -d)
waiting=()
victim=""
clean() {
    if ((${#waiting[@]} > 0)); then kill "${waiting[@]}" 2>/dev/null || true; fi
    if [[ -n $victim ]]; then kill -KILL "$victim" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap clean EXIT
failures=0
checks=0

# Every case begins with a fresh host: attached volume v, witness i/5, Connected and UpToDate, Secondary.
fresh() {
    if ((${#waiting[@]} > 0)); then kill "${waiting[@]}" 2>/dev/null || true; fi
    waiting=()
    export PERENE_ROOT=$work/root
    rm -rf "$PERENE_ROOT" "$work/drbd"
    mkdir -p "$PERENE_ROOT/proc/sys/kernel/random" "$PERENE_ROOT/run/perene/attach" "$PERENE_ROOT/etc/drbd.d" "$PERENE_ROOT/dev" \
        "$PERENE_ROOT/usr" "$PERENE_ROOT/var/lib" "$PERENE_ROOT/etc/libvirt" "$PERENE_ROOT/root" "$work/drbd"
    echo boot-1 >"$PERENE_ROOT/proc/sys/kernel/random/boot_id"
    : >"$PERENE_ROOT/dev/kmsg"
    printf 'attachID=a1\nbootID=boot-1\nminors=1\n' >"$PERENE_ROOT/run/perene/attach/v"
    kernel Secondary Connected UpToDate UpToDate
    : >"$work/drbd/told"
    host witness write v i 5 100
}

# kernel ROLE CONNECTION DISK PEER-DISK [SUSPENDED]
kernel() {
    {
        echo "exists resource name:v role:$1 suspended:${5:-no}"
        echo "exists connection name:v peer-node-id:0 conn-name:peer connection:$2 role:Unknown"
        echo "exists device name:v volume:0 minor:1 disk:$3"
        echo "exists peer-device name:v peer-node-id:0 conn-name:peer volume:0 replication:Off peer-disk:$4"
        echo "exists -"
    } >"$work/drbd/events.new"
    mv "$work/drbd/events.new" "$work/drbd/events"
}

absent() { echo "exists -" >"$work/drbd/events"; }

mkdir -p "$work/bin"
cat >"$work/bin/drbdsetup" <<END
#!/bin/sh
case \$1 in
    events2) cat $work/drbd/events; [ "\$2" = --now ] || sleep 100 ;;
    show) cat $work/drbd/show 2>/dev/null; exit 0 ;;
esac
END
cat >"$work/bin/drbdadm" <<END
#!/bin/sh
case \$1 in dump | get-gi) exit 0 ;; esac
echo "\$*" >>$work/drbd/told
if [ -e $work/drbd/then ]; then sh $work/drbd/then; fi
[ ! -e $work/drbd/fails ]
END
chmod +x "$work"/bin/*
export PATH=$work/bin:$PATH

host() { "${shell[@]}" "$program" "$@"; }

ok() {
    checks=$((checks + 1))
    echo "ok    $1"
}

fail() {
    checks=$((checks + 1))
    failures=$((failures + 1))
    printf 'FAIL  %s: %s\n' "$1" "$2"
}

# expect SENTENCE STATUS VERB…: also keeps what was said in $said.
expect() {
    local sentence=$1 wanted=$2 actual=0
    shift 2
    said=$(host "$@" 2>&1 </dev/null) || actual=$?
    if [[ $actual == "$wanted" ]]; then ok "$sentence"; else fail "$sentence" "exit $actual instead of $wanted: $said"; fi
}

# expect_text SENTENCE PATTERN TEXT
expect_text() {
    # shellcheck disable=SC2053  # a pattern
    if [[ $3 == $2 ]]; then ok "$1"; else fail "$1" "'$3' is not like '$2'"; fi
}

told() { cat "$work/drbd/told"; }

# call_in_background: a handler; its call in $call, its process in $handler.
call_in_background() {
    local before=${call:-}
    DRBD_RESOURCE=v DRBD_PEER=other "${shell[@]}" "$program" fence-peer 7>&- &
    handler=$!
    waiting+=("$handler")
    for _ in {1..100}; do
        call=$(ls "$PERENE_ROOT/run/perene/calls/v" 2>/dev/null || true)
        if [[ $call =~ ^[0-9a-f]{32}$ && $call != "$before" ]]; then return; fi
        sleep 0.05
    done
    fail "a call is published" "none within 5 s"
}

# ends SENTENCE STATUS: the handler's exit code.
ends() {
    local actual=0
    wait "$handler" || actual=$?
    waiting=()
    if [[ $actual == "$2" ]]; then ok "$1"; else fail "$1" "exit $actual instead of $2"; fi
}

arguments() {
    fresh
    expect "no verb" 2
    expect "an unknown verb" 2 frobnicate
    expect "help" 0 --help
    local name
    for name in .. .hidden -x 'a b' 'a/b' 'a;b' "a'b" 'ä' ''; do expect "the name '$name' is refused" 2 promote "$name" i 5 a1; done
    for name in -1 05 1x 1234567890123456789 ''; do expect "the number '$name' is refused" 2 promote v i "$name" a1; done
    expect "too few arguments" 2 promote v i 5
    expect "too many arguments" 2 promote v i 5 a1 more
    expect_text "its version is the project's" "$(sed -n 's/^  <version>\(.*\)<\/version>/\1/p' "$pom" | head -n 1) $(sha256sum "$program" | cut -d ' ' -f 1)" "$(host version)"
}

forced_command() {
    fresh
    local words
    # shellcheck disable=SC2016  # they must not expand
    for words in '' 'sh -c id' 'grant v --peer-is-off' 'install' 'uninstall' 'fence-peer' 'hook qemu' 'ssh' 'version; id' 'version $(id)' 'version `id`' \
        'version | id' $'version\nid' 'version *' "version 'x" 'version "x"' 'version \x' 'version > /x'; do
        export SSH_ORIGINAL_COMMAND=$words
        expect "the forced command refuses '${words//$'\n'/\\n}'" 2 ssh
    done
    export SSH_ORIGINAL_COMMAND='witness  read v'
    expect "the forced command takes words" 0 ssh
    SSH_ORIGINAL_COMMAND="version $(printf 'x%.0s' {1..2000})"
    expect "the forced command has a length" 2 ssh
    unset SSH_ORIGINAL_COMMAND
}

witnesses() {
    fresh
    expect "a newer witness" 0 witness write v i 6 101
    expect "the same again" 0 witness write v i 6 101
    expect "an older epoch" 10 witness write v i 5 102
    expect "an older resourceVersion" 10 witness write v i 6 100
    expect "another incarnation" 10 witness write v j 7 103
    expect "another incarnation instead of the wrong one" 10 witness write v j 7 103 replace k
    expect "another incarnation instead of this one, lower" 0 witness write v j 1 1 replace i
    expect "reads it" 0 witness read v
    expect_text "as JSON" '{"volume":"v","incarnation":"j","epoch":1,"resourceVersion":"1"}' "$said"
    expect "no witness" 11 witness read w
    expect_text "nothing half-written is left" "v" "$(ls -A "$PERENE_ROOT/var/lib/perene/witness")"
}

stale_decisions() {
    local verb
    for verb in promote demote attach connect disconnect resume-io heal; do
        fresh
        expect "$verb of an older epoch" 10 "$verb" v i 4 a1
        expect "$verb of an epoch that the witness lacks" 10 "$verb" v i 6 a1
        expect "$verb of another incarnation" 10 "$verb" v j 5 a1
        expect "$verb of another attachment" 10 "$verb" v i 5 a2
        expect "$verb without a witness" 10 "$verb" w i 5 none
        expect_text "$verb: DRBD heard nothing" "" "$(told)"
    done
    expect "two-primaries of an older epoch" 10 two-primaries v on i 4 a1
}

promotions() {
    fresh
    expect "promote" 0 promote v i 5 a1
    expect_text "tells DRBD" "primary v" "$(told)"
    kernel Primary Connected UpToDate UpToDate
    expect "a Primary is promoted already" 0 promote v i 5 a1
    expect_text "DRBD is told once" "primary v" "$(told)"
    local disk
    for disk in Consistent Outdated Inconsistent Failed Diskless; do
        kernel Secondary Connected "$disk" UpToDate
        expect "no promotion on a disk that is $disk" 12 promote v i 5 a1
    done
    kernel Secondary Connected UpToDate UpToDate
    expect "a volume cannot be marked blank while it is attached" 12 blank mark v u1
    touch "$work/drbd/fails"
    expect "DRBD refuses" 1 promote v i 5 a1
    rm "$work/drbd/fails"
    : >"$work/drbd/told"
    printf 'incarnation=i\nepoch=6\nresourceVersion=1\n' >"$work/drbd/newer"
    echo "cp $work/drbd/newer $PERENE_ROOT/var/lib/perene/witness/v" >"$work/drbd/then"
    expect "a promotion that the witness overtook" 10 promote v i 5 a1
    expect_text "is taken back" $'primary v\nsecondary v' "$(told)"
}

# The kernel asks during drbdadm: the witness moves on and the answer comes while the command is at work.
answered_promotion() {
    fresh
    kernel Secondary Connecting UpToDate DUnknown
    cat >"$work/drbd/then" <<END
[ "\$(tail -n 1 $work/drbd/told)" = "primary v" ] || exit 0
DRBD_RESOURCE=v ${shell[*]} $program fence-peer
if [ \$? -eq 7 ]; then sed -i s/role:Secondary/role:Primary/ $work/drbd/events; else touch $work/drbd/fails; fi
END
    host promote v i 5 a1 2>/dev/null &
    handler=$!
    waiting+=("$handler")
    call=""
    for _ in {1..100}; do
        call=$(ls "$PERENE_ROOT/run/perene/calls/v" 2>/dev/null || true)
        if [[ -n $call ]]; then break; fi
        sleep 0.05
    done
    expect "the witness moves on during a promotion that asks" 0 witness write v i 6 101
    expect "and its answer comes" 0 answer v "$call" 7 i 6
    ends "a promotion that was answered with a newer epoch stands" 0
    expect_text "and is not taken back" "primary v" "$(tail -n 1 "$work/drbd/told")"
}

losses() {
    local disk
    fresh
    kernel Primary Connecting UpToDate DUnknown fencing
    call_in_background
    expect_text "the call says what it saw" '*"kind":"loss","sequence":1,"bootID":"boot-1","attachID":"a1","role":"Primary","connection":"Connecting","disks":"0:UpToDate","peerDisks":"0:DUnknown","suspended":"fencing","incarnation":"i","epoch":5,*"waiting":true}' "$(host calls)"
    expect_text "the log names the way out" "*perene-host grant v --peer-is-off*" "$(cat "$PERENE_ROOT/dev/kmsg")"
    for disk in 0 1 3 4 6 8; do expect "exit code $disk is no answer" 2 answer v "$call" "$disk" i 6; done
    expect "an answer with the call's epoch" 10 answer v "$call" 5 i 5
    expect "an answer before its witness" 10 answer v "$call" 5 i 6
    host witness write v i 6 101
    expect "an answer of another incarnation" 10 answer v "$call" 5 j 6
    expect "an answer to no call" 11 answer v 0123 5 i 6
    for disk in Consistent Outdated Inconsistent; do
        kernel Primary Connecting "$disk" DUnknown fencing
        expect "no answer 5 to a disk that is $disk" 12 answer v "$call" 5 i 6
        expect "no answer 7 to a disk that is $disk" 12 answer v "$call" 7 i 6
        expect "no answer 5 by a person either" 12 answer v "$call" 5 i 6 by-person
    done
    kernel Primary Connecting UpToDate DUnknown fencing
    echo 'allow-two-primaries	yes;' >"$work/drbd/show"
    expect "no answer while two primaries are allowed" 12 answer v "$call" 5 i 6
    rm "$work/drbd/show"
    sed -i s/a1/a2/ "$PERENE_ROOT/run/perene/attach/v"
    expect "no answer after it was attached anew" 10 answer v "$call" 5 i 6
    sed -i s/a2/a1/ "$PERENE_ROOT/run/perene/attach/v"
    expect "the answer" 0 answer v "$call" 5 i 6
    ends "the handler exits with it" 5
    expect "the same answer again" 0 answer v "$call" 5 i 6
    expect "another one" 11 answer v "$call" 7 i 6
    expect_text "no call is open" "" "$(host calls)"
}

endings() {
    fresh
    kernel Primary Connecting UpToDate DUnknown fencing
    call_in_background
    local first=$call older=$handler
    call_in_background
    expect_text "a new call supersedes the old one" "[0-9a-f]*" "$(ls "$PERENE_ROOT/run/perene/calls/v")"
    host witness write v i 6 101
    expect "the old one cannot be answered" 11 answer v "$first" 5 i 6
    local newer=$handler
    handler=$older
    ends "the old handler changes nothing" 1
    handler=$newer
    kernel Primary Connected UpToDate UpToDate
    expect "no answer to one that is connected again" 12 answer v "$call" 5 i 6
    ends "a reconnect ends the call" 1
    expect "and it cannot be answered" 11 answer v "$call" 5 i 6

    kernel Primary Connecting UpToDate DUnknown fencing
    call_in_background
    kill -KILL "$handler"
    wait "$handler" 2>/dev/null || true
    expect "nobody waits for a call whose handler died" 11 answer v "$call" 5 i 6
    expect_text "and it says so" '*"waiting":false}' "$(host calls)"

    call_in_background
    absent
    ends "a volume that is taken down ends the call" 1

    kernel Secondary Connecting UpToDate DUnknown
    local begin=$SECONDS
    call_in_background
    expect_text "a promotion's call" '*"kind":"promotion"*' "$(host calls)"
    ends "a promotion is not waited for longer than 10 s" 1
    if ((SECONDS - begin >= 9)); then ok "nor shorter"; else fail "nor shorter" "$((SECONDS - begin)) s"; fi

    mkdir -p "$PERENE_ROOT/run/perene/promoting"
    printf 'waiter=%s\nwaiterStarted=%s\ndeadline=1\n' $$ "$(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 20)" >"$PERENE_ROOT/run/perene/promoting/v"
    DRBD_RESOURCE=v "${shell[@]}" "$program" fence-peer && handler=0 || handler=$?
    expect_text "the calls of one promotion share its 10 s" "1 " "$handler $(host calls)"

    DRBD_RESOURCE="../x" "${shell[@]}" "$program" fence-peer && handler=0 || handler=$?
    expect_text "a handler for an impossible name changes nothing" 1 "$handler"
}

# The opener is a process that a false /proc gives an open DRBD device.
responses() {
    local response state
    fresh
    if ! mknod "$PERENE_ROOT/dev/drbd1" b 147 1 2>/dev/null; then
        echo "skipped: responses of a frozen volume: mknod is not permitted here"
        return
    fi
    for response in Stop Freeze PowerOff; do
        fresh
        kernel Primary Connecting UpToDate DUnknown fencing
        sleep 100 &
        victim=$!
        disown
        mknod "$PERENE_ROOT/dev/drbd1" b 147 1
        mkdir -p "$PERENE_ROOT/proc/$victim/fd" "$PERENE_ROOT/proc/1/fd"
        ln -s "$PERENE_ROOT/dev/drbd1" "$PERENE_ROOT/proc/$victim/fd/7"
        ln -s /dev/null "$PERENE_ROOT/proc/1/fd/7"
        if [[ $response != Stop ]]; then host response v "$response"; fi
        call_in_background
        sleep 2
        state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$victim/status")
        expect_text "$response: nothing in the first seconds" S "$state"
        sleep 2
        state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$victim/status" 2>/dev/null || true)
        case $response in
            Stop) expect_text "Stop stops the opener" T "$state" ;;
            Freeze) expect_text "Freeze leaves it" S "$state" ;;
            PowerOff) expect_text "PowerOff kills it" "" "$state" ;;
        esac
        host witness write v i 6 101
        host answer v "$call" 7 i 6
        ends "$response: the answer" 7
        if [[ $response == Stop ]]; then
            expect_text "and it goes on" S "$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$victim/status")"
        fi
        kill -KILL "$victim" 2>/dev/null || true
    done
    expect "another response" 2 response v Nothing
    victim=""
}

grants() {
    fresh
    expect "nothing to grant" 11 grant v --peer-is-off
    expect "without the promise" 2 grant v
    kernel Primary Connecting UpToDate DUnknown fencing
    call_in_background
    kernel Primary Connecting Inconsistent DUnknown fencing
    expect "no grant of a bad copy" 12 grant v --peer-is-off
    kernel Primary Connecting Consistent DUnknown fencing
    expect "a grant" 0 grant v --peer-is-off
    ends "is an answer 7" 7
    expect_text "the witness tells of it" "{\"volume\":\"v\",\"incarnation\":\"i\",\"epoch\":6,\"resourceVersion\":\"100\",\"breakGlass.owner\":\"$(uname -n)\",\"breakGlass.call\":\"$call\",\"breakGlass.bootID\":\"boot-1\"}" "$(host witness read v)"
    expect "a newer witness has to know it" 10 witness write v i 7 101
    expect "and does" 0 witness write v i 6 101 adopt "$call"
}

frozen() {
    fresh
    expect "nothing is frozen" 0 resume-io v i 5 a1
    kernel Secondary Connecting UpToDate DUnknown fencing
    expect "a Secondary is not resumed" 12 resume-io v i 5 a1
    kernel Primary Connecting UpToDate DUnknown fencing
    call_in_background
    expect "it has a call that waits" 13 resume-io v i 5 a1
    kill -KILL "$handler"
    wait "$handler" 2>/dev/null || true
    local before=$call
    host resume-io v i 5 a1 2>/dev/null &
    handler=$!
    waiting+=("$handler")
    for _ in {1..60}; do
        call=$(ls "$PERENE_ROOT/run/perene/calls/v")
        if [[ -n $call && $call != "$before" ]]; then break; fi
        sleep 0.05
    done
    expect_text "an orphan of a dead handler gets a call" '*"kind":"frozen"*' "$(host calls)"
    expect_text "DRBD hears nothing before the answer" "" "$(told)"
    expect "its witness" 0 witness write v i 6 101
    expect "its answer" 0 answer v "$call" 5 i 6
    ends "resumes" 0
    expect_text "DRBD is told" "resume-io v" "$(told)"
}

switches() {
    fresh
    expect "two primaries" 0 two-primaries v on i 5 a1
    expect_text "tells DRBD so" "net-options --allow-two-primaries=yes v" "$(told)"
    kernel Secondary Connecting UpToDate DUnknown
    expect "not without the peer" 12 two-primaries v on i 5 a1
    expect "off already" 0 two-primaries v off i 5 a1
    echo 'allow-two-primaries yes;' >"$work/drbd/show"
    expect "off" 0 two-primaries v off i 5 a1
    expect_text "tells DRBD that" "*=no v" "$(told)"
    : >"$work/drbd/told"
    expect "connects already" 0 connect v i 5 a1
    kernel Secondary StandAlone UpToDate DUnknown
    expect "connect" 0 connect v i 5 a1
    kernel Primary Connecting UpToDate Outdated
    expect "a Primary that is alone is demoted" 0 demote v i 5 a1
    expect_text "StandAlone first" $'connect v\ndisconnect v\nsecondary v' "$(told)"
    kernel Primary Connecting UpToDate DUnknown fencing
    expect "a frozen Primary is not demoted" 12 demote v i 5 a1
    fresh
    absent
    rm "$PERENE_ROOT/run/perene/attach/v"
    expect "attach" 0 attach v i 5 none
    expect_text "prints the attach id" "$(sed -n s/attachID=//p "$PERENE_ROOT/run/perene/attach/v")" "$said"
    expect_text "in steps, and connects nothing" $'new-resource v\nnew-minor v\nattach v' "$(told)"
    expect "not twice" 10 attach v i 5 none
}

heals() {
    fresh
    kernel Primary Connecting UpToDate DUnknown fencing
    call_in_background
    expect "heal" 0 heal v i 5 a1
    expect_text "in R13's order" $'detach --force v\nresume-io v\nsecondary v\ndown v' "$(grep -v '^secondary v$' "$work/drbd/told" | sed 's/^down v$/secondary v\ndown v/')"
    ends "the call of the healed one changes nothing" 1
    absent
    expect "heal again" 0 heal v i 5 a1
    expect "heal again, of an older epoch" 10 heal v i 4 a1
    fresh
    touch "$work/drbd/fails"
    expect "a heal that fails half way" 1 heal v i 5 a1
    rm "$work/drbd/fails"
    expect "can be sent again" 0 heal v i 5 a1
    fresh
    absent
    expect "a heal of what was attached half way" 0 heal v i 5 a1
    expect_text "tells DRBD nothing" "" "$(told)"
    expect_text "and forgets the attachment" "" "$(ls "$PERENE_ROOT/run/perene/attach")"
}

blanks() {
    fresh
    absent
    expect "no metadata without a marker" 12 create w u1
    expect "mark" 0 blank mark w u1
    expect "mark again" 0 blank mark w u1
    expect "not for another volume" 12 blank mark x u1
    expect "create" 0 create w u1
    expect "not under another UID" 12 create w u2
    host witness write w i 1 1
    printf 'attachID=b\nbootID=boot-1\nminors=2\n' >"$PERENE_ROOT/run/perene/attach/w"
    kernel Secondary Connected UpToDate UpToDate
    expect "no promotion of a blank volume" 12 promote w i 1 b
    expect "clear" 0 blank clear w u1
    expect "clear again" 0 blank clear w u1
    expect "never blank again" 12 blank mark w u1
    expect "never created again" 12 create w u1
}

domain() {
    printf "<domain type='kvm'>\n<name>d</name>\n<uuid>%s</uuid>\n<metadata>%s</metadata>\n<devices><disk type='block'><source dev='%s'/></disk></devices></domain>\n" "$@"
}

# hook SENTENCE STATUS OPERATION UUID METADATA
hook() {
    local actual=0 sentence=$1 wanted=$2
    said=$(domain "$4" "$5" /dev/null | host hook qemu d "$3" begin - 2>&1) || actual=$?
    if [[ $actual == "$wanted" ]]; then ok "$sentence"; else fail "$sentence" "exit $actual instead of $wanted: $said"; fi
}

tickets() {
    fresh
    kernel Primary Connected UpToDate UpToDate
    local tag='<perene:virtualmachine xmlns:perene="https://perene.dev/domain/1" uid="u" namespace="n" name="d" epoch="5"/>'
    local plain='<perene:virtualmachine xmlns:perene="https://perene.dev/domain/1" uid="u" namespace="n" name="d"/>'
    hook "a foreign domain passes" 0 prepare u1 ''
    hook "a foreign tag of that name passes" 0 prepare u1 '<x:virtualmachine xmlns:x="https://example.org/" epoch="5"/>'
    hook "ours without replicated disks passes" 0 prepare u1 "$plain"
    hook "ours with an epoch needs a ticket" 12 prepare u1 "$tag"
    hook "what is no start passes" 0 started u1 "$tag"
    hook "saved memory is never restored" 12 restore u1 "$tag"
    expect "a ticket" 0 ticket u1 start 5 v i 5 a1
    hook "lets it start" 0 prepare u1 "$tag"
    hook "once" 12 prepare u1 "$tag"
    expect "a ticket of a stale decision" 10 ticket u1 start 5 v i 4 a1
    expect "a ticket of a stale attachment" 10 ticket u1 start 5 v i 5 a2
    expect "a ticket with half a volume" 2 ticket u1 start 5 v i 5 a1 w
    host ticket u1 start 4 v i 5 a1
    hook "a ticket of another epoch" 12 prepare u1 "$tag"
    host ticket u1 start 5 v i 5 a1
    hook "a ticket to start does not receive" 12 migrate u1 "$tag"
    hook "and is gone" 12 prepare u1 "$tag"
    host ticket u1 receive 5 v i 5 a1
    hook "a ticket to receive does not start" 12 prepare u1 "$tag"
    host ticket u1 receive 5 v i 5 a1
    hook "it receives" 0 migrate u1 "$tag"
    hook "and lets the received one start" 0 prepare u1 "$tag"
    hook "that once" 12 prepare u1 "$tag"
    host ticket u1 start 5 v i 5 a1
    host witness write v i 6 101
    hook "a ticket that the witness overtook" 12 prepare u1 "$tag"
    host ticket u1 start 5 v i 6 a1
    kernel Secondary Connected UpToDate UpToDate
    hook "not on a Secondary" 12 prepare u1 "$tag"
    host ticket u1 start 5 v i 6 a1
    kernel Primary Connected Inconsistent UpToDate
    hook "not on a copy that is not UpToDate" 12 prepare u1 "$tag"
    kernel Primary Connected UpToDate UpToDate
    host ticket u1 start 5 v i 6 a1
    sed -i 's/^issuedMillis=.*/issuedMillis=-100000/' "$PERENE_ROOT/run/perene/tickets/u1"
    hook "not after a minute" 12 prepare u1 "$tag"
}

looks() {
    fresh
    host blank mark w u1
    host ticket u1 start 5 v i 5 a1
    expect "status" 0 status
    if command -v python3 >/dev/null; then
        if python3 -c 'import json, sys; json.loads(sys.argv[1])' "$said"; then ok "is JSON"; else fail "is JSON" "$said"; fi
    fi
    expect_text "has witnesses" '*"witnesses":?{"volume":"v","incarnation":"i","epoch":5,*' "$said"
    expect_text "has DRBD's objects" '*"object":"device","fields":{"name":"v","volume":"0","minor":"1","disk":"UpToDate"}*' "$said"
    mkfifo "$work/input"
    host events <"$work/input" >"$work/events" &
    local stream=$!
    waiting+=("$stream")
    exec 7>"$work/input"
    sleep 1
    kernel Primary Connecting UpToDate DUnknown fencing
    call_in_background
    sleep 1
    exec 7>&-
    local ended=no
    for _ in {1..40}; do
        if ! kill -0 "$stream" 2>/dev/null; then ended=yes; break; fi
        sleep 0.05
    done
    expect_text "events end with their input" yes "$ended"
    local word
    for word in '{"type":"hello","version":' '{"type":"heartbeat","uptimeMillis":' '{"type":"drbd","action":"exists","object":"resource","fields":{"name":"v","role":"Secondary",' "{\"type\":\"call\",\"call\":\"$call\","; do
        expect_text "events have $word" "*$word*" "$(cat "$work/events")"
    done
    expect_text "they leave no FIFO" "" "$(ls "$PERENE_ROOT/run/perene/streams")"
    rm "$work/input"
}

installation() {
    fresh
    rm -rf "$PERENE_ROOT/run/perene" "$PERENE_ROOT/var/lib/perene"
    local before after key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA somebody"
    mkdir -p "$PERENE_ROOT/etc/libvirt/hooks"
    echo '#!/bin/sh' >"$PERENE_ROOT/etc/libvirt/hooks/qemu"
    mkdir -m 0700 "$PERENE_ROOT/root/.ssh"
    echo 'ssh-rsa BBBB admin' >"$PERENE_ROOT/root/.ssh/authorized_keys"
    before=$(cd "$PERENE_ROOT" && find . -type f -exec sha256sum {} + | sort; cd "$PERENE_ROOT" && find . -type d | sort)
    said=$(echo "$key" | host install --plan)
    expect_text "a plan says the key" "*authorized_keys*" "$said"
    after=$(cd "$PERENE_ROOT" && find . -type f -exec sha256sum {} + | sort; cd "$PERENE_ROOT" && find . -type d | sort)
    expect_text "a plan changes nothing" "$before" "$after"
    expect_text "install does what was planned" "$said" "$(echo "$key" | host install)"
    expect_text "the key may run this program only" $'ssh-rsa BBBB admin\nrestrict,command="/usr/local/sbin/perene-host ssh" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA perene-operator' "$(cat "$PERENE_ROOT/root/.ssh/authorized_keys")"
    expect_text "again: nothing to do" "nothing to change" "$(echo "$key" | host install)"
    echo "ssh-ed25519 CCCC" | host install >/dev/null
    expect_text "another key replaces it" 1 "$(grep -c perene-operator "$PERENE_ROOT/root/.ssh/authorized_keys")"
    host define v 1 7789 a 10.0.0.1 /dev/vg/v b 10.0.0.2 /dev/vg/v
    host uninstall >/dev/null
    after=$(cd "$PERENE_ROOT" && find . -type f -exec sha256sum {} + | sort; cd "$PERENE_ROOT" && find . -type d | sort)
    expect_text "uninstall leaves no trace" "$before" "$after"
    expect_text "again: nothing to undo" "nothing to change" "$(host uninstall)"
    local bad
    for bad in 'ssh-ed25519' 'command="x" ssh-ed25519 AAAA' 'ssh-ed25519 AA"AA' ''; do
        if echo "$bad" | host install >/dev/null 2>&1; then fail "'$bad' is no key" "taken"; else ok "'$bad' is no key"; fi
    done
    fresh
    expect "attached volumes keep it installed" 12 uninstall
    expect "devices outside /dev" 2 define w 1 7789 a 10.0.0.1 /etc/passwd b 10.0.0.2 /dev/vg/v
    expect "devices with .." 2 define w 1 7789 a 10.0.0.1 /dev/../etc/passwd b 10.0.0.2 /dev/vg/v
    expect "a definition" 0 define w 1 7789 a 10.0.0.1 /dev/vg/v b fd00::2 /dev/vg/v
    expect_text "addresses of both families" "*address 10.0.0.1:7789;*address ipv6 ?fd00::2?:7789;*" "$(cat "$PERENE_ROOT/etc/drbd.d/perene-w.res")"
}

cases=(arguments forced_command witnesses stale_decisions promotions answered_promotion losses endings responses grants frozen switches heals blanks tickets looks installation)
for interpreter in dash "busybox sh"; do
    read -ra shell <<<"$interpreter"
    if ! command -v "${shell[0]}" >/dev/null; then
        fail "$interpreter" "is not installed"
        continue
    fi
    echo "== $interpreter"
    for case in "${cases[@]}"; do $case; done
done
echo "$checks checks, $failures failed"
exit $((failures > 0))
