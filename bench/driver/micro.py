"""Single functions, in nanoseconds: to parse, to encode, to fan out, and to find the clients that must receive a step.

The programs of bench/micro measure with Google Benchmark. The comment at the head of each program says exactly what it
measures. Each round runs all of them once, one after the other on core 1. So a change of the machine's speed affects all.
"""

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from driver import report
from driver.process import BUILD, ROOT, run_pinned

CORE = 1
PROGRAMS = BUILD / "bench" / "micro"
TIMEOUT_S = 1800

# Seconds of each program in a round if every figure is measured for 0.2 s. Only the progress line uses these.
PLANNED_S = {"parse": 1, "encode": 3, "fan_out": 3, "world": 40, "view": 6, "move": 75}

COUNTS = [1_000, 10_000, 100_000, 1_000_000]

SINGLE = [
    ("Parse", [
        ("a Move, its frame cut off and decoded", "parse/move"),
        ("of 1,000 Moves in a stream, each", "parse/stream/1000"),
    ]),
    ("Encode what happened in a cell", [
        ("1 step", "encode/steps/1"),
        ("of 10 steps, each", "encode/steps/10"),
        ("of 100 steps, each", "encode/steps/100"),
        ("1 enter", "encode/enters/1"),
        ("of 10 enters, each", "encode/enters/10"),
        ("a whole cell with 2 pieces", "encode/state/2"),
        ("a whole cell with 10 pieces", "encode/state/10"),
    ]),
    ("A tick of the engine's world with 100,000 pieces", [
        ("nothing happens: the tick", "world/idle"),
        ("of 100 steps, each", "world/step/100"),
        ("of 10,000 steps, each", "world/step/10000"),
        ("of 1,000 steps among 1,000 pieces, with the law checked, each", "world/step_checked/1000"),
    ]),
    ("A tick of a world in zones, in which 100,000 pieces step", [
        ("one zone", "world/step_cut/1/1/100000/real_time"),
        ("2 x 2 zones on one thread", "world/step_cut/2/1/100000/real_time"),
        ("2 x 2 zones on two threads", "world/step_cut/2/2/100000/real_time"),
        ("4 x 4 zones on two threads", "world/step_cut/4/2/100000/real_time"),
    ]),
    ("Follow an update in a client's view", [
        ("100 players, all in sight", "view/crowd/100"),
        ("5,000 players in one crowd", "view/crowd/5000"),
        ("5,000 players, ten others in sight of each", "view/spread/5000"),
    ]),
    ("What the law costs: the parts of a tick of the world with 10,000 steps, for each step", [
        ("sort the commands", "world/part/sort/10000/iterations:200/manual_time"),
        ("decide", "world/part/decide/10000/iterations:200/manual_time"),
        ("apply", "world/part/apply/10000/iterations:200/manual_time"),
        ("exchange: cells, aliases, what is watched", "world/part/settle/10000/iterations:200/manual_time"),
        ("encode the news of the cells", "world/part/encode/10000/iterations:200/manual_time"),
        ("order an effect of the tick before", "world/part/order/10000/iterations:200/manual_time"),
        ("hash the state, for each entity", "world/hash"),
        ("save the state, for each entity", "world/save"),
        ("record 1,000 moves, each", "world/record/1000"),
    ]),
    ("A tick of a room: a world of 4 pieces on 32 x 32 tiles", [
        ("nothing happens, alone", "world/room_idle/1"),
        ("nothing happens, one of 4,000 rooms", "world/room_idle/4000"),
        ("one piece steps, alone", "world/room_step/1"),
        ("one piece steps, one of 4,000 rooms", "world/room_step/4000"),
        ("to make a room with its map", "world/room_make"),
    ]),
]  # fmt: skip

MEMORY = [  # what, the benchmark that measures it, and its counter
    ("an entity of a world with 100,000", "world/idle", "bytes_an_entity"),
    ("a room that was just made, with its map", "world/room_make", "room_bytes"),
    ("a room with 4 pieces after many steps", "world/room_step/4000", "warm_room_bytes"),
]

WATCHERS = [1, 10, 100, 1000]
CELLS = [1, 4]

WAYS = {
    "walk": "A step of one who walks about",
    "within": "A step within a cell",
    "across": "A step over the border of a cell",
}
FOUND = {  # who must be told, and the bytes
    "cells": "cells",
    "cells_world": "  of these the world's tick",
    "view_lists": "view lists",
    "view_lists_std": "  with std::unordered_set",
    "view_lists_10": "  seeing 10 tiles far",
    "brute_force": "brute force",
}
TOLD = {  # and the bytes given to the sessions
    "cells_told": "cells",
    "view_lists_told": "view lists",
    "brute_force_told": "brute force",
}


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    result = summarise(options, measure(options))
    figures = result["benchmarks"]
    print_single(figures)
    print_memory(figures)
    print_fan_out(figures)
    for way, title in WAYS.items():
        print_steps(figures, way, f"{title}: who must be told, and the bytes", FOUND)
    print_steps(figures, "walk", f"{WAYS['walk']}: told, to all sessions and their port", TOLD)
    print(f"\nwrote {report.write_json('micro', result).relative_to(ROOT)}")
    print(f"wrote {draw(result).relative_to(ROOT)}")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./bench/run micro", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="number of measurements of each function; the result is their median (default 5)")
    parser.add_argument("--seconds", type=float, default=0.2, help="minimum duration of a measurement in seconds (default 0.2)")
    return parser.parse_args(arguments)


# --- Measurement ---


def measure(options: argparse.Namespace) -> dict[str, list[dict]]:
    """Returns the figures of each round, by name of the benchmark."""
    measured: dict[str, list[dict]] = {}
    progress = report.Progress(options.rounds * sum(PLANNED_S.values()))
    for number in range(options.rounds):
        for program, planned_s in PLANNED_S.items():
            progress.say(f"round {number + 1} of {options.rounds}: {program}")
            command = [f"{PROGRAMS}/{program}", "--benchmark_format=json", f"--benchmark_min_time={options.seconds}"]
            for benchmark in json.loads(run_pinned(command, CORE, TIMEOUT_S))["benchmarks"]:
                measured.setdefault(benchmark["name"], []).append(figures_of(benchmark))
            progress.done(planned_s)
    progress.finish()
    return measured


def figures_of(benchmark: dict) -> dict:
    figures = {"ns": 1e9 / benchmark["items_per_second"]}
    counters = ("bytes", "in_sight", "bytes_an_entity", "room_bytes", "warm_room_bytes")
    return figures | {key: benchmark[key] for key in counters if key in benchmark}


def summarise(options: argparse.Namespace, measured: dict[str, list[dict]]) -> dict:
    benchmarks = {}
    for name, rounds in measured.items():
        costs = [each["ns"] for each in rounds]
        benchmarks[name] = {"median": report.medians(rounds), "spread": report.spread(costs), "rounds": rounds}
    for name, benchmark in benchmarks.items():
        if base := base_of(name):
            benchmark["to_cells"] = benchmark["median"]["ns"] / benchmarks[base]["median"]["ns"]
    return {
        "machine": report.machine_facts(),
        "versions": {"libbenchmark-dev": report.package_version("libbenchmark-dev")},
        "rounds": options.rounds,
        "seconds": options.seconds,
        "benchmarks": benchmarks,
    }


def base_of(name: str) -> str | None:
    """Returns the contender with which another contender is compared."""
    kind, *parts = name.split("/")
    if kind != "move":
        return None
    way, contender, count = parts
    return f"move/{way}/{'cells_told' if contender in TOLD else 'cells'}/{count}"


# --- Output ---


def figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.1f}"


def print_single(figures: dict) -> None:
    for title, rows in SINGLE:
        report.print_table(
            title, ["", "ns", "spread"],
            [[label, figure(figures[name]["median"]["ns"]), f"{figures[name]['spread']:.0%}"] for label, name in rows],
        )  # fmt: skip


def print_memory(figures: dict) -> None:
    rows = [[label, f"{figures[name]['median'][counter]:,.0f}"] for label, name, counter in MEMORY]
    report.print_table("Memory", ["", "bytes"], rows)


def print_fan_out(figures: dict) -> None:
    def cell(watchers: int, cells: int) -> str:
        return figure(figures[f"fan_out/{watchers}/{cells}"]["median"]["ns"])

    report.print_table(
        "Fan out a session-cell of 10 steps: ns for each",
        ["sessions that watch", "1 cell changed", *(f"{cells} cells changed" for cells in CELLS[1:])],
        [[f"{watchers:,}", *(cell(watchers, cells) for cells in CELLS)] for watchers in WATCHERS],
    )


def print_steps(figures: dict, way: str, title: str, contenders: dict) -> None:
    def cells_of(contender: str) -> list[str]:
        cells = []
        for count in COUNTS:
            measured = figures.get(f"move/{way}/{contender}/{count}")
            cells += [figure(measured["median"]["ns"]), f"{measured['to_cells']:.2f}"] if measured else ["", ""]
        last = [figures[name]["median"] for count in COUNTS if (name := f"move/{way}/{contender}/{count}") in figures][-1]
        return [*cells, f"{last['in_sight']:.1f}", f"{last['bytes']:,.0f}" if last["bytes"] else ""]

    present = [name for name in contenders if f"move/{way}/{name}/{COUNTS[0]}" in figures]
    report.print_table(
        f"{title}: ns for each step",
        ["", *(heading for count in COUNTS for heading in (f"{count:,}", "to cells")), "in sight", "bytes"],
        [[contenders[name], *cells_of(name)] for name in present],
        {number for number, name in enumerate(present) if name.startswith("cells") and name != "cells_world"},
    )


# --- The picture ---


def draw(result: dict) -> Path:
    from driver import plot  # imported here, because only a plot needs matplotlib

    lines = {
        "cells": Line("cells", plot.OURS, bold=True),
        "cells_world": Line("the world's tick alone", plot.OURS_SECOND),
        "view_lists": Line("view lists", plot.FLOOR),
        "view_lists_std": Line("view lists as taught", plot.FLOOR, dashed=True),
        "brute_force": Line("brute force", plot.FAINT),
        "cells_told": Line("cells", plot.OURS, bold=True),
        "view_lists_told": Line("view lists", plot.FLOOR),
        "brute_force_told": Line("brute force", plot.FAINT),
    }
    for name, line in lines.items():
        line.rounds = {
            count: [each["ns"] for each in result["benchmarks"][key]["rounds"]]
            for count in COUNTS if (key := f"move/walk/{name}/{count}") in result["benchmarks"]
        }  # fmt: skip
    costs = [cost for line in lines.values() for rounds in line.rounds.values() for cost in rounds]
    limits = (min(costs) / 1.3, max(costs) * 1.5)

    height = 5.3
    figure, grid = plot.begin(12, height, 1, 2)
    figure.subplots_adjust(left=0.058, right=0.895, top=1 - 1.42 / height, bottom=0.95 / height, wspace=0.50)
    plot.headline(
        figure,
        "What a step costs, the more players there are",
        "CPU time for each step of one who walks about. Eight to ten others are in sight of each, however many there are in all. "
        f"Median and range of {result['rounds']} rounds.",
    )
    machine = result["machine"]
    figure.text(
        0.02, 0.16 / height,
        f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}; commit {machine['commit'][:10]}, "
        f"{machine['date'][:10]}; {machine['command']}",
        fontsize=7.5, color=plot.FAINT, va="center",
    )  # fmt: skip
    panels = [
        ("To find who must be told, and to make the bytes", "one thread", FOUND),
        ("And to give them to the sessions of all", "one thread, one send a session and tick, to a port without a network", TOLD),
    ]
    for axes, (title, subtitle, names) in zip(grid[0], panels):
        plot.panel(axes, title, subtitle)
        draw_axes(axes, plot, limits)
        draw_lines(axes, [lines[name] for name in names if name in lines], limits)
    return plot.save(figure, "micro")


@dataclass
class Line:
    label: str
    colour: str
    bold: bool = False
    dashed: bool = False
    rounds: dict[int, list[float]] = field(default_factory=dict)  # nanoseconds, by number of pieces

    @property
    def end(self) -> tuple[int, float]:
        count = max(self.rounds)
        return count, median(self.rounds[count])


def draw_axes(axes, plot, limits: tuple[float, float]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(COUNTS[0] / 1.25, COUNTS[-1] * 1.1)
    axes.set_ylim(*limits)
    axes.patch.set_visible(False)  # otherwise it would cover the labels beside it
    axes.minorticks_off()
    axes.set_xticks(COUNTS, [f"{count:,}" for count in COUNTS])
    ticks = [base * 10**power for power in range(6) for base in (1, 3) if limits[0] <= base * 10**power <= limits[1]]
    axes.set_yticks(ticks, [f"{tick} ns" if tick < 1000 else f"{tick // 1000} µs" for tick in ticks])
    axes.tick_params(axis="y", colors=plot.FAINT)
    axes.grid(axis="y", color=plot.RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel("players on the map", color=plot.FAINT, labelpad=6)


def draw_lines(axes, lines: list[Line], limits: tuple[float, float]) -> None:
    for line in lines:
        counts, rounds = list(line.rounds), list(line.rounds.values())
        axes.fill_between(counts, list(map(min, rounds)), list(map(max, rounds)), color=line.colour, alpha=0.1, linewidth=0)
        axes.plot(counts, list(map(median, rounds)), color=line.colour, linewidth=2.6 if line.bold else 1.5, marker="o",
                  linestyle=(0, (4, 2)) if line.dashed else "solid", markersize=5 if line.bold else 3.5,
                  zorder=4 if line.bold else 3)  # fmt: skip
    gap = (limits[1] / limits[0]) ** 0.07  # minimum distance of two labels
    lowest = 0.0
    for line in sorted(lines, key=lambda each: each.end):
        count, cost = line.end
        text = f"{line.label}, " + (f"{cost:.0f} ns" if cost < 995 else f"{cost / 1000:.1f} µs")
        style = {"textcoords": "offset points", "fontsize": 9, "color": line.colour, "annotation_clip": False,
                 "fontweight": "semibold" if line.bold else "normal"}  # fmt: skip
        if count < COUNTS[-1]:  # other lines continue below this label
            axes.annotate(text, (count, cost), (0, 7), ha="center", va="bottom",
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5}, **style)  # fmt: skip
        else:
            place = max(cost, lowest * gap)
            lowest = place
            axes.annotate(text, (count, place), (9, 0), va="center", **style)
