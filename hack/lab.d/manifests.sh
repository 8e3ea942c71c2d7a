# shellcheck shell=bash
# What others need to know of a lab: Perene's manifests, and an environment for scripts.

hypervisors() {
    local host
    cat <<END
apiVersion: v1
kind: Namespace
metadata:
  name: perene-system
---
apiVersion: v1
kind: Secret
metadata:
  name: lab-ssh
  namespace: perene-system
type: kubernetes.io/ssh-auth
data:
  ssh-privatekey: $(base64 -w 0 "$state/id_ed25519")
END
    for host in $(host_names); do hypervisor "$host"; done
}

hypervisor() {
    cat <<END
---
apiVersion: perene.dev/v1alpha1
kind: Hypervisor
metadata:
  name: $1
spec:
  libvirtURI: qemu+tcp://$(management_address "$1")/system
  ssh:
    address: $(management_address "$1")
    port: 22
    user: root
    secretRef: {namespace: perene-system, name: lab-ssh}
    hostKey: "$(cut -d ' ' -f 1,2 "$state/$1/boot/ssh_host_ed25519_key.pub")"
  addresses:
    - {type: Management, address: $(management_address "$1")}
    - {type: Storage, address: $(storage_address "$1")}
  schedulingPolicy: Enabled
  allowed:
    paths: [/srv/]
    devices: [/dev/perene/]
    bridges: [br0]
    adopt: ["legacy-*"]
    domainOverlay: [devices/rng]
END
}

environment() {
    local host hosts=()
    for host in $(host_names); do hosts+=("$host=$(management_address "$host")"); done
    printf 'PERENE_LAB_%s=%q\n' NAMESPACE "$namespace" STATE "$state" KEY "$state/id_ed25519" \
        KNOWN_HOSTS "$state/known_hosts" HOSTS "${hosts[*]}"
}
