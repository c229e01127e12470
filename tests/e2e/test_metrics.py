"""/metrics shows what bots did, in Prometheus' format. docs/operations describes all metrics, and no others."""

import json
import re
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import EPOLL, PATIENCE_S, ROOT
from test_serve import visit

PAGE = ROOT / "docs" / "operations.md"
OPERATIONS = ROOT / "docs" / "operations"
PLAYERS = 30
SECONDS = 4


def promtool(*arguments: str, text: str | None = None) -> str:
    done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, encoding="utf-8", timeout=PATIENCE_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def scrape(port: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as response:
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return response.read().decode()


def values(text: str) -> dict[str, float]:
    """By name and labels, as they stand there."""
    return {key: float(value) for key, value in re.findall(r"^([a-z_]+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)}


@pytest.fixture(scope="module")
def scrapes(start_for_module):
    """Returns the metrics before the bots came and after they left, and the bots' report."""
    server = start_for_module(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0")
    address = server.wait_for(r"Madang is open: (127\.0\.0\.1:\d+) .*")[1]
    port = server.wait_for(r"Play in a browser: .* http://127\.0\.0\.1:(\d+)/operator")[1]
    before = scrape(port)
    report = visit(start_for_module, address, PLAYERS, SECONDS)
    # A player that has logged out leaves the map at the next tick.
    deadline = time.monotonic() + PATIENCE_S
    while values(after := scrape(port))["madang_players"] > 0:
        assert time.monotonic() < deadline, "they do not leave the map"
    server.stop()
    return before, after, report


@pytest.fixture(scope="module")
def names(scrapes) -> set[str]:
    return set(re.findall(r"^# TYPE (\S+) ", scrapes[1], re.MULTILINE))


def test_promtool_has_no_complaint(scrapes):
    assert promtool("check", "metrics", text=scrapes[1]).strip() == ""


def test_the_counters_say_what_the_bots_did(scrapes):
    before, after, report = values(scrapes[0]), values(scrapes[1]), scrapes[2]
    assert after["madang_sessions_opened_total"] - before["madang_sessions_opened_total"] == PLAYERS
    assert after['madang_sessions_closed_total{reason="client_left"}'] == PLAYERS
    assert after["madang_players"] == after["madang_sessions"] == 0
    assert after["madang_packets_received_total"] >= report["moves"] + PLAYERS, "moves, and a login each"
    # The bots count from when all are in: by then each may have made a move, and one may be on its way at the end.
    answered = after["madang_move_answer_seconds_count"]
    assert report["moves"] <= answered <= report["moves"] + report["moves_refused"] + 2 * PLAYERS
    assert after["madang_move_answer_seconds_sum"] < after["madang_move_answer_seconds_count"] * PATIENCE_S
    assert after["madang_sent_bytes_total"] > after["madang_received_bytes_total"] > 0
    assert after['madang_thread_cpu_seconds_total{thread="zone 0"}'] > 0
    assert after['madang_http_responses_total{status="2xx"}'] >= 1, "the scrapes before this one"


def test_nothing_that_counts_goes_down(scrapes):
    before, after = values(scrapes[0]), values(scrapes[1])
    counters = [key for key in before if re.match(r"\w+_(total|count|sum|bucket)\b", key)]
    assert len(counters) > 50
    assert [key for key in counters if after[key] < before[key]] == []


@pytest.mark.parametrize("name", ["madang_tick_seconds", "madang_move_answer_seconds"])
def test_a_histogram_counts_up_to_all(scrapes, name):
    after = values(scrapes[1])
    buckets = [value for key, value in after.items() if key.startswith(f"{name}_bucket")]
    assert buckets == sorted(buckets)
    assert buckets[-1] == after[f"{name}_count"] > 0


def processor_seconds(pid: int) -> float:
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def test_a_look_at_the_operators_page_takes_less_than_a_hundredth_of_a_core(start):
    """The page sends one request a second. Each request must need less than 10 ms of processor time."""
    server = start(EPOLL, "madang", "serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--operator", "127.0.0.1:0")
    port = server.wait_for(r"Play in a browser: .* http://127\.0\.0\.1:(\d+)/operator")[1]
    looks = 40
    used = processor_seconds(server.process.pid)
    for _ in range(looks):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/operator/api/state?after=1&log_after=1", timeout=PATIENCE_S) as state:
            assert len(json.load(state)["heat"]["players"]) == 125 * 125
    used = processor_seconds(server.process.pid) - used
    assert 0 < used / looks < 0.010, f"{1000 * used / looks} ms a look"
    server.stop()


def test_every_metric_is_on_the_operators_page_of_the_manual_and_no_other(names):
    described = set(re.findall(r"^\| `((?:madang|process)_\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert described == names


def test_every_reason_is_in_the_manual(scrapes):
    page = PAGE.read_text(encoding="utf-8")
    for reason in re.findall(r'reason="(\w+)"', scrapes[1]):
        assert f"`{reason}`" in page, reason


def names_in(text: str) -> set[str]:
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"\b(?:madang|process)_\w+", text)}


def test_the_dashboard_asks_for_what_there_is(names, tmp_path):
    dashboard = json.loads((OPERATIONS / "grafana-dashboard.json").read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    assert len(expressions) > 20
    assert names_in("\n".join(expressions)) <= names
    assert names - names_in("\n".join(expressions)) == {"madang_build_info"}
    rules = [{"record": f"test:{i}", "expr": expr.replace("$__rate_interval", "1m")} for i, expr in enumerate(expressions)]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
    promtool("check", "rules", str(tmp_path / "rules.yml"))


def test_the_process_is_the_servers(scrapes, names):
    before, after = values(scrapes[0]), values(scrapes[1])
    assert 1e6 < after["process_resident_memory_bytes"] < 1e10
    assert after["process_open_fds"] > 5
    assert before["process_start_time_seconds"] == after["process_start_time_seconds"]
    assert 0 <= time.time() - after["process_start_time_seconds"] < 600


def test_each_alert_fires_when_it_should_and_not_else(tmp_path):
    promtool("test", "rules", str(OPERATIONS / "alerts_test.yml"))
    alerts = set(re.findall(r"- alert: (\w+)", (OPERATIONS / "alerts.yml").read_text(encoding="utf-8")))
    tests = (OPERATIONS / "alerts_test.yml").read_text(encoding="utf-8")
    assert {name for name in alerts if re.search(rf"alertname: {name}\n\s+exp_alerts:\n", tests)} == alerts
    # The test sees a rule that can never fire: this is how one of them stood here once.
    (tmp_path / "alerts_test.yml").write_text(tests, encoding="utf-8")
    blunt = (OPERATIONS / "alerts.yml").read_text(encoding="utf-8").replace("ignoring (reason) ", "")
    (tmp_path / "alerts.yml").write_text(blunt, encoding="utf-8")
    assert subprocess.run(["promtool", "test", "rules", str(tmp_path / "alerts_test.yml")], capture_output=True, timeout=PATIENCE_S).returncode != 0


def test_the_dashboard_shows_what_a_tick_may_take():
    dashboard = json.loads((OPERATIONS / "grafana-dashboard.json").read_text(encoding="utf-8"))
    (panel,) = [panel for panel in dashboard["panels"] if "1 / madang_tick_rate" in [target["expr"] for target in panel.get("targets", [])]]
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["color"], step["value"]) for step in steps] == [("green", None), ("red", 0.05)], "a tick at the default rate"


def test_the_alerts_and_the_scrape_configuration_are_good(names):
    assert names_in((OPERATIONS / "alerts.yml").read_text(encoding="utf-8")) <= names
    promtool("check", "rules", str(OPERATIONS / "alerts.yml"))
    promtool("check", "config", str(OPERATIONS / "prometheus.yml"))
