"""Functions that all end-to-end tests share: find, start, read and stop the programs.

The tests use the real programs over real sockets on loopback, without our own code between them. ctest runs the tests. To
run them by hand: `/usr/bin/python3 -m pytest tests/e2e -m "not windows"`, after `./run build`.
"""

import ctypes
import errno
import os
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASE_BUILD = Path(os.environ.get("MADANG_RELEASE_BUILD", ROOT / "build" / "release"))
WINDOWS_BUILD = Path(os.environ.get("MADANG_WINDOWS_BUILD", ROOT / "build" / "windows"))
WINE_RUN = str(ROOT / "cmake" / "wine-run.sh")

# The tests are short. This time is for a machine that is busy with other programs.
PATIENCE_S = 60


@dataclass(frozen=True)
class System:
    """One completion port, and the build that has it."""

    io: str
    windows: bool = False

    def command(self, program: str, *arguments: str) -> list[str]:
        if self.windows:
            path = WINDOWS_BUILD / f"{program}.exe"
            start = [WINE_RUN, str(path)]
        else:
            path = RELEASE_BUILD / program
            start = [str(path)]
        assert path.exists(), f"{path} is not built"
        return [*start, *arguments]

    def __str__(self) -> str:
        return self.io


EPOLL = System("epoll")
URING = System("uring")
IOCP = System("iocp", windows=True)
EVERY_SYSTEM = [
    pytest.param(EPOLL, id="epoll"),
    pytest.param(URING, id="uring"),
    pytest.param(IOCP, id="iocp", marks=pytest.mark.windows),
]

# How a server is asked to stop. Windows has Ctrl-C, which is SIGINT to Wine, and nothing like SIGTERM.
EVERY_SYSTEM_AND_STOP = [
    pytest.param(EPOLL, signal.SIGINT, id="epoll-SIGINT"),
    pytest.param(EPOLL, signal.SIGTERM, id="epoll-SIGTERM"),
    pytest.param(URING, signal.SIGINT, id="uring-SIGINT"),
    pytest.param(URING, signal.SIGTERM, id="uring-SIGTERM"),
    pytest.param(IOCP, signal.SIGINT, id="iocp-SIGINT", marks=pytest.mark.windows),
]


class Program:
    """A running program of ours. Its output is collected line by line."""

    def __init__(self, system: System, command: list[str], environment: dict[str, str] | None = None):
        self.system = system
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        self._readers = [
            threading.Thread(target=self._gather, args=(self.process.stdout, self.lines), daemon=True),
            threading.Thread(target=self._gather, args=(self.process.stderr, self.errors), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _gather(self, stream, lines: list[str]) -> None:
        for line in stream:
            with self._news:
                lines.append(line.decode("utf-8").rstrip("\r\n"))
                self._news.notify_all()

    def wait_for(self, pattern: str) -> re.Match:
        """The first line on standard output that the whole pattern matches, now or soon."""
        return self._wait_for(self.lines, re.compile(f"(?:{pattern})\\Z"))

    def wait_for_error(self, pattern: str, seen: int = 0) -> re.Match:
        """The first line on standard error that the pattern matches, now or soon, behind the first `seen` lines."""
        return self._wait_for(self.errors, re.compile(f".*?(?:{pattern})"), seen)

    def _wait_for(self, lines: list[str], pattern: re.Pattern, seen: int = 0) -> re.Match:
        deadline = time.monotonic() + PATIENCE_S
        with self._news:
            while True:
                for line in lines[seen:]:
                    if match := pattern.match(line):
                        return match
                seen = len(lines)
                if not self._news.wait(timeout=deadline - time.monotonic()):
                    last = "\n".join(self.lines[-20:] + self.errors[-20:])
                    pytest.fail(f"no line {pattern.pattern!r} in the last of them:\n{last}")

    def write(self, text: str) -> None:
        self.process.stdin.write(text.encode("utf-8"))
        self.process.stdin.flush()

    def end_input(self) -> None:
        self.process.stdin.close()

    def wait(self) -> int:
        """Waits until the program ends by itself. Returns its exit code. `lines` and `errors` have its whole output then."""
        code = self.process.wait(timeout=PATIENCE_S)
        for reader in self._readers:
            reader.join(timeout=PATIENCE_S)
        return code

    def stop(self, by: int = signal.SIGINT) -> None:
        """In order, by Ctrl-C: Wine hands that on to a Windows program."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(by)
        code = self.wait()
        assert code == 0, f"exit code {code}, and these errors:\n" + "\n".join(self.errors)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.wait()


def free_ports(count: int) -> list[int]:
    """Returns different ports on which nothing listens. Each is held until all are chosen: otherwise one may come twice."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def io_uring_is_refused() -> bool:
    """Returns true if the kernel refuses io_uring, as in many containers. A call with invalid arguments shows this."""
    io_uring_setup = 425
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall(io_uring_setup, 0, None)
    return ctypes.get_errno() in (errno.ENOSYS, errno.EPERM, errno.EACCES)


@pytest.fixture(scope="session")
def wine():
    """One Windows program that runs as long as the tests do, so that Wine need not start anew for each of them."""
    keeper = subprocess.Popen([WINE_RUN, "cmd.exe", "/c", "pause"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    keeper.stdout.read(1)
    yield
    keeper.stdin.close()
    keeper.wait(timeout=PATIENCE_S)


def _starter(request):
    """start(system, program, *arguments) -> Program. The program is ended with the test at the latest."""
    started: list[Program] = []

    def start_one(system: System, program: str, *arguments: str, environment=None, through=()) -> Program:
        """`through`: a command that starts the program for us, with its arguments."""
        if system is URING and io_uring_is_refused():
            pytest.skip("this machine refuses io_uring")
        if system.windows:
            request.getfixturevalue("wine")
        one = Program(system, [*through, *system.command(program, *arguments)], environment)
        started.append(one)
        return one

    yield start_one
    for one in started:
        one.kill()


start = pytest.fixture(_starter, name="start")
start_for_module = pytest.fixture(_starter, name="start_for_module", scope="module")
