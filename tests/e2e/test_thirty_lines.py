"""The server in thirty lines: README shows the same code that is built, and the program does what README says."""

import re
import signal
import socket
import struct

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S, ROOT
from madang_wire import frame

SYSTEMS = [pytest.param(EPOLL, id="linux"), pytest.param(IOCP, id="windows", marks=pytest.mark.windows)]


@pytest.fixture(params=SYSTEMS)
def server(request, start):
    program = start(request.param, "examples/thirty_lines", "127.0.0.1:0")
    program.port = int(program.wait_for(r"listening on 127\.0\.0\.1:(\d+) \(io: \w+\); Ctrl-C stops the server")[1])
    yield program
    program.stop(signal.SIGINT)  # with exit code 0


@pytest.fixture
def client(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def receive(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size and (part := connection.recv(size - len(received))):
        received += part
    return received


def test_a_frame_comes_back_as_it_is(client):
    for one in (frame(7), frame(77, "마당".encode()), frame(65535, b"x" * 1000)):
        client.sendall(one)
        assert receive(client, len(one)) == one


def test_a_frame_in_pieces_comes_back_when_it_is_whole(client):
    one = frame(9, b"byte by byte")
    for at in range(len(one) - 1):
        client.sendall(one[at : at + 1])
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(1)
    client.settimeout(PATIENCE_S)
    client.sendall(one[-1:])
    assert receive(client, len(one)) == one


def test_several_frames_in_one_write_all_come_back_in_order(client):
    many = b"".join(frame(number, b"%d" % number) for number in range(500))
    client.sendall(many)
    assert receive(client, len(many)) == many


def test_the_engine_sends_nonsense_away_and_serves_the_others(server, client):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as other:
        other.sendall(struct.pack("<HH", 3, 1))
        assert other.recv(1) == b""
    client.sendall(frame(1))
    assert receive(client, 4) == frame(1)


def test_ctrl_c_stops_it_with_a_client_still_there(server, client):
    server.stop(signal.SIGINT)
    assert client.recv(1) == b""


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("arguments", [["--help"], ["7000"], [""], ["127.0.0.1:99999"], ["127.0.0.1:0", "again"]])
def test_what_is_no_address_is_answered_with_the_usage_in_one_line(start, system, arguments):
    program = start(system, "examples/thirty_lines", *arguments)
    program.wait_for_error(r"usage: thirty_lines \[HOST:PORT\] \(by default 127\.0\.0\.1:7000\)")
    assert program.process.wait(timeout=PATIENCE_S) == 2


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_readme_shows_the_file_word_for_word(readme):
    program = (ROOT / "examples" / "thirty_lines.cpp").read_text(encoding="utf-8")
    shown = re.search(r"```cpp\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)[1]
    assert shown in program
    # The program has at most thirty lines, without the comments at its top.
    assert len(re.sub(r"\A(//.*\n)*", "", program).splitlines()) <= 30
