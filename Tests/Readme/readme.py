#!/usr/bin/env python3
"""The README shows the program's real output: this checks it, or with --update writes it."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/release/kcdtrace"
DEMO = "SamplePcaps/event-13019-delegation-denied/capture.pcapng"


def output(*arguments):
    return subprocess.run([PROGRAM, *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def blocks():
    """The generated parts by the name of their markers."""
    demo = output("analyze", "--color", "never", "--width", "80", DEMO)
    return {
        "demo": "\n" + "".join(f"    {line}".rstrip() + "\n" for line in demo.splitlines()) + "\n",
        "findings": "\n" + output("explain", "--format", "markdown") + "\n",
    }


def main():
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8")
    fresh = text
    for name, block in blocks().items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
        assert pattern.search(fresh), f"README.md has no place for {name}"
        fresh = pattern.sub(lambda match: match.group(1) + block + match.group(2), fresh)
    if "--update" in sys.argv:
        path.write_text(fresh, encoding="utf-8")
        return
    if fresh != text:
        print("README.md does not show what the program prints; run: python3 Tests/Readme/readme.py --update")
        print("readme: 0 passed, 1 failed")
        sys.exit(1)
    print("readme: 1 passed, 0 failed")


if __name__ == "__main__":
    main()
