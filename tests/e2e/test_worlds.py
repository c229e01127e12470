"""Worlds by name on the real server: rooms that are made for a login, one connection that goes from room to room, the operator's
calls, and bots that do both."""

import json
import struct
import time

import pytest
from conftest import EPOLL, URING
from madang_wire import CELL_SAID, ENTER_WORLD, KING, NOT_ENTERED, REASONS, SAY, WELCOME, Client, blob, frame, login, text, welcome_of, words_said
from test_operator import JSON, Night
from test_web import get

ROOMS = ["--room-side", "16", "--room-players-max", "2", "--zone-threads", "3"]


def enter_world(name: str) -> bytes:
    return frame(ENTER_WORLD, text(name) + blob(KING))


@pytest.fixture
def night(start) -> Night:
    return Night(start, *ROOMS, "--empty-world-s", "1")


def enter_room(night: Night, name: str, world: str) -> Client:
    client = night.player()
    client.send(login(name, world=world))
    assert welcome_of(client.wait_for(WELCOME)).world == world
    return client


def worlds(night: Night) -> dict[str, int]:
    return {world["name"]: world["players"] for world in night.see("worlds")["worlds"]}


def wait_until(is_so, patience_s: float = 30) -> None:
    deadline = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_login_opens_a_room_and_one_connection_goes_through_three_of_them(night):
    ann = enter_room(night, "Ann", "")
    bea = enter_room(night, "Bea", "tea room")
    for room in ("tea room", "찻집", ""):
        ann.send(enter_world(room))
        welcome = welcome_of(ann.wait_for(WELCOME))
        assert (welcome.world, welcome.map_width) == (room, 16 if room else 32)
        wait_until(lambda room=room: worlds(night)[room] == 1 + (room == "tea room"))
    ann.send(enter_world("tea room"))
    ann.wait_for(WELCOME)
    ann.send(frame(SAY, text("here I am")))  # at once: it waits until Ann sees the room
    assert words_said(bea.wait_for(CELL_SAID)) == b"here I am"
    assert words_said(ann.wait_for(CELL_SAID)) == b"here I am"
    assert {player["name"] for player in night.players(world="tea room")["players"]} == {"Ann", "Bea"}
    assert night.players()["count"] == 0
    assert [(line["world"], line["text"]) for line in night.see("state")["chat"]] == [("tea room", "here I am")]


def test_a_full_room_lets_nobody_in_and_the_player_goes_elsewhere(night):
    inside = [enter_room(night, name, "tea room") for name in ("Ann", "Bea")]
    cat = enter_room(night, "Cat", "")
    cat.send(enter_world("tea room"))
    assert REASONS[cat.wait_for(NOT_ENTERED)[0]] == "world_full"
    cat.send(enter_world("cake room"))
    assert welcome_of(cat.wait_for(WELCOME)).world == "cake room"
    dan = night.player()
    dan.send(login("Dan", world="tea room"))
    assert dan.goodbye() == "world_full"
    for client in inside:
        client.close()


def test_an_empty_room_ends_and_the_operator_ends_another(night):
    ann = enter_room(night, "Ann", "tea room")
    ann.close()
    wait_until(lambda: "tea room" not in worlds(night))
    bea = enter_room(night, "Bea", "tea room")
    assert night.do("end-world", world="tea room") == 204
    assert bea.goodbye() == "world_ended"
    night.program.wait_for_error(r'the operator at 127\.0\.0\.1:\d+ ended the world "tea room"')
    assert night.do("end-world", world="tea room") == 404
    assert night.do("end-world", world="") == 409
    assert night.do("end-world", name="tea room") == 400
    code, _, body = get(night.port, "/operator/api/end-world", "POST", json.dumps({"world": 7}).encode(), **JSON)
    assert (code, body.strip()) == (400, b'The body must be {"world": "NAME"}.')


def test_without_rooms_there_is_only_the_main_world(start):
    night = Night(start)
    ann = night.player()
    ann.send(login("Ann", world="tea room"))
    assert ann.goodbye() == "no_such_world"
    bea = enter_room(night, "Bea", "")
    bea.send(enter_world("tea room"))
    assert REASONS[bea.wait_for(NOT_ENTERED)[0]] == "no_such_world"
    bea.send(struct.pack("<HH", 4, 99))
    assert bea.goodbye() == "unknown_opcode"


@pytest.mark.parametrize("system", [pytest.param(URING, id="uring"), pytest.param(EPOLL, id="epoll")])
def test_two_hundred_bots_go_from_room_to_room(start, system):
    server = start(system, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "127.0.0.1:0",
                   "--room-side", "24", "--zone-threads", "3", "--workers", "2", "--empty-world-s", "1")
    address = server.wait_for(r"Madang is open: (127\.0\.0\.1:\d+) .*")[1]
    port = int(server.wait_for(r"Watch the server: http://127\.0\.0\.1:(\d+)/operator")[1])
    bots = start(system, "madang", "bots", "--connect", address, "--players", "200", "--room-of", "4", "--room-stay", "2", "--for", "8",
                 "--json")
    assert bots.process.wait(timeout=120) == 0
    result = json.loads(next(line for line in bots.lines if line.startswith("{")))
    assert (result["players"], result["violations"], result["errors"]) == (200, 0, 0)
    metrics = get(port, "/metrics")[2].decode()
    assert "madang_worlds_made_total" in metrics
    made = int(next(line for line in metrics.splitlines() if line.startswith("madang_worlds_made_total ")).split()[1])
    assert made >= 50


