#!/usr/bin/env python3
"""Compares what two builds of kcdtrace say of every capture there is.

    Tests/Compare/compare.py OLD [NEW]        (NEW: .build/release/kcdtrace)

Runs both over every sample of SamplePcaps and every capture of the directory that KCDTRACE_CAPTURES names, alone and
some in pairs, in every format, and prints what differs: output, standard error and exit status. Whoever changes how the
program is built and not what it says runs this before and after. Exit status 1 where anything differs.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUFFIXES = (".pcap", ".pcapng", ".cap", ".gz", ".zst")
SECONDS_EACH = 120

# Every way to ask about one capture, or about several: what is compared, and how it is asked for.
SINGLE = {
    "text": ["analyze"],
    "text -v": ["analyze", "-v"],
    "text -q": ["analyze", "--quiet"],
    "markdown": ["analyze", "--format", "markdown"],
    "json": ["analyze", "--format", "json"],
    "messages": ["messages"],
    "info": ["info"],
    "info json": ["info", "--format", "json"],
    "status": ["analyze", "--quiet", "--fail-on", "warning"],
}
PAIR = {name: SINGLE[name] for name in ("text", "markdown", "json")}
ALONE = {
    "help": ["help"], "man": ["man"], "explain all": ["explain", "--format", "markdown"],
    "explain 13019": ["explain", "13019"],
}


def captures(directory):
    """Every capture below a directory, by name."""
    return sorted(path for path in directory.rglob("*") if path.is_file() and path.name.endswith(SUFFIXES))


def questions(directories):
    """What is asked: a label, the kind of output, and the arguments."""
    for name, arguments in ALONE.items():
        yield "(no capture)", name, arguments
    for directory in directories:
        files = captures(directory)
        for path in files:
            for name, arguments in SINGLE.items():
                yield str(path.relative_to(directory)), name, arguments + [str(path)]
        # Neighbours by name are mostly of one kind: what two of them say together is the most telling.
        for first, second in zip(files[::2], files[1::2]):
            for name, arguments in PAIR.items():
                label = f"{first.relative_to(directory)} + {second.relative_to(directory)}"
                yield label, name, arguments + [str(first), str(second)]


def answer(binary, arguments):
    """Everything that a user sees of one run, as lines."""
    try:
        run = subprocess.run([binary, *arguments], capture_output=True, timeout=SECONDS_EACH, stdin=subprocess.DEVNULL,
                             env={**os.environ, "NO_COLOR": "1", "LC_ALL": "C"})
        status, out, err = run.returncode, run.stdout, run.stderr
    except subprocess.TimeoutExpired:
        status, out, err = f"none after {SECONDS_EACH} s", b"", b""
    text = [f"status {status}"]
    text += out.decode("utf-8", "backslashreplace").split("\n")
    text += ["stderr: " + line for line in err.decode("utf-8", "backslashreplace").split("\n") if line]
    return text


def difference(old, new, limit):
    """The changed lines alone, at most so many."""
    lines = [line for line in difflib.unified_diff(old, new, lineterm="", n=0)
             if not line.startswith(("---", "+++", "@@"))]
    shown = [line if len(line) < 400 else line[:400] + " ..." for line in lines[:limit]]
    if len(lines) > limit:
        shown.append(f"... and {len(lines) - limit} more lines")
    return shown


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old", type=pathlib.Path)
    parser.add_argument("new", type=pathlib.Path, nargs="?", default=ROOT / ".build/release/kcdtrace")
    parser.add_argument("--only", help="kinds of output whose name matches this expression")
    parser.add_argument("--captures", help="captures whose name matches this expression")
    parser.add_argument("--lines", type=int, default=12, help="changed lines shown of each difference (12)")
    chosen = parser.parse_args()
    for binary in (chosen.old, chosen.new):
        if not os.access(binary, os.X_OK):
            sys.exit(f"{binary} cannot be run")
    directories = [ROOT / "SamplePcaps"]
    if further := os.environ.get("KCDTRACE_CAPTURES"):
        directories.append(pathlib.Path(further))
    asked = [question for question in questions(directories)
             if re.search(chosen.only or "", question[1]) and re.search(chosen.captures or "", question[0])]
    if not asked:
        sys.exit("nothing to compare")
    binaries = [str(path.resolve()) for path in (chosen.old, chosen.new)]
    different = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        both = pool.map(lambda question: [answer(binary, question[2]) for binary in binaries], asked)
        for (label, kind, _), (old, new) in zip(asked, both):
            if old == new:
                continue
            different[kind] = different.get(kind, 0) + 1
            print(f"\n{label}: {kind}")
            print("\n".join("  " + line for line in difference(old, new, chosen.lines)))
    total = sum(different.values())
    kinds = "".join(f"\n  {kind}: {count}" for kind, count in sorted(different.items()))
    print(f"\n{len(asked)} answers compared, {total} differ{kinds}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
