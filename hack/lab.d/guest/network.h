#ifndef NETWORK_H
#define NETWORK_H

#include <stdint.h>

/* Answers ARP and ICMP echo for the address (network byte order). Without a card it does nothing. */
void network_start(uint32_t address);
void network_poll(void);
/* Tells switches and neighbours where the address is. */
void network_announce(void);

#endif
