"""A healthy sign-on with MIT's GSS-API library

python3-gssapi impersonates alice and makes the token, as a Linux service with
protocol transition does.
"""

FIRST = None
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["delegation-denied"]
MADE_WITH = ("gssapi", "samba", "apache")

PROGRAM = """
import base64, http.client, sys
import gssapi
keytab, user = sys.argv[1:]
kerberos = gssapi.NameType.kerberos_principal
own = gssapi.Credentials(usage="initiate", name=gssapi.Name("CONNECTOR1$@CORP.EXAMPLE", kerberos),
                         store={"client_keytab": keytab, "ccache": "MEMORY:lab"})
users = own.impersonate(gssapi.Name(user, kerberos), usage="initiate")
target = gssapi.Name("HTTP@app.corp.example", gssapi.NameType.hostbased_service)
krb5 = gssapi.MechType.kerberos
token = gssapi.SecurityContext(name=target, creds=users, mech=krb5, usage="initiate").step()
channel = http.client.HTTPConnection("app.corp.example")
channel.request("GET", "/", headers={"Authorization": "Negotiate " + base64.b64encode(token).decode()})
print(channel.getresponse().status)
"""


def steps(lab):
    lab.notes.append(lab.mit_tools("/usr/bin/python3", "-c", PROGRAM, lab.keytab("CONNECTOR1$"), "alice@CORP.EXAMPLE"))
