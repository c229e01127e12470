"""Starts and stops servers and loads as processes on a core of their own, and measures their use of the machine."""

import os
import re
import selectors
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"

PATIENCE_S = 15
_LISTENING = re.compile(rb"listening on (?:\S*:)?(\d+)")


class Failed(Exception):
    """The measurement cannot continue. The text is for the user."""


class Server:
    """A server on one core: `with Server([...], core=0) as server`. The server listens from the start of the block to
    its end."""

    def __init__(self, command: list[str], core: int):
        self.command = command
        self._process = subprocess.Popen(
            ["taskset", "-c", str(core), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        self.pid = self._process.pid  # taskset replaces itself by the server
        try:
            self.port = self._wait_until_listening()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def _wait_until_listening(self) -> int:
        said = b""
        deadline = time.monotonic() + PATIENCE_S
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while time.monotonic() < deadline:
                if not selector.select(timeout=0.1):
                    continue
                more = os.read(self._process.stdout.fileno(), 4096)
                if not more:
                    raise Failed(f"{' '.join(self.command)} ended before it listened")
                said += more
                if match := _LISTENING.search(said):
                    return int(match[1])
        raise Failed(f"{' '.join(self.command)} did not listen within {PATIENCE_S} s")

    def stop(self) -> None:
        end(self._process)
        self._process.stdout.close()

    def usage(self) -> "Usage":
        return usage_of(self.pid)


def end(process: subprocess.Popen) -> None:
    """Stops a process with a signal, or kills it if it does not stop."""
    process.terminate()
    try:
        process.wait(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_pinned(command: list[str], core: int, timeout_s: float) -> str:
    """Runs a program on one core to its end, and returns what it printed."""
    pinned = ["taskset", "-c", str(core), *command]
    try:
        done = subprocess.run(pinned, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(command)} did not end within {timeout_s:.0f} s") from None
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}: {done.stderr.strip() or f'exit code {done.returncode}'}")
    return done.stdout


@dataclass(frozen=True)
class Usage:
    """CPU seconds since the start of the process, and resident memory that it does not share, in bytes."""

    user_s: float
    kernel_s: float
    memory: int

    @property
    def cpu_s(self) -> float:
        return self.user_s + self.kernel_s


def usage_of(pid: int) -> Usage:
    """Reads the figures of the kernel, as bench/echo/server_usage.h describes. The sum is exact to nanoseconds. Its
    division into user and kernel time is a sample."""
    process = Path(f"/proc/{pid}")
    total_s = sum(int((thread / "schedstat").read_text().split()[0]) for thread in (process / "task").iterdir()) / 1e9
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    user_ticks, kernel_ticks = int(fields[11]), int(fields[12])
    user_s = total_s * user_ticks / max(1, user_ticks + kernel_ticks)
    anonymous = re.search(r"^Anonymous:\s+(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
    return Usage(user_s, total_s - user_s, int(anonymous[1]) * 1024)
