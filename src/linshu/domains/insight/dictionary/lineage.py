"""Where a metric comes from, as a graph: the metric, what it is made of, facts, models, tables of the standard. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import columns
from linshu.engine.warehouse.lineage import upstream
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.engine.metrics import Catalog
    from linshu.engine.warehouse.model import Model

Kind = Literal["metric", "fact", "model", "standard"]
KINDS: dict[Kind, Text] = {
    "metric": Text("指标", "Metric"),
    "fact": Text("事实", "Fact"),
    "model": Text("模型", "Model"),
    "standard": Text("标准表", "Standard table"),
}
WIDTH, HEIGHT, GAP, ACROSS = 156, 32, 10, 44  # of a box, and between boxes; pixels
SWEEPS = 4  # how often rows are put in order by their neighbours
WIDE = ord("\u2e80")  # from here on signs are as wide as they are high
FITS = 20  # narrow signs in a box


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of the graph: what it is, its name for people, and where one reads more of it."""

    key: str
    kind: Kind
    title: Text
    name: str = ""  # in code, where it has a title besides
    link: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A node in its place."""

    node: Node
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything a figure rests on, in columns from the figure on the left to the tables of the standard on the right."""

    boxes: tuple[Box, ...]
    edges: tuple[tuple[str, str], ...]  # from what is made to what it is made of
    width: int
    height: int

    def lines(self) -> list[str]:
        """The edges as SVG paths."""
        at = {box.node.key: box for box in self.boxes}
        return [_line(at[left], at[right]) for left, right in self.edges]

    def rows(self) -> list[tuple[Node, list[Node]]]:
        """The same as a table: each thing and what it is made of."""
        at = {box.node.key: box.node for box in self.boxes}
        made = {key: [at[right] for left, right in self.edges if left == key] for key in at}
        return [(at[key], found) for key, found in made.items()]


def graph(name: str, catalog: Catalog, models: Sequence[Model]) -> Graph:
    """The graph of one metric; without `models` it ends at the facts."""
    nodes, edges = dict[str, Node](), list[tuple[str, str]]()
    _metric(name, catalog, nodes, edges)
    known = {one.name: one for one in models}
    for fact in catalog.facts_of(name):
        _tables(f"fact:{fact.name}", fact.table, models, known, nodes, edges)
    return _placed(nodes, list(dict.fromkeys(edges)))


def _metric(name: str, catalog: Catalog, nodes: dict[str, Node], edges: list[tuple[str, str]]) -> None:
    metric = catalog.metric(name)
    key = f"metric:{name}"
    nodes[key] = Node(key, "metric", metric.title, link=f"/dictionary/{name}")
    if isinstance(metric.formula, Measure):
        fact = catalog.facts[metric.formula.fact]
        nodes[f"fact:{fact.name}"] = Node(f"fact:{fact.name}", "fact", fact.title, fact.table)
        edges.append((key, f"fact:{fact.name}"))
        return
    for part in dict.fromkeys(columns(metric.formula)):
        edges.append((key, f"metric:{part}"))
        _metric(part, catalog, nodes, edges)


def _tables(
    start: str,
    table: str,
    models: Sequence[Model],
    known: Mapping[str, Model],
    nodes: dict[str, Node],
    edges: list[tuple[str, str]],
) -> None:
    """The models under a fact's table, and the tables of the standard under those; the fact stands for its own table."""
    if table not in known:
        return
    for name in (table, *(one for one in upstream(models, table) if one in known)):
        made = start if name == table else f"model:{name}"
        for read in known[name].reads:
            nodes.setdefault(*_read(read, known))
            edges.append((made, _read(read, known)[0]))


def _read(name: str, known: Mapping[str, Model]) -> tuple[str, Node]:
    if name in known:
        return f"model:{name}", Node(f"model:{name}", "model", Text(name, name))
    plain = name.removeprefix("std.")
    title = next((one.title for one in TABLES if one.name == plain), Text(plain, plain))
    return f"std:{plain}", Node(f"std:{plain}", "standard", title, plain, f"/standard/{plain}")


def _placed(nodes: Mapping[str, Node], edges: list[tuple[str, str]]) -> Graph:
    """Every node in the column after the last that reads it; within a column beside its neighbours."""
    column = _columns(nodes, edges)
    last = max(column.values())
    layers = [[key for key in nodes if column[key] == place] for place in range(last + 1)]
    for sweep in range(SWEEPS):
        for place in range(1, last + 1) if sweep % 2 == 0 else range(last - 1, -1, -1):
            layers[place] = _beside(layers[place], layers, edges)
    tallest = max(len(layer) for layer in layers)
    boxes = [
        Box(nodes[key], place * (WIDTH + ACROSS), round((tallest - len(layer)) * (HEIGHT + GAP) / 4) + row * (HEIGHT + GAP))
        for place, layer in enumerate(layers)
        for row, key in enumerate(layer)
    ]  # fmt: skip
    return Graph(tuple(boxes), tuple(edges), (last + 1) * (WIDTH + ACROSS) - ACROSS, tallest * (HEIGHT + GAP) - GAP)


def _columns(nodes: Mapping[str, Node], edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    column = dict.fromkeys(nodes, 0)
    changed = True
    while changed:
        changed = False
        for left, right in edges:
            if column[right] <= column[left]:
                column[right], changed = column[left] + 1, True
    # Tables of the standard stand together at the right end.
    end = max(column.values())
    return {key: end if nodes[key].kind == "standard" else place for key, place in column.items()}


def _beside(layer: list[str], layers: list[list[str]], edges: Iterable[tuple[str, str]]) -> list[str]:
    """The column in the order of the middle of each one's neighbours elsewhere."""
    height = {key: row / max(1, len(other)) for other in layers for row, key in enumerate(other)}
    near = {key: [height[b if a == key else a] for a, b in edges if key in (a, b)] or [height[key]] for key in layer}
    return sorted(layer, key=lambda key: sum(near[key]) / len(near[key]))


def _line(left: Box, right: Box) -> str:
    x1, y1 = left.x + WIDTH, left.y + HEIGHT // 2
    x2, y2 = right.x, right.y + HEIGHT // 2
    bend = max(24, (x2 - x1) // 2)
    return f"M{x1},{y1}C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"


def fitted(text: str) -> str:
    """As much of a name as fits into a box."""
    taken, room = "", FITS
    for sign in text:
        room -= 2 if ord(sign) >= WIDE else 1
        if room < 0:
            return taken[:-1] + "…"
        taken += sign
    return taken
