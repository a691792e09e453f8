"""Machines of the lab: network namespaces on one bridge, and how to run a
program or a Python function inside one of them, with that machine's host name,
hosts file and resolver."""

import ctypes
import os
import pickle
import signal
import subprocess
import sys
import time
import traceback

from topology import LINK_ROUTES, MACHINES

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWNET = 0x00020000, 0x04000000, 0x40000000
MS_REC, MS_PRIVATE, MS_BIND = 0x4000, 0x40000, 0x1000
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


class LabError(Exception):
    """Something in the lab did not come about."""


def _check(result, what):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Host:
    """One machine of the lab."""

    def __init__(self, machine, prefix, state, resolver):
        self.machine = machine
        self.name = machine.name
        self.namespace = f"{prefix}-{machine.name}"
        self.state = state
        directory = os.path.join(state, "hosts", machine.name)
        os.makedirs(directory)
        self.hosts_file = os.path.join(directory, "hosts")
        self.resolver_file = os.path.join(directory, "resolv.conf")
        with open(self.hosts_file, "w") as out:
            out.write("127.0.0.1 localhost\n::1 localhost\n")
            if "dc" in machine.name:  # a domain controller must find itself without DNS
                out.write(f"{machine.ipv4} {machine.host} {machine.host.split('.')[0]}\n")
        with open(self.resolver_file, "w") as out:
            out.write(f"search corp.example\nnameserver {resolver}\n")

    def enter(self):
        """Move this process into the machine, for good: call it in a child only."""
        with open(f"/run/netns/{self.namespace}") as namespace:
            _check(LIBC.setns(namespace.fileno(), CLONE_NEWNET), "setns")
        _check(LIBC.unshare(CLONE_NEWNS | CLONE_NEWUTS), "unshare")
        _check(LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount")
        for source, target in ((self.hosts_file, "/etc/hosts"), (self.resolver_file, "/etc/resolv.conf")):
            _check(LIBC.mount(source.encode(), target.encode(), None, MS_BIND, None), target)
        name = self.machine.host.split(".")[0].encode()
        _check(LIBC.sethostname(name, len(name)), "sethostname")

    def run(self, *argv, check=True, text=None, env=None):
        """Run a program here to its end; return what it wrote."""
        done = subprocess.run(
            [str(word) for word in argv],
            preexec_fn=self.enter,
            input=text,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )
        if check and done.returncode != 0:
            raise LabError(f"{self.name}: {' '.join(map(str, argv))}: exit {done.returncode}\n{done.stdout[-2000:]}")
        return done.stdout

    def spawn(self, *argv, log, env=None, clock=None):
        """Start a program here in a session of its own. `clock` such as "+10m"
        makes its clock wrong."""
        environment = {**os.environ, **(env or {})}
        if clock:
            environment.update(LD_PRELOAD=FAKETIME, FAKETIME=clock)
        with open(log, "ab") as out:
            return subprocess.Popen(
                [str(word) for word in argv],
                preexec_fn=self.enter,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def fork(self, function, *arguments):
        """Run a Python function in a child here; return its process id and the
        pipe that will carry its result."""
        read, write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            os.close(write)
            return pid, read
        status = 0
        try:
            os.close(read)
            os.setsid()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.enter()
            result = (True, function(*arguments))
        except BaseException:  # the parent must hear of everything
            result = (False, traceback.format_exc())
            status = 1
        with os.fdopen(write, "wb") as out:
            out.write(pickle.dumps(result))
        os._exit(status)

    def call(self, function, *arguments):
        """Run a Python function here to its end; return its result."""
        pid, read = self.fork(function, *arguments)
        with os.fdopen(read, "rb") as pipe:
            data = pipe.read()
        os.waitpid(pid, 0)
        ok, value = pickle.loads(data) if data else (False, "died")
        if not ok:
            raise LabError(f"{self.name}: {value}")
        return value

    def wait_for_port(self, port, address=None, patience=20):
        """Wait until something here accepts TCP connections."""
        address = address or self.machine.ipv4
        end = time.monotonic() + patience
        probe = f"</dev/tcp/{address}/{port}"
        while time.monotonic() < end:
            if subprocess.run(["bash", "-c", probe], preexec_fn=self.enter, stderr=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.05)
        raise LabError(f"{self.name}: nothing answers on {address}:{port}")

    # Faults in the network, always inside this machine's namespace.

    def firewall(self, *rules, hook="input"):
        """Packet filter rules, until `open_firewall`."""
        self.run("nft", "add table inet lab")
        self.run("nft", f"add chain inet lab {hook} {{ type filter hook {hook} priority 0; }}")
        for rule in rules:
            self.run("nft", f"add rule inet lab {hook} {rule}")

    def open_firewall(self):
        self.run("nft", "flush ruleset")

    def mtu(self, size):
        self.run("ip", "link", "set", "eth0", "mtu", str(size))
        if size >= 1280:  # a smaller one took the IPv6 addresses away
            self.run("ip", "addr", "replace", f"{self.machine.ipv6}/64", "dev", "eth0", "nodad")


def stop(process, patience=5):
    """End a process that `Host.spawn` started, and its whole session."""
    if process is None:
        return
    for step in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, step)
        except ProcessLookupError:
            pass
        try:
            process.wait(patience)
            break
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def build_network(prefix, state):
    """Make the bridge and every machine; return the machines by name."""
    switch = f"{prefix}-switch"
    ip("netns", "add", switch)
    ip("-n", switch, "link", "add", "br0", "type", "bridge")
    ip("-n", switch, "link", "set", "br0", "up")
    hosts = {}
    for machine in MACHINES:
        resolver = "192.0.2.11" if machine.name == "partnerdc" else "192.0.2.10"
        host = hosts[machine.name] = Host(machine, prefix, state, resolver)
        space = host.namespace
        ip("netns", "add", space)
        ip("-n", switch, "link", "add", machine.name, "type", "veth", "peer", "name", "eth0", "netns", space)
        ip("-n", switch, "link", "set", machine.name, "master", "br0", "up")
        ip("-n", space, "link", "set", "lo", "up")
        for address in (machine.ipv4, *machine.more):
            ip("-n", space, "addr", "add", f"{address}/32", "dev", "eth0")
        ip("-n", space, "addr", "add", f"{machine.ipv6}/64", "dev", "eth0", "nodad")
        # No offload: the capture shows frame sizes and checksums as on a wire.
        subprocess.run(
            [
                "ip",
                "netns",
                "exec",
                space,
                "ethtool",
                "-K",
                "eth0",
                "tx",
                "off",
                "rx",
                "off",
                "tso",
                "off",
                "gso",
                "off",
                "gro",
                "off",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        ip("-n", space, "link", "set", "eth0", "up")
        for route in LINK_ROUTES:
            ip("-n", space, "route", "add", route, "dev", "eth0", "src", machine.ipv4)
    return hosts
