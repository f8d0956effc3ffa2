"""The life of an alert, against a plain reading of its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.alerts.judge import Verdict
from linshu.engine.alerts.life import Alert, advance, due_up
from linshu.engine.alerts.rule import Rule
from linshu.kernel.text import Text

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FIRST = date(2026, 11, 1)
RULE = Rule("r", Text("规则", "Rule"), "gmv", "above", 10, times=2, escalate_hours=4)
OUT, IN, BACK, UNKNOWN = Verdict(True, 12), Verdict(False, 10), Verdict(False, 5, back=True), Verdict(None, None)
VERDICTS = st.lists(st.sampled_from([OUT, IN, BACK, UNKNOWN]), max_size=30)


def run(rule: Rule, verdicts: list[Verdict], twice: bool = False) -> list[str]:
    alert: Alert | None = None
    events = []
    for number, verdict in enumerate(verdicts):
        at = NOW + timedelta(days=number)
        alert, event = advance(rule, alert, verdict, FIRST + timedelta(days=number), at)
        if twice and alert is not None and alert.open:
            assert advance(rule, alert, verdict, FIRST + timedelta(days=number), at)[0] == alert
        events.append(event)
        if alert is not None and not alert.open:
            alert = None
    return events


def plain(times: int, verdicts: list[Verdict]) -> list[str]:
    """What the rule says, in the fewest words."""
    row, rings, told = 0, False, []
    for verdict in verdicts:
        said = ""
        if verdict.out is None:
            pass
        elif rings:
            said = "over" if verdict.back else "still"
            rings = not verdict.back
            row = 0
        elif verdict.out:
            row += 1
            rings = row >= times
            said = "rings" if rings else ""
        else:
            said, row = ("dropped" if row else ""), 0
        told.append(said)
    return told


@given(VERDICTS, st.integers(1, 4))
def test_it_rings_after_so_many_in_a_row_and_until_it_is_well_back(verdicts: list[Verdict], times: int) -> None:
    assert run(replace(RULE, times=times), verdicts, twice=True) == plain(times, verdicts)


def test_at_the_limit_it_does_not_flutter() -> None:
    assert run(RULE, [OUT, OUT, IN, OUT, IN, IN, BACK, IN, OUT]) == [
        "",
        "rings",
        "still",
        "still",
        "still",
        "still",
        "over",
        "",
        "",
    ]


def test_a_bucket_looked_at_again_with_more_data_takes_back_what_it_brought() -> None:
    first, _ = advance(RULE, None, OUT, FIRST, NOW)
    assert advance(RULE, first, IN, FIRST, NOW) == (None, "dropped")
    again, event = advance(RULE, first, OUT, FIRST, NOW)
    assert (again, event) == (first, "")
    late, _ = advance(RULE, first, OUT, FIRST - timedelta(days=1), NOW)
    assert late == first


@given(st.integers(0, 40), st.integers(0, 3))
def test_nobody_looking_passes_it_on_every_so_many_hours(hours: int, level: int) -> None:
    rings = Alert("ringing", FIRST, FIRST, 2, NOW, rang_at=NOW, level=level)
    assert due_up(RULE, rings, NOW + timedelta(hours=hours)) == (hours >= 4 * (level + 1))
    assert not due_up(replace(RULE, escalate_hours=0), rings, NOW + timedelta(days=9))
    assert not due_up(RULE, replace(rings, state="seen"), NOW + timedelta(days=9))
