"""The cost of an open operator's page for the server: its processor time with and without an open page, in turns.

An open page fetches the new part of the state once a second, and the players of a square.
"""

import argparse
import json
import re
import time
import urllib.request
from contextlib import contextmanager
from statistics import median

from driver import crowd, report
from driver.process import ROOT, Failed

LOG = report.RESULTS / "operator_page-server.log"
LOGINS_A_SECOND = 1000
ANSWER_S = 30  # maximum time to wait for an answer


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    crowd.raise_descriptor_limit()
    report.RESULTS.mkdir(exist_ok=True)
    measured = {}
    for players in options.players:
        figures = measure(players, options.rounds, options.seconds)
        measured[players] = figures
        cost = median(looked - quiet for quiet, looked in zip(figures["quiet"], figures["looked"]))
        print(f"{players:6} players: {percent(median(figures['quiet']))} of a core when nobody looks, "
              f"{percent(median(figures['looked']))} when one does; the look {100 * cost:+.2f} % (median of {options.rounds} pairs)", flush=True)
    result = {"machine": report.machine_facts(), "rounds": options.rounds, "seconds": options.seconds, "cores_used": measured}
    print(f"\nwrote {report.write_json('operator_page', result).relative_to(ROOT)}")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./bench/run operator_page", description=__doc__)
    parser.add_argument("players", type=int, nargs="*", default=[0, 1000, 5000], help="numbers of players, measured one after the other (default 0 1000 5000)")
    parser.add_argument("--rounds", type=int, default=7, help="number of measurements of each case (default 7)")
    parser.add_argument("--seconds", type=int, default=6, help="duration of a measurement in seconds (default 6)")
    options = parser.parse_args(arguments)
    if min(options.rounds, options.seconds) < 1 or min(options.players) < 0:
        parser.error("at least one round and one second, and no fewer players than none")
    return options


def measure(players: int, rounds: int, seconds: int) -> dict[str, list[float]]:
    """Returns the share of a core in each round, without and with an open page."""
    command = [crowd.MADANG, "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0",
               "--sessions-max", "19000", "--log-level", "error", "--arrival-radius", "0"]  # fmt: skip
    used = {"quiet": [], "looked": []}
    with crowd.WorldServer(command, LOG) as server:
        page = re.search(r"(\S+/operator)", server.read_line())
        if not page:
            raise Failed("the server did not print the address of the operator's page")
        with bots(server.address, players, 2 * rounds * seconds):
            look = Look(page[1] + "/api/")
            for turn in range(2 * rounds):
                is_looked = turn % 2 == 1
                used["looked" if is_looked else "quiet"].append(cores_used(server, seconds, look if is_looked else None))
    return used


@contextmanager
def bots(address: str, players: int, seconds: int):
    if not players:
        yield
        return
    crowd_of_bots = crowd.Bots(address, players, seconds + 60, "--rate", str(LOGINS_A_SECOND))
    try:
        crowd_of_bots.wait_until_all_are_in()
        yield
    finally:
        crowd_of_bots.kill()


class Look:
    def __init__(self, api: str):
        self._api = api
        self._after = 0

    def once(self) -> None:
        state = self._get(f"state?after={self._after}&log_after=0")
        if state["samples"]:
            self._after = state["samples"][-1]["number"]
        self._get("players?column=3&row=3")

    def _get(self, path: str) -> dict:
        with urllib.request.urlopen(self._api + path, timeout=ANSWER_S) as response:
            return json.load(response)


def cores_used(server: crowd.WorldServer, seconds: int, look: Look | None) -> float:
    began, used = time.monotonic(), server.usage().cpu_s
    for second in range(1, seconds + 1):
        if look:
            look.once()
        time.sleep(max(0, began + second - time.monotonic()))
    return (server.usage().cpu_s - used) / (time.monotonic() - began)


def percent(share: float) -> str:
    return f"{100 * share:6.2f} %"
