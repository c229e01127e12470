"""The echo benchmark: the cost of a message for the server, on Madang's sessions and on other libraries.

Every server runs on one thread on core 0 and echoes Madang frames. The load (bench/echo/load_main.cpp) runs on core 1. It
drives the server to its limit, and checks the echoes. The rounds of all workloads and servers alternate, so that a change of
the machine's speed affects all servers.
"""

import argparse
import json
import math
from dataclasses import dataclass, field

from driver import against, report
from driver.process import BUILD, ROOT, Failed, Server, run_pinned

SERVER_CORE = 0
LOAD_CORE = 1
PROGRAMS = BUILD / "bench" / "echo"


@dataclass(frozen=True)
class Workload:
    name: str
    connections: int
    bytes: int = 64
    in_flight: int = 1
    note: str = ""

    @property
    def large(self) -> bool:
        return self.bytes > 4096

    @property
    def title(self) -> str:
        size = f"{self.bytes:,} B"
        return f"{self.connections:,} connections, {size}" + (f", {self.in_flight} in flight" if self.in_flight > 1 else "")


@dataclass(frozen=True)
class Peer:
    name: str  # name on the command line and in the JSON
    title: str
    command: list[str]
    kind: str = "other"  # "ours", "floor"
    large: list[str] = field(default_factory=list)  # arguments for large messages
    package: str = ""


WORKLOADS = [
    Workload("W1", 50),
    Workload("W2", 1000),
    Workload("W3", 9000),
    Workload("W4", 50, in_flight=32),
    Workload("W5", 10, bytes=65535, note="64 KiB, but for a byte: the largest frame. raw io_uring, asio: buffers of 64 KiB"),
]
IDLE_CONNECTIONS = 9000

PEERS = [
    Peer("madang-uring", "Madang, io_uring", [f"{PROGRAMS}/madang", "0", "uring"], "ours"),
    Peer("madang-epoll", "Madang, epoll", [f"{PROGRAMS}/madang", "0", "epoll"], "ours"),
    Peer("uring", "raw io_uring", [f"{PROGRAMS}/uring", "0"], "floor", large=["16", "65536"], package="liburing2"),
    Peer("epoll", "raw epoll", [f"{PROGRAMS}/epoll", "0"], "floor"),
    Peer("asio", "asio", [f"{PROGRAMS}/asio", "0"], large=["65536"], package="libasio-dev"),
    Peer("libuv", "libuv", [f"{PROGRAMS}/libuv", "0"], package="libuv1"),
    Peer("libevent", "libevent", [f"{PROGRAMS}/libevent", "0"], package="libevent-core-2.1-7"),
    Peer("node", "Node", ["node", f"{ROOT}/bench/echo/node.js", "0"], package="nodejs"),
]


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    if options.against:
        from driver import echo_against  # imported here, because echo_against imports this module

        echo_against.run(options)
        return
    measured, idle = measure(options)
    result = summarise(options, measured, idle)
    for workload in options.workloads:
        print_workload(workload, options.peers, result["workloads"][workload.name]["peers"])
    if idle:
        print_memory(options.peers, result)
    print_doubts([peer["median"] for workload in result["workloads"].values() for peer in workload["peers"].values()])
    print(f"\nwrote {report.write_json('echo', result).relative_to(ROOT)}")
    if options.workloads:
        from driver import echo_plot  # imported here, because only a plot needs matplotlib

        print(f"wrote {echo_plot.draw(result, options.workloads, options.peers).relative_to(ROOT)}")


def parse(arguments: list[str]) -> argparse.Namespace:
    by_name = {each.name.lower(): each for each in [*PEERS, *WORKLOADS]}

    def choice(of: list, extra: tuple = ()):
        names = [each.name for each in of] + list(extra)

        def parse_names(text: str) -> list[str]:
            chosen = [name.strip().lower() for name in text.split(",")]
            if unknown := [name for name in chosen if name not in {known.lower() for known in names}]:
                raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}; there are {', '.join(names)}")
            return chosen

        return parse_names

    parser = argparse.ArgumentParser(
        prog="./bench/run echo", description=__doc__, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Workloads: " + "; ".join(f"{each.name} {each.title}" for each in WORKLOADS)
        + f"; idle {IDLE_CONNECTIONS:,} idle connections, for the memory of each.",
    )
    parser.add_argument("--rounds", type=int, help="number of measurements of each case (default 5; with --against, 10)")
    parser.add_argument("--seconds", type=float, help="duration of a measurement in seconds (default 3; with --against, 1)")
    parser.add_argument("--only", type=choice(PEERS), metavar="SERVERS",
                        help="servers to measure, separated by commas: " + ", ".join(peer.name for peer in PEERS))
    parser.add_argument("--workloads", type=choice(WORKLOADS, ("idle",)), metavar="WORKLOADS",
                        help="workloads to measure, separated by commas: " + ", ".join([*(each.name for each in WORKLOADS), "idle"]))
    against.add_options(parser)
    options = parser.parse_args(arguments)
    if options.rounds is None:
        options.rounds = 10 if options.against else 5
    if options.seconds is None:
        options.seconds = 1 if options.against else 3
    if options.rounds < 1 or options.seconds <= 0 or options.within < 0:
        parser.error("at least one round, longer than no time, within no less than 0 %")
    options.idle = options.workloads is None or "idle" in options.workloads
    options.workloads = [by_name[name] for name in options.workloads if name != "idle"] if options.workloads else WORKLOADS
    options.peers = [peer for peer in PEERS if options.only is None or peer.name in options.only]
    if options.against:
        options.peers = [peer for peer in options.peers if peer.kind == "ours"]
        if not options.peers or not options.workloads:
            parser.error("two versions of Madang's own servers are compared, at work: name one of these, or none")
    options.warm_up = min(0.3 if options.against else 1.0, options.seconds)
    return options


# --- Measurement ---


def measure(options: argparse.Namespace) -> tuple[dict, dict]:
    """Returns the load's results of each round, by workload and server, and the results of idle connections, by server."""
    measured = {workload.name: {peer.name: [] for peer in options.peers} for workload in options.workloads}
    idle = {peer.name: [] for peer in options.peers} if options.idle else {}

    idle_s = 3.5
    round_s = sum(planned_s(options, workload) for workload in options.workloads) + (idle_s if options.idle else 0)
    progress = report.Progress(options.rounds * round_s * len(options.peers))
    for number in range(options.rounds):
        first = number % len(options.peers)  # the order changes with each round
        peers = options.peers[first:] + options.peers[:first]
        for workload in options.workloads:
            for peer in peers:
                progress.say(f"round {number + 1} of {options.rounds}: {workload.title}: {peer.title}")
                measured[workload.name][peer.name].append(measure_once(options, workload, peer))
                progress.done(planned_s(options, workload))
        for peer in peers if options.idle else []:
            progress.say(f"round {number + 1} of {options.rounds}: {IDLE_CONNECTIONS:,} idle connections: {peer.title}")
            idle[peer.name].append(load_of(peer.command, "--idle", "--connections", str(IDLE_CONNECTIONS), timeout_s=90))
            progress.done(idle_s)
    progress.finish()
    return measured, idle


def planned_s(options: argparse.Namespace, workload: Workload) -> float:
    return options.warm_up + options.seconds + 0.4 + workload.connections / 9000


def measure_once(options: argparse.Namespace, workload: Workload, peer: Peer) -> dict:
    return load_of(
        peer.command + (peer.large if workload.large else []),
        "--connections", str(workload.connections),
        "--bytes", str(workload.bytes),
        "--in-flight", str(workload.in_flight),
        "--warm-up", str(options.warm_up),
        "--seconds", str(options.seconds),
        timeout_s=options.warm_up + options.seconds + 60,
    )  # fmt: skip


def load_of(command: list[str], *load_arguments: str, timeout_s: float) -> dict:
    with Server(command, SERVER_CORE) as server:
        load = [f"{PROGRAMS}/load", "--port", str(server.port), "--server-pid", str(server.pid), *load_arguments]
        try:
            return json.loads(run_pinned(load, LOAD_CORE, timeout_s))
        except Failed as failure:
            raise Failed(f"{' '.join(command)}: {failure}") from None


# --- Output ---


def summarise(options: argparse.Namespace, measured: dict, idle: dict) -> dict:
    workloads = {}
    for workload in options.workloads:
        peers = {}
        for peer in options.peers:
            rounds = measured[workload.name][peer.name]
            costs = [each["server_us"] for each in rounds]
            peers[peer.name] = {"median": report.medians(rounds), "spread": report.spread(costs), "rounds": rounds}
        costs = {name: each["median"]["server_us"] for name, each in peers.items()}
        for name, each in peers.items():
            each["to_best"] = costs[name] / min(costs.values())
            for floor in ("uring", "epoll"):
                if floor in costs:
                    each[f"to_{floor}"] = costs[name] / costs[floor]
        workloads[workload.name] = {
            "connections": workload.connections, "bytes": workload.bytes, "in_flight": workload.in_flight,
            "note": workload.note, "peers": peers,
        }  # fmt: skip
    return {
        "machine": report.machine_facts(),
        "versions": {peer.name: report.package_version(peer.package) for peer in options.peers if peer.package},
        "rounds": options.rounds,
        "seconds": options.seconds,
        "workloads": workloads,
        "idle": {
            name: {"connections": IDLE_CONNECTIONS, "median": report.medians(rounds), "rounds": rounds}
            for name, rounds in idle.items()
        },
    }


def figure(value: float, digits: int = 3) -> str:
    """Formats a number with this number of significant digits, without an exponent."""
    if value <= 0:
        return "0"
    return f"{value:,.{max(0, digits - 1 - math.floor(math.log10(value)))}f}"


def print_workload(workload: Workload, peers: list[Peer], results: dict) -> None:
    ordered = sorted(peers, key=lambda peer: results[peer.name]["median"]["server_us"])

    def row(peer: Peer) -> list[str]:
        result = results[peer.name]
        median = result["median"]

        def ratio(key: str) -> str:
            return f"{result[key]:.2f}" if key in result else ""

        return [
            peer.title,
            *(figure(median[key]) for key in ("server_us", "server_user_us", "server_kernel_us")),
            f"{median['messages_per_second']:,.0f}",
            *(figure(median[key], 2) for key in ("p50_us", "p99_us", "p999_us")),
            f"{median['server_busy']:.0%}", f"{median['load_busy']:.0%}",
            ratio("to_best"), ratio("to_uring"), ratio("to_epoll"),
            f"{result['spread']:.1%}" if len(result["rounds"]) > 1 else "",
        ]  # fmt: skip

    report.print_table(
        f"{workload.name}: {workload.title}" + (f" ({workload.note})" if workload.note else ""),
        ["server", "us/message", "user", "kernel", "messages/s", "p50 us", "p99", "p99.9", "busy", "load", "to best",
         "to io_uring", "to epoll", "spread"],
        [row(peer) for peer in ordered],
        {number for number, peer in enumerate(ordered) if peer.kind == "ours"},
    )  # fmt: skip


def print_memory(peers: list[Peer], result: dict) -> None:
    idle = result["idle"]
    ordered = sorted(peers, key=lambda peer: idle[peer.name]["median"]["bytes_per_connection"])
    busy = result["workloads"].get("W3", {}).get("peers", {})

    def row(peer: Peer) -> list[str]:
        median = idle[peer.name]["median"]
        resident = [f"{median[key] / 1024:,.0f}" for key in ("memory_before_bytes", "memory_after_bytes")]
        loaded = f"{busy[peer.name]['median']['server_memory_bytes'] / 1024:,.0f}" if busy else ""
        return [peer.title, f"{median['bytes_per_connection']:,.0f}", *resident, loaded]

    report.print_table(
        "Memory in user space",
        ["server", "bytes/idle connection", "KiB with 10", f"KiB with {IDLE_CONNECTIONS:,} idle", "KiB in W3, at work"],
        [row(peer) for peer in ordered],
        {number for number, peer in enumerate(ordered) if peer.kind == "ours"},
    )


def print_doubts(medians: list[dict]) -> None:
    """Warns of rounds in which neither the server nor the load was always busy. Then another program used a core and the caches."""
    shares = [max(each["server_busy"], each["load_busy"]) for each in medians]
    if disturbed := sum(share < 0.9 for share in shares):
        print(
            f"\nDo not trust these figures: in {disturbed} of {len(shares)} cases neither the server nor the load was busy "
            f"all the time (but {min(shares):.0%} of it, at the worst). Something else runs on this machine."
        )
