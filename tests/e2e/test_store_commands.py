"""`madang audit`, `history`, `backup` and `restore`: the commands that work on a store. The market makes the stores."""

import json
import os
import pty
import pwd
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from conftest import EPOLL, IOCP, PATIENCE_S, RELEASE_BUILD

SYSTEMS = [pytest.param(EPOLL, id="linux"), pytest.param(IOCP, id="windows", marks=pytest.mark.windows)]
THING = r"[0-9a-f]{32}"
STOP_IT = "another program has this store open; stop the server that uses it, and try again"


def seen_by(system, path) -> str:
    return f"Z:{path}".replace("/", "\\") if system.windows else str(path)


def run(start, *arguments: str, system=EPOLL, environment=None, through=()):
    """Runs a command of madang. Returns its exit code, its output and its errors, as lines."""
    environment = {"LC_ALL": "C.UTF-8", **(environment or {})}  # Wine reads the arguments in this encoding
    program = start(system, "madang", *arguments, environment=environment, through=through)
    return program.wait(), program.lines, program.errors


def make_store(start, path, ticks: int, system=EPOLL):
    market = start(system, "examples/market", seen_by(system, path))
    market.wait_for(rf"durable tick {ticks}: .*")
    market.kill()


def edit(path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


@pytest.fixture
def store(start, tmp_path):
    path = tmp_path / "store.db"
    make_store(start, path, 60)
    assert run(start, "audit", "--store", f"sqlite:{path}")[0] == 0  # it empties the log into the file
    return f"sqlite:{path}"


# --- What they do ---


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_store_is_proved_looked_into_copied_and_restored(start, tmp_path, system):
    folder = tmp_path / "마당 1"
    folder.mkdir()
    path = folder / "store.db"
    store, copy, restored = (seen_by(system, folder / name) for name in ("store.db", "copy.db", "restored.db"))
    make_store(start, tmp_path / "market.db", 30, system)  # on Windows the market, a small example, reads no Korean names
    for file in tmp_path.glob("market.db*"):
        file.rename(folder / file.name.replace("market", "store"))
    code, lines, errors = run(start, "audit", "--store", f"sqlite:{store}", system=system)
    assert (code, errors) == (0, [])
    sums = re.fullmatch(rf"sqlite:{re.escape(store)}: 1 world, 0 accounts, 0 characters, (\d+) single things, (\d+) transfers", lines[0])
    assert int(sums[2]) >= 600
    assert re.fullmatch(r"coin: (\d+)00 issued, \1\d\d held", lines[1])
    assert lines[2:] == [f"sword: {sums[1]} issued, {sums[1]} held", "no violations: nothing is lost, and nothing is there twice"]

    code, lines, errors = run(start, "history", "3", "--store", f"sqlite:{store}", system=system)
    assert (code, errors) == (0, [])
    assert all(re.fullmatch(r'"market", tick \d+: [\w ]+: .*character 3\b.*', line) for line in lines)
    thing = next(found[0] for line in lines if (found := re.search(THING, line)))
    code, lines, errors = run(start, "history", thing, "--store", f"sqlite:{store}", system=system)
    assert (code, errors) == (0, [])
    assert re.fullmatch(rf'"market", tick \d+: forged: system gives sword {thing} to character \d', lines[0])
    for line, after in zip(lines, lines[1:]):
        assert re.search(rf"(character \d) gives sword {thing}", after)[1] == re.search(r"to (character \d)$", line)[1]

    code, lines, errors = run(start, "backup", copy, "--store", f"sqlite:{store}", system=system)
    assert (code, errors) == (0, [])
    assert re.fullmatch(rf"sqlite:{re.escape(store)} is copied to {re.escape(copy)} \(\d+\.\d MB\)", lines[0])
    path.write_bytes(b"lost")
    for end in ("-wal", "-journal"):
        path.with_name(f"store.db{end}").unlink(missing_ok=True)
    code, lines, errors = run(start, "restore", copy, "--store", f"sqlite:{restored}", system=system)
    assert (code, errors) == (0, [])
    assert lines == [f"sqlite:{restored} is made from {copy}, which has no violations"]
    code, lines, _ = run(start, "audit", "--json", "--store", f"sqlite:{restored}", system=system)
    audit = json.loads(lines[0])
    assert (code, len(lines), audit["violations"], audit["transfers"]) == (0, 1, 0, int(sums[2]))
    (folder / "restored.db").rename(tmp_path / "restored.db")
    market = start(system, "examples/market", seen_by(system, tmp_path / "restored.db"))
    assert int(market.wait_for(r"opened at tick (\d+): .*")[1]) > 1_000_000  # behind all that the lost store can have given
    assert {file.name for file in folder.iterdir()} == {"store.db", "copy.db"}


def test_the_results_are_there_for_programs(start, store):
    code, lines, _ = run(start, "audit", "--json", "--store", store)
    audit = json.loads(lines[0])
    assert (code, len(lines)) == (0, 1)
    assert list(audit) == ["store", "worlds", "accounts", "characters", "things", "transfers", "kinds", "violations", "described"]
    assert (audit["store"], audit["worlds"], audit["violations"], audit["described"]) == (store, 1, 0, [])
    coin, sword = audit["kinds"]
    assert coin == {"id": 1, "name": "coin", "single": False, "issued": coin["held"], "held": coin["issued"]}
    assert sword == {"id": 2, "name": "sword", "single": True, "issued": audit["things"], "held": audit["things"]}

    code, lines, _ = run(start, "history", "character:2", "--json", "--store", store)
    entries = [json.loads(line) for line in lines]
    _, words, _ = run(start, "history", "2", "--store", store)
    assert code == 0 and len(entries) == len(words)
    coins = 0
    for entry in entries:
        assert list(entry) == ["world", "entry", "tick", "transfer", "reason", "movements"] and entry["world"] == "market"
        for movement in entry["movements"]:
            if movement["kind"] == "coin":
                coins += movement["count"] * ((movement["to"] == "character 2") - (movement["from"] == "character 2"))
            else:
                assert re.fullmatch(THING, movement["thing"]) and movement["count"] == 1
    with closing(sqlite3.connect(store.removeprefix("sqlite:"))) as database:
        held = [count for holder, count in database.execute("SELECT holder, count FROM holdings WHERE kind = 1 AND count > 0")
                if holder.endswith(b"\x02")]
    assert held == [coins]
    # A trade has both sides, as in the line for a person.
    assert any({one["kind"] for one in entry["movements"]} == {"coin", "sword"} for entry in entries)


def test_what_nothing_has_happened_to_has_no_history(start, store):
    assert run(start, "history", "mailbox:3", "--store", store) == (0, ["mailbox 3: no transfer has moved it, or anything of it"], [])
    thing = "00000000000000000000000000000999"
    assert run(start, "history", f"thing:{thing}", "--json", "--store", store) == (0, [], [])


def test_a_slow_reader_of_a_history_does_not_hold_up_the_store(start, store):
    command = EPOLL.command("madang", "history", "2", "--json", "--store", store)
    with subprocess.Popen(command, stdout=subprocess.PIPE, pipesize=4096) as history:
        assert select.select([history.stdout], [], [], PATIENCE_S)[0]  # it prints, and nobody reads
        assert run(start, "audit", "--store", store)[0] == 0
        assert history.poll() is None
        assert all(json.loads(line)["world"] == "market" for line in history.stdout)
        assert history.wait(timeout=PATIENCE_S) == 0


def test_the_store_is_beside_the_configuration_file_or_here(start, tmp_path, store):
    (tmp_path / "etc").mkdir()
    here = ["env", "-C", str(tmp_path)]
    shutil.copy(tmp_path / "store.db", tmp_path / "etc" / "madang.db")
    code, lines, _ = run(start, "audit", "--config", "etc/madang.toml", through=here)
    assert code == 0 and lines[0].startswith("sqlite:etc/madang.db: 1 world")
    missing = "madang audit: madang.db: no such file; name the store with --store sqlite:FILE"
    assert run(start, "audit", through=here) == (1, [], [missing])
    assert run(start, "restore", "etc/madang.db", through=here)[0] == 0
    assert run(start, "audit", through=here)[1][0].startswith("sqlite:madang.db: 1 world")
    # Every game's program has the commands, with a store of its own.
    arena = start(EPOLL, "examples/arena", "audit", through=here)
    assert (arena.wait(), arena.errors) == (1, [missing.replace("madang", "arena")])
    assert "arena backup monday.db" in start_help(start, "examples/arena", "backup")


def start_help(start, program: str, command: str) -> str:
    shown = start(EPOLL, program, command, "--help")
    assert shown.wait() == 0
    return "\n".join(shown.lines)


def test_a_store_that_was_edited_is_found_out_and_not_copied(start, tmp_path, store):
    path = tmp_path / "store.db"
    shutil.copy(path, tmp_path / "edited.db")
    edited = f"sqlite:{tmp_path}/edited.db"
    edit(tmp_path / "edited.db", "UPDATE holdings SET count = count + 1 WHERE kind = 1 AND holder = (SELECT max(holder) FROM holdings)")
    code, lines, errors = run(start, "audit", "--store", edited)
    assert (code, errors, lines[-1]) == (1, [], "2 violations")
    assert re.fullmatch(r"character \d, kind 1: holds \d+, but \d+ by the journal", lines[3])
    code, lines, _ = run(start, "audit", "--json", "--store", edited)
    assert (code, json.loads(lines[0])["violations"], len(json.loads(lines[0])["described"])) == (1, 2, 2)
    code, _, errors = run(start, "restore", str(tmp_path / "edited.db"), "--store", f"sqlite:{tmp_path}/new.db")
    assert (code, len(errors)) == (1, 1)
    assert re.fullmatch(r"madang restore: the backup has 2 violations; the first one: .*; use an earlier backup", errors[0])

    edit(tmp_path / "edited.db", "UPDATE journal SET content = x'00' WHERE number > 10")
    code, lines, _ = run(start, "audit", "--store", edited)
    violations = int(lines[-1].split()[0])
    assert code == 1 and violations > 100 and lines[-2] == f"and {violations - 100} others" and len(lines) == 3 + 100 + 2
    code, _, errors = run(start, "backup", str(tmp_path / "copy.db"), "--store", edited)
    assert (code, len(errors)) == (1, 1) and "was changed near entry" in errors[0] and "run the audit; restore the last good backup" in errors[0]
    assert not (tmp_path / "copy.db").exists() and not (tmp_path / "new.db").exists()
    assert run(start, "history", "1", "--store", edited)[0] == 0  # what can be read is told


def test_a_long_audit_says_how_far_it_is_but_only_to_a_terminal(start, tmp_path):
    """The entries are copied into worlds of their own, so that the audit has much to read, whatever it finds."""
    make_store(start, tmp_path / "store.db", 50)
    edit(tmp_path / "store.db",
         "INSERT INTO worlds SELECT value, 'w' || value, epoch, tick, entries, head, image FROM worlds, "
         "(WITH RECURSIVE n(value) AS (SELECT 2 UNION ALL SELECT value + 1 FROM n WHERE value < 900) SELECT value FROM n)",
         "INSERT INTO journal SELECT worlds.id, number, journal.epoch, randomblob(16), content, hash FROM journal, worlds WHERE worlds.id > 1")
    command = EPOLL.command("madang", "audit", "--store", f"sqlite:{tmp_path}/store.db")
    terminal, stderr = pty.openpty()
    for errors in (stderr, subprocess.PIPE):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env={**os.environ, "TERM": "xterm"}) as program:
            for _ in range(3):  # it is stopped, so that it is slow on every machine
                time.sleep(0.3)
                program.send_signal(signal.SIGSTOP)
                time.sleep(2.1)
                program.send_signal(signal.SIGCONT)
            assert program.wait(timeout=PATIENCE_S) == 1
            if errors == subprocess.PIPE:
                assert program.stderr.read() == b""
    os.close(stderr)
    lines = os.read(terminal, 4096).decode().splitlines()
    os.close(terminal)
    assert lines and all(re.fullmatch(r"madang audit: \d{1,3} %, \d+ transfers", line) for line in lines), lines


# --- What goes wrong ---


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_store_that_a_server_has_open_is_left_alone(start, tmp_path, system):
    path = seen_by(system, tmp_path / "store.db")
    market = start(system, "examples/market", path)
    market.wait_for("durable tick 3: .*")
    for arguments in [["audit"], ["history", "3"], ["backup", seen_by(system, tmp_path / "copy.db")]]:
        assert run(start, *arguments, "--store", f"sqlite:{path}", system=system) == (1, [], [f"madang {arguments[0]}: {path}: {STOP_IT}"])
    restored = seen_by(system, tmp_path / "restored.db")
    assert run(start, "restore", path, "--store", f"sqlite:{restored}", system=system) == (1, [], [f"madang restore: {path}: {STOP_IT}"])
    seen = len(market.lines)
    market.wait_for("durable tick .*")
    time.sleep(0.2)
    assert len(market.lines) > seen  # the server goes on
    market.kill()
    assert {file.name.removesuffix("-wal") for file in tmp_path.iterdir()} == {"store.db"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_command_makes_or_overwrites_a_file_by_mistake(start, tmp_path, system):
    path, copy, typo = (seen_by(system, tmp_path / name) for name in ("store.db", "copy.db", "typo.db"))
    for arguments in [["audit"], ["history", "3"], ["backup", copy]]:
        assert run(start, *arguments, "--store", f"sqlite:{typo}", system=system) == (
            1, [], [f"madang {arguments[0]}: {typo}: no such file; name the store with --store sqlite:FILE"])
    assert run(start, "restore", typo, "--store", f"sqlite:{path}", system=system) == (1, [], [f"madang restore: {typo}: no such file"])
    assert list(tmp_path.iterdir()) == []
    make_store(start, tmp_path / "store.db", 3, system)
    (tmp_path / "copy.db").write_bytes(b"")
    for name in [copy, path]:
        assert run(start, "backup", name, "--store", f"sqlite:{path}", system=system) == (
            1, [], [f"madang backup: {name}: this file is there already; name a new file"])
    assert run(start, "restore", path, "--store", f"sqlite:{copy}", system=system) == (
        1, [], [f"madang restore: {copy}: this file is there already; move it away, or name another file with --store sqlite:FILE"])
    assert (tmp_path / "copy.db").read_bytes() == b""
    folder = seen_by(system, tmp_path)
    assert run(start, "audit", "--store", f"sqlite:{folder}", system=system) == (1, [], [f"madang audit: {folder}: is a folder, not a file"])
    nowhere = seen_by(system, tmp_path / "no" / "copy.db")
    assert run(start, "backup", nowhere, "--store", f"sqlite:{path}", system=system) == (
        1, [], [f"madang backup: {nowhere}: its folder is not there; make it first"])
    assert run(start, "restore", path, "--store", f"sqlite:{nowhere}", system=system) == (
        1, [], [f"madang restore: {nowhere}: its folder is not there; make it first"])


def cut(path: Path, size: int) -> None:
    os.truncate(path, size)


DAMAGE = {
    "noise": (lambda path: path.write_bytes(os.urandom(5000)), "this file is no store of Madang"),
    "text": (lambda path: path.write_text("[server]\n"), "this file is no store of Madang"),
    "empty": (lambda path: cut(path, 0), "this file is empty: there is no store in it"),
    "other program": (lambda path: edit(path, "PRAGMA application_id = 7"), "this file belongs to another program; name another file"),
    "newer": (lambda path: edit(path, "PRAGMA user_version = 7"),
              "a later Madang has written this store (its version is 7; this Madang knows 2); use that version of madang"),
    "cut": (lambda path: cut(path, 50_000), "database disk image is malformed (SQLite 11); MEND"),
    "cut short": (lambda path: cut(path, 5_000), "database disk image is malformed (SQLite 11); MEND"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_no_good_is_told_and_not_changed(start, tmp_path, store, damage):
    path = tmp_path / "store.db"
    harm, said = DAMAGE[damage]
    harm(path)
    before = path.read_bytes()
    mend = "restore the last good backup, see madang restore --help"
    for arguments in [["audit"], ["history", "3"], ["backup", str(tmp_path / "copy.db")]]:
        assert run(start, *arguments, "--store", store) == (1, [], [f"madang {arguments[0]}: {path}: {said.replace('MEND', mend)}"])
    assert run(start, "restore", str(path), "--store", f"sqlite:{tmp_path}/new.db") == (
        1, [], [f"madang restore: {path}: {said.replace('MEND', 'use an earlier backup')}"])
    assert path.read_bytes() == before
    assert {file.name for file in tmp_path.iterdir()} <= {"store.db", "store.db-wal", "store.db-journal"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_leaves_no_part_of_a_backup(start, tmp_path, store):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        assert run(start, "backup", f"{disk}/copy.db", "--store", store) == (
            1, [], [f"madang backup: {disk}/copy.db.unfinished: no backup was made: the disk is full"])
        code, _, errors = run(start, "restore", str(tmp_path / "store.db"), "--store", f"sqlite:{disk}/new.db")
        assert (code, len(errors)) == (1, 1) and errors[0].endswith("the disk is full")
        assert list(disk.iterdir()) == []
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        assert run(start, "backup", f"{disk}/copy.db", "--store", store)[0] == 0
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become another user")
def test_files_that_this_user_may_not_write_to_are_told(start, tmp_path, store):
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for parent in [tmp_path, *tmp_path.parents]:
        if str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    path = tmp_path / "store.db"
    for arguments in [["audit"], ["history", "3"], ["backup", "/tmp/copy.db"]]:
        assert run(start, *arguments, "--store", store, through=as_nobody) == (
            1, [], [f"madang {arguments[0]}: {path}: this file cannot be written to; run this command as the user that runs the server"])
    assert run(start, "restore", str(path), "--store", "sqlite:/tmp/new.db", through=as_nobody) == (
        1, [], [f"madang restore: {path}: this file cannot be written to; copy the backup to a folder that this program may write to"])
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(path, own / "store.db")
    for one in (own, own / "store.db"):
        os.chown(one, 65534, 65534)
    assert run(start, "backup", str(tmp_path / "copy.db"), "--store", f"sqlite:{own}/store.db", through=as_nobody) == (
        1, [], [f"madang backup: {tmp_path}/copy.db.unfinished: no backup was made: cannot open or make this file; "
                "is its folder there, and may this program write to it?"])


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    "command, error",
    [
        ("history", "SUBJECT is missing; see madang history --help"),
        ("backup", "FILE is missing; see madang backup --help"),
        ("restore", "BACKUP is missing; see madang restore --help"),
        ("audit now", "now: not expected here; see madang audit --help"),
        ("backup a.db b.db", "b.db: not expected here; see madang backup --help"),
        ("backup --json a.db", "--json: no such option; see madang backup --help"),
        ("backup sqlite:a.db", "the file is a plain name, without sqlite: or another beginning; see madang backup --help"),
        ("history sword", '"sword" is no thing and no character: write 17 for character 17, the 32 digits of a thing, or thing:ID, '
                          "mailbox:ID, ground:ID, trade:ID or transit:ID; see madang history --help"),
        ("audit --store", "--store: a value is missing; see madang audit --help"),
        ("audit --store game.db", '--store: "game.db" is no address of a store: write sqlite:FILE, postgres://user@host/database, '
                                  "or memory (a file: sqlite:game.db); see madang audit --help"),
        ("audit --store memory", "--store: a store in memory is empty; name a file or a database; see madang audit --help"),
        ("backup a.db --store postgres://host/game", "--store: PostgreSQL has a tool of its own to copy a database: use pg_dump; "
                                                     "see madang backup --help"),
        ("restore a.db --store postgres://host/game", "--store: PostgreSQL has a tool of its own to make a database from a copy: "
                                                      "use pg_restore; see madang restore --help"),
        ("audit postgres://me:secret@host/game", "postgres://me:***@host/game: not expected here; see madang audit --help"),
        ("postgres://me:secret@host/game", "postgres://me:***@host/game: no such command; see madang --help"),
    ],
)
def test_wrong_usage_is_one_line(start, command, error, system):
    assert run(start, *command.split(), system=system) == (2, [], [f"madang: {error}"])


@pytest.mark.windows
def test_on_windows_there_is_no_postgresql(start):
    assert run(start, "audit", "--store", "postgres://me:secret@host/game", system=IOCP) == (
        1, [], ["madang audit: this build of Madang has no PostgreSQL: use a file of SQLite"])


# --- PostgreSQL ---


def newest_postgres() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


@pytest.fixture(scope="module")
def postgres():
    """A server of PostgreSQL of our own, which asks for passwords. Its only way in is a socket in its folder."""
    programs = newest_postgres()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="madang-pg-", dir="/tmp") as folder:
        user = {}
        if os.geteuid() == 0:  # it refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        secret = Path(folder, "secret")
        secret.write_text("se:cr/et\n")
        secret.chmod(0o644)
        subprocess.run([programs / "initdb", "-D", f"{folder}/data", "-U", "madang", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8",
                        "--locale=C", "--no-sync", "--no-instructions"], check=True, capture_output=True, cwd=folder, **user)
        server = subprocess.Popen([programs / "postgres", "-D", f"{folder}/data", "-k", folder, "-c", "listen_addresses="], cwd=folder,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)
        try:
            deadline = time.monotonic() + PATIENCE_S
            while subprocess.run([programs / "pg_isready", "-q", "-h", folder]).returncode != 0:
                assert time.monotonic() < deadline and server.poll() is None
                time.sleep(0.05)
            yield folder
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=PATIENCE_S)


def sql(folder, command: str) -> str:
    done = subprocess.run([newest_postgres() / "psql", "-h", folder, "-U", "madang", "-d", "postgres", "-Atqc", command], check=True,
                          capture_output=True, text=True, env={**os.environ, "PGPASSWORD": "se:cr/et"})
    return done.stdout.strip()


def address_in(folder, password="se%3Acr%2Fet") -> str:
    return f"postgres://madang:{password}@/postgres?host={folder}"


def test_a_store_in_postgresql_is_proved_and_looked_into(start, postgres):
    address = address_in(postgres)
    shown = f"postgres://madang:***@/postgres?host={postgres}"
    code, lines, errors = run(start, "audit", "--store", address)
    assert (code, lines) == (1, [])
    assert re.fullmatch(rf"madang audit: PostgreSQL database postgres on {postgres}:5432: there is no store in it", errors[0])
    assert sql(postgres, "SELECT count(*) FROM pg_namespace WHERE nspname = 'madang'") == "0"
    code, _, errors = run(start, "audit", "--store", address_in(postgres, "wrong"))
    assert (code, len(errors)) == (1, 1) and "password authentication failed" in errors[0] and "wrong" not in errors[0]
    code, _, errors = run(start, "audit", "--store", address.replace(postgres, f"{postgres}/no"))
    assert (code, len(errors)) == (1, 1) and "No such file" in errors[0]

    market = start(EPOLL, "examples/market", address)
    market.wait_for("durable tick 5: .*")
    code, lines, errors = run(start, "audit", "--store", address)  # the market goes on
    assert (code, errors) == (0, [])
    assert re.fullmatch(rf"{re.escape(shown)}: 1 world, 0 accounts, 0 characters, \d+ single things, \d+ transfers", lines[0])
    assert lines[-1] == "no violations: nothing is lost, and nothing is there twice"
    code, lines, errors = run(start, "history", "2", "--store", address)
    assert (code, errors) == (0, []) and all(re.search(r"character 2\b", line) for line in lines) and lines
    market.wait_for(rf"durable tick {len(market.lines)}: .*")
    market.kill()
    sql(postgres, "UPDATE madang.holdings SET count = count + 1 WHERE kind = 1 AND count > 0")
    code, lines, _ = run(start, "audit", "--json", "--store", address)
    assert (code, json.loads(lines[0])["store"], json.loads(lines[0])["violations"] > 1) == (1, shown, True)
