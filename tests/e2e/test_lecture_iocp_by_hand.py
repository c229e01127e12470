"""The lecture's server directly on Win32. It must pass the same tests as the two echo servers on the port, and stop in order."""

import re
import signal
import socket

import pytest

from conftest import IOCP
from test_lecture_echo import (  # noqa: F401: what is imported by this name is run here, on the server below
    EchoServer,
    receive_exactly,
    receive_to_the_end,
    reset,
    test_a_client_that_has_said_all_still_hears_the_rest,
    test_a_client_that_leaves_without_a_word_is_the_end_of_it_alone,
    test_a_silent_client_keeps_nobody_waiting,
    test_an_id_is_never_used_again,
    test_bytes_that_are_not_text_are_echoed_but_not_let_loose_on_the_screen,
    test_korean_text_is_printed_and_echoed_as_it_is,
    test_many_clients_at_once_each_get_their_own_bytes_back,
    test_many_messages_on_one_connection_come_back_in_order,
    test_one_who_sends_and_never_reads_is_slowed_down_not_stored,
    test_the_zero_at_the_end_of_a_string_is_not_shown,
    test_text_split_at_every_byte_comes_back_whole,
    test_what_was_received_and_what_was_sent_are_printed_as_in_the_lecture,
)

pytestmark = pytest.mark.windows


class ServerByHand(EchoServer):
    def __init__(self, program):
        self.program = program
        self.port = int(program.wait_for(r"listening on 127\.0\.0\.1:(\d+)")[1])


@pytest.fixture
def server(start):
    program = start(IOCP, "examples/lecture/iocp_by_hand", "0")
    yield ServerByHand(program)
    program.stop()


def test_many_come_and_go_while_others_stay(server):
    stays = [server.connect() for _ in range(20)]
    for number in range(200):
        with server.connect() as client:
            client.sendall(b"guest %d" % number)
            if number % 3:
                receive_exactly(client, len(b"guest %d" % number))
            if number % 2:
                reset(client)
    for number, client in enumerate(stays):
        with client:
            client.sendall(b"still here %d" % number)
            assert receive_exactly(client, len(b"still here %d" % number)) == b"still here %d" % number


def test_every_message_that_was_printed_as_received_is_printed_as_sent(server):
    said = [f"message {number}" for number in range(50)]
    clients = [server.connect() for _ in said]
    for client, text in zip(clients, said):
        client.sendall(text.encode())
    for client, text in zip(clients, said):
        assert receive_exactly(client, len(text)) == text.encode()
        client.close()
    for text in said:
        received = server.program.wait_for(rf"From client\[(\d+)\] : {text} \({len(text)} bytes\)")
        server.program.wait_for(rf"TRACE - Send message : \[{received[1]}\] {text} \({len(text)} bytes\)")


@pytest.mark.parametrize("how", ["Ctrl-C", "quit", "the end of its input"])
def test_it_stops_in_order_with_clients_still_there(server, how):
    with server.connect() as quiet, server.connect() as busy, server.connect() as deaf:
        busy.sendall(b"hello")
        receive_exactly(busy, 5)
        deaf.setblocking(False)
        try:
            while True:  # so that a send is in flight and the receive is paused when the server stops
                deaf.send(b"z" * 65536)
        except BlockingIOError:
            pass
        if how == "Ctrl-C":
            server.program.process.send_signal(signal.SIGINT)
        elif how == "quit":
            server.program.write("quit\n")
        else:
            server.program.end_input()
        assert server.program.wait() == 0
        assert receive_to_the_end(quiet) == b""
        assert receive_to_the_end(busy) == b""
    assert server.program.errors == []


def test_a_port_that_is_taken_is_a_clear_error(server, start):
    second = start(IOCP, "examples/lecture/iocp_by_hand", str(server.port))
    assert second.wait() == 1
    assert re.match(r"listen: error 10048\b", second.errors[0])
    server.is_well()


@pytest.mark.parametrize("arguments", [["--help"], ["65536"], ["80x"], ["0", "again"]])
def test_what_is_no_port_is_answered_with_the_usage_in_one_line(start, arguments):
    program = start(IOCP, "examples/lecture/iocp_by_hand", *arguments)
    assert program.wait() == 2
    assert program.errors == ["usage: iocp_by_hand [PORT] (by default 3500)"]


def test_nobody_from_outside_is_let_in(server):
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.2", 0))
        assert stranger.connect_ex(("127.0.0.2", server.port)) != 0
