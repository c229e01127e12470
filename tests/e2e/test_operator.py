"""The operator's actions on the real server: find players, mute, ban, restart, and see mutes, bans and settings.

The log has a line for each action, with the operator's address and the player.
"""

import json
import re
import shutil
import socket
import subprocess
import time
from urllib.parse import quote

import pytest
from conftest import EPOLL, PATIENCE_S, RELEASE_BUILD, ROOT
from madang_wire import ANNOUNCED, CELL_SAID, MUTED, NOT_SAID, SAY, Client, frame, login, text, words_said
from test_web import get

SERVE = ["madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "127.0.0.1:0", "--map", "32x32",
         "--obstacle-percent", "0", "--arrival-radius", "3", "--workers", "2"]
JSON = {"Content_Type": "application/json"}


class Night:
    """A server and its operator."""

    def __init__(self, start, *options: str):
        self.program = start(EPOLL, *SERVE, *options)
        self.address = self.program.wait_for(r"Madang is open: (127\.0\.0\.1:\d+) .*")[1]
        self.port = int(self.program.wait_for(r"Watch the server: http://127\.0\.0\.1:(\d+)/operator")[1])

    def see(self, call: str, **headers: str) -> dict:
        code, _, body = get(self.port, f"/operator/api/{call}", **headers)
        assert code == 200, body
        return json.loads(body)

    def do(self, call: str, **what) -> int:
        return get(self.port, f"/operator/api/{call}", "POST", json.dumps(what).encode(), **JSON)[0]

    def players(self, **query) -> dict:
        return self.see("players?" + "&".join(f"{name}={quote(str(value))}" for name, value in query.items()))

    def player(self) -> Client:
        return Client(int(self.address.split(":")[1]))


@pytest.fixture
def night(start) -> Night:
    return Night(start)


HANDSHAKE = ("GET /playground/socket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")


def knock(night, *lines: str) -> int:
    """Returns the status of a handshake at the playground's socket."""
    with socket.create_connection(("127.0.0.1", night.port), timeout=PATIENCE_S) as line:
        line.sendall((HANDSHAKE + "".join(f"{one}\r\n" for one in lines) + "\r\n").encode())
        return int(line.recv(4096).split()[1])


def test_the_playgrounds_socket_is_for_the_operator_and_for_its_own_page(start, night):
    host = f"127.0.0.1:{night.port}"
    assert knock(night, f"Host: {host}") == 101, "a program of this machine"
    assert knock(night, f"Host: {host}", f"Origin: http://{host}", "Sec-WebSocket-Protocol: madang") == 101
    assert knock(night, f"Host: {host}", "Origin: http://evil.example") == 403, "a page that the operator looks at"
    assert knock(night, f"Host: {host}", "Origin: http://127.0.0.1:1") == 403
    assert knock(night, "Host: evil.example") == 403, "a name that was turned to this machine"
    assert knock(night, f"Host: {host}", "X-Forwarded-For: 203.0.113.9") == 403
    assert get(night.port, "/playground/socket")[0] == 426

    with_token = Night(start, "--operator-token", "0123456789abcdef")
    assert knock(with_token, "Host: here") == 401
    assert knock(with_token, "Host: here", "Sec-WebSocket-Protocol: madang, madang.token.00") == 401
    digits = b"0123456789abcdef".hex()
    assert knock(with_token, "Host: here", f"Sec-WebSocket-Protocol: madang, madang.token.{digits}") == 101
    assert knock(with_token, "Host: here", "Authorization: Bearer 0123456789abcdef") == 101
    assert knock(with_token, "Host: here", f"Sec-WebSocket-Protocol: madang.token.{digits}", "Origin: http://evil.example") == 403


def test_the_tables_of_the_protocol_are_for_the_operator(night):
    tables = night.see("protocol")
    assert tables["name"] == "board" and tables["entry"]["fields"][0]["name"] == "looks"
    login_fields = next(packet for packet in tables["client"] if packet["name"] == "Login")["fields"]
    assert [field["type"]["kind"] for field in login_fields] == ["u64", "text", "text", "blob"]
    assert int(tables["schema"]) > 0


def test_a_player_is_found_by_name_on_the_whole_map_and_all_stand_on_pages(night):
    names = ["Alpha", "bravo", "Charlie", "delta", "나그네 하나", "나그네 둘", "Echo%20+&"]
    clients = [night.player() for _ in names]
    for client, name in zip(clients, names, strict=True):
        client.enter(name)
    found = night.players(find="BRAV")
    assert [(one["name"], one["address"]) for one in found["players"]] == [("bravo", "127.0.0.1")]
    assert found["players"][0]["port"] == clients[1].socket.getsockname()[1]
    assert {one["name"] for one in night.players(find="나그네")["players"]} == {"나그네 하나", "나그네 둘"}
    assert [one["name"] for one in night.players(find="o%20+&")["players"]] == ["Echo%20+&"]
    seen, after = [], {}
    while True:
        page = night.players(rows=3, **after)
        assert page["count"] == len(names)
        seen += [one["name"] for one in page["players"]]
        if not page["hasMore"]:
            break
        assert len(page["players"]) == 3
        after = {"after_name": seen[-1], "after_entity": page["players"][-1]["entity"]}
    assert seen == sorted(names, key=lambda name: name.lower().encode())
    for nonsense in ("find=%", "find=%zz", "column=1", "row=2", "column=99&row=0"):
        assert get(night.port, f"/operator/api/players?{nonsense}")[0] == 400, nonsense


def test_a_muted_player_is_told_and_heard_by_nobody_until_it_is_lifted(night):
    with night.player() as rascal, night.player() as listener:
        rascal.enter("Rascal")
        listener.enter("Listener")
        assert night.do("sanction", kind="mute", name="Rascal", minutes=5, reason="spam") == 204
        assert re.match(r"you cannot speak until 20\d\d-.* UTC: spam", rascal.wait_for(ANNOUNCED)[1:].decode())
        rascal.send(frame(SAY, text("hello")))
        assert rascal.wait_for(NOT_SAID)[-1] == MUTED
        (one,) = night.see("sanctions")["sanctions"]
        assert (one["kind"], one["name"], one["reason"], one["address"]) == ("mute", "Rascal", "spam", None)
        assert 240 < one["until"] / 1000 - time.time() <= 301
        assert night.do("lift", id=one["id"]) == 204
        assert night.do("lift", id=one["id"]) == 404
        rascal.send(frame(SAY, text("again")))
        assert words_said(listener.wait_for(CELL_SAID)) == b"again"
        (line,) = night.see("state")["chat"]
        assert (line["name"], line["text"], line["toAll"]) == ("Rascal", "again", False)
        assert abs(line["at"] / 1000 - time.time()) < PATIENCE_S
    night.program.wait_for_error(r'warning: the operator at 127\.0\.0\.1:\d+ muted "Rascal" until 20\d\d-[-\d: ]+ UTC: spam')
    night.program.wait_for_error(r'warning: the operator at 127\.0\.0\.1:\d+ lifted the mute of "Rascal"')


def test_a_banned_player_must_go_and_does_not_come_back(night):
    with night.player() as rascal:
        rascal.enter("Rascal")
        assert night.do("sanction", kind="ban", name="Rascal", minutes=60, reason="cheats") == 204
        assert rascal.goodbye() == "banned"
    with night.player() as again:
        again.send(login("Rascal"))
        assert again.goodbye() == "banned"
    with night.player() as other:
        other.enter("Other")
    metrics = get(night.port, "/metrics")[2].decode()
    assert 'madang_sanctions{kind="ban"} 1' in metrics and 'madang_sessions_closed_total{reason="banned"} 2' in metrics


def test_the_list_of_players_names_the_addresses_that_a_sanction_may_have(start):
    night = Night(start, "--proxy-protocol", "listen", "--trusted-proxies", "127.0.0.1")
    addresses = {"Remote": "203.0.113.7", "Local": "127.0.0.1"}
    with night.player() as remote, night.player() as local:
        for client, (name, address) in zip((remote, local), addresses.items(), strict=True):
            client.send(f"PROXY TCP4 {address} 192.0.2.1 1000 7777\r\n".encode())
            client.enter(name)
        listed = {one["name"]: one for one in night.players()["players"]}
        assert {name: one["address"] for name, one in listed.items()} == addresses
        assert {name: one["canSanctionAddress"] for name, one in listed.items()} == {"Remote": True, "Local": False}
        for name, one in listed.items():
            accepted = night.do("sanction", kind="mute", name=name, minutes=1, address=one["address"]) == 204
            assert accepted == one["canSanctionAddress"], name


def test_a_demo_bot_that_the_operator_disconnects_comes_back(start):
    night = Night(start, "--demo-bots", "1")
    deadline = time.monotonic() + PATIENCE_S
    sessions: set[str] = set()
    while len(sessions) < 2:
        assert time.monotonic() < deadline, sessions
        for one in night.players(find="demo1")["players"]:
            if not sessions:
                assert night.do("goodbye", session=one["session"]) == 204
            sessions.add(one["session"])
        time.sleep(0.1)


def test_nonsense_is_no_sanction_and_they_are_bounded(start):
    night = Night(start, "--sanctions-max", "2")
    good = {"kind": "ban", "name": "a", "minutes": 1}
    for bad in ({"kind": "x"}, {"name": ""}, {"name": "x" * 25}, {"name": "a\u202eb"}, {"minutes": 0}, {"minutes": 525_601}, {"minutes": -1},
                {"minutes": "5"}, {"reason": "x" * 121}, {"reason": "\u202e"}, {"address": "nowhere"}, {"address": "127.0.0.1"}, {"address": "::1"}):
        assert night.do("sanction", **{**good, **bad}) == 400, bad
    assert night.see("sanctions")["sanctions"] == []
    assert night.do("sanction", **good, address="2001:db8::1") == 204
    assert night.do("sanction", **{**good, "name": "b"}) == 204
    assert night.do("sanction", **{**good, "name": "c"}) == 429
    assert [one["name"] for one in night.see("sanctions")["sanctions"]] == ["a", "b"]
    assert night.see("sanctions")["sanctions"][0]["address"] == "2001:db8::1"


def test_who_is_asked_to_leave_is_named_in_the_log(night):
    with night.player() as player:
        player.enter("나그네")
        (one,) = night.players(find="나그네")["players"]
        assert night.do("goodbye", session=one["session"]) == 204
        assert player.goodbye() == "kicked"
        night.program.wait_for_error(rf'the operator at 127\.0\.0\.1:\d+ disconnected "나그네" at 127\.0\.0\.1:{one["port"]}')


def test_a_restart_is_told_at_once_and_again_and_ends_with_a_status_of_its_own(night):
    with night.player() as player:
        player.enter("Player")
        assert night.do("restart", seconds=4) == 400
        assert night.do("restart", seconds=90_000) == 400
        assert night.do("cancel-restart") == 409
        assert night.do("restart", seconds=6, reason="a new version") == 204
        assert night.do("restart", seconds=6) == 409
        assert b"restarts in 6 seconds" in player.wait_for(ANNOUNCED)
        planned = night.see("state")["restart"]
        assert planned["reason"] == "a new version" and -1 < planned["at"] / 1000 - time.time() < 7
        assert b"restarts in 5 seconds" in player.wait_for(ANNOUNCED)
        assert player.goodbye() == "server_stopping"
    assert night.program.wait() == 75
    assert any("stopping because of the operator's restart" in line for line in night.program.errors)


def test_a_restart_that_is_cancelled_does_not_come(night):
    with night.player() as player:
        player.enter("Player")
        assert night.do("restart", seconds=5) == 204
        player.wait_for(ANNOUNCED)
        assert night.do("cancel-restart") == 204
        assert b"cancelled" in player.wait_for(ANNOUNCED)
        assert night.see("state")["restart"] is None
        time.sleep(6)  # beyond its time
        assert night.program.process.poll() is None
    night.program.stop()


def test_the_settings_in_force_say_where_each_comes_from_and_hide_the_token(start, tmp_path):
    token, config = "0123456789abcdef-secret", tmp_path / "night.toml"
    config.write_text('[world]\nseed = 7\n\n[limits]\nchat_lines_kept = 40\n')
    (tmp_path / "token").write_text(token + "\n")
    night = Night(start, "--config", str(config), "--tick-rate", "30", "--operator-token-file", str(tmp_path / "token"))
    assert get(night.port, "/operator/api/settings")[0] == 401
    body = get(night.port, "/operator/api/settings", Authorization=f"Bearer {token}")[2]
    assert token.encode() not in body
    settings = {one["name"]: one for one in json.loads(body)["settings"]}
    assert (settings["seed"]["value"], settings["seed"]["from"]) == ("7", f"{config}:2")
    assert (settings["tick_rate"]["value"], settings["tick_rate"]["from"]) == ("30", "--tick-rate")
    assert (settings["leave_radius"]["value"], settings["leave_radius"]["from"]) == ("14", None)
    assert settings["operator_token"]["value"] is None and not settings["operator_token"]["isDefault"]
    listed = subprocess.run([RELEASE_BUILD / "madang", "serve", "--print-config"], capture_output=True, encoding="utf-8", timeout=PATIENCE_S).stdout
    assert set(re.findall(r"^#? ?(\w+) = ", listed, re.MULTILINE)) == set(settings), "all of them"


@pytest.mark.parametrize("held, complaint", [
    (None, "cannot read"), ("short", "5 bytes can be guessed"), ("with a space in it", "a browser cannot send this"),
    ("x" * 2000, "has more than"), ("", "0 bytes can be guessed"),
])
def test_a_token_file_that_holds_no_token_is_no_start(tmp_path, held, complaint):
    path = tmp_path / "token"
    if held is not None:
        path.write_text(held)
    done = subprocess.run([RELEASE_BUILD / "madang", "serve", "--operator-token-file", str(path)], capture_output=True, encoding="utf-8", timeout=PATIENCE_S)
    assert done.returncode == 2 and "--operator-token-file" in done.stderr and complaint in done.stderr


def test_systemd_has_no_complaint_about_the_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd here")
    lines = (ROOT / "docs" / "operations" / "madang.service").read_text(encoding="utf-8")
    assert "StartLimitIntervalSec=0" in lines and "LoadCredential=" in lines and "RestartForceExitStatus=75" in lines
    unit = tmp_path / "madang.service"
    unit.write_text(lines.replace("/usr/local/bin/madang", str(RELEASE_BUILD / "madang")), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit)], capture_output=True, encoding="utf-8", timeout=PATIENCE_S)
    assert done.returncode == 0 and done.stderr == "", done.stderr
