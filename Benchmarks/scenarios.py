"""The sign-ons of which the workloads are made: samples of SamplePcaps, how often each comes, what must be found in it, and why
it is here.

What must be found was taken from each sample's expect.json and README.md, which were written from the frames; templates.py
stops where the two disagree. A sign-on counts as unknown where the sample ends before its outcome is known.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Scenario:
    sample: str
    why: str
    # How often it comes, beside the others. It owns as large a part of the users and of the services.
    weight: int = 1
    succeeded: int = 0
    failed: int = 0
    unknown: int = 0
    # Findings by slug: how many a sign-on adds.
    findings: dict = dataclasses.field(default_factory=dict)
    # Findings whose number depends on how sign-ons follow each other: one counts several alike.
    also: tuple = ()


def healthy(sample, why, weight=4, **others):
    return Scenario(sample, why, weight, succeeded=others.pop("succeeded", 1), **others)


def failing(sample, why, *findings, **others):
    return Scenario(sample, why, findings=dict.fromkeys(findings, 1), **{"failed": 1, **others})


SCENARIOS = [
    # Sign-ons that succeed, by client and by way: seven in ten, for most do in life.
    healthy("healthy-tcp", "Windows' order of requests, over TCP alone", 8),
    healthy("healthy-udp-then-tcp", "UDP first, and TCP where the reply is too big", 8),
    healthy("healthy-challenge-first", "the token is sent only after a 401"),
    healthy("healthy-keep-alive", "several requests on one connection"),
    healthy("healthy-large-ticket", "a user in many groups: tickets of several segments"),
    healthy("healthy-upn-name", "an enterprise name that is not the account's"),
    healthy("healthy-x509-user-only", "S4U2Self by certificate"),
    healthy("healthy-two-users-two-backends", "two sign-ons with one ticket-granting ticket", succeeded=2),
    healthy("healthy-farm", "one service on two servers"),
    healthy("healthy-raw-krb5-token", "a Kerberos token without SPNEGO"),
    healthy("healthy-mit-tools", "MIT's kvno: other options, FAST"),
    healthy("healthy-gssapi", "MIT's GSS-API: FAST, and a raw token"),
    healthy("healthy-mit-kdc", "MIT's KDC; the backend is not seen", succeeded=0, unknown=1),
    healthy("healthy-referral", "a referral to another realm, followed", 2, succeeded=0),
    healthy("wrong-realm-followed", "a user of another realm, who is found there", 2, succeeded=0),
    healthy("delegation-granted-after-refusal", "a refusal that a second attempt takes back", 2, unknown=1),
    healthy("by-design-401", "one 401 to a token, then the page", 2, findings={"by-design-401": 1}),
    healthy("weak-encryption", "RC4 tickets", 2, findings={"weak-encryption": 1}),
    healthy("ticket-from-cache", "no ticket request, for the ticket was there already", 2, findings={"ticket-from-cache": 1}),
    healthy("kdc-udp-unanswered", "UDP that nobody answers, tried again, then TCP", 1, also=("kdc-udp-unanswered",)),
    # What a domain controller refuses.
    failing("event-13019-delegation-denied", "the delegation is not permitted", "delegation-denied", weight=2),
    failing("delegation-denied-mit-tools", "the same inside FAST", "delegation-denied"),
    failing("delegation-target-not-listed-mit-kdc", "the same in the words of MIT's KDC", "delegation-target-not-listed"),
    failing("delegation-not-configured", "the same with an NTSTATUS as Windows sends it", "delegation-not-configured"),
    failing("user-ticket-not-forwardable", "S4U2Self grants, S4U2Proxy refuses", "user-ticket-not-forwardable"),
    failing("user-locked-out-windows", "an account that is locked out", "user-account-unusable"),
    failing("user-unknown-at-s4u2self", "a user whom nobody knows", "user-unknown"),
    failing("spn-unknown", "a service that nobody knows", "spn-unknown"),
    failing("spn-duplicate", "a service on two accounts", "spn-duplicate"),
    failing("etype-unsupported", "no cipher in common", "etype-unsupported"),
    failing("kdc-integrity-failure", "a request that the KDC finds altered", "kdc-integrity-failure"),
    failing("tgt-rejected", "a ticket-granting ticket that is refused", "tgt-rejected"),
    failing("kdc-connection-reset-at-tgs", "a connection cut instead of a reply", "kdc-connection-reset"),
    failing("referral-loop", "two realms that refer to each other: a dozen requests", failed=0, unknown=1,
            also=("referral-loop", "realm-referral-dead-end", "proxy-request-never-sent")),
    failing("trust-path-missing", "a realm that nobody leads to", failed=0, unknown=1,
            also=("trust-path-missing", "proxy-request-never-sent")),
    failing("connector-password-mismatch", "the connector's own log-on fails", failed=0,
            also=("connector-password-mismatch",)),
    # What a web server refuses.
    failing("backend-401-loop", "four tokens, four times 401, on one connection", "backend-401-loop"),
    failing("backend-401-loop-many-connections", "the same on a connection each", "backend-401-loop"),
    failing("authorization-denied-403", "403 with an accepting token", "authorization-denied"),
    failing("application-error", "500 with an accepting token", "application-error"),
    failing("backend-rejected-ticket-modified", "KRB_AP_ERR_MODIFIED inside the 401", "backend-rejected-ticket"),
    failing("negotiate-not-offered", "a server that wants Basic", "negotiate-not-offered"),
    failing("ntlm-fallback", "NTLM in three legs", also=("ntlm-fallback",), failed=0, succeeded=1),
    failing("ntlm-inside-negotiate", "NTLM inside SPNEGO", also=("ntlm-fallback",), failed=0, succeeded=1),
    failing("request-header-too-long", "a ticket of 40 KB, and the 400 that it earns", "request-header-too-long", "ticket-oversized"),
    failing("backend-connection-reset", "a connection reset instead of an answer", "backend-connection-reset"),
    failing("backend-via-proxy", "a proxy in the way: 407", "backend-via-proxy"),
    failing("redirect-to-unpublished-host", "a redirect to a host that is not published", "redirect-to-unpublished-host",
            failed=0, succeeded=1),
    failing("outside-published-path", "pages outside the published path: 404", "outside-published-path", failed=0, succeeded=1),
]
