// Sends UDP datagrams of one size on an interface: send INTERFACE COUNT PER_SECOND; 0 per second is as fast as it goes.
// Prints how many were sent.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { SIZE = 900, AT_ONCE = 32, PORT = 40001 };

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    int64_t wanted = atoll(arguments[2]), rate = atoll(arguments[3]), sent = 0;
    uint8_t frame[SIZE] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, (SIZE - 14) >> 8, (SIZE - 14) & 255,
                           0, 1, 0x40, 0, 64, 17, 0, 0, 198, 51, 100, 1, 198, 51, 100, 2,
                           0x9C, 0x40, PORT >> 8, PORT & 255, (SIZE - 34) >> 8, (SIZE - 34) & 255};
    int out = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(arguments[1])};
    if (out < 0 || bind(out, (struct sockaddr *)&address, sizeof address) != 0) return 1;
    setsockopt(out, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
    struct iovec part = {frame, SIZE};
    struct mmsghdr messages[AT_ONCE];
    memset(messages, 0, sizeof messages);
    for (int index = 0; index < AT_ONCE; index++) {
        messages[index].msg_hdr.msg_iov = &part;
        messages[index].msg_hdr.msg_iovlen = 1;
    }
    int64_t start = now();
    while (sent < wanted) {
        if (rate > 0 && sent * 1000000000LL / rate > now() - start) {
            nanosleep(&(struct timespec){0, 20000}, NULL);
            continue;
        }
        int more = wanted - sent < AT_ONCE ? (int)(wanted - sent) : AT_ONCE;
        int done = sendmmsg(out, messages, (unsigned)more, 0);
        if (done > 0) sent += done;
        else if (errno != ENOBUFS && errno != EINTR) return 1;
    }
    printf("%lld\n", (long long)sent);
    return 0;
}
