"""Any file: an answer in time, in little memory, with an exit status that says what happened."""
import json

import corpus
from tally import Tally
from tools import kcdtrace

LIMIT_SECONDS = 20
LIMIT_BYTES = 256 << 20


def compare(capture):
    tally = Tally()
    name = corpus.short_name(capture)
    for arguments in (["analyze", "--quiet"], ["analyze", "--format", "json"], ["messages"]):
        run = kcdtrace(*arguments, str(capture), limit_seconds=LIMIT_SECONDS)
        what = f"{name}: {' '.join(arguments)}"
        tally.check(not run.timed_out, f"{what} took more than {LIMIT_SECONDS} s")
        tally.check(run.status in (0, 3), f"{what} ended with {run.status}")
        tally.check(run.peak_bytes < LIMIT_BYTES, f"{what} took {run.peak_bytes >> 20} MiB")
        if "json" in arguments:
            try:
                complete = json.loads(run.output)["complete"]
                tally.check(complete == (run.status == 0), f"{what}: complete is {complete}, exit status {run.status}")
            except ValueError as error:
                tally.check(False, f"{what}: no JSON: {error}")
    return tally
