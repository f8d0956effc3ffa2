"""Amounts said once for several rows: an order's freight on each of its lines, shared so that nothing is lost."""

from __future__ import annotations

from linshu.engine.intake import numbers as n

_FINE = 10**6  # weights count in millionths, so that half a jin and 2.5 yuan stay exact
_BIG = "HUGEINT"


def shared(total: str, weight: str, per: list[str], order: str, *, places: int = 2) -> str:
    """SQL of a row's share of an amount that all rows agreeing in `per` repeat, by weight, in the amount's own unit.

    Largest remainder at `places` decimals, ties to the earlier row, as `kernel.money.allocate`; without any weight all
    rows weigh the same. The amount is the first that one of the rows says. NULL when none says one, or it has more
    decimals than that.
    """
    group = f"PARTITION BY {', '.join(per)} ORDER BY {order}"
    whole = f"{group} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    units = f"(first({total} IGNORE NULLS) OVER ({whole}) * {10**places})"
    weights = f"list(CAST(coalesce({weight}, 0) * {_FINE} AS {_BIG})) OVER ({whole})"
    at = f"row_number() OVER ({group})"
    inner = _let(
        f"{{'t': {units}, 'w': {weights}, 'at': {at}}}",
        "CASE WHEN s.t % 1 = 0 THEN " + _let(_fair("s"), _largest_remainder("f"), "f") + " END",
        "s",
    )
    # A division would leave the exact decimals.
    one = "1" if not places else f"0.{'1':0>{places}}"
    return f"TRY_CAST(CAST({inner} AS DECIMAL(32,0)) * {one} AS {n.DECIMAL})"


def first(value: str, per: list[str], order: str) -> str:
    """SQL of the first of what the rows agreeing in `per` say, in the order of the file."""
    frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
    return f"first({value} IGNORE NULLS) OVER (PARTITION BY {', '.join(per)} ORDER BY {order} {frame})"


def _fair(s: str) -> str:
    """Weights none of which is negative, all equal where there is no other."""
    plain = f"list_transform({s}.w, lambda v: greatest(v, CAST(0 AS {_BIG})))"
    equal = f"list_transform({s}.w, lambda v: CAST(1 AS {_BIG}))"
    weights = f"CASE WHEN list_max({s}.w) > 0 THEN {plain} ELSE {equal} END"
    return f"{{'t': CAST({s}.t AS {_BIG}), 'w': {weights}, 'at': {s}.at}}"


def _largest_remainder(f: str) -> str:
    # list_sum would leave the integers; list_reduce adds them exactly.
    total = f"list_reduce({f}.w, lambda a, b: a + b)"
    floors = f"list_transform({f}.w, lambda v: (abs({f}.t) * v) // d.sum)"
    rests = f"list_transform({f}.w, lambda v: (abs({f}.t) * v) % d.sum)"
    before = (
        "len(list_filter(range(1, len(e.rests) + 1), lambda j: e.rests[j] > e.rests[e.at]"
        " OR (e.rests[j] = e.rests[e.at] AND j < e.at)))"
    )
    left = "(e.t - list_reduce(e.floors, lambda a, b: a + b))"
    share = f"sign({f}.t) * (e.floors[e.at] + CASE WHEN {before} < {left} THEN 1 ELSE 0 END)"
    parts = f"{{'t': abs({f}.t), 'floors': {floors}, 'rests': {rests}, 'at': {f}.at}}"
    return _let(f"{{'sum': {total}}}", _let(parts, share, "e"), "d")


def _let(value: str, body: str, name: str) -> str:
    """`body` with `name` standing for a value that is worked out once."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"
