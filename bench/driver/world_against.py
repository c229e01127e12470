"""The whole server of two versions, each with a crowd of bots, in turns: ./bench/run world --against REVISION.

The bots are those of this tree if both versions have the same protocol. Otherwise each version has its own bots.
"""

import argparse
import subprocess
from dataclasses import dataclass

from driver import against, crowd, report
from driver.against import THAT, THIS
from driver.process import ROOT, Failed


LOGINS_A_SECOND = 2000


@dataclass(frozen=True)
class Figure:
    key: str  # key in the result of crowd.visit
    title: str
    worse: str
    digits: int


FIGURES = [
    Figure("cpu_us_a_player_second", "CPU us a player, s", "slower", 1),
    Figure("cpu_us_an_update", "CPU us an update", "slower", 2),
    Figure("delay_p99_ms", "delay of a move, p99 ms", "slower", 0),
    Figure("memory_a_player", "memory a player, B", "larger", 0),
    Figure("kbit_a_player_second", "kbit/s a player", "larger", 2),
]


def run(options: argparse.Namespace) -> None:
    that = against.revision(options.against)
    servers = {THIS: crowd.MADANG, THAT: str(that.build / "madang")}
    if same := protocol_of(servers[THIS]) == protocol_of(servers[THAT]):
        bots = {THIS: crowd.MADANG, THAT: crowd.MADANG}
    else:
        print(f"{that.name} has another protocol, so each version is measured with its own bots", flush=True)
        bots = servers
    crowd.raise_descriptor_limit()
    report.RESULTS.mkdir(exist_ok=True)
    measured = measure(options, servers, bots)
    result = {
        "machine": report.machine_facts(),
        "against": that.facts | {"same_bots": same},
        "within": options.within / 100,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "players": options.players,
        "tick_rate": options.tick_rate,
        "map": options.map,
        "compared": {figure.key: compare(figure, measured, options.within / 100) for figure in FIGURES},
        **{version: {"median": report.medians(rounds), "rounds": rounds} for version, rounds in measured.items()},
    }
    tell(options, result)
    print(f"\nwrote {report.write_json('world-against', result).relative_to(ROOT)}")


def protocol_of(program: str) -> str:
    try:
        return subprocess.run([program, "protocol", "--typescript"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as failure:
        raise Failed(f"it does not print its protocol: {failure}") from None


def measure(options: argparse.Namespace, servers: dict, bots: dict) -> dict:
    """Returns the cost and the delays of each round, by version."""
    measured = {THIS: [], THAT: []}
    planned_s = options.seconds + options.players / LOGINS_A_SECOND + 2
    progress = report.Progress(2 * options.rounds * planned_s)
    for number in range(options.rounds):
        for version in against.order(number):
            progress.say(f"round {number + 1} of {options.rounds}: {options.players:,} players at {options.tick_rate} ticks, {version}")
            log = report.RESULTS / f"world-against-{version}.log"
            with crowd.madang(options.players, options.tick_rate, *map_of(options), program=servers[version], log=log) as server:
                try:
                    visit = crowd.visit(server, options.players, options.seconds, "--rate", str(LOGINS_A_SECOND), program=bots[version])
                except KeyError as missing:
                    raise Failed(f"the bots, {bots[version]}, do not report {missing}") from None
            measured[version].append(visit.figures)
            progress.done(planned_s)
    progress.finish()
    return measured


def map_of(options: argparse.Namespace) -> list[str]:
    return ["--map", options.map] if options.map else []


def compare(figure: Figure, measured: dict, within: float) -> against.Comparison:
    this, that = ([each[figure.key] for each in measured[version]] for version in (THIS, THAT))
    return against.compare(this, that, within, figure.worse)


def tell(options: argparse.Namespace, result: dict) -> None:
    facts = result["against"]
    on_map = f", on a map of {options.map}" if options.map else ""
    print(f"\nThis tree against {facts['revision']} ({facts['commit'][:12]}): {options.rounds} rounds of {options.seconds} s, in turns.")
    report.print_table(
        f"{options.players:,} players at {options.tick_rate} ticks a second{on_map}", ["", *against.HEADINGS],
        [[figure.title, *against.cells(result["compared"][figure.key], lambda value, digits=figure.digits: f"{value:,.{digits}f}")]
         for figure in FIGURES],
    )  # fmt: skip
    for version in (THIS, THAT):
        for number, figures in enumerate(result[version]["rounds"], 1):
            if broke := what_went_wrong(figures):
                print(f"{version}, round {number}: {broke}")


def what_went_wrong(figures: dict) -> str:
    wrong = {"lost": figures["players"] - figures["connected"], "violations": figures["violations"], "errors": figures["errors"],
             "steps of the overload control": figures["overload_steps"]}  # fmt: skip
    return ", ".join(f"{count:.0f} {what}" for what, count in wrong.items() if count)
