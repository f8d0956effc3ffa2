"""Keeps a company between runs: its configuration, how far it was told, and snapshots of its state."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from linshu.kernel.errors import Missing
from linshu.kernel.text import Text
from linshu.twin.config import Config
from linshu.twin.people import Members
from linshu.twin.stock import Stock
from linshu.twin.world import State

MEMORY_DAYS = 24  # how long after its day a row may still become known, monthly statements included
EVERY_DAYS = 6  # a snapshot every so many days; those between are lived through again
NOTE = "twin.json"


def snapshot_due(config: Config, day: int) -> bool:
    """Whether a snapshot of the morning of that day may be needed to go on from the present."""
    return day % EVERY_DAYS == 0 and day >= config.today - MEMORY_DAYS - EVERY_DAYS


def write_state(folder: Path, state: State) -> None:
    """Writes a snapshot of a morning and drops those no longer needed."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "state.part.npz"
    np.savez_compressed(part, **_flatten(state, ""))
    part.replace(folder / f"state-{state.day}.npz")
    for old in _snapshots(folder)[:-2]:
        if old < state.day - MEMORY_DAYS - EVERY_DAYS:
            (folder / f"state-{old}.npz").unlink()


def read_state(folder: Path, day: int) -> State | None:
    """The latest snapshot from which everything untold on that day can be lived through again; None starts at the beginning."""
    usable = [each for each in _snapshots(folder) if each <= day - MEMORY_DAYS]
    return _read(folder / f"state-{usable[-1]}.npz") if usable else None


def read_latest(folder: Path, config: Config) -> State | None:
    """The latest snapshot in a folder that keeps this very company; None when there is none, or of another company."""
    if not (folder / NOTE).exists() or read_note(folder)[0] != config:
        return None
    found = _snapshots(folder)
    return _read(folder / f"state-{found[-1]}.npz") if found else None


def _read(path: Path) -> State:
    with np.load(path) as kept:
        arrays = dict(kept)
    members = Members(int(arrays.pop("members.count")), **_part(arrays, "members."))
    stock = Stock(**_part(arrays, "stock."))
    day_of = int(arrays.pop("day"))
    plain = {name: values for name, values in arrays.items() if "." not in name}
    return State(day=day_of, members=members, stock=stock, **plain)


def write_note(folder: Path, config: Config, told: int) -> None:
    """Notes how far the company was told, at once or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    note = {
        "scale": config.scale, "seed": config.seed, "until": config.until.isoformat(), "cut_off": config.cut_off, "told": told,
    }  # fmt: skip
    part = folder / "twin.part.json"
    part.write_text(json.dumps(note), encoding="utf-8")
    part.replace(folder / NOTE)


def read_note(folder: Path) -> tuple[Config, int]:
    """The company kept in a folder and how far it was told."""
    path = folder / NOTE
    if not path.exists():
        raise Missing(
            Text("这里没有保存的模拟公司", "no simulated company is kept here"), where=Text(str(folder), str(folder)),
            mend=Text("先运行 linshu demo。", "Run linshu demo first."),
        )  # fmt: skip
    note = json.loads(path.read_text(encoding="utf-8"))
    until = datetime.fromisoformat(note["until"]).astimezone(UTC)
    return Config(note["scale"], note["seed"], until, note["cut_off"]), int(note["told"])


def _snapshots(folder: Path) -> list[int]:
    return sorted(int(path.stem.removeprefix("state-")) for path in folder.glob("state-*.npz"))


def _flatten(value: Any, prefix: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for each in fields(value):
        inner = getattr(value, each.name)
        made |= _flatten(inner, f"{each.name}.") if is_dataclass(inner) else {prefix + each.name: inner}
    return made


def _part(arrays: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): values for name, values in arrays.items() if name.startswith(prefix)}
