"""Machine output fits its schemas, whatever is read; and the schemas refuse what does not fit."""
import copy
import functools
import json
import pathlib
import tempfile

import jsonschema

import corpus
from tally import Tally
from tools import ROOT, kcdtrace

DEMO = ROOT / "SamplePcaps/event-13019-delegation-denied/capture.pcapng"
HTTP = ROOT / "SamplePcaps/backend-rejected-ticket/capture.pcapng"
MOST_RECORDS = 100
MOST_OCTETS = 1 << 20


@functools.cache
def validator(name):
    return jsonschema.Draft202012Validator(json.loads(kcdtrace("schema", name).output))


def faults(check, value):
    return [f"{'/'.join(map(str, e.path))}: {e.message[:160]}" for e in check.iter_errors(value)]


def mutations(value, path=()):
    """Each key of a document dropped, renamed beside itself, or given a value of a type that fits nowhere."""
    if isinstance(value, dict):
        for key in value:
            yield (*path, key), "drop"
            yield (*path, key), "type"
            yield from mutations(value[key], (*path, key))
        yield path, "add"
    elif isinstance(value, list) and value:
        yield from mutations(value[0], (*path, 0))


def mutated(document, path, kind):
    document = copy.deepcopy(document)
    holder = document
    for step in path[: None if kind == "add" else -1]:
        holder = holder[step]
    if kind == "add":
        holder["unheard_of"] = 1
    elif kind == "drop":
        del holder[path[-1]]
    else:
        holder[path[-1]] = {"unheard_of": [1.5]}
    return document


def compare(capture):
    """What is written of one capture; of large ones, nothing new comes."""
    tally = Tally()
    if capture.exists() and capture.stat().st_size >= MOST_OCTETS:
        return tally
    found = faults(validator("analysis"), json.loads(kcdtrace("analyze", "--format", "json", str(capture)).output))
    tally.check(not found, f"{corpus.short_name(capture)}: analysis: {found[:2]}")
    found = faults(validator("info"), json.loads(kcdtrace("info", "--format", "json", str(capture)).output))
    tally.check(not found, f"{corpus.short_name(capture)}: info: {found[:2]}")
    for line in kcdtrace("messages", str(capture)).output.splitlines()[:MOST_RECORDS]:
        found = faults(validator("message"), json.loads(line))
        tally.check(not found, f"{corpus.short_name(capture)}: message: {found[:2]}")
    return tally


def run():
    """What is written of files that are no captures, and that each schema refuses what does not fit it."""
    tally = Tally()
    analysis, message = validator("analysis"), validator("message")
    with tempfile.TemporaryDirectory() as directory:
        empty = pathlib.Path(directory) / "empty.pcap"
        empty.write_bytes(b"")
        text = pathlib.Path(directory) / "text.pcap"
        text.write_text("not a capture\n")
        for capture in (empty, text, pathlib.Path(directory) / "missing.pcap", pathlib.Path(directory)):
            tally.add(compare(capture))
    document = json.loads(kcdtrace("analyze", "--format", "json", str(HTTP)).output)
    records = [json.loads(line) for line in kcdtrace("messages", str(HTTP)).output.splitlines()]
    info = json.loads(kcdtrace("info", "--format", "json", str(HTTP)).output)
    for check, name, values in ((analysis, "analysis", [document]), (message, "message", [records[0], records[-1]]),
                                (validator("info"), "info", [info])):
        for value in values:
            for path, kind in mutations(value):
                tally.check(faults(check, mutated(value, path, kind)), f"{name}: {kind} at {path} is not refused")
                tally.counts["mutations"] += 1
    verdicts = json.loads(kcdtrace("verify", "--format", "json", str(DEMO.parent)).output)
    tally.check(not faults(validator("verification"), verdicts), "verify's document does not fit its schema")
    expectation = validator("expectation")
    for path in sorted((ROOT / "SamplePcaps").glob("*/expect.json")):
        found = faults(expectation, json.loads(path.read_text()))
        tally.check(not found, f"{path.parent.name}: {found[:1]}")
    return tally
