"""The output of a measurement: medians, tables on the terminal, JSON with facts about the machine, a progress line."""

import dataclasses
import json
import os
import platform
import shlex
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from driver.process import ROOT

RESULTS = ROOT / "bench" / "results"


def medians(rounds: list[dict]) -> dict:
    """Returns the median of each figure of the rounds."""
    return {key: median(each[key] for each in rounds) for key in rounds[0]}


def spread(values: list[float]) -> float:
    """Returns the distance between the rounds, as a share of their median."""
    return (max(values) - min(values)) / median(values)


# --- The machine ---


def _said_by(*command: str) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def package_version(package: str) -> str:
    return _said_by("dpkg-query", "-W", "-f=${Version}", package) or "not a package"


def machine_facts() -> dict:
    cpu = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", ""),
        "compiler": _said_by("g++", "--version").partition("\n")[0],
        "commit": _said_by("git", "rev-parse", "HEAD"),
        "uncommitted_changes": bool(_said_by("git", "status", "--porcelain", "--untracked-files=no")),
        "command": shlex.join(["./bench/run", *sys.argv[1:]]),
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }


# --- On the terminal ---


def print_table(title: str, headings: list[str], rows: list[list[str]], marked: set[int] = frozenset()) -> None:
    """Prints a table. The first column is left-aligned, and the others are right-aligned. Marked rows are bold."""
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    bold, faint, plain = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")

    def line(cells: list[str]) -> str:
        others = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:]))
        return "  ".join([cells[0].ljust(widths[0]), *others])

    print(f"\n{bold}{title}{plain}")
    print(f"{faint}{line(headings)}{plain}")
    for number, row in enumerate(rows):
        print(f"{bold}{line(row)}{plain}" if number in marked else line(row))


class Progress:
    """A line with the current measurement and the remaining time. On a pipe, a line from time to time."""

    def __init__(self, planned_s: float):
        self._left_s = planned_s
        self._done_s = 0.0
        self._start = time.monotonic()
        self._last_said = 0.0

    def say(self, text: str) -> None:
        elapsed = time.monotonic() - self._start
        pace = elapsed / self._done_s if self._done_s > 0 else 1.0
        left = int(self._left_s * pace)
        line = f"{left // 60}:{left % 60:02d} left  {text}"
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        elif not self._last_said or elapsed - self._last_said > 15:
            self._last_said = max(elapsed, 0.001)
            print(line, file=sys.stderr, flush=True)

    def done(self, planned_s: float) -> None:
        self._done_s += planned_s
        self._left_s -= planned_s

    def finish(self) -> None:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


# --- In files ---


def write_json(name: str, result: dict) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(result, indent=1, default=dataclasses.asdict) + "\n")
    return path
