"""An imitation web backend: a scenario hands over a function from a request to
what happens to it. It shows behaviour that Apache does not have, and is never
meant to pass for IIS.

The function gets a `Request` and returns `reply(...)`, or one of RESET, CLOSE
and SILENCE.
"""

import base64
import os
import socket
import struct
import threading
import time
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Request = namedtuple("Request", "path headers token scheme state peer")
Reply = namedtuple("Reply", "status headers body close reason")
RESET, CLOSE, SILENCE = "reset", "close", "silence"
UNAUTHORIZED = b"<html><body>You are not authorized to view this page.</body></html>"
# SPNEGO's NegTokenResp without a token, in three states: accept-completed,
# accept-incomplete, reject.
ACCEPTED = base64.b64encode(bytes.fromhex("a1073005a0030a0100")).decode()
INCOMPLETE = base64.b64encode(bytes.fromhex("a1073005a0030a0101")).decode()
REJECTED = base64.b64encode(bytes.fromhex("a1073005a0030a0102")).decode()


def reply(status, *challenges, body=b"", close=False, headers=(), reason=None):
    """A response; each challenge becomes a WWW-Authenticate field."""
    fields = [("WWW-Authenticate", challenge) for challenge in challenges] + list(headers)
    return Reply(status, fields, body or (UNAUTHORIZED if status == 401 else b""), close, reason)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "lab-backend", ""
    timeout = 300

    def handle_any(self):
        size = int(self.headers.get("Content-Length") or 0)
        if size:
            self.rfile.read(size)
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        try:
            decoded = base64.b64decode(token)
        except ValueError:
            decoded = b""
        if not hasattr(self, "state"):
            self.state = {}  # of this connection
        answer = self.server.answer(Request(self.path, self.headers, decoded, scheme, self.state, self.client_address))
        if answer == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif answer == CLOSE:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif answer == SILENCE:
            time.sleep(300)
        else:
            self.write(answer)

    do_GET = do_POST = do_PUT = do_HEAD = do_CONNECT = handle_any

    def write(self, answer):
        self.send_response(answer.status, answer.reason)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_):
        pass

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass


class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True

    def handle_error(self, *_):
        pass


def serve(answer, port=80):
    """Serve until killed."""
    server = Server(("::", port), Handler)
    server.answer = answer
    server.serve_forever()


def serve_raw(talk, port):
    """Serve a protocol of the scenario's own: `talk` gets each connection."""
    with socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
        while True:
            connection, peer = listener.accept()
            threading.Thread(target=_quietly, args=(talk, connection, peer), daemon=True).start()


def _quietly(talk, connection, peer):
    try:
        talk(connection, peer)
    except OSError:  # the other side left, as the probe for an open port does
        pass


class NtlmDoor:
    """A real NTLM acceptor (pyspnego) that knows one user."""

    def __init__(self, user_file, order=("NTLM",)):
        self.order = order
        os.environ["NTLM_USER_FILE"] = user_file

    def __call__(self, request):
        import spnego

        if request.scheme not in self.order or b"NTLMSSP\0" not in request.token:
            request.state.pop("context", None)
            return reply(401, *self.order)
        inside = request.token[:7] != b"NTLMSSP"
        context = request.state.get("context") or spnego.server(
            protocol="negotiate" if inside else "ntlm",
            options=spnego.NegotiateOptions.use_negotiate if inside else spnego.NegotiateOptions.use_ntlm,
        )
        request.state["context"] = context
        try:
            out = context.step(request.token)
        except Exception:  # a wrong password, most of all
            request.state.pop("context", None)
            return reply(401, *self.order)
        if context.complete:
            return reply(
                200, *([f"Negotiate {base64.b64encode(out).decode()}"] if out else []), body=b"<html>ok</html>"
            )
        return reply(401, f"{request.scheme} {base64.b64encode(out).decode()}")
