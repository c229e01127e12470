"""Functions that the tests of the benchmarks share: the programs of the release build, and the modules that run them.

ctest runs the tests. To run them by hand: `/usr/bin/python3 -m pytest tests/bench`, after a build of all targets of the preset
`release`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASE_BUILD = Path(os.environ.get("MADANG_RELEASE_BUILD", ROOT / "build" / "release"))

# The tests are short. This time is for a machine that is busy with other programs.
PATIENCE_S = 120

sys.path.insert(0, str(ROOT / "bench"))

from driver import echo  # noqa: E402


def program(name: str) -> str:
    path = RELEASE_BUILD / name
    assert path.exists(), f"{path} is not built"
    return str(path)


@pytest.fixture
def echo_programs(monkeypatch):
    """The driver's, but of the release build, and on cores that this process may use."""
    programs = RELEASE_BUILD / "bench" / "echo"
    print_port = subprocess.run([program("tests/print_port"), "uring"], capture_output=True, text=True, timeout=PATIENCE_S)
    if "port: uring" not in print_port.stdout:
        pytest.skip("this machine refuses io_uring, on which the load stands")
    cores = sorted(os.sched_getaffinity(0))
    monkeypatch.setattr(echo, "SERVER_CORE", cores[0])
    monkeypatch.setattr(echo, "LOAD_CORE", cores[-1])
    monkeypatch.setattr(echo, "PROGRAMS", programs)
    return programs
