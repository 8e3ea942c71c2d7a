/* Where things are on the disk (sectors of 512 bytes) and in memory. */
#ifndef LAYOUT_H
#define LAYOUT_H

#define PROGRAM_SECTOR 1
#define PROGRAM_SECTORS 63
#define CONFIG_SECTOR 64
/* Two records, each in 4 KiB of its own: a write never touches the other, whatever the disk's block. */
#define RECORD_SECTOR 128
#define RECORD_SECTORS 8

#define PROGRAM_ADDRESS 0x8000
#define STACK_TOP 0x90000

#endif
