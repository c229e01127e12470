"""What a store keeps in a second, flushed to the disk: SQLite and PostgreSQL beside each other, and the way a student does it.

The student's way is one UPDATE for each move of a player, on one connection. The disk's own flush (4 KiB and fdatasync) says how many
commits a second can be at most. PostgreSQL runs in a folder of its own, with its defaults, for the time of the measurement.
"""

import argparse
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

from driver import report
from driver.process import ROOT, Failed

PROGRAM = ROOT / "build" / "bench" / "bench" / "store" / "store_load"
POSTGRES = Path("/usr/lib/postgresql/15/bin")
# Title, arguments of the program, the figures that the table shows.
CASES = [
    ("the journal: transfers, from a tick to the disk", ["journal"], "a_second"),
    ("saves of characters", ["saves"], "a_second"),
    ("transfers in commits of 512", ["group", "512"], "a_second"),
    ("transfers in commits of 64", ["group", "64"], "a_second"),
    ("transfers in commits of 1", ["group", "1"], "a_second"),
    ("a student: moves, one UPDATE each", ["student"], "a_second"),
    ("2,000 transfers a second: durable after, p50 ms", ["steady", "2000"], "p50_ms"),
    ("2,000 transfers a second: durable after, p99 ms", ["steady", "2000"], "p99_ms"),
]


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    report.RESULTS.mkdir(exist_ok=True)
    runs = {tuple(case): None for _, case, _ in CASES}
    progress = report.Progress(options.rounds * 2 * len(runs) * options.seconds)
    rounds: dict = {}
    flushes = []
    with tempfile.TemporaryDirectory(prefix="madang-bench-", dir=options.folder) as folder, postgres(Path(folder)) as address:
        for number in range(1, options.rounds + 1):
            flushes.append(measure(["flush"], f"{folder}/flush", 1))
            for case in runs:
                for store in ("sqlite", "postgres"):
                    progress.say(f"round {number} of {options.rounds}: {store}, {' '.join(case)}")
                    where = fresh_database(address, number, case) if store == "postgres" else fresh_file(folder)
                    rounds.setdefault((store, case), []).append(measure(case, where, options.seconds))
                    progress.done(options.seconds)
    progress.finish()
    flush_us = median(each["p50_us"] for each in flushes)
    print(f"The disk: a flush of 4 KiB takes {flush_us:,.0f} us (median; p99 {median(each['p99_us'] for each in flushes):,.0f} us), "
          f"so there are at most {1e6 / flush_us:,.0f} commits a second")
    print_table(rounds)
    result = {"machine": report.machine_facts(), "postgres": report.package_version("postgresql-15"), "sqlite": report.package_version("libsqlite3-0"),
              "flush": flushes, "rounds": {f"{store}: {' '.join(case)}": measured for (store, case), measured in rounds.items()}}
    print(f"\nwrote {report.write_json('store', result).relative_to(ROOT)}")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./bench/run store", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="number of measurements of each case (default 5)")
    parser.add_argument("--seconds", type=int, default=3, help="duration of a measurement in seconds (default 3)")
    parser.add_argument("--folder", default=None, help="where the databases are made: its disk is measured (default: the folder for temporary files)")
    options = parser.parse_args(arguments)
    if min(options.rounds, options.seconds) < 1:
        parser.error("at least one round and one second")
    return options


def print_table(rounds: dict) -> None:
    rows = []
    for title, case, figure in CASES:
        row = [title]
        for store in ("sqlite", "postgres"):
            values = [each[figure] for each in rounds[store, tuple(case)]]
            row += [f"{median(values):,.0f}" if figure == "a_second" else f"{median(values):.1f}", f"{100 * report.spread(values):.0f}%"]
        rows.append(row)
    report.print_table("A second, unless the line says otherwise", ["case", "SQLite", "spread", "PostgreSQL", "spread"], rows)


def measure(case, where: str, seconds: int) -> dict:
    name, *number = case
    done = subprocess.run([PROGRAM, name, where, str(seconds), *number], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(case)}: {done.stderr.strip() or f'ended with {done.returncode}'}")
    return json.loads(done.stdout)


def fresh_file(folder: str) -> str:
    for path in Path(folder).glob("store.db*"):
        path.unlink()
    return f"{folder}/store.db"


# --- PostgreSQL ---


def fresh_database(address: str, number: int, case) -> str:
    name = f"round{number}_" + "_".join(case)
    run_as_postgres([POSTGRES / "createdb", "-h", address, name])
    return f"postgres://madang@{quote(address, safe='')}/{name}"


def user() -> pwd.struct_passwd | None:
    """PostgreSQL does not run as root."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def run_as_postgres(command: list) -> None:
    one = user()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, user=one and one.pw_uid, group=one and one.pw_gid,
                          cwd="/", env={**os.environ, "PGUSER": "madang"})
    if done.returncode != 0:
        raise Failed(f"{command[0]}: {done.stderr.strip()}")


@contextmanager
def postgres(folder: Path):
    """Runs a PostgreSQL of our own. Returns the folder of its socket."""
    if not (POSTGRES / "initdb").exists():
        raise Failed("PostgreSQL 15 is not installed (Debian: apt-get install postgresql-15)")
    home = folder / "postgres"
    home.mkdir()
    if one := user():
        os.chown(home, one.pw_uid, one.pw_gid)
        folder.chmod(0o711)
    run_as_postgres([POSTGRES / "initdb", "-D", home / "data", "-U", "madang", "-A", "trust", "-E", "UTF8", "--locale=C"])
    run_as_postgres([POSTGRES / "pg_ctl", "-D", home / "data", "-w", "-l", home / "log", "-o", f"-c listen_addresses='' -k {home}", "start"])
    try:
        yield str(home)
    finally:
        run_as_postgres([POSTGRES / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop"])
        shutil.rmtree(home, ignore_errors=True)
