"""Chess in rooms: two people play in terminals, a line breaks in the middle of a game, somebody watches, and bots play."""

import contextlib
import json
import re
import signal
import socket
import struct
import threading

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S

SYSTEMS = [pytest.param(EPOLL, id="linux"), pytest.param(IOCP, id="windows", marks=pytest.mark.windows)]
ROOMS = "examples/rooms"


def serve(start, system, *options: str) -> str:
    server = start(system, ROOMS, "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off", *options)
    return server.wait_for(r"Rooms is open: (127\.0\.0\.1:\d+) \(io: \w+, .*, 20 ticks a second\)\. Ctrl-C stops the server\.")[1]


def sit_down(start, system, address: str, name: str, *options: str):
    return start(system, ROOMS, "play", "--connect", address, "--name", name, *options)


def play(players, moves: str, last: str) -> None:
    """The two make their moves in turns. Each move is seen before the next one is made."""
    turns = ["white moves", "black moves"]
    for number, move in enumerate(moves.split()):
        mover, other = players[number % 2], players[1 - number % 2]
        seen = len(other.lines)
        mover.write(move + "\n")
        wanted = last if number == len(moves.split()) - 1 else turns[(number + 1) % 2]
        other._wait_for(other.lines, re.compile(f".*{wanted}.*"), seen)


@pytest.mark.parametrize("system", SYSTEMS)
def test_two_people_meet_in_the_lobby_and_play_until_mate(start, system):
    address = serve(start, system)
    ann, bob = sit_down(start, system, address, "Ann"), sit_down(start, system, address, "Bob")
    for player in (ann, bob):
        player.wait_for(r"You are in the lobby\. Type: seek, .*")
        player.write("seek\n")
    white, black = (ann, bob)
    room = ann.wait_for(r'You are in the room "(game [0-9a-f]{16})"\.')[1]
    bob.wait_for(f'You are in the room "{room}"\\.')
    if "black" in ann.wait_for(r"You play (white|black)\. .*")[0]:
        white, black = black, white
    black.wait_for(r".*white moves; white has 300 s, black 300 s")

    tom = sit_down(start, system, address, "Tom", "--room", room)
    tom.wait_for(r"You watch\.")
    black.write("e7e5\n")
    black.wait_for(r"That is not a legal move now\.")
    white.write("a nice day\n")
    tom.wait_for("> a nice day")
    play((white, black), "f2f3 e7e5 g2g4 d8h4", "black has won")
    tom.wait_for(r".*black has won; type seek for the next game; .*")
    assert "4  . . . . . . P q" in tom.lines

    white.write("seek\n")
    play((white, black), "e2e4 e7e5", "white moves")
    for player in (ann, bob, tom):
        player.write("quit\n")
        assert player.wait() == 0
        assert player.errors == []


class Relay:
    """A line between a client and a server that breaks when the test says so."""

    def __init__(self, address: str):
        host, port = address.split(":")
        self.server = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, far = self.listener.accept()[0], socket.create_connection(self.server)
                self.sockets += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass(source, sink) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)

    def break_lines(self) -> None:
        for end in self.sockets:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.sockets = []


@pytest.mark.parametrize("system", SYSTEMS)
def test_who_loses_the_line_comes_back_to_the_game(start, system):
    address = serve(start, system)
    relay = Relay(address)
    ann = sit_down(start, system, relay.address, "Ann", "--room", "tea")
    ann.wait_for(r"You play white\. .*")
    bob = sit_down(start, system, address, "Bob", "--room", "tea")
    bob.wait_for(r"You play black\. .*")
    play((ann, bob), "e2e4 e7e5", "white moves")
    seen = len(ann.lines)
    relay.break_lines()
    ann._wait_for(ann.lines, re.compile(r"The line is lost\. Connecting again \.\.\."), seen)
    ann._wait_for(ann.lines, re.compile(r"You play white\. .*"), seen)
    ann._wait_for(ann.lines, re.compile(r".*white moves; .*"), seen)
    assert "5  . . . . p . . ." in ann.lines[seen:]
    play((ann, bob), "g1f3", "black moves")
    for player in (ann, bob):
        player.write("quit\n")
        assert player.wait() == 0


def test_time_runs_out(start):
    address = serve(start, EPOLL, "--clock-s", "1", "--clock-move-s", "0")
    ann = sit_down(start, EPOLL, address, "Ann", "--room", "tea")
    bob = sit_down(start, EPOLL, address, "Bob", "--room", "tea")
    for player in (ann, bob):
        player.wait_for(r".*black has won; type seek for the next game; white has 0 s, black 1 s")


def test_bots_seek_games_and_play_them(start):
    address = serve(start, EPOLL)
    bots = start(EPOLL, ROOMS, "bots", "--connect", address, "--players", "20", "--for", "6", "--json")
    bots.process.wait(timeout=3 * PATIENCE_S)
    bots.wait()
    assert bots.process.returncode == 0, bots.errors
    report = json.loads(bots.lines[-1])
    assert report["connected"] == 20 and report["violations"] == report["errors"] == 0
    assert report["moves"] > 50 and report["moves_refused"] == 0
    assert report["delay_ms"]["p99"] > 0


def test_nobody_there_and_a_wrong_address(start):
    for address, words in (("127.0.0.1:1", "connection refused"), ("nowhere", "--connect nowhere: ")):
        player = sit_down(start, EPOLL, address, "Ann")
        assert player.wait() == 1
        assert player.errors[-1].startswith("rooms play: ") and words in player.errors[-1]


def test_a_server_that_stops_says_so_and_quit_ends_the_wait(start):
    server = start(EPOLL, ROOMS, "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off")
    address = server.wait_for(r"Rooms is open: (127\.0\.0\.1:\d+) .*")[1]
    ann = sit_down(start, EPOLL, address, "Ann")
    ann.wait_for(r"You are in the lobby\. .*")
    server.stop(signal.SIGINT)
    ann.wait_for(r"The line is lost\. Connecting again \.\.\.")
    ann.write("quit\n")
    assert ann.wait() == 0
