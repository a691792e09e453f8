"""The same capture gives the same output: twice, through a pipe, compressed, on one thread or several."""
import os
import subprocess
import tempfile

import corpus
from tally import Tally
from tools import kcdtrace

COMMANDS = (["analyze", "--format", "json"], ["messages"])
# What marks a file that is compressed already.
PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")


def compare(capture):
    tally = Tally()
    name = corpus.short_name(capture)
    content = capture.read_bytes()
    firsts = [kcdtrace(*command, str(capture)) for command in COMMANDS]
    for command, first in zip(COMMANDS, firsts):
        what = f"{name}: {command[0]}"
        tally.check(first.status in (0, 3), f"{what} ends with {first.status}")
        tally.check(first.output == kcdtrace(*command, str(capture)).output, f"{what} differs in a second run")
        for threads in ("1", "3"):
            other = kcdtrace(*command, "--threads", threads, str(capture))
            tally.check(first.output == other.output, f"{what} depends on the number of threads: {threads}")
        with open(capture, "rb") as file:
            piped = kcdtrace(*command, "-", standard_input=file).output
        tally.check(first.output.replace(str(capture).encode(), b"-") == piped, f"{what} differs through a pipe")
    tally.check(firsts[0].output, f"{name}: there is no analysis")
    if content.startswith(PACKED):
        tally.counts["compressed already"] += 1
        return tally
    with tempfile.TemporaryDirectory() as directory:
        for program in ("gzip", "zstd"):
            packed = os.path.join(directory, "capture." + program)
            with open(packed, "wb") as target:
                subprocess.run([program, "-c"], input=content, stdout=target, check=True)
            for command, first in zip(COMMANDS, firsts):
                output = kcdtrace(*command, packed).output.replace(packed.encode(), str(capture).encode())
                output = output.replace(b'"compression": "%s"' % program.encode(), b'"compression": null')
                tally.check(first.output == output, f"{name}: {command[0]} differs when compressed with {program}")
    return tally
