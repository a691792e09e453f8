"""One captured frame: where its parts are, and how to change them so that lengths
and checksums stay right. Ethernet, IPv4 without options or IPv6, TCP or UDP."""

import struct
from dataclasses import dataclass

TCP, UDP = 6, 17


@dataclass
class Frame:
    time: int  # nanoseconds
    data: bytes
    length: int  # on the wire

    # Where the parts are. Each is None for a frame that is not IP, TCP or UDP.

    @property
    def version(self):
        return {0x0800: 4, 0x86DD: 6}.get(struct.unpack_from(">H", self.data, 12)[0])

    @property
    def transport(self):
        return 34 if self.version == 4 else 54

    @property
    def protocol(self):
        return {4: lambda: self.data[23], 6: lambda: self.data[20]}.get(self.version, lambda: None)()

    @property
    def addresses(self):
        at, size = (26, 4) if self.version == 4 else (22, 16)
        return self.data[at : at + size], self.data[at + size : at + 2 * size]

    @property
    def ports(self):
        return struct.unpack_from(">HH", self.data, self.transport)

    @property
    def flow(self):
        """One direction of a connection."""
        return (self.protocol, *zip(self.addresses, self.ports)) if self.protocol in (TCP, UDP) else None

    @property
    def payload_at(self):
        if self.protocol == UDP:
            return self.transport + 8
        return self.transport + (self.data[self.transport + 12] >> 4) * 4

    @property
    def payload(self):
        return self.data[self.payload_at : self._end]

    @property
    def _end(self):
        if self.version == 4:
            return 14 + struct.unpack_from(">H", self.data, 16)[0]
        return 54 + struct.unpack_from(">H", self.data, 18)[0]

    @property
    def sequence(self):
        return struct.unpack_from(">I", self.data, self.transport + 4)[0]

    @property
    def acknowledgement(self):
        return struct.unpack_from(">I", self.data, self.transport + 8)[0]

    @property
    def flags(self):
        return self.data[self.transport + 13]

    def set_payload(self, payload):
        self.data = self.data[: self.payload_at] + payload
        self.seal()

    def set_numbers(self, sequence, acknowledgement):
        at = self.transport + 4
        self.data = self.data[:at] + struct.pack(">II", sequence, acknowledgement) + self.data[at + 8 :]
        self.seal()

    def seal(self):
        """Lengths and checksums from what the frame now holds."""
        data = bytearray(self.data)
        size = len(data) - self.transport
        if self.version == 4:
            struct.pack_into(">H", data, 16, len(data) - 14)
            struct.pack_into(">H", data, 24, 0)
            struct.pack_into(">H", data, 24, checksum(data[14:34]))
            pseudo = data[26:34] + struct.pack(">BBH", 0, self.protocol, size)
        else:
            struct.pack_into(">H", data, 18, size)
            pseudo = data[22:54] + struct.pack(">IHBB", size, 0, 0, self.protocol)
        at = self.transport + (6 if self.protocol == UDP else 16)
        if self.protocol == UDP:
            struct.pack_into(">H", data, self.transport + 4, size)
        struct.pack_into(">H", data, at, 0)
        struct.pack_into(">H", data, at, checksum(pseudo + data[self.transport :]) or 0xFFFF)
        self.data, self.length = bytes(data), len(data)


def checksum(data):
    """The Internet checksum of RFC 1071."""
    if len(data) % 2:
        data = data + b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
