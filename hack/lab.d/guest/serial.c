/* COM1: the guest's only voice. */
#include <stdarg.h>

#include "machine.h"

#define COM1 0x3f8
#define LINE_STATUS (COM1 + 5)
#define DATA_READY 0x01
#define TRANSMITTER_EMPTY 0x20

void serial_start(void) {
    out8(COM1 + 1, 0);    /* no interrupts */
    out8(COM1 + 3, 0x80); /* divisor */
    out8(COM1 + 0, 1);    /* 115200 */
    out8(COM1 + 1, 0);
    out8(COM1 + 3, 0x03); /* 8N1 */
    out8(COM1 + 2, 0x07); /* FIFOs on */
    out8(COM1 + 4, 0x03);
}

/* The next byte that was typed, or -1. */
int serial_read(void) { return in8(LINE_STATUS) & DATA_READY ? in8(COM1) : -1; }

static void put(char character) {
    /* Nobody may stop the guest by not reading its console. */
    for (int tries = 0; tries < 100000 && !(in8(LINE_STATUS) & TRANSMITTER_EMPTY); tries++) {
    }
    out8(COM1, (uint8_t)character);
}

static void put_decimal(uint32_t value) {
    char digits[10];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count > 0) put(digits[--count]);
}

static void put_hexadecimal(uint32_t value) {
    for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

/* %u decimal, %x eight hexadecimal digits, %s text; a newline becomes carriage return and newline. */
void print(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format == '\n') put('\r');
        if (*format != '%') {
            put(*format);
            continue;
        }
        switch (*++format) {
            case 'u': put_decimal(va_arg(arguments, uint32_t)); break;
            case 'x': put_hexadecimal(va_arg(arguments, uint32_t)); break;
            case 's':
                for (const char *text = va_arg(arguments, const char *); *text; text++) put(*text);
                break;
        }
    }
    va_end(arguments);
}
