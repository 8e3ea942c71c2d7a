/* PCI configuration space by mechanism 1, and the search through bridges. */
#include "machine.h"

#define ADDRESS 0xcf8
#define DATA 0xcfc

static uint16_t select(struct pci_device device, uint8_t offset) {
    out32(ADDRESS, 0x80000000u | (uint32_t)device.bus << 16 | (uint32_t)device.slot << 11 |
                       (uint32_t)device.function << 8 | (offset & 0xfc));
    return DATA + (offset & 3);
}

uint32_t pci_read32(struct pci_device device, uint8_t offset) { return in32(select(device, offset)); }
uint16_t pci_read16(struct pci_device device, uint8_t offset) { return in16(select(device, offset)); }
uint8_t pci_read8(struct pci_device device, uint8_t offset) { return in8(select(device, offset)); }
void pci_write32(struct pci_device device, uint8_t offset, uint32_t value) { out32(select(device, offset), value); }
void pci_write16(struct pci_device device, uint8_t offset, uint16_t value) { out16(select(device, offset), value); }
void pci_write8(struct pci_device device, uint8_t offset, uint8_t value) { out8(select(device, offset), value); }

static int is_bridge(struct pci_device device) { return (pci_read8(device, 0x0e) & 0x7f) == 1; }

static int find_on_bus(uint8_t bus, uint16_t vendor, uint16_t id, uint16_t other_id, struct pci_device *found) {
    for (uint8_t slot = 0; slot < 32; slot++) {
        for (uint8_t function = 0; function < 8; function++) {
            struct pci_device device = {bus, slot, function};
            uint32_t identity = pci_read32(device, 0);
            if ((identity & 0xffff) == 0xffff) {
                if (function == 0) break;
                continue;
            }
            if ((identity & 0xffff) == vendor && (identity >> 16 == id || identity >> 16 == other_id)) {
                *found = device;
                return 1;
            }
            if (is_bridge(device)) {
                uint8_t behind = pci_read8(device, 0x19);
                if (behind > bus && find_on_bus(behind, vendor, id, other_id, found)) {
                    pci_write16(device, 0x04, pci_read16(device, 0x04) | 6); /* memory, bus master */
                    return 1;
                }
            }
            if (function == 0 && !(pci_read8(device, 0x0e) & 0x80)) break;
        }
    }
    return 0;
}

int pci_find(uint16_t vendor, uint16_t device, uint16_t other_device, struct pci_device *found) {
    return find_on_bus(0, vendor, device, other_device, found);
}
