"""YAML in which every value knows its line and column, so that a mistake in a mapping is shown where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

MAPPING = Text("映射", "mapping")
# The same, ten times as fast, where the library was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Misplaced(Invalid):
    """Something in a file cannot be accepted, and this is where it stands."""

    def __init__(self, what: Text, *, where: Text, mend: Text, file: str, line: int, column: int) -> None:
        super().__init__(what, where=where, mend=mend)
        self.file, self.line, self.column = file, line, column


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a mapping file: a scalar's text, a list of nodes, or named nodes; and where it stands."""

    value: str | bool | list[Node] | dict[str, Node] | None
    file: str
    line: int
    column: int
    keys: tuple[Node, ...] = ()  # of named nodes: where each name stands
    what: Text = MAPPING  # what kind of file it is

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
            f"{self.what.zh} {self.file} 第 {self.line} 行第 {self.column} 列",
            f"{self.what.en} {self.file}, line {self.line}, column {self.column}",
        )
        mend = mend or Text("请更正后重试。", "Correct it and try again.")
        return Misplaced(what, where=where, mend=mend, file=self.file, line=self.line, column=self.column)


def read(text: str, file: str, what: Text = MAPPING) -> Node:
    """The nodes of a mapping, or of another file of its kind; Invalid with the place when it is no YAML."""
    try:
        tree = _composed(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = Node(None, file, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, what=what)
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise at.wrong(Text("不是合法的 YAML", f"not YAML: {problem}")) from error
    if tree is None:
        raise Node(None, file, 1, 1, what=what).wrong(Text(f"{what.zh}文件是空的", f"the {what.en} is empty"))
    return _node(tree, file, what)


def _composed(text: str) -> Any:
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)  # it says more exactly where the mistake stands


def _node(tree: Any, file: str, what: Text) -> Node:
    def made(value: Any, one: Any = tree, keys: tuple[Node, ...] = ()) -> Node:
        return Node(value, file, one.start_mark.line + 1, one.start_mark.column + 1, keys, what)

    if isinstance(tree, yaml.SequenceNode):
        return made([_node(each, file, what) for each in tree.value])
    if isinstance(tree, yaml.MappingNode):
        keys = tuple(made(key.value if isinstance(key.value, str) else "?", key) for key, _ in tree.value)
        named: dict[str, Node] = {}
        for key, (_, value) in zip(keys, tree.value, strict=True):
            if key.value in named:
                raise key.wrong(Text(f"“{key.value}”写了两次", f"“{key.value}” is written twice"))
            named[str(key.value)] = _node(value, file, what)
        return made(named, keys=keys)
    if tree.tag.endswith(":null"):
        return made(None)
    if tree.tag.endswith(":bool"):
        return made(tree.value.lower() in ("true", "yes", "on"))
    return made(tree.value)  # numbers stay text: 007 and 1.10 mean what was written
