"""Faults that a newcomer found. Each test here failed when it was written; its first line says what fails."""

import os
import re
import resource
import socket
import subprocess
import time

import pytest
from conftest import EPOLL, PATIENCE_S, RELEASE_BUILD, URING
from madang_wire import Client
from test_operator import Night
from test_web import get

TOKEN = "0123456789abcdef-secret"


def test_a_config_file_whose_name_is_no_utf8_does_not_end_the_server(start, tmp_path):
    """FAILS: GET /operator/api/settings ends the server with SIGABRT. The JSON has the file's name, and dump() throws."""
    config = os.fsencode(tmp_path) + b"/caf\xe9.toml"
    with open(config, "w", encoding="ascii") as file:
        file.write("[world]\ntick_rate = 30\n")
    night = Night(start, "--config", os.fsdecode(config))
    settings = {one["name"]: one for one in night.see("settings")["settings"]}
    assert settings["tick_rate"]["value"] == "30"
    assert get(night.port, "/healthz")[0] == 200


def answer_of(connection: socket.socket) -> bytes:
    """The head and the body of one answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        assert more, "the operator's connection ended without an answer"
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    while len(body) < length:
        body += connection.recv(65536)
    return head


def test_strangers_without_the_token_do_not_keep_the_operator_out(start):
    """FAILS: 64 silent connections take all places, and the operator loses the one it had: it is answered with
    "Connection: close", and the next connection is reset. With a token that port may be open to the world."""
    night = Night(start, "--operator-token", TOKEN, "--login-deadline-ms", "60000")
    health = f"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
    strangers = []
    with socket.create_connection(("127.0.0.1", night.port), timeout=PATIENCE_S) as operator:
        operator.sendall(health)
        assert b" 200 " in answer_of(operator)
        try:
            strangers = [socket.create_connection(("127.0.0.1", night.port), timeout=PATIENCE_S) for _ in range(64)]
            operator.sendall(health)
            assert b" 200 " in answer_of(operator)
            operator.sendall(health)
            assert b" 200 " in answer_of(operator)
        finally:
            for stranger in strangers:
                stranger.close()


def test_two_bans_of_one_name_from_two_addresses_both_hold(start):
    """FAILS: names are not unique, but the second ban takes the first one's place, and its address is free again."""
    night = Night(start)
    for address in ("198.51.100.7", "198.51.100.8"):
        assert night.do("sanction", kind="ban", name="Rascal", minutes=60, address=address) == 204
    assert {one["address"] for one in night.see("sanctions")["sanctions"]} == {"198.51.100.7", "198.51.100.8"}


@pytest.mark.parametrize("wrong", [{"address": 7}, {"address": ["198.51.100.7"]}, {"reason": 5}])
def test_a_member_of_a_wrong_type_is_refused_and_not_ignored(start, wrong):
    """FAILS: 204, and the ban holds for the name alone, though an address was asked for."""
    night = Night(start)
    assert night.do("sanction", kind="ban", name="Rascal", minutes=60, **wrong) == 400
    assert night.see("sanctions")["sanctions"] == []


@pytest.mark.parametrize("system", [EPOLL, URING], ids=str)
def test_a_stop_does_not_warn_of_overload(start, system):
    """FAILS: while a client takes its time with the goodbye, the zone waits for a worker that has ended already, and the log says "overload: step 1 of 3, for ticks take too long", and 2, and 3."""
    program = start(system, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off",
                    "--map", "32x32", "--workers", "2")
    port = int(program.wait_for(r"Madang is open: 127\.0\.0\.1:(\d+) .*")[1])
    with Client(port) as client:
        client.enter("Unhurried")
        time.sleep(1)
        program.process.terminate()
        assert program.process.wait(PATIENCE_S) == 0
    assert not [line for line in program.errors if "overload" in line]


def test_players_that_hold_every_descriptor_do_not_keep_the_operator_out():
    """FAILS: when the process has no descriptor left, /healthz, /metrics and the page time out, until somebody leaves.
    Players wait their turn, as the server says at its start; but the operator waits with them."""
    program = [RELEASE_BUILD / "madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "127.0.0.1:0", "--map", "64x64"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (150, 150))) as server:
        players = []
        try:
            port = int(re.search(r"Madang is open: 127\.0\.0\.1:(\d+) ", server.stdout.readline())[1])
            operator = int(re.search(r"Watch the server: http://127\.0\.0\.1:(\d+)/", server.stdout.readline())[1])
            for number in range(150):
                players.append(Client(port, patience_s=2))
                try:
                    players[-1].enter(f"crowd{number}")
                except TimeoutError:
                    break
            else:
                pytest.fail("they all came in")
            with socket.create_connection(("127.0.0.1", operator), timeout=10) as connection:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                assert b" 200 " in answer_of(connection)
        finally:
            for player in players:
                player.close()
            server.kill()
