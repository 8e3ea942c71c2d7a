/*
 * Boot sector of the test guest: loads the program behind it with the BIOS, enters protected mode and
 * calls guest_main. Also the entry of interrupts, which only wake the processor up.
 */
#include "layout.h"

        .code16
        .section .boot, "ax"
        .globl boot
boot:
        ljmp    $0, $1f
1:      cli
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $0x7c00, %sp
        movw    $packet, %si
        movb    $0x42, %ah              /* the BIOS left the drive's number in DL */
        int     $0x13
        jc      failed
        inb     $0x92, %al              /* address line 20 */
        orb     $2, %al
        andb    $0xfe, %al
        outb    %al, $0x92
        lgdt    gdt_pointer
        movl    %cr0, %eax
        orl     $1, %eax
        movl    %eax, %cr0
        ljmpl   $0x08, $protected

failed: movw    $message, %si
1:      lodsb
        testb   %al, %al
        jz      2f
        movw    $0x3f8, %dx
        outb    %al, %dx
        jmp     1b
2:      hlt
        jmp     2b

message: .asciz "\r\nIOERROR op=load\r\n"

        .balign 4
packet: .byte   16, 0
        .word   PROGRAM_SECTORS
        .word   PROGRAM_ADDRESS & 15, PROGRAM_ADDRESS >> 4
        .quad   PROGRAM_SECTOR

        .balign 8
gdt:    .quad   0
        .quad   0x00cf9a000000ffff      /* 0x08: code, flat */
        .quad   0x00cf92000000ffff      /* 0x10: data, flat */
gdt_pointer:
        .word   gdt_pointer - gdt - 1
        .long   gdt

        .org    510
        .word   0xaa55

        .code32
        .section .start, "ax"
protected:
        movw    $0x10, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %fs
        movw    %ax, %gs
        movw    %ax, %ss
        movl    $STACK_TOP, %esp
        movl    $bss_begin, %edi
        movl    $bss_end, %ecx
        subl    %edi, %ecx
        xorl    %eax, %eax
        cld
        rep     stosb
        call    guest_main
1:      hlt
        jmp     1b

        .text
        .globl  tick_entry, device_entry, spurious_entry
tick_entry:
        pushal
        cld
        call    tick_interrupt
        popal
        iret
device_entry:
        pushal
        cld
        call    device_interrupt
        popal
        iret
spurious_entry:
        iret

        .section .note.GNU-stack, "", @progbits
