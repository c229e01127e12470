"""A main world that is cut into zones: its players see nothing of the cut, and its record is played to the same states with any other cut."""

import json
import urllib.request

import pytest
from conftest import EPOLL, EVERY_SYSTEM, PATIENCE_S
from test_metrics import scrape, values
from test_record import QUICK, metrics_of, record, replay, report_of, seen_by, wait_until
from test_serve import serve, visit


@pytest.mark.parametrize("system", EVERY_SYSTEM)
def test_a_crowd_at_the_corner_of_four_zones_sees_only_what_is_true(start, system, tmp_path):
    """The bots check each packet. The newcomers appear in the middle of the map, where all four zones meet."""
    path = tmp_path / "cut.record"
    server = record(start, system, seen_by(system, path), "--zones", "2x2", "--zone-threads", "2", stop=False)
    # On a busy machine bots make fewer steps in their four seconds. So they come again.
    address = server.wait_for(r"Madang is open: (127\.0\.0\.1:\d+) .*")[1]
    wait_until(lambda: metrics_of(server)["madang_zone_crossings_total"] >= 100 or not visit(start, address, 100, 4))
    metrics = metrics_of(server)
    server.stop()
    assert metrics["madang_zone_messages_total"] >= 4 * 200
    assert metrics["madang_zone_message_bytes_total"] > metrics["madang_zone_messages_total"]
    for cut in ([], ["--zones", "2x2"], ["--zones", "4x1"], ["--zones", "1x3"]):
        program = replay(start, str(path), "--json", *cut)
        assert program.process.returncode == 0, program.errors
        report = report_of(program)
        assert report["result"] == "equal" and report["hashes"] >= 3, report


@pytest.mark.parametrize("zone_threads", [1, 3])
def test_each_zone_and_each_thread_that_ticks_zones_is_measured(start, zone_threads):
    server, address = serve(start, EPOLL, *QUICK, "--zones", "2x2", "--zone-threads", str(zone_threads))
    port = server.wait_for(r".*http://127\.0\.0\.1:(\d+)/operator")[1]
    before = values(scrape(port))
    visit(start, address, 40, 2)
    after = values(scrape(port))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/operator/api/state", timeout=PATIENCE_S) as response:
        zones = json.load(response)["zones"]
    server.stop()

    busy = [f'madang_zone_busy_seconds_total{{zone="{zone}"}}' for zone in range(4)]
    crew = [f'madang_thread_cpu_seconds_total{{thread="crew {number}"}}' for number in range(1, zone_threads)]
    assert sorted(key for key in after if "zone_busy" in key or "crew" in key) == sorted(busy + crew)
    assert [key for key in busy + crew if not after[key] > before[key]] == []
    assert (zones["columns"], zones["rows"], zones["x"], zones["y"]) == (2, 2, [0, 32, 64], [0, 32, 64])
    assert len(zones["loads"]) == 4 and all(load > 0 for load in zones["loads"])


def test_a_record_of_a_whole_world_is_played_in_zones(start, tmp_path):
    path = tmp_path / "whole.record"
    record(start, EPOLL, path)
    for cut in ("2x2", "8x8", "1x7"):
        program = replay(start, str(path), "--zones", cut)
        assert program.process.returncode == 0, program.errors


@pytest.mark.parametrize(
    "options, code, words",
    [
        (["--zones", "0x2"], 2, r"madang: --zones: 0x2 is out of range \(1 to 256 zones\)"),
        (["--zones", "two"], 2, 'madang: --zones: "two" is not a size; write WIDTHxHEIGHT'),
        (["--map", "64x64", "--zones", "9x1"], 1, "error: --zones 9x1: at most as many zones as the map has cells"),
        (["--zones", "20x20"], 1, "error: --zones 20x20: at most 256 zones"),
    ],
)
def test_a_cut_that_cannot_be_is_refused_in_one_line(start, options, code, words):
    program = start(EPOLL, "madang", "serve", "--http", "off", "--operator", "off", "--listen", "127.0.0.1:0", *options)
    assert program.wait() == code
    program.wait_for_error(".*" + words)
    assert len(program.errors) == 1


def test_a_game_without_a_main_world_cannot_be_cut(start):
    program = start(EPOLL, "examples/arena", "serve", "--http", "off", "--operator", "off", "--listen", "127.0.0.1:0", "--zones", "2x2")
    assert program.wait() == 1
    program.wait_for_error(".*error: --zones 2x2: this game has no main world to cut")


def test_a_replay_in_too_many_zones_is_refused_in_one_line(start, tmp_path):
    path = tmp_path / "small.record"
    record(start, EPOLL, path, players=5, seconds=1)
    program = replay(start, str(path), "--zones", "9x9")
    assert program.process.returncode == 3
    assert program.errors == [f"madang replay: {path}: --zones 9x9: at most as many zones as the map has cells, along each side"]
    assert replay(start, str(path), "--zones", "0x0").process.returncode == 2
