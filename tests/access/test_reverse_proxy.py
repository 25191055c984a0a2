"""The reverse-proxy example works as it is written: no password, no page; with one, the pages and their websocket."""

import base64
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from certificates import made_in
from whole_runs import ROOT, clean_environment, small_controller

from benchmarks.private_mariadb import end
from ropa_pipeline.orchestration.runner import prepare_instance
from ropa_pipeline.settings import load_settings
from tests.live import free_port, skip_or_fail

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TEMPLATE = ROOT / "deploy" / "reverse_proxy" / "ropa.conf.template"
WHO, PASSWORD = "officer", "word of the day"
NAME = "ropa.shop.example"


@dataclass(frozen=True)
class Proxy:
    """nginx with Dagster behind it."""

    port: int
    behind: int
    authority: Path

    def get(self, path: str, password: str | None = PASSWORD, **headers: str) -> requests.Response:
        sign_in = (WHO, password) if password is not None else None
        address = f"https://localhost:{self.port}{path}"
        return requests.get(address, auth=sign_in, verify=str(self.authority), headers=headers, timeout=60)


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    program = shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))
    if program is None:
        skip_or_fail("no nginx on this machine: install nginx-light to run these tests")
        raise AssertionError
    # not below pytest's own folder: nginx's workers give up root's rights, and must still read the passwords
    folder = Path(tempfile.mkdtemp(prefix="ropa-proxy-", dir="/tmp" if Path("/tmp").is_dir() else None))
    pems = made_in(folder)
    behind, port = free_port(), free_port()
    hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True).stdout
    (folder / "passwords").write_text(f"{WHO}:{hashed}", "utf-8")
    config = folder / "nginx.conf"
    config.write_text(_whole(folder, port, behind), "utf-8")
    folder.chmod(0o755)
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(_dagster(folder / "home", behind))
        started.append(_nginx(program, config, folder))
        _wait_for(behind, started[0], 120)
        _wait_for(port, started[1], 20)
        yield Proxy(port, behind, pems.authority)
    finally:
        for process in reversed(started):
            end(process, 20)
        shutil.rmtree(folder, ignore_errors=True)


def _whole(folder: Path, port: int, behind: int) -> str:
    words = {
        "ROPA_SERVER_NAME": NAME,
        "ROPA_HTTPS_PORT": f"127.0.0.1:{port}",
        "ROPA_UPSTREAM": f"127.0.0.1:{behind}",
        "ROPA_TLS_FOLDER": str(folder),
        "ROPA_PASSWORDS": str(folder / "passwords"),
    }
    server = re.sub(r"\$\{(\w+)\}", lambda found: words[found[1]], TEMPLATE.read_text("utf-8"))
    places = "".join(
        f"  {name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user www-data;\n" if os.geteuid() == 0 else ""
    return (
        f"{user}daemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n  access_log {folder}/access.log;\n{places}{server}}}\n"
    )


def _nginx(program: str, config: Path, folder: Path) -> "subprocess.Popen[bytes]":
    tried = subprocess.run([program, "-t", "-e", str(folder / "error.log"), "-c", str(config)], capture_output=True)
    assert tried.returncode == 0, tried.stderr.decode()
    return subprocess.Popen([program, "-e", str(folder / "error.log"), "-c", str(config)])


def _dagster(home: Path, port: int) -> "subprocess.Popen[bytes]":
    home.mkdir()
    small_controller(home)
    instance = prepare_instance(load_settings(home))
    environment = clean_environment({"ROPA_HOME": str(home), "DAGSTER_HOME": str(instance)})
    command = [sys.executable, "-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(port), "-w", "workspace.yaml"]
    with (home.parent / "webserver.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "it ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"nothing listens on {port} after {seconds:.0f} s")


@pytest.mark.parametrize("path", ["/", "/server_info", "/graphql", "/runs", "/nothing/../graphql"])
def test_without_a_password_there_is_no_page(proxy: Proxy, path: str) -> None:
    for password in (None, "a guess"):
        answer = proxy.get(path, password)
        assert (answer.status_code, "agster" in answer.text) == (401, False)
        assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_with_a_password_the_pages_load(proxy: Proxy) -> None:
    page = proxy.get("/")
    assert page.status_code == 200
    assert 'id="__next"' in page.text
    script = re.search(r'src="(/[^"]+\.js)"', page.text)
    assert script is not None
    assert proxy.get(script[1]).status_code == 200
    assert "dagster_webserver_version" in proxy.get("/server_info").json()
    for name in ("Strict-Transport-Security", "X-Frame-Options", "X-Content-Type-Options", "Content-Security-Policy"):
        assert name in page.headers


def test_another_sites_page_cannot_use_the_browsers_password(proxy: Proxy) -> None:
    assert proxy.get("/graphql", Origin="https://elsewhere.example").status_code == 403
    assert proxy.get("/server_info", Origin=f"https://{NAME}:{proxy.port}").status_code == 200
    assert b"403" in websocket(proxy, "https://elsewhere.example")
    for similar in (NAME.replace(".", "-", 1), f"{NAME}.elsewhere.example", f"not-{NAME}"):
        assert proxy.get("/graphql", Origin=f"https://{similar}").status_code == 403, similar


def test_the_websocket_of_running_pages_comes_through(proxy: Proxy) -> None:
    answer = websocket(proxy, f"https://{NAME}:{proxy.port}")
    assert answer.startswith(b"HTTP/1.1 101")
    assert b"graphql-ws" in answer


def test_nothing_answers_in_clear(proxy: Proxy) -> None:
    answer = requests.get(f"http://localhost:{proxy.port}/", timeout=10)
    assert (answer.status_code, "agster" in answer.text) == (400, False)


def websocket(proxy: Proxy, origin: str) -> bytes:
    """The server's answer to a request to open a websocket for GraphQL subscriptions."""
    context = ssl.create_default_context(cafile=str(proxy.authority))
    sign_in = base64.b64encode(f"{WHO}:{PASSWORD}".encode()).decode()
    with (
        socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        secure.sendall(
            (
                f"GET /graphql HTTP/1.1\r\nHost: localhost:{proxy.port}\r\nAuthorization: Basic {sign_in}\r\n"
                f"Origin: {origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-ws\r\n\r\n"
            ).encode()
        )
        return secure.recv(4096)
