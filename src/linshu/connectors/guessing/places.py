"""Where the buyers of an order file live: its streets, estates and groups, so that figures can be cut by street."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.connectors.guessing.amounts import Expression
    from linshu.connectors.guessing.roles import Claim

RANK = 4  # what an order says of a place is worth less than a list of places
_ESTATE = "小区"


def group_of(roles: Mapping[str, Claim]) -> Expression | None:
    """The group an order is sold in: as told; where only a street is told, one for each estate (or the street)."""
    if "community_id" in roles:
        return roles["community_id"].heading
    return _named(roles) if "street" in roles else None


def place_tables(roles: Mapping[str, Claim]) -> dict[str, Any]:
    """The streets, estates and groups that the orders name; nothing where no street is told."""
    if "street" not in roles:
        return {}
    street, group = roles["street"].heading, group_of(roles)
    home, name = _named(roles), _estate(roles)
    told = roles["community_id"].heading if "community_id" in roles else ""
    version = {"constant": "2000-01-01"}
    columns: dict[str, dict[str, Any]] = {
        "region": {"region_id": street, "level": {"constant": "street"}, "name": street},
        "estate": {"estate_id": home, "name": name, "region_id": street},
        "community": {
            "community_id": group,
            "name": told or name,
            "estate_id": {"first": {"of": home, "per": [told]}} if told else home,
            "status": {"constant": "active"},
        },
    }
    return {
        table: {
            "rank": RANK,
            "distinct": True,
            "where": {"column": told if told and table == "community" else street, "empty": False},
            "columns": {**said, "updated_at": version},
        }
        for table, said in columns.items()
    }


def _estate(roles: Mapping[str, Claim]) -> Expression:
    """What an estate is called; the street where none is told."""
    street = roles["street"].heading
    heading = roles["pickup_point_id"].heading if "pickup_point_id" in roles else ""
    return {"coalesce": [heading, street]} if _ESTATE in heading else street


def _named(roles: Mapping[str, Claim]) -> Expression:
    """An estate with its street: estates of one name may lie in several streets."""
    street, name = roles["street"].heading, _estate(roles)
    if name == street:
        return street
    told = {"concat": {"of": [street, name], "by": "/"}}
    return {"when": [{"if": {"column": street, "empty": False}, "then": told}, {"otherwise": {"constant": ""}}]}
