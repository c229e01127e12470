"""The arena: its server and its bots over real sockets, and what both say when something is wrong."""

import json
import re
import signal
import time
import urllib.request

import pytest
from conftest import EPOLL, EVERY_SYSTEM, EVERY_SYSTEM_AND_STOP, PATIENCE_S

OPEN = r"Arena is open: (127\.0\.0\.1:\d+) \(io: (\w+), \d+ workers, 20 ticks a second\)\. Ctrl-C stops the server\."
REPORT = ["players", "connected", "violations", "errors", "shots", "kills", "words_heard", "worlds_entered",
          "worlds_refused", "not_said", "delay_ms", "updates_in", "bytes_in", "bytes_out", "seconds"]


def serve(start, system, *options: str):
    server = start(system, "examples/arena", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator",
                   "127.0.0.1:0", "--io", system.io, *options)
    opened = server.wait_for(OPEN)
    assert opened[2] == system.io
    return server, opened[1]


def play(start, system, address: str, *options: str):
    bots = start(system, "examples/arena", "bots", "--connect", address, "--io", system.io, *options)
    bots.process.wait(timeout=3 * PATIENCE_S)
    bots.wait()
    return bots


@pytest.mark.parametrize("system", EVERY_SYSTEM)
def test_bots_shoot_kill_and_talk_in_five_rooms(start, system):
    server, address = serve(start, system, "--zone-threads", "2")
    bots = play(start, system, address, "--players", "60", "--room-of", "12", "--room-stay", "10", "--for", "8", "--json")
    assert bots.process.returncode == 0, bots.errors
    assert len(bots.lines) == 1
    report = json.loads(bots.lines[0])
    assert list(report) == REPORT
    assert report["violations"] == report["errors"] == 0, bots.errors
    assert report["connected"] > 40
    assert report["shots"] > report["kills"] > 0
    assert report["words_heard"] > 0 and report["worlds_entered"] > 0
    assert report["delay_ms"]["p99"] > 0
    worlds = json.loads(operator_of(server, "/operator/api/worlds"))["worlds"]
    assert {world["name"] for world in worlds} == {f"room {number}" for number in range(1, 6)}
    server.stop(signal.SIGINT)
    assert int(re.search(r"stopped: (\d+) sessions served", server.errors[-1])[1]) >= 60


def operator_of(server, path: str) -> str:
    port = server.wait_for(r".*the server: http://127\.0\.0\.1:(\d+)/(?:operator|metrics)")[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as response:
        return response.read().decode()


def metrics_of(server) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"^arena_(\w+) (\d+)$", operator_of(server, "/metrics"), re.MULTILINE)}


def test_the_operator_sees_the_games_worlds_attributes_and_metrics(start):
    """There is no main world here."""
    server, address = serve(start, EPOLL)
    state = json.loads(operator_of(server, "/operator/api/state"))
    assert state["game"] == "arena" and state["map"] is None and state["heat"] is None and state["limits"]["players"] is None
    assert json.loads(operator_of(server, "/operator/api/worlds")) == {"count": 0, "worlds": []}
    assert json.loads(operator_of(server, "/operator/api/players"))["count"] == 0
    assert "madang_players_limit" not in operator_of(server, "/metrics")
    assert metrics_of(server) == {"kills_total": 0}

    bots = start(EPOLL, "examples/arena", "bots", "--connect", address, "--players", "8", "--for", "1000")
    bots.wait_for(".* players 8/8, .*")
    deadline = time.monotonic() + PATIENCE_S
    while not (metrics := metrics_of(server))["kills_total"] > 0:
        assert time.monotonic() < deadline, metrics
        time.sleep(0.2)
    world = json.loads(operator_of(server, "/operator/api/worlds"))["worlds"][0]
    assert world["name"] == "room 1" and world["players"] == 8
    assert int(world["attributes"]["kills"]) >= metrics["kills_total"]
    players = json.loads(operator_of(server, "/operator/api/players?world=room%201"))["players"]
    assert len(players) == 8
    assert all(int(player["attributes"]["hit_points"]) <= 100 and player["attributes"]["name"] == f'"{player["name"]}"'
               for player in players)
    bots.stop(signal.SIGINT)

    # The room stays for a minute. Its kills count on when it is gone: the unit tests of WorldRunner show that.
    deadline = time.monotonic() + PATIENCE_S
    while json.loads(operator_of(server, "/operator/api/players?world=room%201"))["count"] > 0:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert metrics_of(server)["kills_total"] >= metrics["kills_total"]


def test_a_person_reads_the_result_in_three_lines(start):
    _, address = serve(start, EPOLL)
    bots = play(start, EPOLL, address, "--players", "6", "--room-of", "3", "--for", "1")
    assert bots.process.returncode == 0
    assert re.fullmatch(r"6 players at the end of [\d.]+ s; measured for [\d.]+ s: \d+ shots, \d+ kills, "
                        r"\d+ words heard", bots.lines[-3])
    assert bots.lines[-2].startswith("delay of answers: p50 ")
    assert bots.lines[-1].endswith("; 0 texts refused; 0 violations, 0 errors")


def test_bots_share_rooms_that_are_too_small(start):
    _, address = serve(start, EPOLL, "--room-players", "4")
    bots = play(start, EPOLL, address, "--players", "30", "--room-of", "10", "--for", "3", "--json")
    assert bots.process.returncode == 0, bots.errors
    report = json.loads(bots.lines[0])
    assert 0 < report["connected"] <= 12, "three rooms for four players each"
    assert report["worlds_refused"] >= 18
    assert report["violations"] == report["errors"] == 0


def test_bots_that_find_all_rooms_full_say_so(start):
    _, address = serve(start, EPOLL, "--room-players", "1")
    first = start(EPOLL, "examples/arena", "bots", "--connect", address, "--players", "1", "--for", "1000")
    first.wait_for(".* players 1/1, .*")
    bots = play(start, EPOLL, address, "--players", "1", "--for", "1", "--name-prefix", "late")
    assert bots.process.returncode == 1
    assert bots.errors[-1] == "arena bots: no bot could enter a room, because all are full"
    first.stop(signal.SIGINT)


@pytest.mark.parametrize("system, by", EVERY_SYSTEM_AND_STOP)
def test_a_server_that_stops_says_goodbye(start, system, by):
    server, address = serve(start, system)
    bots = start(system, "examples/arena", "bots", "--connect", address, "--io", system.io, "--players", "5", "--for", "1000")
    bots.wait_for(".* players 5/5, .*")
    server.stop(by)  # with exit code 0
    bots.wait_for_error(r"arena bots: 5 errors, the first: the server said goodbye: .+")
    assert bots.wait() == 1
    assert "5 errors" in bots.lines[-1]


@pytest.mark.parametrize("system", EVERY_SYSTEM)
def test_ctrl_c_ends_the_bots_with_their_result(start, system):
    _, address = serve(start, system)
    bots = start(system, "examples/arena", "bots", "--connect", address, "--players", "3", "--for", "1000")
    bots.wait_for(".* players 3/3, .*")
    bots.stop(signal.SIGINT)
    assert bots.lines[-3].startswith("3 players at the end of ")


def test_a_port_that_is_in_use_is_named(start):
    _, address = serve(start, EPOLL)
    second = start(EPOLL, "examples/arena", "serve", "--listen", address)
    assert second.wait() == 1
    assert len(second.errors) == 1
    assert second.errors[0].endswith(
        f" error: cannot listen on {address}: bind: address already in use (98) (to use another address: --listen HOST:PORT)")
    assert second.lines == []


def test_bots_without_a_server_say_so(start):
    bots = start(EPOLL, "examples/arena", "bots", "--connect", "127.0.0.1:1", "--for", "1000")
    assert bots.wait() == 1
    assert len(bots.errors) == 1
    assert re.match(r"arena bots: cannot connect to 127\.0\.0\.1:1: .*refused.*; is `arena serve` running\?", bots.errors[0])


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["srve"], 2, "arena: srve: no such command; did you mean serve\\? see arena --help"),
        (["serve", "--workers", "65"], 2, r"arena: --workers: 65 is out of range \(0 to 64\); see arena serve --help"),
        (["serve", "--zone-threads", "65"], 2, "arena: --zone-threads: 65 is out of range"),
        (["serve", "--tick-rate", "fast"], 2, 'arena: --tick-rate: "fast" is not a whole number'),
        (["serve", "--room-players", "201"], 2, r"arena: --room-players: 201 is out of range \(1 to 200\)"),
        (["serve", "--io", "magic"], 2, "arena: --io: "),
        (["serve", "--colour", "red"], 2, "arena: --colour: no such option"),
        (["serve", "--listen", "nowhere"], 1, "error: "),
        (["serve", "--io", "iocp"], 1, r"error: cannot make a completion port \(iocp\)"),
        (["serve", "--record", "a.record"], 1, "error: --record: this game has no main world to record"),
        (["bots", "--room-of", "0"], 2, "arena: --room-of: 0 is out of range"),
        (["bots", "--connect", "127.0.0.1:99999"], 1, "arena bots: --connect 127.0.0.1:99999"),
    ],
)
def test_what_cannot_be_done_is_answered_with_a_reason(start, arguments, code, words):
    ports = ["--http", "off", "--operator", "off"] if arguments[0] == "serve" else []
    program = start(EPOLL, "examples/arena", *arguments, *ports)
    assert program.wait() == code
    program.wait_for_error(words)
    assert len(program.errors) <= 2


def test_help_names_the_commands_and_their_options(start):
    for arguments, words in [([], "serve"), (["serve"], "--room-players"), (["bots"], "--connect")]:
        program = start(EPOLL, "examples/arena", *arguments, "--help")
        assert program.wait() == 0
        assert words in "\n".join(program.lines)
