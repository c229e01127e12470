"""A reader of the programs' output cannot stop the game. Output that cannot be written is reported."""

import contextlib
import fcntl
import itertools
import os
import re
import resource
import signal
import subprocess
import threading
import time
import urllib.request

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S, free_ports
from madang_wire import GOODBYE, MOVED, PONG, RIGHT, Client, move, ping
from test_serve import serve

F_SETPIPE_SZ, F_GETPIPE_SZ = 1031, 1032


def command(*arguments: str) -> list[str]:
    return EPOLL.command("madang", *arguments)


@contextlib.contextmanager
def running(*options: str, system=EPOLL, **how):
    """A server whose standard streams the test controls. It runs when /healthz says so. (process, port, http)"""
    port, http = free_ports(2)
    process = subprocess.Popen(
        system.command("madang", "serve", "--listen", f"127.0.0.1:{port}", "--http", "off",
                       "--operator", f"127.0.0.1:{http}", "--io", system.io, "--status-interval-s", "1", *options), **{"stdin": subprocess.DEVNULL, **how})
    try:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            assert process.poll() is None, f"it ended with {process.returncode}"
            with contextlib.suppress(OSError):
                assert get(http, "healthz").strip() == "ok"
                break
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process, port, http
    finally:
        process.kill()
        process.wait()


def get(http: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{http}/{path}", timeout=PATIENCE_S) as response:
        return response.read().decode()


def dropped(http: int) -> int:
    return int(re.search(r"^madang_log_lines_dropped_total (\d+)$", get(http, "metrics"), re.MULTILINE)[1])


def fill(writing: int) -> None:
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 79 + b"\n")
    os.set_blocking(writing, True)


def full_pipe() -> tuple[int, int]:
    reading, writing = os.pipe()
    fill(writing)
    return reading, writing


_visits = itertools.count()


def play_a_little(port: int) -> None:
    with Client(port) as client:
        client.enter(f"Ada {next(_visits)}")  # one name alone may not come and go as often
        client.send(move(RIGHT))
        client.wait_for(MOVED)
        client.send(ping())
        client.wait_for(PONG)


def wait_until(what) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("streams", [["stderr"], ["stdout", "stderr"], ["stdout"]], ids="+".join)
def test_a_full_pipe_that_nobody_reads_stops_nothing(streams):
    reading, writing = full_pipe()
    quiet = {name: subprocess.DEVNULL for name in ("stdout", "stderr")}
    with running("--log-queue-bytes-max", "4096", **{**quiet, **{name: writing for name in streams}}) as (server, port, http):
        if "stderr" in streams:
            wait_until(lambda: (play_a_little(port), dropped(http) > 0)[1])
        play_a_little(port)
        assert get(http, "healthz").strip() == "ok"
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=PATIENCE_S) == 0
    os.close(reading)
    os.close(writing)


@pytest.mark.windows
@pytest.mark.parametrize("streams", [["stderr"], ["stdout"]], ids="+".join)
def test_on_windows_a_full_pipe_that_nobody_reads_stops_the_log_and_nothing_else(wine, streams):
    # Windows cannot tell if a pipe is full. So the log's thread may be blocked at the first lines, too.
    reading, writing = full_pipe()
    quiet = {name: subprocess.DEVNULL for name in ("stdout", "stderr")}
    with running("--log-queue-bytes-max", "4096", system=IOCP, **{**quiet, **{name: writing for name in streams}}) as (
            server, port, http):
        wait_until(lambda: (play_a_little(port), dropped(http) > 0)[1])
        assert get(http, "healthz").strip() == "ok"
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=PATIENCE_S) == 0
    os.close(reading)
    os.close(writing)


def test_a_terminal_that_shows_a_line_a_second_stops_nothing():
    showing, terminal = os.openpty()
    fill(terminal)
    done = threading.Event()

    def show_slowly() -> None:
        while not done.wait(1):
            os.read(showing, 80)

    threading.Thread(target=show_slowly, daemon=True).start()
    try:
        with running("--log-queue-bytes-max", "4096", stdout=terminal, stderr=terminal) as (server, port, http):
            for _ in range(5):
                play_a_little(port)
                assert get(http, "healthz").strip() == "ok"
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=PATIENCE_S) == 0
    finally:
        done.set()
        os.close(terminal)


def test_what_was_lost_is_told_in_one_line_when_somebody_reads_again():
    reading, writing = full_pipe()
    with running("--log-queue-bytes-max", "4096", stdout=subprocess.DEVNULL, stderr=writing) as (server, port, http):
        os.close(writing)
        wait_until(lambda: dropped(http) > 2)
        text = b""
        while not re.search(rb"log: \d+ lines are missing here.*\n.*status: ", text):
            text += os.read(reading, 65536)
        assert text.count(b"lines are missing here") == 1
        server.send_signal(signal.SIGTERM)
        while data := os.read(reading, 65536):
            text += data
        assert server.wait(timeout=PATIENCE_S) == 0
    os.close(reading)
    assert b"info: stopped: " in text, "the last lines are written before it ends"


def test_a_full_disk_stops_nothing_and_is_counted():
    with open("/dev/full", "wb") as full, running(stdout=full, stderr=full) as (server, port, http):
        play_a_little(port)
        wait_until(lambda: dropped(http) > 0)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=PATIENCE_S) == 0


def test_a_reader_that_ends_does_not_kill_the_server():
    reading, writing = os.pipe()
    os.close(reading)
    with running(stdout=writing, stderr=writing) as (server, port, http):
        os.close(writing)
        wait_until(lambda: dropped(http) > 0)
        play_a_little(port)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=PATIENCE_S) == 0


CLOSED = [c for n in (1, 2, 3) for c in itertools.combinations((0, 1, 2), n)]


@pytest.mark.parametrize("closed", CLOSED, ids=lambda c: "".join(map(str, c)))
def test_started_without_some_of_its_standard_streams_it_serves(closed):
    def close():
        for descriptor in closed:
            os.close(descriptor)

    with running(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=close) as (server, port, http):
        for descriptor in closed:
            assert os.readlink(f"/proc/{server.pid}/fd/{descriptor}") == "/dev/null"
        play_a_little(port)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=PATIENCE_S) == 0


# --- Commands that print ---


@pytest.mark.parametrize("arguments", ["serve --print-config", "--help", "serve --help", "protocol", "protocol --typescript", "--version"])
def test_a_command_that_cannot_print_fails_and_says_why(arguments):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command(*arguments.split()), stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == ["madang: standard output: write: No space left on device (28)"]


def test_a_command_whose_reader_has_ended_ends_quietly():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command("protocol"), stdout=writing, stderr=subprocess.PIPE, timeout=PATIENCE_S)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_command_without_standard_output_does_not_pretend_to_have_printed():
    done = subprocess.run(command("protocol"), preexec_fn=lambda: os.close(1), stderr=subprocess.PIPE, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("json", [True, False], ids=["json", "progress"])
def test_bots_whose_report_cannot_be_written_fail_and_say_so(start, json):
    _server, address = serve(start, EPOLL)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command("bots", "--connect", address, "--players", "2", "--for", "1", *["--json"] * json),
                              stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1] == "madang bots: standard output: write: No space left on device (28)"


def test_bots_whose_reader_has_ended_leave_in_order_and_end_quietly(start):
    server, address = serve(start, EPOLL)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command("bots", "--connect", address, "--players", "2"), stdout=writing, stderr=subprocess.PIPE,
                          timeout=PATIENCE_S)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")
    server.stop()


def test_why_the_server_cannot_start_is_said_at_every_level(start):
    _server, address = serve(start, EPOLL)
    done = subprocess.run(command("serve", "--listen", address, "--log-level", "off"), capture_output=True, timeout=PATIENCE_S)
    assert done.returncode == 1
    [line] = done.stderr.decode().splitlines()
    assert "cannot listen on" in line and "already in use" in line


# --- Asked twice ---


def test_who_asks_a_second_time_does_not_wait_for_clients_that_stay_and_a_third_time_does_no_harm(start):
    server, address = serve(start, EPOLL, "--goodbye-deadline-ms", "60000", "--shutdown-deadline-ms", "3600000")
    with Client(int(address.rsplit(":")[1])) as lingering:
        lingering.enter("lingering")
        server.process.send_signal(signal.SIGTERM)
        lingering.wait_for(GOODBYE)
        server.process.send_signal(signal.SIGTERM)
        server.wait_for_error("asked again")
        while server.process.poll() is None:
            server.process.send_signal(signal.SIGINT)
            time.sleep(0.001)
        assert server.wait() == 0
    assert any("1 sessions served, 0 left open" in line for line in server.errors)


# --- What the system refuses ---


def why_it_does_not_start(*options: str, limit: tuple[int, int], **how) -> list[str] | None:
    """Returns the errors of a server with this limit, or None if the server starts and then stops in order."""
    process = subprocess.Popen(
        command("serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off", "--io", "epoll", *options),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(limit[0], (limit[1], limit[1])), **how)
    if process.stdout.readline().startswith(b"Madang is open"):
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        return None
    errors = process.communicate(timeout=PATIENCE_S)[1].decode().splitlines()
    if process.returncode == 127:
        return []  # the system could not even load the program
    errors = [line for line in errors if " warning: " not in line]
    assert (process.returncode, len(errors)) == (1, 1), errors
    return errors


def test_a_server_that_gets_too_few_threads_says_one_line_and_fails():
    if os.getuid() != 0:
        pytest.skip("only root can become a user that has no other processes")
    user = 54_321
    refused = 0
    for processes in range(1, 10):
        errors = why_it_does_not_start("--workers", "3", limit=(resource.RLIMIT_NPROC, processes), cwd="/", user=user, group=user,
                                       extra_groups=[])
        if errors is None:
            break
        assert "start a thread" in errors[0]
        refused += 1
    assert refused == 5, "each of its five threads was refused once: the log's, the zone's, those of three workers"


@pytest.mark.parametrize("options", [["--command-queue-max", "16777216"], ["--workers", "64"]], ids=" ".join)
def test_a_server_that_gets_too_little_memory_says_one_line_and_fails(options):
    refused = 0
    for megabytes in (40, 80, 160, 320, 640):
        if why_it_does_not_start(*options, limit=(resource.RLIMIT_AS, megabytes << 20)):
            refused += 1
    assert refused > 0


# --- Time that stood still ---


def test_after_a_pause_there_is_one_status_line(start):
    server, _address = serve(start, EPOLL)
    server.wait_for_error("status: ")
    server.process.send_signal(signal.SIGSTOP)
    time.sleep(4)
    seen = len(server.errors)
    server.process.send_signal(signal.SIGCONT)
    time.sleep(0.9)
    assert sum("status: " in line for line in server.errors[seen:]) <= 2, "the missed ones are left out"
    server.wait_for_error("status: ", seen=seen)
    server.stop()
