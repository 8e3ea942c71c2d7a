/* Modern virtio over PCI: one device, its split queues. */
#ifndef VIRTIO_H
#define VIRTIO_H

#include "machine.h"

#define QUEUE_SIZE 16
#define VIRTIO_WRITE 2 /* the device writes to this buffer */
#define VIRTIO_NEXT 1

struct descriptor { uint64_t address; uint32_t length; uint16_t flags, next; };
struct available { uint16_t flags, index, ring[QUEUE_SIZE], event; };
struct used { uint16_t flags, index; struct { uint32_t id, length; } ring[QUEUE_SIZE]; uint16_t event; };

struct queue {
    struct descriptor descriptors[QUEUE_SIZE] __attribute__((aligned(16)));
    struct available available __attribute__((aligned(4)));
    volatile struct used used __attribute__((aligned(4)));
    uint16_t number, seen, notify_offset;
};

/* A structure of the device: in a BAR, reached directly or, above 4 GiB, through configuration space. */
struct region { uint8_t present, bar; uint32_t offset; volatile uint8_t *memory; };

struct virtio {
    struct pci_device pci;
    struct region common, notify, interrupt, device;
    uint32_t notify_multiplier;
    uint8_t window; /* the capability that gives access through configuration space */
    uint32_t features;
};

/* Finds and resets the device, agrees on those of the wanted features that it offers (bits 0 to 31). */
int virtio_start(struct virtio *virtio, uint16_t modern, uint16_t transitional, uint32_t wanted_features);
void virtio_queue(struct virtio *virtio, struct queue *queue, uint16_t number);
void virtio_ready(struct virtio *virtio);
uint8_t virtio_config8(struct virtio *virtio, uint32_t offset);
void queue_offer(struct virtio *virtio, struct queue *queue, uint16_t descriptor);
/* The descriptor that the device has finished with, or -1. */
int queue_take(struct queue *queue, uint32_t *length);

#endif
