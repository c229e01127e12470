"""Errors of ./run and ./test: exit code 1, and one line on standard error with the problem and its place.

The scripts run in a folder of their own. Short scripts there replace the programs that they call (cmake, apt-get, ...).
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import PATIENCE_S, ROOT

# Of the real system they get these, and nothing else.
TOOLS = ["awk", "bash", "cat", "chmod", "cmp", "cp", "dirname", "env", "find", "git", "grep", "mkdir", "nproc", "renice", "rm", "sed", "sh", "sleep", "sort", "tail",
         "touch", "tr", "xargs"]

# The default programs of the tests: all packages are installed, and everything succeeds.
STUBS = {
    "apt-get": "exit 0",
    "cmake": "exit 0",
    "clang-tidy-19": "exit 0",
    "ctest": "exit 0",
    "dpkg-query": "echo -n installed",
    "id": "echo 0",
    "npm": "mkdir -p clients/web/node_modules; touch asked-npm",
}


@dataclass
class Result:
    code: int
    out: list[str]
    errors: list[str]


@pytest.fixture
def house(tmp_path):
    """house(command, name=script, ...) -> Result; None for a script: there is no such program."""
    for name in ("run", "test"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    installed = tmp_path / "clients" / "web" / "node_modules" / ".package-lock.json"
    installed.parent.mkdir(parents=True)
    installed.touch()
    windows_libraries = tmp_path / "build" / "windows-libraries"
    windows_libraries.mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "windows_libraries.sh", windows_libraries / "made_by.sh")

    def call(*command: str, **stubs: str | None) -> Result:
        bin_ = tmp_path / "bin"
        bin_.mkdir()
        for tool in TOOLS:
            (bin_ / tool).symlink_to(shutil.which(tool))
        for name, script in (STUBS | {name.replace("_", "-"): script for name, script in stubs.items()}).items():
            if script is not None:
                (bin_ / name).write_text(f"#!/bin/bash\n{script}\n")
                (bin_ / name).chmod(0o755)
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=PATIENCE_S,
                              stdin=subprocess.DEVNULL, env={"PATH": str(bin_), "HOME": os.environ.get("HOME", "/")})
        return Result(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())

    return call


def fails_in_one_line(result: Result) -> str:
    assert result.code == 1, result
    assert len(result.errors) == 1, result
    return result.errors[0]


# What a cmake does that fails to configure, and one that fails to build.
def configuring(says: str) -> str:
    return f"[ $1 != --preset ] || {{ echo -e '{says}'; exit 1; }}"


def building(preset: str, says: str) -> str:
    return f"[ $1 != --build ] || [ $2 != build/{preset} ] || {{ echo -e '{says}'; exit 1; }}"


EVERY_BUILD = [("./run", "release"), ("./run build", "release"), ("./run build windows", "windows"),
               ("./test unit", "release"), ("./test release", "release"), ("./test asan", "asan"),
               ("./test tsan", "tsan"), ("./test windows", "windows"), ("./test nightly", "release"), ("./test lint", "release"), ("./test readers", "release"), ("./test", "release"),
               ("./test", "asan"), ("./test", "tsan"), ("./test", "windows")]


@pytest.mark.parametrize(("command", "preset"), EVERY_BUILD)
def test_a_build_that_fails_names_its_first_error(house, command, preset):
    says = r"[1/9] Building a\nFAILED: a.o\ng++ -c a.cpp\na.cpp:7:3: error: expected ;\nb.cpp:1:1: error: what?"
    result = house(*command.split(), cmake=building(preset, says))
    me = command.split()[0]
    assert fails_in_one_line(result) == (
        f"{me}: building {preset} failed: a.cpp:7:3: error: expected ; (full log: build/{preset}.log)")
    assert f"{me}: building {preset}" in result.out, "it said what it was doing"


@pytest.mark.parametrize("says", ["Killed", r"FAILED: a.o\nKilled", "collect2: error: ld returned 1 exit status"])
def test_a_build_that_fails_without_an_error_of_the_compiler_is_a_line_too(house, says):
    line = fails_in_one_line(house("./run", "build", cmake=building("release", says)))
    assert line.startswith("./run: building release failed: ")
    assert "a.o" in line or says in line
    assert line.endswith(" (full log: build/release.log)")


def test_a_build_that_fails_and_says_nothing_is_a_line_too(house):
    line = fails_in_one_line(house("./run", "build", cmake="[ $1 != --build ]"))
    assert line == "./run: building release failed: the log is empty (full log: build/release.log)"


@pytest.mark.parametrize(("says", "why"), [
    (r"-- Looking\nCMake Error at CMakeLists.txt:3 (find_package):\n  no fmt\n", "CMake Error at CMakeLists.txt:3 (find_package): no fmt"),
    (r"CMake Error: no such preset", "CMake Error: no such preset"),
    ("out of memory", "out of memory"),
])
def test_what_cannot_be_configured_is_a_line(house, says, why):
    line = fails_in_one_line(house("./run", "build", cmake=configuring(says)))
    assert line == f"./run: configuring release failed: {why} (full log: build/release.log)"


def test_without_cmake_it_is_a_line_too(house):
    line = fails_in_one_line(house("./test", "unit", cmake=None))
    assert line.startswith("./test: configuring release failed: ") and "cmake" in line


@pytest.mark.parametrize("command", ["./run", "./run build", "./run build windows", "./test unit", "./test", "./test lint"])
def test_packages_that_cannot_be_installed_are_a_line(house, command):
    result = house(*command.split(), dpkg_query="exit 1", apt_get="[ $1 = update ] || { echo E: no such package; exit 100; }")
    line = fails_in_one_line(result)
    assert line.startswith(f"{command.split()[0]}: could not install g++ cmake ")
    assert line.endswith(": E: no such package (full log: build/install.log)")


def test_lists_of_packages_that_cannot_be_fetched_are_a_line(house):
    line = fails_in_one_line(house("./run", dpkg_query="exit 1", apt_get="echo Err: no network; exit 100"))
    assert line.endswith(": Err: no network (full log: build/install.log)")


def test_whoever_may_not_install_is_told_in_a_line_what_is_missing(house):
    line = fails_in_one_line(house("./run", dpkg_query="exit 1", id="echo 1000", sudo=None))
    assert line.startswith("./run: cannot install packages without root or sudo; install them first: g++ cmake ")


def test_whoever_has_sudo_installs_by_it_and_only_what_is_missing(house):
    result = house("./run", "build", id="echo 1000", dpkg_query='[ "${@: -1}" = ccache ] || echo -n installed',
                   sudo='echo "sudo $*" >>asked; exec "$@"', apt_get='echo "apt-get $*" >>asked')
    assert result.code == 0, result
    assert "./run: installing ccache" in result.out


def test_nothing_is_installed_twice(house):
    result = house("./run", "build", apt_get="touch asked; exit 1")
    assert result.code == 0, result
    assert not any("installing" in line for line in result.out)


def test_the_packages_of_the_pages_are_fetched_when_they_have_changed(house, tmp_path):
    lock = tmp_path / "clients" / "web" / "package-lock.json"
    lock.touch()
    os.utime(lock, (time.time() + 100, time.time() + 100))
    result = house("./run", "build")
    assert result.code == 0, result
    assert "./run: installing the packages of clients/web" in result.out
    assert (tmp_path / "asked-npm").exists()


def test_packages_of_the_pages_that_cannot_be_fetched_are_a_line(house, tmp_path):
    shutil.rmtree(tmp_path / "clients" / "web" / "node_modules")
    result = house("./test", "unit", npm="echo npm error network is unreachable; exit 1")
    assert fails_in_one_line(result) == (
        "./test: could not install the packages of clients/web: npm error network is unreachable (full log: build/npm.log)")


@pytest.mark.parametrize("command", ["./run build windows", "./test windows", "./test"])
def test_libraries_for_windows_that_cannot_be_fetched_are_a_line(house, tmp_path, command):
    (tmp_path / "scripts" / "windows_libraries.sh").open("a").write("# it has changed, so they are built again\n")
    result = house(*command.split(), apt_get="[ $1 = indextargets ] || { echo E: no network; exit 100; }")
    me = command.split()[0]
    assert fails_in_one_line(result) == (
        f"{me}: could not build SQLite and libsodium for Windows: E: no network (full log: build/windows-libraries.log)")
    assert f"{me}: building SQLite and libsodium for Windows" in result.out


@pytest.mark.parametrize("word", ["everything", "unitt", "--unit", ""])
def test_a_test_that_there_is_not_is_a_line(house, word):
    assert fails_in_one_line(house("./test", word)) == f"./test: there is no test part {word}; see ./test --help"


def test_a_build_that_there_is_not_is_a_line(house):
    assert fails_in_one_line(house("./run", "build", "mac")) == (
        "./run: cannot build mac; use ./run build or ./run build windows")


@pytest.mark.parametrize(("command", "problem"), [
    ("./run build windows release", "./run: ./run build has at most one argument; see ./run --help"),
    ("./test unit release", "./test: ./test has at most one argument; see ./test --help"),
])
def test_an_argument_too_many_is_a_line(house, command, problem):
    assert fails_in_one_line(house(*command.split())) == problem


@pytest.mark.parametrize("part", ["release", "asan", "tsan", "windows"])
def test_tests_that_fail_are_a_line(house, part):
    line = fails_in_one_line(house("./test", part, ctest="echo 3 tests failed; exit 8"))
    assert line == f"./test: tests of {part} failed"


def test_what_is_built_ahead_ends_with_the_test_that_fails_before_it(house, tmp_path):
    # The build in the background never ends, and its child processes do not end either.
    ninja = tmp_path / "ninja.pid"
    cmake = f"[ $1 != --build ] || [ $2 != build/asan ] || {{ sleep 1000 & echo $! >{ninja}; wait; }}"
    line = fails_in_one_line(house("./test", cmake=cmake, ctest=f"while ! [ -s {ninja} ]; do sleep 0.1; done; exit 8"))
    assert line == "./test: tests of release failed"
    deadline = time.monotonic() + PATIENCE_S
    while is_running(int(ninja.read_text())):
        assert time.monotonic() < deadline, "it is still being built"
        time.sleep(0.1)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def builds(program: str, script: str) -> str:
    """A cmake that builds this program."""
    return (f"[ $1 != --build ] || {{ mkdir -p $(dirname {program}); echo '#!/bin/bash\n{script}' >{program}; "
            f"chmod +x {program}; }}")


@pytest.mark.parametrize(("options", "told"), [
    ([], "serve --demo-bots 200"),
    (["--workers", "4", "--demo-bots", "0"], "serve --demo-bots 200 --workers 4 --demo-bots 0"),  # the last one counts
])
def test_run_starts_the_server_with_what_it_is_told(house, options, told):
    result = house("./run", *options, cmake=builds("build/release/madang", 'echo "told: $*"'))
    assert (result.code, result.errors) == (0, []), result
    assert result.out[-1] == f"told: {told}"
    assert "build/release/madang play" in result.out[-2], "it says how to come in"


def test_test_unit_runs_the_unit_tests_alone(house):
    programs = [builds(f"build/release/tests/madang_{name}_tests", f"echo {name} ran") for name in ("unit", "keeper")]
    result = house("./test", "unit", ctest="exit 1", cmake="; ".join(programs))
    assert (result.code, result.errors) == (0, []), result
    assert result.out[-3:-1] == ["unit ran", "keeper ran"] and result.out[-1].startswith("./test: all tests passed, in ")


def test_all_of_it_says_what_it_does_and_how_long_it_took(house):
    result = house("./test")
    assert (result.code, result.errors) == (0, []), result
    for part in ("release", "asan", "tsan", "windows"):
        assert f"./test: building {part}" in result.out and f"./test: testing {part}" in result.out
    assert result.out[-1].startswith("./test: all tests passed, in 0 min ")


@pytest.mark.parametrize("command", [
    "./run", "./run build", "./run build windows", "./run --workers 4", "./test", "./test unit", "./test release", "./test asan", "./test tsan",
    "./test windows", "./test lint", "./test readers",
])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_is_printed_and_nothing_is_done(house, command, option):
    failing = {name: "exit 1" for name in ("dpkg_query", "apt_get", "cmake", "ctest", "npm")}
    result = house(*command.split(), option, **failing)
    assert (result.code, result.errors) == (0, [])
    assert result.out[0].startswith(f"{command.split()[0]} ")
    assert len(result.out) >= 6
