"""The captures that are tested with."""
import functools
import hashlib
import os
import pathlib

from tools import ROOT

SUFFIXES = (".pcap", ".pcapng", ".cap", ".ntar", ".gz", ".zst", ".2")


def captures_below(directory):
    """Every capture file below a directory, in a fixed order."""
    found = []
    for folder, folders, files in os.walk(directory):
        folders.sort()
        found += [pathlib.Path(folder) / name for name in files if name.lower().endswith(SUFFIXES)]
    return sorted(found)


def samples():
    """The project's own samples."""
    return captures_below(ROOT / "SamplePcaps")


def further_directory():
    """The directory that the environment names, if it does."""
    directory = os.environ.get("KCDTRACE_CAPTURES")
    return pathlib.Path(directory).resolve() if directory else None


@functools.cache
def further_captures():
    """The captures of that directory, each once: the same octets come under several names."""
    directory = further_directory()
    by_digest = {}
    for capture in captures_below(directory) if directory else []:
        by_digest.setdefault(hashlib.sha256(capture.read_bytes()).digest(), capture)
    return list(by_digest.values())


def short_name(capture):
    """A capture's name for people: without the directory that this machine happens to keep it in."""
    for base in (ROOT, further_directory()):
        if base and capture.is_relative_to(base):
            return str(capture.relative_to(base))
    return capture.name
