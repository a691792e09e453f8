#!/usr/bin/env python3
"""Shows that every check of lint.py bites, and that sound code passes."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import lint  # noqa: E402

CASES = [
    # (target, dependencies, source, a word of the expected breach or None)
    ("Flows", ["Dissectors"], "import Dissectors\nstruct A {}\n", None),
    ("Flows", ["Dissectors"], "import ByteParsing\n", "does not declare"),
    ("Flows", ["Dissectors"], "public import Exchanges\n", "does not declare"),
    ("Dissectors", ["Flows"], "struct A {}\n", "stands above"),
    ("Flows", [], "import Foundation\n", "none of the project's modules"),
    ("Flows", [], "import Glibc\n", "outside its wrapper"),
    ("Flows", [], "func f() { let p = unsafe g() }\n", "unsafe code"),
    ("Flows", [], "func f(_ p: UnsafeRawPointer) {}\n", "unsafe code"),
    ("Flows", [], "// unsafe here is only a word\nlet text = \"unsafe too\"\n", None),
    ("ByteParsing", [], "func f(_ p: UnsafeRawPointer) {}\n", None),
    ("Flows", [], "private struct A {}\nvar all = RecordArray<A>()\n", "table of A"),
    ("Flows", [], "struct A {}\nprivate struct B {}\nvar all = RecordArray<A>()\n", None),
    ("Platform", [], "let n = open(path, O_WRONLY | O_CREAT)\n", "makes a file"),
    ("Pcap", [], "let d = unsafe pcap_dump_open(handle, path)\n", "makes a file"),
    ("Flows", [], "let x = try! f()\n", "left unfinished"),
    ("Flows", [], "// a comment\n" * (lint.MAXIMUM_LINES + 1), "still one thing"),
]


def main():
    failed = 0
    for target, dependencies, source, expected in CASES:
        breaches = []
        with tempfile.TemporaryDirectory() as directory:
            (pathlib.Path(directory) / "A.swift").write_text(source)
            lint.check_target(target, directory, ["A.swift"], dependencies,
                              lambda file, line, message: breaches.append(message))
        right = (not breaches) if expected is None else any(expected in breach for breach in breaches)
        if not right:
            failed += 1
            print(f"FAILED {target} {source.splitlines()[0]!r}: {breaches}, expected {expected}")
    breaches = []
    lint.check_names(["Sources/Flows/FlowHelpers.swift", "Sources/Flows/utils.swift", "Sources/Flows/FlowKey.swift"],
                     lambda file, line, message: breaches.append(file))
    if breaches != ["Sources/Flows/FlowHelpers.swift", "Sources/Flows/utils.swift"]:
        failed += 1
        print(f"FAILED names: {breaches}")
    breaches = []
    lint.check_root({"Sources", "notes.txt", ".gitignore"}, lambda file, line, message: breaches.append(file))
    if breaches != ["notes.txt"]:
        failed += 1
        print(f"FAILED root: {breaches}")
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        sources = {"Good.swift": "let a = 1\n", "Long.swift": "// " + "a" * lint.MAXIMUM_COLUMNS + "\n",
                   "Crooked.swift": "let a=1\n", "Prose.md": "a" * 200}
        for name, text in sources.items():
            (root / name).write_text(text)
        for check, bad in [(lint.check_columns, "Long.swift"), (lint.check_format, "Crooked.swift")]:
            breaches = []
            check(root, list(sources), lambda file, line, message: breaches.append(file))
            if not breaches or any(bad not in breach for breach in breaches):
                failed += 1
                print(f"FAILED {check.__name__}: {breaches}")
    print(f"lint: {len(CASES) + 4 - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
