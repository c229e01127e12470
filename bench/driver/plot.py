"""The common style of all plots."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)

from driver.report import RESULTS  # noqa: E402

OURS = "#c8452d"
OURS_SECOND = "#e08a6d"
FLOOR = "#4a5560"
OTHERS = "#b9c1c9"
INK = "#1f262c"
FAINT = "#7b858e"
RULE = "#dfe3e7"


def begin(width: float, height: float, rows: int, columns: int):
    """Makes a figure of this size in inches, and its panels."""
    plt.rcParams.update(
        {
            "font.family": ["Inter", "DejaVu Sans"],
            "font.size": 9,
            "text.color": INK,
            "axes.edgecolor": RULE,
            "axes.labelcolor": INK,
            "xtick.color": FAINT,
            "ytick.color": INK,
            "svg.fonttype": "path",  # the plot looks the same without the font
            "svg.hashsalt": "madang",  # the same figures make the same file
        }
    )
    return plt.subplots(rows, columns, figsize=(width, height), squeeze=False)


def headline(figure, title: str, subtitle: str) -> None:
    height = figure.get_figheight()
    figure.text(0.02, 1 - 0.30 / height, title, fontsize=15, fontweight="semibold", va="center")
    figure.text(0.02, 1 - 0.58 / height, subtitle, fontsize=9, color=FAINT, va="center")


def panel(axes, title: str, subtitle: str) -> None:
    """Removes the frame and the ticks of a panel."""
    axes.spines[["top", "right", "bottom", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xticks([])
    above = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    axes.annotate(title, (0, 1), (0, 18), fontsize=10.5, fontweight="semibold", **above)
    axes.annotate(subtitle, (0, 1), (0, 5), fontsize=8.5, color=FAINT, **above)


def save(figure, name: str) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.svg"
    figure.savefig(path, facecolor="white", metadata={"Date": None})
    plt.close(figure)
    return path
