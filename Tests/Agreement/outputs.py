"""The same capture gives the same output: twice, through a pipe, compressed, on one thread or two."""
import gzip
import os
import tempfile

import corpus
from tally import Tally
from tools import kcdtrace


def compare(capture):
    tally = Tally()
    name = corpus.short_name(capture)
    for command in (["analyze", "--format", "json"], ["messages"]):
        first = kcdtrace(*command, str(capture)).output
        tally.check(first == kcdtrace(*command, str(capture)).output, f"{name}: {command[0]} differs in a second run")
        tally.check(first == kcdtrace(*command, "--threads", "1", str(capture)).output,
                    f"{name}: {command[0]} depends on the number of threads")
        with open(capture, "rb") as file:
            piped = kcdtrace(*command, "-", standard_input=file).output
        tally.check(first.replace(str(capture).encode(), b"-") == piped, f"{name}: {command[0]} differs through a pipe")
        with tempfile.TemporaryDirectory() as directory:
            packed = os.path.join(directory, "capture.gz")
            with open(capture, "rb") as file, gzip.open(packed, "wb") as target:
                target.write(file.read())
            output = kcdtrace(*command, packed).output.replace(packed.encode(), str(capture).encode())
            output = output.replace(b'"compression": "gzip"', b'"compression": null')
        tally.check(first == output, f"{name}: {command[0]} differs when compressed")
    return tally
