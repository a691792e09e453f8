#!/usr/bin/env python3
"""Live tests: an interface watched while a sample is replayed on it, and lab scenarios recorded anew.

They need root and network namespaces. In CI their absence is a failure; elsewhere it is said plainly.
"""
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/release/kcdtrace"
# Recorded anew with real software: a healthy sign-on, a refusal by the KDC, one by the backend, a UDP
# path, and one that MIT's KDC refuses.
SCENARIOS = ["healthy-tcp", "healthy-udp-then-tcp", "event-13019-delegation-denied", "backend-rejected-ticket",
             "delegation-target-not-listed-mit-kdc"]


def frames_of(sample):
    """The frames of a sample, as octets."""
    with tempfile.NamedTemporaryFile(suffix=".pcap") as classic:
        subprocess.run(["editcap", "-F", "pcap", sample, classic.name], check=True)
        data = pathlib.Path(classic.name).read_bytes()
    offset, frames = 24, []
    while offset + 16 <= len(data):
        length = struct.unpack_from("<I", data, offset + 8)[0]
        frames.append(data[offset + 16:offset + 16 + length])
        offset += 16 + length
    return frames


def in_own_namespace():
    """Runs this file again as `replay` in a network namespace of its own."""
    return subprocess.run(["unshare", "--net", sys.executable, __file__, "replay"], check=False).returncode == 0


def replay():
    """Watches one end of a veth pair while a sample is sent into the other."""
    for command in ("ip link add kcd0 type veth peer name kcd1", "ip link set kcd0 up", "ip link set kcd1 up"):
        subprocess.run(command.split(), check=True)
    frames = frames_of(ROOT / "SamplePcaps/event-13019-delegation-denied/capture.pcapng")
    watcher = subprocess.Popen([PROGRAM, "analyze", "-i", "kcd0", "--format", "json"], stdout=subprocess.PIPE, text=True)
    time.sleep(1.5)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(("kcd1", 0))
        for frame in frames:
            sender.send(frame)
            time.sleep(0.002)
    time.sleep(1.5)
    watcher.send_signal(signal.SIGINT)
    output, _ = watcher.communicate(timeout=20)
    document = json.loads(output)
    found = [finding["id"] for finding in document["findings"] if finding["severity"] == "error"]
    kerberos = document["summary"].get("messages", {})
    right = watcher.returncode == 0 and found[:1] == ["delegation-denied"] and document["captures"][0]["format"] == "live"
    if not right:
        print(f"live interface: exit {watcher.returncode}, findings {found}, messages {kerberos}")
    sys.exit(0 if right else 1)


def record_anew(directory):
    """Records the scenarios into a directory and verifies them there."""
    run = subprocess.run([ROOT / "SamplePcaps/lab/run", "--out", directory, *SCENARIOS], check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        print(run.stdout[-4000:])
        return False
    verify = subprocess.run([PROGRAM, "verify", directory], check=False, stdout=subprocess.PIPE, text=True)
    recorded = verify.stdout.count("\n") - 1
    if verify.returncode != 0 or recorded < len(SCENARIOS):
        print(verify.stdout)
        return False
    return True


def main():
    if os.geteuid() != 0 or subprocess.run(["unshare", "--net", "true"], check=False).returncode != 0:
        print("live tests left out: they need root and network namespaces")
        sys.exit(1 if os.environ.get("CI") else 0)
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory(prefix="kcdtrace-live-") as directory:
        for name, result in (("interface", in_own_namespace()), ("lab", record_anew(directory))):
            print(f"{'ok' if result else 'FAILED':8}live {name}")
            passed, failed = passed + result, failed + (not result)
    print(f"live: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    replay() if sys.argv[1:] == ["replay"] else main()
