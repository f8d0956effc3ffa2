import pytest

from linshu.kernel.one import agreed
from linshu.kernel.text import LANGUAGES, Text

SENTENCE = Text("共 {rows} 行", "{rows} rows")


def test_it_speaks_both_languages_and_chinese_by_default():
    assert [SENTENCE.fill(rows=3).say(language) for language in LANGUAGES] == ["共 3 行", "3 rows"]
    assert str(SENTENCE.fill(rows=3)) == SENTENCE.fill(rows=3).say() == "共 3 行"


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("1 rows", "1 row"), ("11 rows", "11 rows"), ("1,001 rows", "1,001 rows"), ("2.1 days", "2.1 days"),
        ("1 batches, 1 rows, 1 of them with problems.", "1 batch, 1 row, 1 of them with problems."),
        ("1 rows have a problem", "1 row has a problem"), ("1 entries are as written", "1 entry is as written"),
        ("1 s left", "1 s left"), ("1 ms, 1 rows", "1 ms, 1 row"), ("Passed on 1 times", "Passed on 1 time"), ("v1 rows", "v1 rows"),
    ],
)  # fmt: skip
def test_one_thing_stands_in_the_singular(many: str, one: str) -> None:
    assert agreed(many) == Text("", many).say("en") == one
