# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # shared with hack/demo and its other parts
# The demonstration's operator: a copy of the program, so that a build beside it does not take the running
# one's classes away.

build_operator() { "$here/perene" version >/dev/null; }

built_program() { printf '%s/target/quarkus-app' "$(repository_root)"; }

# The process of the operator, if the one that was recorded is still that.
operator_process() {
    local pid
    pid=$(cat "$state/operator.pid" 2>/dev/null) || return 0
    if [[ /proc/$pid/ns/net -ef /run/netns/$namespace ]] &&
        { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF -e "$state/operator/quarkus-run.jar" -e "$here/perene"; then
        printf '%s' "$pid"
    fi
}

ensure_operator() {
    if [[ -n $(operator_process) && ! $(built_program)/quarkus-run.jar -nt $state/operator/quarkus-run.jar ]]; then
        step "Operator (runs already)" await_operator
        return
    fi
    stop_operator
    step "Operator" start_operator
}

start_operator() {
    rm -rf "$state/operator"
    cp -a "$(built_program)" "$state/operator"
    setsid ip netns exec "$namespace" env "KUBECONFIG=$state/kubeconfig" "PERENE_APP=$state/operator" \
        "$here/perene" operator >>"$state/operator.log" 2>&1 </dev/null &
    printf '%s\n' $! >"$state/operator.pid"
    disown
    await_operator
}

await_operator() {
    if await 120 operator_ready_or_gone && [[ -n $(operator_process) ]]; then return; fi
    tail -n 15 "$state/operator.log" >&2
    die "the operator is not ready" "see $state/operator.log, the end of which is above"
}

operator_ready_or_gone() {
    [[ -z $(operator_process) ]] ||
        in_namespace curl --silent --fail --max-time 2 --output /dev/null http://127.0.0.1:8080/q/health/ready
}

stop_operator() {
    local pid
    pid=$(operator_process)
    if [[ -n $pid ]]; then step "Operator stops" end_operator "$pid"; fi
    rm -f "$state/operator.pid"
}

end_operator() {
    kill -TERM "$1"
    if ! await 15 operator_gone; then kill -KILL "$1"; fi
}

operator_gone() { [[ -z $(operator_process) ]]; }
