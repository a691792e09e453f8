"""One scenario from its preparation to its sample folder."""

import contextlib
import os
import shutil

import capture_rewriter
import recording
import sample
from hosts import LabError

LARGEST = 200_000  # bytes of a capture
CREDENTIAL_CACHES = ("cache", "user-cache")


def record(lab, scenario, out):
    """Run one scenario and write its sample below `out`; return the capture's size."""
    work = lab.work = os.path.join(lab.state, "recordings", scenario.name)
    os.makedirs(work, exist_ok=True)
    raw = os.path.join(work, "raw.pcap")
    lab.notes = []
    for need in scenario.NEEDS:
        getattr(lab, need)
    with contextlib.ExitStack() as lab.scope:
        for cache in CREDENTIAL_CACHES:
            with contextlib.suppress(FileNotFoundError):
                os.remove(os.path.join(lab.state, cache))
        if scenario.prepare:
            scenario.prepare(lab)
        else:
            lab.web.apache()
        host = lab.hosts[scenario.WHERE]
        with recording.Recording(host, raw, scenario.BPF, scenario.SNAPLEN, scenario.INTERFACE):
            scenario.steps(lab)
    if scenario.rewrite:
        raw = _rewritten(scenario, raw, work)
    # Built aside: a scenario that fails leaves the old sample as it was.
    folder = os.path.join(work, "sample")
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    capture = os.path.join(folder, "capture." + ("pcapng" if scenario.CONTAINER == "pcapng" else "pcap"))
    recording.convert(raw, capture, scenario.CONTAINER)
    for name in os.listdir(work):  # what else belongs to the sample, such as a key log
        if name.startswith("capture."):
            shutil.copy(os.path.join(work, name), folder)
    sample.write(scenario, capture, folder, lab.versions)
    size = os.path.getsize(capture)
    if size > LARGEST:
        raise LabError(f"{size} bytes: more than {LARGEST}")
    final = os.path.join(out, scenario.name)
    shutil.rmtree(final, ignore_errors=True)
    shutil.copytree(folder, final)
    return size


def describe(scenario, out, versions):
    """Write README and expectation anew for a capture that is already there."""
    folder = os.path.join(out, scenario.name)
    name = next(name for name in os.listdir(folder) if name in ("capture.pcapng", "capture.pcap"))
    capture = os.path.join(folder, name)
    sample.write(scenario, capture, folder, versions)
    return os.path.getsize(capture)


def _rewritten(scenario, raw, work):
    capture = capture_rewriter.read(raw)
    scenario.rewrite(capture)
    path = os.path.join(work, "rewritten.pcap")
    capture_rewriter.write(path, capture)
    return path
