"""The real server follows its settings. There is a test for each setting, or for a few settings together. (The tests of the
queues between threads are in tests/sim, because no client can see these queues.)"""

import struct
import time

import pytest
from conftest import EPOLL, PATIENCE_S
from madang_wire import (
    CELL_BEGIN,
    CELL_SAID,
    LEFT,
    MOVED,
    NOT_SAID,
    PACE,
    PING,
    PONG,
    RIGHT,
    SAY,
    SHOUT,
    SHOUTED,
    TOO_FAST,
    TOO_MANY_SHOUTS,
    Client,
    frame,
    login,
    move,
    not_said,
    ping,
    text,
    welcome_of,
    words_said,
)
from test_serve import address_of_this_machine, serve

SMALL = ["--map", "64x64", "--obstacle-percent", "0"]
HOUR = "3600000"


@pytest.fixture
def server(start):
    """server(*options) -> its port"""
    return lambda *options: int(serve(start, EPOLL, *SMALL, *options)[1].rsplit(":")[1])


def cells_of(client: Client) -> dict[tuple[int, int], bytes]:
    """The cells that a client that has just come in is shown, with their obstacles."""
    def note(body):
        cells[struct.unpack_from("<HH", body)] = body[6:]

    cells = {}
    note(client.wait_for(CELL_BEGIN))
    client.send(ping())  # the cells of one tick come together, before the answer
    while (packet := client.receive())[0] != PONG:
        if packet[0] == CELL_BEGIN:
            note(packet[1])
    return cells


# --- The world ---


@pytest.mark.parametrize("where", ["command line", "file"])
def test_the_world_is_as_large_and_as_fast_as_it_was_set(start, tmp_path, where):
    options = ["--workers", "3", "--map", "96x80", "--tick-rate", "25", "--cell-size", "8", "--move-interval-ms", "400"]
    if where == "file":
        file = tmp_path / "madang.toml"
        file.write_text('[server]\nworkers = 3\n[world]\nmap = "96x80"\ntick_rate = 25\ncell_size = 8\nmove_interval_ms = 400\n')
        options = ["--config", str(file)]
    program, address = serve(start, EPOLL, *options)
    program.wait_for(r"Madang is open: .*3 workers, 96 x 80 tiles, 25 ticks a second\).*")
    with Client(int(address.rsplit(":")[1])) as client:
        welcome = welcome_of(client.enter("Ada"))
        (interval,) = struct.unpack("<I", client.wait_for(PACE))
    assert (welcome.map_width, welcome.map_height, welcome.cell_size, welcome.units_per_tile) == (96, 80, 8, 1)
    assert (welcome.tick_rate, interval) == (25, 400)
    assert welcome.x < 96 and welcome.y < 80


def test_the_map_depends_on_the_seed_and_on_the_share_of_obstacles(start):
    def map_of(*options):
        address = serve(start, EPOLL, "--map", "32x32", "--cell-size", "32", *options)[1]
        with Client(int(address.rsplit(":")[1])) as client:
            client.enter("Ada")
            return cells_of(client)[0, 0]

    assert map_of("--seed", "5") == map_of("--seed", "5") != map_of("--seed", "6")
    assert map_of("--obstacle-percent", "0") == bytes(32 * 32 // 8)
    assert 200 < int.from_bytes(map_of("--obstacle-percent", "40"), "little").bit_count() < 600


def test_the_radii_set_which_cells_a_client_watches(server):
    def cells_seen(view, leave):
        with Client(server("--cell-size", "4", "--view-radius", view, "--leave-radius", leave)) as client:
            client.enter("Ada")
            return len(cells_of(client))

    assert cells_seen("1", "1") <= 4
    assert 9 <= cells_seen("8", "8") <= 25
    assert cells_seen("63", "63") == 16 * 16


@pytest.mark.parametrize(("slack", "result"), [("0", 2), ("99", 0)], ids=["too soon", "soon enough"])
def test_a_move_may_be_early_by_the_slack_and_no_more(server, slack, result):
    with Client(server("--move-interval-ms", "8000", "--move-slack-percent", slack)) as client:
        x = welcome_of(client.enter("Ada")).x
        there, back = (RIGHT, LEFT) if x < 32 else (LEFT, RIGHT)
        client.send(move(there))
        assert client.wait_for(MOVED)[-1] == 0
        time.sleep(0.3)
        client.send(move(back))
        assert client.wait_for(MOVED)[-1] == result


def test_the_world_accepts_players_max_players(server):
    port = server("--players-max", "1")
    with Client(port) as first, Client(port) as second:
        first.enter("first")
        second.send(login("second"))
        assert second.goodbye() == "world_full"


# --- Who may come in ---


def test_the_server_accepts_sessions_max_sessions(server):
    port = server("--sessions-max", "1")
    with Client(port) as first, Client(port) as second:
        first.enter("first")
        assert second.goodbye() == "server_full"


def test_one_address_may_have_sessions_per_address_max_sessions(start):
    host = address_of_this_machine()
    address = serve(start, EPOLL, "--sessions-per-address-max", "1", host=host)[1]
    port = int(address.rsplit(":")[1])
    with Client(port, host=host) as first, Client(port, host=host) as second:
        first.enter("first")
        assert second.goodbye() == "too_many_from_address"


def test_beyond_refusals_max_a_connection_is_closed_without_a_goodbye(server):
    port = server("--sessions-max", "1", "--refusals-max", "0")
    with Client(port) as first, Client(port) as second:
        first.enter("first")
        assert second.receive() is None


@pytest.mark.parametrize("options", [
    pytest.param(["--handshakes-per-second-max", "10"], id="handshakes"),
    pytest.param(["--sessions-max", "1", "--refusals-per-second-max", "10"], id="refusals"),
])
def test_connections_beyond_the_rate_wait(server, options):
    port = server(*options)
    started = time.monotonic()
    clients = [Client(port) for _ in range(40)]
    for client in clients:
        client.send(login("Ada"))
    for client in clients:
        client.receive()  # whatever the answer
        client.close()
    assert time.monotonic() - started > 1.5


def test_all_goodbyes_together_end_at_the_shutdown_deadline(start):
    program, address = serve(start, EPOLL, "--goodbye-deadline-ms", "60000", "--shutdown-deadline-ms", "300")
    with Client(int(address.rsplit(":")[1])) as deaf:
        deaf.enter("deaf")
        started = time.monotonic()
        program.stop()
        assert time.monotonic() - started < 30


# --- What one client may do ---


def test_frames_names_and_texts_have_maximum_lengths(server):
    port = server("--frame-bytes-max", "64", "--name-bytes-max", "5", "--text-bytes-max", "7")
    with Client(port) as client:
        client.send(login("Gracie"))
        assert client.goodbye() == "bad_name"
    with Client(port) as client:
        client.enter("Grace")
        client.send(frame(SAY, text("welcome")))
        assert words_said(client.wait_for(CELL_SAID)) == b"welcome"
        client.send(frame(SAY, text("welcome!")))
        assert client.goodbye() == "bad_text"
    with Client(port) as client:
        client.enter("Grace")
        client.send(frame(PING, bytes(60)))
        assert client.goodbye() == "bad_packet"
    with Client(port) as client:
        client.enter("Grace")
        client.send(frame(PING, bytes(61)))
        assert client.goodbye() == "bad_frame_size"


@pytest.mark.parametrize(("what", "packet", "answer"), [
    ("command", move(LEFT), MOVED), ("words", frame(SAY, text("hi")), CELL_SAID), ("ping", ping(), PONG),
])
def test_a_client_beyond_a_budget_is_flooding(server, what, packet, answer):
    with Client(server(f"--{what}-budget-burst", "3", f"--{what}-budget-interval-ms", HOUR)) as client:
        client.enter("Ada")
        for _ in range(3):
            client.send(packet)
            client.wait_for(answer)
        client.send(packet)
        assert client.goodbye() == "flooding"


def test_a_budget_is_refilled_with_time(server):
    with Client(server("--say-budget-burst", "1", "--say-budget-interval-ms", "100")) as client:
        client.enter("Ada")
        for _ in range(5):
            client.send(frame(SAY, text("hi")))
            client.wait_for(CELL_SAID)
            time.sleep(0.15)


@pytest.mark.parametrize(("what", "opcode", "answer"), [("say", SAY, CELL_SAID), ("shout", SHOUT, SHOUTED)])
def test_texts_beyond_their_budget_are_refused(server, what, opcode, answer):
    with Client(server(f"--{what}-budget-burst", "3", f"--{what}-budget-interval-ms", HOUR)) as client:
        client.enter("Ada")
        for _ in range(3):
            client.send(frame(opcode, text("hi")))
            client.wait_for(answer)
        client.send(frame(opcode, text("hi")))
        assert client.wait_for(NOT_SAID) == not_said(4, TOO_FAST)


def test_the_budget_of_all_shouts_is_shared_by_all_workers(server):
    port = server("--all-shouts-budget-burst", "2", "--all-shouts-budget-interval-ms", HOUR, "--workers", "2")
    with Client(port) as ada, Client(port) as bob:
        ada.enter("Ada")
        bob.enter("Bob")
        for client in (ada, bob):
            client.send(frame(SHOUT, text("hear!")))
            ada.wait_for(SHOUTED)
        for client in (ada, bob):
            client.send(frame(SHOUT, text("hear!")))
            assert client.wait_for(NOT_SAID) == not_said(2, TOO_MANY_SHOUTS)


# --- The log ---


@pytest.mark.parametrize(("level", "words"), [("info", {"info"}), ("warning", set()), ("off", set())])
def test_the_log_has_lines_of_its_level_and_above(start, level, words):
    program, _address = serve(start, EPOLL, "--log-level", level)
    program.stop()
    assert {line.split()[2].rstrip(":") for line in program.errors} == words


def test_the_status_line_can_be_switched_off(start):
    program, _address = serve(start, EPOLL, "--status-interval-s", "0")
    time.sleep(1.5)
    program.stop()
    assert not any("status:" in line for line in program.errors)
