"""What is kept of the state for a moment never outlives a write, nor a second."""

from __future__ import annotations

from sqlalchemy import insert, select

from linshu.engine.state.database import State
from linshu.engine.state.instant import utc_now
from linshu.engine.state.recent import SECONDS, Recent
from linshu.engine.state.tables import module_switch


def test_an_answer_is_kept_until_something_is_written_or_a_second_has_gone():
    now, read = [0.0], [0]

    def count() -> int:
        read[0] += 1
        return read[0]

    recent = Recent(clock=lambda: now[0])
    assert [recent.of("a", count), recent.of("a", count), recent.of("b", count)] == [1, 1, 2]
    recent.forget()
    assert recent.of("a", count) == 3
    now[0] += SECONDS
    assert recent.of("a", count) == 4


def test_what_was_read_before_a_write_that_ended_meanwhile_is_not_kept():
    recent = Recent()

    def read_while_another_writes() -> str:
        recent.forget()
        return "before"

    assert recent.of("a", read_while_another_writes) == "before"
    assert recent.of("a", lambda: "after") == "after"


def test_a_write_is_seen_at_once(state_url):
    state = State.open(state_url)

    def names(connection: object) -> list[str]:
        return list(connection.execute(select(module_switch.c.name)).scalars())

    assert state.recall("names", names) == []
    with state.writing() as connection:
        connection.execute(insert(module_switch).values(name="x", active=False, account="", changed_at=utc_now()))
    assert state.recall("names", names) == ["x"]
    state.close()
