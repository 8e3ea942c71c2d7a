/*
 * The test guest: writes an increasing sequence number to its disk and says on its console what was
 * acknowledged, so that "nothing acknowledged was lost" and "only one writer" can be read off logs.
 *
 * Round by round: read the records; anything but the guest's own last one is FOREIGN; write the next
 * number, flush, and only then say ACK. Meanwhile it answers ping and the power button.
 */
#include "block.h"
#include "layout.h"
#include "machine.h"
#include "network.h"

#define MAGIC "PERENEW1"
#define SECTOR 512

struct record { char magic[8]; uint32_t sequence, session, checksum; };
struct slot { struct record record; uint8_t rest[RECORD_SECTORS * SECTOR - sizeof(struct record)]; };

enum phase { IDLE, READING, WRITING, FLUSHING };

static struct slot slots[2] __attribute__((aligned(4096)));
static char config[SECTOR + 1] __attribute__((aligned(SECTOR)));
static struct { uint32_t address, interval, tick, poweroff_after, crash_after, ignore_acpi, no_write; } settings;
static uint32_t session;
/* What the disk holds if nobody else writes to it, and what it held before that. */
static struct version { uint32_t sequence, session; } expected, before, last_foreign;
static int write_failed;
static enum phase phase;

void *memcpy(void *to, const void *from, size_t size) {
    for (size_t index = 0; index < size; index++) ((volatile uint8_t *)to)[index] = ((const uint8_t *)from)[index];
    return to;
}

void *memset(void *to, int value, size_t size) {
    for (size_t index = 0; index < size; index++) ((volatile uint8_t *)to)[index] = (uint8_t)value;
    return to;
}

int memcmp(const void *left, const void *right, size_t size) {
    for (size_t index = 0; index < size; index++) {
        int difference = ((const uint8_t *)left)[index] - ((const uint8_t *)right)[index];
        if (difference) return difference;
    }
    return 0;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

static uint32_t checksum(const struct record *record) {
    uint32_t hash = 2166136261u;
    const uint8_t *bytes = (const uint8_t *)record;
    for (size_t index = 0; index < offsetof(struct record, checksum); index++) hash = (hash ^ bytes[index]) * 16777619u;
    return hash;
}

static int is_valid(const struct record *record) {
    return memcmp(record->magic, MAGIC, sizeof record->magic) == 0 && record->checksum == checksum(record);
}

/* The newest intact record, or nothing. A torn write leaves the one before it. */
static const struct record *current(void) {
    const struct record *newest = NULL;
    for (int index = 0; index < 2; index++) {
        const struct record *record = &slots[index].record;
        if (is_valid(record) && (!newest || record->sequence > newest->sequence)) newest = record;
    }
    return newest;
}

static uint32_t number(const char **text) {
    uint32_t value = 0;
    while (**text >= '0' && **text <= '9') value = value * 10 + (uint32_t)(*(*text)++ - '0');
    return value;
}

static const char *setting(const char *name) {
    size_t length = strlen(name);
    for (const char *text = config; *text; text++) {
        if ((text == config || text[-1] == ' ') && memcmp(text, name, length) == 0 && text[length] == '=') {
            return text + length + 1;
        }
    }
    return NULL;
}

static uint32_t number_setting(const char *name, uint32_t otherwise) {
    const char *text = setting(name);
    return text ? number(&text) : otherwise;
}

static uint32_t address_setting(const char *name) {
    uint32_t address = 0;
    const char *text = setting(name);
    if (!text) return 0;
    for (int part = 0; part < 4; part++) {
        address |= number(&text) << (8 * part);
        if (*text == '.') text++;
    }
    return address;
}

/* At boot nothing can be said before the disk has answered. */
static void read_now(const char *what, uint32_t sector, void *data, uint32_t size) {
    enum block_state state;
    do {
        block_request(BLOCK_READ, sector, data, size);
        while ((state = block_poll()) == BLOCK_PENDING) sleep_until_interrupt();
        if (state == BLOCK_FAILED) {
            print("IOERROR op=%s seq=0\n", what);
            for (uint32_t begin = milliseconds(); milliseconds() - begin < 500;) sleep_until_interrupt();
        }
    } while (state != BLOCK_DONE);
}

static void read_settings(void) {
    read_now("configuration", CONFIG_SECTOR, config, SECTOR);
    settings.address = address_setting("address");
    settings.interval = number_setting("interval", 50);
    settings.tick = number_setting("tick", 100);
    settings.poweroff_after = number_setting("poweroff-after", 0);
    settings.crash_after = number_setting("crash-after", 0);
    settings.ignore_acpi = number_setting("ignore-acpi", 0);
    settings.no_write = number_setting("no-write", 0);
}

static uint32_t new_session(void) {
    uint32_t hash = 2166136261u;
    for (uint8_t index = 0; index < 10; index++) {
        out8(0x70, index); /* the real-time clock */
        hash = (hash ^ in8(0x71) ^ time_stamp()) * 16777619u;
        hash ^= hash >> 15;
    }
    return hash ? hash : 1;
}

/* What the disk says is the base of what this session writes. */
static void find_record(void) {
    read_now("records", RECORD_SECTOR, slots, sizeof slots);
    const struct record *found = current();
    if (found) {
        expected.sequence = found->sequence;
        expected.session = found->session;
    }
    print("\nBOOT session=%x found seq=%u session=%x\n", session, expected.sequence, expected.session);
    if (!block_can_flush()) print("NOTE the disk has no flush\n");
}

static int same(struct version left, struct version right) {
    return left.sequence == right.sequence && left.session == right.session;
}

static void look_for_others(void) {
    const struct record *record = current();
    struct version found = record ? (struct version){record->sequence, record->session} : (struct version){0, 0};
    if (same(found, expected)) return;
    if (write_failed && same(found, before)) {
        expected = before;
        return;
    }
    if (!same(found, last_foreign)) {
        print("FOREIGN seq=%u session=%x instead of seq=%u session=%x\n", found.sequence, found.session,
              expected.sequence, expected.session);
    }
    last_foreign = found;
    if (found.sequence > expected.sequence) expected = found;
}

static void write_next(void) {
    uint32_t next = expected.sequence + 1;
    struct slot *slot = &slots[next & 1];
    memset(slot, 0, sizeof *slot);
    memcpy(slot->record.magic, MAGIC, sizeof slot->record.magic);
    slot->record.sequence = next;
    slot->record.session = session;
    slot->record.checksum = checksum(&slot->record);
    /* Written, if only perhaps: from now on this is what the guest expects to find. */
    before = expected;
    expected = (struct version){next, session};
    write_failed = 0;
    block_request(BLOCK_WRITE, RECORD_SECTOR + (next & 1) * RECORD_SECTORS, slot, sizeof *slot);
}

static void begin_round(void) {
    block_request(BLOCK_READ, RECORD_SECTOR, slots, sizeof slots);
    phase = READING;
}

static void end_round(void) {
    print("ACK seq=%u session=%x\n", expected.sequence, expected.session);
    phase = IDLE;
}

static void go_on(void) {
    switch (phase) {
        case READING:
            look_for_others();
            if (settings.no_write) {
                phase = IDLE;
            } else {
                write_next();
                phase = WRITING;
            }
            break;
        case WRITING:
            if (block_can_flush()) {
                block_request(BLOCK_FLUSH, 0, NULL, 0);
                phase = FLUSHING;
            } else {
                end_round();
            }
            break;
        case FLUSHING: end_round(); break;
        case IDLE: break;
    }
}

static void continue_round(void) {
    static const char *const names[] = {"idle", "read", "write", "flush"};
    if (phase == IDLE) return;
    switch (block_poll()) {
        case BLOCK_PENDING: break;
        case BLOCK_DONE: go_on(); break;
        case BLOCK_FAILED:
            print("IOERROR op=%s seq=%u\n", names[phase], expected.sequence);
            if (phase != READING) write_failed = 1;
            phase = IDLE;
            break;
    }
}

static void obey(void) {
    if (power_button_pressed()) {
        if (!settings.ignore_acpi) {
            print("SHUTDOWN session=%x\n", session);
            power_off();
        }
    }
    switch (serial_read()) {
        case 'q': print("POWEROFF session=%x\n", session); power_off();
        case 'r': print("REBOOT session=%x\n", session); reboot();
        case 'c': print("CRASH session=%x\n", session); crash();
    }
}

static void keep_appointments(uint32_t present) {
    if (settings.poweroff_after && present >= settings.poweroff_after) {
        print("POWEROFF session=%x\n", session);
        power_off();
    }
    if (settings.crash_after && present >= settings.crash_after) {
        print("CRASH session=%x\n", session);
        crash();
    }
}

void guest_main(void) {
    serial_start();
    clock_start(power_start());
    clock_tick(100);
    session = new_session();
    if (!block_start()) {
        print("\nNODISK no virtio disk\n");
        for (;;) sleep_until_interrupt();
    }
    read_settings();
    if (settings.ignore_acpi) ignore_power_button();
    if (settings.tick >= 20 && settings.tick <= 1000) clock_tick(settings.tick);
    find_record();
    network_start(settings.address);
    network_announce();
    for (uint32_t next_round = 0, announced = 0;;) {
        uint32_t present = milliseconds();
        network_poll();
        continue_round();
        obey();
        keep_appointments(present);
        if (phase == IDLE && present >= next_round) {
            next_round = present + settings.interval;
            begin_round();
        }
        if (!announced && present > 300) {
            network_announce();
            announced = 1;
        }
        sleep_until_interrupt();
    }
}
