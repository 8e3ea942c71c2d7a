/* Modern virtio over PCI (virtio 1.2, section 4.1), without MSI-X. */
#include "virtio.h"

#define VENDOR 0x1af4
#define CAPABILITY_VENDOR 9
enum { COMMON = 1, NOTIFY, INTERRUPT, DEVICE, WINDOW };
enum { FEATURE_SELECT = 0, FEATURE = 4, ACCEPT_SELECT = 8, ACCEPT = 12, STATUS = 20, QUEUE_SELECT = 22,
       QUEUE_LENGTH = 24, QUEUE_ENABLE = 28, QUEUE_NOTIFY = 30, QUEUE_DESCRIPTORS = 32, QUEUE_AVAILABLE = 40,
       QUEUE_USED = 48 };
enum { ACKNOWLEDGED = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };
#define VERSION_1 1 /* bit 32 */
#define DEVICES 2

static struct virtio *started[DEVICES];
static int started_count;

static void select_window(struct virtio *virtio, struct region *region, uint32_t offset, uint32_t width) {
    pci_write8(virtio->pci, virtio->window + 4, region->bar);
    pci_write32(virtio->pci, virtio->window + 8, region->offset + offset);
    pci_write32(virtio->pci, virtio->window + 12, width);
}

static uint32_t read(struct virtio *virtio, struct region *region, uint32_t offset, uint32_t width) {
    volatile uint8_t *memory = region->memory + offset;
    if (region->memory) return width == 4 ? *(volatile uint32_t *)memory : width == 2 ? *(volatile uint16_t *)memory : *memory;
    select_window(virtio, region, offset, width);
    uint8_t data = virtio->window + 16;
    return width == 4 ? pci_read32(virtio->pci, data) : width == 2 ? pci_read16(virtio->pci, data) : pci_read8(virtio->pci, data);
}

static void write(struct virtio *virtio, struct region *region, uint32_t offset, uint32_t width, uint32_t value) {
    volatile uint8_t *memory = region->memory + offset;
    uint8_t data = virtio->window + 16;
    if (!region->memory) select_window(virtio, region, offset, width);
    switch (width) {
        case 4:
            if (region->memory) *(volatile uint32_t *)memory = value;
            else pci_write32(virtio->pci, data, value);
            break;
        case 2:
            if (region->memory) *(volatile uint16_t *)memory = (uint16_t)value;
            else pci_write16(virtio->pci, data, (uint16_t)value);
            break;
        default:
            if (region->memory) *memory = (uint8_t)value;
            else pci_write8(virtio->pci, data, (uint8_t)value);
    }
}

static void find_region(struct virtio *virtio, struct region *region, uint8_t capability) {
    region->present = 1;
    region->bar = pci_read8(virtio->pci, capability + 4);
    region->offset = pci_read32(virtio->pci, capability + 8);
    uint8_t bar_offset = (uint8_t)(0x10 + 4 * region->bar);
    uint32_t low = pci_read32(virtio->pci, bar_offset);
    uint32_t high = (low & 6) == 4 ? pci_read32(virtio->pci, (uint8_t)(bar_offset + 4)) : 0;
    /* Paging is off: what lies above 4 GiB is out of reach. */
    region->memory = high || (low & 1) ? NULL : (volatile uint8_t *)((low & ~15u) + region->offset);
}

static void find_regions(struct virtio *virtio) {
    uint8_t capability = pci_read8(virtio->pci, 0x34) & 0xfc;
    for (; capability; capability = pci_read8(virtio->pci, capability + 1) & 0xfc) {
        if (pci_read8(virtio->pci, capability) != CAPABILITY_VENDOR) continue;
        switch (pci_read8(virtio->pci, capability + 3)) {
            case COMMON: if (!virtio->common.present) find_region(virtio, &virtio->common, capability); break;
            case INTERRUPT: if (!virtio->interrupt.present) find_region(virtio, &virtio->interrupt, capability); break;
            case DEVICE: if (!virtio->device.present) find_region(virtio, &virtio->device, capability); break;
            case NOTIFY:
                if (virtio->notify.present) break;
                find_region(virtio, &virtio->notify, capability);
                virtio->notify_multiplier = pci_read32(virtio->pci, capability + 16);
                break;
            case WINDOW: virtio->window = capability; break;
        }
    }
}

static void add_status(struct virtio *virtio, uint8_t bit) {
    write(virtio, &virtio->common, STATUS, 1, read(virtio, &virtio->common, STATUS, 1) | bit);
}

int virtio_start(struct virtio *virtio, uint16_t modern, uint16_t transitional, uint32_t wanted_features) {
    if (!pci_find(VENDOR, modern, transitional, &virtio->pci)) return 0;
    pci_write16(virtio->pci, 0x04, pci_read16(virtio->pci, 0x04) | 6); /* memory, bus master */
    find_regions(virtio);
    if (!virtio->common.present || !virtio->notify.present) return 0;
    write(virtio, &virtio->common, STATUS, 1, 0);
    while (read(virtio, &virtio->common, STATUS, 1)) {
    }
    add_status(virtio, ACKNOWLEDGED);
    add_status(virtio, DRIVER);
    write(virtio, &virtio->common, FEATURE_SELECT, 4, 0);
    virtio->features = read(virtio, &virtio->common, FEATURE, 4) & wanted_features;
    write(virtio, &virtio->common, ACCEPT_SELECT, 4, 0);
    write(virtio, &virtio->common, ACCEPT, 4, virtio->features);
    write(virtio, &virtio->common, ACCEPT_SELECT, 4, 1);
    write(virtio, &virtio->common, ACCEPT, 4, VERSION_1);
    add_status(virtio, FEATURES_OK);
    if (!(read(virtio, &virtio->common, STATUS, 1) & FEATURES_OK)) return 0;
    if (virtio->interrupt.present && started_count < DEVICES) {
        started[started_count++] = virtio;
        wake_on(pci_read8(virtio->pci, 0x3c));
    }
    return 1;
}

static void write_address(struct virtio *virtio, uint32_t offset, const volatile void *address) {
    write(virtio, &virtio->common, offset, 4, (uint32_t)address);
    write(virtio, &virtio->common, offset + 4, 4, 0);
}

void virtio_queue(struct virtio *virtio, struct queue *queue, uint16_t number) {
    queue->number = number;
    write(virtio, &virtio->common, QUEUE_SELECT, 2, number);
    write(virtio, &virtio->common, QUEUE_LENGTH, 2, QUEUE_SIZE);
    queue->notify_offset = (uint16_t)read(virtio, &virtio->common, QUEUE_NOTIFY, 2);
    write_address(virtio, QUEUE_DESCRIPTORS, queue->descriptors);
    write_address(virtio, QUEUE_AVAILABLE, &queue->available);
    write_address(virtio, QUEUE_USED, &queue->used);
    write(virtio, &virtio->common, QUEUE_ENABLE, 2, 1);
}

void virtio_ready(struct virtio *virtio) { add_status(virtio, DRIVER_OK); }

uint8_t virtio_config8(struct virtio *virtio, uint32_t offset) {
    return (uint8_t)read(virtio, &virtio->device, offset, 1);
}

/* Reading a device's interrupt status takes its interrupt line back. */
void acknowledge_devices(void) {
    for (int index = 0; index < started_count; index++) read(started[index], &started[index]->interrupt, 0, 1);
}

void queue_offer(struct virtio *virtio, struct queue *queue, uint16_t descriptor) {
    queue->available.ring[queue->available.index % QUEUE_SIZE] = descriptor;
    memory_barrier();
    queue->available.index++;
    memory_barrier();
    write(virtio, &virtio->notify, queue->notify_offset * virtio->notify_multiplier, 2, queue->number);
}

int queue_take(struct queue *queue, uint32_t *length) {
    memory_barrier();
    if (queue->seen == queue->used.index) return -1;
    uint16_t slot = queue->seen++ % QUEUE_SIZE;
    if (length) *length = queue->used.ring[slot].length;
    return (int)queue->used.ring[slot].id;
}
