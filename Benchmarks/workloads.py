"""The workloads of the benchmarks: made once, kept in .build/benchmarks, and checked against their truth."""
import hashlib
import json
import os
import subprocess
import sys

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
    return path, json.load(open(truth))


def check(path, truth):
    """Stops where kcdtrace does not find in a workload exactly what the generator put in."""
    run = subprocess.run([KCDTRACE, "analyze", "--format", "json", path], capture_output=True)
    if run.returncode != 0:
        stop(f"kcdtrace failed on {path}: {run.stderr.decode(errors='replace')}")
    report = json.loads(run.stdout)
    summary = report["summary"]
    denied = sum(f["count"] for f in report["findings"] if f["id"] == "delegation-denied")
    found = {
        "packets": summary["packets"], "kerberos": summary["messages"]["kerberos"], "http": summary["messages"]["http"],
        "succeeded": summary["sign_ons"]["succeeded"], "failed": summary["sign_ons"]["failed"],
        "unknown": summary["sign_ons"]["unknown"], "denied": denied, "limits": len(report["limits"]),
    }
    expected = {name: truth[name] for name in ("packets", "kerberos", "http", "succeeded", "failed")}
    expected.update(unknown=0, denied=truth["failed"], limits=0)
    wrong = {name: (found[name], expected[name]) for name in expected if found[name] != expected[name]}
    if wrong:
        stop(f"void: on {os.path.basename(path)} kcdtrace differs from the truth (found, expected): {wrong}")
