"""Two versions are compared: the arithmetic of the rounds' ratios, what is said of them, and whole runs of a version against itself."""

import json
import random

import pytest
from conftest import RELEASE_BUILD, program
from driver import against, crowd, echo, echo_against, report, world, world_against
from driver.against import THAT, THIS
from driver.process import Failed

QUIET = [0.995, 1.004, 1.0, 0.998, 1.002, 1.003, 0.997, 1.001, 0.999, 1.0]  # ten rounds of the same version


# --- The order ---


def test_the_version_that_comes_first_alternates():
    sequence = [version for number in range(3) for version in against.order(number)]
    assert sequence == [THIS, THAT, THAT, THIS, THIS, THAT]


# --- The arithmetic ---


def test_the_ratio_is_the_median_of_the_rounds_ratios_and_not_the_ratio_of_the_medians():
    # The machine becomes four times as slow from round to round; in each round this version takes a tenth more.
    that = [1.0, 4.0, 16.0, 64.0, 256.0]
    compared = against.compare([1.1 * value for value in that], that, within=0.02)
    assert compared.ratio == pytest.approx(1.1)
    assert compared.spread == pytest.approx(0)
    assert (compared.this, compared.that) == (pytest.approx(17.6), 16)
    this, that = [1, 2, 3, 4, 10], [1, 1, 1, 10, 10]
    assert against.compare(this, that, within=0.02).ratio == 1  # of 1, 2, 3, 0.4, 1; the medians are 3 and 1


def test_one_round_that_was_disturbed_does_not_change_what_is_said():
    disturbed = [*QUIET[:-1], 3.0]
    assert against.verdict(disturbed, within=0.02) == against.verdict(QUIET, within=0.02) == "no slower within 2 %"


@pytest.mark.parametrize(("rounds", "rank"), [(1, 0), (4, 0), (5, 1), (7, 1), (8, 2), (10, 2), (11, 3), (20, 6)])
def test_the_interval_ends_at_the_ratio_of_this_rank(rounds, rank):
    # From tables of the sign test: the greatest rank whose two tails hold at most a tenth.
    assert against.rank(rounds) == rank


@pytest.mark.parametrize("rounds", [5, 8, 10, 15, 20])
def test_the_interval_holds_the_true_ratio_nine_times_in_ten(rounds):
    chance = random.Random(rounds)
    held = 0
    for _ in range(2000):
        low, high = against.interval([chance.lognormvariate(0, 0.1) for _ in range(rounds)])
        held += low <= 1 <= high
    assert 0.88 < held / 2000 < 0.98


def test_the_interval_is_symmetric_and_its_width_is_the_spread():
    ratios = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7]
    random.Random(1).shuffle(ratios)
    compared = against.compare(ratios, [1.0] * 8, within=0.02)
    assert (compared.low, compared.high) == (1.1, 1.6)
    assert compared.spread == pytest.approx(0.5)


def test_rounds_without_a_partner_are_a_mistake():
    with pytest.raises(ValueError):
        against.compare([1.0, 1.0], [1.0], within=0.02)


def test_a_figure_that_is_nothing_has_no_ratio():
    with pytest.raises(Failed):
        against.compare([1.0, 0.0], [1.0, 1.0], within=0.02)
    with pytest.raises(Failed):
        against.compare([1.0, 1.0], [0.0, 1.0], within=0.02)


def test_the_ratio_of_several_workloads_is_in_each_round_their_geometric_mean():
    assert against.together([[2.0, 1.0], [0.5, 4.0]]) == [pytest.approx(1.0), pytest.approx(2.0)]


# --- The words ---


def shifted(by: float) -> list[float]:
    return [ratio + by for ratio in QUIET]


@pytest.mark.parametrize(("ratios", "said"), [
    (QUIET, "no slower within 2 %"),
    (shifted(0.015), "no slower within 2 %"),
    (shifted(-0.3), "no slower within 2 %"),
    (shifted(0.05), "slower by 5 %"),
    (shifted(0.0503), "slower by 5 %"),
    (shifted(0.125), "slower by 12.5 %"),
    # Slower by a little for certain, but by how much the noise does not let one say.
    (shifted(0.019), "the machine was too noisy to say (spread 0.6 %)"),
    ([0.8, 0.9, 1.0, 1.1, 1.2], "the machine was too noisy to say (spread 40 %)"),
    ([0.99, 1.1, 1.1, 1.2, 1.3], "the machine was too noisy to say (spread 31 %)"),
    ([1.0] * 4, "too few rounds to say: at least 5"),
    ([1.0] * 5, "no slower within 2 %"),
    ([1.5] * 5, "slower by 50 %"),
])  # fmt: skip
def test_what_is_said_of_ratios(ratios, said):
    assert against.verdict(ratios, within=0.02) == said


def test_what_is_said_names_the_bound_and_the_kind_of_figure():
    assert against.verdict(shifted(0.03), within=0.05, worse="larger") == "no larger within 5 %"
    assert against.verdict(shifted(0.06), within=0.05, worse="larger") == "larger by 6 %"


# --- The options ---


def test_two_versions_have_more_rounds_which_are_shorter():
    usual, two = echo.parse([]), echo.parse(["--against", "HEAD"])
    assert two.rounds > usual.rounds
    assert two.seconds < usual.seconds
    assert [peer.name for peer in two.peers] == ["madang-uring", "madang-epoll"]
    assert world.parse(["--against", "HEAD"]).players == 5000
    named = echo.parse(["--against", "HEAD", "--rounds", "7", "--seconds", "2", "--workloads", "W4", "--only", "madang-epoll"])
    assert (named.rounds, named.seconds, len(named.workloads), len(named.peers)) == (7, 2, 1, 1)


@pytest.mark.parametrize("arguments", [["--only", "node"], ["--workloads", "idle"], ["--rounds", "0"], ["--within", "-1"]])
def test_an_echo_that_cannot_be_compared_is_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        echo.parse(["--against", "HEAD", *arguments])
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--only", "scale"], ["--seconds", "3"], ["--players", "0"], ["--within", "-1"]])
def test_a_world_that_cannot_be_compared_is_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        world.parse(["--against", "HEAD", *arguments])
    assert "error:" in capsys.readouterr().err


def test_a_revision_that_there_is_not_is_an_error():
    with pytest.raises(Failed, match="no revision nonsense"):
        against.revision("nonsense")


# --- A version against itself ---


@pytest.fixture
def itself(monkeypatch, tmp_path):
    """What `--against` finds: the release build, on both sides. Results go to a folder of the test's own."""
    monkeypatch.setattr(against, "revision", lambda name: against.Revision(name, "0" * 40, RELEASE_BUILD))
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    for module in (echo_against, world_against):
        monkeypatch.setattr(module, "ROOT", tmp_path)


def test_an_echo_is_compared_with_itself(itself, echo_programs, monkeypatch, tmp_path, capsys):
    options = echo.parse(["--against", "HEAD", "--rounds", "2", "--seconds", "0.1", "--workloads", "W1,W5"])
    options.peers = [echo_against.built_in(RELEASE_BUILD, peer) for peer in options.peers]
    monkeypatch.setattr(echo_against, "BUILD", RELEASE_BUILD)
    echo_against.run(options)
    assert capsys.readouterr().out.count("too few rounds to say") == 5  # two servers, two workloads, and all together
    result = json.loads((tmp_path / "echo-against.json").read_text())
    assert result["against"] == {"revision": "HEAD", "commit": "0" * 40}
    for workload in ("W1", "W5"):
        for server in ("madang-uring", "madang-epoll"):
            measured = result["workloads"][workload][server]
            costs = [[each["server_us"] for each in measured[version]["rounds"]] for version in (THIS, THAT)]
            assert measured["compared"]["ratios"] == [a / b for a, b in zip(*costs)]
            assert len(costs[0]) == 2


def test_an_echo_server_that_does_not_take_the_arguments_is_an_error(echo_programs, tmp_path):
    server = tmp_path / "madang"  # knows of no second argument
    server.write_text(f"#!/bin/bash\nexec {echo_programs}/madang $1 uring\n")
    server.chmod(0o755)
    that = against.Revision("old", "0" * 40, tmp_path)
    with pytest.raises(Failed, match="the echo server of old does not take the arguments"):
        echo_against.check(echo.Peer("madang-epoll", "", [str(server), "0", "epoll"]), that)
    with pytest.raises(Failed, match="old has not been built"):
        echo_against.check(echo.Peer("madang-epoll", "", [str(tmp_path / "none"), "0", "epoll"]), that)
    for backend in ("epoll", "uring"):
        echo_against.check(echo.Peer(backend, "", [str(echo_programs / "madang"), "0", backend]), that)


def test_a_world_is_compared_with_itself(itself, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(crowd, "MADANG", program("madang"))
    world_against.run(world.parse(["--against", "HEAD", "--rounds", "1", "--seconds", "4", "--players", "50"]))
    assert "own bots" not in capsys.readouterr().out
    result = json.loads((tmp_path / "world-against.json").read_text())
    assert result["against"]["same_bots"]
    for version in (THIS, THAT):
        assert result[version]["median"]["connected"] == 50
        assert (result[version]["median"]["violations"], result[version]["median"]["errors"]) == (0, 0)
    assert result["compared"]["cpu_us_a_player_second"]["ratio"] > 0


def test_a_version_of_another_protocol_is_measured_with_its_own_bots(itself, monkeypatch, capsys):
    monkeypatch.setattr(crowd, "MADANG", "this")
    monkeypatch.setattr(world_against, "protocol_of", lambda each: each)
    used = {}

    def measure(options, servers, bots):
        used.update(bots)
        raise Failed("enough")

    monkeypatch.setattr(world_against, "measure", measure)
    with pytest.raises(Failed, match="enough"):
        world_against.run(world.parse(["--against", "HEAD"]))
    assert used == {THIS: "this", THAT: str(RELEASE_BUILD / "madang")}
    assert "each version is measured with its own bots" in capsys.readouterr().out


def test_what_went_wrong_with_a_crowd_is_said():
    figures = {"players": 10, "connected": 10, "violations": 0, "errors": 0, "overload_steps": 0}
    assert world_against.what_went_wrong(figures) == ""
    assert world_against.what_went_wrong(figures | {"connected": 8, "errors": 2}) == "2 lost, 2 errors"
