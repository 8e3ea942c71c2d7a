/* ACPI power button and soft power-off; reset; crash. */
#include "machine.h"

#define INTEL 0x8086
#define PIIX4_POWER 0x7113
#define ICH9_LPC 0x2918
#define POWER_BUTTON 0x0100
#define SLEEP_ENABLE 0x2000
#define PANIC_DEVICE 0x505

static uint16_t base; /* of the power management registers; 0: the machine has none */

/* Returns the port of the ACPI timer, 0 without one. */
uint16_t power_start(void) {
    struct pci_device device;
    if (!pci_find(INTEL, PIIX4_POWER, ICH9_LPC, &device)) return 0;
    base = pci_read32(device, 0x40) & 0xff80;
    if (!base) return 0;
    out16(base, POWER_BUTTON);
    out16(base + 2, POWER_BUTTON);
    return base + 8;
}

void ignore_power_button(void) {
    if (base) out16(base + 2, 0);
}

int power_button_pressed(void) {
    if (!base || !(in16(base) & POWER_BUTTON)) return 0;
    out16(base, POWER_BUTTON);
    return 1;
}

static __attribute__((noreturn)) void halt(void) {
    interrupts_off();
    for (;;) __asm__ volatile("hlt");
}

void power_off(void) {
    if (base) out16(base + 4, SLEEP_ENABLE); /* sleep type 0 is S5 on both chip sets */
    halt();
}

void reboot(void) {
    out8(0xcf9, 6);
    out8(0x64, 0xfe);
    halt();
}

/* Tells a panic device, if the domain has one (its on_crash then decides); else a triple fault. */
void crash(void) {
    struct __attribute__((packed)) { uint16_t limit; uint32_t base; } nothing = {0, 0};
    uint8_t events = in8(PANIC_DEVICE); /* that the device knows; all ones: there is none */
    if (events != 0xff && (events & 1)) {
        out8(PANIC_DEVICE, 1);
        for (uint32_t begin = milliseconds(); milliseconds() - begin < 1000;) {
        }
    }
    __asm__ volatile("lidt %0; int3" : : "m"(nothing));
    halt();
}
