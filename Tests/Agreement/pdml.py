"""Packets as tshark's PDML tells them: a tree of protocols and fields for each."""
import re
import xml.etree.ElementTree as ElementTree

from tools import tshark

# Octets that XML cannot hold; tshark lets some through from captured text.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Packet:
    """One packet: its number and its protocols from the outermost to the innermost."""

    def __init__(self, element):
        self.protocols = list(element)
        frame = next(p for p in self.protocols if p.get("name") == "frame")
        self.frame = number(frame, "frame.number")

    @property
    def layers(self):
        """The names of its protocols, without those that stand inside others."""
        return {protocol.get("name") for protocol in self.protocols}

    def has(self, name):
        """Whether a protocol of that name stands in it, at any depth."""
        return any(field.tag == "proto" and field.get("name") == name for protocol in self.protocols for field in protocol.iter())

    def ports(self):
        """The ports of every UDP and TCP header in it."""
        return {integer(field) for protocol in self.protocols if protocol.get("name") in ("udp", "tcp")
                for field in protocol if field.get("name") in ("udp.port", "tcp.port")}

    @property
    def connection(self):
        """Both ends, address and port, of its innermost TCP header."""
        addresses, ports = [], []
        for protocol in self.protocols:
            name = protocol.get("name")
            if name in ("ip", "ipv6"):
                addresses = [child(protocol, f"{name}.{end}") for end in ("src", "dst")]
            elif name == "tcp":
                ports = [child(protocol, f"tcp.{end}port") for end in ("src", "dst")]
        return frozenset((address.get("show"), integer(port)) for address, port in zip(addresses, ports))

    def reassembled(self, name):
        """Each protocol of that name, with the frame that its first octets stand in."""
        first = self.frame
        for protocol in self.protocols:
            segments = [child(field, "tcp.segment") for field in protocol if field.get("name") == "tcp.segments"]
            if segments:
                first = integer(segments[0])
            elif protocol.get("name") == name:
                yield first, protocol
                first = self.frame


def packets(capture, display_filter):
    """The packets of a capture that pass a filter, and what was wrong with tshark's run, if anything."""
    run = tshark(capture, "-Y", display_filter, "-T", "pdml")
    if run.timed_out:
        return [], "tshark did not finish"
    text = FORBIDDEN.sub("?", run.output.decode("utf-8", "replace"))
    if "<pdml" not in text:
        return [], None
    if "</pdml>" not in text:
        text = text[: text.rfind("</packet>") + len("</packet>")] + "</pdml>"
    try:
        return [Packet(element) for element in ElementTree.fromstring(text)], None
    except ElementTree.ParseError as error:
        return [], f"tshark's PDML cannot be read: {error}"


def child(element, *path):
    """The first child of that name, then its first child of the next name, and so on."""
    for name in path:
        element = next((c for c in element if c.get("name") == name), None) if element is not None else None
    return element


def children(element, name):
    return [] if element is None else [c for c in element if c.get("name") == name]


def descendants(element, name):
    return [] if element is None else [c for c in element.iter() if c is not element and c.get("name") == name]


def octets(element):
    """The octets that a field stands for."""
    if element is None:
        return None
    try:
        return bytes.fromhex(element.get("value") or "")
    except ValueError:
        return b""


def text(element):
    """The field's octets as text."""
    return None if element is None else octets(element).decode("utf-8", "replace")


def integer(element):
    """A field's number as tshark shows it."""
    if element is None:
        return None
    try:
        return int(element.get("show"), 0)
    except (TypeError, ValueError):
        return None


def number(element, *path):
    return integer(child(element, *path))
