/* The processor and the port I/O of a PC. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>
#include <stdint.h>

static inline void out8(uint16_t port, uint8_t value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static inline void out16(uint16_t port, uint16_t value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }
static inline void out32(uint16_t port, uint32_t value) { __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port)); }
static inline uint8_t in8(uint16_t port) { uint8_t value; __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port)); return value; }
static inline uint16_t in16(uint16_t port) { uint16_t value; __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port)); return value; }
static inline uint32_t in32(uint16_t port) { uint32_t value; __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port)); return value; }

static inline void memory_barrier(void) { __sync_synchronize(); }
static inline void interrupts_off(void) { __asm__ volatile("cli" : : : "memory"); }
/* sti takes effect after the next instruction: no interrupt is lost between the two. */
static inline void sleep_until_interrupt(void) { __asm__ volatile("sti; hlt; cli" : : : "memory"); }

static inline uint32_t time_stamp(void) { uint32_t low, high; __asm__ volatile("rdtsc" : "=a"(low), "=d"(high)); return low ^ high * 2654435761u; }

/* clock.c */
void clock_start(uint16_t pm_timer_port);
void clock_tick(uint32_t ticks_per_second);
uint32_t milliseconds(void);
void wake_on(uint8_t interrupt_line);

/* power.c */
uint16_t power_start(void);
void ignore_power_button(void);
int power_button_pressed(void);
__attribute__((noreturn)) void power_off(void);
__attribute__((noreturn)) void reboot(void);
__attribute__((noreturn)) void crash(void);

/* serial.c */
void serial_start(void);
int serial_read(void);
void print(const char *format, ...);

/* pci.c */
struct pci_device { uint8_t bus, slot, function; };
uint32_t pci_read32(struct pci_device device, uint8_t offset);
uint16_t pci_read16(struct pci_device device, uint8_t offset);
uint8_t pci_read8(struct pci_device device, uint8_t offset);
void pci_write32(struct pci_device device, uint8_t offset, uint32_t value);
void pci_write16(struct pci_device device, uint8_t offset, uint16_t value);
void pci_write8(struct pci_device device, uint8_t offset, uint8_t value);
/* Finds a device with one of two device identifiers of a vendor, on any bus. */
int pci_find(uint16_t vendor, uint16_t device, uint16_t other_device, struct pci_device *found);

/* guest.c */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);
size_t strlen(const char *text);

#endif
