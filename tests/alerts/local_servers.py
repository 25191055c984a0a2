"""A mail server and a web address of a test's own, on loopback, that keep what they were given.

Belongs here: as much of both protocols as a client needs. Does not belong here: any test.
"""

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer


class Smtp(socketserver.ThreadingTCPServer):
    """As much of RFC 5321 as a client needs to leave a message; keeps what it was given."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SmtpSession)
        self.messages: list[str] = []
        self.refuses = False


class SmtpSession(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Smtp)
        self.say("220 here")
        for raw in self.rfile:
            word = raw.decode().strip().upper()
            if word.startswith("RCPT") and server.refuses:
                self.say("550 no such person secret@example.com")
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                for line in self.rfile:
                    if line == b".\r\n":
                        break
                    lines.append(line.decode())
                server.messages.append("".join(lines))
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class Hook(HTTPServer):
    """Keeps the JSON that was posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HookSession)
        self.bodies: list[dict[str, str]] = []
        self.authorizations: list[str] = []
        self.status = 200


class HookSession(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Hook)
        server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        server.authorizations.append(self.headers.get("Authorization", ""))
        self.send_response(server.status)
        if server.status == 302:
            self.send_header("Location", f"http://127.0.0.1:{server.server_address[1]}/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silence."""


def served(server: socketserver.TCPServer) -> Iterator[socketserver.TCPServer]:  # type: ignore[misc]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def port(server: socketserver.TCPServer) -> int:
    return int(server.server_address[1])
