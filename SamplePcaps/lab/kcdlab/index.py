"""The table of scenarios in SamplePcaps/README.md, made from the samples.

python3 SamplePcaps/lab/kcdlab/index.py          write it
python3 SamplePcaps/lab/kcdlab/index.py --check  fail if it is out of date
"""

import json
import os
import sys

SAMPLES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
README = os.path.join(SAMPLES, "README.md")
BEGIN, END = "<!-- table: made by lab/kcdlab/index.py -->\n", "<!-- end of the table -->\n"


def _first(expected):
    first = expected.get("first_finding")
    if first is None:
        return "healthy"
    return " or ".join(f"`{name}`" for name in ([first] if isinstance(first, str) else first))


def table():
    rows = ["| sample | what it shows | first finding | format |", "|---|---|---|---|"]
    for name in sorted(os.listdir(SAMPLES)):
        folder = os.path.join(SAMPLES, name)
        path = os.path.join(folder, "expect.json")
        if not os.path.exists(path):
            continue
        with open(path) as source:
            expected = json.load(source)
        with open(os.path.join(folder, "README.md")) as source:
            title = source.readline().lstrip("# ").strip().replace("|", "\\|")
        capture = next(entry for entry in os.listdir(folder) if entry.startswith("capture.p"))
        rows.append(f"| [{name}]({name}/) | {title} | {_first(expected)} | {capture.partition('.')[2]} |")
    return "\n".join(rows) + "\n"


def main():
    with open(README) as source:
        text = source.read()
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    made = head + BEGIN + table() + END + tail
    if "--check" in sys.argv[1:]:
        if made != text:
            print("SamplePcaps/README.md: the table is out of date; run SamplePcaps/lab/kcdlab/index.py")
            return 1
        return 0
    with open(README, "w") as out:
        out.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
