"""Any bytes of a client get a clear answer, and other clients do not notice.

In each test, a bad client is connected to the real server while another client, the bystander, walks. At the end, the server
must still serve the bystander on the same connection.
"""

import itertools
import socket
import struct
import threading
import time

import pytest
from conftest import EPOLL, EVERY_SYSTEM, PATIENCE_S
from madang_wire import (
    CELL_SAID,
    LEFT,
    LOGIN,
    LOGOUT,
    MOVE,
    MOVED,
    NOT_PRESENTABLE,
    NOT_SAID,
    PAWN,
    PONG,
    RIGHT,
    SAY,
    SHOUT,
    SHOUTED,
    TOO_FAST,
    TOO_MANY_SHOUTS,
    WELCOME,
    Client,
    frame,
    login,
    move,
    not_said,
    ping,
    text,
    words_said,
)
from test_serve import serve


@pytest.fixture(params=EVERY_SYSTEM, scope="module")
def server_program(request, start_for_module):
    """A server that serves all the tests of this page, one after the other."""
    program = start_for_module(
        request.param, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--io", request.param.io, "--workers", "2",
        "--login-deadline-ms", "1500", "--send-queue-bytes-max", "65536", "--map", "64x64",
        "--ping-budget-burst", "1000000", "--ping-budget-interval-ms", "1",
    )
    yield program
    assert program.process.poll() is None, "the server is still there"
    program.stop()


@pytest.fixture(scope="module")
def server(server_program):
    """Its port."""
    return int(server_program.wait_for(r"Madang is open: 127\.0\.0\.1:(\d+) .*")[1])


_visits = itertools.count()  # one name alone may not come and go as often


@pytest.fixture
def bystander(server):
    """A client that reads during the whole test, and must still get answers at the end."""
    answered = threading.Event()

    def listen(client):
        while (packet := client.receive()) is not None:
            if packet == (PONG, struct.pack("<I", 4711)):
                answered.set()

    with Client(server) as client:
        client.enter(f"bystander {next(_visits)}")
        listener = threading.Thread(target=listen, args=(client,), daemon=True)
        listener.start()
        yield
        client.send(ping(4711))
        assert answered.wait(PATIENCE_S), "the bystander is served as before"
        client.send(frame(LOGOUT))
        listener.join(PATIENCE_S)


@pytest.fixture
def client(server, bystander):
    with Client(server) as one:
        yield one


def test_an_unknown_opcode(client):
    client.send(frame(77, b"what?"))
    assert client.goodbye() == "unknown_opcode"


def test_a_packet_of_the_server_sent_by_a_client(client):
    client.send(frame(WELCOME, b"\0" * 30))
    assert client.goodbye() == "unknown_opcode"


@pytest.mark.parametrize("size", [0, 1, 3, 65535])
def test_a_frame_size_that_cannot_be(client, size):
    client.send(struct.pack("<HH", size, LOGIN))
    assert client.goodbye() == "bad_frame_size"


def test_a_frame_that_stops_in_the_middle(client):
    client.send(login("half")[:-3])
    assert client.goodbye() == "login_timeout"


def test_a_client_that_connects_and_says_nothing(client):
    assert client.goodbye() == "login_timeout"


def test_a_login_that_trickles_in_byte_by_byte(client):
    for byte in login("slow"):
        try:
            client.send(bytes([byte]))
        except OSError:
            break
        time.sleep(0.2)
    assert client.goodbye() == "login_timeout"


@pytest.mark.parametrize("packet", [move(LEFT), frame(SAY, text("hi")), frame(SHOUT, text("hi")), ping()])
def test_a_packet_before_the_login(client, packet):
    client.send(packet)
    assert client.goodbye() == "wrong_state"


def test_a_second_login(client):
    client.enter("twice")
    client.send(login("twice"))
    assert client.goodbye() == "wrong_state"


@pytest.mark.parametrize(
    "name",
    [b"", b"x" * 25, b"\xff\xfe", b"half a sign \xea\xb0", b"new\nline", b"   ", "turned \u202e round".encode()],
    ids=["empty", "too long", "not UTF-8", "cut UTF-8", "control", "spaces", "direction mark"],
)
def test_a_name_that_cannot_be_shown(client, name):
    client.send(login(name))
    assert client.goodbye() == "bad_name"


@pytest.mark.parametrize("name", ["x", "마당쇠", "x" * 24, "Ada L."])
def test_a_name_that_can(client, name):
    client.enter(name)


def test_a_login_of_another_version(client):
    client.send(login("old", schema=12345))
    assert client.goodbye() == "stale_client"


@pytest.mark.parametrize("entry", [b"", b"\x06", b"\0\0", b"\0" * 500], ids=["empty", "no such looks", "a byte too many", "long"])
def test_a_login_with_a_choice_that_the_game_does_not_know(client, entry):
    client.send(login("chooser", entry))
    assert client.goodbye() == "bad_packet"


def test_a_login_with_the_last_of_the_looks(client):
    client.send(login("chooser", PAWN))
    client.wait_for(WELCOME)


def test_a_packet_that_is_too_short_for_its_opcode(client):
    client.enter("short")
    client.send(frame(MOVE, b"\0"))
    assert client.goodbye() == "bad_packet"


def test_a_direction_that_there_is_not(client):
    client.enter("fifth")
    client.send(move(4))
    assert client.goodbye() == "bad_packet"


@pytest.mark.parametrize("words", [b"", b"y" * 201, b"\xc0\xaf"])
def test_words_that_are_no_text(client, words):
    client.enter("talker")
    client.send(frame(SAY, text(words)))
    assert client.goodbye() == "bad_text"


@pytest.mark.parametrize("words", ["bell\a", "\u200b", " ", "\ue000", "x" + "\u0316" * 50])
def test_words_that_cannot_be_shown_are_answered_softly(client, words):
    client.enter("talker")
    client.send(frame(SAY, text(words)) + frame(SAY, text("hi")))
    assert client.wait_for(NOT_SAID) == not_said(1, NOT_PRESENTABLE)
    assert words_said(client.wait_for(CELL_SAID)) == b"hi", "nobody gets to see the others"


def test_words_are_repaired_where_that_changes_no_meaning(client):
    client.enter("paster")
    client.send(frame(SAY, text("\ufefftwo\tcolumns\nof pas\u200bted te\u0301xt ")))
    assert words_said(client.wait_for(CELL_SAID)).decode() == "two columns of pasted t\u00e9xt"


def test_ten_thousand_moves_in_one_burst(client):
    client.enter("racer")
    try:
        client.send(move(RIGHT) * 10_000)
    except OSError:
        pass  # the server may have ended the session before
    assert client.goodbye() == "flooding"


def test_shouting_without_end(client):
    client.enter("herald")
    client.send(frame(SHOUT, text("hear!")) * 200)
    assert client.goodbye() == "flooding"


def test_a_dozen_shouts_in_haste_are_answered_softly(client):
    client.enter("hasty")
    client.send(frame(SHOUT, text("hear!")) * 12 + ping(7))
    packets = []
    while (packet := client.receive())[0] != PONG:
        packets.append(packet)
    heard = [opcode for opcode, _ in packets if opcode == SHOUTED]
    refused = [body for opcode, body in packets if opcode == NOT_SAID]
    assert refused == [not_said(number, TOO_FAST) for number in range(4, 13)]
    assert len(heard) <= 3


def test_sixty_who_shout_do_not_hold_up_one_who_walks(client, server):
    client.enter("walker")
    shouters = []
    try:
        for i in range(60):
            shouters.append(shouter := Client(server))
            shouter.enter(f"s{i}")
        for shouter in shouters:
            shouter.send(frame(SHOUT, text("hear!")) * 3)
        client.send(frame(SHOUT, text("and me")))
        for i in range(30):  # each is answered before the next is asked for; a stalled session would have been flooding
            client.send(move(LEFT if i % 2 else RIGHT, i))
            assert client.wait_for(MOVED)[:4] == struct.pack("<I", i)
        refused = 0
        for shouter in shouters:
            shouter.send(ping())
            while (packet := shouter.receive())[0] != PONG:
                refused += packet[0] == NOT_SAID and packet[1][4:] == bytes([TOO_MANY_SHOUTS])
        assert refused > 0, "there were too many, and they were told so"
    finally:
        for shouter in shouters:
            shouter.close()


def test_a_client_that_never_reads(server_program, server, bystander):
    before = len(server_program.errors)
    time.sleep(1.1)  # such lines are logged once a second at most, and this one is waited for
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", server))
        lazy.settimeout(60)
        lazy.sendall(login("lazy"))
        assert lazy.recv(4), "it is let in"
        # Only this client gets answers, and it never reads. First the kernel's buffers fill, and then the server's.
        asked = ping() * 2000
        deadline = time.monotonic() + 60
        dropped = False
        while not dropped and time.monotonic() < deadline:
            try:
                lazy.sendall(asked)
            except OSError:
                dropped = True
        assert dropped, "it is still connected"
    server_program.wait_for_error("slow_reader", seen=before)


def test_leaving_in_order(client):
    client.enter("guest")
    client.send(frame(LOGOUT))
    assert client.goodbye() == "client_left"


def test_what_one_says_is_heard_by_those_near_and_moves_are_answered(client):
    client.enter("walker")
    client.send(frame(SAY, text("안녕하세요")))
    assert words_said(client.wait_for(CELL_SAID)).decode() == "안녕하세요"
    client.send(move(RIGHT, 99))
    client_time, _x, _y, result = struct.unpack("<IHHB", client.wait_for(MOVED))
    assert client_time == 99 and result in (0, 1)


@pytest.mark.parametrize("system", EVERY_SYSTEM)
def test_a_frame_that_stops_in_the_middle_after_the_login(start, system):
    program, address = serve(start, system, "--idle-timeout-ms", "1500")
    port = int(address.rsplit(":")[1])
    done = threading.Event()
    with Client(port) as half, Client(port) as other:
        half.enter("half")
        other.enter("other")

        def talk():
            while not done.wait(0.3):
                other.send(ping())

        talker = threading.Thread(target=talk, daemon=True)
        talker.start()
        half.send(move(LEFT)[:-2])
        assert half.goodbye() == "idle_timeout"
        done.set()
        talker.join(PATIENCE_S)
        other.send(move(RIGHT, 99))
        assert other.wait_for(MOVED)[:4] == struct.pack("<I", 99), "the other is served as before"
    program.stop()


def test_a_port_that_is_in_use(server, start):
    other = start(EPOLL, "madang", "serve", "--listen", f"127.0.0.1:{server}", "--http", "off", "--operator", "off")
    assert other.wait() == 1
    errors = [line for line in other.errors if "error" in line]
    assert len(errors) == 1 and "in use" in errors[0] and str(server) in errors[0]
