"""Disagreements with tshark that are explained. Each names the bytes and who is right by which section;
one that no longer disagrees is a failure, so that the table never grows stale."""
import collections

import corpus

# The ending of a capture's name, a frame (or `*`), a field, and the explanation.
Explained = collections.namedtuple("Explained", "protocol capture frame field why")

EXPLAINED = [
    Explained("http", "zeek--content-range-gap.pcap", 21, "surplus",
              "`HTTP/1.1 206 Partial Content`, `Content-Length: 10353`, and 1380 octets of the body are in no frame. tshark "
              "waits for them and shows no message. The header in frame 6 is whole, and it tells the end (RFC 9112, 6.3 item "
              "6): kcdtrace is right to report it, and that it ends in frame 21."),
    Explained("http", "fuzz-2006-09-29-28586.pcap", 110, "message",
              "A damaged sequence number: frame 109 of the server is 524288 octets ahead of frame 110, `HTTP/1.1 100 "
              "Continue`. What lies so far before the octet that is awaited is an old one (RFC 9293, 3.10.7.4): kcdtrace "
              "is right to pass it over; tshark reads each frame by itself."),
    Explained("http", "zeek--http_http-bad-request-with-version.pcap", 6, "message",
              "The client's first octets are `dd 00 00 00 20 GET /txt HTTP/1.1`: dd is no token, so this is no request "
              "(RFC 9112, 3; RFC 9110, 5.6.2). kcdtrace takes a connection that opens with what is not HTTP for another "
              "protocol's; tshark goes by port 80 and shows the response alone."),
]


def judge(total, kind):
    """Failures for what is not explained, and for explanations that explain nothing any more."""
    used = set()
    failures = []
    for difference in total.differences:
        entry = next((e for e in EXPLAINED if e.protocol == kind and difference.capture.endswith(e.capture)
                      and e.frame in ("*", difference.frame) and e.field == difference.field), None)
        if entry is None:
            failures.append(str(difference))
        else:
            used.add(entry)
    names = [corpus.short_name(capture) for capture in corpus.samples() + corpus.further_captures()]
    for entry in EXPLAINED:
        if entry.protocol == kind and entry not in used and any(name.endswith(entry.capture) for name in names):
            failures.append(f"no longer disagrees: {entry.capture} frame {entry.frame} {entry.field}")
    return failures
