"""The lab as scenarios see it: machines, KDCs, backend, connector."""

import os
import signal

import backend
import recording
from cloud import Cloud
from connector import Connector
from corp_domain import add_groups, populate
from hosts import build_network
from kdc_transport import Kdc
from samba_kdc import new_domain, replica
from topology import BASE_DN, REALM, UNIX_REALM
from web import Web

KRB5_CONFIG = """[libdefaults]
  default_realm = CORP.EXAMPLE
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  forwardable = true
  udp_preference_limit = 1
[realms]
  CORP.EXAMPLE = {
    kdc = 192.0.2.10
  }
  PARTNER.EXAMPLE = {
    kdc = 192.0.2.11
  }
  UNIX.EXAMPLE = {
    kdc = 192.0.2.12
  }
[domain_realm]
  .corp.example = CORP.EXAMPLE
  .partner.example = PARTNER.EXAMPLE
  .unix.example = UNIX.EXAMPLE
"""


class Lab:
    def __init__(self, state, prefix):
        self.state = state
        self.hosts = build_network(prefix, state)
        self.connector = self.hosts["connector"]
        self.krb5_config = self.file("krb5.conf", KRB5_CONFIG)
        self.domain = new_domain(self.hosts["dc"], state, REALM, BASE_DN, populate)
        self.domain.keytab("svc-app", os.path.join(state, "svc-app.keytab"))
        self.cloud = Cloud(self)
        self.web = Web(self.hosts["web"], state)
        self.versions = recording.versions()
        self._partner = self._unix = self._replica = None
        self._large = False
        self.scope = None  # what the running scenario has to undo
        self.work = None  # its folder
        self.notes = []

    # Machines that only some scenarios need

    @property
    def partner(self):
        if self._partner is None:
            import partner_realm

            self._partner = partner_realm.build(self)
        return self._partner

    @property
    def unix(self):
        if self._unix is None:
            import mit_kdc

            self._unix = mit_kdc.UnixKdc(self.hosts["unixkdc"], self.state)
            self._unix.build()
        return self._unix

    @property
    def replica(self):
        """A second domain controller of the first realm, with a directory of its own."""
        if self._replica is None:
            self._replica = replica(self.domain, self.hosts["replicadc"], self.state)
        return self._replica

    def many_groups(self):
        """Make frank's tickets very large and bob's large."""
        if not self._large:
            self.domain.edit(add_groups)
            self._large = True

    # What scenarios use

    def file(self, name, text):
        path = os.path.join(self.state, name)
        with open(path, "w") as out:
            out.write(text)
        os.chmod(path, 0o644)
        return path

    def keytab(self, account):
        path = os.path.join(self.state, account.rstrip("$") + ".keytab")
        if not os.path.exists(path):
            self.domain.keytab(account, path)
        return path

    def companion(self, extension):
        """Path of a file that will lie beside the capture, such as a key log."""
        return os.path.join(self.work, "capture." + extension)

    def during(self, context):
        """Enter a context manager until the scenario is over."""
        return self.scope.enter_context(context)

    def afterwards(self, function, *arguments, **named):
        """Call something when the scenario is over, whatever happens."""
        self.scope.callback(function, *arguments, **named)

    def imitate(self, machine, answer, port):
        """An imitation server on another machine than web, until the scenario is over."""
        self._serve(machine, port, backend.serve, answer, port)

    def imitate_raw(self, machine, talk, port):
        """The same for a protocol of the scenario's own: `talk(connection, peer)`."""
        self._serve(machine, port, backend.serve_raw, talk, port)

    def _serve(self, machine, port, function, *arguments):
        host = self.hosts[machine]
        pid = host.fork(function, *arguments)[0]
        self.afterwards(os.waitpid, pid, 0)
        self.afterwards(os.killpg, pid, signal.SIGKILL)
        host.wait_for_port(port)

    def firewall(self, machine, *rules, hook="input"):
        host = self.hosts[machine]
        self.afterwards(host.open_firewall)
        host.firewall(*rules, hook=hook)

    def wrong_clock(self, clock):
        """The domain controller's clock, until the scenario is over."""
        self.domain.stop()
        self.domain.start(clock)
        self.afterwards(self._right_clock)

    def _right_clock(self):
        self.domain.stop()
        self.domain.start()

    def client(
        self, account="CONNECTOR1$", kdc="192.0.2.10", realm=REALM, udp=False, keytab=None, patience=3, **settings
    ):
        """An imitation connector, for steps of the scenario's own: use it in
        `on_connector`."""
        return Connector(Kdc(kdc, udp, patience), realm, account, keytab or self.keytab(account), **settings)

    def on_connector(self, function, *arguments):
        """Run a function on the connector, with its network and its resolver."""
        result = self.connector.call(function, *arguments)
        if result:
            self.notes.append(result)
        return result

    def sign_on(
        self,
        user="alice",
        service="http/app.corp.example",
        url="http://app.corp.example/",
        tickets=None,
        browse=None,
        **settings,
    ):
        """One sign-on from the machine account's ticket to the web page."""
        self.keytab(settings.get("account", "CONNECTOR1$")) if "keytab" not in settings else None
        connector = self.client(**settings)

        def run():
            credential = connector.tickets(user, service, **(tickets or {}))
            if credential is not None and url:
                connector.browse(url, credential, **(browse or {}))
            return connector.log

        return self.on_connector(run)

    def unix_sign_on(self, user="alice", service="http/app.unix.example", url=None, account="CONNECTOR1$", **more):
        """The Kerberos half of a sign-on in the realm of the MIT KDC, which does not
        know users by UPN: no search for the realm."""
        more["tickets"] = {"find_realm": False, **more.get("tickets", {})}
        return self.sign_on(
            user,
            service,
            url,
            account=account,
            realm=UNIX_REALM,
            kdc="192.0.2.12",
            keytab=self.unix.keytab(account),
            **more,
        )

    def mit_tools(self, *argv, **environment):
        """Run a command on the connector with MIT's configuration and an empty cache."""
        environment = {"KRB5_CONFIG": self.krb5_config, "KRB5CCNAME": f"FILE:{self.state}/cache", **environment}
        return self.connector.run(*argv, env=environment, check=False)

    def shut_down(self):
        self.web.quiet()
        self.domain.stop()
        for machine in (self._partner, self._unix, self._replica):
            if machine is not None:
                machine.stop()
