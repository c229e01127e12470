"""What a hostile user tried on the built server. Each test failed when it was written."""

import os
import re
import resource
import socket
import subprocess
import time

import pytest
from conftest import EPOLL, PATIENCE_S, RELEASE_BUILD, URING
from madang_wire import GOODBYE, REASONS, WELCOME, Client, login
from test_operator import Night
from test_web import get

TOKEN = "0123456789abcdef-secret"


def test_a_config_file_whose_name_is_no_utf8_does_not_end_the_server(start, tmp_path):
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
    # With a token that port may be open to the world.
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
    # Names are not unique.
    night = Night(start)
    for address in ("198.51.100.7", "198.51.100.8"):
        assert night.do("sanction", kind="ban", name="Rascal", minutes=60, address=address) == 204
    assert {one["address"] for one in night.see("sanctions")["sanctions"]} == {"198.51.100.7", "198.51.100.8"}


@pytest.mark.parametrize("wrong", [{"address": 7}, {"address": ["198.51.100.7"]}, {"reason": 5}])
def test_a_member_of_a_wrong_type_is_refused_and_not_ignored(start, wrong):
    night = Night(start)
    assert night.do("sanction", kind="ban", name="Rascal", minutes=60, **wrong) == 400
    assert night.see("sanctions")["sanctions"] == []


@pytest.mark.parametrize("system", [EPOLL, URING], ids=str)
def test_a_stop_does_not_warn_of_overload(start, system):
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
    program = [RELEASE_BUILD / "madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "127.0.0.1:0",
               "--map", "64x64", "--login-deadline-ms", "60000"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (150, 150))) as server:
        clients = []
        try:
            port = int(re.search(r"Madang is open: 127\.0\.0\.1:(\d+) ", server.stdout.readline())[1])
            operator = int(re.search(r"Watch the server: http://127\.0\.0\.1:(\d+)/", server.stdout.readline())[1])
            assert re.search(r"only 150 sockets and files: sessions_max is \d+ instead of 18000", server.stderr.readline())
            answers = []
            for number in range(100):
                clients.append(Client(port))
                clients[-1].send(login(f"crowd{number}"))
                if answer := clients[-1].receive():  # none: more are refused than can be told why
                    answers.append(answer)
            assert {opcode for opcode, _ in answers} == {WELCOME, GOODBYE}
            assert {REASONS[body[0]] for opcode, body in answers if opcode == GOODBYE} == {"server_full"}
            for _ in range(5):
                with socket.create_connection(("127.0.0.1", operator), timeout=PATIENCE_S) as connection:
                    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                    assert b" 200 " in answer_of(connection)
        finally:
            for client in clients:
                client.close()
            server.kill()
