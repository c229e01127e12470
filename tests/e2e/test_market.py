"""The market keeps what its people own, however it ends: examples/market, with its store in a file."""

import contextlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import time

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S

SYSTEMS = [pytest.param(EPOLL, id="linux"), pytest.param(IOCP, id="windows", marks=pytest.mark.windows)]
CANNOT_OPEN = "cannot open or make this file; is its folder there, and may this program write to it?"
KILLS = int(os.environ.get("MADANG_MARKET_KILLS", "20"))


def seen_by(system, path) -> str:
    return f"Z:{path}".replace("/", "\\") if system.windows else str(path)


def market(start, system, *arguments: str):
    return start(system, "examples/market", *arguments)


def result_of(start, system, store: str, *command: str):
    """What the market says that ends by itself, or a command of madang about its store."""
    program = start(system, "madang", *command, "--store", f"sqlite:{store}") if command else market(start, system, store)
    program.wait()
    return program


def proved(audit) -> bool:
    return audit.process.returncode == 0 and audit.lines[-1].startswith("no violations: ")


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_market_that_is_killed_has_all_that_it_said_was_durable_and_nothing_twice(start, system, tmp_path):
    """What it says after a start is exactly the state of the last durable tick, or of the next one, which was given."""
    store = seen_by(system, tmp_path / "store.db")
    said = {}
    durable = 0
    kills = 3 if system.windows else KILLS
    for number in range(kills + 1):
        program = market(start, system, store)
        opened, state = program.wait_for(r"opened at tick (\d+): (.*)").groups()
        assert int(opened) in (durable, durable + 1)
        if int(opened) > 0:
            assert state == said[int(opened)]
        if number == kills:
            program.kill()
            break
        durable = int(opened)
        program.wait_for(rf"durable tick {durable + 1}: .*")
        time.sleep(random.random() * 0.1)
        program.kill()
        for line in program.lines:
            if match := re.fullmatch(r"(given|durable) tick (\d+): (.*)", line):
                said[int(match[2])] = match[3]
                if match[1] == "durable":
                    durable = int(match[2])
    audit = result_of(start, system, store, "audit")
    assert proved(audit), audit.lines


def test_two_markets_do_not_share_a_file(start, tmp_path):
    store = str(tmp_path / "store.db")
    first = market(start, EPOLL, store)
    first.wait_for("durable tick 1: .*")
    second = result_of(start, EPOLL, store)
    assert second.process.returncode == 1
    assert second.errors == [f"market: {store}: another program has this store open"]
    first.kill()
    assert market(start, EPOLL, store).wait_for("durable tick .*")


def test_a_backup_becomes_a_market_that_goes_on(start, tmp_path):
    store, backup, restored = (str(tmp_path / name) for name in ("store.db", "backup.db", "restored.db"))
    program = market(start, EPOLL, store)
    program.wait_for("durable tick 3: .*")
    program.kill()
    assert result_of(start, EPOLL, store, "backup", backup).process.returncode == 0
    assert result_of(start, EPOLL, restored, "restore", backup).errors == []
    for path in (store, restored):
        assert proved(result_of(start, EPOLL, path, "audit"))
    old, new = (market(start, EPOLL, path).wait_for(r"opened at tick (\d+): (.*)").groups() for path in (store, restored))
    assert new[1] == old[1] and int(new[0]) > int(old[0]) + 1_000_000


def test_an_edited_journal_is_found_at_the_start(start, tmp_path):
    store = str(tmp_path / "store.db")
    program = market(start, EPOLL, store)
    program.wait_for("durable tick 5: .*")
    program.kill()
    with contextlib.closing(sqlite3.connect(store)) as database, database:
        database.execute("UPDATE journal SET content = x'00' WHERE number = (SELECT max(number) FROM journal)")
    refused = result_of(start, EPOLL, store)
    assert refused.process.returncode == 1
    assert re.fullmatch(r'market: the journal of world "market" was changed near entry \d+: run the audit', refused.errors[0])
    audit = result_of(start, EPOLL, store, "audit")
    assert audit.process.returncode == 1
    assert "its hash is not that of its content" in audit.lines[3], audit.lines


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_told_and_loses_nothing(start, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        store = f"{disk}/store.db"
        program = market(start, EPOLL, store)
        program.wait()
        assert program.process.returncode == 1
        assert program.errors == [f"market: {store}: the disk is full; nothing of this commit is stored"]
        durable = max(int(match[1]) for line in program.lines if (match := re.match(r"durable tick (\d+)", line)))
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        again = market(start, EPOLL, store)
        assert int(again.wait_for(r"opened at tick (\d+): .*")[1]) == durable
        again.wait_for(rf"durable tick {durable + 1}: .*")
        again.kill()
        assert proved(result_of(start, EPOLL, store, "audit"))
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become another user")
def test_a_file_that_cannot_be_written_to_is_told(start, tmp_path):
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", EPOLL.command("examples/market")[0]]
    folder = tmp_path / "store"
    folder.mkdir()
    for parent in folder.parents:
        if os.access(parent, os.W_OK) and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    store = folder / "store.db"
    refused = subprocess.run([*command, store], capture_output=True, text=True, timeout=PATIENCE_S)
    assert (refused.returncode, refused.stderr) == (1, f"market: {store}: {CANNOT_OPEN}\n")
    program = market(start, EPOLL, str(store))
    program.wait_for("durable tick 1: .*")
    program.kill()
    refused = subprocess.run([*command, store], capture_output=True, text=True, timeout=PATIENCE_S)
    assert (refused.returncode, refused.stderr) == (1, f"market: {store}: this file cannot be written to\n")


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--help"]])
def test_a_market_that_is_asked_for_something_else_says_how_it_is_used(start, arguments):
    program = market(start, EPOLL, *arguments)
    assert (program.wait(), program.errors) == (2, ["usage: market STORE"])
