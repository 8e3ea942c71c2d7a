# shellcheck shell=bash
# Disks for test guests: the program from guest/, with its configuration written behind it.

guest_image_size=1048576
guest_config_sector=64

guest_image_usage() {
    cat <<'END'
usage: hack/lab guest-image FILE|sharedN [OPTION…] [--name NAME]

Writes a bootable disk (1 MiB, BIOS, virtio-blk and virtio-net, 32 MiB of memory is plenty) over the
beginning of FILE, which is made when it is missing, or of the lab's shared device N. The guest writes an
increasing number to the disk every interval and says on its serial console what was acknowledged:

  BOOT session=… found seq=… session=…   what it found on the disk when it started
  ACK seq=… session=…                    written and flushed
  FOREIGN seq=… session=… instead of …   somebody else wrote, or the disk went back in time
  IOERROR op=… seq=…                     the disk refused; it tries again
  SHUTDOWN, POWEROFF, REBOOT, CRASH      what it is about to do
On the console q powers it off, r reboots it, c crashes it.

  --address A.B.C.D      answers ARP and ping there (default: none)
  --interval MS          between two writes (default 50)
  --tick HERTZ           timer interrupts a second, 20 to 1000 (default 100)
  --ignore-acpi          does not answer the power button
  --poweroff-after MS    powers itself off
  --crash-after MS       panics (pvpanic if there is such a device, else a triple fault)
  --no-write             only reads
  --keep-records         leaves what an earlier guest wrote to the disk
  --size BYTES           makes FILE at least so large (suffixes as for truncate)
END
}

guest_image() {
    local target="" config="perene-guest" keep="" size="" image
    while (($# > 0)); do
        case $1 in
            --help | -h) guest_image_usage; return ;;
            --address) need $# 2; check_address "$2"; config+=" address=$2"; shift 2 ;;
            --interval | --tick | --poweroff-after | --crash-after)
                need $# 2
                if [[ ! $2 =~ ^[0-9]{1,8}$ ]]; then die "$1 $2" "give a number"; fi
                config+=" ${1#--}=$2"
                shift 2
                ;;
            --ignore-acpi | --no-write) config+=" ${1#--}=1"; shift ;;
            --keep-records) keep=yes; shift ;;
            --size) need $# 2; size=$2; shift 2 ;;
            -*) die "guest-image does not know '$1'" "hack/lab guest-image --help" ;;
            *)
                if [[ -n $target ]]; then die "guest-image takes one FILE, not '$target' and '$1'"; fi
                target=$1
                shift
                ;;
        esac
    done
    if [[ -z $target ]]; then die "guest-image needs a FILE" "hack/lab guest-image --help"; fi
    if [[ $target =~ ^shared[0-9]+$ ]]; then
        require_lab
        target=$state/devices/$target
        if [[ ! -e $target ]]; then die "lab $lab has no shared device ${target##*/}" "there are shared1 to shared$shared_devices"; fi
    fi
    require_packages gcc=gcc ld=binutils objcopy=binutils
    scratch=$(mktemp -d)
    image=$scratch/image
    build_guest "$image"
    printf '%s' "$config" | dd of="$image" bs=512 seek="$guest_config_sector" conv=notrunc status=none
    write_image "$image" "$target" "$keep"
    if [[ -n $size ]]; then truncate -s ">$size" "$target"; fi
}

check_address() {
    if [[ ! $1 =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ ]]; then die "--address $1" "give an IPv4 address"; fi
}

# In place: hosts that have the file open must see it. With the records kept only what lies before them
# is written.
write_image() {
    local image=$1 target=$2 size=$guest_image_size
    if [[ -n $3 && -s $target ]]; then size=65536; fi
    dd if="$image" of="$target" bs=64K count="$size" iflag=count_bytes conv=notrunc status=none
}

# The program changes rarely and is asked for often: it is kept by the checksum of its source.
build_guest() {
    local image=$1 source=$rooms/guest checksum kept
    checksum=$(cat "$source"/*.[chS] "$source"/guest.ld | sha256sum)
    kept=$cache/guest.${checksum:0:16}
    if [[ ! -e $kept ]]; then
        compile_guest "$source" "$image"
        if mkdir -p "$cache" 2>/dev/null && cp "$image" "$kept.$$" 2>/dev/null; then mv "$kept.$$" "$kept"; fi
    else
        cp "$kept" "$image"
    fi
    truncate -s "$guest_image_size" "$image"
}

compile_guest() {
    local source=$1 image=$2 objects=$scratch file
    local flags=(-m32 -march=i686 -mno-mmx -mno-sse -Os -std=gnu17 -Wall -Wextra -Werror -ffreestanding -fno-builtin
        -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none)
    for file in "$source"/*.c "$source"/*.S; do
        gcc "${flags[@]}" -c "$file" -o "$objects/$(basename -- "$file").o"
    done
    ld -m elf_i386 -nostdlib --build-id=none --no-warn-rwx-segments -T "$source/guest.ld" -o "$objects/guest.elf" "$objects"/*.o
    objcopy -O binary "$objects/guest.elf" "$image"
}
