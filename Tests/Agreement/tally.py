"""What passed, what failed, and what was counted on the way."""
import collections


class Tally:
    """The results of one suite or one capture; tallies of parts add up to the tally of the whole."""

    def __init__(self):
        self.passed = 0
        self.failures = []
        self.counts = collections.Counter()
        self.differences = []

    def check(self, holds, message):
        """Counts one check. `message` says what is wrong where it does not hold."""
        if holds:
            self.passed += 1
        else:
            self.failures.append(message)
        return holds

    def differs(self, kind, capture, frame, field, theirs, ours):
        """Notes that kcdtrace and another program read a field differently."""
        self.differences.append(Difference(kind, capture, frame, field, repr(theirs), repr(ours)))

    def add(self, other):
        self.passed += other.passed
        self.failures += other.failures
        self.counts += other.counts
        self.differences += other.differences


class Difference(collections.namedtuple("Difference", "kind capture frame field theirs ours")):
    """A field of one message on which tshark and kcdtrace disagree."""

    def __str__(self):
        return f"{self.capture} frame {self.frame}: {self.kind} {self.field}: tshark {self.theirs}, kcdtrace {self.ours}"
