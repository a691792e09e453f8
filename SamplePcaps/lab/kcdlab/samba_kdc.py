"""A Samba AD domain controller: provision, start, stop, accounts.

It keeps everything below the state directory; /etc/samba and /var/lib/samba
are never touched. Its KDC is Heimdal's, with S4U and the PAC.
"""

import contextlib
import os
import shutil
import time

from hosts import LabError, stop
from kdc_transport import Kdc, KerberosError
from kerberos_client import KerberosClient
from topology import password

AES_ONLY = "24"  # msDS-SupportedEncryptionTypes; without it Samba 4.17 issues RC4 tickets
RC4_ONLY = "4"
UNIX_TO_NT = 11644473600


def nt_time(seconds):
    """Seconds of the Unix epoch as Windows counts time."""
    return str(int((seconds + UNIX_TO_NT) * 10**7))


class Domain:
    """One Active Directory domain on one host."""

    def __init__(self, host, state, realm, base_dn):
        self.host, self.realm, self.base = host, realm, base_dn
        self.directory = os.path.join(state, host.name)
        self.config = os.path.join(self.directory, "etc", "smb.conf")
        self.process = None
        self.clock = None

    def provision(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(os.path.join(self.directory, "log"))
        seed = os.path.join(self.directory, "seed.conf")
        with open(seed, "w") as out:
            out.write(f"[global]\n  log file = {self.directory}/log/log.%m\n  max log size = 0\n")
        machine = self.host.machine
        self.host.run(
            "samba-tool",
            "domain",
            "provision",
            "-s",
            seed,
            f"--targetdir={self.directory}",
            f"--realm={self.realm}",
            f"--domain={self.realm.split('.')[0]}",
            "--server-role=dc",
            "--dns-backend=SAMBA_INTERNAL",
            f"--adminpass={password('administrator')}",
            f"--host-name={machine.host.split('.')[0]}",
            f"--host-ip={machine.ipv4}",
            f"--host-ip6={machine.ipv6}",
            "--option=interfaces=lo eth0",
            "--option=bind interfaces only=yes",
            "--option=server services=rpc, ldap, cldap, kdc, dns",
        )

    def start(self, clock=None):
        """Start the services; the KDC answers when this returns."""
        run = os.path.join(self.directory, "run")
        pipes = os.path.join(self.directory, "ncalrpc")
        os.makedirs(run, exist_ok=True)
        os.makedirs(pipes, exist_ok=True)
        self.clock = clock
        self.process = self.host.spawn(
            "/usr/sbin/samba",
            "-F",
            "--no-process-group",
            "-M",
            "prefork",
            "-s",
            self.config,
            f"--option=pid directory={run}",
            f"--option=ncalrpc dir={pipes}",
            f"--option=winbindd socket directory={run}/winbindd",
            "-d",
            "1",
            log=os.path.join(self.directory, "log", "stdout"),
            clock=clock,
        )
        self.host.wait_for_port(88)
        self.host.call(self._wait_for_answer)  # the port opens before its worker is ready

    def _wait_for_answer(self, patience=20):
        client = KerberosClient(Kdc(self.host.machine.ipv4), self.realm, "administrator", {})
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                client.find_realm(f"administrator@{self.realm.lower()}")
                return
            except KerberosError:
                return
            except OSError:
                time.sleep(0.1)
        raise LabError(f"{self.host.name}: the KDC does not answer")

    def stop(self):
        stop(self.process)
        self.process = None

    # What follows edits the directory itself, in a child process: the Samba
    # libraries stay out of the lab's own process.

    def _database(self):
        from samba.auth import system_session
        from samba.param import LoadParm
        from samba.samdb import SamDB

        parameters = LoadParm()
        parameters.load(self.config)
        return SamDB(
            url=os.path.join(self.directory, "private", "sam.ldb"),
            session_info=system_session(parameters),
            lp=parameters,
        )

    def edit(self, function):
        """Call `function(self, database)` with the open directory."""
        return self.host.call(lambda: function(self, self._database()))

    def dn(self, account):
        folder = "Computers" if account.endswith("$") else "Users"
        return f"CN={account.rstrip('$')},CN={folder},{self.base}"

    def set_attributes(self, database, account, **attributes):
        """Replace attributes; underscores stand for the hyphens of their names."""
        import ldb

        message = ldb.Message(ldb.Dn(database, self.dn(account)))
        for name, value in attributes.items():
            name = name.replace("_", "-")
            values = [] if value is None else value if isinstance(value, list) else [value]
            message[name] = ldb.MessageElement(values, ldb.FLAG_MOD_REPLACE, name)
        database.modify(message)

    @contextlib.contextmanager
    def changed(self, account, **attributes):
        """Attributes of an account for the length of a `with` block."""
        names = [name.replace("_", "-") for name in attributes]

        def read(domain, database):
            found = database.search(base=domain.dn(account), attrs=names)[0]
            return {name: [bytes(v) for v in found[name]] if name in found else None for name in names}

        before = self.edit(read)
        self.edit(lambda domain, database: domain.set_attributes(database, account, **attributes))
        try:
            yield
        finally:
            restore = {name.replace("-", "_"): value for name, value in before.items()}
            self.edit(lambda domain, database: domain.set_attributes(database, account, **restore))

    def keytab(self, account, path):
        """Write the account's keys into a keytab that everybody may read."""
        self.host.run("samba-tool", "domain", "exportkeytab", path, f"--principal={account}", "-s", self.config)
        os.chmod(path, 0o644)


def new_domain(host, state, realm, base_dn, fill):
    """Provision a domain, fill it, and start it."""
    domain = Domain(host, state, realm, base_dn)
    domain.provision()
    if fill:
        domain.edit(fill)
    domain.start()
    return domain


def _not_files(folder, names):
    """What a copy of a directory leaves out: sockets, and the running server's own folders."""
    paths = {name: os.path.join(folder, name) for name in names}
    return [
        name
        for name, path in paths.items()
        if name in ("run", "ncalrpc", "log", "msg.sock", "msg.lock")
        or not (os.path.isfile(path) or os.path.isdir(path))
    ]


def replica(original, host, state):
    """Another domain controller's copy of the directory, as it is at this
    moment: nothing replicates between the two."""
    copy = Domain(host, state, original.realm, original.base)
    original.stop()
    try:
        shutil.rmtree(copy.directory, ignore_errors=True)
        shutil.copytree(original.directory, copy.directory, ignore=_not_files)
    finally:
        original.start()
    os.makedirs(os.path.join(copy.directory, "log"))
    with open(copy.config) as source:
        settings = source.read()
    with open(copy.config, "w") as out:
        out.write(settings.replace(original.directory, copy.directory))
    copy.start()
    return copy


def past(days):
    """A moment some days ago, for attributes such as accountExpires."""
    return nt_time(time.time() - days * 86400)
