"""The backend itself needs Kerberos to a third service, and is refused

Captured on the web server: the user's request comes in with its token, and the
application asks the KDC in the user's name for a database behind it. It may not
delegate: KDC_ERR_BADOPTION. The user sees the application's error.
"""

from backend import ACCEPTED, reply
from connector import Connector
from kdc_transport import Kdc

FIRST = ["double-hop-failure", "delegation-denied"]
PROOF = {"double-hop-failure": (None, "kerberos.error_code == 13")}
NEAR_MISS = ["backend-rejected-ticket", "spn-unknown"]
WHERE = "web"
BPF = "port 80 or port 88"
MADE_WITH = ("imitation", "samba", "backend")


def prepare(lab):
    own = Connector(Kdc("192.0.2.10"), "CORP.EXAMPLE", "svc-app", lab.keytab("svc-app"))

    def answer(request):
        own.tickets("alice", "http/payroll.corp.example", find_realm=False)
        return reply(500, f"Negotiate {ACCEPTED}", body=b"<html>The database refused the log-on</html>")

    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
