#!/usr/bin/env bash
# perene-host on two real hosts: a cut link, calls and answers, stale decisions, tickets, the healed loser.
# Uses the hosts' own disks and leaves nothing. Its lab is PERENE_LAB_NAME, which has two hosts or more.
# It ends at the first check that fails, since every one stands on those before.
# shellcheck disable=SC2317,SC2016  # functions are called by expect; commands for a host are quoted
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
lab=$here/../lab
name=${PERENE_LAB_NAME:?the name of a lab that is up}
program=$here/../../src/main/resources/perene-host/perene-host
work=$(mktemp -d)
checks=0
volume=story1
device=/dev/drbd21
declare -A attached

on() {
    local host=$1
    shift
    "$lab" ssh "$host" --name "$name" "$@"
}

# operator HOST WORDS…: as the operator does it, through the forced command.
operator() {
    local host=$1
    shift
    ip netns exec "perene-$name" ssh -F none -i "$work/key" -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR \
        -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "root@10.77.0.$((10 + ${host#host}))" "$@"
}

# expect SENTENCE STATUS COMMAND…: its output goes to $work/output.
expect() {
    local sentence=$1 wanted=$2 actual=0
    shift 2
    checks=$((checks + 1))
    "$@" >"$work/output.new" 2>&1 </dev/null || actual=$?
    mv "$work/output.new" "$work/output"
    if [[ $actual == "$wanted" ]]; then
        echo "ok    $sentence"
    else
        printf 'FAIL  %s: exit %s instead of %s\n' "$sentence" "$actual" "$wanted"
        sed 's/^/      /' "$work/output"
        exit 1
    fi
}

# until_true SENTENCE SECONDS COMMAND…
until_true() {
    local sentence=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1 </dev/null || ((SECONDS >= deadline)); do sleep 0.1; done
    expect "$sentence" 0 "$@"
}

kernel_says() { on "$1" "drbdsetup events2 --now $volume" | grep -- "$2" >/dev/null; }
not() { if "$@"; then return 1; fi; }
acknowledged() { on "$1" cat /run/acknowledged | wc -l; }
last_call() { operator "$1" calls | sed -n 's/.*"call":"\([0-9a-f]*\)".*/\1/p'; }
has_call() { [[ -n $(last_call "$1") ]]; }
witness() { operator "$1" witness write $volume inc1 "$2" "$((100 + $2))"; }
decision() { echo "$volume inc1 $2 ${attached[$1]}"; }
writes_go_on() {
    local before
    before=$(acknowledged "$1")
    sleep 0.7
    (($(acknowledged "$1") > before))
}
writer_is() { on "$1" "grep -q '^State:.*$2' /proc/\$(cat /run/writer)/status"; }

attach_on() {
    attached[$1]=$(operator "$1" attach $volume inc1 "$2" none)
    # shellcheck disable=SC2046  # words
    operator "$1" connect $(decision "$1" "$2")
}

# As QEMU does, one part of it waits for the disk, and cannot be stopped while it does, and one does not. What
# was acknowledged is noted.
start_writer() {
    on "$1" "cat >/run/writer.pl" <<'END'
$| = 1;
open(my $disk, '+<:raw', shift) or die; open(my $log, '>>', '/run/acknowledged') or die;
use IO::Handle; $log->autoflush(1);
if (fork) { select(undef, undef, undef, 0.1) while 1; }
for (my $n = 1; ; $n++) {
    sysseek($disk, 0, 0); syswrite($disk, sprintf('%-512s', $n)); $disk->sync or exit 1;
    print $log "$n\n"; select(undef, undef, undef, 0.1);
}
END
    on "$1" "rm -f /run/acknowledged; setsid perl /run/writer.pl $device </dev/null >/dev/null 2>&1 & echo \$! >/run/writer"
    sleep 0.5
}

clean() {
    local host
    for host in host1 host2; do
        "$lab" join "$host" storage --name "$name" >/dev/null 2>&1 || true
        on "$host" "if [ -e /run/writer ]; then kill -KILL -- -\$(cat /run/writer); fi; sleep 0.2; drbdsetup detach --force 21; drbdsetup resume-io 21; sleep 0.2
            drbdadm down $volume; rm -rf /run/perene /run/writer /run/writer.pl /run/acknowledged; dd if=/dev/zero of=/dev/perene/disk bs=1M seek=1000 count=24
            dd if=/dev/zero of=/dev/perene/disk bs=1M count=1; perene-host uninstall; virsh destroy story-vm" >/dev/null 2>&1 </dev/null || true
    done
    rm -rf "$work"
}
trap clean EXIT

for host in host1 host2; do "$lab" join "$host" storage --name "$name" 2>/dev/null; done
ssh-keygen -q -t ed25519 -N '' -f "$work/key"
for host in host1 host2; do
    on "$host" "cat >/root/perene-host && chmod 0755 /root/perene-host" <"$program"
    on "$host" /root/perene-host install <"$work/key.pub" >/dev/null
    on "$host" rm /root/perene-host
done

expect "the operator's key runs no shell" 2 operator host1 sh -c id
expect "the operator's key grants nothing" 2 operator host1 grant $volume --peer-is-off

for host in host1 host2; do
    operator $host define $volume 21 7821 host1 10.78.0.11 /dev/ubda host2 10.78.0.12 /dev/ubda
    operator $host blank mark $volume uid1
    operator $host create $volume uid1
    operator $host witness write $volume inc1 1 101
    attach_on "$host" 1
done
until_true "a fresh pair connects" 10 kernel_says host1 connection:Connected
expect "a pair is made UpToDate once" 0 operator host1 first-identifier $volume uid1
# shellcheck disable=SC2046  # words
{
    until_true "both copies are UpToDate" 10 kernel_says host1 peer-disk:UpToDate
    expect "a blank volume is not promoted" 12 operator host1 promote $(decision host1 1)
    for host in host1 host2; do operator $host blank clear $volume uid1; done
    expect "what was cleared is not blank again" 12 operator host1 blank mark $volume uid1
    expect "metadata is not made again" 12 operator host1 create $volume uid1
    expect "a promotion of an older epoch is refused" 10 operator host1 promote $volume inc1 0 "${attached[host1]}"
    expect "a promotion of another attachment is refused" 10 operator host1 promote $volume inc1 1 "${attached[host2]}"
    expect "a promotion" 0 operator host1 promote $(decision host1 1)
    expect "the same promotion again" 0 operator host1 promote $(decision host1 1)

    coproc stream { operator host1 events; }
    start_writer host1
    expect "writes are acknowledged" 0 writes_go_on host1

    "$lab" cut host2 storage --name "$name" 2>/dev/null
    until_true "the handler is called when the link is cut" 6 has_call host1
    expect "the Primary is frozen" 0 kernel_says host1 suspended:fencing
    expect "nothing is acknowledged while it waits" 0 not writes_go_on host1
    call=$(last_call host1)
    until_true "the opener is stopped after 3 s" 6 writer_is host1 T
    expect "an answer without a new epoch is refused" 10 operator host1 answer $volume "$call" 5 inc1 1
    expect "an answer before its witness is refused" 10 operator host1 answer $volume "$call" 5 inc1 2
    expect "the witness is written" 0 witness host1 2
    expect "the witness never goes back" 10 witness host1 1
    expect "an answer to another call is refused" 11 operator host1 answer $volume 0123456789abcdef 5 inc1 2
    expect "exit code 4 is no answer" 2 operator host1 answer $volume "$call" 4 inc1 2
    expect "the answer" 0 operator host1 answer $volume "$call" 5 inc1 2
    until_true "the answered Primary writes again" 5 writes_go_on host1
    expect "its kernel says that the peer is outdated" 0 kernel_says host1 peer-disk:Outdated
    expect "the same answer again" 0 operator host1 answer $volume "$call" 5 inc1 2
    expect "another answer to that call" 11 operator host1 answer $volume "$call" 7 inc1 2

    expect "the returning loser is healed" 0 operator host2 heal $volume inc1 1 "${attached[host2]}"
    expect "the same heal again" 0 operator host2 heal $volume inc1 1 "${attached[host2]}"
    witness host2 2
    expect "a connect that was decided before is refused" 10 operator host2 connect $volume inc1 1 "${attached[host2]}"
    "$lab" join host2 storage --name "$name" 2>/dev/null
    attach_on host2 2
    until_true "it resyncs from the owner" 20 kernel_says host1 peer-disk:UpToDate
    expect "writes went on all the time" 0 writes_go_on host1

    "$lab" cut host2 storage --name "$name" 2>/dev/null
    until_true "the next cut makes the next call" 6 has_call host1
    call=$(last_call host1)
    until_true "its opener is stopped" 6 writer_is host1 T
    "$lab" join host2 storage --name "$name" 2>/dev/null
    until_true "the link heals, and the call ends without an answer" 10 not has_call host1
    until_true "writes go on" 5 writes_go_on host1
    witness host1 3
    expect "an answer that comes late is refused" 11 operator host1 answer $volume "$call" 5 inc1 3
    witness host2 3

    "$lab" cut host2 storage --name "$name" 2>/dev/null
    until_true "a third cut" 6 has_call host1
    until_true "its opener is stopped, too" 6 writer_is host1 T
    expect "a running loser is healed: killed first" 0 operator host1 heal $(decision host1 3)
    expect "its process is gone" 1 on host1 'kill -0 $(cat /run/writer)'
    expect "its call is gone" 0 not has_call host1
    operator host2 promote $(decision host2 3) >/dev/null 2>&1 </dev/null &
    promotion=$!
    until_true "a promotion without the peer asks first" 6 has_call host2
    expect "a person grants it" 0 on host2 perene-host grant $volume --peer-is-off
    expect "and it is Primary" 0 wait $promotion
    expect "the witness tells of the grant" 0 on host2 "grep -q breakGlass.call= /var/lib/perene/witness/$volume"
    call=$(on host2 "sed -n s/breakGlass.call=//p /var/lib/perene/witness/$volume")
    expect "a witness that does not know of it is refused" 10 witness host2 5
    expect "the record adopts it" 0 operator host2 witness write $volume inc1 4 104 adopt "$call"
    witness host1 4
    "$lab" join host2 storage --name "$name" 2>/dev/null
    attach_on host1 4
    until_true "the healed one resyncs" 20 kernel_says host2 peer-disk:UpToDate
}

cat >"$work/domain.xml" <<END
<domain type='qemu'><name>story-vm</name><uuid>00000000-0000-4000-8000-000000000021</uuid>
  <metadata><p:virtualmachine xmlns:p="https://perene.dev/domain/1" uid="1" namespace="a" name="b" epoch="4"/></metadata>
  <memory unit='MiB'>16</memory><os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices><disk type='block' device='disk'><driver name='qemu' type='raw' cache='none'/><source dev='$device'/><target dev='vda' bus='virtio'/></disk></devices>
</domain>
END
sed 's/ epoch="4"//' "$work/domain.xml" >"$work/untagged.xml"
sed -e '/<disk/d' -e '/metadata/d' "$work/domain.xml" >"$work/foreign.xml"
for file in domain untagged foreign; do on host2 "cat >/run/$file.xml" <"$work/$file.xml"; done
uuid=00000000-0000-4000-8000-000000000021
start=(on host2 virsh -q create)
# shellcheck disable=SC2046  # words
{
    expect "a foreign domain starts" 0 "${start[@]}" /run/foreign.xml
    on host2 virsh -q destroy story-vm
    expect "no start without a ticket" 1 "${start[@]}" /run/domain.xml
    expect "the refusal is said" 0 grep -q 'no ticket' "$work/output"
    expect "no start without an epoch in the tag" 1 "${start[@]}" /run/untagged.xml
    expect "a ticket of an older epoch is not made" 10 operator host2 ticket $uuid start 4 $volume inc1 3 "${attached[host2]}"
    operator host2 ticket $uuid receive 4 $(decision host2 4)
    expect "a ticket to receive does not start" 1 "${start[@]}" /run/domain.xml
    operator host2 ticket $uuid start 3 $(decision host2 4)
    expect "a ticket for another tag does not start" 1 "${start[@]}" /run/domain.xml
    operator host1 ticket $uuid start 4 $(decision host1 4)
    on host1 "cat >/run/domain.xml" <"$work/domain.xml"
    expect "no start on a Secondary" 1 on host1 virsh -q create /run/domain.xml
    operator host2 ticket $uuid start 4 $(decision host2 4)
    witness host2 5
    expect "a ticket is void when the witness moved on" 1 "${start[@]}" /run/domain.xml
    operator host2 ticket $uuid start 4 $(decision host2 5)
    expect "a start with its ticket" 0 "${start[@]}" /run/domain.xml
    on host2 virsh -q destroy story-vm
    expect "a ticket counts once" 1 "${start[@]}" /run/domain.xml

    operator host2 ticket $uuid start 4 $(decision host2 5)
    "${start[@]}" /run/domain.xml
    witness host1 5
    for host in host1 host2; do expect "$host allows two primaries" 0 operator $host two-primaries $volume on inc1 5 "${attached[$host]}"; done
    expect "the target of a migration is promoted" 0 operator host1 promote $(decision host1 5)
    migrate=(on host2 virsh -q migrate --live --p2p story-vm qemu+tcp://10.77.0.11/system)
    expect "no guest is received without a ticket" 1 "${migrate[@]}"
    operator host1 ticket $uuid start 4 $(decision host1 5)
    expect "a ticket to start receives nothing" 1 "${migrate[@]}"
    expect "the guest runs on at its source" 0 on host2 "virsh domstate story-vm | grep running"
    operator host1 ticket $uuid receive 4 $(decision host1 5)
    expect "a guest is received with its ticket" 0 "${migrate[@]}"
    expect "it runs at its target" 0 on host1 "virsh domstate story-vm | grep running"
    expect "the source is demoted" 0 operator host2 demote $(decision host2 5)
    for host in host1 host2; do expect "$host forbids two primaries" 0 operator $host two-primaries $volume off inc1 5 "${attached[$host]}"; done
    on host1 virsh -q destroy story-vm
}

events=""
while IFS= read -r -t 2 -u "${stream[0]}" line && ((${#events} < 200000)); do
    events+=$line$'\n'
    if [[ $line == *'"heartbeat"'* && $events == *callClosed* ]]; then
        last=$((${last:-0} + 1))
        if ((last > 3)); then break; fi
    fi
done
has_events() { for word in '"hello"' '"heartbeat"' '"type":"call"' '"callClosed"' '"suspended":"fencing"'; do [[ $events == *"$word"* ]] || { echo "no $word"; return 1; }; done; }
expect "the stream told of all of it" 0 has_events
eval "exec ${stream[1]}>&-"
until_true "the stream ends with its input" 5 on host1 'test -z "$(ls /run/perene/streams)"'

for host in host2 host1; do operator $host heal "$volume" inc1 5 "${attached[$host]}"; done
for host in host1 host2; do expect "$host is left as it was found" 0 on "$host" "perene-host uninstall && test ! -e /var/lib/perene && test ! -e /etc/libvirt/hooks/qemu.d && ! grep -q perene /root/.ssh/authorized_keys"; done

echo "$checks checks, all good"
