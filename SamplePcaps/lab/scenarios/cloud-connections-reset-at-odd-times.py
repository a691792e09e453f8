"""Connections to the cloud service end with RST at different idle ages

Three connections in turn, cut after 20, 95 and 410 idle seconds: no constant age,
so no idle time-out explains them.
"""

import socket
import ssl
import struct
import time

from scenario import OPEN

FIRST = OPEN
SHOWS = ["tcp.flags.reset == 1 && tcp.srcport == 443"]
NEAR_MISS = ["cloud-connection-cut"]
MADE_WITH = ("cloud", "backend")
REWRITTEN = (
    "each connection was idle for a moment only; the times from each RST on were moved by 20, 95 and 410 seconds."
)
AGES = (20, 95, 410)


def prepare(lab):
    pem = lab.cloud.certificate()

    def talk(connection, peer):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(pem)
        channel = context.wrap_socket(connection, server_side=True)
        channel.recv(100)
        time.sleep(1)
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        channel.close()

    lab.imitate_raw("cloud", talk, 443)


def steps(lab):
    for _ in AGES:
        lab.cloud.connect("-tls1_2", say="ping", stay=1)


def rewrite(capture):
    seen = set()
    for index, frame in enumerate(capture.frames):
        if 443 in frame.ports and frame.flags & 4 and frame.ports[0] == 443 and frame.ports[1] not in seen:
            capture.delay(index, AGES[len(seen)])
            seen.add(frame.ports[1])
    assert len(seen) == len(AGES)
