"""What a look at the operator's page costs the server: its processor time while somebody looks and while nobody does, in turns.

Run by `./bench/run operator_page`. The look is what the page does: the state behind what one has, once a second, and the players
of a square.
"""

import json
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADANG = ROOT / "build" / "release" / "madang"


def processor_seconds(pid: int) -> float:
    """Of all its threads, which live as long as it does: to the nanosecond, where /proc/PID/stat counts hundredths."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def get(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=30) as response:
        return json.load(response)


def main(players: int, rounds: int, seconds: int) -> None:
    server = subprocess.Popen([MADANG, "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0", "--log-level", "error", "--arrival-radius", "0"],
                              stdout=subprocess.PIPE, encoding="utf-8")
    address = re.match(r"Madang is open: (\S+) ", server.stdout.readline())[1]
    api = re.match(r"Play in a browser: .* (\S+/operator)", server.stdout.readline())[1] + "/api/"
    bots = None
    if players:
        bots = subprocess.Popen([MADANG, "bots", "--connect", address, "--players", str(players), "--rate", "1000"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while get(api + "state")["samples"][-1:] == [] or get(api + "state")["samples"][-1]["players"] < players:
        time.sleep(1)
    after = 0
    quiet, looked = [], []
    for turn in range(2 * rounds):
        is_looked = turn % 2 == 1
        began, used = time.monotonic(), processor_seconds(server.pid)
        for second in range(1, seconds + 1):
            if is_looked:
                state = get(f"{api}state?after={after}&log_after=0")
                after = state["samples"][-1]["number"]
                get(f"{api}players?column=3&row=3")
            time.sleep(max(0, began + second - time.monotonic()))
        share = (processor_seconds(server.pid) - used) / (time.monotonic() - began)
        (looked if is_looked else quiet).append(share)
    for process in filter(None, (bots, server)):
        process.send_signal(signal.SIGINT)
        process.wait()
    cost = statistics.median(b - a for a, b in zip(quiet, looked))
    print(f"{players:6} players: {100 * statistics.median(quiet):6.2f} % of a core when nobody looks, "
          f"{100 * statistics.median(looked):6.2f} % when one does; the look {100 * cost:+.2f} % (median of {rounds} pairs)")


if __name__ == "__main__":
    for count in [int(argument) for argument in sys.argv[1:]] or [0, 1000, 5000]:
        main(count, rounds=7, seconds=6)
