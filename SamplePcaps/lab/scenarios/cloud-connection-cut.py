"""The long-lived connections to the cloud service are cut after four idle minutes

Three connections in turn: handshake, a little data, silence, RST, each time at
the same idle age. A firewall forgets idle connections.
"""

import socket
import ssl
import struct
import time

FIRST = "cloud-connection-cut"
PROOF = {"cloud-connection-cut": (None, "tcp.flags.reset == 1 && tcp.srcport == 443", 1)}
NEAR_MISS = ["cloud-port-blocked", "backend-connection-reset"]
MADE_WITH = ("cloud", "backend")
REWRITTEN = "each connection was idle for a moment only; the times from each RST on were moved by 240 seconds."


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
    for _ in range(3):
        lab.cloud.connect("-tls1_2", say="ping", stay=1)


def rewrite(capture):
    seen = set()
    for index, frame in enumerate(capture.frames):
        if 443 in frame.ports and frame.flags & 4 and frame.ports[0] == 443 and frame.ports[1] not in seen:
            seen.add(frame.ports[1])
            capture.delay(index, 240)
    assert len(seen) == 3
