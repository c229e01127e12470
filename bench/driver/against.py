"""The arithmetic and the texts of `--against REVISION`, which measures two versions of Madang in turns, in one run.

"This" is the working tree, built in build/bench. "That" is the revision, which ./bench/run has built in a work tree of its own.
A round measures each version once. The next round measures them in the other order: this that, that this, this that ... So a
change of the machine's speed affects both versions. Each round gives one ratio (this / that). The result is the median of the
ratios of all rounds.

The interval of the median needs no assumption about the noise. The median of n fair draws is between the k-th smallest and the
k-th largest ratio, unless fewer than k ratios are on one side. The binomial distribution gives the probability of that.
"""

import argparse
import math
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from driver.process import ROOT, Failed

THIS, THAT = "this", "that"
CERTAINTY = 0.9  # probability that the true ratio is in the interval; so 0.95 that it is not above the interval
ROUNDS_MIN = 5  # with fewer rounds, even the smallest and the largest ratio are no interval of that certainty


@dataclass(frozen=True)
class Comparison:
    this: float  # medians of the figure itself
    that: float
    ratio: float  # median of the rounds' ratios; above 1: this is worse
    low: float  # the interval of the ratio
    high: float
    spread: float  # how wide the interval is
    ratios: list[float]  # of each round
    verdict: str


def order(round_number: int) -> tuple[str, str]:
    return (THIS, THAT) if round_number % 2 == 0 else (THAT, THIS)


def compare(this: list[float], that: list[float], within: float, worse: str = "slower") -> Comparison:
    """Compares one figure, for which less is better. `within` is the share by which this tree may be worse (0.02)."""
    if min(*this, *that) <= 0:
        raise Failed("a figure is 0 in one of the rounds, so there is no ratio; use more --seconds, or a larger load")
    ratios = [a / b for a, b in zip(this, that, strict=True)]
    low, high = interval(ratios)
    return Comparison(median(this), median(that), median(ratios), low, high, high - low, ratios, verdict(ratios, within, worse))


def interval(ratios: list[float]) -> tuple[float, float]:
    """Returns the interval of the true median, with at least CERTAINTY. With fewer rounds than ROUNDS_MIN, it is the whole range."""
    ordered = sorted(ratios)
    k = max(rank(len(ordered)), 1)
    return ordered[k - 1], ordered[-k]


def rank(count: int) -> int:
    """Returns the greatest k for which the k-th smallest and the k-th largest ratio are such an interval, or 0."""
    k, outside = 0, 0.0
    while k < count // 2:
        outside += 2 * math.comb(count, k) / 2**count
        if outside > 1 - CERTAINTY:
            break
        k += 1
    return k


def verdict(ratios: list[float], within: float, worse: str = "slower") -> str:
    """Returns the verdict as a text."""
    if len(ratios) < ROUNDS_MIN:
        return f"too few rounds to say: at least {ROUNDS_MIN}"
    low, high = interval(ratios)
    if high <= 1 + within:
        return f"no {worse} within {percent(within)}"
    if low > 1 and median(ratios) > 1 + within:
        return f"{worse} by {percent(median(ratios) - 1)}"
    return f"the machine was too noisy to say (spread {percent(high - low)})"


def percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def together(rounds_of_each: list[list[float]]) -> list[float]:
    """Combines the ratios of several workloads: the geometric mean of each round."""
    return [math.exp(sum(map(math.log, ratios)) / len(ratios)) for ratios in zip(*rounds_of_each, strict=True)]


# --- On the command line ---


def add_options(parser: argparse.ArgumentParser):
    """Adds the options, and returns their group for more options of the benchmark."""
    group = parser.add_argument_group("comparing two versions", "Both are measured in turns. The load and the bots are those of this tree.\n"
                                      "More rounds make the spread narrower; 5 are the fewest (docs/performance.md).")
    group.add_argument("--against", metavar="REVISION", help="compare this tree with another revision of git, which is built in build/against")
    group.add_argument("--within", type=float, default=2, metavar="PERCENT", help="percentage by which this tree may be slower (default 2)")
    return group


@dataclass(frozen=True)
class Revision:
    name: str  # as on the command line
    commit: str
    build: Path

    @property
    def facts(self) -> dict:
        return {"revision": self.name, "commit": self.commit}


def revision(name: str) -> Revision:
    """The revision that ./bench/run has built. Its build_against uses the same folder."""

    def parse(*options: str) -> str:
        command = ["git", "rev-parse", "--quiet", "--verify", *options, f"{name}^{{commit}}"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()

    commit = parse()
    if not commit:
        raise Failed(f"there is no revision {name}")
    return Revision(name, commit, ROOT / "build" / "against" / parse("--short=12") / "build" / "bench")


# --- Output ---

HEADINGS = ["this", "that", "ratio", "between", "and", "verdict"]


def cells(compared: Comparison, figure) -> list[str]:
    """Returns a row of the table with HEADINGS. `figure` converts a value into a text."""
    return [figure(compared.this), figure(compared.that), *(f"{each:.3f}" for each in (compared.ratio, compared.low, compared.high)),
            compared.verdict]
