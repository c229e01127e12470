"""docs/your-game.md: every file of the page is made in an empty folder, and every command is run there.

Not run: `./run build` and the installation, which the tests of the packages do (test_outside.py).
"""

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import PATIENCE_S, RELEASE_BUILD, ROOT, System
from test_outside import succeed

ENGLISH, KOREAN = ROOT / "docs" / "your-game.md", ROOT / "docs" / "your-game.ko.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w.]+\.(?:h|cpp|txt))`[^`]*\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BUILD = "cmake -B build "
BODY = re.compile(r"-d '(.*?)'")


def text_of(page) -> str:
    return page.read_text(encoding="utf-8")


def commands_of(page) -> list[str]:
    return [line for language, block in BLOCK.findall(text_of(page)) if not language for line in block.splitlines()]


@dataclass(frozen=True)
class Own(System):
    """The game that was built in a folder."""

    folder: Path = Path()

    def command(self, program: str, *arguments: str) -> list[str]:
        return [str(self.folder / program), *arguments]


def test_both_languages_have_the_same_files_and_commands():
    assert FILE.findall(text_of(ENGLISH)) == FILE.findall(text_of(KOREAN))
    assert commands_of(ENGLISH) == commands_of(KOREAN)


def test_the_page_does_what_it_says(start, tmp_path):
    files = FILE.findall(text_of(ENGLISH))
    assert [name for name, _ in files] == ["coins.h", "coins_bot.h", "main.cpp", "CMakeLists.txt", "coins_test.cpp"]
    folder = tmp_path / "game"
    folder.mkdir()
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")
    commands = commands_of(ENGLISH)
    assert commands[:2] == ["./run build", "cmake --install build/release --prefix ~/madang"]
    environment = os.environ | {"HOME": str(tmp_path)}
    succeed("cmake", "--install", RELEASE_BUILD, "--prefix", tmp_path / "madang")
    ran = []
    for command in commands[2:]:
        ran.append(command)
        if command == "build/coins serve":
            look_at_the_server(start, folder, next(one for one in commands if one.startswith("curl")))
            continue
        if command.startswith("curl"):
            continue  # it needs the server: see look_at_the_server()
        if command.startswith("build/coins bots"):
            load_a_server(start, folder, command)
            continue
        # With little optimisation: it takes longer to compile than to run.
        built = command + " -DCMAKE_CXX_FLAGS_RELEASE=-O1 -GNinja" if command.startswith(BUILD) else command
        done = subprocess.run(built, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, command + "\n" + done.stdout[-3000:] + done.stderr[-3000:]
        if command.startswith("ctest"):
            assert "100% tests passed" in done.stdout
    assert len(ran) == 14
    assert 'map = "100x100"' in (folder / "coins.toml").read_text()
    assert "# The protocol coins" in (folder / "protocol.md").read_text()
    assert "export interface Go {" in (folder / "protocol.ts").read_text()
    assert "class Go" in (folder / "Protocol.cs").read_text()
    packed = succeed("tar", "-tzf", folder / "coins-1.0.tar.gz")
    assert "coins-1.0/bin/coins" in packed
    play_again(start, folder)
    shutil.rmtree(folder)


def look_at_the_server(start, folder, rain: str) -> None:
    """The ports of the page may be in use here."""
    server = start(Own("epoll", folder=folder), "build/coins", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0")
    server.wait_for(r"Coins is open: 127\.0\.0\.1:\d+ \(io: .*, 32 x 32 tiles, 20 ticks a second\)\. Ctrl-C stops the server\.")
    port = server.wait_for(r"Connect with a WebSocket: ws://127\.0\.0\.1:\d+/socket   Watch the server: http://127\.0\.0\.1:(\d+)/operator")[1]

    def fetch(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as response:
            return response.read().decode()

    assert "coins_fallen_total 0" in fetch("/metrics").splitlines()
    assert '"game":"coins"' in fetch("/operator/api/state")
    assert '"name":"Rain"' in fetch("/operator/api/actions")
    done = subprocess.run(rain.replace(":7804/", f":{port}/"), shell=True, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout == "", done.stdout + done.stderr  # errors are texts
    for right, wrong, status in (("Rain", "Snow", 404), ('"world": ""', '"world": "tea"', 404), (": 5", ": -1", 400), (": 5", ": true", 400),
                                 ('"count"', '"coins"', 400), (', "values"', ', "value"', 400), ("}}", "}", 400)):
        body = BODY.search(rain)[1].replace(right, wrong).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/operator/api/act", body, {"Content-Type": "application/json"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=PATIENCE_S)
        assert refused.value.code == status, wrong
    deadline = time.monotonic() + PATIENCE_S
    while "coins_fallen_total 25" not in fetch("/metrics").splitlines():
        assert time.monotonic() < deadline, fetch("/metrics")
        time.sleep(0.1)
    server.wait_for_error(r'.*the operator at 127\.0\.0\.1:\d+ did Rain in the world "": \{"count":5,"is_gold":true\}')
    server.stop(signal.SIGINT)


def load_a_server(start, folder, command: str) -> None:
    """With fewer bots than on the page, and for a shorter time."""
    server = start(Own("epoll", folder=folder), "build/coins", "serve", "--listen", "127.0.0.1:0", "--http", "off", "--operator", "off")
    address = server.wait_for(r"Coins is open: (127\.0\.0\.1:\d+) .*")[1]
    fewer = re.sub(r"--players \d+", "--players 20", command).replace("--for 20", "--for 2").replace("--until-delay 200", "--until-delay 5000")
    lines = succeed(*fewer.split(), "--connect", address, cwd=folder).splitlines()
    summary = r"20 players at the end of [\d.]+ s; measured for [\d.]+ s: [1-9]\d* steps"
    assert any(re.fullmatch(summary, line) for line in lines), lines
    assert any(re.fullmatch(r"delay of answers: p50 [1-9][\d.]*, .* ms", line) for line in lines), lines
    assert any(line.endswith("0 violations, 0 errors") for line in lines), lines
    if "--until-delay" in command:
        assert lines[-1] == "the server can hold 20 players"
    server.stop(signal.SIGINT)


def play_again(start, folder) -> None:
    """The commands that the page names within its text."""
    page = text_of(ENGLISH)
    assert "`build/coins serve --record today.record`" in page and "`build/coins replay today.record`" in page
    record = str(folder / "today.record")
    server = start(Own("epoll", folder=folder), "build/coins", "serve", "--record", record, "--seed", "0", "--listen", "127.0.0.1:0", "--http", "off",
                   "--operator", "off")
    server.wait_for("Coins is open: .*")
    server.stop(signal.SIGINT)
    assert "equal" in succeed(folder / "build" / "coins", "replay", record)
    assert "`MADANG_SEED=17 build/coins_test`" in page
    seed = subprocess.run([folder / "build" / "coins_test"], env=os.environ | {"MADANG_SEED": "17"}, capture_output=True, text=True)
    assert seed.returncode == 0 and seed.stdout == "coins: ok\n", seed.stdout
