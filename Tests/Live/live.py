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
PROGRAM = pathlib.Path(os.environ.get("KCDTRACE") or ROOT / ".build/release/kcdtrace")
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


def in_own_namespace(part):
    """Runs a part of this file in a network namespace of its own."""
    return subprocess.run(["unshare", "--net", sys.executable, __file__, part], check=False).returncode == 0


def connect():
    """Makes a veth pair: what is sent on kcd1 arrives at kcd0."""
    for command in ("ip link add kcd0 type veth peer name kcd1", "ip link set kcd0 up", "ip link set kcd1 up"):
        subprocess.run(command.split(), check=True)


def replay():
    """Watches one end of a veth pair while a sample is sent into the other."""
    connect()
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


def losses():
    """What passes while the program is busy is kept as far as its buffer goes, and what is lost is counted to the last."""
    connect()
    sender = ROOT / ".build/live-send"
    subprocess.run(["cc", "-O2", "-o", sender, pathlib.Path(__file__).with_name("send.c")], check=True)

    def send(count, rate):
        subprocess.run([sender, "kcd1", str(count), str(rate)], check=True, stdout=subprocess.DEVNULL)

    def watched(during):
        """The packets kept and lost by the program; the filter is the kernel's, so nothing else is counted."""
        watcher = subprocess.Popen([PROGRAM, "analyze", "-i", "kcd0", "--format", "json", "udp", "port", "40001"],
                                   stdout=subprocess.PIPE, text=True)
        time.sleep(1.5)
        during(watcher)
        watcher.send_signal(signal.SIGINT)
        output, _ = watcher.communicate(timeout=60)
        capture = json.loads(output)["captures"][0]
        return capture["packets"], capture.get("dropped_packets", 0)

    def stopped(count):
        def during(watcher):
            watcher.send_signal(signal.SIGSTOP)
            send(count, 0)
            watcher.send_signal(signal.SIGCONT)
        return watched(during)

    def tcpdump(count, rate):
        """Whether tcpdump keeps every packet at that rate."""
        watcher = subprocess.Popen(["tcpdump", "-i", "kcd0", "-w", "/dev/null", "udp port 40001"], stderr=subprocess.PIPE, text=True)
        time.sleep(1.5)
        send(count, rate)
        time.sleep(0.5)
        watcher.send_signal(signal.SIGINT)
        return "\n0 packets dropped by kernel" in watcher.communicate(timeout=60)[1]

    right = True

    def check(what, condition, result):
        nonlocal right
        if not condition:
            right = False
            print(f"{what}: {result[0]} packets kept, {result[1]} lost")

    result = stopped(5000)
    check("5,000 packets while the program is stopped", result == (5000, 0), result)
    # Far more than the buffer holds, and the program is asked to stop before it has looked for losses.
    result = stopped(60_000)
    check("60,000 packets while the program is stopped", sum(result) == 60_000 and min(result) > 5000, result)
    for _ in range(3):
        result = watched(lambda _: send(400_000, 200_000))
        # Where the machine is too busy for anybody, another attempt may tell.
        if result == (400_000, 0) or not tcpdump(400_000, 200_000):
            break
    check("200,000 packets a second", sum(result) == 400_000, result)
    check("200,000 packets a second, of which tcpdump loses none", result[1] == 0 or not tcpdump(400_000, 200_000), result)
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
        for name, result in (("interface", in_own_namespace("replay")), ("losses", in_own_namespace("losses")),
                             ("lab", record_anew(directory))):
            print(f"{'ok' if result else 'FAILED':8}live {name}")
            passed, failed = passed + result, failed + (not result)
    print(f"live: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    {"replay": replay, "losses": losses}.get("".join(sys.argv[1:]), main)()
