from linshu.kernel.text import LANGUAGES, Text

SENTENCE = Text("共 {rows} 行", "{rows} rows")


def test_it_speaks_both_languages_and_chinese_by_default():
    assert [SENTENCE.fill(rows=3).say(language) for language in LANGUAGES] == ["共 3 行", "3 rows"]
    assert str(SENTENCE.fill(rows=3)) == SENTENCE.fill(rows=3).say() == "共 3 行"
