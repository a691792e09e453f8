#!/usr/bin/env python3
"""Checks that run the real binary beside other programs, over the samples and over the directory that
KCDTRACE_CAPTURES names. `run.py SUITE...` runs some of them. Closes with `N passed, N failed`.
"""
import concurrent.futures
import sys
import time

import corpus
import exceptions
import filters
import http_agreement
import kerberos_agreement
import outputs
import robustness
import schemas
import scoreboard
import secrecy
from tally import Tally
from tools import IN_CI, missing_tools

# Disagreements that are allowed in all, of the messages compared: the explained ones are listed.
MOST_DIFFERENCES = 0.005


def over(captures, compare):
    """The tallies of all captures, two at a time, added up."""
    total = Tally()
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        for tally in pool.map(compare, captures, chunksize=4):
            total.add(tally)
    return total


def agreement(compare, kind, captures, fewest):
    """One protocol over captures: each disagreement must be explained, and few may be."""
    total = over(captures, compare)
    open_differences = exceptions.judge(total, kind, has_further=corpus.further_directory() is not None)
    messages = total.counts["messages"]
    total.check(messages >= fewest, f"{kind}: only {messages} messages were compared")
    frames = {(d.capture, d.frame) for d in total.differences}
    total.check(len(frames) <= MOST_DIFFERENCES * messages,
                f"{kind}: {len(frames)} of {messages} messages disagree, explained ones included")
    total.failures += open_differences
    return total


SUITES = {
    "kerberos": lambda: agreement(kerberos_agreement.compare, "kerberos", corpus.samples() + corpus.further_captures(), 1000),
    "http": lambda: agreement(http_agreement.compare, "http", corpus.samples(), 200),
    "schemas": schemas.run,
    "filters": lambda: over(corpus.samples(), filters.compare),
    "secrecy": lambda: over(corpus.samples(), secrecy.compare),
    "outputs": lambda: over(corpus.samples(), outputs.compare),
    "scoreboard": scoreboard.run,
    "robustness": lambda: over(corpus.further_captures(), robustness.compare),
}


# Long ones, run by their name.
BY_NAME_ONLY = ("secrecy", "outputs")


def main():
    missing = missing_tools()
    if missing:
        print("these checks need what is missing here: " + ", ".join(missing))
        sys.exit(1 if IN_CI else 0)
    passed = failed = 0
    for name in sys.argv[1:] or [suite for suite in SUITES if suite not in BY_NAME_ONLY]:
        start = time.monotonic()
        tally = SUITES[name]()
        counts = "".join(f", {count} {word}" for word, count in sorted(tally.counts.items()))
        print(f"{name}: {tally.passed} right, {len(tally.failures)} wrong{counts} ({time.monotonic() - start:.0f} s)")
        for failure in tally.failures[:40]:
            print(f"    {failure}")
        passed += tally.passed
        failed += len(tally.failures)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
