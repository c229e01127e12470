"""The chat of examples/chat over real sockets, on two workers: a service without a world, with data, timers and posts."""

import signal
import socket
import struct

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S
from madang_wire import frame, read_to_end

SYSTEMS = [pytest.param(EPOLL, id="linux"), pytest.param(IOCP, id="windows", marks=pytest.mark.windows)]
JOIN, SAY = 1, 2
SAID, BYE = 1, 2


def text(words: str) -> bytes:
    data = words.encode()
    return struct.pack("<B", len(data)) + data


class Guest:
    def __init__(self, port: int, name: str):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.sendall(frame(JOIN, text(name)))
        self.received = b""

    def say(self, words: str) -> None:
        self.socket.sendall(frame(SAY, text(words)))

    def hear(self) -> tuple[str, ...]:
        """The texts of the next packet, and before them its opcode."""
        while len(self.received) < 4 or len(self.received) < struct.unpack_from("<H", self.received)[0]:
            more = self.socket.recv(65536)
            assert more, "the server has closed the connection"
            self.received += more
        size, opcode = struct.unpack_from("<HH", self.received)
        body, self.received = self.received[4:size], self.received[size:]
        texts = [opcode]
        while body:
            texts.append(body[1 : 1 + body[0]].decode())
            body = body[1 + body[0] :]
        return tuple(texts)


def serve(start, system, *arguments: str):
    server = start(system, "examples/chat", "127.0.0.1:0", *arguments)
    return server, int(server.wait_for(r"listening on 127\.0\.0\.1:(\d+) .*")[1])


@pytest.mark.parametrize("system", SYSTEMS)
def test_guests_on_two_workers_hear_each_other(start, system):
    server, port = serve(start, system)
    guests = [Guest(port, name) for name in ("Kim", "나그네", "Lee", "Park")]
    for number, guest in enumerate(guests):
        # Everybody hears the guest before the next one speaks. The first ones may not know of the last ones yet.
        words = f"안녕 {number}"
        while True:
            guest.say(words)
            heard = [one.hear() for one in guests[: number + 1]]
            if all(one[2] == words for one in heard):
                break
    kim = guests[0]
    for number in range(1000):
        kim.say(str(number))
    heard = []
    while not heard or heard[-1] != "999":
        heard.append(kim.hear()[2])
    assert heard[-1000:] == [str(number) for number in range(1000)]
    server.stop(signal.SIGINT)
    for guest in guests:
        last = guest.hear()
        while last[0] == SAID:
            last = guest.hear()
        assert last[0] == BYE
        read_to_end(guest.socket)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_quiet_guest_is_sent_away(start, system):
    _, port = serve(start, system, "1")
    guest = Guest(port, "quiet")
    opcode, reason = guest.hear()
    assert opcode == BYE and reason
    read_to_end(guest.socket)


@pytest.mark.parametrize("arguments", [["127.0.0.1:0", "0"], ["127.0.0.1:0", "soon"], ["127.0.0.1:0", "86401"], ["nowhere"], ["127.0.0.1:0", "1", "2"]])
def test_wrong_usage_is_answered_with_the_usage(start, arguments):
    program = start(EPOLL, "examples/chat", *arguments)
    assert program.wait() == 2
    program.wait_for_error(r"usage: chat \[HOST:PORT \[SECONDS\]\].*")
