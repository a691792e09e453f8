"""curl signs on with NTLM where Kerberos was meant

The backend offers Negotiate and NTLM, and the client goes for NTLM: no ticket
was asked for before it.
"""

from backend import NtlmDoor

FIRST = "ntlm-fallback"
PROOF = {"ntlm-fallback": (None, "ntlmssp.messagetype == 1 || ntlmssp.messagetype == 3", 1)}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["backend-401-loop", "negotiate-not-offered"]
MADE_WITH = ("curl", "backend", "ntlm")


def prepare(lab):
    users = lab.file("ntlm-users", "CORP:alice:Lab-only-alice-2Wq!\n")
    lab.web.imitate(NtlmDoor(users, ("Negotiate", "NTLM")))


def steps(lab):
    lab.mit_tools(
        "curl", "-sS", "-o", "/dev/null", "--ntlm", "-u", "CORP\\alice:Lab-only-alice-2Wq!", "http://app.corp.example/"
    )
