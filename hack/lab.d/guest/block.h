#ifndef BLOCK_H
#define BLOCK_H

#include <stdint.h>

enum block_operation { BLOCK_READ = 0, BLOCK_WRITE = 1, BLOCK_FLUSH = 4 };
enum block_state { BLOCK_PENDING, BLOCK_DONE, BLOCK_FAILED };

int block_start(void);
/* Without it the disk has no volatile cache: a completed write is durable. */
int block_can_flush(void);
void block_request(enum block_operation operation, uint32_t sector, void *data, uint32_t size);
enum block_state block_poll(void);

#endif
