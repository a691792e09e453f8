"""Messages to a KDC and back, over TCP or over UDP with the change to TCP."""

import socket
import struct

from impacket.krb5.asn1 import KRB_ERROR
from pyasn1.codec.der import decoder

RESPONSE_TOO_BIG = 52
LARGEST_DATAGRAM = 1465  # what Windows sends over UDP when its settings allow UDP at all


class KerberosError(Exception):
    """The KDC answered with a KRB-ERROR."""

    def __init__(self, reply, step):
        message = decoder.decode(reply, asn1Spec=KRB_ERROR())[0]
        self.code = int(message["error-code"])
        self.data = bytes(message["e-data"]) if message["e-data"].hasValue() else b""
        self.message = message
        super().__init__(f"{step}: KRB-ERROR {self.code}")


class Kdc:
    """One KDC. `udp` makes the client try a datagram first."""

    def __init__(self, address, udp=False, patience=3, attempts=2):
        self.address, self.udp = address, udp
        self.patience, self.attempts = patience, attempts

    def exchange(self, request, step):
        reply = self._datagram(request) if self.udp and len(request) <= LARGEST_DATAGRAM else None
        if reply is None:
            reply = self._stream(request)
        if reply[:1] == b"\x7e":
            raise KerberosError(reply, step)
        return reply

    def _datagram(self, request):
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        for _ in range(self.attempts):
            with socket.socket(family, socket.SOCK_DGRAM) as channel:
                channel.settimeout(self.patience)
                channel.connect((self.address, 88))
                channel.send(request)
                try:
                    reply = channel.recv(65535)
                except (TimeoutError, ConnectionRefusedError):
                    continue
            if reply[:1] == b"\x7e" and KerberosError(reply, "").code == RESPONSE_TOO_BIG:
                return None
            return reply
        return None

    def _stream(self, request):
        with socket.create_connection((self.address, 88), self.patience) as channel:
            channel.settimeout(self.patience)
            channel.sendall(struct.pack("!I", len(request)) + request)
            (size,) = struct.unpack("!I", _read(channel, 4))
            return _read(channel, size)


def _read(channel, size):
    data = b""
    while len(data) < size:
        part = channel.recv(size - len(data))
        if not part:
            raise ConnectionError("the KDC closed the connection")
        data += part
    return data
