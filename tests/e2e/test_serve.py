"""The real server and the real bots, over TCP on loopback: what the bots receive, and the server's state after they have left.

MADANG_BOTS and MADANG_BOT_SECONDS reduce the number of bots and the time, for builds with sanitizers.
"""

import contextlib
import json
import os
import re
import signal
import socket
import time
from pathlib import Path

import pytest
from conftest import EPOLL, EVERY_SYSTEM, IOCP, PATIENCE_S, RELEASE_BUILD, URING
from madang_wire import GOODBYE, Client, login

BOTS = int(os.environ.get("MADANG_BOTS", "1000"))
SECONDS = int(os.environ.get("MADANG_BOT_SECONDS", "20"))


def serve(start, system, *options, host="127.0.0.1"):
    program = start(system, "madang", "serve", "--listen", f"{host}:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--io", system.io, "--status-interval-s", "1",
                    *options)
    address = program.wait_for(rf"Madang is open: ({re.escape(host)}:\d+) .*")[1]
    return program, address


def descriptors_of(program) -> int:
    """The number of open descriptors, without files of /proc: the server opens those for a moment once a second."""
    count = 0
    for descriptor in Path(f"/proc/{program.process.pid}/fd").iterdir():
        try:
            count += not os.readlink(descriptor).startswith("/proc/")
        except FileNotFoundError:
            pass  # it was closed in between
    return count


def visit(start, address: str, players: int, seconds: int) -> dict:
    """Runs bots that walk and talk, and returns their report."""
    bots = start(EPOLL, "madang", "bots", "--connect", address, "--players", str(players), "--for", str(seconds), "--json")
    code = bots.process.wait(timeout=PATIENCE_S + 4 * seconds)
    bots.wait()
    report = json.loads(bots.lines[-1])
    assert code == 0, f"{report}\n" + "\n".join(bots.errors[-20:])
    return report


def check(report: dict, players: int, seconds: int) -> None:
    assert report["players"] == players
    assert report["connected"] == players
    assert report["violations"] == 0
    assert report["errors"] == 0
    assert report["moves"] > players * seconds / 4, "they walked about"
    assert report["updates_in"] > report["moves"], "and saw each other"
    assert 0 < report["delay_ms"]["p50"] <= report["delay_ms"]["p99"] <= report["delay_ms"]["max"]


@pytest.mark.parametrize("system", EVERY_SYSTEM[:2])
def test_a_crowd_of_bots_sees_nothing_impossible_and_leaves_nothing_behind(start, system):
    server, address = serve(start, system, "--arrival-radius", "0")
    server.wait_for_error(r"status: sessions 0, players 0")
    descriptors = descriptors_of(server)

    check(visit(start, address, BOTS, SECONDS), BOTS, SECONDS)

    server.wait_for_error(r"status: sessions 0, players 0", seen=len(server.errors))
    assert descriptors_of(server) == descriptors
    server.stop()
    assert any(f"{BOTS} sessions served, 0 left open" in line for line in server.errors)
    assert not any("CHECK" in line or "Sanitizer" in line for line in server.errors)


@pytest.mark.windows
def test_a_hundred_bots_visit_the_windows_server(start):
    """Its handles are Wine's to count, in a server of its own: the contract's tests look at those."""
    server, address = serve(start, IOCP)
    check(visit(start, address, 100, 20), 100, 20)
    server.wait_for_error(r"status: sessions 0, players 0", seen=len(server.errors))
    server.stop()
    assert any("100 sessions served, 0 left open" in line for line in server.errors)


# Wine turns SIGINT into Ctrl-C. It has nothing for SIGTERM.
@pytest.mark.parametrize(
    "system, by",
    [
        pytest.param(URING, signal.SIGINT, id="uring-SIGINT"),
        pytest.param(URING, signal.SIGTERM, id="uring-SIGTERM"),
        pytest.param(EPOLL, signal.SIGINT, id="epoll-SIGINT"),
        pytest.param(EPOLL, signal.SIGTERM, id="epoll-SIGTERM"),
        pytest.param(IOCP, signal.SIGINT, id="iocp-Ctrl-C", marks=pytest.mark.windows),
    ],
)
def test_it_stops_in_order_with_a_goodbye_for_all(start, system, by):
    server, address = serve(start, system)
    clients = [Client(int(address.rsplit(":")[1])) for _ in range(50)]
    for number, client in enumerate(clients):
        client.enter(f"guest {number}")
    started = time.monotonic()
    server.process.send_signal(by)
    for client in clients:
        assert client.goodbye() == "server_stopping"
        client.close()
    assert server.wait() == 0
    assert time.monotonic() - started < PATIENCE_S
    assert any("50 sessions served, 0 left open; ends by reason: server_stopping 50" in line for line in server.errors)


@pytest.mark.parametrize("system", EVERY_SYSTEM)
def test_nobody_comes_in_any_more_once_it_stops(start, system):
    server, address = serve(start, system, "--goodbye-deadline-ms", "3000")
    port = int(address.rsplit(":")[1])
    with Client(port) as lingering:  # reads its goodbye and stays connected, so that the stop takes time
        lingering.enter("lingering")
        server.process.send_signal(signal.SIGINT)
        lingering.wait_for(GOODBYE)
        tried = 0
        while server.process.poll() is None:
            tried += 1
            with contextlib.suppress(ConnectionError), Client(port) as late:
                late.send(login("late"))
                while (packet := late.receive()) is not None:
                    assert packet[0] == GOODBYE, "whoever gets through to it all the same is not let in"
            time.sleep(0.1)
        assert tried > 5
    assert server.wait() == 0
    assert any("1 sessions served, 0 left open" in line for line in server.errors)


def test_it_stops_though_somebody_never_takes_his_goodbye(start):
    server, address = serve(start, EPOLL, "--goodbye-deadline-ms", "500")
    client = Client(int(address.rsplit(":")[1]))
    client.enter("deaf")
    server.stop()
    assert any("0 left open" in line for line in server.errors)


def test_demo_bots_walk_about(start):
    server, address = serve(start, EPOLL, "--demo-bots", "50")
    server.wait_for_error(r"status: sessions 50, players 50")
    check(visit(start, address, 20, 3), 20, 3)
    server.stop()


def address_of_this_machine() -> str:
    """Returns an address at which other machines would reach this one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("198.51.100.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return asking.getsockname()[0]


def test_demo_bots_come_in_beside_the_limit_for_one_address(start):
    server, _address = serve(start, EPOLL, "--demo-bots", "20", "--sessions-per-address-max", "5",
                             host=address_of_this_machine())
    server.wait_for_error(r"status: sessions 20, players 20")
    server.stop()


def test_demo_bots_that_cannot_come_in_say_why_at_once(start):
    server, _address = serve(start, EPOLL, "--demo-bots", "5", "--sessions-max", "3")
    server.wait_for_error(r"warning: a demo bot: the server said goodbye: the server is full")
    assert server.process.poll() is None
    server.stop()
    assert sum("warning: a demo bot" in line for line in server.errors) == 1


def test_where_io_uring_is_refused_it_starts_on_epoll_and_says_so_once(start):
    refuse = RELEASE_BUILD / "tests" / "refuse_io_uring"
    server = start(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--workers", "3", "--demo-bots", "5",
                   "--status-interval-s", "1", through=[str(refuse)])
    server.wait_for(r"Madang is open: .*\(io: epoll, .*")
    server.wait_for_error(r"status: sessions 5, players 5")
    server.stop()
    assert sum("io_uring" in line for line in server.errors) == 1
