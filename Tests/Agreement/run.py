#!/usr/bin/env python3
"""Checks that run the real binary beside other programs, over the samples and over the directory that
KCDTRACE_CAPTURES names. `run.py SUITE...` runs some of them. Closes with `N passed, N failed`.
"""
import concurrent.futures
import functools
import sys
import time

import corpus
import exceptions
import filters
import http_agreement
import kerberos_agreement
import outputs
import planted_secrets
import robustness
import schemas
import scoreboard
import secrecy
from readings import Readings
from tally import Tally
from tools import IN_CI, missing_tools

# Disagreements that are allowed in all, of the messages compared: the explained ones are listed.
MOST_DIFFERENCES = 0.005
# What is compared with tshark's readings, of which each capture gets one; and how many messages make a comparison.
WITH_TSHARK = {"kerberos": kerberos_agreement.compare, "http": http_agreement.compare, "secrecy": secrecy.compare}
FEWEST_MESSAGES = {"kerberos": 1000, "http": 200}


def over(captures, compare):
    """What a comparison gives of each capture, two at a time, in the captures' order."""
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        return list(pool.map(compare, captures, chunksize=4))


def added(tallies):
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def compare_with_tshark(capture, suites):
    """One capture's tallies, by suite."""
    readings = Readings(capture)
    return {suite: WITH_TSHARK[suite](readings) for suite in suites}


def with_tshark(suites):
    """The tallies of these suites, both programs having read each capture once."""
    found = over(corpus.samples() + corpus.further_captures(), functools.partial(compare_with_tshark, suites=suites))
    totals = {suite: added(tallies[suite] for tallies in found) for suite in suites}
    for suite, total in totals.items():
        if suite in FEWEST_MESSAGES:
            judge(total, suite)
        else:
            total.add(planted_secrets.run())
            total.failures += secrecy.kinds_seen(total)
    return totals


def judge(total, kind):
    """One protocol: each disagreement must be explained, and few may be."""
    messages = total.counts["messages"]
    total.check(messages >= FEWEST_MESSAGES[kind], f"{kind}: only {messages} messages were compared")
    frames = {(d.capture, d.frame) for d in total.differences}
    total.counts["differ"] = len(frames)
    total.check(len(frames) <= MOST_DIFFERENCES * messages,
                f"{kind}: {len(frames)} of {messages} messages disagree, explained ones included")
    total.failures += exceptions.judge(total, kind)


SUITES = {
    "schemas": lambda: added([*over(corpus.samples() + corpus.further_captures(), schemas.compare), schemas.run()]),
    "filters": lambda: added(over(corpus.samples(), filters.compare)),
    "outputs": lambda: added(over(corpus.samples() + corpus.further_captures(), outputs.compare)),
    "scoreboard": scoreboard.run,
    "robustness": lambda: added(over(corpus.further_captures(), robustness.compare)),
}


def results(chosen):
    """Each suite's name and tally, and the seconds that it took; those that share their readings come together."""
    start = time.monotonic()
    shared = [suite for suite in WITH_TSHARK if suite in chosen]
    totals = with_tshark(shared) if shared else {}
    for suite, total in totals.items():
        yield suite, total, time.monotonic() - start
    for suite in (suite for suite in SUITES if suite in chosen):
        start = time.monotonic()
        yield suite, SUITES[suite](), time.monotonic() - start


def main():
    missing = missing_tools()
    if missing:
        print("these checks need what is missing here: " + ", ".join(missing))
        sys.exit(1 if IN_CI else 0)
    known = [*WITH_TSHARK, *SUITES]
    chosen = sys.argv[1:] or known
    if not set(chosen) <= set(known):
        sys.exit("the suites are: " + ", ".join(known))
    passed = failed = 0
    for name, tally, seconds in results(chosen):
        counts = "".join(f", {count} {word}" for word, count in sorted(tally.counts.items()))
        print(f"{name}: {tally.passed} right, {len(tally.failures)} wrong{counts} ({seconds:.0f} s)", flush=True)
        for failure in tally.failures[:40]:
            print(f"    {failure}")
        passed += tally.passed
        failed += len(tally.failures)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
