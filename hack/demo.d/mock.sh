# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # shared with hack/demo and its other parts
# Where no real control plane is found: Fabric8's mock server, started from the test class path.

mock_process() {
    local pid
    pid=$(cat "$state/mock.pid" 2>/dev/null) || return 0
    if [[ /proc/$pid/ns/net -ef /run/netns/$namespace ]] &&
        { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF dev.perene.app.MockControlPlane; then
        printf '%s' "$pid"
    fi
}

# mock_up WHY
mock_up() {
    cat >&2 <<END

  There is no real Kubernetes control plane here; Fabric8's mock server stands in for it.
      $1
  The mock remembers objects, refuses outdated writes and tells the operator of changes. It lacks
    - watches for kubectl (which asks again and again below)
    - the rules of our definitions: it takes every manifest (hack/perene validate does not)
    - the defaults and the columns of our definitions (the tables below name their columns)
    - users and rights, garbage collection, and what was stored when it ends
  For the real one set KUBE_API_TEST_DIR to a folder that has kube-apiserver, etcd,
  kube-controller-manager and kubectl, then hack/demo --down and hack/demo.

END
    require_packages kubectl=kubernetes-client
    kubectl_program=$(command -v kubectl)
    if [[ -n $(mock_process) ]]; then
        step "Mock server (runs already)" await_mock
        return
    fi
    step "Mock server is compiled" compile_mock
    step "Mock server at http://$mock_address:6443" start_mock
}

mock_address=$management_prefix.1

compile_mock() {
    (
        cd -- "$(repository_root)" || exit
        JAVA_HOME=$(find_jdk25)
        export JAVA_HOME
        MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" mvn -q -B -Dstyle.color=never \
            -Dspotless.check.skip test-compile dependency:build-classpath \
            -Dmdep.includeScope=test "-Dmdep.outputFile=$state/mock.classpath" >&2
    )
}

start_mock() {
    local root java
    root=$(repository_root)
    java=$(find_jdk25)/bin/java
    rm -f "$state/kubeconfig"
    # It reads crds/ of the folder that it is started in.
    (
        cd -- "$root" || exit
        exec setsid ip netns exec "$namespace" "$java" \
            -cp "$root/target/test-classes:$root/target/classes:$(cat "$state/mock.classpath")" \
            dev.perene.app.MockControlPlane "$mock_address" 6443 "$state/kubeconfig"
    ) >>"$state/mock.log" 2>&1 </dev/null &
    printf '%s\n' $! >"$state/mock.pid"
    disown
    await_mock
}

await_mock() {
    if ! await 30 mock_answers; then
        tail -n 15 "$state/mock.log" >&2
        die "the mock server does not answer after 30 s" "see $state/mock.log, the end of which is above"
    fi
}

mock_answers() { [[ -e $state/kubeconfig ]] && kubectl get --raw /api >/dev/null 2>&1; }

stop_mock() {
    local pid
    pid=$(mock_process)
    if [[ -n $pid ]]; then step "Mock server stops" kill -KILL "$pid"; fi
    rm -f "$state/mock.pid"
}
