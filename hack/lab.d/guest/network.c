/* virtio-net: ARP and ICMP echo for one address. */
#include "network.h"

#include "virtio.h"

#define MODERN 0x1041
#define TRANSITIONAL 0x1000
#define FEATURE_MAC (1u << 5)
#define HEADER 12 /* virtio_net_hdr of virtio 1 */
#define FRAME 1536
#define BUFFERS 8
#define SWAP16(value) ((uint16_t)((value) << 8 | (value) >> 8))

struct __attribute__((packed)) ethernet { uint8_t target[6], source[6]; uint16_t type; };
struct __attribute__((packed)) arp {
    uint16_t hardware, protocol;
    uint8_t hardware_size, protocol_size;
    uint16_t operation;
    uint8_t sender[6];
    uint32_t sender_address;
    uint8_t target[6];
    uint32_t target_address;
};
struct __attribute__((packed)) ipv4 {
    uint8_t version, service;
    uint16_t length, identifier, fragment;
    uint8_t lifetime, protocol;
    uint16_t checksum;
    uint32_t source, target;
};
struct __attribute__((packed)) icmp { uint8_t type, code; uint16_t checksum; };

static struct virtio card;
static struct queue receive, transmit;
static uint8_t received[BUFFERS][HEADER + FRAME], sent[BUFFERS][HEADER + FRAME];
static uint8_t mac[6];
static uint32_t own_address;
static uint16_t next_sent;
static int present;

void network_start(uint32_t address) {
    own_address = address;
    if (!virtio_start(&card, MODERN, TRANSITIONAL, FEATURE_MAC)) return;
    for (uint32_t index = 0; index < sizeof mac; index++) mac[index] = virtio_config8(&card, index);
    virtio_queue(&card, &receive, 0);
    virtio_queue(&card, &transmit, 1);
    virtio_ready(&card);
    for (uint16_t index = 0; index < BUFFERS; index++) {
        receive.descriptors[index] = (struct descriptor){(uint32_t)received[index], HEADER + FRAME, VIRTIO_WRITE, 0};
        queue_offer(&card, &receive, index);
    }
    present = 1;
}

static void send(const void *frame, uint32_t size) {
    while (queue_take(&transmit, NULL) >= 0) {
    }
    uint16_t index = next_sent++ % BUFFERS;
    memset(sent[index], 0, HEADER);
    memcpy(sent[index] + HEADER, frame, size);
    transmit.descriptors[index] = (struct descriptor){(uint32_t)sent[index], HEADER + size, 0, 0};
    queue_offer(&card, &transmit, index);
}

static void send_arp(uint16_t operation, const uint8_t *target, uint32_t target_address) {
    struct __attribute__((packed)) { struct ethernet ethernet; struct arp arp; } frame;
    memset(&frame, 0, sizeof frame);
    memcpy(frame.ethernet.target, target, 6);
    memcpy(frame.ethernet.source, mac, 6);
    frame.ethernet.type = SWAP16(0x0806);
    frame.arp = (struct arp){.hardware = SWAP16(1), .protocol = SWAP16(0x0800), .hardware_size = 6,
        .protocol_size = 4, .operation = SWAP16(operation), .sender_address = own_address,
        .target_address = target_address};
    memcpy(frame.arp.sender, mac, 6);
    memcpy(frame.arp.target, target, 6);
    send(&frame, sizeof frame);
}

void network_announce(void) {
    static const uint8_t everyone[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    if (present && own_address) send_arp(1, everyone, own_address);
}

static uint16_t checksum(const uint8_t *data, uint32_t size) {
    uint32_t sum = 0;
    for (uint32_t index = 0; index + 1 < size; index += 2) sum += (uint32_t)(data[index] << 8 | data[index + 1]);
    if (size & 1) sum += (uint32_t)(data[size - 1] << 8);
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void answer_echo(uint8_t *frame, uint32_t size) {
    struct ethernet *ethernet = (struct ethernet *)frame;
    struct ipv4 *ip = (struct ipv4 *)(frame + sizeof *ethernet);
    uint32_t length = SWAP16(ip->length);
    if (ip->version != 0x45 || ip->protocol != 1 || ip->target != own_address) return;
    if (length < sizeof *ip + sizeof(struct icmp) || sizeof *ethernet + length > size) return;
    if (ip->fragment & SWAP16(0x3fff)) return;
    struct icmp *icmp = (struct icmp *)(ip + 1);
    if (icmp->type != 8) return;
    memcpy(ethernet->target, ethernet->source, 6);
    memcpy(ethernet->source, mac, 6);
    ip->target = ip->source;
    ip->source = own_address;
    ip->lifetime = 64;
    ip->checksum = 0;
    ip->checksum = SWAP16(checksum((uint8_t *)ip, sizeof *ip));
    icmp->type = 0;
    icmp->checksum = 0;
    icmp->checksum = SWAP16(checksum((uint8_t *)icmp, length - sizeof *ip));
    send(frame, sizeof *ethernet + length);
}

static void handle(uint8_t *frame, uint32_t size) {
    struct ethernet *ethernet = (struct ethernet *)frame;
    struct arp *arp = (struct arp *)(ethernet + 1);
    if (size < sizeof *ethernet + sizeof *arp) return;
    if (ethernet->type == SWAP16(0x0806)) {
        if (arp->operation == SWAP16(1) && arp->target_address == own_address) {
            send_arp(2, arp->sender, arp->sender_address);
        }
    } else if (ethernet->type == SWAP16(0x0800)) {
        answer_echo(frame, size);
    }
}

void network_poll(void) {
    uint32_t length;
    int index;
    if (!present) return;
    while ((index = queue_take(&receive, &length)) >= 0) {
        if (length > HEADER && own_address) handle(received[index] + HEADER, length - HEADER);
        queue_offer(&card, &receive, (uint16_t)index);
    }
}
