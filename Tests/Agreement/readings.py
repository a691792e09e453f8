"""What tshark and kcdtrace read in one capture: each program runs once, whichever suites ask."""
import functools
import json

import corpus
import pdml
from tools import kcdtrace

# Every packet that some suite looks at.
DISPLAY_FILTER = "kerberos || http || ntlmssp"


class Readings:
    """One capture, and both programs' readings of it, taken when first asked for."""

    def __init__(self, capture):
        self.capture = capture
        self.name = corpus.short_name(capture)

    @functools.cached_property
    def dissection(self):
        """tshark's packets, and what was wrong with its run, if anything."""
        return pdml.packets(self.capture, DISPLAY_FILTER)

    @functools.cached_property
    def messages(self):
        """The octets that `kcdtrace messages` writes, with targets as they were sent."""
        return kcdtrace("messages", "--show-targets", str(self.capture), limit_seconds=60).output

    def records(self, protocol):
        """kcdtrace's records of one protocol, copies left out."""
        records = [json.loads(line) for line in self.messages.decode("utf-8").splitlines()]
        return [r for r in records if r["protocol"] == protocol and r["duplicate_of"] is None]
