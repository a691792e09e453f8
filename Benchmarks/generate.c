// Writes a workload as a pcap file, and its truth as JSON:
//
//     generate mixed|krb|small TEMPLATES OUT TRUTH (bytes=N | packets=N) [slots=N] [gap=N] [only=N] [seed=N]
//
// mixed: bulk transfers, TLS, DNS, remote shells, plain HTTP and a few sign-ons, as a gateway sees it;
// krb: whole sign-ons only; small: packets of at most 90 octets over many flows.
// The same arguments give the same octets. Each slot plays one conversation after the other; the slots
// are mixed packet by packet, some segments change places and some come twice. `gap` is the longest time between
// packets in microseconds; `only` plays one template alone.
#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// MARK: Chance

static uint64_t state;
static uint64_t next64(void) {
    uint64_t z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}
static uint32_t below(uint32_t n) { return (uint32_t)((next64() >> 32) * n >> 32); }

enum { noiseSize = 1 << 24, mss = 1448, maximumTurns = 160 };
static uint8_t *noise;
static const uint8_t *someNoise(uint32_t length) { return noise + below(noiseSize - length); }

// MARK: Templates

// templates.py writes these numbers.
enum { MASK, USER, SERVICE, CONNECTOR, KERBEROS_TIME, HTTP_TIME };
enum { UPPER = 1, UTF16 = 2 };
enum { CLIENT_CLOSES, SERVER_CLOSES, CLIENT_RESETS, SERVER_RESETS, REFUSED };
enum { NO_PROTOCOL, KERBEROS, HTTP };
enum { CONNECTOR_HOST, KDC_HOST, BACKEND_HOST };

// Where octets are altered. `number` says which of a template's names stands here, or how many seconds a time is from its packet.
typedef struct { uint8_t kind, flags; uint16_t length; uint32_t offset, text; int32_t number; } Place;
typedef struct { uint32_t direction, length, wait, placeCount; const Place *places; const uint8_t *octets; } Turn;
typedef struct {
    uint32_t port, isTCP, protocol, end, wait, role[2], roleNumber[2], turnCount;
    Turn *turns;
} Connection;
typedef struct {
    uint32_t weight, connectionCount, firstUser, userCount, firstService, serviceCount, begun;
    uint64_t played;
    Connection *connections;
} SignOn;
static SignOn *signOns;
static uint32_t signOnCount, totalWeight;

// Each template owns a part of them, so that each user and each service has one story.
enum { users = 20000, services = 3000 };

static const uint8_t *cursor;
static uint32_t take32(void) { uint32_t v; memcpy(&v, cursor, 4); cursor += 4; return v; }

static void readTurn(Turn *t) {
    t->direction = take32(), t->length = take32(), t->wait = take32(), t->placeCount = take32();
    Place *places = malloc(t->placeCount * sizeof(Place));
    memcpy(places, cursor, t->placeCount * sizeof(Place));
    t->places = places;
    cursor += t->placeCount * sizeof(Place);
    t->octets = cursor;
    cursor += t->length;
}

static void readConnection(Connection *c) {
    c->port = take32(), c->isTCP = take32(), c->protocol = take32(), c->end = take32(), c->wait = take32();
    for (int i = 0; i < 2; i++) c->role[i] = take32(), c->roleNumber[i] = take32();
    c->turnCount = take32();
    if (c->turnCount > maximumTurns) exit(2);
    c->turns = calloc(c->turnCount, sizeof(Turn));
    for (uint32_t i = 0; i < c->turnCount; i++) readTurn(c->turns + i);
}

static void readTemplates(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) { perror(path); exit(2); }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint8_t *data = malloc(size);
    if (fread(data, 1, size, file) != (size_t)size) exit(2);
    fclose(file);
    cursor = data;
    signOnCount = take32();
    signOns = calloc(signOnCount, sizeof *signOns);
    uint32_t before = 0;
    for (SignOn *s = signOns; s < signOns + signOnCount; s++) {
        s->weight = take32(), s->connectionCount = take32();
        s->connections = calloc(s->connectionCount, sizeof(Connection));
        for (uint32_t i = 0; i < s->connectionCount; i++) readConnection(s->connections + i);
        totalWeight += s->weight;
    }
    for (SignOn *s = signOns; s < signOns + signOnCount; s++) {
        uint32_t after = before + s->weight;
        s->firstUser = users * before / totalWeight, s->userCount = users * after / totalWeight - s->firstUser;
        s->firstService = services * before / totalWeight, s->serviceCount = services * after / totalWeight - s->firstService;
        before = after;
    }
}

// MARK: Altering a copy

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static uint8_t digits[256];

// One octet of a turn, in the clear or inside base64 text.
static uint8_t octetAt(const uint8_t *octets, uint32_t text, uint32_t offset) {
    if (text == UINT32_MAX) return octets[offset];
    const uint8_t *four = octets + text + offset / 3 * 4;
    uint32_t bits = digits[four[0]] << 18 | digits[four[1]] << 12 | digits[four[2]] << 6 | digits[four[3]];
    return bits >> (16 - offset % 3 * 8);
}
static void setOctet(uint8_t *octets, uint32_t text, uint32_t offset, uint8_t value) {
    if (text == UINT32_MAX) { octets[offset] = value; return; }
    uint8_t *four = octets + text + offset / 3 * 4;
    uint32_t shift = 16 - offset % 3 * 8;
    uint32_t bits = digits[four[0]] << 18 | digits[four[1]] << 12 | digits[four[2]] << 6 | digits[four[3]];
    bits = (bits & ~(255u << shift)) | (uint32_t)value << shift;
    for (int k = 0; k < 4; k++)
        if (four[k] != '=') four[k] = alphabet[bits >> (18 - 6 * k) & 63];
}

// A name of so many characters for a number: a letter, then letters and digits. Different numbers give different names as long
// as there are names enough, and neighbours do not look alike.
static void spell(char *name, uint32_t length, uint64_t number) {
    uint64_t count = 26;
    for (uint32_t i = 1; i < length; i++) count *= 36;
    uint64_t left = number * 7919 % count;
    for (uint32_t i = length; --i > 0; left /= 36) name[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[left % 36];
    name[0] = 'a' + left;
}

typedef struct { uint32_t user, service, connector; uint64_t mask; } Names;

static void alter(uint8_t *octets, const Place *place, const Names *names, int64_t now) {
    char fresh[64] = "";
    uint32_t step = place->flags & UTF16 ? 2 : 1, length = place->length;
    time_t then = now + place->number;
    struct tm parts;
    switch (place->kind) {
    case MASK:
        for (uint32_t i = 0; i < length; i++) {
            uint32_t offset = place->offset + i;
            setOctet(octets, place->text, offset, octetAt(octets, place->text, offset) ^ (uint8_t)(names->mask >> 8 * i));
        }
        return;
    case USER: spell(fresh, length, names->user + users * place->number); break;
    case SERVICE: spell(fresh, length, names->service + services * place->number); break;
    case CONNECTOR:
        memcpy(fresh, "conn", 4);
        spell(fresh + 4, length - 4, names->connector + 100000 * place->number);
        break;
    case KERBEROS_TIME: strftime(fresh, sizeof fresh, "%Y%m%d%H%M%S", gmtime_r(&then, &parts)); break;
    case HTTP_TIME: strftime(fresh, sizeof fresh, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&then, &parts)); break;
    }
    for (uint32_t i = 0; i < length; i++)
        setOctet(octets, place->text, place->offset + i * step, place->flags & UPPER ? toupper(fresh[i]) : fresh[i]);
}

// MARK: Packets

static FILE *out;
static uint64_t bytes, packets, kerberosMessages, httpMessages, flows;
// 2026-11-21 03:34:45 UTC.
static uint64_t microseconds = 1795232085ull * 1000000;

// What one side sends in one go: octets, or a turn of a template, which is copied and altered when it is sent.
typedef struct { uint8_t direction, owned; uint32_t length; const uint8_t *octets; const Turn *turn; } Send;
typedef struct {
    int active, tcp, v6, vlan, phase, sendCount, sent, unacknowledged;
    uint8_t address[2][16];
    uint16_t port[2];
    uint32_t sequence[2], identification, offset;
    Send sends[maximumTurns];
    uint64_t bulk;
    uint32_t bulkSent;
    SignOn *signOn;
    uint32_t connection;
    Names names;
    uint32_t connectionsBegun;
    // Nothing is sent before this time.
    uint64_t due;
} Slot;
static Slot *slots;
// How many connections there are at a time: 1000, and 200 where all are sign-ons.
static uint32_t slotCount = 0;

// Microseconds between packets, at most. Of `mixed` 20: 100,000 packets a second. Where there is nothing but sign-ons 340:
// 6,000 packets and a hundred sign-ons a second, which is more than a busy connector makes.
static uint32_t longestGap = 0;

static void record(const uint8_t *packet, uint32_t length) {
    microseconds += below(longestGap);
    uint32_t header[4] = {microseconds / 1000000, microseconds % 1000000, length, length};
    fwrite(header, 16, 1, out);
    fwrite(packet, length, 1, out);
    bytes += 16 + length;
    packets++;
}

static uint32_t sum(const uint8_t *p, uint32_t n, uint32_t s) {
    for (; n > 1; p += 2, n -= 2) s += p[0] << 8 | p[1];
    return n ? s + (p[0] << 8) : s;
}
static uint16_t fold(uint32_t s) { while (s >> 16) s = (s & 0xFFFF) + (s >> 16); return ~s; }
static void put16(uint8_t *p, uint32_t v) { p[0] = v >> 8; p[1] = v; }
static void put32(uint8_t *p, uint32_t v) { v = htonl(v); memcpy(p, &v, 4); }

static uint8_t delayed[2048];
static uint32_t delayedLength;
static int disorder;
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

// Returns whether the segment was sent twice.
static int emit(Slot *s, int way, uint8_t flags, const uint8_t *payload, uint32_t length) {
    uint8_t packet[2048];
    memset(packet, 0, 128);
    packet[0] = packet[6] = 2;
    packet[5] = 1 + way;
    packet[11] = 2 - way;
    uint32_t at = 12;
    if (s->vlan) { put16(packet + at, 0x8100); put16(packet + at + 2, 42); at += 4; }
    put16(packet + at, s->v6 ? 0x86DD : 0x0800);
    at += 2;
    uint32_t options = !s->tcp ? 0 : flags & SYN ? 8 : 12;
    uint32_t transport = (s->tcp ? 20 : 8) + options, network = s->v6 ? 40 : 20, width = s->v6 ? 16 : 4;
    uint8_t *ip = packet + at, *l4 = ip + network;
    if (s->v6) {
        ip[0] = 0x60; put16(ip + 4, transport + length); ip[6] = s->tcp ? 6 : 17; ip[7] = 64;
        memcpy(ip + 8, s->address[way], 16);
        memcpy(ip + 24, s->address[1 - way], 16);
    } else {
        ip[0] = 0x45; put16(ip + 2, network + transport + length); put16(ip + 4, ++s->identification);
        ip[6] = 0x40; ip[8] = 64; ip[9] = s->tcp ? 6 : 17;
        memcpy(ip + 12, s->address[way], 4);
        memcpy(ip + 16, s->address[1 - way], 4);
        put16(ip + 10, fold(sum(ip, 20, 0)));
    }
    put16(l4, s->port[way]);
    put16(l4 + 2, s->port[1 - way]);
    if (s->tcp) {
        put32(l4 + 4, s->sequence[way]);
        put32(l4 + 8, flags & ACK ? s->sequence[1 - way] : 0);
        l4[12] = transport / 4 << 4; l4[13] = flags; l4[14] = l4[15] = 0xFF;
        static const uint8_t syn[8] = {2, 4, 5, 0xB4, 4, 2, 1, 1}, stamp[4] = {1, 1, 8, 10};
        if (flags & SYN) memcpy(l4 + 20, syn, 8);
        else { memcpy(l4 + 20, stamp, 4); put32(l4 + 24, microseconds / 1000); }
        s->sequence[way] += length + !!(flags & (SYN | FIN));
    } else put16(l4 + 4, 8 + length);
    if (length) memcpy(l4 + transport, payload, length);
    uint32_t total = sum(s->address[0], width, sum(s->address[1], width, (s->tcp ? 6 : 17) + transport + length));
    put16(l4 + (s->tcp ? 16 : 6), fold(sum(l4, transport + length, total)));
    uint32_t size = at + network + transport + length;
    // A segment changes places inside one side's turn only, and the first of several comes once: what
    // is complete when stays certain.
    int isLast = flags & PSH;
    if (disorder && length && s->tcp && !isLast && !delayedLength && below(500) == 0) {
        memcpy(delayed, packet, size);
        delayedLength = size;
        return 0;
    }
    record(packet, size);
    if (delayedLength) { record(delayed, delayedLength); delayedLength = 0; }
    if (!disorder || !length || !s->tcp || (!isLast && s->offset == 0) || below(1000)) return 0;
    record(packet, size);
    return 1;
}

// MARK: Conversations

static void say(Slot *s, int way, const uint8_t *octets, uint32_t length, int owned) {
    s->sends[s->sendCount++] = (Send){way, owned, length, octets, 0};
}
static void sayNoise(Slot *s, int way, uint32_t length) { say(s, way, someNoise(length), length, 0); }

// Any client, and one of so many servers.
enum { servers = 1000 };
static void endpoints(Slot *s, uint16_t serverPort) {
    uint32_t server = below(servers);
    for (int i = 0; i < 16; i++) { s->address[0][i] = next64(); s->address[1][i] = server * 0x9E3779B1u >> i; }
    if (s->v6) s->address[0][0] = s->address[1][0] = 0x20, s->address[0][1] = s->address[1][1] = 1;
    else s->address[0][0] = 10, s->address[1][0] = server % 2 ? 10 : 20 + server % 180;
    s->address[1][s->v6 ? 14 : 2] = server >> 8;
    s->address[1][s->v6 ? 15 : 3] = server;
    s->port[0] = 1024 + below(64000);
    s->port[1] = serverPort;
}

static void begin(Slot *s, int tcp) {
    s->active = s->tcp = 1;
    s->tcp = tcp;
    s->phase = s->sendCount = s->sent = s->unacknowledged = 0;
    s->offset = s->bulkSent = 0;
    s->bulk = 0;
    s->sequence[0] = next64();
    s->sequence[1] = next64();
    flows++;
}

// Addresses of a sign-on. Each template has eight connectors and four domain controllers of its own, for what one host does is held
// against what it did before, and each service has servers of its own.
enum { connectors = 8, domainControllers = 4 };
static void host(const Slot *s, uint8_t address[16], uint32_t role, uint32_t number) {
    uint32_t slot = (uint32_t)(s - slots), story = (uint32_t)(s->signOn - signOns), service = s->names.service;
    uint8_t v4[4] = {10, 77, story, 1 + slot % connectors};
    if (role == KDC_HOST) v4[1] = 78, v4[3] = 1 + slot % domainControllers + domainControllers * number;
    if (role == BACKEND_HOST) v4[1] = 80 + number, v4[2] = service >> 8, v4[3] = service;
    memset(address, 0, 16);
    if (s->v6) address[0] = 0xFD;
    memcpy(address + (s->v6 ? 12 : 0), v4, 4);
}

// The next client port: slots that share a connector share none of its ports.
static uint16_t nextPort(Slot *s) {
    uint32_t sharing = (slotCount + connectors - 1) / connectors, range = 40000 / sharing;
    return 20000 + (uint32_t)(s - slots) / connectors * range + s->connectionsBegun++ % range;
}

// The next connection of the slot's sign-on.
static void beginConnection(Slot *s) {
    const Connection *c = s->signOn->connections + s->connection;
    begin(s, c->isTCP);
    for (int i = 0; i < 2; i++) host(s, s->address[i], c->role[i], c->roleNumber[i]);
    s->port[0] = nextPort(s);
    s->port[1] = c->port;
    s->due = c->wait ? microseconds + c->wait : 0;
    for (const Turn *t = c->turns; t < c->turns + c->turnCount; t++)
        s->sends[s->sendCount++] = (Send){t->direction, 1, t->length, 0, t};
}

static int onlyOne = -1;

static void beginSignOn(Slot *s) {
    s->v6 = (s - slots) % 10 == 0;
    s->vlan = (s - slots) % 10 == 1;
    uint32_t chosen = below(totalWeight);
    SignOn *story = signOns;
    while (chosen >= story->weight) chosen -= story++->weight;
    s->signOn = onlyOne >= 0 ? signOns + onlyOne : story;
    // Users and services come in turn: somebody who fails is not seen again before the failure counts as his last attempt.
    uint32_t turn = s->signOn->begun++;
    s->connection = 0;
    uint32_t connector = (uint32_t)(s->signOn - signOns) * connectors + (uint32_t)(s - slots) % connectors;
    s->names = (Names){s->signOn->firstUser + turn % s->signOn->userCount,
                       s->signOn->firstService + turn % s->signOn->serviceCount, connector, next64()};
    beginConnection(s);
}

static void sayHTTP(Slot *s) {
    for (uint32_t i = 1 + below(6); i; i--) {
        char *request = malloc(512);
        int n = snprintf(request, 512,
            "GET /app/%x/page?id=%u HTTP/1.1\r\nHost: web%u.corp.example\r\nUser-Agent: browser/5.0\r\n"
            "Accept: text/html,application/xhtml+xml\r\nAccept-Encoding: gzip, deflate\r\n"
            "Accept-Language: en-US,en;q=0.9\r\nConnection: keep-alive\r\n\r\n", below(65536), below(100000), below(50));
        say(s, 0, (uint8_t *)request, n, 1);
        uint32_t length = 200 + below(16000);
        char *response = malloc(length + 256);
        n = snprintf(response, 256,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: web\r\n"
            "Date: Sat, 21 Nov 2026 03:34:45 GMT\r\nContent-Length: %u\r\n\r\n", length);
        memcpy(response + n, someNoise(length), length);
        say(s, 1, (uint8_t *)response, n + length, 1);
        httpMessages += 2;
    }
}

static void beginMixed(Slot *s) {
    uint32_t kind = below(1000);
    if (kind >= 950) { beginSignOn(s); return; }
    s->v6 = below(10) == 0;
    s->vlan = below(10) == 0;
    s->signOn = 0;
    begin(s, kind >= 555 || kind < 290);
    if (kind < 290) {
        endpoints(s, kind < 20 ? 445 : 443);
        sayNoise(s, 0, 517);
        sayNoise(s, 1, 3900);
        sayNoise(s, 0, 120);
        if (kind < 80) s->bulk = (uint64_t)(20000 + below(200000)) << (below(4) ? 2 : 4);
        else for (uint32_t i = 1 + below(20); i; i--) { sayNoise(s, 0, 100 + below(900)); sayNoise(s, 1, 100 + below(9000)); }
    } else if (kind < 555) {
        endpoints(s, 53);
        sayNoise(s, 0, 30 + below(40));
        sayNoise(s, 1, 60 + below(180));
    } else if (kind < 880) {
        endpoints(s, below(4) ? 80 : 8080);
        sayHTTP(s);
    } else {
        endpoints(s, below(2) ? 22 : 3389);
        for (uint32_t i = 20 + below(120); i; i--) sayNoise(s, i & 1, 36 + below(100));
    }
}

static void finished(Slot *s) {
    s->active = 0;
    if (!s->signOn) return;
    const Connection *c = s->signOn->connections + s->connection;
    if (c->protocol == KERBEROS) kerberosMessages += c->turnCount;
    if (c->protocol == HTTP) httpMessages += c->turnCount;
    if (++s->connection < s->signOn->connectionCount) { beginConnection(s); return; }
    s->signOn->played++;
}

// Copies and alters a turn of a template when its first octet is sent. Returns whether somebody waits before that.
static int isWaiting(Slot *s, Send *now) {
    if (!now->turn || now->octets) return 0;
    if (now->turn->wait && !s->due) { s->due = microseconds + now->turn->wait; return 1; }
    s->due = 0;
    uint8_t *copy = malloc(now->length);
    memcpy(copy, now->turn->octets, now->length);
    for (uint32_t i = 0; i < now->turn->placeCount; i++) alter(copy, now->turn->places + i, &s->names, microseconds / 1000000);
    now->octets = copy;
    return 0;
}

static void sent(Slot *s, Send *now) {
    if (now->owned) free((void *)now->octets);
    s->sent++;
}

static void acknowledge(Slot *s, int way) {
    s->unacknowledged = 0;
    emit(s, 1 - way, ACK, 0, 0);
}

// Sends the slot's next packet, and perhaps the other side's acknowledgment.
static void step(Slot *s) {
    Send *now = s->sends + s->sent;
    int protocol = s->signOn ? s->signOn->connections[s->connection].protocol : s->port[1] == 80 || s->port[1] == 8080 ? HTTP : NO_PROTOCOL;
    int end = s->signOn ? s->signOn->connections[s->connection].end : CLIENT_CLOSES;
    if (!s->tcp) {
        if (isWaiting(s, now)) return;
        emit(s, now->direction, 0, now->octets, now->length);
        sent(s, now);
        if (s->sent == s->sendCount) finished(s);
        return;
    }
    switch (s->phase) {
    case 0: emit(s, 0, SYN, 0, 0); s->phase++; return;
    case 1:
        if (end == REFUSED) { emit(s, 1, RST | ACK, 0, 0); finished(s); return; }
        emit(s, 1, SYN | ACK, 0, 0); s->phase++; return;
    case 2: emit(s, 0, ACK, 0, 0); s->phase++; return;
    case 3:
        if (s->sent < s->sendCount) {
            if (isWaiting(s, now)) return;
            uint32_t length = now->length - s->offset > mss ? mss : now->length - s->offset;
            int isLast = s->offset + length == now->length;
            // A message that is sent again counts again, as a copy, where it had been complete.
            if (emit(s, now->direction, isLast ? PSH | ACK : ACK, now->octets + s->offset, length) && s->offset == 0) {
                if (protocol == KERBEROS) kerberosMessages++;
                if (protocol == HTTP) httpMessages++;
            }
            s->offset += length;
            s->unacknowledged++;
            if (!isLast) { if (s->unacknowledged == 2) acknowledge(s, now->direction); return; }
            sent(s, now);
            s->offset = 0;
            s->unacknowledged = 0;
            if (below(3) == 0) acknowledge(s, now->direction);
            return;
        }
        if (s->bulk) {
            uint32_t length = s->bulk > mss ? mss : s->bulk;
            uint8_t piece[mss];
            memcpy(piece, someNoise(length), length);
            if (s->bulkSent == 0 && length > 5) { static const uint8_t header[5] = {23, 3, 3, 0x40, 0}; memcpy(piece, header, 5); }
            s->bulkSent = (s->bulkSent + length) % 16389;
            s->bulk -= length;
            emit(s, 1, ACK, piece, length);
            if (++s->unacknowledged == 2) acknowledge(s, 1);
            return;
        }
        if (end == CLIENT_RESETS || end == SERVER_RESETS) {
            emit(s, end == SERVER_RESETS, RST | ACK, 0, 0);
            finished(s);
            return;
        }
        emit(s, end == SERVER_CLOSES, FIN | ACK, 0, 0); s->phase++; return;
    case 4: emit(s, end != SERVER_CLOSES, FIN | ACK, 0, 0); s->phase++; return;
    default: emit(s, end == SERVER_CLOSES, ACK, 0, 0); finished(s);
    }
}

int main(int count, char **arguments) {
    if (count < 6) { fputs("usage: generate mixed|krb|small TEMPLATES OUT TRUTH bytes=N|packets=N [slots=N] [gap=N] [only=N] [seed=N]\n", stderr); return 2; }
    const char *kind = arguments[1];
    uint64_t maximumBytes = UINT64_MAX, maximumPackets = UINT64_MAX;
    for (int i = 5; i < count; i++) {
        char *value = strchr(arguments[i], '=');
        if (!value) return 2;
        uint64_t number = strtoull(value + 1, 0, 10);
        if (!strncmp(arguments[i], "bytes", 5)) maximumBytes = number;
        else if (!strncmp(arguments[i], "packets", 7)) maximumPackets = number;
        else if (!strncmp(arguments[i], "slots", 5)) slotCount = number;
        else if (!strncmp(arguments[i], "gap", 3)) longestGap = number;
        else if (!strncmp(arguments[i], "only", 4)) onlyOne = number;
        else if (!strncmp(arguments[i], "seed", 4)) state = number;
        else return 2;
    }
    if (!slotCount) slotCount = strcmp(kind, "krb") ? 1000 : 200;
    if (!longestGap) longestGap = strcmp(kind, "krb") ? 20 : 340;
    for (int i = 0; i < 64; i++) digits[(uint8_t)alphabet[i]] = i;
    if (!(out = fopen(arguments[3], "wb"))) { perror(arguments[3]); return 2; }
    setvbuf(out, 0, _IOFBF, 1 << 20);
    readTemplates(arguments[2]);
    noise = malloc(noiseSize);
    for (uint32_t i = 0; i < noiseSize; i += 8) { uint64_t v = next64(); memcpy(noise + i, &v, 8); }
    static const uint8_t header[24] = {0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, [18] = 4, [20] = 1};
    fwrite(header, 24, 1, out);
    bytes = 24;
    slots = calloc(slotCount, sizeof *slots);
    if (!strcmp(kind, "small")) {
        for (Slot *s = slots; s < slots + slotCount; s++) {
            begin(s, below(3) != 0);
            s->v6 = below(20) == 0;
            endpoints(s, s->tcp ? 443 + below(20) : 53);
        }
        while (packets < maximumPackets && bytes < maximumBytes) {
            Slot *s = slots + below(slotCount);
            uint32_t length = s->v6 ? 0 : s->tcp ? below(25) : 22 + below(26);
            emit(s, below(2), s->tcp ? length ? PSH | ACK : ACK : 0, noise + below(noiseSize - 64), length);
        }
    } else {
        void (*start)(Slot *) = strcmp(kind, "krb") ? beginMixed : beginSignOn;
        disorder = 1;
        uint32_t live = 0, idle = 0;
        for (int isOpen = 1; isOpen || live;) {
            isOpen = packets < maximumPackets && bytes < maximumBytes;
            Slot *s = slots + below(slotCount);
            if (!s->active) { if (!isOpen) continue; start(s); live++; }
            // When everybody waits, time goes on all the same.
            if (s->due > microseconds) { microseconds += ++idle > slotCount; continue; }
            idle = 0;
            for (uint32_t n = 1 + below(4); n && s->active && s->due <= microseconds; n--) step(s);
            if (!s->active) live--;
        }
        if (delayedLength) record(delayed, delayedLength);
    }
    fclose(out);
    FILE *truth = fopen(arguments[4], "w");
    if (!truth) { perror(arguments[4]); return 2; }
    fprintf(truth, "{\"packets\": %llu, \"bytes\": %llu, \"flows\": %llu, \"kerberos\": %llu, \"http\": %llu, \"played\": [",
            (unsigned long long)packets, (unsigned long long)bytes, (unsigned long long)flows,
            (unsigned long long)kerberosMessages, (unsigned long long)httpMessages);
    for (uint32_t i = 0; i < signOnCount; i++) fprintf(truth, "%s%llu", i ? ", " : "", (unsigned long long)signOns[i].played);
    fprintf(truth, "]}\n");
    return fclose(truth) != 0;
}
