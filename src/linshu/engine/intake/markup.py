"""YAML in which every value knows its line and column, so that a mistake in a mapping is shown where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a mapping file: a scalar's text, a list of nodes, or named nodes; and where it stands."""

    value: str | bool | list[Node] | dict[str, Node] | None
    file: str
    line: int
    column: int
    keys: tuple[Node, ...] = ()  # of named nodes: where each name stands

    @property
    def is_scalar(self) -> bool:
        """Whether it is one text, number or flag."""
        return not isinstance(self.value, list | dict)

    def text(self) -> str:
        """The scalar as text; refused for anything else."""
        if not isinstance(self.value, str) or not self.value:
            raise self.wrong(Text("这里要写一个文本", "a text is wanted here"))
        return self.value

    def flag(self) -> bool:
        """The scalar as yes or no."""
        if not isinstance(self.value, bool):
            raise self.wrong(Text("这里要写 true 或 false", "true or false is wanted here"))
        return self.value

    def whole(self) -> int:
        """The scalar as a whole number."""
        try:
            return int(self.text())
        except ValueError:
            raise self.wrong(Text("这里要写一个整数", "a whole number is wanted here")) from None

    def items(self) -> dict[str, Node]:
        """The named nodes."""
        if not isinstance(self.value, dict):
            raise self.wrong(Text("这里要写“名称: 值”的列表", "named values are wanted here"))
        return self.value

    def list(self) -> list[Node]:
        """The listed nodes; a single one counts as a list of one."""
        return self.value if isinstance(self.value, list) else [self]

    def only(self, allowed: Iterable[str]) -> dict[str, Node]:
        """The named nodes, after refusing names that mean nothing here."""
        known = tuple(allowed)
        named = self.items()
        for key in self.keys:
            name = str(key.value)
            if name not in known:
                raise key.wrong(Text(f"这里没有“{name}”这一项", f"“{name}” means nothing here"), nearest(name, known))
        return named

    def need(self, name: str) -> Node:
        """The named node; refused when it is missing."""
        found = self.items().get(name)
        if found is None:
            raise self.wrong(Text(f"缺少“{name}”", f"“{name}” is missing"))
        return found

    def wrong(self, what: Text, mend: Text | None = None) -> Invalid:
        """The error that says what is wrong here."""
        where = Text(
            f"映射 {self.file} 第 {self.line} 行第 {self.column} 列",
            f"mapping {self.file}, line {self.line}, column {self.column}",
        )
        return Invalid(what, where=where, mend=mend or Text("请更正后重试。", "Correct it and try again."))


def read(text: str, file: str) -> Node:
    """The nodes of a mapping file; Invalid with the place when it is no YAML."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = Node(None, file, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1)
        raise at.wrong(Text("不是合法的 YAML", f"not YAML: {error.problem}")) from error
    if tree is None:
        raise Node(None, file, 1, 1).wrong(Text("映射文件是空的", "the mapping is empty"))
    return _node(tree, file)


def _node(tree: Any, file: str) -> Node:
    at = (file, tree.start_mark.line + 1, tree.start_mark.column + 1)
    if isinstance(tree, yaml.SequenceNode):
        return Node([_node(each, file) for each in tree.value], *at)
    if isinstance(tree, yaml.MappingNode):
        keys = tuple(Node(key.value, file, key.start_mark.line + 1, key.start_mark.column + 1) for key, _ in tree.value)
        named: dict[str, Node] = {}
        for key, (_, value) in zip(keys, tree.value, strict=True):
            if key.value in named:
                raise key.wrong(Text(f"“{key.value}”写了两次", f"“{key.value}” is written twice"))
            named[str(key.value)] = _node(value, file)
        return Node(named, *at, keys)
    if tree.tag.endswith(":null"):
        return Node(None, *at)
    if tree.tag.endswith(":bool"):
        return Node(tree.value.lower() in ("true", "yes", "on"), *at)
    return Node(tree.value, *at)  # numbers stay text: 007 and 1.10 mean what was written
