"""The benchmark of growth runs, goes on, and prints its form; its times are for a quiet machine, not for a test."""

import json

import pytest
from benchmarks.scale import PHASES, main
from benchmarks.scaling.curve import exponent, steepest
from benchmarks.scaling.questions import QUESTIONS
from hypothesis import given
from hypothesis import strategies as st


@given(st.floats(0.5, 2.5), st.floats(1e-6, 1e3), st.lists(st.floats(1e3, 1e9), min_size=2, max_size=6, unique=True))
def test_a_power_law_is_found_again(power, factor, sizes):
    sizes = sorted(round(each) * 2.0 for each in {round(each) for each in sizes})
    if len(sizes) > 1:
        costs = [factor * each**power for each in sizes]
        assert exponent(sizes, costs) == pytest.approx(power, abs=1e-3)


def test_a_fixed_cost_hides_growth_from_the_fit_but_not_from_the_steepest_stretch():
    sizes = [1e6, 1e7, 1e8]
    costs = [50 + each**1.2 / 1e6 for each in sizes]
    assert exponent(sizes, costs) < steepest(sizes, costs)
    assert steepest(sizes, costs) > 1.0


def test_twenty_questions():
    assert len(QUESTIONS) == len({question.name for question in QUESTIONS}) == 20


@pytest.mark.bench
@pytest.mark.slow
def test_a_tiny_company_goes_through_every_phase_once(capsys, tmp_path):
    main(["--quick", "--json", "--work", str(tmp_path)])
    printed = json.loads(capsys.readouterr().out)
    assert printed["benchmark"] == "scale"
    assert all(row["ours"] > 0 for row in printed["rows"])
    measures = {row["measure"].partition(": ")[2] for row in printed["rows"]}
    assert {f"{phase}, processor" for phase in PHASES} <= measures
    size = printed["detail"]["sizes"][0]
    assert 20_000 < size["merge"]["lines"] < 200_000
    assert sum(batch["bad"] for batch in size["merge"]["batches"]) == 0
    assert set(size["queries"]["questions"]["raw"]) == {question.name for question in QUESTIONS}
    assert not (tmp_path / "small" / "project").exists()
    main(["--quick", "--json", "--work", str(tmp_path)])
    assert json.loads(capsys.readouterr().out)["detail"]["sizes"] == [size]
