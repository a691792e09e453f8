#!/usr/bin/env python3
"""Turns the samples of scenarios.py into templates for generate.c: templates.py OUT

Reads the captures with nothing but Python. A template is one sign-on: its connections in order, over TCP or UDP, with what
either side sent in turn, how each ended, and the places to alter, so that every copy has names, times and tickets of its own:

- names of users, services and connectors, in the clear, in UTF-16 (NTLM) or in base64 (HTTP tokens): a copy's names have as many
  characters, so that no length in DER, HTTP or DNS changes;
- times of Kerberos and HTTP, which keep their distance from the packet that bears them;
- nonces, and the last eight octets of each cipher text. A ticket that appears twice is altered the same way twice, so that a
  copy hangs together as its original does.
"""
import base64
import calendar
import json
import os
import re
import struct
import sys
import time

from scenarios import SCENARIOS

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "SamplePcaps")
RAW = 0xFFFFFFFF
# Kinds of places, as generate.c knows them.
MASK, USER, SERVICE, CONNECTOR, KERBEROS_TIME, HTTP_TIME = range(6)
UPPER, UTF16 = 1, 2
# How a connection ended, as generate.c knows it.
CLIENT_CLOSES, SERVER_CLOSES, CLIENT_RESETS, SERVER_RESETS, REFUSED = range(5)
# Roles of an address.
CONNECTOR_HOST, KDC_HOST, BACKEND_HOST = range(3)

# Names of the lab. A service is the first label of its host's name, in text or in DNS.
USERS = re.compile(rb"(?<![a-z])(alice|bob|carol|dave|erin|frank|heidi|zoe|nobody|ghost|mallory)(?![a-z])")
SERVICES = re.compile(rb"(?<![a-z])(app6?|farm|shop|payroll|legacy|nosuch|portal)"
                      rb"(?=[.](?:corp|unix|partner)[.]example|\x04(?:corp|unix)\x07example)")
CONNECTORS = re.compile(rb"CONNECTOR[1-9]|connector[1-9]")
UTF16_USERS = re.compile(rb"(?:[a-z]\x00){3,}")
# Beyond forty days a time is no time of the exchange, but "never" or a certificate's.
LONGEST_DISTANCE = 40 * 86400


def packets(path):
    """Times in microseconds and frames (Ethernet) of a little-endian pcap or pcapng file."""
    data = open(path, "rb").read()
    if data[:4] == b"\xd4\xc3\xb2\xa1":
        at = 24
        while at < len(data):
            seconds, microseconds, length = struct.unpack_from("<3I", data, at)
            yield seconds * 1_000_000 + microseconds, data[at + 16:at + 16 + length]
            at += 16 + length
        return
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 1:
            # Options of an interface: code and length, padded to four octets; 9 is the resolution.
            option = at + 16
            while option + 4 <= at + size - 4:
                code, length = struct.unpack_from("<2H", data, option)
                assert code != 9 or data[option + 4] == 6, f"{path}: its times are no microseconds"
                option += 4 + (length + 3 & ~3)
        if kind == 6:
            high, low, length = struct.unpack_from("<3I", data, at + 12)
            yield high << 32 | low, data[at + 28:at + 28 + length]
        at += size


class Connection:
    """What either side sent in turn: [direction, octets, time of the first octet, time of the last]."""

    def __init__(self, is_tcp, client, server, when):
        self.is_tcp, self.client, self.server, self.begun = is_tcp, client, server, when
        self.turns, self.expected, self.end = [], {}, None

    def datagram(self, direction, body, when):
        self.turns.append([direction, bytearray(body), when, when])

    def segment(self, direction, sequence, flags, body, when):
        if flags & 2:
            self.expected[direction] = sequence + 1 & 0xFFFFFFFF
        elif body and self.expected.get(direction) == sequence:
            self.expected[direction] = sequence + len(body) & 0xFFFFFFFF
            if self.turns and self.turns[-1][0] == direction:
                self.turns[-1][1] += body
                self.turns[-1][3] = when
            else:
                self.turns.append([direction, bytearray(body), when, when])
        if flags & 5 and self.end is None:
            if flags & 4:
                self.end = CLIENT_RESETS if direction == 0 else SERVER_RESETS if 1 in self.expected else REFUSED
            else:
                self.end = SERVER_CLOSES if direction else CLIENT_CLOSES


def connections(path):
    """TCP connections and UDP conversations, in order of their first packet."""
    found, order = {}, []
    for when, frame in packets(path):
        if frame[12:14] != b"\x08\x00" or frame[23] not in (6, 17):
            continue
        ip = frame[14:14 + struct.unpack_from(">H", frame, 16)[0]]
        is_tcp, l4 = ip[9] == 6, ip[(ip[0] & 15) * 4:]
        source, target = ((ip[12:16], struct.unpack_from(">H", l4)[0], is_tcp), (ip[16:20], struct.unpack_from(">H", l4, 2)[0], is_tcp))
        flags = l4[13] if is_tcp else 0
        if (is_tcp and flags & 0x12 == 2) or (not is_tcp and (source, target) not in found):
            found[source, target] = found[target, source] = Connection(is_tcp, source, target, when)
            order.append(found[source, target])
        connection = found.get((source, target))
        if connection is None:
            continue
        direction = 0 if connection.server == target else 1
        if is_tcp:
            connection.segment(direction, struct.unpack_from(">I", l4, 4)[0], flags, l4[(l4[12] >> 4) * 4:], when)
        else:
            connection.datagram(direction, l4[8:], when)
    return order


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


def name_index(words, word):
    """Which of a template's names a word is: the same name, the same number."""
    word = word.lower()
    if word not in words:
        words.append(word)
    return words.index(word)


class Template:
    """The places of one sample's names."""

    def __init__(self):
        self.users, self.services, self.connectors = [], [], []

    def in_octets(self, data, sent, text, is_der):
        """Places in octets of a turn, or in those behind base64 text that begins at `text`. A place is its kind, its flags, how
        many octets it alters, where, in which text, and a number: the name's, or a distance in microseconds."""
        out = []
        for kind, pattern, words in ((USER, USERS, self.users), (SERVICE, SERVICES, self.services),
                                     (CONNECTOR, CONNECTORS, self.connectors)):
            for match in pattern.finditer(data):
                word = match[0]
                out.append((kind, UPPER if word[:1].isupper() else 0, len(word), match.start(), text, name_index(words, word)))
        for match in UTF16_USERS.finditer(data):
            if USERS.fullmatch(match[0][::2]):
                out.append((USER, UTF16, len(match[0]) // 2, match.start(), text, name_index(self.users, match[0][::2])))
        for match in re.finditer(rb"\x18\x0f(\d{14})Z", data):
            recorded = calendar.timegm(time.strptime(match[1].decode(), "%Y%m%d%H%M%S"))
            distance = recorded - sent // 1_000_000
            if abs(distance) < LONGEST_DISTANCE:
                out.append((KERBEROS_TIME, 0, 14, match.start(1), text, distance))
        if is_der:
            for match in re.finditer(rb"\xa7[\x05\x06]\x02([\x03\x04])", data):
                width = match[1][0]
                if data[match.start() + 1] == width + 2:
                    out.append((MASK, 0, width - 1, match.end() + 1, text, 0))
        return out

    def places(self, connection, turn):
        """Where a turn is altered."""
        octets, sent = bytes(turn[1]), turn[2]
        if connection.server[1] == 88:
            start = 4 if connection.is_tcp else 0
            assert not start or struct.unpack_from(">I", octets)[0] == len(octets) - 4, "one whole message a turn"
            ends = ciphers(octets, start, len(octets))
            return self.in_octets(octets, sent, RAW, True) + [(MASK, 0, 8, stop - 8, RAW, 0) for stop in ends]
        out = self.in_octets(octets, sent, RAW, False)
        for match in re.finditer(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", octets):
            recorded = calendar.timegm(time.strptime(match[0].decode(), "%a, %d %b %Y %H:%M:%S GMT"))
            distance = recorded - sent // 1_000_000
            if abs(distance) < LONGEST_DISTANCE:
                out.append((HTTP_TIME, 0, 29, match.start(), RAW, distance))
        for match in re.finditer(rb"(?:Negotiate|NTLM) ([A-Za-z0-9+/]{16,}={0,2})", octets):
            token = base64.b64decode(match[1])
            out += self.in_octets(token, sent, match.start(1), False)
            out += [(MASK, 0, 8, stop - 8, match.start(1), 0) for stop in ciphers(token, 0, len(token))]
        return out


def roles(found):
    """Addresses of a template by role and by number within it."""
    out = {}
    for server, role in ([(c.server, KDC_HOST) for c in found if c.server[1] in (53, 88)]
                         + [(c.server, BACKEND_HOST) for c in found if c.server[1] not in (53, 88)]
                         + [(c.client, CONNECTOR_HOST) for c in found]):
        out.setdefault(server[0], (role, sum(1 for known, _ in out.values() if known == role)))
    return out


def template(scenario):
    folder = os.path.join(SAMPLES, scenario.sample)
    capture = next(f for f in sorted(os.listdir(folder)) if f.startswith("capture."))
    found = connections(os.path.join(folder, capture))
    counts = {protocol: sum(len(c.turns) for c in found if (c.server[1] == 88) == (protocol == "kerberos") and c.server[1] != 53)
              for protocol in ("kerberos", "http")}
    agree(scenario, json.load(open(os.path.join(folder, "expect.json"))), counts)
    hosts, names = roles(found), Template()
    body, before = b"", None
    for connection in found:
        clients, servers = hosts[connection.client[0]], hosts[connection.server[0]]
        assert clients[0] != KDC_HOST, scenario.sample
        end = CLIENT_CLOSES if connection.end is None else connection.end
        port = connection.server[1]
        protocol = 0 if port == 53 else 1 if port == 88 else 2
        body += struct.pack("<9I", port, connection.is_tcp, protocol, end, wait(before, connection.begun), *clients, *servers)
        body += struct.pack("<I", len(connection.turns))
        before = connection.begun
        for turn in connection.turns:
            where = names.places(connection, turn)
            body += struct.pack("<4I", turn[0], len(turn[1]), wait(before, turn[2]), len(where))
            for place in where:
                body += struct.pack("<BBHIIi", *place)
            body += turn[1]
            before = turn[3]
    assert max(map(len, (names.users, names.services, names.connectors))) <= 4, scenario.sample
    return struct.pack("<2I", scenario.weight, len(found)) + body


def wait(before, now):
    """Microseconds that somebody waited here for longer than for a reply."""
    waited = 0 if before is None else now - before
    return waited if waited > 400_000 else 0


def agree(scenario, expected, counts):
    """Stops where a scenario says otherwise than its sample's expectations."""
    wanted = expected.get("messages")
    assert wanted is None or wanted == counts, f"{scenario.sample}: {counts} messages, not {wanted}"
    if "sign_ons" in expected:
        for outcome in ("succeeded", "failed", "unknown"):
            said = sum(s["outcome"] == outcome for s in expected["sign_ons"])
            assert said == getattr(scenario, outcome), f"{scenario.sample}: {said} sign-ons {outcome}"
    known = {*scenario.findings, *scenario.also}
    for finding in expected.get("findings", []):
        assert finding["id"] in known, f"{scenario.sample}: no {finding['id']}"
    first = expected.get("first_finding")
    for one in first if isinstance(first, list) else [first] if first else []:
        assert isinstance(first, list) or one in known, f"{scenario.sample}: no {one}"
    absent = set(expected.get("absent", [])) & set(scenario.findings)
    assert not absent, f"{scenario.sample}: {absent}"


def main():
    out = struct.pack("<I", len(SCENARIOS)) + b"".join(map(template, SCENARIOS))
    open(sys.argv[1], "wb").write(out)


main()
