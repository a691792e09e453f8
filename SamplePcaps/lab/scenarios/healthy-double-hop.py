"""The backend itself uses Kerberos to a third service, and may

Captured on the web server: the same as `double-hop-failure`, and the service
account may delegate.
"""

from backend import ACCEPTED, reply
from connector import Connector
from kdc_transport import Kdc

FIRST = None
SHOWS = ["kerberos.msg_type == 13", "http.response.code == 200"]
NEAR_MISS = ["double-hop-failure", "delegation-denied"]
WHERE = "web"
BPF = "port 80 or port 88"
MADE_WITH = ("imitation", "samba", "backend")


def prepare(lab):
    lab.during(
        lab.domain.changed(
            "svc-app", userAccountControl=str(0x200 | 0x1000000), msDS_AllowedToDelegateTo=["http/payroll.corp.example"]
        )
    )
    own = Connector(Kdc("192.0.2.10"), "CORP.EXAMPLE", "svc-app", lab.keytab("svc-app"))

    def answer(request):
        granted = own.tickets("alice", "http/payroll.corp.example", find_realm=False)
        return reply(200 if granted else 500, f"Negotiate {ACCEPTED}", body=b"<html>welcome</html>")

    lab.web.imitate(answer)


def steps(lab):
    lab.sign_on()
