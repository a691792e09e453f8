"""The outbound proxy lets the connector through

CONNECT is answered with 200, and the TLS handshake with the service follows in
the tunnel.
"""

import socket
import threading

FIRST = None
SHOWS = ["http.response.code == 200"]
NEAR_MISS = ["outbound-proxy-refused", "backend-via-proxy", "wpad-proxy-in-use", "tls-inspection"]
MADE_WITH = ("cloud", "backend")


def tunnel(connection, peer):
    request = b""
    while b"\r\n\r\n" not in request:
        request += connection.recv(4096)
    far = socket.create_connection(("203.0.113.50", 443))
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")

    def pump(source, sink):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)

    threading.Thread(target=pump, args=(far, connection), daemon=True).start()
    pump(connection, far)


def prepare(lab):
    lab.cloud.listen("-tls1_2")
    lab.imitate_raw("proxy", tunnel, 3128)


def steps(lab):
    lab.cloud.connect("-tls1_2", proxy="198.51.100.40:3128")
