"""Settings: the file, overridden by variables, overridden by flags; everything wrong is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from linshu.app.settings import known, load
from linshu.kernel.errors import Invalid, LinshuError, Misused


def written(folder: Path, text: str) -> Path:
    file = folder / "linshu.toml"
    file.write_text(text, "utf-8")
    return file


def test_without_anything_the_defaults_hold() -> None:
    settings = load(None, {})
    assert settings.company.cut_off == "24:00"
    assert settings.server.port == 8000
    assert settings.language == "zh"


def test_a_variable_overrides_the_file_and_a_flag_overrides_both(tmp_path: Path) -> None:
    file = written(tmp_path, '[company]\ncut_off = "22:00"\n[server]\nport = 1\nhost = "a"\n')
    settings = load(
        file, {"LINSHU_SERVER_PORT": "2", "LINSHU_SERVER_HOST": "b"}, {"server.port": 3, "server.host": None}
    )
    assert (settings.company.cut_off, settings.server.port, settings.server.host) == ("22:00", 3, "b")


def test_the_cut_off_becomes_the_company_day(tmp_path: Path) -> None:
    assert load(written(tmp_path, '[company]\ncut_off = "23:00"\n'), {}).company_day.cut_off_minutes == 23 * 60


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[company]\ncutoff = 1\n", "company.cut_off"),
        ("[companies]\n", "company"),
        ("[server]\nport = 'many'\n", "int"),
        ("[server]\nport = true\n", "int"),
        ("[project]\nlanguage = 'fr'\n", "zh / en"),
        ("[company]\ncut_off = '25:99'\n", "25:99"),
        ("[company\n", "linshu.toml"),
    ],
    ids=["misspelt", "section", "words for a number", "truth for a number", "no such choice", "no time", "no TOML"],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LinshuError) as caught:
        load(written(tmp_path, text), {})
    assert said in caught.value.say("en")


def test_a_variable_that_cannot_be_is_refused_by_its_name() -> None:
    with pytest.raises(Invalid, match="LINSHU_SERVER_PORT"):
        load(None, {"LINSHU_SERVER_PORT": "-"})
    with pytest.raises(Misused):
        load(None, {}, {"server.ports": 1})


@pytest.mark.parametrize(("word", "value"), [("1", True), ("true", True), ("No", False)])
def test_yes_and_no_are_understood(word: str, value: bool) -> None:
    assert load(None, {"LINSHU_SERVER_SECURE_COOKIES": word}).server.secure_cookies is value


def test_every_setting_says_what_it_does_in_both_languages() -> None:
    assert all(one.meaning.zh and one.meaning.en for one in known())
    assert len({one.variable for one in known()}) == len(list(known()))
