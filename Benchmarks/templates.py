#!/usr/bin/env python3
"""Turns whole sign-ons of SamplePcaps into templates for generate.c: templates.py OUT

Reads the captures with nothing but Python. A template is one sign-on: its TCP connections in order,
with what either side sent in turn, and the places to alter so that every copy has tickets of its
own: the last eight octets of each cipher text. A ticket that appears twice is altered the same way
twice, so that a copy hangs together as its original does.
"""
import base64
import json
import os
import re
import struct
import sys

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "SamplePcaps")
# Recorded within two minutes of each other: one clock serves all.
SCENARIOS = ["healthy-tcp", "healthy-challenge-first", "healthy-keep-alive", "healthy-large-ticket",
             "event-13019-delegation-denied"]
RAW = 0xFFFFFFFF


def packets(path):
    """Link-layer frames (Ethernet) of a little-endian pcap or pcapng file."""
    data = open(path, "rb").read()
    if data[:4] == b"\xd4\xc3\xb2\xa1":
        at = 24
        while at < len(data):
            length = struct.unpack_from("<I", data, at + 8)[0]
            yield data[at + 16:at + 16 + length]
            at += 16 + length
        return
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 6:
            length = struct.unpack_from("<I", data, at + 20)[0]
            yield data[at + 28:at + 28 + length]
        at += size


def connections(path):
    """TCP connections in order of their SYN: [server address, port, [(direction, octets)]]."""
    found, order = {}, []
    for frame in packets(path):
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            continue
        ip = frame[14:14 + struct.unpack_from(">H", frame, 16)[0]]
        tcp = ip[(ip[0] & 15) * 4:]
        source, target = (ip[12:16], tcp[:2]), (ip[16:20], tcp[2:4])
        sequence, flags, body = struct.unpack_from(">I", tcp, 4)[0], tcp[13], tcp[(tcp[12] >> 4) * 4:]
        if flags & 0x12 == 2:
            found[source, target] = state = {"server": target, "turns": [], "next": {}}
            found[target, source] = state
            order.append(state)
        state = found.get((source, target))
        if state is None:
            continue
        direction = 0 if state["server"] == target else 1
        if flags & 2:
            state["next"][direction] = sequence + 1 & 0xFFFFFFFF
        elif body and state["next"].get(direction) == sequence:
            state["next"][direction] = sequence + len(body) & 0xFFFFFFFF
            turns = state["turns"]
            if turns and turns[-1][0] == direction:
                turns[-1][1] += body
            else:
                turns.append([direction, bytearray(body)])
    return [(s["server"][0], struct.unpack(">H", s["server"][1])[0], s["turns"]) for s in order]


def element(data, at, end):
    """A DER element: tag, start and end of its content, or None."""
    if at + 2 > end or data[at] & 31 == 31:
        return None
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        width = length & 0x7F
        if not 0 < width < 4 or start + width > end:
            return None
        length = int.from_bytes(data[start:start + width], "big")
        start += width
    return (tag, start, start + length) if start + length <= end else None


def elements(data, at, end):
    """The elements between two offsets, or None where they do not fill the space."""
    out = []
    while at < end:
        one = element(data, at, end)
        if one is None:
            return None
        out.append(one)
        at = one[2]
    return out


def ciphers(data, at, end):
    """Ends of the cipher texts of every EncryptedData between two offsets."""
    parts = elements(data, at, end)
    if parts is None:
        return []
    if len(parts) >= 2 and parts[0][0] == 0xA0 and parts[-1][0] == 0xA2:
        number, text = element(data, *parts[0][1:]), element(data, *parts[-1][1:])
        if number and text and number[0] == 2 and text[0] == 4 and text[2] - text[1] >= 24:
            return [text[2]]
    out = []
    for tag, start, stop in parts:
        if tag == 0x60 and start < stop and data[start] == 6:  # GSS-API: mechanism, then the token
            inner = start + 2 + data[start + 1]
            if data[inner] < 0x20:
                inner += 2
            out += ciphers(data, inner, stop)
        elif tag & 0x20 or tag == 4:
            out += ciphers(data, start, stop)
    return out


def places(port, turn):
    """Where a turn is altered: (offset of eight octets, offset of the base64 text or RAW)."""
    if port == 88:
        assert struct.unpack_from(">I", turn)[0] == len(turn) - 4, "one whole message a turn"
        return [(stop - 8, RAW) for stop in ciphers(turn, 4, len(turn))]
    out = []
    for match in re.finditer(rb"Negotiate ([A-Za-z0-9+/=]{16,})", bytes(turn)):
        token = base64.b64decode(match[1])
        out += [(stop - 8, match.start(1)) for stop in ciphers(token, 0, len(token))]
    return out


def main():
    out = bytearray(struct.pack("<I", len(SCENARIOS)))
    for name in SCENARIOS:
        folder = os.path.join(SAMPLES, name)
        capture = next(f for f in sorted(os.listdir(folder)) if f.startswith("capture."))
        all_connections = connections(os.path.join(folder, capture))
        kerberos = sum(len(turns) for _, port, turns in all_connections if port == 88)
        http = sum(len(turns) for _, port, turns in all_connections if port != 88)
        expected = json.load(open(os.path.join(folder, "expect.json")))
        failed = expected.get("first_finding") is not None
        counts = expected.get("messages")
        assert counts is None or (counts["kerberos"], counts["http"]) == (kerberos, http), name
        out += struct.pack("<4I", kerberos, http, failed, len(all_connections))
        for server, port, turns in all_connections:
            out += struct.pack("<2I", port, len(turns))
            for direction, octets in turns:
                where = places(port, octets)
                out += struct.pack("<3I", direction, len(octets), len(where))
                for place in where:
                    out += struct.pack("<2I", *place)
                out += octets
    open(sys.argv[1], "wb").write(out)


main()
