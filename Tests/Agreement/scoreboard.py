"""The scoreboard: every sample, every row of a table of expectations, and the traps that raise no alarm."""
import collections
import json

import corpus
from tally import Tally
from tools import ROOT, kcdtrace

# Rows that no rule serves yet, and why. One that becomes right fails until it is taken out.
NOT_SERVED = {"dns_nxdomain.pcap": "DNS is not read yet"}
# Captures in which something looks like a failure and is none: by the end of their names, what must
# not appear at warning or error; `*` stands for anything.
TRAPS = {
    "Krb-contrained-delegation.cap": ["delegation-target-not-listed", "delegation-denied", "double-hop-failure"],
    "nDPI--webdav.pcap": ["*"],
    "Pcaps--schtasks.pcap": ["*"],
    "Pcaps--wmi-service-remote.pcap": ["*"],
}


def alarms(capture):
    """The findings at warning or error, in order."""
    document = json.loads(kcdtrace("analyze", "--format", "json", str(capture)).output)
    return [f["id"] for f in document["findings"] if f["severity"] != "info"]


def samples(tally):
    document = json.loads(kcdtrace("verify", "--format", "json", str(ROOT / "SamplePcaps"), limit_seconds=120).output)
    for scenario in document["scenarios"]:
        tally.check(scenario["state"] == "passed", f"{scenario['name']}: {'; '.join(scenario['differences'])}")
    tally.check(len(document["scenarios"]) > 60, "samples are missing")
    tally.counts["samples"] += len(document["scenarios"])


def table(path, tally):
    firsts = collections.Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        name, accepted, *forbidden = line.split("\t")
        found = alarms(path.parent / name)
        first = found[0] if found else "HEALTHY"
        firsts[first] += 1
        right = first in accepted.split(",")
        if name in NOT_SERVED:
            tally.check(not right, f"{name} is right now: take it out of NOT_SERVED")
            continue
        tally.check(right, f"{name}: {first} is first, expected {accepted}")
        for slug in filter(None, ",".join(forbidden).split(",")):
            tally.check(slug not in found, f"{name}: {slug} must not appear")
        tally.counts["rows"] += 1
    for first, count in firsts.most_common():
        print(f"    {count:4} {first}")


def traps(tally):
    for capture in corpus.further_captures():
        for ending, forbidden in TRAPS.items():
            if capture.name.endswith(ending):
                found = alarms(capture)
                wrong = found if "*" in forbidden else [slug for slug in found if slug in forbidden]
                tally.check(not wrong, f"{capture.name}: {', '.join(wrong)} is a false alarm")
                tally.counts["traps"] += 1


def run():
    tally = Tally()
    samples(tally)
    directory = corpus.further_directory()
    if directory:
        for path in sorted(directory.rglob("EXPECT.tsv")):
            table(path, tally)
        traps(tally)
    return tally
