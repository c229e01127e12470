"""Runs Madang's server, or the lecture's server, with many of Madang's bots, all on the same cores."""

import json
import re
import resource
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from driver.process import BUILD, Failed, end, usage_of

MADANG = str(BUILD / "madang")
LECTURE = str(BUILD / "bench" / "world" / "lecture_server")

# A player watches about 33 x 33 tiles: cells of 8 within 10 to 14 tiles (docs/architecture.md). With this number of tiles
# for each player, a player sees about ten others.
TILES_A_PLAYER = 105


def map_for(players: int) -> str:
    side = max(round((players * TILES_A_PLAYER) ** 0.5), 48)
    return f"{side}x{side}"


def raise_descriptor_limit() -> None:
    """Raises the limit of descriptors, because the bots need 15,000 sockets. Child processes inherit the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class WorldServer:
    """`with WorldServer([...]) as server`: the server runs from the start of the block to its end."""

    def __init__(self, command: list[str], log: Path):
        self.log, self.operator = log, ""
        self._log = log.open("w")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._log, text=True)
        self.pid = self._process.pid
        line = self._process.stdout.readline()
        match = re.search(r"open: (\S+:\d+)", line)
        if not match:
            self.stop()
            raise Failed(f"{' '.join(command)} did not start: {log.read_text().strip() or line}")
        self.address = match[1]

    def __enter__(self) -> "WorldServer":
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        end(self._process)
        self._log.close()

    def usage(self):
        return usage_of(self.pid)

    def read_line(self) -> str:
        """Returns the next line of the server's output at its start."""
        return self._process.stdout.readline()

    def metric(self, name: str) -> float:
        """Returns a metric of a server with `--operator`. Precondition: this reads the last line of the server's start."""
        if not self.operator:
            self.operator = re.search(r"http://\S+/operator", self.read_line())[0]
        with urllib.request.urlopen(self.operator.replace("/operator", "/metrics")) as response:
            return float(re.search(rf"^{name} (\S+)$", response.read().decode(), re.MULTILINE)[1])

    def overload_steps(self) -> int:
        """Returns the number of steps up of overload control so far. Older versions log "for" instead of "because"."""
        return len(re.findall(r"overload: step \d+ of \d+, (?:for|because) ticks take too long", self.log.read_text()))


def madang(players: int, tick_rate: int, *options: str, log: Path, program: str | None = None) -> WorldServer:
    """Starts Madang's server. `options` come last, so they override others. `program` is the server of another version."""
    program = program or MADANG
    return WorldServer(
        [program, "serve", "--listen", "127.0.0.1:0", *nothing_but_players(program), "--workers", "2", "--map", map_for(players), "--tick-rate", str(tick_rate),
         "--sessions-max", "19000", "--handshakes-per-second-max", "100000", *options], log)


def nothing_but_players(program: str) -> list[str]:
    """Returns the options that close the other ports and distribute the players over the map. Old versions have fewer options."""
    known = subprocess.run([program, "serve", "--help"], capture_output=True, text=True).stdout
    options = {"--http": "off", "--operator": "off", "--arrival-radius": "0"}
    return [text for option, value in options.items() if option in known for text in (option, value)]


def lecture(players: int, log: Path) -> WorldServer:
    return WorldServer([LECTURE, "--listen", "127.0.0.1:0", "--workers", "2", "--map", map_for(players)], log)


class Bots:
    """A number of bots that log in, walk for some seconds, and log out."""

    def __init__(self, address: str, players: int, seconds: int, *options: str, program: str | None = None):
        self.players, self.seconds = players, seconds
        self._process = subprocess.Popen(
            [program or MADANG, "bots", "--connect", address, "--players", str(players), "--for", str(seconds), "--json", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_until_all_are_in(self) -> None:
        for line in self._process.stderr:
            if "s left: players" in line:
                return
            if line.startswith("error:") or "cannot connect" in line:
                raise Failed(line.strip())
        raise Failed("the bots ended before all bots had logged in")

    def report(self) -> dict:
        """Returns the bots' report after they have logged out. Violations and errors are figures of the report."""
        out, err = self._process.communicate(timeout=self.seconds + 90)
        if not out.strip():
            raise Failed(f"the bots printed no report: {err.strip().splitlines()[-1:]}")
        return json.loads(out.splitlines()[-1])

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass
class Visit:
    """Returns the cost of a number of players for the server, and their delays."""

    report: dict
    figures: dict


def delay_of(report: dict) -> dict:
    """The delays in a report of bots. Bots of commits before `server: let every game have bots` call them move_delay_ms."""
    return report.get("delay_ms") or report["move_delay_ms"]


def visit(server: WorldServer, players: int, seconds: int, *options: str, program: str | None = None) -> Visit:
    """`program` is the program whose bots are used, if not this tree's."""
    empty = server.usage()
    bots = Bots(server.address, players, seconds, *options, program=program)
    try:
        bots.wait_until_all_are_in()
        time.sleep(1)
        steps_before, before, began = server.overload_steps(), server.usage(), time.monotonic()
        time.sleep(max(seconds - 3, 1))
        after, took = server.usage(), time.monotonic() - began
        steps = server.overload_steps() - steps_before
        report = bots.report()
    except BaseException:
        bots.kill()
        raise
    player_seconds = players * took
    updates = report["updates_in"] / report["seconds"] * took
    delay = delay_of(report)
    return Visit(report, {
        "players": players,
        "connected": report["connected"],
        "violations": report["violations"],
        "errors": report["errors"],
        "delay_p50_ms": delay["p50"],
        "delay_p99_ms": delay["p99"],
        "delay_p999_ms": delay["p999"],
        "updates_a_player_second": updates / player_seconds,
        "moves_a_player_second": report["moves"] / report["seconds"] / players,
        "kbit_a_player_second": report["bytes_in"] / report["seconds"] / players * 8 / 1000,
        "cpu_us_a_player_second": (after.cpu_s - before.cpu_s) * 1e6 / player_seconds,
        "user_us_a_player_second": (after.user_s - before.user_s) * 1e6 / player_seconds,
        "cpu_us_an_update": (after.cpu_s - before.cpu_s) * 1e6 / max(updates, 1),
        "memory_a_player": (after.memory - empty.memory) / players,
        "cores_used": (after.cpu_s - before.cpu_s) / took,
        "overload_steps": steps,
    })
