"""The long-lived connections to the cloud service are cut after four idle minutes

Three connections in turn: handshake, a little data, silence, RST, each time at
the same idle age. A firewall forgets idle connections.
"""

import time

FIRST = "cloud-connection-cut"
PROOF = {"cloud-connection-cut": (None, "tcp.flags.reset == 1 && tcp.srcport == 443", 1)}
NEAR_MISS = ["cloud-port-blocked", "backend-connection-reset"]
MADE_WITH = ("cloud",)
REWRITTEN = "each connection was idle for a moment only; the times from each RST on were moved by 240 seconds."


def prepare(lab):
    lab.cloud.listen("-tls1_2")


def steps(lab):
    host = lab.hosts["cloud"]
    for _ in range(3):
        process = lab.connector.spawn(
            "bash", "-c", "(sleep 1; echo ping; sleep 4) | openssl s_client -tls1_2 -quiet -connect "
            "tenant.msappproxy.net:443 -servername tenant.msappproxy.net", log=lab.state + "/s_client.log")
        time.sleep(2)
        host.run("ss", "-K", "sport", "=", ":443", check=False)
        process.wait()


def rewrite(capture):
    seen = set()
    for index, frame in enumerate(capture.frames):
        if 443 in frame.ports and frame.flags & 4 and frame.ports[0] == 443 and frame.ports[1] not in seen:
            seen.add(frame.ports[1])
            capture.delay(index, 240)
    assert len(seen) == 3
