"""KDC_ERR_BADOPTION, then success: benign

The first S4U2Proxy request is refused; an administrator adds the name to the
list; the next request is granted and the page is served. What counts is that it
works.
"""

FIRST = None
SHOWS = ["kerberos.error_code == 13", "http.response.code == 200"]
NEAR_MISS = ["delegation-denied"]


def steps(lab):
    lab.sign_on(account="CONNECTOR4$")
    lab.during(lab.domain.changed("CONNECTOR4$", msDS_AllowedToDelegateTo=["http/app.corp.example"]))
    lab.sign_on(account="CONNECTOR4$")
