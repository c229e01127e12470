"""The HTTP port: pages, WebSockets of foreign clients, and any bytes of a stranger.

As in test_bad_input.py, a bystander walks during each test, and must not notice.
"""

import asyncio
import base64
import gzip
import http.client
import json
import re
import socket
import struct
import subprocess
import time
import urllib.error
import urllib.request

import pytest
import websockets
from conftest import EPOLL, EVERY_SYSTEM, PATIENCE_S, ROOT
from madang_wire import (
    CELL_ENTER_PIECE, CELL_SAID, GOODBYE, LOGOUT, MOVED, REASONS, RIGHT, SAY, WELCOME, Client, frame, login, move, read_to_end, text, words_said,
)
from test_bad_input import bystander, server  # noqa: F401  (fixtures)

LIMITS = ["--login-deadline-ms", "1500", "--http-response-deadline-ms", "3000"]


@pytest.fixture(params=EVERY_SYSTEM, scope="module")
def server_program(request, start_for_module):
    program = start_for_module(
        request.param, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--io", request.param.io,
        "--workers", "2", "--map", "64x64", *LIMITS,
    )
    yield program
    assert program.process.poll() is None, "the server is still there"
    program.stop()


@pytest.fixture
def web(server_program, bystander) -> int:  # noqa: F811
    """The port for browsers."""
    return int(server_program.wait_for(r"Play in a browser: http://127\.0\.0\.1:(\d+)/ .*")[1])


@pytest.fixture
def watch(server_program, bystander) -> int:  # noqa: F811
    """The operator's port."""
    return int(server_program.wait_for(r".*Watch the server: http://127\.0\.0\.1:(\d+)/operator")[1])


def get(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
    """Status, header lines, body."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, method=method,
                                     headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def raw(port: int, data: bytes, end: bool = False) -> bytes:
    """All that comes back for these bytes until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
        client.sendall(data)
        if end:
            client.shutdown(socket.SHUT_WR)
        return read_to_end(client)


def status(answer: bytes) -> int:
    version, code, _ = answer.split(b" ", 2)
    assert version == b"HTTP/1.1"
    return int(code)


# --- Pages


def test_the_pages_are_there_and_load_nothing_from_elsewhere(web):
    for path in ("/", "/player.js", "/player.css", "/favicon.svg"):
        code, headers, body = get(web, path)
        assert (code, int(headers["Content-Length"])) == (200, len(body)), path
        assert "default-src 'self'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path


def test_a_page_comes_compressed_to_who_takes_that_and_once_to_who_keeps_it(web):
    plain = get(web, "/player.js")
    packed = get(web, "/player.js", Accept_Encoding="gzip")
    assert packed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2] and len(packed[2]) < len(plain[2])
    code, headers, body = get(web, "/player.js", If_None_Match=plain[1]["ETag"])
    assert (code, body) == (304, b"")
    assert get(web, "/player.js", If_None_Match='"of another build"')[0] == 200


def test_pythons_http_client_asks_for_all_it_wants_on_one_connection(web):
    connection = http.client.HTTPConnection("127.0.0.1", web, timeout=20)
    connection.connect()
    own_port = connection.sock.getsockname()[1]
    for path, status in [("/", 200), ("/none", 404), ("/", 200), ("/api/none", 404), ("/", 200)]:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == status
        assert answer.read()
        assert connection.sock and connection.sock.getsockname()[1] == own_port, "it was not kept"
    connection.request("GET", "/", headers={"Connection": "close"})
    assert connection.getresponse().read()
    assert connection.sock is None


def test_what_is_not_there_and_what_cannot_be_done(web):
    assert get(web, "/nothing")[0] == 404
    assert get(web, "/../etc/passwd")[0] == 404
    code, headers, _ = get(web, "/", method="DELETE")
    assert (code, headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    code, headers, body = get(web, "/healthz", method="HEAD")
    assert (code, body) == (200, b"")
    assert get(web, "/healthz")[2] == b"ok\n"


def test_a_second_server_at_the_same_port_says_how_to_choose_another(web, start):
    other = start(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", f"127.0.0.1:{web}", "--operator", "off")
    assert other.wait() == 1
    (error,) = [line for line in other.errors if "error" in line]
    assert f"127.0.0.1:{web}" in error and "in use" in error and "--http HOST:PORT" in error


# --- The operator's side


def test_the_operators_page_is_for_this_machine(watch):
    assert get(watch, "/operator")[0] == 200
    for path in ("/operator", "/operator/api/state", "/metrics"):
        assert get(watch, path, Host="game.example")[0] == 403, "a name that leads here is not this machine"
        assert get(watch, path, X_Forwarded_For="203.0.113.9")[0] == 403, "a proxy's client is not this machine"


def test_nothing_is_changed_by_a_get_or_by_a_page_of_another_host(watch):
    for call in ("goodbye", "announce", "sanction", "lift", "restart"):
        path = f"/operator/api/{call}"
        assert get(watch, path)[0] == 405
        json_type = {"Content_Type": "application/json"}
        assert get(watch, path, "POST", b"{}", Origin="http://evil.example", **json_type)[0] == 403
        assert get(watch, path, "POST", b"text=x", Content_Type="application/x-www-form-urlencoded")[0] == 415
        for nonsense in (b"", b"{", b"[]", b'{"text": 1, "session": 2}', b'{"session": "x"}'):
            assert get(watch, path, "POST", nonsense, **json_type)[0] == 400
    assert get(watch, "/operator/api/goodbye", "POST", b'{"session": "1"}', Content_Type="application/json")[0] == 404
    too_long = json.dumps({"text": "x" * 201}).encode()
    assert get(watch, "/operator/api/announce", "POST", too_long, Content_Type="application/json")[0] == 400
    assert get(watch, "/operator/api/players?column=99&row=0")[0] == 400


def test_the_operator_sees_who_is_there_and_says_goodbye_to_one(watch, server):
    with Client(server) as player:
        player.enter("somebody")
        code, _, body = get(watch, "/operator/api/state")
        state = json.loads(body)
        assert code == 200
        assert sum(state["heat"]["players"]) == 2, "the player and the bystander"
        found = []
        for square, count in enumerate(state["heat"]["players"]):
            if count:
                row, column = divmod(square, state["heat"]["columns"])
                found += json.loads(get(watch, f"/operator/api/players?column={column}&row={row}")[2])["players"]
        assert {one["name"].split()[0] for one in found} == {"somebody", "bystander"}
        assert {one["address"] for one in found} == {"127.0.0.1"}
        one = next(one for one in found if one["name"] == "somebody")
        body = json.dumps({"session": one["session"]}).encode()
        assert get(watch, "/operator/api/goodbye", "POST", body, Content_Type="application/json")[0] == 204
        assert player.goodbye() == "kicked"
        assert get(watch, "/operator/api/goodbye", "POST", body, Content_Type="application/json")[0] == 404


def test_a_token_lets_the_operator_look_from_elsewhere_and_nobody_else(start):
    token = "0123456789abcdef"
    program = start(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--operator-token", token)
    port = int(program.wait_for(r".*Watch the server: http://127\.0\.0\.1:(\d+)/operator")[1])
    for path in ("/operator/api/state", "/metrics"):
        assert get(port, path)[0] == 401
        assert get(port, path, Authorization="Bearer " + "0" * 16)[0] == 401
        assert get(port, path, Authorization=f"Bearer {token}", Host="game.example")[0] == 200
    assert get(port, "/operator", Host="game.example")[0] == 200, "the page itself tells nothing, and asks for it"
    program.stop()


# --- WebSockets of others


class Stream:
    """Reads packets from the messages of a WebSocket."""

    def __init__(self, socket_):
        self.socket = socket_
        self.rest = b""

    async def wait_for(self, opcode: int) -> bytes:
        while True:
            while len(self.rest) >= 4 and len(self.rest) >= struct.unpack_from("<H", self.rest)[0]:
                size, found = struct.unpack_from("<HH", self.rest)
                body, self.rest = self.rest[4:size], self.rest[size:]
                if found == opcode:
                    return body
            message = await asyncio.wait_for(self.socket.recv(), PATIENCE_S)
            assert isinstance(message, bytes)
            self.rest += message


def test_pythons_websockets_plays_with_a_client_of_plain_tcp(web, server):
    async def play():
        async with websockets.connect(f"ws://127.0.0.1:{web}/socket", ping_interval=0.2) as socket_:
            stream = Stream(socket_)
            # The login in pieces: one over messages, one over fragments.
            packet = login("framed")
            await socket_.send(packet[:5])
            await socket_.send([packet[5:9], packet[9:]])
            await stream.wait_for(WELCOME)
            await stream.wait_for(CELL_ENTER_PIECE)  # from now on the client gets what it says
            await socket_.send(move(RIGHT, 7) + frame(SAY, text("hello")))
            assert (await stream.wait_for(MOVED))[:4] == struct.pack("<I", 7)
            assert words_said(await stream.wait_for(CELL_SAID)) == b"hello"
            assert await asyncio.wait_for(await socket_.ping(b"still there?"), PATIENCE_S) is not None or True
            await socket_.send(frame(LOGOUT))
            goodbye = await stream.wait_for(GOODBYE)
            assert REASONS[goodbye[0]] == "client_left"
            with pytest.raises(websockets.ConnectionClosedOK):
                await asyncio.wait_for(socket_.recv(), PATIENCE_S)
            assert socket_.close_code == 1000

    asyncio.run(play())


def test_the_ws_package_of_npm_plays(web):
    script = ROOT / "tests" / "e2e" / "ws_client.mjs"
    done = subprocess.run(["node", str(script), f"ws://127.0.0.1:{web}/socket", login("node").hex(), str(WELCOME)],
                          capture_output=True, encoding="utf-8", timeout=PATIENCE_S)
    assert (done.returncode, done.stdout) == (0, "welcome\nponged\nclosed 1000\n"), done.stderr


def test_a_page_of_another_host_may_not_play(web):
    async def connect(origin):
        async with websockets.connect(f"ws://127.0.0.1:{web}/socket", origin=origin):
            pass

    asyncio.run(connect(f"http://127.0.0.1:{web}"))
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{web}.evil.example", "http://127.0.0.1:1"):
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            asyncio.run(connect(origin))
        assert refused.value.status_code == 403


def test_a_page_whose_host_is_in_origins_may_play(start):
    program = start(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0",
                    "--origins", "https://game.example,https://other.example:8443")
    port = int(program.wait_for(r"Play in a browser: http://127\.0\.0\.1:(\d+)/ .*")[1])

    async def connect(origin):
        async with websockets.connect(f"ws://127.0.0.1:{port}/socket", origin=origin):
            pass

    asyncio.run(connect("https://game.example"))
    asyncio.run(connect("https://other.example:8443"))
    with pytest.raises(websockets.InvalidStatusCode):
        asyncio.run(connect("https://other.example"))
    program.stop()


# --- What a stranger sends


def upgrade(*more: str, key: str = base64.b64encode(bytes(16)).decode()) -> bytes:
    lines = ["GET /socket HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket",
             "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


SMUGGLED = b"GET /operator/api/state HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 411),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n" + SMUGGLED, 501),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n" + SMUGGLED, 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n" + SMUGGLED, 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!" + SMUGGLED, 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello" + SMUGGLED, 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello" + SMUGGLED, 400),
        (b"GET / HTTP/1.1\nHost: a\n\n" + SMUGGLED, 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SMUGGLED, 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)), 400),
        (b"GET /" + b"x" * 3000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 3000 + b"\r\n", 431),
        (b"POST /operator/api/announce HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n", 413),
        (upgrade(key="short"), 400),
        (upgrade().replace(b"Version: 13", b"Version: 8"), 426),
        (upgrade().replace(b"Connection: Upgrade\r\n", b""), 400),
        (b"GET /socket HTTP/1.1\r\nHost: a\r\n\r\n", 426),
        (login("a client of plain TCP"), 400),
    ],
    ids=["CL.TE", "TE", "TE unknown", "TE with a space", "TE folded", "two CL", "CL with a sign", "CL as a list", "bare LF",
         "two hosts", "no host", "NUL", "absolute target", "version 9.9", "HTTP/2", "TLS", "long target", "long head",
         "many headers", "large body", "short key", "old version", "no Connection", "no upgrade", "plain TCP"],
)
def test_a_bad_request_gets_its_status_and_one_answer(web, data, code):
    answer = raw(web, data)
    assert status(answer) == code
    assert answer.count(b"HTTP/1.1 ") == 1, "what was smuggled in behind it is not answered"


def test_half_an_upgrade_then_silence(web):
    assert status(raw(web, upgrade()[:-2])) == 408


def test_an_upgrade_then_silence(web):
    answer = raw(web, upgrade())
    assert status(answer) == 101
    assert answer.endswith(struct.pack(">H", 1008) + b"no complete login within the allowed time")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x82\xff" + struct.pack(">Q", 1 << 30) + b"mask" + b"x" * 1000, 1009),
        (bytes(range(1, 200)), 1002),
        (b"\x81\x85mask" + bytes(5), 1003),
        (b"\x82\x05hello", 1002),
        (b"\x88\x81maskx", 1002),
    ],
    ids=["a gigabyte announced", "garbage", "text", "no mask", "half a close code"],
)
def test_a_bad_websocket_gets_its_close_code(web, data, code):
    answer = raw(web, upgrade() + data)
    assert status(answer) == 101
    assert struct.pack(">H", code) in answer.split(b"\r\n\r\n", 1)[1]


def refused(watch: int) -> int:
    return int(re.search(r'madang_http_responses_total\{status="4xx"\} (\d+)', get(watch, "/metrics")[2].decode())[1])


def test_a_thousand_connections_that_send_a_byte_a_second(web, watch):
    """The bystander is served all the while, and so is a page."""
    before = refused(watch)
    slow = subprocess.Popen(
        ["slowhttptest", "-c", "1000", "-H", "-i", "1", "-r", "500", "-x", "1", "-l", "12",
         "-u", f"http://127.0.0.1:{web}/", "-p", "3"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        time.sleep(3)
        assert get(web, "/healthz")[0] == 200
    finally:
        slow.communicate(timeout=PATIENCE_S)
    assert refused(watch) - before > 900, "each of them got its 408"
