"""The lecture's two echo servers, with many clients."""

import random
import re
import socket
import struct
import time

import pytest

from conftest import EPOLL, EVERY_SYSTEM, EVERY_SYSTEM_AND_STOP, PATIENCE_S, RELEASE_BUILD

SERVERS = ["echo_single", "echo_workers"]


@pytest.fixture(params=SERVERS)
def name(request):
    return request.param


@pytest.fixture(params=EVERY_SYSTEM)
def system(request):
    return request.param


class EchoServer:
    def __init__(self, program):
        self.program = program
        listening = program.wait_for(r"listening on 127\.0\.0\.1:(\d+) \(io: (\w+)\)")
        self.port = int(listening[1])
        self.io = listening[2]

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def printed_bytes(self) -> int:
        """Returns the data that the server has received from all clients, from the lines that it printed."""
        lines = (re.fullmatch(r"From client\[\d+\] : .* \((\d+) bytes\)", line) for line in self.program.lines)
        return sum(int(line[1]) for line in lines if line)

    def is_well(self) -> None:
        with self.connect() as other:
            other.sendall(b"still there?")
            assert receive_exactly(other, 12) == b"still there?"


@pytest.fixture
def server(start, system, name):
    program = start(system, f"examples/lecture/{name}", "0", system.io)
    yield EchoServer(program)
    program.stop()


def receive_exactly(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = connection.recv(size - len(received))
        assert part, f"the connection ended after {len(received)} of {size} bytes"
        received += part
    return received


def receive_to_the_end(connection: socket.socket) -> bytes:
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


def send_until_no_more_is_taken(connection: socket.socket) -> int:
    """How many bytes went before a second passed in which none did."""
    most = 64 << 20
    sent = 0
    connection.settimeout(1)
    try:
        while sent < most:
            sent += connection.send(b"z" * 65536)
    except TimeoutError:
        pass
    connection.settimeout(PATIENCE_S)
    assert sent < most, "the server stores whatever it is sent"
    return sent


def reset(connection: socket.socket) -> None:
    """Leaves without a goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_it_says_where_it_listens_and_by_which_port(server, system):
    assert server.io == system.io


def test_what_was_received_and_what_was_sent_are_printed_as_in_the_lecture(server):
    with server.connect() as client:
        client.sendall(b"hello")
        assert receive_exactly(client, 5) == b"hello"
        id_ = server.program.wait_for(r"From client\[(\d+)\] : hello \(5 bytes\)")[1]
        server.program.wait_for(rf"TRACE - Send message : \[{id_}\] hello \(5 bytes\)")


def test_korean_text_is_printed_and_echoed_as_it_is(server):
    text = "안녕하세요, 마당입니다"
    size = len(text.encode())
    with server.connect() as client:
        client.sendall(text.encode())
        assert receive_exactly(client, size).decode() == text
    server.program.wait_for(rf"From client\[\d+\] : {text} \({size} bytes\)")
    server.program.wait_for(rf"TRACE - Send message : \[\d+\] {text} \({size} bytes\)")


def test_bytes_that_are_not_text_are_echoed_but_not_let_loose_on_the_screen(server):
    wild = b"\xff\xfe\x00\x1b[2J\xc2\x9b\xed\x95"
    with server.connect() as client:
        client.sendall(wild)
        assert receive_exactly(client, len(wild)) == wild
    line = server.program.wait_for(rf"From client\[\d+\] : (.*) \({len(wild)} bytes\)")[1]
    assert line == "\ufffd\ufffd..[2J.\ufffd"


def test_the_zero_at_the_end_of_a_string_is_not_shown(server):
    for said, shown in ((b"hello\0", "hello"), (b"two\0\0", r"two\."), (b"a\0b\n\0", r"a\.b"), (b"\0", "")):
        with server.connect() as client:
            client.sendall(said)
            assert receive_exactly(client, len(said)) == said
        id_ = server.program.wait_for(rf"From client\[(\d+)\] : {shown} \({len(said)} bytes\)")[1]
        server.program.wait_for(rf"TRACE - Send message : \[{id_}\] {shown} \({len(said)} bytes\)")


def test_text_split_at_every_byte_comes_back_whole(server):
    text = "한글 and English".encode()
    for at in range(1, len(text)):
        with server.connect() as client:
            client.sendall(text[:at])
            assert receive_exactly(client, at) == text[:at]  # so the server has read that part by itself
            client.sendall(text[at:])
            assert receive_exactly(client, len(text) - at) == text[at:]


def test_many_messages_on_one_connection_come_back_in_order(server):
    with server.connect() as client:
        messages = b"".join(b"%d;" % number for number in range(5000))
        client.sendall(messages)
        assert receive_exactly(client, len(messages)) == messages


def test_many_clients_at_once_each_get_their_own_bytes_back(server):
    clients = [server.connect() for _ in range(200)]
    for round_ in range(3):
        for number, client in enumerate(clients):
            client.sendall(b"%d of round %d" % (number, round_))
        for number, client in enumerate(clients):
            text = b"%d of round %d" % (number, round_)
            assert receive_exactly(client, len(text)) == text
    for client in clients:
        client.close()


def test_a_silent_client_keeps_nobody_waiting(server):
    with server.connect():
        server.is_well()


def test_a_client_that_has_said_all_still_hears_the_rest(server):
    # The first client finds out how much the server and the kernel hold for a client that does not read. The second
    # client sends a little less and ends its side. So the server has read everything, with the end, while it still
    # has echoes to send.
    with server.connect() as client:
        send_until_no_more_is_taken(client)
        taken = server.printed_bytes()
        reset(client)
    with server.connect() as client:
        said = random.Random(4).randbytes(max(taken - 128 * 1024, 1))
        client.sendall(said)
        client.shutdown(socket.SHUT_WR)
        time.sleep(0.5)
        assert receive_to_the_end(client) == said


def test_a_client_that_leaves_without_a_word_is_the_end_of_it_alone(server):
    for _ in range(20):
        client = server.connect()
        client.sendall(b"x" * 100_000)
        reset(client)
    server.is_well()


def test_an_id_is_never_used_again(server):
    ids = []
    for number in range(50):
        with server.connect() as client:
            client.sendall(b"number %d" % number)
            receive_exactly(client, len(b"number %d" % number))
        ids.append(int(server.program.wait_for(rf"From client\[(\d+)\] : number {number} \(.*\)")[1]))
    assert ids == sorted(set(ids))


def test_one_who_sends_and_never_reads_is_slowed_down_not_stored(server):
    with server.connect() as client:
        sent = send_until_no_more_is_taken(client)
        server.is_well()
        client.shutdown(socket.SHUT_WR)
        assert len(receive_to_the_end(client)) == sent


@pytest.mark.parametrize(("system", "by"), EVERY_SYSTEM_AND_STOP)
def test_it_stops_in_order_with_clients_still_there(server, by):
    with server.connect() as quiet, server.connect() as busy:
        busy.sendall(b"hello")
        receive_exactly(busy, 5)
        server.program.stop(by)
        assert receive_to_the_end(quiet) == b""
        assert receive_to_the_end(busy) == b""
    assert server.program.lines[-1] == "stopped"
    assert server.program.errors == []


def test_a_port_that_is_taken_is_a_clear_error(server, start, system, name):
    second = start(system, f"examples/lecture/{name}", str(server.port), environment={"LC_ALL": "C"})
    assert second.wait() == 1
    assert len(second.errors) == 1
    assert re.match(rf"127\.0\.0\.1:{server.port}: .+ \(\d+\)$", second.errors[0])
    server.is_well()


@pytest.mark.parametrize("system", [pytest.param(EPOLL, id="epoll")])
def test_where_io_uring_is_refused_it_says_once_that_it_takes_epoll(start, system, name):
    refuse = RELEASE_BUILD / "tests" / "refuse_io_uring"
    program = start(system, f"examples/lecture/{name}", "0", through=[str(refuse)])
    program.wait_for(r"listening on .* \(io: epoll\)")
    program.stop()
    assert sum("io_uring is refused" in line for line in program.errors) == 1


def test_arguments_that_make_no_sense_are_a_clear_error(start, system, name):
    for arguments in (["nowhere:"], ["::1"], [""], ["70000"], ["0", "kqueue"], ["0", "auto", "more"]):
        program = start(system, f"examples/lecture/{name}", *arguments)
        assert program.wait() == 2
        assert len(program.errors) == 1
