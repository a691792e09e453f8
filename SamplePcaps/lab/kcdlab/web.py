"""The backend: Apache with mod_auth_gssapi, or a small imitation for what
Apache does not do. One of them at a time has port 80 (and 443) of the host web.
"""

import os
import signal
import subprocess

import backend
import keytab
from hosts import stop
from topology import REALM

MODULES = "/usr/lib/apache2/modules"
CONFIG = """ServerRoot {root}
PidFile {root}/apache.pid
ServerName app.corp.example
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule alias_module {modules}/mod_alias.so
LoadModule auth_gssapi_module {modules}/mod_auth_gssapi.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule ssl_module {modules}/mod_ssl.so
User www-data
Group www-data
ErrorLog {root}/error.log
LogLevel info auth_gssapi:debug
DocumentRoot {root}/pages
DirectoryIndex index.html
StartServers 1
Timeout 60
{listen}
<Directory {root}/pages>
  Require all granted
</Directory>
{sites}
"""
SITE = """<VirtualHost {address}>
  {tls}
  <Location />
    AuthType GSSAPI
    AuthName "lab"
    GssapiCredStore keytab:{keytab}
    GssapiAllowedMech krb5
    Require {require}
  </Location>
</VirtualHost>
"""


class Web:
    def __init__(self, host, state):
        self.host, self.state = host, state
        self.root = os.path.join(state, "web")
        self.process = None
        self.imitation = None
        self.running = None
        pages = os.path.join(self.root, "pages")
        os.makedirs(os.path.join(pages, "reports"))
        os.makedirs(os.path.join(self.root, "replay"))
        os.chmod(os.path.join(self.root, "replay"), 0o1777)
        for path, text in (("index.html", "Welcome"), ("reports/index.html", "Reports"), ("style.css", "/* */")):
            with open(os.path.join(pages, path), "w") as out:
                out.write(f"<html><body>{text}</body></html>\n")
        self.right_keys = os.path.join(state, "svc-app.keytab")

    def keys(self, name, principal="http/app.corp.example", version=2, kind=18):
        """A keytab made for a fault: a wrong password, version or principal."""
        path = os.path.join(self.state, f"web-{name}.keytab")
        keytab.write(path, REALM, principal, version, kind)
        os.chmod(path, 0o644)
        return path

    def joined_keys(self, *keytabs):
        """One keytab with the keys of several."""
        path = os.path.join(self.state, "web-joined.keytab")
        with open(path, "wb") as out:
            out.write(b"\x05\x02")
            for each in keytabs:
                with open(each, "rb") as source:
                    out.write(source.read()[2:])
        os.chmod(path, 0o644)
        return path

    def apache(self, keys=None, clock=None, require="valid-user", tls=False, second_keys=None):
        """Serve with Apache. `second_keys` gives the farm's second address its own keytab."""
        wanted = (keys, clock, require, tls, second_keys)
        if self.running == wanted:
            return
        self.quiet()
        keys = keys or self.right_keys
        port, secure = (
            (
                443,
                f"SSLEngine on\n  SSLCertificateFile {self.root}/tls.crt\n  SSLCertificateKeyFile {self.root}/tls.key",
            )
            if tls
            else (80, "")
        )
        if tls:
            self._certificate()
        site = {"tls": secure, "require": require}
        sites = SITE.format(address=f"*:{port}", keytab=keys, **site)
        if second_keys:
            sites = SITE.format(address=f"192.0.2.31:{port}", keytab=second_keys, **site) + sites
        path = os.path.join(self.root, "apache.conf")
        with open(path, "w") as out:
            out.write(CONFIG.format(root=self.root, modules=MODULES, listen=f"Listen {port}", sites=sites))
        environment = {
            "KRB5RCACHETYPE": "dfl",
            "KRB5RCACHEDIR": os.path.join(self.root, "replay"),
            "TZ": "UTC",
            "KRB5_CONFIG": os.path.join(self.state, "krb5.conf"),
        }
        self.process = self.host.spawn(
            "/usr/sbin/apache2",
            "-f",
            path,
            "-DFOREGROUND",
            log=os.path.join(self.root, "stdout"),
            env=environment,
            clock=clock,
        )
        self.host.wait_for_port(port)
        self.running = wanted

    def _certificate(self):
        if not os.path.exists(os.path.join(self.root, "tls.crt")):
            subprocess.run(
                [
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "30",
                    "-subj",
                    "/CN=app.corp.example",
                    "-keyout",
                    os.path.join(self.root, "tls.key"),
                    "-out",
                    os.path.join(self.root, "tls.crt"),
                ],
                check=True,
                stderr=subprocess.DEVNULL,
            )

    def imitate(self, answer, port=80):
        """Serve with a function from a request to a response: see backend.py."""
        self.quiet()
        self.imitation = self.host.fork(backend.serve, answer, port)[0]
        self.host.wait_for_port(port)

    def quiet(self):
        """Nothing listens afterwards."""
        stop(self.process)
        self.process = self.running = None
        if self.imitation:
            os.killpg(self.imitation, signal.SIGKILL)
            os.waitpid(self.imitation, 0)
            self.imitation = None
