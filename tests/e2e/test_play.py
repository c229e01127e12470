"""`madang play` in a real terminal (tmux): its picture and its keys."""

import re
import socket
import subprocess
import threading
import time
import uuid

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S, URING
from madang_wire import CELL_SAID, GOODBYE, SAY, Client, beginning, frame, shouted, text, words_said
from test_serve import serve

COLUMNS, ROWS = 90, 30


class Screen:
    """A terminal with one program in it."""

    def __init__(self, command: list[str]):
        self._tmux = ["tmux", "-u", "-L", f"madang-{uuid.uuid4()}", "-f", "/dev/null"]
        line = " ".join(f"'{word}'" for word in command)
        subprocess.run([*self._tmux, "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS),
                        f"{line}; echo it left with $?; sleep 1000"], check=True)

    def text(self) -> str:
        captured = subprocess.run([*self._tmux, "capture-pane", "-p"], capture_output=True, check=True)
        return captured.stdout.decode("utf-8")

    def wait_for(self, pattern: str) -> re.Match:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if match := re.search(pattern, self.text()):
                return match
            time.sleep(0.1)
        pytest.fail(f"{pattern!r} did not appear:\n{self.text()}")

    def press(self, *keys: str) -> None:
        subprocess.run([*self._tmux, "send-keys", *keys], check=True)

    def press_until(self, key: str, pattern: str) -> re.Match:
        """Presses the key, and again if it was lost, because Wine's console may miss the first keys.

        One that was only late then counts twice: the pattern must not mind."""
        for _ in range(PATIENCE_S // 3):
            self.press(key)
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                if match := re.search(pattern, self.text()):
                    return match
                time.sleep(0.05)
        pytest.fail(f"{key} did not bring {pattern!r}:\n{self.text()}")

    def type(self, words: str) -> None:
        subprocess.run([*self._tmux, "send-keys", "-l", words], check=True)

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def screen():
    opened = []

    def open_screen(command: list[str]) -> Screen:
        opened.append(Screen(command))
        return opened[-1]

    yield open_screen
    for one in opened:
        one.close()


@pytest.fixture
def board(start):
    """A small board without obstacles, where all arrive in the middle and so see each other; steps take no time."""
    _server, address = serve(start, EPOLL, "--map", "20x20", "--arrival-radius", "3", "--obstacle-percent", "0",
                             "--move-interval-ms", "50")
    return address


@pytest.mark.parametrize(
    "system",
    [pytest.param(URING, id="uring"), pytest.param(EPOLL, id="epoll"),
     pytest.param(IOCP, id="iocp", marks=pytest.mark.windows)],
)
def test_a_person_walks_and_talks_and_leaves(screen, board, system):
    with Client(int(board.rsplit(":")[1])) as other:
        other.enter("Ada")
        player = screen(system.command("madang", "play", "--connect", board, "--name", "Grace", "--io", system.io))
        player.wait_for(r"Grace +\d+, \d+ +in sight 2")
        player.wait_for(r"Ada \d")

        # A step or more to the side, and then up or down; away from the edge, so that there is room.
        x, y = map(int, player.wait_for(r"Grace +(\d+), (\d+)").groups())
        side = player.press_until("Left" if x >= 10 else "Right", rf"Grace +(?!{x},)(\d+), {y} ")
        assert int(side[1]) < x if x >= 10 else int(side[1]) > x
        upright = player.press_until("Up" if y >= 10 else "Down", rf"Grace +\d+, (?!{y} )(\d+) ")
        assert int(upright[1]) < y if y >= 10 else int(upright[1]) > y
        player.wait_for(r"delay \d+\.\d ms")

        other.send(frame(SAY, text("hello, Grace")))
        player.wait_for(r"Ada: hello, Grace")
        player.press("Enter")  # only once, because a second key would close the line; keys are not lost any more
        player.wait_for(r"(?m)^> ")
        player.type("hello, Ada")
        player.wait_for(r"> hello, Ada")
        player.press("Enter")
        player.wait_for(r"Grace: hello, Ada")
        other.wait_for(CELL_SAID)
        assert words_said(other.wait_for(CELL_SAID)) == b"hello, Ada"

        player.press_until("Escape", r"it left with 0")


@pytest.mark.parametrize("whose", ["the server's", "others"])
def test_bots_live_around_the_place_where_newcomers_arrive(screen, start, whose):
    """Arrival within three tiles, roaming within two tiles, and a view of ten tiles: all bots stay in sight."""
    demo = ["--demo-bots", "20", "--demo-roam", "2"] if whose == "the server's" else []
    _server, address = serve(start, EPOLL, "--arrival-radius", "3", "--move-interval-ms", "50", *demo)
    if not demo:
        start(EPOLL, "madang", "bots", "--connect", address, "--players", "20", "--roam", "2")
    player = screen(EPOLL.command("madang", "play", "--connect", address, "--name", "Grace"))
    player.wait_for(r"Grace +\d+, \d+ +in sight 21")
    for _ in range(5):
        time.sleep(1)  # twenty steps of each, or fewer on a busy machine
        assert "in sight 21" in player.text(), player.text()
    x, y = map(int, re.search(r"Grace +(\d+), (\d+)", player.text()).groups())
    assert abs(x - 500) <= 3 and abs(y - 500) <= 3


def test_korean_comes_out_right(screen, board):
    player = screen(EPOLL.command("madang", "play", "--connect", board, "--name", "마당쇠", "--looks", "queen"))
    player.wait_for(r"Madang   마당쇠")
    player.wait_for("♛")
    player.press("Enter")
    player.type("안녕하세요")
    player.press("Enter")
    player.wait_for(r"마당쇠: 안녕하세요")
    player.press("Escape")
    player.wait_for(r"it left with 0")


def test_ctrl_c_leaves_in_order_and_gives_the_terminal_back(screen, board):
    player = screen(EPOLL.command("madang", "play", "--connect", board, "--name", "Grace"))
    player.wait_for(r"in sight 1")
    player.press("C-c")
    player.wait_for(r"it left with (0|130)")


def test_the_server_that_stops_is_told_of_and_esc_leaves(screen, start):
    server, address = serve(start, EPOLL)
    player = screen(EPOLL.command("madang", "play", "--connect", address, "--name", "Grace"))
    player.wait_for(r"in sight \d")
    server.stop()
    player.wait_for(r"(?m)^again in \d+ s   Esc: leave   the server said goodbye: the server is stopping")
    player.press("Escape")
    player.wait_for(r"madang: .*the server is stopping(.|\n)*it left with 1")


@pytest.mark.parametrize("system", [pytest.param(URING, id="uring"), pytest.param(EPOLL, id="epoll")])
def test_after_a_crash_of_the_server_the_player_comes_back_by_itself(screen, start, system):
    server, address = serve(start, EPOLL, "--map", "20x20", "--obstacle-percent", "0", "--move-interval-ms", "50")
    player = screen(system.command("madang", "play", "--connect", address, "--name", "Grace", "--io", system.io))
    player.wait_for(r"Grace +\d+, \d+ +in sight 1")
    server.process.kill()
    player.wait_for(r"(?m)^again in \d+ s   Esc: leave")
    player.wait_for(r"Grace +\d+, \d+ +in sight 1")  # the board stays in view
    player.press("Enter")
    player.type("still here")
    player.wait_for(r"> still here")
    serve(start, EPOLL, "--map", "20x20", "--obstacle-percent", "0", "--move-interval-ms", "50", "--listen", address)
    player.wait_for(r"\(you are in\)")
    player.press("Enter")  # sends the text that was typed meanwhile
    player.wait_for(r"Grace: still here")
    x = int(player.wait_for(r"Grace +(\d+), \d+ ")[1])
    player.press_until("Left" if x >= 10 else "Right", rf"Grace +(?!{x},)\d+, \d+ ")
    player.press_until("Escape", r"it left with 0")


def test_a_full_server_is_waited_for(screen, start):
    _server, address = serve(start, EPOLL, "--sessions-max", "1")
    with Client(int(address.rsplit(":")[1])) as other:
        other.enter("Ada")
        player = screen(EPOLL.command("madang", "play", "--connect", address, "--name", "Grace"))
        player.wait_for(r"(?m)^again in \d+ s   Esc: leave   the server is full; try again later")
    player.wait_for(r"Grace +\d+, \d+ +in sight 1")
    player.wait_for(r"\(you are in\)")
    player.press_until("Escape", r"it left with 0")


def test_one_may_leave_while_waiting_for_a_full_server(screen, start):
    _server, address = serve(start, EPOLL, "--sessions-max", "1")
    with Client(int(address.rsplit(":")[1])) as other:
        other.enter("Ada")
        player = screen(EPOLL.command("madang", "play", "--connect", address, "--name", "Grace"))
        player.wait_for(r"again in \d+ s")
        player.press_until("Escape", r"madang: \S+: the server is full(.|\n)*it left with 1")


@pytest.fixture
def rude_server():
    """Accepts one client, sends it a shout and later a goodbye, with texts that could control a terminal.

    Its address, and the event that tells it to."""
    wild = b"\x1b[2J\x1b]0;mine\x07"
    enough = threading.Event()

    def serve_one(listener):
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)  # the login
            connection.sendall(beginning(entity=1, side=16, x=5, y=5))
            connection.sendall(shouted(2, wild + b"king", b"off with \xf0"))
            enough.wait(PATIENCE_S)
            connection.sendall(frame(GOODBYE, bytes([0]) + text(wild + b"out \xed\x95")))
            connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        threading.Thread(target=serve_one, args=(listener,), daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", enough
        enough.set()


def test_a_server_that_means_ill_gets_no_hold_of_the_terminal(screen, rude_server):
    address, enough = rude_server
    player = screen(EPOLL.command("madang", "play", "--connect", address, "--name", "Grace"))
    player.wait_for(r"\.\[2J\.\]0;mine\.king shouts: off with \ufffd")
    enough.set()
    player.wait_for(r"the server said goodbye: \.\[2J\.\]0;mine\.out \ufffd(.|\n)*it left with 1")


def test_nobody_there(screen):
    player = screen(EPOLL.command("madang", "play", "--connect", "127.0.0.1:1", "--name", "Grace"))
    player.wait_for(r"madang: .*refused.*is `madang serve`(.|\n)*running\?(.|\n)*it left with 1")


def test_without_a_terminal_it_says_so(start, board):
    program = start(EPOLL, "madang", "play", "--connect", board)
    assert program.wait() == 1
    assert program.errors == ["madang: this needs a terminal: standard input and output are not one"]
