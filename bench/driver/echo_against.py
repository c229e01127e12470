"""The echo benchmark of two versions, in turns: ./bench/run echo --against REVISION. Only Madang's servers, with the load of this tree."""

import argparse
import os
from dataclasses import replace
from pathlib import Path

from driver import against, echo, report
from driver.against import THAT, THIS
from driver.process import BUILD, ROOT, Failed, Server

# The descriptors of a process show its completion port.
DESCRIPTOR = {"uring": "anon_inode:[io_uring]", "epoll": "anon_inode:[eventpoll]"}


def run(options: argparse.Namespace) -> None:
    that = against.revision(options.against)
    of_both = {peer.name: {THIS: peer, THAT: built_in(that.build, peer)} for peer in options.peers}
    for peer in options.peers:
        check(of_both[peer.name][THAT], that)
    measured = measure(options, of_both)
    result = summarise(options, that, measured)
    tell(options, result)
    print(f"\nwrote {report.write_json('echo-against', result).relative_to(ROOT)}")


def built_in(build: Path, peer: echo.Peer) -> echo.Peer:
    program, *arguments = peer.command
    return replace(peer, command=[str(build / Path(program).relative_to(BUILD)), *arguments])


def check(peer: echo.Peer, that: against.Revision) -> None:
    """Checks the backend of the server, because an old server could ignore its arguments."""
    if not Path(peer.command[0]).exists():
        raise Failed(f"{that.name} has not been built: there is no {peer.command[0]}")
    backend = peer.command[-1]
    with Server(peer.command, echo.SERVER_CORE) as server:
        folder = f"/proc/{server.pid}/fd"
        has = {os.readlink(f"{folder}/{descriptor}") for descriptor in os.listdir(folder)}
    if DESCRIPTOR[backend] not in has:
        raise Failed(f"the echo server of {that.name} does not take the arguments of this tree: it does not run on {backend}")


def measure(options: argparse.Namespace, of_both: dict) -> dict:
    """Returns the load's results of each round, by workload, server and version."""
    measured = {workload.name: {name: {THIS: [], THAT: []} for name in of_both} for workload in options.workloads}
    planned_s = 2 * len(of_both) * sum(echo.planned_s(options, workload) for workload in options.workloads)
    progress = report.Progress(options.rounds * planned_s)
    for number in range(options.rounds):
        for workload in options.workloads:
            for name, both in of_both.items():
                for version in against.order(number):
                    progress.say(f"round {number + 1} of {options.rounds}: {workload.title}: {both[version].title}, {version}")
                    measured[workload.name][name][version].append(echo.measure_once(options, workload, both[version]))
                    progress.done(echo.planned_s(options, workload))
    progress.finish()
    return measured


def summarise(options: argparse.Namespace, that: against.Revision, measured: dict) -> dict:
    within = options.within / 100
    workloads, ratios = {}, []
    for workload, servers in measured.items():
        workloads[workload] = {}
        for name, both in servers.items():
            costs = {version: [each["server_us"] for each in rounds] for version, rounds in both.items()}
            compared = against.compare(costs[THIS], costs[THAT], within)
            ratios.append(compared.ratios)
            workloads[workload][name] = {
                "compared": compared,
                **{version: {"median": report.medians(rounds), "rounds": rounds} for version, rounds in both.items()},
            }
    all_ratios = against.together(ratios)
    return {
        "machine": report.machine_facts(),
        "against": that.facts,
        "within": within,
        "rounds": options.rounds,
        "seconds": options.seconds,
        "workloads": workloads,
        "together": against.compare(all_ratios, [1.0] * len(all_ratios), within),
    }


def tell(options: argparse.Namespace, result: dict) -> None:
    facts = result["against"]
    print(f"\nThis tree against {facts['revision']} ({facts['commit'][:12]}): {options.rounds} rounds of {options.seconds:g} s, in turns.")
    for workload in options.workloads:
        servers = result["workloads"][workload.name]
        rows = []
        for peer in options.peers:
            server = servers[peer.name]
            p99 = [echo.figure(server[version]["median"]["p99_us"]) for version in (THIS, THAT)]
            rows.append([peer.title, *p99, *against.cells(server["compared"], echo.figure)])
        report.print_table(f"{workload.name}: {workload.title}", ["server", "p99 us this", "that", "us/message this", *against.HEADINGS[1:]], rows)
    whole = result["together"]
    print(f"\nAll workloads together: ratio {whole.ratio:.3f}, between {whole.low:.3f} and {whole.high:.3f}: {whole.verdict}")
    echo.print_doubts([server[version]["median"] for servers in result["workloads"].values() for server in servers.values()
                       for version in (THIS, THAT)])
