/*
 * Time and sleep. A periodic interrupt wakes the processor; the time itself is read from the ACPI
 * timer, which loses nothing when ticks come late.
 */
#include "machine.h"

#define PIT_HERTZ 1193182u
#define PM_TIMER_PER_MILLISECOND 3580u /* 3.579545 MHz */
#define PIC1 0x20
#define PIC2 0xa0
#define VECTORS 48

struct __attribute__((packed)) gate { uint16_t offset_low, selector; uint8_t zero, type; uint16_t offset_high; };

extern void tick_entry(void), device_entry(void), spurious_entry(void);
void acknowledge_devices(void);

static struct gate gates[VECTORS] __attribute__((aligned(8)));
static uint32_t tick_milliseconds, elapsed, remainder;
static volatile uint32_t ticks;
static uint32_t last_timer, last_ticks;
static uint16_t timer_port;

static void set_gate(int vector, void (*entry)(void)) {
    uint32_t address = (uint32_t)entry;
    gates[vector] = (struct gate){(uint16_t)address, 0x08, 0, 0x8e, (uint16_t)(address >> 16)};
}

static void remap_interrupts(void) {
    out8(PIC1, 0x11); out8(PIC2, 0x11);
    out8(PIC1 + 1, 32); out8(PIC2 + 1, 40);
    out8(PIC1 + 1, 4); out8(PIC2 + 1, 2);
    out8(PIC1 + 1, 1); out8(PIC2 + 1, 1);
    out8(PIC1 + 1, 0xfa); /* the tick and the second controller */
    out8(PIC2 + 1, 0xff);
}

void clock_start(uint16_t pm_timer_port) {
    struct __attribute__((packed)) { uint16_t limit; uint32_t base; } pointer = {sizeof gates - 1, (uint32_t)gates};
    set_gate(32, tick_entry);
    for (int vector = 33; vector < VECTORS; vector++) set_gate(vector, device_entry);
    set_gate(39, spurious_entry);
    remap_interrupts();
    __asm__ volatile("lidt %0" : : "m"(pointer));
    timer_port = pm_timer_port;
    if (timer_port) last_timer = in32(timer_port);
}

void clock_tick(uint32_t ticks_per_second) {
    uint32_t divisor = PIT_HERTZ / ticks_per_second;
    out8(0x43, 0x34); /* counter 0, periodic */
    out8(0x40, (uint8_t)divisor);
    out8(0x40, (uint8_t)(divisor >> 8));
    tick_milliseconds = 1000 / ticks_per_second;
}

/* Lets a device's interrupt wake the processor too, so that it need not wait for the next tick. */
void wake_on(uint8_t interrupt_line) {
    if (interrupt_line > 2 && interrupt_line < 8) {
        out8(PIC1 + 1, in8(PIC1 + 1) & (uint8_t) ~(1 << interrupt_line));
    } else if (interrupt_line >= 8 && interrupt_line < 16) {
        out8(PIC2 + 1, in8(PIC2 + 1) & (uint8_t) ~(1 << (interrupt_line - 8)));
    }
}

void tick_interrupt(void) {
    ticks++;
    out8(PIC1, 0x20);
}

void device_interrupt(void) {
    acknowledge_devices();
    out8(PIC2, 0x20);
    out8(PIC1, 0x20);
}

/* Milliseconds since clock_start; to be asked more often than every four seconds. */
uint32_t milliseconds(void) {
    if (!timer_port) {
        uint32_t present = ticks;
        elapsed += (present - last_ticks) * tick_milliseconds;
        last_ticks = present;
    } else {
        uint32_t present = in32(timer_port);
        remainder += (present - last_timer) & 0xffffff;
        last_timer = present;
        elapsed += remainder / PM_TIMER_PER_MILLISECOND;
        remainder %= PM_TIMER_PER_MILLISECOND;
    }
    return elapsed;
}
