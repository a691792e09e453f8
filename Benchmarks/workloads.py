"""The workloads of the benchmarks: made once, kept in .build/benchmarks, and checked against their truth."""
import collections
import hashlib
import json
import os
import subprocess
import sys

from scenarios import SCENARIOS

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
CACHE = os.path.join(ROOT, ".build", "benchmarks")
KCDTRACE = os.environ.get("KCDTRACE", os.path.join(ROOT, ".build", "release", "kcdtrace"))

STAGES = os.environ.get("KCDTRACE_STAGES", os.path.join(ROOT, ".build", "release", "Stages"))


def stop(message):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


def digest(*paths):
    state = hashlib.sha256()
    for path in paths:
        state.update(open(path, "rb").read())
    return state.hexdigest()[:12]


def compiled(source, *flags):
    """A C source of this directory, compiled."""
    path = os.path.join(HERE, source)
    target = os.path.join(CACHE, f"{source}-{digest(path)}")
    if not os.path.exists(target):
        os.makedirs(CACHE, exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", *flags, "-o", target, path], check=True)
    return target


def workload(kind, **sizes):
    """A workload as (path, truth); the same arguments give the same octets."""
    generator = compiled("generate.c")
    fresh = os.path.join(CACHE, f"templates.{os.getpid()}")
    subprocess.run([sys.executable, os.path.join(HERE, "templates.py"), fresh], check=True)
    templates = os.path.join(CACHE, f"templates-{digest(fresh)}")
    os.replace(fresh, templates)
    arguments = [f"{name}={value}" for name, value in sorted(sizes.items())]
    name = "-".join([kind, *arguments, digest(generator, templates)]).replace("=", "")
    path = os.path.join(CACHE, name + ".pcap")
    truth = os.path.join(CACHE, name + ".json")
    if not (os.path.exists(path) and os.path.exists(truth)):
        subprocess.run([generator, kind, templates, path + ".part", truth, *arguments], check=True)
        os.replace(path + ".part", path)
    return path, with_outcomes(json.load(open(truth)))


def with_outcomes(truth):
    """A truth with the sign-ons by outcome, and the findings by slug, that follow from how often each scenario was played."""
    for outcome in ("succeeded", "failed", "unknown"):
        truth[outcome] = sum(n * getattr(s, outcome) for n, s in zip(truth["played"], SCENARIOS))
    truth["findings"], truth["also"] = collections.Counter(), set()
    for times, scenario in zip(truth["played"], SCENARIOS):
        if times:
            truth["also"] |= set(scenario.also)
            truth["findings"].update({slug: times * count for slug, count in scenario.findings.items()})
    return truth


def check(path, truth, counts_only=False):
    """Stops where kcdtrace does not find in a workload exactly what the generator put in. Where sign-ons come so fast that not
    all can be kept open, packets and messages are compared alone."""
    run = subprocess.run([KCDTRACE, "analyze", "--format", "json", path], capture_output=True)
    if run.returncode != 0:
        stop(f"kcdtrace failed on {path}: {run.stderr.decode(errors='replace')}")
    report = json.loads(run.stdout)
    summary = report["summary"]
    found = {"packets": summary["packets"], **summary["messages"]}
    expected = {name: truth[name] for name in ("packets", "kerberos", "http")}
    if not counts_only:
        found.update({**summary["sign_ons"], "limits": len(report["limits"])})
        expected.update({name: truth[name] for name in ("succeeded", "failed", "unknown")}, limits=0)
        counts = collections.Counter()
        for finding in report["findings"]:
            counts[finding["id"]] += finding["count"]
        # Of some findings the number is not certain, and those about the capture itself are no sign-on's.
        slugs = {slug for slug in (set(counts) | set(truth["findings"])) - truth["also"] if not slug.startswith("capture-")}
        found.update({slug: counts[slug] for slug in slugs})
        expected.update({slug: truth["findings"][slug] for slug in slugs})
    wrong = {name: (found.get(name), expected[name]) for name in expected if found.get(name) != expected[name]}
    if wrong:
        stop(f"void: on {os.path.basename(path)} kcdtrace differs from the truth (found, expected): {wrong}")
