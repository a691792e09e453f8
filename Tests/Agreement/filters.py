"""Display filters: each selects every evidence frame, and no frame of a flow that the evidence is not of."""
import functools
import json

import corpus
from tally import Tally
from tools import kcdtrace, tshark


def rows(capture, display_filter):
    """Frame, TCP stream, UDP stream and whether it is ICMP, of the frames that a filter selects."""
    run = tshark(capture, "-Y", display_filter, "-T", "fields", "-e", "frame.number", "-e", "tcp.stream", "-e",
                 "udp.stream", "-e", "_ws.col.Protocol")
    if run.status != 0:
        return None
    found = {}
    for line in run.output.decode("utf-8", "replace").splitlines():
        frame, tcp, udp, protocol = (line.split("\t") + ["", "", "", ""])[:4]
        found[int(frame)] = (tcp.split(",")[0], udp.split(",")[0], protocol.startswith("ICMP"))
    return found


def compare(capture):
    tally = Tally()
    name = corpus.short_name(capture)
    run = kcdtrace("analyze", "--format", "json", str(capture))
    findings = [f for f in json.loads(run.output)["findings"] if f["evidence"] and f["display_filter"]]
    if not findings:
        return tally
    # Several findings may have one filter.
    selection = functools.cache(lambda display_filter: rows(capture, display_filter))
    for finding in findings:
        what = f"{name}: filter of {finding['id']}"
        selected = selection(finding["display_filter"])
        if not tally.check(selected is not None, f"{what} is not taken by tshark: {finding['display_filter']}"):
            continue
        evidence = {e["frame"] for e in finding["evidence"]}
        tally.check(evidence <= selected.keys(), f"{what} misses frames {sorted(evidence - selected.keys())}")
        flows = {selected[frame][:2] for frame in evidence if frame in selected}
        stray = [frame for frame, row in selected.items() if row[:2] not in flows and not row[2]]
        tally.check(not stray, f"{what} selects frames of other flows: {stray[:8]}")
    return tally
