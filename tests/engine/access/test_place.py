"""Where things belong: asking one place and asking rows of a table give the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, select

from linshu.engine.access.place import NAMES, Place, covers, within
from linshu.engine.access.scope import Scope
from linshu.engine.state.tables.places import place_columns

IDS = st.sampled_from(["1", "11", "2", "a_b", "a%b"])
PLACES = st.builds(Place, st.lists(IDS, max_size=3).map(tuple), *[st.one_of(st.just(""), IDS)] * (len(NAMES) - 1))
ALLOWED = st.one_of(st.none(), st.frozensets(IDS, max_size=2))
SCOPES = st.builds(Scope, ALLOWED, ALLOWED, ALLOWED, ALLOWED, ALLOWED, ALLOWED)


@given(PLACES, SCOPES)
def test_a_place_lies_within_a_scope_where_its_row_does(place: Place, scope: Scope) -> None:
    table = Table("thing", MetaData(), Column("name", String(8)), *place_columns())
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(insert(table), [{"name": "x", **place.row()}])
        rows = connection.execute(select(table).where(within(table, scope))).all()
        (there,) = connection.execute(select(table)).all()
    assert bool(rows) == covers(scope, place)
    assert Place.of(there) == place
    engine.dispose()
