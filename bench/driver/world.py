"""The world benchmark: the whole server with crowds of bots, on the same cores.

Each bot moves once a second, and checks all packets from the server. The cost is the processor time of the server's process,
as the kernel counts it, while all bots are logged in. The delay of a move is the time until the bot receives the answer.
"""

import argparse
import itertools
import tempfile
import time
from statistics import median

from driver import against, crowd, report, world_against
from driver.crowd import Bots, Visit
from driver.process import Failed

SCALE = [1000, 2000, 5000, 10000, 15000]
LECTURE_SCALE = [1000, 2000, 5000]
CHOICE = {"cell_size": [4, 8, 16, 32], "crowded_cell_size": [8, 16, 32], "leave_radius": [10, 12, 14, 18], "tick_rate": [5, 10, 20, 30]}
BEYOND = {"madang": [16000, 17000, 18000, 19000], "lecture": [8000, 10000, 12000, 14000, 16000, 18000]}
ROOMS = 4000
ROOM_SIDE = 32  # tiles
RECORDED = 5000
DELAY_MAX_MS = 150
SECONDS_MIN = 4  # crowd.visit does not measure three of these seconds
STORM_S = 6  # time for 10,000 logins at the default of 2,000 a second, with a reserve
LOG = report.RESULTS / "world-server.log"

HEADINGS = ["", "players", "p50 ms", "p99", "p99.9", "updates/s", "kbit/s", "CPU us", "of it user", "CPU us", "memory", "cores",
            "steps", "wrong"]
UNITS = ["", "", "", "", "", "a player", "a player", "a player, s", "", "an update", "a player", "", "", ""]


def row(title: str, f: dict) -> list[str]:
    lost = int(f["players"] - f["connected"])
    return [title, f"{f['players']:,.0f}", f"{f['delay_p50_ms']:.0f}", f"{f['delay_p99_ms']:.0f}", f"{f['delay_p999_ms']:.0f}",
            f"{f['updates_a_player_second']:.1f}", f"{f['kbit_a_player_second']:.1f}", f"{f['cpu_us_a_player_second']:.1f}",
            f"{f['user_us_a_player_second']:.1f}", f"{f['cpu_us_an_update']:.2f}", f"{f['memory_a_player']:,.0f} B",
            f"{f['cores_used']:.2f}", f"{f['overload_steps']:.0f}", f"{f['violations']:.0f} v, {f['errors']:.0f} e, {lost} lost"]


def what_broke(figures: dict) -> str:
    if lost := figures["players"] - figures["connected"]:
        return f"{lost:.0f} lost"
    if figures["violations"] or figures["errors"]:
        return "violations or errors"
    return f"p99 over {DELAY_MAX_MS} ms" if figures["delay_p99_ms"] > DELAY_MAX_MS else ""


class World:
    def __init__(self, options):
        self.options = options
        self.rows: list[list[str]] = []
        self.results: dict[str, dict] = {}

    # --- A number of players on a server of their own ---

    def madang(self, players: int, tick_rate: int, *options: str, seconds: int | None = None) -> Visit:
        with crowd.madang(players, tick_rate, *options, log=LOG) as server:
            return crowd.visit(server, players, seconds or self.options.seconds, "--rate", "2000")

    def lecture(self, players: int) -> Visit:
        with crowd.lecture(players, log=LOG) as server:
            return crowd.visit(server, players, self.options.seconds, "--rate", "1000")

    def keep(self, name: str, title: str, rounds: list[dict]) -> dict:
        figures = report.medians(rounds)
        self.results[name] = figures | {"rounds": rounds}
        self.rows.append(row(title, figures))
        return figures

    def interleaved(self, runs: list[tuple[str, str, object]]) -> None:
        """Runs each (name, title, run) once a round. Returns the medians of all rounds."""
        rounds: dict[str, list[dict]] = {name: [] for name, _, _ in runs}
        for number in range(self.options.rounds):
            for name, title, run in runs:
                self.say(f"round {number + 1} of {self.options.rounds}: {title}")
                try:
                    rounds[name].append(run().figures)
                except Failed as failure:
                    self.say(f"{title}: {failure}")
        for name, title, _ in runs:
            if rounds[name]:
                self.keep(name, title, rounds[name])

    def compare(self, base: str, other: str, text: str) -> None:
        """Prints how many times the CPU of `base` the players of `other` cost, if both were measured."""
        if {base, other} <= self.results.keys():
            cost = {name: self.results[name]["cpu_us_a_player_second"] for name in (base, other)}
            print(text.format(cost[other] / cost[base]))

    def say(self, text: str) -> None:
        print(text, flush=True)

    # --- Measurements ---

    def scale(self) -> None:
        """More and more players at the same density, with Madang and with the lecture's design."""
        runs = [(f"madang_{n}", "Madang", lambda n=n: self.madang(n, 10)) for n in SCALE]
        runs += [(f"lecture_{n}", "the lecture's design", lambda n=n: self.lecture(n)) for n in LECTURE_SCALE]
        self.interleaved(runs)

    def claims(self) -> None:
        """The project's claims, one minute each."""
        self.interleaved([
            ("claim_15000_at_10", "15,000 at 10 ticks, 60 s", lambda: self.madang(15000, 10, seconds=60)),
            ("claim_10000_at_20", "10,000 at 20 ticks, 60 s", lambda: self.madang(10000, 20, seconds=60)),
        ])

    def beyond(self) -> None:
        """The limit: more and more players, until moves take too long or a player is lost, twice in a row."""
        for name, title, run in [("madang", "Madang", lambda n: self.madang(n, 10)), ("lecture", "the lecture's design", self.lecture)]:
            for players in BEYOND[name]:
                if not any(self.holds(name, title, players, run) for _ in range(2)):
                    break

    def holds(self, name: str, title: str, players: int, run) -> bool:
        self.say(f"{title}: {players:,} players")
        try:
            figures = self.keep(f"beyond_{name}_{players}", title, [run(players).figures])
        except Failed as failure:
            self.say(f"{players:,} players: {failure}")
            return False
        if broke := what_broke(figures):
            self.say(f"{title}: {players:,} players: {broke}")
        return not broke

    def crowd(self) -> None:
        """2,000 players within one screen, and the bytes for a player with 60 moving neighbours."""
        self.interleaved([
            ("crowd_2000", "2,000 in one screen", lambda: self.madang(2000, 10, "--map", "32x32")),
            ("crowd_2000_throttled", "of 32 kbit/s each", lambda: self.madang(2000, 10, "--map", "32x32", "--session-kbit-per-second", "32")),
            ("crowd_60_visible", "60 neighbours each", lambda: self.madang(1000, 10, "--map", "123x123")),
        ])

    def zones(self) -> None:
        """One world as one zone and as many, and how many players a second step from one zone into another."""
        crossings: dict[str, list[float]] = {}

        def in_zones(name: str, players: int, cut: str, *options: str) -> tuple:
            def run() -> Visit:
                with crowd.madang(players, 10, "--operator", "127.0.0.1:0", "--zones", cut, *options, log=LOG) as server:
                    seen = crowd.visit(server, players, self.options.seconds, "--rate", "2000")
                    crossings.setdefault(name, []).append(server.metric("madang_zone_crossings_total") / seen.report["seconds"])
                    return seen
            return run

        corner, narrow = ("--map", "32x32"), ("--map", "64x64", "--cell-size", "4")
        self.interleaved([(name, title, in_zones(name, *run)) for name, title, *run in [
            ("zones_15000_1x1", "15,000, one zone", 15000, "1x1"),
            ("zones_15000_2x2", "2x2 zones", 15000, "2x2"),
            ("zones_15000_2x2_on_2", "2x2 zones, 2 threads", 15000, "2x2", "--zone-threads", "2"),
            ("zones_corner_1x1", "2,000 in one screen", 2000, "1x1", *corner),
            ("zones_corner_2x2", "on the corner of 2x2", 2000, "2x2", *corner),
            ("zones_narrow_1x1", "4,000, cells of 4 tiles", 4000, "1x1", *narrow),
            ("zones_narrow_16x16", "each cell a zone", 4000, "16x16", *narrow),
        ]])
        for name, rounds in crossings.items():
            if median(rounds) > 0:
                print(f"{name}: {median(rounds):,.0f} crossings from zone to zone a second")
        self.compare("zones_15000_1x1", "zones_15000_2x2", "a player in 2x2 zones costs {:.2f} times the CPU of a player in one zone")

    def rooms(self) -> None:
        """The same players in one world, and in 4,000 rooms of four."""
        players, side = ROOMS * 4, str(ROOM_SIDE)

        def in_rooms() -> Visit:
            with crowd.madang(players, 10, "--room-side", side, log=LOG) as server:
                return crowd.visit(server, players, self.options.seconds, "--rate", "1000", "--room-of", "4")

        self.interleaved([
            ("rooms_one_world", "one world", lambda: self.madang(players, 10)),
            ("rooms_of_four", f"{ROOMS:,} rooms of 4", in_rooms),
        ])
        self.compare("rooms_one_world", "rooms_of_four", "a player in a room of four costs {:.2f} times the CPU of a player in one world")

    def record(self) -> None:
        """The same players, while nothing is recorded, and while `--record` writes all they do."""
        with tempfile.TemporaryDirectory(prefix="madang-bench-record-") as folder:
            numbers = itertools.count()
            self.interleaved([
                ("record_off", "not recorded", lambda: self.madang(RECORDED, 10)),
                ("record_on", "recorded", lambda: self.madang(RECORDED, 10, "--record", f"{folder}/{next(numbers)}")),
            ])
        self.compare("record_off", "record_on", "a recorded player costs {:.3f} times the CPU of one who is not recorded")

    def choice(self) -> None:
        """The cost of a player for different sizes of cells, leave radii and tick rates. All other settings have their defaults."""
        runs = []
        for tiles in CHOICE["cell_size"]:
            runs.append((f"cell_size_{tiles}", f"cells of {tiles} tiles", ["--cell-size", str(tiles)]))
        for tiles in CHOICE["crowded_cell_size"]:
            runs.append((f"crowded_cell_size_{tiles}", f"  in a crowd, of {tiles}", ["--cell-size", str(tiles), "--map", "320x320"]))
        for tiles in CHOICE["leave_radius"]:
            runs.append((f"leave_radius_{tiles}", f"left behind at {tiles} tiles", ["--leave-radius", str(tiles)]))
        for rate in CHOICE["tick_rate"]:
            runs.append((f"tick_rate_{rate}", f"{rate} ticks a second", ["--tick-rate", str(rate)]))
        self.interleaved([(f"choice_{name}", title, lambda options=options: self.madang(5000, 10, *options))
                          for name, title, options in runs])

    def storm(self) -> None:
        """10,000 logins, as fast as the server accepts them by default, while 2,000 players play."""
        quiet, stormy, seconds_to_login = [], [], []
        for number in range(self.options.rounds):
            self.say(f"round {number + 1} of {self.options.rounds}: a storm of logins")
            with crowd.madang(12000, 20, "--handshakes-per-second-max", "2000", log=LOG) as server:
                quiet.append(crowd.visit(server, 2000, self.options.seconds).figures)
                players = Bots(server.address, 2000, STORM_S)
                players.wait_until_all_are_in()
                began = time.monotonic()
                storm = Bots(server.address, 10000, STORM_S, "--rate", "100000", "--name-prefix", "storm")
                storm.wait_until_all_are_in()
                seconds_to_login.append(time.monotonic() - began)
                seen, storm_report = players.report(), storm.report()
                if storm_report["errors"] or seen["errors"] or seen["violations"] or storm_report["violations"]:
                    self.say(f"errors: {seen['errors']} of those who play, {storm_report['errors']} of the storm")
                stormy.append(crowd.delay_of(seen))
        result = {"quiet_p99_ms": median(each["delay_p99_ms"] for each in quiet),
                  "storm_p99_ms": median(each["p99"] for each in stormy),
                  "seconds_to_login": median(seconds_to_login)}
        result["ratio"] = result["storm_p99_ms"] / result["quiet_p99_ms"]
        self.results["storm"] = result
        print(f"2,000 play: p99 {result['quiet_p99_ms']:.0f} ms when it is quiet, {result['storm_p99_ms']:.0f} ms while 10,000 log in "
              f"within {result['seconds_to_login']:.1f} s: {result['ratio']:.2f} times")


PARTS = ["scale", "claims", "beyond", "crowd", "zones", "rooms", "record", "choice", "storm"]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./bench/run world", description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, help="number of measurements of each case (default 3; with --against, 10)")
    parser.add_argument("--seconds", type=int, help="duration of a measurement in seconds (default 20; for claims, 60; with --against, 10)")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="parts to measure: " + ", ".join(PARTS))
    group = against.add_options(parser)
    group.add_argument("--players", type=int, default=5000, help="number of players for each version (default 5000)")
    group.add_argument("--tick-rate", type=int, default=10, help="ticks a second of each version (default 10)")
    group.add_argument("--map", metavar="WIDTHxHEIGHT", help="size of the map of each version (by default it grows with the players); 32x32 is one screen")
    options = parser.parse_args(arguments)
    if options.against and options.only:
        parser.error("--only chooses parts, of which two versions have none: there is one crowd of --players")
    options.only = options.only or PARTS
    if options.rounds is None:
        options.rounds = 10 if options.against else 3
    if options.seconds is None:
        options.seconds = 10 if options.against else 20
    if min(options.rounds, options.players, options.tick_rate) < 1 or options.seconds < SECONDS_MIN or options.within < 0:
        parser.error(f"at least one round, {SECONDS_MIN} seconds, one player, one tick a second, within no less than 0 %")
    return options


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    if options.against:
        world_against.run(options)
        return

    crowd.raise_descriptor_limit()
    report.RESULTS.mkdir(exist_ok=True)
    world = World(options)
    for part in options.only:
        getattr(world, part)()
        if world.rows:
            report.print_table(part, HEADINGS, [UNITS, *world.rows])
            world.rows.clear()
    machine = report.machine_facts()
    path = report.write_json("world", {"machine": machine, "results": world.results})
    print(f"\nwrote {path.relative_to(report.ROOT)}")
    if "scale" in options.only:
        from driver import world_plot  # imported here, because only a plot needs matplotlib

        print(f"wrote {world_plot.draw(world.results, machine).relative_to(report.ROOT)}")
