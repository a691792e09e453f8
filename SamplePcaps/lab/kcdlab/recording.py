"""Captures: tcpdump while a scenario runs, editcap for the container, tshark
for the frames that prove what the scenario claims."""

import os
import signal
import subprocess
import time

from hosts import LabError

NO_NOISE = "not arp and not (ip6 proto 58 and ip6[40] >= 130 and ip6[40] <= 143)"
QUIET = 0.15  # tcpdump must see the last packets before it is stopped


class Recording:
    """tcpdump on one machine's interface, for the length of a `with` block."""

    def __init__(self, host, path, bpf="", snaplen=0, interface="eth0", log=None):
        self.host, self.path, self.log = host, path, log or path + ".log"
        self.filter = f"({NO_NOISE})" + (f" and ({bpf})" if bpf else "")
        self.snaplen, self.interface = snaplen, interface
        self.process = None

    def __enter__(self):
        self.process = self.host.spawn(
            "tcpdump",
            "-i",
            self.interface,
            "-s",
            self.snaplen,
            "-U",
            "--immediate-mode",
            "-Z",
            "root",
            "-w",
            self.path,
            self.filter,
            log=self.log,
        )
        end = time.monotonic() + 10
        while "listening on" not in _text(self.log):
            if time.monotonic() > end or self.process.poll() is not None:
                raise LabError(f"tcpdump does not listen: {_text(self.log)}")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        time.sleep(QUIET)
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(5)


def _text(path):
    try:
        with open(path) as source:
            return source.read()
    except FileNotFoundError:
        return ""


def convert(source, target, container):
    """Write a capture as another container, such as pcapng, pcap or nsecpcap."""
    subprocess.run(["editcap", "-F", container, source, target], check=True)


def frames(path, display_filter, options=()):
    """Numbers of the frames that a Wireshark display filter finds."""
    done = subprocess.run(
        ["tshark", "-n", "-r", path, *options, "-Y", display_filter, "-T", "fields", "-e", "frame.number"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        raise LabError(f"tshark: {display_filter}: {done.stderr.strip()}")
    return [int(line) for line in done.stdout.split()]


def summary(path, numbers, options=()):
    """One line for each of these frames, as tshark describes it."""
    if not numbers:
        return []
    wanted = " || ".join(f"frame.number=={number}" for number in numbers)
    done = subprocess.run(
        [
            "tshark",
            "-n",
            "-r",
            path,
            *options,
            "-Y",
            wanted,
            "-T",
            "fields",
            "-E",
            "separator=/t",
            "-e",
            "frame.number",
            "-e",
            "_ws.col.Source",
            "-e",
            "_ws.col.Destination",
            "-e",
            "_ws.col.Protocol",
            "-e",
            "_ws.col.Info",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return [line.split("\t") for line in done.stdout.splitlines()]


def versions():
    """The software whose behaviour the captures show, with its Debian versions."""
    names = {
        "samba-ad-dc": "Samba",
        "krb5-kdc": "MIT krb5kdc",
        "apache2": "Apache",
        "libapache2-mod-auth-gssapi": "mod_auth_gssapi",
        "krb5-user": "MIT krb5 tools",
        "curl": "curl",
        "tcpdump": "tcpdump",
        "tshark": "Wireshark",
    }
    found = {}
    for package, title in names.items():
        done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], stdout=subprocess.PIPE, text=True)
        found[title] = done.stdout.strip()
    return found
