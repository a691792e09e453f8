"""An imitation of the connector on Windows: Kerberos for the user, then the
request to the backend with the token in its first Authorization header."""

import base64
import http.client
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import gss_token
from kdc_transport import Kdc, KerberosError
from kerberos_client import KerberosClient
from keytab import keys_of

AGENT = "kcd-lab-connector"


@dataclass
class Response:
    status: int
    challenges: list
    headers: list
    body: bytes


@dataclass
class Connector:
    """The connector's settings, and what it does with them. Every step that
    failed is written into `log`; nothing is raised for a failed sign-on."""

    kdc: Kdc
    realm: str
    account: str
    keytab: str
    kinds: tuple = (18, 17, 23, 24)
    clock: int = 0
    timeout: float = 10
    key_log: str = None
    proxy: tuple = None  # address and port of a proxy for the backend
    tls_version: object = None  # the highest that the connector speaks
    verify: bool = False  # whether it checks the backend's certificate
    log: list = field(default_factory=list)
    channel: object = None

    def client(self):
        """A Kerberos client of the machine account, not yet logged on."""
        return KerberosClient(
            self.kdc, self.realm, self.account, keys_of(self.keytab, self.account), self.kinds, self.clock
        )

    def tickets(self, user, service, find_realm=True, wrong_key=False, proxy_kinds=None, resource_based=True):
        """The whole chain to the KDC. None where it failed."""
        client = self.client()
        try:
            client.log_on(wrong_key)
            if find_realm:
                client.find_realm(user if "@" in user else f"{user}@{self.realm.lower()}")
            evidence = client.s4u2self(user)
            if service is None:
                return None
            more = {"kinds": proxy_kinds} if proxy_kinds else {}
            return client.s4u2proxy(evidence, service, resource_based, **more)
        except (KerberosError, OSError) as problem:
            self.log.append(str(problem))
            return None

    def attempt(self, step, *arguments, **more):
        """One step of a client; a failure goes into the log."""
        try:
            return step(*arguments, **more)
        except (KerberosError, OSError) as problem:
            self.log.append(str(problem))
            return None

    def open(self, url):
        parts = urlsplit(url)
        if self.proxy:
            return http.client.HTTPConnection(*self.proxy, timeout=self.timeout)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            if not self.verify:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            if self.tls_version:
                context.maximum_version = self.tls_version
            if self.key_log:
                context.keylog_filename = self.key_log
            return http.client.HTTPSConnection(parts.hostname, parts.port or 443, timeout=self.timeout, context=context)
        return http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=self.timeout)

    def request(self, url, token=None, scheme="Negotiate", method="GET", body=None, headers=None):
        """One request on the kept connection. None where no response came."""
        parts = urlsplit(url)
        fields = {"User-Agent": AGENT, "Accept": "*/*", **(headers or {})}
        if token is not None:
            fields["Authorization"] = f"{scheme} {base64.b64encode(token).decode()}"
        if self.channel is None:
            self.channel = self.open(url)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            if self.proxy:
                target = f"http://{parts.netloc}{target}"
                fields["Host"] = parts.netloc
            self.channel.request(method, target, body=body, headers=fields)
            answer = self.channel.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as problem:
            self.log.append(f"HTTP: {type(problem).__name__} {problem}")
            self.close()
            return None
        self.log.append(f"HTTP {answer.status}")
        challenges = [value for key, value in answer.getheaders() if key.lower() == "www-authenticate"]
        response = Response(answer.status, challenges, answer.getheaders(), data)
        if answer.will_close:
            self.close()
        return response

    def close(self):
        if self.channel is not None:
            self.channel.close()
            self.channel = None

    def browse(
        self, url, credential, rounds=1, spnego=True, paths=None, challenge_first=False, new_connection=False, **more
    ):
        """Requests with a fresh token each. A 401 is tried again, up to `rounds`
        times in all, as WinHTTP's callers do."""
        make = gss_token.spnego_token if spnego else gss_token.raw_token
        response = None
        if challenge_first:
            response = self.request(url, **more)
        for path in paths or [""]:
            for _ in range(rounds):
                response = self.request(url + path, make(credential, clock=self.clock), **more)
                if new_connection:
                    self.close()
                if response is None or response.status != 401:
                    break
        self.close()
        return response
