/* virtio-blk: one request at a time, started here and awaited by the caller's loop. */
#include "block.h"

#include "virtio.h"

#define MODERN 0x1042
#define TRANSITIONAL 0x1001
#define FEATURE_FLUSH (1u << 9)

static struct virtio disk;
static struct queue queue;
static struct { uint32_t type, reserved; uint64_t sector; } header;
static volatile uint8_t result;

int block_start(void) {
    if (!virtio_start(&disk, MODERN, TRANSITIONAL, FEATURE_FLUSH)) return 0;
    virtio_queue(&disk, &queue, 0);
    virtio_ready(&disk);
    return 1;
}

int block_can_flush(void) { return (disk.features & FEATURE_FLUSH) != 0; }

void block_request(enum block_operation operation, uint32_t sector, void *data, uint32_t size) {
    uint16_t last = size ? 2 : 1;
    header.type = operation;
    header.sector = sector;
    result = 0xff;
    queue.descriptors[0] = (struct descriptor){(uint32_t)&header, sizeof header, VIRTIO_NEXT, 1};
    queue.descriptors[1] = (struct descriptor){
        (uint32_t)data, size, VIRTIO_NEXT | (operation == BLOCK_READ ? VIRTIO_WRITE : 0), 2};
    queue.descriptors[last] = (struct descriptor){(uint32_t)&result, 1, VIRTIO_WRITE, 0};
    queue_offer(&disk, &queue, 0);
}

enum block_state block_poll(void) {
    if (queue_take(&queue, NULL) < 0) return BLOCK_PENDING;
    return result == 0 ? BLOCK_DONE : BLOCK_FAILED;
}
