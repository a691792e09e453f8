"""A sample folder: the capture, its README and what a reader must find in it.

The expectation is written from the scenario and from tshark's reading of the
frames; the program that the samples test has no part in it.
"""

import json
import os

import recording
from hosts import LabError
from scenario import OPEN

SOFTWARE = {
    "imitation": "an imitation of the Windows connector (impacket's primitives; no Windows took part)",
    "mit": "MIT's own client tools (kinit, kvno) and curl {curl}",
    "gssapi": "python3-gssapi on MIT krb5 {MIT krb5 tools}",
    "curl": "curl {curl}",
    "samba": "Samba AD DC {Samba} as KDC",
    "partner": "a second Samba AD DC of the same version for the realm PARTNER.EXAMPLE",
    "unix": "MIT krb5kdc {MIT krb5kdc} with an LDAP database as KDC",
    "apache": "Apache {Apache} with mod_auth_gssapi {mod_auth_gssapi} as backend",
    "backend": "a small imitation backend written for this scenario (not IIS, and not meant to pass for it)",
    "ntlm": "pyspnego as NTLM acceptor",
    "cloud": "OpenSSL's s_client and s_server as connector and cloud service; the service's real names are answered by "
    "the lab's own DNS and certificates come from the lab's own authority, whatever name that bears; no packet "
    "left the lab",
}
TO_COME = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "rules-to-come.txt")
SERVED = "http.response.code == 200"
LICENCE = "Copyright the kcdtrace authors. Licensed under the Apache License, Version 2.0."


def write(scenario, capture, folder, versions):
    """Write README.md and expect.json beside the capture."""
    key_log = os.path.join(folder, "capture.keylog")
    if os.path.exists(key_log):
        scenario.TSHARK = ("-o", f"tls.keylog_file:{key_log}", *scenario.TSHARK)
    proofs = []
    for finding, severity, display_filter, limit in scenario.findings:
        if display_filter is None:
            proofs.append((finding, severity, None, []))
            continue
        numbers = recording.frames(capture, display_filter, scenario.TSHARK)[:limit]
        if not numbers:
            raise LabError(f"{scenario.name}: no frame shows {finding}: {display_filter}")
        proofs.append((finding, severity, display_filter, numbers))
    _check_claims(scenario, capture)
    with open(os.path.join(folder, "expect.json"), "w") as out:
        json.dump(_expectation(scenario, capture, proofs), out, indent=2)
        out.write("\n")
    with open(os.path.join(folder, "README.md"), "w") as out:
        out.write(_readme(scenario, capture, proofs, versions))


def _check_claims(scenario, capture):
    """A capture that does not show what its README says is no sample."""
    shows = list(scenario.SHOWS)
    if not shows and any(entry["outcome"] == "succeeded" for entry in scenario.SIGN_ONS):
        shows = [SERVED]
    for display_filter in shows:
        if not recording.frames(capture, display_filter, scenario.TSHARK):
            raise LabError(f"{scenario.name}: nothing shows {display_filter}")
    for display_filter in scenario.NEVER:
        numbers = recording.frames(capture, display_filter, scenario.TSHARK)
        if numbers:
            raise LabError(f"{scenario.name}: {display_filter} in frames {numbers}")


def rules_to_come():
    with open(TO_COME) as source:
        return {line.strip() for line in source if line.strip() and not line.startswith("#")}


def _expectation(scenario, capture, proofs):
    to_come = rules_to_come()
    first = scenario.FIRST
    names = {first} if isinstance(first, str) else set(first or ())
    expected = {"schema_version": 1}
    if first != OPEN and not names & to_come:
        expected["first_finding"] = first
    findings = [
        {"id": finding, **({"severity": severity} if severity else {}), **({"frames": numbers} if numbers else {})}
        for finding, severity, _, numbers in proofs
        if finding not in to_come
    ]
    if findings:
        expected["findings"] = findings
    absent = sorted({*scenario.ABSENT, *scenario.NEAR_MISS} - to_come)
    if absent:
        expected["absent"] = absent
    if scenario.SIGN_ONS:
        expected["sign_ons"] = scenario.SIGN_ONS
    if scenario.COUNT:
        kerberos = recording.frames(capture, "kerberos && (tcp.port==88 || udp.port==88)", scenario.TSHARK)
        http = recording.frames(capture, "http.request || http.response", scenario.TSHARK)
        expected["messages"] = {"kerberos": len(kerberos), "http": len(http)}
    return expected


def _cell(text):
    return text.replace("|", "\\|")


def _first(scenario):
    if scenario.FIRST is None:
        return "The capture is healthy: no finding is a warning or an error."
    if scenario.FIRST == OPEN:
        return "Which finding comes first is left open."
    names = [scenario.FIRST] if isinstance(scenario.FIRST, str) else scenario.FIRST
    return "The first finding is " + " or ".join(f"`{name}`" for name in names) + "."


def _readme(scenario, capture, proofs, versions):
    lines = [f"# {scenario.title}", ""]
    if scenario.text:
        lines += [scenario.text, ""]
    lines += ["## What must be found", "", _first(scenario)]
    for finding, severity, display_filter, numbers in proofs:
        if display_filter is None:
            lines += ["", f"`{finding}` must be found; it rests on the capture as a whole."]
            continue
        lines += [
            "",
            f"`{finding}`{f' ({severity})' if severity else ''} is proved by these frames "
            f"(Wireshark filter `{display_filter}`):",
            "",
            "| frame | from | to | protocol | |",
            "|---|---|---|---|---|",
        ]
        lines += [
            "| " + " | ".join(_cell(field[:110]) for field in row) + " |"
            for row in recording.summary(capture, numbers[:12], scenario.TSHARK)
        ]
    absent = sorted({*scenario.ABSENT, *scenario.NEAR_MISS})
    if absent:
        lines += ["", "It must not say: " + ", ".join(f"`{name}`" for name in absent) + "."]
    made = [SOFTWARE[key].format(**versions) for key in scenario.MADE_WITH]
    lines += [
        "",
        "## How it was made",
        "",
        f"`SamplePcaps/lab/run {scenario.name}` on Debian 12: "
        + "; ".join(made)
        + f". Captured with tcpdump {versions['tcpdump']} on the machine `{scenario.WHERE}`, in network "
        "namespaces with documentation addresses and names.",
    ]
    if scenario.REWRITTEN:
        lines += [
            "",
            "**The capture was rewritten after it was recorded**, because no software of the lab does "
            "this: " + scenario.REWRITTEN,
        ]
    lines += ["", LICENCE, ""]
    return "\n".join(lines)
