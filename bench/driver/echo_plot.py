"""The plot of the echo benchmark: the cost of a message on each server, for each workload, as a multiple of the raw server's cost."""

from pathlib import Path

from driver import plot

CLIPPED_AT = 3.0  # longer bars are cut, because all other bars would look equal beside them


def colour(peer) -> str:
    if peer.kind == "ours":
        return plot.OURS if "uring" in peer.name else plot.OURS_SECOND
    return plot.FLOOR if peer.kind == "floor" else plot.OTHERS


def draw(result: dict, workloads: list, peers: list) -> Path:
    panels = len(workloads) + (1 if result["idle"] else 0)
    columns = 3
    rows = -(-panels // columns)
    row_height = 0.26 * len(peers) + 0.75
    height = rows * row_height + 1.35
    figure, grid = plot.begin(4.2 * columns, height, rows, columns)
    figure.subplots_adjust(
        left=0.02, right=0.985, top=1 - 1.30 / height, bottom=0.42 / height,
        hspace=0.75 / (row_height - 0.75), wspace=0.06,
    )  # fmt: skip
    machine = result["machine"]
    rounds = f"Median of {result['rounds']} rounds, with their range." if result["rounds"] > 1 else "A single round."
    plot.headline(
        figure,
        "What an echoed message costs the server, as a multiple of the floor",
        "CPU time, user and kernel, of one thread. Madang has its sessions and frames, the others echo bytes. "
        f"The floor (white mark) is the cheaper of the raw two. {rounds}",
    )
    figure.text(
        0.02, 0.16 / height,
        f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}, loopback; "
        f"commit {machine['commit'][:10]}, {machine['date'][:10]}; {machine['command']}",
        fontsize=7.5, color=plot.FAINT, va="center",
    )  # fmt: skip

    cells = [axes for row in grid for axes in row]
    for axes, workload in zip(cells, workloads):
        draw_workload(axes, workload, peers, result["workloads"][workload.name]["peers"])
    if result["idle"]:
        draw_memory(cells[len(workloads)], peers, result["idle"])
    for axes in cells[panels:]:
        axes.set_visible(False)
    return plot.save(figure, "echo")


def draw_workload(axes, workload, peers: list, results: dict) -> None:
    costs = {peer.name: results[peer.name]["median"]["server_us"] for peer in peers}
    floor = min([costs[peer.name] for peer in peers if peer.kind == "floor"] or [min(costs.values())])
    size = "64 B" if workload.bytes == 64 else f"{workload.bytes:,} B"
    flight = "one in flight" if workload.in_flight == 1 else f"{workload.in_flight} in flight"
    plot.panel(axes, f"{workload.connections:,} connections", f"{size}, {flight}; floor {costs_text(floor)} a message")
    for place, peer in enumerate(peers):
        ratio = costs[peer.name] / floor
        ranges = [each["server_us"] / floor for each in results[peer.name]["rounds"]]
        bar(axes, place, peer, ratio / CLIPPED_AT, f"{ratio:.2f}×", [each / CLIPPED_AT for each in ranges])
    axes.plot([1 / CLIPPED_AT] * 2, [-0.5, len(peers) - 0.5], color="white", linewidth=0.9, zorder=3)
    finish(axes, len(peers))


def draw_memory(axes, peers: list, idle: dict) -> None:
    bytes_each = {peer.name: max(0, idle[peer.name]["median"]["bytes_per_connection"]) for peer in peers}
    most = max([*bytes_each.values(), 1])
    connections = next(iter(idle.values()))["connections"]
    plot.panel(axes, "Memory of an idle connection", f"bytes in user space, of {connections:,}")
    for place, peer in enumerate(peers):
        bar(axes, place, peer, bytes_each[peer.name] / most, f"{bytes_each[peer.name]:,.0f}", [])
    finish(axes, len(peers))


def costs_text(microseconds: float) -> str:
    return f"{microseconds * 1000:,.0f} ns" if microseconds < 1 else f"{microseconds:.2f} µs"


def bar(axes, place: int, peer, length: float, label: str, ranges: list[float]) -> None:
    """Draws a bar. `length` and `ranges` are shares of the longest bar."""
    ours = peer.kind == "ours"
    drawn = min(length, 1.0)
    axes.barh(place, drawn, height=0.68, color=colour(peer), zorder=2)
    end = drawn
    if len(ranges) > 1 and length <= 1:
        low, high = min(ranges), min(max(ranges), 1.03)
        axes.plot([low, high], [place, place], color=plot.INK, linewidth=0.8, zorder=4, solid_capstyle="butt")
        end = max(drawn, high)
    if length > 1:  # the bar is cut
        for at in (0.93, 0.945):
            axes.plot([at, at + 0.012], [place - 0.42, place + 0.42], color="white", linewidth=1.6, zorder=3)
    style = {"textcoords": "offset points", "va": "center", "fontsize": 9, "zorder": 5}
    style |= {"fontweight": "semibold", "color": plot.OURS} if ours else {"color": plot.INK}
    axes.annotate(label, (end, place), (4, 0), **style)
    axes.annotate(peer.title, (0, place), (-5, 0), ha="right", **style)


def finish(axes, count: int) -> None:
    names_share = 0.46  # space for the names on the left, as a share of the longest bar
    figures_share = 0.16  # space for the figures on the right, likewise
    axes.set_xlim(-names_share, 1 + figures_share)
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_yticks([])
