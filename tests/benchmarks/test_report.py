"""The form of a benchmark's report; never a time."""

import json

import pytest
from benchmarks.report import Goal, Options, Pair, Report, Row, interleaved, main, parse, quantile, repeated
from hypothesis import given
from hypothesis import strategies as st

KEYS = ["measure", "ours", "baseline", "ratio", "unit", "goal", "ok"]
QUICK = Options(quick=True)


def sample(options):
    pair = interleaved(lambda: sum(range(10)), lambda: sum(range(20)), options)
    return Report(
        (
            pair.row("add", Goal("ratio", "<=", 1e9), unit="ms"),
            Row("wrong answers", 0, None, "rows", Goal("ours", "<=", 0)),
        ),
        {"size": 10, "add": pair.spread()},
    )


def test_json_is_one_object_of_the_published_form(capsys):
    main("sample", sample, ["--quick", "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["benchmark", "rows", "detail"]
    assert printed["benchmark"] == "sample"
    assert [list(row) for row in printed["rows"]] == [KEYS, KEYS]
    assert printed["rows"][0]["goal"] == "ratio <= 1e+09"
    assert printed["rows"][1] == {
        "measure": "wrong answers", "ours": 0.0, "baseline": None, "ratio": None, "unit": "rows", "goal": "ours <= 0", "ok": True,
    }  # fmt: skip
    assert printed["detail"]["size"] == 10
    assert printed["detail"]["add"]["pairs"] == 1
    assert printed["detail"]["machine"]["cores"] >= 1


def test_without_json_a_table_for_people(capsys):
    main("sample", sample, ["--quick"])
    printed = capsys.readouterr().out
    assert "wrong answers" in printed
    assert "only the shape counts" in printed


@pytest.mark.parametrize(
    ("goal", "ours", "baseline", "ok"),
    [
        pytest.param(Goal("ratio", "<=", 1.1), 1.1, 1.0, True, id="at-the-limit"),
        pytest.param(Goal("ratio", "<=", 1.1), 1.2, 1.0, False, id="above-it"),
        pytest.param(Goal("ours", ">=", 5000), 5001, None, True, id="enough"),
        pytest.param(Goal("ours", ">=", 5000), 4999, None, False, id="too-little"),
        pytest.param(Goal("ratio", "<=", 1.1), 1.0, None, None, id="nothing-to-compare-with"),
        pytest.param(None, 1.0, 1.0, None, id="no-goal"),
    ],
)
def test_a_row_knows_whether_its_goal_is_met(goal, ours, baseline, ok):
    assert Row("m", ours, baseline, "s", goal).ok is ok


def test_a_row_is_the_median_of_its_runs():
    row = Pair((1.0, 9.0, 2.0), (1.0, 1.0, 4.0)).row("m", unit="ms")
    assert (row.ours, row.baseline, row.ratio) == (2000.0, 1000.0, 2.0)


def test_the_spread_names_the_best_and_the_worst_pair():
    assert Pair((1.0, 9.0), (2.0, 3.0)).spread() == {"pairs": 2, "lowest_ratio": 0.5, "highest_ratio": 3.0}


def test_ours_and_baseline_take_turns_and_each_goes_first_in_turn():
    calls = []
    interleaved(lambda: calls.append("o"), lambda: calls.append("b"), Options(seconds=1e-9), at_least=4)
    assert "".join(calls) == "ob" + "obboobbo"


def test_quick_means_once():
    calls = []
    assert len(repeated(lambda: calls.append(1), QUICK)) == 1
    assert len(calls) == 2  # and one untimed before it


def test_a_run_goes_on_until_its_seconds_are_used_up(monkeypatch):
    ticks = iter(range(100))
    monkeypatch.setattr("benchmarks.report.time.perf_counter", lambda: next(ticks))
    # The clock is read at the beginning, twice within each run, and before every further run.
    assert repeated(lambda: None, Options(seconds=10), at_least=1) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    "argv", [["--seconds", "0"], ["--data", "/no/such/place"], ["--fast"]], ids=["no-time", "no-data", "unknown-option"]
)
def test_wrong_use_exits_with_two(argv, capsys):
    with pytest.raises(SystemExit) as caught:
        parse("sample", argv)
    assert caught.value.code == 2
    assert "python -m benchmarks.sample" in capsys.readouterr().err


def test_options_are_the_same_for_every_benchmark(tmp_path):
    assert parse("sample", []) == Options(None, 10.0)
    found = parse("sample", ["--data", str(tmp_path), "--seconds", "2.5", "--quick", "--json"])
    assert found == Options(tmp_path, 2.5, quick=True, as_json=True)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30), st.floats(0, 1))
def test_a_quantile_lies_between_its_ends_and_grows_with_the_share(values, share):
    assert min(values) - 1e-9 <= quantile(values, share) <= max(values) + 1e-9
    assert quantile(values, 0) == min(values)
    assert quantile(values, 1) == max(values)
    assert quantile([1, 2, 3, 4, 5], 0.5) == 3
