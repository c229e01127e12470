"""The output of the real program for command lines and configuration files."""

import os
import subprocess
from dataclasses import dataclass

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S, ROOT

SYSTEMS = [
    pytest.param(EPOLL, id="linux"),
    pytest.param(IOCP, id="windows", marks=pytest.mark.windows),
]


@dataclass
class Result:
    code: int
    out: str
    errors: list[str]


@pytest.fixture(params=SYSTEMS)
def madang(request, tmp_path):
    """madang(*arguments) -> Result, run in an empty folder."""

    def run(*arguments: str) -> Result:
        # Files, not pipes: Wine's own services outlive the program, and keep its pipes open.
        with open(tmp_path / "out", "w+b") as out, open(tmp_path / "errors", "w+b") as errors:
            done = subprocess.run(
                request.param.command("madang", *arguments),
                cwd=tmp_path,
                env={**os.environ, "LC_ALL": "C.UTF-8"},  # Wine reads the arguments in this encoding
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                timeout=PATIENCE_S,
            )
            out.seek(0)
            errors.seek(0)
            return Result(done.returncode, out.read().decode(), errors.read().decode().splitlines())

    return run


def is_help(text: str) -> bool:
    return "\nUsage: madang" in text and "\nExamples:\n" in text


# --- Help ---


def test_without_arguments_it_shows_its_help_and_fails(madang):
    result = madang()
    assert result.code == 2
    assert result.out == ""
    assert is_help("\n".join(result.errors))


def test_it_tells_its_version(madang):
    result = madang("--version")
    assert result.code == 0
    assert result.out.startswith("madang ")
    assert len(result.out.splitlines()) == 1


COMMANDS = ["serve", "bots", "play", "replay", "audit", "history", "backup", "restore", "protocol"]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_it_helps_with_every_command(madang, command):
    result = madang(*command.split(), "--help")
    assert result.code == 0
    assert result.errors == []
    assert is_help(result.out)
    if not command:
        assert all(f"\n  {name} " in result.out for name in COMMANDS)


# --- Wrong options ---


@pytest.mark.parametrize(
    "arguments, error",
    [
        ("srve", "srve: no such command; did you mean serve? see madang --help"),
        ("--tick-rate 5 serve", "--tick-rate: no such option; see madang --help"),
        ("serve --tick-rates 5", "--tick-rates: no such option; did you mean --tick-rate? see madang serve --help"),
        ("serve --tick-rate", "--tick-rate: a value is missing; see madang serve --help"),
        ("serve --tick-rate 500", "--tick-rate: 500 is out of range (1 to 100 ticks a second); see madang serve --help"),
        ("serve --tick-rate fast", '--tick-rate: "fast" is not a whole number; see madang serve --help'),
        ("serve --map 1000", '--map: "1000" is not a size; write WIDTHxHEIGHT, as in 1000x1000; see madang serve --help'),
        ("serve --io kqueue", '--io: "kqueue" is not one of auto, uring, epoll or iocp; see madang serve --help'),
        ("serve --leave-radius 5", "--leave-radius: 5 is out of range (at least 10, the value of view_radius); see madang serve --help"),
        ("serve now", "now: not expected here; see madang serve --help"),
        ("serve 지금", "지금: not expected here; see madang serve --help"),
        ("bots --players many", '--players: "many" is not a whole number; see madang bots --help'),
        ("bots --player 5", "--player: no such option; did you mean --players? see madang bots --help"),
        ("play --looks wizard", '--looks: "wizard" is not one of king, queen, rook, bishop, knight or pawn; see madang play --help'),
        ("protocol --pascal", "--pascal: no such option; see madang protocol --help"),
    ],
)
def test_a_wrong_option_is_one_line(madang, arguments, error):
    result = madang(*arguments.split())
    assert result.code == 2
    assert result.out == ""
    assert result.errors == [f"madang: {error}"]


# --- Wrong files ---


@pytest.mark.parametrize(
    "toml, errors",
    [
        pytest.param(
            "[world]\nseed = 1\ntick_rates = 20\n",
            ["3: tick_rates: no such setting in [world]; did you mean tick_rate?"],
            id="wrong key",
        ),
        pytest.param(
            "[server]\ntick_rate = 20\n",
            ["2: tick_rate: no such setting in [server]; it belongs in [world]"],
            id="wrong place",
        ),
        pytest.param("tick_rate = 20\n", ["1: tick_rate: is in no section; it belongs in [world]"], id="no section"),
        pytest.param("\n[wrold]\n", ["2: [wrold]: no such section; did you mean world?"], id="wrong section"),
        pytest.param(
            '[server]\n\nworkers = "two"\n', ["3: workers: must be a whole number, not a string"], id="wrong type"
        ),
        pytest.param(
            "[world]\ntick_rate = 500\n", ["2: tick_rate: 500 is out of range (1 to 100 ticks a second)"], id="wrong range"
        ),
        pytest.param(
            "[world]\ncell_size = 5\n", ["2: cell_size: 5 is out of range (4, 8, 16, 32, 64 or 128 tiles)"], id="no cell size"
        ),
        pytest.param(
            "[world]\nseed = -1\nmap = 7\n[log]\nlog_level = 'loud'\n",
            [
                "2: seed: -1 is out of range (0 to 9223372036854775807)",
                "3: map: must be a string, not a whole number",
                '5: log_level: "loud" is not one of info, warning, error or off',
            ],
            id="all at once",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_a_line_each(madang, tmp_path, toml, errors):
    (tmp_path / "madang.toml").write_text(toml)
    result = madang("serve", "--config", "madang.toml")
    assert result.code == 2
    assert result.out == ""
    assert result.errors == [f"madang.toml:{error}" for error in errors]


@pytest.mark.parametrize("toml", ["[world]\n[world\n", "[world]\nseed = \n", "[world]\nseed 1\n", "seed = 1\nseed = 2\n"])
def test_a_file_that_is_not_toml_is_one_line(madang, tmp_path, toml):
    (tmp_path / "madang.toml").write_text(toml)
    result = madang("serve", "--config", "madang.toml")
    assert result.code == 2
    assert len(result.errors) == 1
    assert result.errors[0].startswith("madang.toml:2: not valid TOML: ")


def test_a_file_that_does_not_exist_is_one_line(madang):
    result = madang("serve", "--config", "nowhere.toml")
    assert result.code == 2
    assert result.errors == ["nowhere.toml: no such file"]


# --- What it prints ---


def test_its_settings_are_the_example_file_and_are_read_back(madang, tmp_path):
    printed = madang("serve", "--print-config")
    assert printed.code == 0
    assert printed.out == (ROOT / "madang.example.toml").read_text()
    (tmp_path / "madang.toml").write_text(printed.out)
    again = madang("serve", "--config", "madang.toml", "--print-config")
    assert (again.code, again.out) == (0, printed.out)


def test_the_command_line_wins_over_the_file_and_the_file_over_the_defaults(madang, tmp_path):
    (tmp_path / "마당.toml").write_text("[world]\ntick_rate = 30\nseed = 9\n")
    result = madang("serve", "--tick-rate", "40", "--config", "마당.toml", "--listen", "마당.example:1", "--print-config")
    assert result.code == 0, result.errors
    lines = result.out.splitlines()
    assert "tick_rate = 40" in lines
    assert "seed = 9" in lines
    assert 'listen = "마당.example:1"' in lines
    assert "view_radius = 10" in lines


def test_the_protocol_is_printed_as_it_is_documented(madang):
    assert madang("protocol").out == (ROOT / "docs" / "protocol.md").read_text()
    assert madang("protocol", "--markdown").out == madang("protocol").out
    assert "export " in madang("protocol", "--typescript").out
    assert "Proto(" in madang("protocol", "--wireshark").out
