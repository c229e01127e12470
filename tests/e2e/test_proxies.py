"""nginx and HAProxy from Debian in front of the server, with the configurations of docs/operations, but other ports and paths.

Players can play through the proxies. Strangers cannot reach the operator's port.
"""

import asyncio
import re
import resource
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest
import websockets
from conftest import EPOLL, PATIENCE_S, ROOT, free_ports
from madang_wire import GOODBYE, REASONS, WELCOME, Client, login, read_to_end
from test_web import Stream

OPERATIONS = ROOT / "docs" / "operations"
OPERATOR_PATHS = [
    "/operator", "/operator/", "/operator/api/state", "/operator/api/announce", "/metrics", "//operator", "/%6fperator",
    "/./operator", "/x/../operator", "/operator%2fapi%2fstate", "/%2e/operator", "/operator.js", "/operator?x", "/OPERATOR",
    "http://localhost/operator", "http://127.0.0.1:7781/metrics", "/playground", "/playground/socket", "/operator/api/protocol",
]

# Connections that one address may have. The server counts a connection of the pages until its client has closed it too. So
# a stranger that asks again and again needs more than one or two.
PER_ADDRESS = 16


class Proxied:
    def __init__(self, web: int, tcp: int, output: Path):
        self.web, self.tcp, self.output = web, tcp, output
        self.tls = ssl.create_default_context()
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE

    def ask(self, data: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.web), timeout=PATIENCE_S) as plain, self.tls.wrap_socket(plain) as client:
            client.sendall(data)
            got = b""
            try:
                while b"\r\n\r\n" not in got and (more := client.recv(65536)):
                    got += more
            except (ConnectionResetError, ssl.SSLError):
                pass
            return got

    def status(self, method: str, target: str, *lines: str) -> int:
        answer = self.ask("\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode())
        return int(answer.split(b" ", 2)[1]) if answer else 0


def allow_few_descriptors() -> None:
    """Limits this process as many systems do. So the configurations must not need more descriptors."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = 20_000 if hard == resource.RLIM_INFINITY else min(20_000, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, few))


@pytest.fixture(params=["nginx.conf", "haproxy.cfg", "haproxy-tcp.cfg"])
def proxied(request, start, tmp_path):
    web, tcp = free_ports(2)
    text = (OPERATIONS / request.param).read_text(encoding="utf-8")
    words = re.search(r'proxy_protocol = "(\w+)"', text)[1]
    server = start(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0",
                   "--trusted-proxies", "127.0.0.1", "--proxy-protocol", words, "--sessions-per-address-max", str(PER_ADDRESS),
                   "--map", "64x64")
    listen = server.wait_for(r"Madang is open: 127\.0\.0\.1:(\d+) .*")[1]
    http = server.wait_for(r"Play in a browser: http://127\.0\.0\.1:(\d+)/ .*")[1]
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=game.example", "-days", "2",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    both = tmp_path / "both.pem"
    both.write_text(certificate.read_text() + key.read_text())
    for before, after in [
        ("127.0.0.1:7780", f"127.0.0.1:{http}"), ("127.0.0.1:7776", f"127.0.0.1:{listen}"),
        ("listen 443", f"listen 127.0.0.1:{web}"), ("listen 7777", f"listen 127.0.0.1:{tcp}"),
        ("bind :443", f"bind 127.0.0.1:{web}"), ("bind :7777", f"bind 127.0.0.1:{tcp}"),
        ("/etc/letsencrypt/live/game.example/fullchain.pem", str(certificate)),
        ("/etc/letsencrypt/live/game.example/privkey.pem", str(key)),
        ("/etc/haproxy/game.example.pem", str(both)), ("/run/nginx.pid", str(tmp_path / "pid")),
        ("user www-data;", ""),
    ]:
        text = text.replace(before, after)
    if request.param == "nginx.conf":
        paths = "".join(f"{name}_temp_path {tmp_path}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        text = text.replace("access_log off;", f"access_log off; {paths}")
        command = ["/usr/sbin/nginx", "-e", "stderr", "-g", "daemon off; master_process off;", "-c"]
    else:
        command = ["/usr/sbin/haproxy", "-db", "-f"]
    (tmp_path / "configuration").write_text(text)
    output = tmp_path / "output"
    with output.open("wb") as stream:
        proxy = subprocess.Popen([*command, str(tmp_path / "configuration")], stdout=stream, stderr=subprocess.STDOUT,
                                 preexec_fn=allow_few_descriptors)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        assert proxy.poll() is None, output.read_text()
        try:
            socket.create_connection(("127.0.0.1", web), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    yield Proxied(web, tcp, output)
    proxy.terminate()
    proxy.wait(timeout=PATIENCE_S)
    server.stop()


def test_no_proxy_wants_more_descriptors_than_many_systems_allow(proxied):
    said = proxied.output.read_text()
    assert not re.search(r"descriptor|FD limit|open file|rlimit", said, re.IGNORECASE), said


def test_players_play_through_it_and_each_address_has_its_limit(proxied):
    async def enter(stack, name, source, claims):
        socket_ = await websockets.connect(
            f"wss://127.0.0.1:{proxied.web}/socket", ssl=proxied.tls, origin=f"https://127.0.0.1:{proxied.web}",
            local_addr=(source, 0), extra_headers={"X-Forwarded-For": claims})
        stack.append(socket_)
        if name:
            await socket_.send(login(name))
        stream = Stream(socket_)
        return stream

    async def play():
        sockets = []
        for source in ("127.0.0.2", "127.0.0.3"):
            for number in range(PER_ADDRESS):
                # What a client claims is not believed.
                stream = await enter(sockets, f"{source}-{number}", source, f"203.0.113.{number}, 127.0.0.1")
                await stream.wait_for(WELCOME)
            one_more = await enter(sockets, None, source, "203.0.113.99")
            assert REASONS[(await one_more.wait_for(GOODBYE))[0]] == "too_many_from_address"
        for one in sockets:
            await one.close()

    asyncio.run(play())


def tcp_client(port: int, source: str) -> Client:
    return Client(port, PATIENCE_S, source=source)


def test_players_of_plain_tcp_are_counted_by_their_own_address(proxied):
    clients = []
    for source in ("127.0.0.2", "127.0.0.3", "127.0.0.1"):
        for number in range(PER_ADDRESS):
            clients.append(tcp_client(proxied.tcp, source))
            clients[-1].enter(f"{source}-{number}")
        clients.append(tcp_client(proxied.tcp, source))
        assert clients[-1].goodbye() == "too_many_from_address", "also from 127.0.0.1"
    for client in clients:
        client.close()


def test_a_second_proxy_header_is_the_clients_own_bytes(proxied):
    with tcp_client(proxied.tcp, "127.0.0.4") as client:
        client.send(b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + login("liar"))
        assert client.goodbye() == "bad_frame_size"


def test_strangers_get_nothing_of_the_operators_side(proxied):
    assert proxied.status("GET", "/", "Host: game.example", "Connection: close") == 200
    for path in OPERATOR_PATHS:
        for host in ("game.example", "localhost", "127.0.0.1:7781"):
            for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT"):
                lines = [f"Host: {host}", "Connection: close", "X-Forwarded-For: 127.0.0.1"]
                if method == "POST":
                    lines += ["Content-Type: application/json", "Content-Length: 0"]
                assert proxied.status(method, path, *lines) in (404, 400), (method, path, host)


def serve(start, *arguments: str):
    """A server with no proxy in front, its port of plain TCP, and its port of the web."""
    server = start(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0",
                   "--map", "64x64", *arguments)
    listen = server.wait_for(r"Madang is open: 127\.0\.0\.1:(\d+) .*")[1]
    http = server.wait_for(r"Play in a browser: http://127\.0\.0\.1:(\d+)/ .*")[1]
    return server, int(listen), int(http)


def everything(port: int, data: bytes, source: str = "127.0.0.1") -> bytes:
    """All that comes back until the other side ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S, source_address=(source, 0)) as one:
        one.sendall(data)
        return read_to_end(one)


REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
HEADER = b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"


def test_a_proxy_that_adds_no_header_where_one_is_expected_gets_nothing_and_the_log_says_why(start):
    server, tcp, web = serve(start, "--trusted-proxies", "127.0.0.1", "--proxy-protocol", "both")
    assert everything(tcp, login("nobody")) == b""
    server.wait_for_error(r"the trusted proxy 127\.0\.0\.1:\d+ sends no PROXY header")
    assert everything(web, REQUEST + b"\r\n") == b""
    # Those that have a header, and strangers without one, are served.
    assert everything(web, HEADER + REQUEST + b"\r\n").startswith(b"HTTP/1.1 200 ")
    assert everything(web, REQUEST + b"\r\n", "127.0.0.2").startswith(b"HTTP/1.1 200 ")
    with Client(tcp) as client:
        client.send(HEADER)
        client.enter("announced")
    server.stop()


@pytest.mark.parametrize("trusted", ["", "127.0.0.9"])
def test_a_stranger_that_sends_a_header_is_not_believed(start, trusted):
    arguments = ["--trusted-proxies", trusted, "--proxy-protocol", "both"] if trusted else []
    server, tcp, web = serve(start, *arguments)
    with Client(tcp) as client:
        client.send(HEADER + login("liar"))
        assert client.goodbye() == "bad_frame_size"
    assert everything(web, HEADER + REQUEST + b"\r\n").startswith(b"HTTP/1.1 400 ")
    server.stop()


def test_a_proxy_that_nobody_has_named_is_reported_once(start):
    server, _, web = serve(start)
    told = r"a proxy at 127\.0\.0\.1\S* forwards players: name it in trusted_proxies"
    everything(web, REQUEST + b"\r\n")
    assert not [line for line in server.errors if "trusted_proxies" in line], "this request tells of no proxy"
    for number in range(5):
        answer = everything(web, REQUEST + b"X-Forwarded-For: 192.0.2.%d\r\n\r\n" % number)
        assert answer.startswith(b"HTTP/1.1 200 ")
    server.wait_for_error(told)
    server.stop()
    assert len([line for line in server.errors if re.search(told, line)]) == 1
