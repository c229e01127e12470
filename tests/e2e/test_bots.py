"""`madang bots`: its output for scripts, its output for people, and its errors."""

import itertools
import json
import re
import signal
import socket
import threading

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S, URING
from madang_wire import CELL_ENTER_PIECE, GOODBYE, LOGOUT, NOT_SAID, SHOUTED, TOO_FAST, Client, beginning, frame, not_said, pieces_of, text
from test_play import rude_server, screen  # noqa: F401: fixtures
from test_serve import serve

REPORT = ["players", "connected", "violations", "errors", "moves", "moves_refused", "worlds_entered", "worlds_refused", "not_said",
          "delay_ms", "updates_in", "bytes_in", "bytes_out", "seconds"]
# A move takes a twentieth of a second here, so that a short test sees many moves.
QUICK = ["--map", "40x40", "--move-interval-ms", "50"]


@pytest.fixture
def server(start):
    return serve(start, EPOLL, *QUICK)[1]


def run(start, address: str, *options: str, system=EPOLL, through=()):
    bots = start(system, "madang", "bots", "--connect", address, *options, through=through)
    bots.process.wait(timeout=3 * PATIENCE_S)
    bots.wait()
    return bots


def report_of(bots) -> dict:
    return json.loads(bots.lines[-1])


@pytest.mark.parametrize(
    "system",
    [pytest.param(URING, id="uring"), pytest.param(EPOLL, id="epoll"),
     pytest.param(IOCP, id="iocp", marks=pytest.mark.windows)],
)
def test_ten_bots_for_two_seconds(start, server, system):
    bots = run(start, server, "--players", "10", "--for", "2", "--json", "--io", system.io, system=system)
    assert bots.process.returncode == 0, bots.errors
    assert len(bots.lines) == 1, "what a program reads is not mixed with what a person reads"
    report = report_of(bots)
    assert list(report) == REPORT
    assert list(report["delay_ms"]) == ["p50", "p99", "p999", "max"]
    assert report["players"] == report["connected"] == 10
    assert report["violations"] == report["errors"] == 0
    assert report["moves"] > 10 and report["updates_in"] > report["moves"]
    assert report["bytes_in"] > report["bytes_out"] > 0
    assert 2 <= report["seconds"] < PATIENCE_S
    assert bots.errors[0] == f"madang bots at {server} (io: {system.io})"


@pytest.fixture
def refusing_server():
    """Lets one client in, refuses words all the time, and answers its logout."""

    def serve_one(listener):
        connection, _ = listener.accept()
        with connection:
            connection.recv(4096)  # the login
            connection.sendall(beginning(entity=1, side=16, x=5, y=5))
            connection.settimeout(0.1)
            heard = b""
            for number in itertools.count(1):
                connection.sendall(frame(NOT_SAID, not_said(number, TOO_FAST)))
                try:
                    heard += (data := connection.recv(4096))
                    if not data or frame(LOGOUT) in heard:
                        break
                except TimeoutError:
                    pass
            connection.sendall(frame(GOODBYE, bytes([0]) + text("bye")))
            connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        threading.Thread(target=serve_one, args=(listener,), daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_it_reports_the_words_that_the_server_does_not_say(start, refusing_server):
    bots = run(start, refusing_server, "--players", "1", "--for", "2", "--json")
    assert bots.process.returncode == 0, bots.errors
    assert report_of(bots)["not_said"] > 0
    assert any(re.search(r", texts refused [1-9]\d*, violations 0", line) for line in bots.errors)
    assert re.search(r"; [1-9]\d* texts refused; 0 violations", bots.errors[-1])


def test_without_a_terminal_it_writes_plain_lines(start, server):
    bots = run(start, server, "--players", "5", "--for", "3")
    assert (bots.process.returncode, bots.errors) == (0, [])
    assert re.match(rf"madang bots at {server} \(io: (epoll|uring)\)\Z", bots.lines[0])
    moments = [line for line in bots.lines if re.match(
        r"\d+ s, .*: players \d/5, moves \d+/s, moves refused \d+/s, delay p50 [\d.]+ p99 [\d.]+ p99\.9 [\d.]+ ms, "
        r"in [\d.]+ k?B/s, out [\d.]+ k?B/s, texts refused 0, violations 0, errors 0\Z", line)]
    assert 2 <= len(moments) <= 10, "about one a second"
    assert re.match(r"5 players at the end of [\d.]+ s; measured for [\d.]+ s: \d+ moves, \d+ moves refused\Z", bots.lines[-3])
    assert re.match(r"delay of answers: p50 [\d.]+, p99 [\d.]+, p99\.9 [\d.]+, max [\d.]+ ms\Z", bots.lines[-2])
    assert re.match(r"\d+ updates; .* received, .* sent; 0 texts refused; 0 violations, 0 errors\Z", bots.lines[-1])
    assert not any("\x1b" in line for line in bots.lines)


def test_on_a_terminal_it_draws_a_block_that_moves(screen, server):  # noqa: F811
    terminal = screen(EPOLL.command("madang", "bots", "--connect", server, "--players", "20", "--for", "4"))
    terminal.wait_for(r"madang bots at .*\n(.*\n)*players        \[#{40}\] 20 of 20\n(.*\n)*moves +[1-9]\d* a second")
    shown = terminal.text()
    assert shown.count("madang bots at") == 1, "it is drawn again in its place"
    for line in ("delay ", "traffic ", "texts          0 refused", "found          0 violations, 0 errors"):
        assert f"\n{line}" in shown
    terminal.wait_for(r"20 players at the end of (.|\n)*it left with 0")


def test_until_a_delay_it_adds_players_and_reports_how_many_stood(start, server):
    bots = run(start, server, "--players", "2", "--until-delay", "5000", "--json")
    assert bots.process.returncode == 0, bots.errors
    report = report_of(bots)
    assert list(report) == [*REPORT, "until_delay_ms", "players_held"]
    assert (report["until_delay_ms"], report["players_held"]) == (5000, 2), "nobody found the limit"
    assert report["violations"] == report["errors"] == 0
    assert any("(2 players); 1 players had a p99 delay of at most 5000 ms" in line for line in bots.errors), "one step after the other"
    assert bots.errors[-1] == "the server can hold 2 players"


def test_a_delay_that_nobody_can_keep_is_an_answer_too(start):
    # A tick of a tenth of a second: no answer comes within a millisecond.
    address = serve(start, EPOLL, *QUICK, "--tick-rate", "10")[1]
    bots = run(start, address, "--players", "4", "--until-delay", "1", "--json")
    assert bots.process.returncode == 0, bots.errors
    assert report_of(bots)["players_held"] == 0


def test_their_names_are_what_one_calls_them_and_a_number(start, server):
    with Client(int(server.rsplit(":")[1])) as client:
        client.enter("Ada")
        bots = run(start, server, "--players", "20", "--for", "1", "--name-prefix", "로봇", "--seed", "7")
        assert bots.process.returncode == 0, bots.errors
        names = set()
        client.send(frame(LOGOUT))
        while packet := client.receive():
            if packet[0] == SHOUTED:
                names.add(packet[1][17 : 17 + packet[1][16]].decode("utf-8"))
            if packet[0] == CELL_ENTER_PIECE:
                names |= set(pieces_of(packet[1]).values())
        names = {name for name in names if name.startswith("로봇")}
        assert names, "one of them was near"
        assert names <= {f"로봇{number}" for number in range(1, 21)}


def test_ctrl_c_ends_it_in_order_with_its_report(start, server):
    bots = start(EPOLL, "madang", "bots", "--connect", server, "--players", "5", "--json")
    bots.wait_for_error(r"players 5/5")
    bots.stop(signal.SIGINT)
    assert report_of(bots)["connected"] == 5
    assert report_of(bots)["errors"] == 0


def test_bots_that_are_refused_are_errors_and_it_says_so(start):
    address = serve(start, EPOLL, *QUICK, "--sessions-max", "3")[1]
    bots = run(start, address, "--players", "5", "--for", "1", "--rate", "2", "--json")
    assert bots.process.returncode == 1
    report = report_of(bots)
    assert (report["players"], report["connected"], report["errors"]) == (5, 3, 2)
    assert bots.errors[-1].startswith("madang bots: 2 errors, the first: the server said goodbye: the server is full")


def test_nobody_there_is_one_line(start):
    bots = run(start, "127.0.0.1:1", "--players", "5")
    assert bots.process.returncode == 1
    assert len(bots.errors) == 1
    assert re.match(r"madang bots: cannot connect to 127\.0\.0\.1:1: .*refused.*; is `madang serve` running\?", bots.errors[0])


def test_a_server_that_means_ill_gets_no_hold_of_the_terminal(start, rude_server):  # noqa: F811
    address, enough = rude_server
    enough.set()
    bots = run(start, address, "--players", "1", "--for", "60")
    assert bots.process.returncode == 1
    assert bots.errors == ["madang bots: 1 errors, the first: the server said goodbye: .[2J.]0;mine.out \ufffd"]
    assert not any("\x1b" in line for line in bots.lines)


# --- Descriptors ---


def with_descriptors(count: int) -> list[str]:
    return ["bash", "-c", f'ulimit -n {count}; exec "$@"', "bash"]


def test_more_bots_than_descriptors_are_refused_in_one_line(start):
    bots = run(start, "127.0.0.1:1", "--players", "500", through=with_descriptors(100))
    assert bots.process.returncode == 1
    assert bots.errors == ["madang bots: --players 500: this process may open only 100 sockets and files "
                           "(ulimit -n), which is enough for 84 players"]


def test_until_a_delay_it_takes_as_many_as_there_are_descriptors_for(start, server):
    bots = run(start, server, "--players", "500", "--until-delay", "5000", "--json", through=with_descriptors(18))
    assert bots.process.returncode == 0, bots.errors
    assert bots.errors[0] == ("madang bots: at most 2 players instead of 500, because this process may open only "
                              "18 sockets and files (ulimit -n)")
    assert report_of(bots)["players"] == report_of(bots)["players_held"] == 2
