#!/usr/bin/env python3
"""House rules that a machine can check: imports, arrows between modules, unsafe code, names, sizes, format.

Exit status 1 and one line per breach. `test_lint.py` shows that each check bites.
"""
import json
import pathlib
import re
import subprocess
import sys

# Ground to top. A target may import targets of its own list of dependencies, and those must stand
# before it here: arrows run one way.
ORDER = ["CPcap", "CZlib", "CZstd", "CCrypto", "CPrefetch", "ByteParsing", "Collections", "Pcap", "Compression", "Digests",
         "Platform", "PacketModel", "CaptureFile", "Dissectors", "Flows", "Exchanges", "Diagnosis", "Pipeline", "Reporting",
         "Verification", "kcdtrace"]
# The modules of the platform that may be imported, and where.
PLATFORM = {"Glibc": {"ByteParsing", "Collections", "Pcap", "Compression", "Digests", "Platform"},
            "Synchronization": {"Platform"}, "Dispatch": {"Platform"}}
UNSAFE_TARGETS = {"ByteParsing", "Collections", "Pcap", "Compression", "Digests", "Platform"}
UNSAFE = re.compile(r"\bunsafe\b|\bUnsafe(Mutable)?(Raw)?(Buffer)?Pointer\b|\bwithUnsafe\w*|@unsafe\b|unsafeBitCast|nonisolated\(unsafe\)")
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX)\b|\bfatalError\(|\btry!|\bas!")
# Only this file makes or empties files: it knows the ones that are read, and leaves them alone.
WRITER = "OutputFile.swift"
MAKES_FILES = re.compile(r"\bO_(CREAT|TRUNC|TMPFILE)\b|\b(creat|fopen|freopen|mkstemp|mkostemp|pcap_dump_open\w*)\(")
EMPTY_NAMES = re.compile(r"(^|/)(utils?|helpers?|misc|common|managers?)\.\w+$|(Utils?|Helpers?|Manager)\.swift$", re.I)
# Tables that are let go of by whoever holds their owner: from another module the compiler must find their elements, and
# that of Swift 6.3 fails at private ones where it builds with a sanitizer, as the fuzz targets do.
PRIVATE_TYPE = re.compile(r"\b(?:file)?private (?:indirect )?(?:struct|enum) (\w+)")
TABLE_OF = re.compile(r"\b(?:RecordArray|Arena|SlotMap|KeyedQueues|IDTable|RingBuffer)<(\w+)>")
MAXIMUM_LINES = 500
MAXIMUM_COLUMNS = 120
IMPORT = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public\s+|internal\s+|private\s+)?import\s+(?:struct\s+|func\s+|enum\s+|class\s+)?(\w+)")


def code_lines(text):
    """Lines with comments and string literals blanked, so that prose is not taken for code."""
    text = re.sub(r'"""(?:.|\n)*?"""', lambda m: "\n" * m.group().count("\n"), text)
    for line in text.split("\n"):
        line = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
        yield re.sub(r"//.*", "", line)


def check_target(name, path, sources, dependencies, report):
    """The checks on one target's sources. `report(file, line, message)` takes each breach."""
    if name in ORDER:
        for dependency in dependencies:
            if dependency in ORDER and ORDER.index(dependency) >= ORDER.index(name):
                report("Package.swift", 0, f"{name} depends on {dependency}, which stands above it")
    for source in sources:
        file = pathlib.Path(path) / source
        if file.suffix != ".swift":
            continue
        text = file.read_text(encoding="utf-8")
        hidden = set(PRIVATE_TYPE.findall(text))
        for number, line in enumerate(code_lines(text), 1):
            for element in set(TABLE_OF.findall(line)) & hidden:
                report(file, number, f"a table of {element}, which is private: the fuzz targets could not be built")
            found = IMPORT.match(line)
            if found:
                module = found.group(1)
                if module in ORDER and module not in dependencies:
                    report(file, number, f"imports {module}, which {name} does not declare")
                elif module in PLATFORM and name not in PLATFORM[module]:
                    report(file, number, f"imports {module} outside its wrapper")
                elif module not in ORDER and module not in PLATFORM:
                    report(file, number, f"imports {module}, which is none of the project's modules")
            if name not in UNSAFE_TARGETS and UNSAFE.search(line):
                report(file, number, "unsafe code outside ByteParsing and the system wrappers")
            if file.name != WRITER and MAKES_FILES.search(line):
                report(file, number, f"makes a file: results are written by {WRITER} alone")
            if LEFTOVER.search(line):
                report(file, number, "left unfinished, or a trap")
        count = text.count("\n")
        if count > MAXIMUM_LINES:
            report(file, count, f"{count} lines: is it still one thing?")


def check_names(files, report):
    """File names that say nothing."""
    for file in files:
        if EMPTY_NAMES.search(file):
            report(file, 0, "a name that says nothing")


def check_columns(root, files, report):
    """Lines of Swift that are too long, in strings and comments too, which the formatter leaves alone."""
    for file in files:
        if not file.endswith(".swift"):
            continue
        for number, line in enumerate((root / file).read_text(encoding="utf-8").split("\n"), 1):
            if len(line) > MAXIMUM_COLUMNS:
                report(file, number, f"{len(line)} columns, of at most {MAXIMUM_COLUMNS}")


def check_format(root, files, report):
    """What `swift format` would write otherwise, by .swift-format."""
    swift = [name for name in files if name.endswith(".swift")]
    found = subprocess.run(["swift", "format", "lint", "--strict", "--parallel", *swift], cwd=root,
                           stderr=subprocess.PIPE, text=True)
    lines = found.stderr.splitlines()
    for line in lines:
        report(line.replace(f"{root}/", ""), 0, "`swift format -i` mends it")
    if found.returncode != 0 and not lines:
        report("swift format", 0, f"failed with status {found.returncode}")


def check_root(entries, report):
    """What stands at the top level."""
    allowed = {"Package.swift", "Sources", "Tests", "SamplePcaps", "Benchmarks", "README.md", "Makefile", "LICENSE",
               "docs", "Integrations"}
    for entry in entries:
        if entry not in allowed and not entry.startswith("."):
            report(entry, 0, "does not belong at the top level")


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    breaches = []

    def report(file, line, message):
        where = f"{file}:{line}" if line else str(file)
        breaches.append(f"{where.replace(str(root) + '/', '')}: {message}")

    package = json.loads(subprocess.run(["swift", "package", "describe", "--type", "json"], cwd=root, check=True,
                                        stdout=subprocess.PIPE).stdout)
    for target in package["targets"]:
        if target["type"] in ("test", "system-target") or target["path"].startswith("Tests/"):
            continue
        check_target(target["name"], root / target["path"], target["sources"],
                     target.get("target_dependencies", []), report)
    tracked = subprocess.run(["git", "ls-files"], cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n")
    tracked = [name for name in tracked if name and (root / name).exists()]
    check_names(tracked, report)
    check_columns(root, tracked, report)
    check_format(root, tracked, report)
    check_root({name.split("/")[0] for name in tracked}, report)
    for line in breaches:
        print(line)
    print(f"lint: {len(package['targets'])} targets, {len(breaches)} breaches")
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
