"""What a person typed wrongly, said in one plain line in the project's language rather than in the parser's English."""

from __future__ import annotations

import re
from typing import Any

from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

_QUOTED = re.compile(r"'([^']+)'")
_EXTRA = re.compile(r"\(([^()]*)\)$")


def misused(error: Any) -> Misused:
    """The parser's complaint as an error of the family."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "linshu"
    kind = type(error).__name__
    what, mend = _SAID.get(kind, _other)(error, context)
    usage = Text(f"用法见 {path} --help", f"See {path} --help")
    return Misused(what, mend=Text(f"{mend.zh}{usage.zh}", f"{mend.en}{usage.en}"))


def _missing(error: Any, _: Any) -> tuple[Text, Text]:
    name = _name(error.param)
    return Text(f"缺少 {name}", f"{name} is missing"), _help_of(error.param)


def _bad_value(error: Any, _: Any) -> tuple[Text, Text]:
    name = _name(error.param)
    reason = str(error.message).rstrip(".")
    return Text(f"{name} 的值不对：{reason}", f"the value of {name} cannot be: {reason}"), _help_of(error.param)


def _no_option(error: Any, _: Any) -> tuple[Text, Text]:
    name = error.option_name
    return Text(f"没有选项 {name}", f"there is no option {name}"), _ended(nearest(name, error.possibilities or ()))


def _other(error: Any, context: Any) -> tuple[Text, Text]:
    message = str(error.message)
    quoted = _QUOTED.search(message)
    if message.startswith("No such command") and quoted:
        known = getattr(getattr(context, "command", None), "commands", {})
        name = quoted[1]
        return Text(f"没有命令 {name}", f"there is no command {name}"), _ended(nearest(name, known))
    if (extra := _EXTRA.search(message)) and "unexpected" in message:
        return Text(f"多出来的内容：{extra[1]}", f"too much was said: {extra[1]}"), Text("", "")
    if quoted and "requires an argument" in message:
        return Text(f"{quoted[1]} 后面要写一个值", f"{quoted[1]} wants a value"), Text("", "")
    return Text(f"用法不对：{message}", f"wrong use: {message}"), Text("", "")


_SAID = {"MissingParameter": _missing, "BadParameter": _bad_value, "NoSuchOption": _no_option}


def _name(param: Any) -> str:
    if param is None:
        return "?"
    return str(param.opts[0]) if str(param.opts[0]).startswith("-") else str(param.name).upper()


def _help_of(param: Any) -> Text:
    """What the option is for, as its help says it in both languages."""
    zh, _, en = str(getattr(param, "help", None) or "").partition(" · ")
    return _ended(Text(zh, en or zh))


def _ended(text: Text) -> Text:
    zh = text.zh if not text.zh or text.zh.endswith(("。", "？")) else f"{text.zh}。"
    en = text.en if not text.en or text.en.endswith((".", "?")) else f"{text.en}."
    return Text(zh, f"{en} " if en else "")
