"""Chess in rooms: the server, its bots, its settings, and what both say when something is wrong. The page has tests of its own:
clients/web/tests/rooms.test.mjs."""

import json
import re

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S

SYSTEMS = [pytest.param(EPOLL, id="linux"), pytest.param(IOCP, id="windows", marks=pytest.mark.windows)]
ROOMS = "examples/rooms"


def serve(start, system, *options: str) -> str:
    server = start(system, ROOMS, "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off", *options)
    return server.wait_for(r"Rooms is open: (127\.0\.0\.1:\d+) \(io: \w+, .*, 20 ticks a second\)\. Ctrl-C stops the server\.")[1]


def let_bots_play(start, system, address: str, *options: str) -> dict:
    bots = start(system, ROOMS, "bots", "--connect", address, "--io", system.io, "--json", *options)
    bots.process.wait(timeout=3 * PATIENCE_S)
    bots.wait()
    assert bots.process.returncode == 0, bots.errors
    return json.loads(bots.lines[-1])


@pytest.mark.parametrize("system", SYSTEMS)
def test_bots_meet_in_the_lobby_and_play(start, system):
    report = let_bots_play(start, system, serve(start, system), "--players", "20", "--for", "6")
    assert report["connected"] == 20 and report["violations"] == report["errors"] == 0
    assert report["moves"] > 50
    assert report["delay_ms"]["p99"] > 0


def test_bots_whose_time_is_up_go_back_to_the_lobby_and_play_again(start):
    address = serve(start, EPOLL, "--clock-s", "1", "--clock-move-s", "0")
    report = let_bots_play(start, EPOLL, address, "--players", "2", "--for", "12")
    assert report["violations"] == report["errors"] == 0
    assert report["moves"] > 12  # in one game, each of the two has time for about three moves


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["serve", "--clock-s", "0"], r"rooms: --clock-s: 0 is out of range \(1 to 7200 s\); see rooms serve --help"),
        (["serve", "--clock-move-s", "61"], r"rooms: --clock-move-s: 61 is out of range \(0 to 60 s\); see rooms serve --help"),
        (["serve", "--clock-s", "long"], 'rooms: --clock-s: "long" is not a whole number'),
        (["play"], "rooms: play: no such command"),
    ],
)
def test_wrong_usage_is_one_line(start, arguments, error):
    program = start(EPOLL, ROOMS, *arguments)
    assert program.wait() == 2
    assert len(program.errors) == 1 and re.match(error, program.errors[0]), program.errors


def test_bots_without_a_server(start):
    bots = start(EPOLL, ROOMS, "bots", "--connect", "127.0.0.1:1", "--for", "1000")
    assert bots.wait() == 1
    assert re.match(r"rooms bots: cannot connect to 127\.0\.0\.1:1: .*refused.*; is `rooms serve` running\?", bots.errors[0])
