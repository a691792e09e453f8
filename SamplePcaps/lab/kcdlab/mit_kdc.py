"""MIT's KDC with an LDAP database (slapd), for the realm UNIX.EXAMPLE.

Only the LDAP back end knows which services an account may delegate to. Unlike
Samba, this KDC says in e-text why it refuses.
"""

import os
import shutil
import subprocess

from hosts import stop
from topology import UNIX_REALM, password

SUFFIX = "dc=unix,dc=example"
ADMIN = f"cn=admin,{SUFFIX}"
LDAP = "ldap://127.0.0.1:389/"
SCHEMA = "/usr/share/doc/krb5-kdc-ldap/kerberos.schema.gz"
SLAPD = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {0}/kerberos.schema
pidfile {0}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "{1}"
rootdn "{2}"
rootpw {3}
directory {0}/database
maxsize 104857600
index objectClass eq
index krbPrincipalName eq,pres,sub
"""
KDC_CONF = """[kdcdefaults]
  kdc_listen = 88
  kdc_tcp_listen = 88
[realms]
  UNIX.EXAMPLE = {{
    database_module = directory
    key_stash_file = {0}/stash
    supported_enctypes = aes256-cts:normal aes128-cts:normal
  }}
[dbmodules]
  directory = {{
    db_library = kldap
    ldap_kerberos_container_dn = cn=krb5,{1}
    ldap_kdc_dn = {2}
    ldap_kadmind_dn = {2}
    ldap_service_password_file = {0}/ldap-password
    ldap_servers = ldap://127.0.0.1
  }}
[logging]
  kdc = FILE:{0}/kdc.log
"""
KRB5_CONF = """[libdefaults]
  default_realm = UNIX.EXAMPLE
  dns_lookup_realm = false
  dns_lookup_kdc = false
  rdns = false
  dns_canonicalize_hostname = false
[realms]
  UNIX.EXAMPLE = {
    kdc = 192.0.2.12
  }
"""
# CONNECTOR1$ may delegate with protocol transition, CONNECTOR2$ without.
USERS = ("alice", "bob", "carol", "dave")
SERVICES = ("http/app.unix.example", "http/payroll.unix.example", "http/expired.unix.example")
CONNECTORS = ("CONNECTOR1$", "CONNECTOR2$")


class UnixKdc:
    def __init__(self, host, state):
        self.host = host
        self.directory = os.path.join(state, "unix")
        self.environment = {
            "KRB5_CONFIG": os.path.join(self.directory, "krb5.conf"),
            "KRB5_KDC_PROFILE": os.path.join(self.directory, "kdc.conf"),
        }
        self.ldap = self.kdc = None

    def _write(self, name, text):
        with open(os.path.join(self.directory, name), "w") as out:
            out.write(text)

    def build(self):
        os.makedirs(os.path.join(self.directory, "database"))
        secret = password("ldap-admin")
        with open(os.path.join(self.directory, "kerberos.schema"), "wb") as out:
            out.write(subprocess.run(["zcat", "-f", SCHEMA], check=True, stdout=subprocess.PIPE).stdout)
        self._write("slapd.conf", SLAPD.format(self.directory, SUFFIX, ADMIN, secret))
        self._write("kdc.conf", KDC_CONF.format(self.directory, SUFFIX, ADMIN))
        self._write("krb5.conf", KRB5_CONF)
        self.ldap = self.host.spawn(
            "/usr/sbin/slapd",
            "-f",
            os.path.join(self.directory, "slapd.conf"),
            "-h",
            LDAP,
            "-d",
            "0",
            log=os.path.join(self.directory, "slapd.log"),
        )
        self.host.wait_for_port(389, "127.0.0.1")
        self._ldap("ldapadd", f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: unix\ndc: unix\n")
        self.host.run(
            "kdb5_ldap_util",
            "-r",
            UNIX_REALM,
            "stashsrvpw",
            "-f",
            os.path.join(self.directory, "ldap-password"),
            ADMIN,
            text=f"{secret}\n{secret}\n",
            env=self.environment,
        )
        self.host.run(
            "kdb5_ldap_util",
            "-D",
            ADMIN,
            "-w",
            secret,
            "-H",
            LDAP,
            "create",
            "-subtrees",
            SUFFIX,
            "-r",
            UNIX_REALM,
            "-s",
            "-P",
            password("master"),
            env=self.environment,
        )
        for name in (*USERS, *CONNECTORS, *SERVICES):
            self.admin(f"addprinc -pw {password(name)} +requires_preauth {name}")
        self.admin("modprinc +ok_to_auth_as_delegate CONNECTOR1$")
        self.admin("modprinc -allow_forwardable bob")
        self.admin("modprinc -allow_tix carol")
        self.admin("modprinc -expire 2020-01-01 dave")
        self.admin("modprinc -expire 2020-01-01 http/expired.unix.example")
        for connector in CONNECTORS:
            self._allow(connector, "http/app.unix.example", "http/expired.unix.example", "http/nosuch.unix.example")
        self.start()

    def _ldap(self, tool, text):
        return self.host.run(tool, "-x", "-H", LDAP, "-D", ADMIN, "-w", password("ldap-admin"), text=text)

    def _allow(self, connector, *targets):
        found = self.host.run(
            "ldapsearch",
            "-o",
            "ldif-wrap=no",
            "-LLL",
            "-x",
            "-H",
            LDAP,
            "-D",
            ADMIN,
            "-w",
            password("ldap-admin"),
            "-b",
            SUFFIX,
            f"(krbPrincipalName={connector}@{UNIX_REALM})",
            "dn",
        )
        name = next(line for line in found.splitlines() if line.startswith("dn"))
        values = "".join(f"krbAllowedToDelegateTo: {target}@{UNIX_REALM}\n" for target in targets)
        self._ldap("ldapmodify", f"{name}\nchangetype: modify\nadd: krbAllowedToDelegateTo\n{values}")

    def admin(self, query):
        return self.host.run("kadmin.local", "-r", UNIX_REALM, "-q", query, env=self.environment)

    def keytab(self, principal):
        path = os.path.join(self.directory, principal.replace("/", "-").rstrip("$") + ".keytab")
        if not os.path.exists(path):
            self.admin(f"ktadd -norandkey -k {path} {principal}")
            os.chmod(path, 0o644)
        return path

    def start(self, clock=None):
        self.kdc = self.host.spawn(
            "/usr/sbin/krb5kdc",
            "-n",
            "-P",
            os.path.join(self.directory, "kdc.pid"),
            log=os.path.join(self.directory, "kdc.out"),
            env=self.environment,
            clock=clock,
        )
        self.host.wait_for_port(88)

    def stop(self):
        stop(self.kdc)
        stop(self.ldap)
        shutil.rmtree(self.directory, ignore_errors=True)
