"""NTLM under the scheme Negotiate

The client finds no Kerberos ticket and falls back to NTLM inside the Negotiate
scheme, as the Windows security support provider does. The sign-on works, by
another way than meant.
"""

from backend import NtlmDoor

FIRST = "ntlm-fallback"
PROOF = {"ntlm-fallback": (None, "ntlmssp.messagetype == 1 || ntlmssp.messagetype == 3", 1)}
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["backend-401-loop"]
MADE_WITH = ("imitation", "backend", "ntlm")


def prepare(lab):
    users = lab.file("ntlm-users", "CORP:alice:Lab-only-alice-2Wq!\n")
    lab.web.imitate(NtlmDoor(users, ("Negotiate", "NTLM")))


def steps(lab):
    connector = lab.client()

    def run():
        import base64

        import spnego

        context = spnego.client(
            "CORP\\alice",
            "Lab-only-alice-2Wq!",
            hostname="app.corp.example",
            service="http",
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
        )
        token = context.step()
        while token:
            response = connector.request("http://app.corp.example/", token)
            offered = [value.split(" ", 1)[1] for value in response.challenges if value.startswith("Negotiate ")]
            if response.status != 401 or not offered:
                break
            token = context.step(base64.b64decode(offered[0]))
        connector.close()
        return connector.log

    lab.on_connector(run)
