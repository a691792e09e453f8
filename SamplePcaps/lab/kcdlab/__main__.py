"""Run scenarios and write their samples. The script `run` prepares and clears
up around this program; do not start it by itself except for --list."""

import argparse
import os
import signal
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import scenario as scenarios  # noqa: E402

SAMPLES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def titles():
    """Titles without running the files: they need software that may not be there."""
    import ast

    for name in scenarios.names():
        with open(os.path.join(scenarios.FOLDER, name + ".py")) as source:
            text = ast.get_docstring(ast.parse(source.read())) or ""
        yield name, text.partition("\n")[0]


def main():
    options = argparse.ArgumentParser(prog="SamplePcaps/lab/run", description=__doc__)
    options.add_argument("names", nargs="*", metavar="SCENARIO")
    options.add_argument("--list", action="store_true")
    options.add_argument("--expect", action="store_true", help="keep the captures; write README and expect.json anew")
    options.add_argument("--out", default=SAMPLES, metavar="DIR")
    options.add_argument("--state", help=argparse.SUPPRESS)
    options.add_argument("--prefix", help=argparse.SUPPRESS)
    options.add_argument("--verbose", "-v", action="store_true", help="what the imitation connector saw")
    settings = options.parse_args()
    if settings.list:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as head may leave
        for name, title in titles():
            print(f"{name:44} {title}")
        return 0
    known = scenarios.names()
    unknown = [name for name in settings.names if name not in known]
    if unknown:
        print(f"lab: no such scenario: {', '.join(unknown)} (see --list)", file=sys.stderr)
        return 2
    # The default disposition would skip the clearing up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    chosen = settings.names or known
    lab = None
    try:
        if settings.expect:
            import recorder
            import recording

            versions = recording.versions()
            failed = each(chosen, lambda scenario: recorder.describe(scenario, settings.out, versions))
        else:
            import recorder
            from lab import Lab

            lab = Lab(settings.state, settings.prefix)
            print(f"lab: ready after {time.monotonic() - began:.1f} s", file=sys.stderr)

            def record(scenario):
                size = recorder.record(lab, scenario, settings.out)
                if settings.verbose:
                    print("    " + str(lab.notes))
                return size

            failed = each(chosen, record)
    finally:
        if lab is not None:
            lab.shut_down()
    seconds = time.monotonic() - began
    print(f"lab: {len(chosen)} scenarios, {len(failed)} failed, {seconds:.0f} s", file=sys.stderr)
    return 1 if failed else 0


def each(names, step):
    """Do a step for each scenario; return the names of those where it failed."""
    failed = []
    for name in names:
        start = time.monotonic()
        try:
            size = step(scenarios.Scenario(name))
            print(f"{name:44} {time.monotonic() - start:5.1f} s {size:7} bytes", flush=True)
        except Exception:  # one scenario must not take the others with it
            failed.append(name)
            print(f"{name:44} FAILED", flush=True)
            traceback.print_exc()
    return failed


if __name__ == "__main__":
    sys.exit(main())
