"""Rewriting of the lab's own captures, for what its software cannot make.

A capture is a list of frames. What changes here stays true to the wire: record
marks, lengths and checksums are made anew, and later sequence and acknowledgement
numbers of the connection move along. Everything else is left as it was recorded.
The expected input is plain: Ethernet, no VLAN, no IP options, TCP in order.
"""

import struct
from dataclasses import replace

from frame import TCP, UDP, Frame

LITTLE_MICRO, LITTLE_NANO = 0xA1B2C3D4, 0xA1B23C4D
ETHERNET = 1


class Capture:
    def __init__(self, frames):
        self.frames = frames

    # Times

    def delay(self, index, seconds):
        """Everything from this frame on happens later (or, below zero, earlier)."""
        for frame in self.frames[index:]:
            frame.time += int(seconds * 10**9)

    def find(self, test, start=0):
        """Index of the first frame that passes a test."""
        for index in range(start, len(self.frames)):
            if test(self.frames[index]):
                return index
        raise ValueError("no frame passes the test")

    # Frames

    def drop(self, test):
        self.frames = [frame for frame in self.frames if not test(frame)]

    def repeat(self, test, microseconds=3):
        """Record these frames twice, as a tap at two components does."""
        frames = []
        for frame in self.frames:
            frames.append(frame)
            if test(frame):
                frames.append(replace(frame, time=frame.time + microseconds * 1000))
        self.frames = frames

    # Messages

    def edit_kerberos(self, edit, port=88):
        """Call `edit(message)` for each Kerberos message from or to the port, in
        the order of the capture; put what it returns in its place (None: keep
        it). Return how many changed."""
        changed = 0
        for index, frame in enumerate(list(self.frames)):
            if frame.flow is None or port not in frame.ports or not frame.payload:
                continue
            if frame.protocol == UDP:
                new = edit(frame.payload)
                if new is not None:
                    frame.set_payload(new)
                    changed += 1
                continue
            parts = self._record(index)
            if parts is None:
                continue
            old = b"".join(part.payload for part in parts)
            new = edit(old[4:])
            if new is not None:
                self._replace(parts, struct.pack(">I", len(new)) + new)
                changed += 1
        return changed

    def edit_payload(self, edit, port):
        """Call `edit(payload)` for the data of each TCP segment that comes from
        the port; put what it returns in its place (None: keep it)."""
        changed = 0
        for frame in list(self.frames):
            if frame.protocol == TCP and frame.ports[0] == port and frame.payload:
                new = edit(frame.payload)
                if new is not None:
                    self._replace([frame], new)
                    changed += 1
        return changed

    def _record(self, index):
        """The frames of the record that begins in this frame; None if none does."""
        first = self.frames[index]
        (size,) = struct.unpack_from(">I", first.payload.ljust(4, b"\xff"))
        if size > 1 << 20 or len(first.payload) < 5 or first.payload[4] >> 5 != 3:
            return None
        parts, missing, expected = [], size + 4, first.sequence
        for frame in self.frames[index:]:
            if frame.flow == first.flow and frame.payload and frame.sequence == expected:
                parts.append(frame)
                missing -= len(frame.payload)
                expected = (expected + len(frame.payload)) & 0xFFFFFFFF
                if missing <= 0:
                    return parts if missing == 0 else None
        return None

    def _replace(self, parts, new):
        """New bytes in the place of these segments' bytes: all but the last keep
        their size, and the connection's later numbers move by the difference."""
        last = parts[-1]
        difference = len(new) - sum(len(part.payload) for part in parts)
        end = last.sequence + len(last.payload)  # the first old number after them
        if len(last.payload) + difference <= 0:
            raise ValueError("the new message does not reach into the last segment")
        for part in parts[:-1]:
            part.set_payload(new[: len(part.payload)])
            new = new[len(part.payload) :]
        flow = last.flow
        back = (flow[0], flow[2], flow[1])
        for frame in self.frames:
            sequence, acknowledgement = (frame.sequence, frame.acknowledgement) if frame.protocol == TCP else (0, 0)
            if frame.flow == flow and _reaches(sequence, end):
                frame.set_numbers((sequence + difference) & 0xFFFFFFFF, acknowledgement)
            elif frame.flow == back and frame.flags & 0x10 and _reaches(acknowledgement, end):
                frame.set_numbers(sequence, (acknowledgement + difference) & 0xFFFFFFFF)
        last.set_payload(new)


def _reaches(number, end):
    """Whether a sequence number is at or after another, modulo 2**32."""
    return (number - end) & 0xFFFFFFFF < 1 << 31


def read(path):
    """A little-endian pcap file of Ethernet frames."""
    with open(path, "rb") as source:
        data = source.read()
    magic, *_, link = struct.unpack_from("<IHHiIII", data)
    unit = {LITTLE_MICRO: 1000, LITTLE_NANO: 1}[magic]
    if link != ETHERNET:
        raise ValueError(f"link type {link}")
    frames, at = [], 24
    while at < len(data):
        seconds, fraction, kept, length = struct.unpack_from("<IIII", data, at)
        frames.append(Frame(seconds * 10**9 + fraction * unit, data[at + 16 : at + 16 + kept], length))
        at += 16 + kept
    return Capture(frames)


def write(path, capture):
    """The same, with times in microseconds."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", LITTLE_MICRO, 2, 4, 0, 0, 262144, ETHERNET))
        for frame in capture.frames:
            seconds, rest = divmod(frame.time, 10**9)
            out.write(struct.pack("<IIII", seconds, rest // 1000, len(frame.data), frame.length) + frame.data)
