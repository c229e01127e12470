"""`madang serve --record` and `madang replay`: what a server has recorded is played to the same states, also on the other system.

The files that this test keeps are small: a few seconds of a few hundred bots.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

import pytest
from conftest import EPOLL, EVERY_SYSTEM, IOCP, PATIENCE_S
from madang_wire import DOWN, MOVED, RIGHT, Client, move
from test_serve import serve, visit

DIFFERENT, WRONG_USAGE, UNREADABLE = 1, 2, 3
# There is a hash after each 100 ticks, and at the end.
TICKS_MIN = 220
QUICK = ["--map", "64x64", "--tick-rate", "100", "--move-interval-ms", "100"]


def replay(start, *arguments: str, system=EPOLL):
    program = start(system, "madang", "replay", *arguments)
    program.process.wait(timeout=2 * PATIENCE_S)
    program.wait()
    return program


def report_of(program) -> dict:
    assert len(program.lines) == 1, program.lines + program.errors
    return json.loads(program.lines[0])


def record(start, system, path, *options, players=100, seconds=4, stop=True):
    """Records a visit of bots. Returns the server."""
    server, address = serve(start, system, *QUICK, "--record", str(path), *options)
    report = visit(start, address, players, seconds)
    assert report["violations"] == report["errors"] == 0
    # On a busy machine overload control makes fewer and longer ticks.
    wait_until(lambda: metrics_of(server)["madang_record_ticks_total"] > TICKS_MIN)
    if stop:
        server.stop()
    return server


def metrics_of(server) -> dict[str, float]:
    port = server.wait_for(r".*http://127\.0\.0\.1:(\d+)/operator")[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as response:
        text = response.read().decode()
    return {name: float(value) for name, value in re.findall(r"^(madang_\w+) (\S+)$", text, re.MULTILINE)}


def wait_until(what) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# A program of Wine sees the files of Linux as drive Z.
def seen_by(system, path) -> str:
    return f"Z:{path}".replace("/", "\\") if system.windows else str(path)


@pytest.mark.parametrize("system", EVERY_SYSTEM[:2])
def test_a_record_is_played_to_the_same_states(start, tmp_path, system):
    path = tmp_path / "a.record"
    server = record(start, system, path)
    line = next(line for line in server.errors if "info: recorded" in line)
    ticks, size = re.search(rf"recorded (\d+) ticks into {re.escape(str(path))} \((\d+) bytes\)", line).groups()
    assert int(size) == path.stat().st_size
    assert path.stat().st_mode & 0o777 == 0o600, "what players said is in it"

    program = replay(start, str(path), "--json")
    assert program.process.returncode == 0, program.errors
    report = report_of(program)
    assert report["result"] == "equal" and report["record"] == "whole"
    assert report["ticks"] == int(ticks) > TICKS_MIN
    assert report["inputs"] > 100 * 2, "the bots walked about"
    assert report["hashes"] >= 3
    assert report["recorded_seconds"] >= int(ticks) / 100
    assert report["speed"] > 1 and report["seconds"] > 0
    assert "problem" not in report and "differs_at" not in report


def test_a_replay_says_in_words_what_it_has_found(start, tmp_path):
    path = tmp_path / "words.record"
    record(start, EPOLL, path, players=20, seconds=2)
    program = replay(start, str(path))
    assert program.process.returncode == 0
    assert re.fullmatch(rf"{re.escape(str(path))}: recorded by madang [\d.]+; board, 64 x 64 tiles, 100 ticks a second", program.lines[0])
    assert re.fullmatch(r"\d+ ticks with \d+ inputs, which took [\d.]+ s, were played in [\d.]+ s: [\d.]+ times as fast", program.lines[1])
    assert re.fullmatch(r"equal: all \d+ hashes are those of the record", program.lines[2])
    assert len(program.lines) == 3


@pytest.mark.windows
@pytest.mark.parametrize("recorder, player", [pytest.param(IOCP, EPOLL, id="windows-to-linux"), pytest.param(EPOLL, IOCP, id="linux-to-windows"),
                                              pytest.param(IOCP, IOCP, id="windows-to-windows")])
def test_a_record_of_one_system_is_played_on_the_other(start, tmp_path, recorder, player):
    path = tmp_path / "다른 시스템.record"
    record(start, recorder, seen_by(recorder, path))
    program = replay(start, seen_by(player, path), "--json", system=player)
    assert program.process.returncode == 0, program.errors
    report = report_of(program)
    assert report["result"] == "equal" and report["record"] == "whole"
    assert report["ticks"] > TICKS_MIN and report["hashes"] >= 3 and report["inputs"] > 100 * 2


@pytest.mark.windows
def test_records_of_two_systems_are_compared(start, tmp_path):
    one, other = tmp_path / "linux.record", tmp_path / "windows.record"
    record(start, EPOLL, one, players=10, seconds=1)
    record(start, IOCP, seen_by(IOCP, other), players=10, seconds=1)
    for system in (EPOLL, IOCP):
        same = replay(start, "--diff", seen_by(system, other), seen_by(system, other), system=system)
        assert same.process.returncode == 0, same.lines + same.errors
        differs = replay(start, "--diff", "--json", seen_by(system, one), seen_by(system, other), system=system)
        assert differs.process.returncode == DIFFERENT
        assert [part["record"] for part in report_of(differs)["records"]] != ["damaged", "damaged"]


def test_a_server_that_was_killed_leaves_a_record_up_to_its_last_whole_tick(start, tmp_path):
    path = tmp_path / "killed.record"
    server = record(start, EPOLL, path, "--demo-bots", "50", players=20, seconds=3, stop=False)
    size = path.stat().st_size
    wait_until(lambda: path.stat().st_size > size)
    server.process.send_signal(signal.SIGKILL)
    server.wait()
    program = replay(start, str(path), "--json")
    assert program.process.returncode == 0, program.errors
    report = report_of(program)
    assert (report["result"], report["record"]) == ("equal", "torn")
    assert report["ticks"] > TICKS_MIN and report["hashes"] >= 2
    assert re.match(r"the file ends (after block \d+, without the end of the record|in the middle of block)", report["problem"])
    words = replay(start, str(path))
    assert words.process.returncode == 0
    assert any(f"{path} has no end: the file ends" in line and "It was played to its last whole tick" in line for line in words.lines)

    whole = path.read_bytes()
    for cut in (1, 7, len(whole) // 10, len(whole) // 2):
        path.write_bytes(whole[:-cut])
        shorter = replay(start, str(path), "--json")
        assert shorter.process.returncode == 0
        assert report_of(shorter)["record"] == "torn"
        assert 0 < report_of(shorter)["ticks"] <= report["ticks"]


def test_a_record_can_be_played_while_it_grows(start, tmp_path):
    path = tmp_path / "growing.record"
    server, _ = serve(start, EPOLL, *QUICK, "--record", str(path), "--demo-bots", "20")
    wait_until(lambda: path.stat().st_size > 20_000)
    program = replay(start, str(path), "--json")
    assert program.process.returncode == 0
    assert report_of(program)["record"] == "torn"
    server.stop()
    assert report_of(replay(start, str(path), "--json"))["record"] == "whole"


def test_damage_is_found_and_said_with_its_place(start, tmp_path):
    path = tmp_path / "damaged.record"
    record(start, EPOLL, path, players=20, seconds=3)
    whole = path.read_bytes()
    ticks = report_of(replay(start, str(path), "--json"))["ticks"]
    for at in (len(whole) // 3, len(whole) // 2, len(whole) - 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        program = replay(start, str(path), "--json")
        assert program.process.returncode == UNREADABLE
        report = report_of(program)
        assert (report["result"], report["record"]) == ("damaged", "damaged")
        assert report["ticks"] <= ticks
        begins_at = int(re.match(r"block \d+, which begins at byte (\d+), does not ", report["problem"])[1])
        assert begins_at <= at
    path.write_bytes(b"\0" * 1000)
    program = replay(start, str(path))
    assert program.process.returncode == UNREADABLE
    assert program.errors == [f"madang replay: {path}: it is not a record of Madang"]


def test_a_name_that_is_no_utf8_is_played_too(start, tmp_path):
    path = tmp_path / "x.record"
    server, _ = serve(start, EPOLL, *QUICK, "--record", str(path))
    server.stop()
    odd = os.fsencode(tmp_path) + b"/\xff.record"
    os.rename(path, odd)
    program = subprocess.run([*EPOLL.command("madang", "replay", "--json"), odd], capture_output=True, timeout=PATIENCE_S, check=False)
    assert program.returncode == 0, program.stderr
    assert json.loads(program.stdout)["result"] == "equal"


def test_what_cannot_be_read_is_one_line(start, tmp_path):
    missing = replay(start, str(tmp_path / "nothing"))
    assert (missing.process.returncode, missing.errors) == (UNREADABLE, [f"madang replay: {tmp_path}/nothing: no such file"])
    folder = replay(start, str(tmp_path))
    assert (folder.process.returncode, folder.errors) == (UNREADABLE, [f"madang replay: {tmp_path}: is a directory, not a file"])
    usage = replay(start)
    assert (usage.process.returncode, len(usage.errors)) == (WRONG_USAGE, 1)


def record_player(start, path, seed="1", direction=RIGHT) -> None:
    """Records one player that makes a few steps."""
    server, address = serve(start, EPOLL, "--map", "32x32", "--obstacle-percent", "0", "--move-interval-ms", "50", "--seed", seed, "--record", str(path))
    with Client(int(address.rsplit(":")[1])) as client:
        client.enter("Ada")
        for _ in range(3):
            client.send(move(direction))
            client.wait_for(MOVED)
    server.stop()


def test_the_first_difference_of_two_records_is_named(start, tmp_path):
    one, other = tmp_path / "one.record", tmp_path / "other.record"
    record_player(start, one)
    shutil.copy(one, other)
    same = replay(start, "--diff", str(one), str(other))
    assert same.process.returncode == 0, same.lines
    assert same.lines[-1] == "equal: all ticks have the same inputs, and lead to the same states"
    other.unlink()
    record_player(start, other, direction=DOWN)
    program = replay(start, "--diff", str(one), str(other), "--json")
    assert program.process.returncode == DIFFERENT, program.errors
    report = report_of(program)
    assert report["result"] == "different"
    assert report["inputs"]["tick"] > report["ticks_equal"]
    described = r"no such input|the record has ended|a tick with \d+ inputs|character \d+: (enter \(name \"Ada\", looks \w+\)|Move \(direction (right|down), client_time \d+\)|leave)"
    for value in (report["inputs"]["one"], report["inputs"]["other"]):
        assert re.fullmatch(described, value), value
    assert report["state"]["column"] and report["state"]["one"] != report["state"]["other"]
    words = replay(start, "--diff", str(one), str(other))
    assert words.process.returncode == DIFFERENT
    assert f"the first inputs that differ are those of tick {report['inputs']['tick']}" in words.lines
    assert any(line.startswith(f"the first state that differs is that after tick {report['state']['tick']}: ") for line in words.lines)

    third = tmp_path / "third.record"
    record_player(start, third, seed="2")
    seeds = replay(start, "--diff", str(one), str(third))
    assert seeds.process.returncode == DIFFERENT
    assert seeds.lines == ['the settings of the worlds differ: "seed = 1" and "seed = 2"; nothing was played']


@pytest.mark.parametrize("system", EVERY_SYSTEM[1:])
def test_a_file_that_exists_is_not_overwritten(start, tmp_path, system):
    path = tmp_path / "there.record"
    path.write_text("precious")
    name = seen_by(system, path)
    server = start(system, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off", "--record", name)
    assert server.wait() == 1
    assert path.read_text() == "precious"
    why = r"CreateFile: .*\(80\)" if system.windows else r"open: it exists already \(17\)"
    assert re.search(rf"cannot record into {re.escape(name)}: {why}; name another file \(--record FILE\), or remove this one", server.errors[-1])
    assert not any("Madang is open" in line for line in server.lines)


def test_a_server_that_cannot_start_leaves_no_file(start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = start(EPOLL, "madang", "serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}", "--http", "off", "--operator", "off",
                       "--record", str(tmp_path / "x.record"))
        assert server.wait() == 1
    assert list(tmp_path.iterdir()) == []
    server = start(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off", "--record", str(tmp_path / "no" / "x"))
    assert server.wait() == 1
    assert "open: not found (2)" in server.errors[-1]


def test_the_setting_is_in_the_configuration_file_too_and_names_the_time(start, tmp_path):
    (tmp_path / "madang.toml").write_text(f'[server]\nrecord = "{tmp_path}/{{time}}.record"\n')
    server, _ = serve(start, EPOLL, *QUICK, "--config", str(tmp_path / "madang.toml"), "--demo-bots", "5")
    server.stop()
    (path,) = tmp_path.glob("*.record")
    assert re.fullmatch(r"20\d{6}-\d{6}\.record", path.name)
    assert replay(start, str(path)).process.returncode == 0


@pytest.mark.parametrize("system", EVERY_SYSTEM[:2])
def test_a_full_disk_stops_the_recording_and_not_the_game(start, tmp_path, system):
    path = tmp_path / "full.record"
    blocks = 20  # of 1024 bytes: then the system refuses more, as a full disk does
    server = start(system, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "127.0.0.1:0", "--io", system.io, *QUICK,
                   "--record", str(path), "--demo-bots", "100", through=["bash", "-c", f'ulimit -f {blocks}; exec "$@"', "bash"])
    address = server.wait_for(r"Madang is open: (127\.0\.0\.1:\d+) .*")[1]
    server.wait_for_error(rf"error: the recording into {re.escape(str(path))} has stopped: cannot write: write: .*The game goes on")
    values = metrics_of(server)
    assert values["madang_record_stopped"] == 1
    assert values["madang_record_ticks_total"] > 10
    with Client(int(address.rsplit(":")[1])) as client:
        client.enter("after the disk")
        client.send(move(RIGHT))
        client.wait_for(MOVED)
    server.stop()
    assert sum("the recording into" in line for line in server.errors) == 1
    assert not any("info: recorded" in line for line in server.errors)
    assert path.stat().st_size <= blocks * 1024
    program = replay(start, str(path), "--json")
    assert program.process.returncode == 0
    report = report_of(program)
    assert report["record"] == "torn" and 10 < report["ticks"] <= values["madang_record_ticks_total"]


def test_a_real_disk_that_is_full(start, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40k", "none", str(folder)], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("this user cannot mount a small disk")
    try:
        server, _ = serve(start, EPOLL, *QUICK, "--record", str(folder / "x.record"), "--demo-bots", "100")
        server.wait_for_error(r"error: the recording into .* has stopped: cannot write: write: No space left on device \(28\)")
        server.stop()
        report = report_of(replay(start, str(folder / "x.record"), "--json"))
        assert (report["result"], report["record"]) == ("equal", "torn")
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_the_metrics_count_what_is_recorded(start, tmp_path):
    path = tmp_path / "counted.record"
    server, _ = serve(start, EPOLL, *QUICK, "--record", str(path), "--demo-bots", "20")
    wait_until(lambda: metrics_of(server)["madang_record_bytes_total"] > 5_000)
    values = metrics_of(server)
    assert 0 < values["madang_record_bytes_total"] <= path.stat().st_size
    assert 0 < values["madang_record_ticks_total"] <= values["madang_ticks_total"] + 1
    assert values["madang_record_stopped"] == 0
    server.stop()
    nothing, _ = serve(start, EPOLL, *QUICK)
    values = metrics_of(nothing)
    assert values["madang_record_bytes_total"] == values["madang_record_ticks_total"] == values["madang_record_stopped"] == 0
    nothing.stop()
