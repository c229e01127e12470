"""The homework's client in a real terminal (tmux), with good and bad servers."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from conftest import EPOLL, EVERY_SYSTEM, PATIENCE_S, URING
from test_lecture_chess import MOVE_PLAYER, PIECES, PUT_PLAYER, REMOVE_PLAYER, Player
from test_lecture_client import NOBODY_LISTENS, server
from test_play import Screen, screen  # noqa: F401: a fixture

PROGRAM = "examples/lecture/chess_client"
LOGIN = bytes([3, 1, 5, 5, 2, 5, 1, 1])


@pytest.fixture
def board(start):
    program = start(EPOLL, "examples/lecture/chess_server", "0", "epoll")
    program.port = int(program.wait_for(r"listening on 127\.0\.0\.1:(\d+) .*")[1])
    yield program
    program.stop()


def open_client(screen, system, port) -> Screen:  # noqa: F811
    return screen(system.command(PROGRAM, str(port), system.io))


def is_restored(player: Screen) -> bool:
    """Checks that the terminal shows the first screen again, with a cursor, and echoes typed text."""
    asked = subprocess.run([*player._tmux, "display", "-p", "#{alternate_on} #{cursor_flag}"],
                           capture_output=True, check=True)
    assert asked.stdout.split() == [b"0", b"1"]
    player.type("is this shown?")
    return bool(player.wait_for("is this shown"))


@pytest.mark.parametrize("system", EVERY_SYSTEM)
def test_two_players_see_one_another(screen, board, system):  # noqa: F811
    first = open_client(screen, system, board.port)
    first.wait_for(r"you are piece 0 at 0, 0 +pieces: 1")
    with Player(board.port).socket:
        second = open_client(screen, system, board.port)
        second.wait_for(r"you are piece 2 at 2, 0 +pieces: 3")
        first.wait_for(r"pieces: 3")
        first.wait_for(r"0 +♚ +♟ +♟\s")
    first.wait_for(r"pieces: 2")
    second.press_until("Down", r"at 2, [1-7] ")
    y = int(second.wait_for(r"at 2, ([1-7]) ")[1])
    first.wait_for(rf"(?m)^ {y} +♟")
    first.press_until("Right", r"at [1-7], 0 ")
    first.press_until("Escape", r"it left with 0")
    second.wait_for(r"pieces: 1")
    second.press_until("Escape", r"it left with 0")
    board.wait_for(r"piece 2 left: .*")


@pytest.mark.parametrize("system", [URING, EPOLL], ids=str)
def test_each_arrow_key_moves_once_and_a_shared_square_says_how_many(screen, board, system):  # noqa: F811
    player = open_client(screen, system, board.port)
    player.wait_for(r"you are piece 0 at 0, 0")
    other = Player(board.port)
    for key, x, y in (("Right", 1, 0), ("Down", 1, 1), ("Left", 0, 1), ("Up", 0, 0), ("Right", 1, 0)):
        player.press(key)
        assert other.wait_for(MOVE_PLAYER, 0)[1:] == (x, y)
        player.wait_for(rf"at {x}, {y} ")
    player.wait_for(r"♚[^♟]*0\+1")
    other.leave()
    player.press("Escape")
    player.wait_for(r"it left with 0")


@pytest.mark.parametrize("by", ["Escape", "C-c", "SIGTERM", "the server"])
def test_every_way_out_gives_the_terminal_back(screen, board, by):  # noqa: F811
    player = open_client(screen, EPOLL, board.port)
    player.wait_for(r"you are piece 0")
    for key in ("C-z", "C-\\"):  # no ways out, and no traps
        player.press(key)
    player.press("Right")
    player.wait_for(r"at 1, 0")
    if by == "SIGTERM":
        shell = subprocess.run([*player._tmux, "display", "-p", "#{pane_pid}"], capture_output=True, check=True)
        children = Path(f"/proc/{int(shell.stdout)}/task/{int(shell.stdout)}/children").read_text()
        os.kill(int(children), signal.SIGTERM)
    elif by == "the server":
        board.process.send_signal(signal.SIGKILL)
        player.wait_for(r"127\.0\.0\.1:\d+: (the server has ended the connection|.*reset)")
    else:
        player.press(by)
    player.wait_for(rf"it left with {1 if by == 'the server' else 0}")
    assert is_restored(player)
    if by == "the server":
        board.wait()


@pytest.mark.parametrize("system", EVERY_SYSTEM)
def test_without_a_terminal_it_connects_and_says_so(start, board, system):
    program = start(system, PROGRAM, str(board.port), system.io)
    assert program.wait() == 1
    assert len(program.errors) == 1
    assert re.match(r"127\.0\.0\.1:\d+: this needs a (terminal|console): ", program.errors[0])
    board.wait_for(r"piece 0 left: .*")


@pytest.mark.parametrize(
    ("told", "address"),
    [([], "127.0.0.1:3500"), (["localhost"], "127.0.0.1:3500"), (["[::1]"], "[::1]:3500"),
     (["localhost:1"], "127.0.0.1:1"), (["1"], "127.0.0.1:1")],
)
def test_what_it_is_not_told_of_the_address_is_that_of_the_server(start, told, address):
    program = start(EPOLL, PROGRAM, *told)
    program.wait_for(rf"connecting to {re.escape(address)} \.\.\.")
    program.process.wait(timeout=PATIENCE_S)  # no server listens, or there is no terminal


@pytest.mark.parametrize("system", EVERY_SYSTEM)
def test_nobody_there_is_a_clear_error(start, system):
    program = start(system, PROGRAM, str(NOBODY_LISTENS), system.io, environment={"LC_ALL": "C"})
    assert program.wait() == 1
    assert len(program.errors) == 1
    assert re.match(r"127\.0\.0\.1:1: connect: .* \(\d+\); is chess_server running\?$", program.errors[0])


def test_a_full_board_is_a_clear_error(start, board):
    players = [Player(board.port) for _ in range(PIECES)]
    program = start(EPOLL, PROGRAM, str(board.port), "epoll")
    assert program.wait() == 1
    assert program.errors == [f"127.0.0.1:{board.port}: the server closed the connection without giving you a piece; is its board full?"]
    for player in players:
        player.leave()


def test_a_silent_server_is_not_waited_for_for_ever(start):
    with server(lambda connection: connection.recv(1)) as port:
        program = start(EPOLL, PROGRAM, str(port), "epoll")
        assert program.wait() == 1
    assert program.errors == [f"127.0.0.1:{port}: the server gave no piece within 5 s; is it a chess_server?"]


NONSENSE = {
    "size 0": bytes([0]),  # at once, though nothing follows
    "size 1": bytes([1]),
    "no fields": bytes([2, 1]),
    "unknown type": bytes([3, 9, 1]),
    "off the board": bytes([5, 4, 5, 8, 0]),
    "position cut off": bytes([4, 2, 5, 1]),
}


@pytest.mark.parametrize("what", NONSENSE)
def test_a_server_that_sends_nonsense_is_a_clear_error(screen, what):  # noqa: F811
    def serve(connection: socket.socket) -> None:
        connection.sendall(LOGIN)
        connection.sendall(NONSENSE[what])
        while connection.recv(1):
            pass

    with server(serve) as port:
        player = open_client(screen, EPOLL, port)
        player.wait_for(r"the server sent a packet that the homework does not have: [\d ]+\s(.|\n)*it left with 1")


def test_packets_in_pieces_longer_ones_and_a_flood_are_understood(screen):  # noqa: F811
    def serve(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in LOGIN:
            connection.sendall(bytes([byte]))
        connection.sendall((bytes([5, PUT_PLAYER, 9, 7, 7]) + bytes([3, REMOVE_PLAYER, 9])) * 200_000)
        connection.sendall(bytes([8, MOVE_PLAYER, 5, 6, 2, 0, 0, 0]))
        while connection.recv(1):
            pass

    with server(serve) as port:
        player = open_client(screen, EPOLL, port)
        player.wait_for(r"you are piece 5 at 6, 2 +pieces: 1")
        player.press("Escape")
        player.wait_for(r"it left with 0")
