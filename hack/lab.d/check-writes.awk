# Reads the consoles of test guests (of one VM, on however many hosts) and verifies that nothing that
# was acknowledged was lost and that there was one writer at a time.
#
# Sessions are put in order by what they found on the disk. Then
#   lost         a number that was acknowledged, although a later session found less
#   overlapping  a number acknowledged twice, by two sessions or (a session that lives twice) by one,
#                or acknowledged by one session and found as another's
#   foreign      a session saw a record that it had not written

function is_session(text) { return length(text) == 8 && text !~ /[^0-9a-f]/ }
function is_number(text) { return text ~ /^[0-9]+$/ }

{ sub(/\r$/, "") }

# A guest that was killed leaves half a line: whatever is not whole says nothing.
match($0, /BOOT session=[0-9a-f]+ found seq=[0-9]+ session=[0-9a-f]+$/) {
    split(substr($0, RSTART), part, /[ =]/)
    if (is_session(part[3]) && is_number(part[6]) && is_session(part[8])) {
        found[part[3]] = part[6] + 0
        found_session[part[3]] = part[8]
        log_of[part[3]] = FILENAME
        line_of[part[3]] = FNR
    }
    next
}

/^ACK seq=[0-9]+ session=[0-9a-f]+$/ {
    split($0, part, /[ =]/)
    if (!is_session(part[5])) next
    number = part[3] + 0
    session = part[5]
    if (number in writer) {
        overlapping++
        say("seq=" number " was acknowledged by session=" writer[number] " and by session=" session)
    } else {
        acked++
        writer[number] = session
    }
    if (number > highest[session]) highest[session] = number
    speaks[session] = 1
    next
}

/^FOREIGN / {
    foreign++
    say(FILENAME ": " $0)
}

/^IOERROR / { errors++ }

function say(text) { if (said++ < 20) print text }

END {
    for (session in speaks) {
        if (!(session in found)) {
            unknown++
            say("session=" session " acknowledged writes, but its BOOT line is missing")
        }
    }
    for (later in found) {
        sessions++
        if ((found[later] in writer) && writer[found[later]] != found_session[later]) {
            overlapping++
            say("seq=" found[later] " was acknowledged by session=" writer[found[later]] ", found as session=" found_session[later] "'s")
        }
        for (earlier in found) {
            # Two that found the same: if both wrote, numbers overlap; if one did, it matters who came first.
            if (earlier == later || found[earlier] > found[later]) continue
            if (found[earlier] == found[later] && !came_before(earlier, later)) continue
            if (highest[earlier] > found[later]) {
                say("session=" earlier " acknowledged seq=" highest[earlier] ", but session=" later " found seq=" found[later])
                for (number = found[later] + 1; number <= highest[earlier]; number++) {
                    if (writer[number] == earlier && !(number in missed)) { missed[number] = 1; lost++ }
                }
            }
        }
    }
    printf "sessions=%d acked=%d lost=%d foreign=%d overlapping=%d ioerrors=%d\n", sessions, acked, lost, foreign, overlapping, errors
    if (lost || foreign || overlapping || unknown) exit 1
    if (!sessions) {
        print "no session at all"
        exit 2
    }
}

# Only the order of lines in one log is known, not that between the logs of two hosts.
function came_before(left, right) { return log_of[left] == log_of[right] && line_of[left] < line_of[right] }
