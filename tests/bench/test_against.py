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


# --- Which version is measured when ---


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """What `--against` finds: a build in a folder of the test's own. Results go there too. No program of it has to exist."""
    that = against.Revision("old", "0" * 40, tmp_path / "that")
    monkeypatch.setattr(against, "revision", lambda name: that)
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    for module in (echo_against, world_against):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return that


def test_each_echo_server_of_both_versions_is_measured_in_turns(elsewhere, monkeypatch, tmp_path, capsys):
    commands, checked = [], []

    def measure_once(options, workload, peer):
        commands.append(peer.command)
        return {"server_us": 3.0 if peer.command[0].startswith(str(tmp_path)) else 2.0, "p99_us": 1.0, "server_busy": 1.0, "load_busy": 1.0}

    monkeypatch.setattr(echo, "measure_once", measure_once)
    monkeypatch.setattr(echo_against, "check", lambda peer, that: checked.append(peer.command))
    echo.main(["--against", "old", "--rounds", "6", "--workloads", "W2,W4"])
    this, that = str(echo.PROGRAMS / "madang"), str(tmp_path / "that" / "bench" / "echo" / "madang")
    assert checked == [[that, "0", "uring"], [that, "0", "epoll"]]
    a_round = [[[this, "0", io], [that, "0", io]] for _ in ("W2", "W4") for io in ("uring", "epoll")]
    expected = [command for number in range(6) for pair in a_round for command in (pair if number % 2 == 0 else pair[::-1])]
    assert commands == expected
    result = json.loads((tmp_path / "echo-against.json").read_text())
    for workload in ("W2", "W4"):
        for server in ("madang-uring", "madang-epoll"):
            compared = result["workloads"][workload][server]["compared"]
            assert (compared["this"], compared["that"]) == (2, 3)
            assert compared["ratios"] == [pytest.approx(2 / 3)] * 6
    assert result["together"]["ratio"] == pytest.approx(2 / 3)
    assert capsys.readouterr().out.count("no slower within 2 %") == 5  # two servers, two workloads, and all together


class Stage:
    """A server that is none: it knows its program alone."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.mark.parametrize("same_protocol", [True, False])
def test_each_crowd_comes_to_both_versions_in_turns(elsewhere, monkeypatch, tmp_path, capsys, same_protocol):
    came = []

    def visit(server, players, seconds, *options, program):
        came.append((server.program, program, players, seconds))
        cost = 4.0 if server.program == "this" else 3.0
        figures = {figure.key: cost for figure in world_against.FIGURES}
        return crowd.Visit({}, figures | {"players": players, "connected": players, "violations": 0, "errors": 0, "overload_steps": 0})

    that = str(tmp_path / "that" / "madang")
    monkeypatch.setattr(crowd, "MADANG", "this")
    monkeypatch.setattr(crowd, "madang", lambda players, tick_rate, program, log: Stage(program))
    monkeypatch.setattr(crowd, "visit", visit)
    monkeypatch.setattr(world_against, "protocol_of", lambda program: "" if same_protocol else program)
    world.main(["--against", "old", "--rounds", "6", "--players", "70", "--seconds", "9"])
    bots_of_that = "this" if same_protocol else that
    pair = [("this", "this", 70, 9), (that, bots_of_that, 70, 9)]
    assert came == [each for number in range(6) for each in (pair if number % 2 == 0 else pair[::-1])]
    said = capsys.readouterr().out
    assert ("each version is measured with its own bots" in said) is not same_protocol
    assert said.count("slower by 33.3 %") == 3
    assert said.count("larger by 33.3 %") == 2
    result = json.loads((tmp_path / "world-against.json").read_text())
    assert result["against"]["same_bots"] is same_protocol
    assert (result["this"]["median"]["delay_p99_ms"], result["that"]["median"]["delay_p99_ms"]) == (4, 3)


def test_bots_that_do_not_report_a_figure_are_an_error(elsewhere, monkeypatch):
    def visit(*_, **__):
        raise KeyError("moves")

    monkeypatch.setattr(crowd, "madang", lambda *_, program, **__: Stage(program))
    monkeypatch.setattr(crowd, "visit", visit)
    monkeypatch.setattr(world_against, "protocol_of", lambda program: "")
    with pytest.raises(Failed, match="do not report 'moves'"):
        world.main(["--against", "old"])


def test_what_went_wrong_with_a_crowd_is_said():
    figures = {"players": 10, "connected": 10, "violations": 0, "errors": 0, "overload_steps": 0}
    assert world_against.what_went_wrong(figures) == ""
    assert world_against.what_went_wrong(figures | {"connected": 8, "errors": 2}) == "2 lost, 2 errors"


# --- A version against itself, with its own programs ---


def forward(path, program: str, before: str = "") -> None:
    """A program of "that" version, which is this one; it notes for what it was called."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/bash\necho "$*" >>{path}.calls\n{before}\nexec {program} "$@"\n')
    path.chmod(0o755)


def test_an_echo_is_compared_with_itself(elsewhere, echo_programs, monkeypatch, tmp_path, capsys):
    that = elsewhere.build / "bench" / "echo" / "madang"
    forward(that, str(echo_programs / "madang"))
    options = echo.parse(["--against", "old", "--rounds", "2", "--seconds", "0.1", "--workloads", "W1,W5"])
    options.peers = [echo_against.built_in(RELEASE_BUILD, peer) for peer in options.peers]
    monkeypatch.setattr(echo_against, "BUILD", RELEASE_BUILD)
    echo_against.run(options)
    assert capsys.readouterr().out.count("too few rounds to say") == 5
    calls = (that.parent / "madang.calls").read_text().splitlines()
    assert sorted(calls) == ["0 epoll"] * 5 + ["0 uring"] * 5  # the check, and two rounds of two workloads
    result = json.loads((tmp_path / "echo-against.json").read_text())
    assert result["against"] == {"revision": "old", "commit": "0" * 40}
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


def test_a_world_is_compared_with_itself_under_another_protocol(elsewhere, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(crowd, "MADANG", program("madang"))
    that = elsewhere.build / "madang"
    forward(that, program("madang"), before='[ "$1" != protocol ] || exec echo another')
    world_against.run(world.parse(["--against", "old", "--rounds", "1", "--seconds", "4", "--players", "50"]))
    assert "own bots" in capsys.readouterr().out
    calls = (that.parent / "madang.calls").read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["protocol", "serve", "serve", "bots"]  # first its --help
    result = json.loads((tmp_path / "world-against.json").read_text())
    for version in (THIS, THAT):
        assert result[version]["median"]["connected"] == 50
        assert (result[version]["median"]["violations"], result[version]["median"]["errors"]) == (0, 0)
    assert result["compared"]["cpu_us_a_player_second"]["ratio"] > 0


def test_a_server_that_has_fewer_ports_is_not_told_to_close_others(tmp_path):
    old = tmp_path / "madang"
    old.write_text("#!/bin/bash\necho '  --http ADDRESS  Where pages are'\n")
    old.chmod(0o755)
    assert crowd.nothing_but_players(str(old)) == ["--http", "off"]
    assert crowd.nothing_but_players(program("madang")) == ["--http", "off", "--operator", "off", "--arrival-radius", "0"]
