// The floor: what reading a pcap file, decoding Ethernet, VLAN, IP, TCP and UDP, and finding the flow
// of each packet costs in plain C. floor FILE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct { uint64_t address[4]; uint32_t ports; uint16_t protocol, used; uint64_t packets, bytes; } Flow;
static Flow *flows;
static uint64_t mask = (1 << 16) - 1, flowCount, packets, other;

static uint16_t be16(const uint8_t *p) { return p[0] << 8 | p[1]; }
static uint32_t le32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static uint64_t mix(uint64_t a, uint64_t b) { __uint128_t m = (__uint128_t)a * b; return (uint64_t)m ^ (uint64_t)(m >> 64); }
static uint64_t hash(const Flow *f) {
    uint64_t a = mix(f->address[0] ^ 0x9E3779B97F4A7C15ull, f->address[1] ^ 0xC2B2AE3D27D4EB4Full);
    uint64_t b = mix(f->address[2] ^ 0x165667B19E3779F9ull, f->address[3] ^ f->ports ^ (uint64_t)f->protocol << 40);
    return mix(a ^ 0x27D4EB2F165667C5ull, b);
}
static Flow *find(const Flow *key) {
    uint64_t at = hash(key) & mask;
    while (flows[at].used && memcmp(flows + at, key, 40)) at = (at + 1) & mask;
    return flows + at;
}
static void count(const uint8_t *a, const uint8_t *b, int width, uint32_t source, uint32_t target, int protocol, uint32_t length) {
    Flow key = {.used = 1, .protocol = protocol};
    int order = memcmp(a, b, width), isSwapped = order > 0 || (order == 0 && source > target);
    memcpy(key.address, isSwapped ? b : a, width);
    memcpy(key.address + 2, isSwapped ? a : b, width);
    key.ports = isSwapped ? target << 16 | source : source << 16 | target;
    Flow *flow = find(&key);
    if (!flow->used) {
        *flow = key;
        if (++flowCount * 2 > mask) {
            Flow *old = flows;
            uint64_t size = mask + 1;
            mask = size * 2 - 1;
            flows = calloc(mask + 1, sizeof *flows);
            for (uint64_t i = 0; i < size; i++) if (old[i].used) *find(old + i) = old[i];
            free(old);
            flow = find(&key);
        }
    }
    flow->packets++;
    flow->bytes += length;
}
static void decode(const uint8_t *p, uint32_t n) {
    uint32_t at = 14;
    if (n < 14) { other++; return; }
    uint32_t type = be16(p + 12);
    while (type == 0x8100 || type == 0x88A8) {
        if (n < at + 4) { other++; return; }
        type = be16(p + at + 2);
        at += 4;
    }
    const uint8_t *ip = p + at, *a, *b;
    uint32_t end, protocol, width;
    if (type == 0x0800 && n >= at + 20 && (ip[0] & 15) >= 5 && !(be16(ip + 6) & 0x1FFF)) {
        end = at + be16(ip + 2);
        at += (ip[0] & 15) * 4;
        protocol = ip[9]; a = ip + 12; b = ip + 16; width = 4;
    } else if (type == 0x86DD && n >= at + 40) {
        end = at + 40 + be16(ip + 4);
        at += 40;
        protocol = ip[6]; a = ip + 8; b = ip + 24; width = 16;
    } else { other++; return; }
    if (end > n) end = n;
    uint32_t header = protocol == 6 ? 20 : 8;
    if ((protocol != 6 && protocol != 17) || end < at + header) { other++; return; }
    if (protocol == 6) header = (p[at + 12] >> 4) * 4;
    if (header < 8 || end < at + header) { other++; return; }
    count(a, b, width, be16(p + at), be16(p + at + 2), protocol, end - at - header);
}
int main(int argc, char **argv) {
    enum { piece = 256 << 10 };
    int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0) return 2;
    flows = calloc(mask + 1, sizeof *flows);
    uint8_t *buffer = malloc(2 * piece);
    size_t have = 0, at = 24;
    for (ssize_t got; (got = read(file, buffer + have, piece)) > 0;) {
        have += got;
        while (at + 16 <= have) {
            uint32_t length = le32(buffer + at + 8);
            if (length > piece - 16) return 3;
            if (at + 16 + length > have) break;
            packets++;
            decode(buffer + at + 16, length);
            at += 16 + length;
        }
        memmove(buffer, buffer + at, have - at);
        have -= at;
        at = 0;
    }
    printf("%lu packets, %lu flows, %lu other\n", packets, flowCount, other);
}
