"""Each program of the benchmarks runs, measures for a moment, and reports what its driver expects.

The figures themselves say nothing here: they come from a busy machine.
"""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import PATIENCE_S, program
from driver import crowd, echo, micro, operator_page, store

PLAYERS = 50

# Those that ./test builds; the others need packages that only ./bench/run installs.
SERVERS = ["madang-uring", "madang-epoll", "uring", "epoll"]


def options(*arguments: str):
    parsed = echo.parse([*arguments, "--seconds", "0.1"])
    parsed.warm_up = 0.01
    return parsed


@pytest.mark.parametrize("workload", ["W1", "W4", "W5"])
@pytest.mark.parametrize("server", SERVERS)
def test_an_echo_server_answers_its_load(echo_programs, server, workload):
    parsed = options("--only", server, "--workloads", workload)
    program_of_peer, *arguments = parsed.peers[0].command
    peer = replace(parsed.peers[0], command=[str(echo_programs / Path(program_of_peer).name), *arguments])
    figures = echo.measure_once(parsed, parsed.workloads[0], peer)
    assert figures["messages"] > 0
    assert figures["server_us"] > 0


def test_a_load_measures_until_a_message_has_come_back(echo_programs):
    # Of no message there is no cost. A busy machine takes all the time that was given; here nearly none is given.
    command = [str(echo_programs / "madang"), "0", "epoll"]
    for _ in range(5):
        figures = echo.load_of(command, "--connections", "1", "--seconds", "1e-9", "--warm-up", "1e-9", timeout_s=PATIENCE_S)
        assert figures["messages"] > 0
        assert None not in figures.values()


def test_the_memory_of_idle_connections_is_measured(echo_programs):
    command = [str(echo_programs / "madang"), "0", "epoll"]
    figures = echo.load_of(command, "--idle", "--connections", "200", timeout_s=PATIENCE_S)
    assert figures["bytes_per_connection"] > 0


@pytest.mark.parametrize("name", ["parse", "encode", "fan_out", "world", "view", "move"])
def test_a_program_of_single_functions_measures_each_of_them(name):
    command = [program(f"bench/micro/{name}"), "--benchmark_format=json", "--benchmark_min_time=0.001"]
    if name == "move":
        command.append("--benchmark_filter=/1000$")  # a map of a million takes a minute
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)["benchmarks"]
    assert all(micro.figures_of(each)["ns"] > 0 for each in measured)
    names = {each["name"] for each in measured}
    expected = {
        "parse": {shown for title, rows in micro.SINGLE if title == "Parse" for _, shown in rows},
        "encode": {shown for title, rows in micro.SINGLE if title.startswith("Encode") for _, shown in rows},
        "world": {shown for title, rows in micro.SINGLE if "world" in title for _, shown in rows},
        "view": {shown for title, rows in micro.SINGLE if "view" in title for _, shown in rows},
        "fan_out": {f"fan_out/{watchers}/{cells}" for watchers in micro.WATCHERS for cells in micro.CELLS},
        "move": {f"move/walk/{contender}/1000" for contender in [*micro.FOUND, *micro.TOLD]},
    }[name]
    assert expected <= names
    counters = {(each["name"], key) for each in measured for key in micro.figures_of(each)}
    if name == "world":
        assert {(measurement, counter) for _, measurement, counter in micro.MEMORY} <= counters


def test_a_crowd_is_measured_on_the_lectures_design(monkeypatch, tmp_path):
    monkeypatch.setattr(crowd, "MADANG", program("madang"))
    monkeypatch.setattr(crowd, "LECTURE", program("bench/world/lecture_server"))
    with crowd.lecture(PLAYERS, tmp_path / "log") as server:
        figures = crowd.visit(server, PLAYERS, 4, "--rate", "1000").figures
    assert figures["connected"] == PLAYERS
    assert (figures["violations"], figures["errors"]) == (0, 0)
    assert figures["cpu_us_a_player_second"] > 0
    assert figures["memory_a_player"] > 0


@pytest.mark.parametrize("players", [0, PLAYERS])
def test_a_look_at_the_operators_page_is_measured(monkeypatch, tmp_path, players):
    monkeypatch.setattr(crowd, "MADANG", program("madang"))
    monkeypatch.setattr(operator_page, "LOG", tmp_path / "log")
    looks = []
    once = operator_page.Look.once
    monkeypatch.setattr(operator_page.Look, "once", lambda look: looks.append(once(look)))
    used = operator_page.measure(players, rounds=1, seconds=2)
    assert len(looks) == 2  # one a second, in one of two turns
    assert used["quiet"][0] >= 0 and used["looked"][0] > 0


@pytest.mark.parametrize("case", [case for _, case, _ in store.CASES] + [["flush"]], ids="-".join)
def test_a_store_is_measured(tmp_path, monkeypatch, case):
    monkeypatch.setattr(store, "PROGRAM", program("bench/store/store_load"))
    figures = store.measure(case, str(tmp_path / "store.db"), 1)
    assert figures and all(value > 0 for value in figures.values())
