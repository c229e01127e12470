"""The lecture's overlapped client, with fast input, and with good and bad servers."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import socket
import subprocess
import termios
import threading

import pytest

from conftest import EVERY_SYSTEM, IOCP, PATIENCE_S

# No port that was free a moment ago would do: tests run side by side, and another may be listening there by now.
NOBODY_LISTENS = 1


@pytest.fixture(params=EVERY_SYSTEM)
def system(request):
    return request.param


@contextlib.contextmanager
def server(serve):
    """A server of one client, in the test itself; `serve(connection)` runs on a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)

        def accept():
            connection, _ = listener.accept()
            connection.settimeout(PATIENCE_S)
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(timeout=PATIENCE_S)
        assert not thread.is_alive()


def echo(connection):
    while part := connection.recv(4096):
        connection.sendall(part)


def echo_byte_by_byte(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while part := connection.recv(4096):
        for byte in part:
            connection.sendall(bytes([byte]))


@pytest.fixture
def client(start, system):
    def start_client(port, **options):
        return start(system, "examples/lecture/overlapped_client", str(port), system.io, **options)

    return start_client


def test_it_sends_lines_and_prints_what_comes_back(client):
    with server(echo) as port:
        program = client(port)
        program.write("hello\n")
        program.wait_for("hello")  # before the input ends
        program.write("안녕하세요\n")
        program.wait_for("안녕하세요")
        program.end_input()
        assert program.wait() == 0
    assert program.lines == ["hello", "안녕하세요"]


def test_a_line_goes_to_the_server_with_its_end_so_that_lines_stay_apart(client):
    received = []

    def remember(connection):
        while part := connection.recv(4096):
            received.append(part)
            connection.sendall(part)

    with server(remember) as port:
        program = client(port)
        program.write("one\ntwo\nthree without an end")
        program.end_input()
        assert program.wait() == 0
    assert b"".join(received) == b"one\ntwo\nthree without an end\n"


def test_korean_that_arrives_byte_by_byte_is_printed_whole(client):
    with server(echo_byte_by_byte) as port:
        program = client(port)
        program.write("마당에서 만나요\n체스말\n")
        program.end_input()
        assert program.wait() == 0
    assert program.lines == ["마당에서 만나요", "체스말"]


def test_thousands_of_lines_come_back_in_order(client):
    lines = [f"line {number} 번" for number in range(5000)]
    with server(echo) as port:
        program = client(port)
        program.write("\n".join(lines) + "\n")
        program.end_input()
        assert program.wait() == 0
    assert program.lines == lines


def test_with_nothing_to_send_it_ends_at_once(client):
    with server(echo) as port:
        program = client(port)
        program.end_input()
        assert program.wait() == 0
    assert program.lines == []


def test_a_server_that_leaves_ends_the_client_while_the_keyboard_is_still_open(client):
    with server(lambda connection: connection.recv(4096)) as port:
        program = client(port)
        program.write("hello\n")
        assert program.wait() == 0
    assert program.errors == ["the server has ended the connection"]


def test_what_never_comes_back_is_not_waited_for_for_ever(client):
    with server(lambda connection: [None for _ in iter(lambda: connection.recv(4096), b"")]) as port:
        program = client(port, environment={"LC_ALL": "C"})
        program.write("hello\n")
        program.end_input()
        assert program.wait() == 1
    assert program.errors == ["overlapped_client: some of the sent data did not come back: timed out"]


def test_nobody_listening_is_a_clear_error(client):
    program = client(NOBODY_LISTENS)
    assert program.wait() == 1
    assert len(program.errors) == 1
    assert program.errors[0].startswith("overlapped_client: connect: ")


@pytest.mark.parametrize("system", [p for p in EVERY_SYSTEM if p.id != "iocp"])
def test_errors_are_told_in_korean_to_a_korean(client):
    program = client(NOBODY_LISTENS, environment={"LC_ALL": "ko_KR.UTF-8"})
    assert program.wait() == 1
    assert "연결이 거부되었습니다" in program.errors[0]


@pytest.mark.windows
def test_a_windows_console_shows_korean(wine):
    def talk(connection):
        connection.sendall("체스말\n".encode())
        connection.recv(1)

    ours, its = pty.openpty()
    with server(talk) as port, os.fdopen(ours, "r+b", buffering=0) as terminal:
        process = subprocess.Popen(
            IOCP.command("examples/lecture/overlapped_client", str(port)),
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm"},
        )
        screen = b""
        while "체스말".encode() not in screen:
            assert select.select([terminal], [], [], PATIENCE_S)[0], f"the screen shows only {screen!r}"
            screen += terminal.read(4096)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE_S) == 0
        os.close(its)


@pytest.mark.parametrize("name", ["echo_single", "echo_workers"])
def test_it_talks_to_the_lectures_own_servers(client, start, system, name):
    echo_server = start(system, f"examples/lecture/{name}", "0", system.io)
    port = echo_server.wait_for(r"listening on 127\.0\.0\.1:(\d+) .*")[1]
    program = client(port)
    program.write("안녕\nhello\n")
    program.end_input()
    assert program.wait() == 0
    assert program.lines == ["안녕", "hello"]
    echo_server.stop()
