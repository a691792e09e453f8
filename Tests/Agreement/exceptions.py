"""Disagreements with tshark that are explained. Each names the bytes and who is right by which section;
one that no longer disagrees is a failure, so that the table never grows stale."""
import fnmatch

# (protocol, capture, frame or "*", field, explanation)
EXPLAINED = [
]


def judge(total, kind, has_further):
    """Failures for what is not explained, and for explanations that explain nothing any more."""
    used = set()
    failures = []
    for difference in total.differences:
        entry = next((e for e in EXPLAINED if e[0] == kind and fnmatch.fnmatch(difference.capture, e[1])
                      and e[2] in ("*", difference.frame) and fnmatch.fnmatch(difference.field, e[3])), None)
        if entry is None:
            failures.append(str(difference))
        else:
            used.add(entry)
    for entry in EXPLAINED:
        if entry[0] == kind and entry not in used and (has_further or entry[1].startswith("SamplePcaps/")):
            failures.append(f"no longer disagrees: {entry[1]} frame {entry[2]} {entry[3]}")
    return failures
