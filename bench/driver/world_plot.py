"""The plot of the world benchmark: the cost of a player and the delay of a move, by number of players."""

from pathlib import Path

from driver import plot

SERIES = [("madang", "Madang", plot.OURS), ("lecture", "the lecture's design", plot.FLOOR)]
PANELS = [
    ("cpu_us_a_player_second", "CPU of the server", "microseconds a player and second"),
    ("delay_p99_ms", "Delay of moves", "99th percentile, ms, at 10 ticks a second"),
    ("memory_a_player", "Memory of the server", "bytes a player, in user space"),
]


def draw(results: dict, machine: dict) -> Path:
    height = 3.9
    figure, grid = plot.begin(12.6, height, 1, len(PANELS))
    figure.subplots_adjust(left=0.045, right=0.93, top=1 - 1.45 / height, bottom=0.75 / height, wspace=0.42)
    plot.headline(figure, "What a player costs, the more players there are",
                  "The same density: each sees about ten others and moves once a second; server and bots on the same two cores.")
    figure.text(0.02, 0.16 / height,
                f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}; commit {machine['commit'][:10]}, "
                f"{machine['date'][:10]}; {machine['command']}", fontsize=7.5, color=plot.FAINT, va="center")
    for axes, (figure_name, title, subtitle) in zip(grid[0], PANELS):
        plot.panel(axes, title, subtitle)
        for prefix, name, colour in SERIES:
            points = sorted((int(f["players"]), f[figure_name]) for key, f in results.items()
                            if key.startswith(prefix + "_") and key[len(prefix) + 1:].isdigit())
            if not points:
                continue
            xs, ys = zip(*points)
            axes.plot(xs, ys, color=colour, marker="o", markersize=3.5, linewidth=1.6)
            axes.annotate(name, (xs[-1], ys[-1]), (6, 0), textcoords="offset points", color=colour, fontsize=8.5, va="center")
        axes.set_ylim(bottom=0)
        axes.set_xticks([1000, 5000, 10000, 15000], ["1,000", "5,000", "10,000", "15,000"], fontsize=8)
        axes.grid(axis="y", color=plot.RULE, linewidth=0.7)
    return plot.save(figure, "world")
