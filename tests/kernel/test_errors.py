import pytest

from linshu.kernel import errors
from linshu.kernel.errors import LinshuError, Misused, nearest
from linshu.kernel.text import Text

FAMILY = {
    "LinshuError": (500, 1), "Misused": (400, 2), "Unauthorised": (401, 1), "Forbidden": (403, 1), "Missing": (404, 1),
    "Conflict": (409, 1), "Cancelled": (409, 130), "Invalid": (422, 1), "Throttled": (429, 1), "Unavailable": (503, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILY)
def test_each_error_knows_its_http_status_and_exit_code(name):
    kind = getattr(errors, name)
    assert (kind.status, kind.exit_code) == FAMILY[name]
    assert issubclass(kind, LinshuError)


def test_the_table_above_names_every_error_and_the_tree_draws_it():
    assert {kind.__name__ for kind in LinshuError.__subclasses__()} | {"LinshuError"} == set(FAMILY)
    for name, (status, code) in FAMILY.items():
        line = next(line for line in (errors.__doc__ or "").splitlines() if name in line)
        assert str(status) in line
        assert f"exit {code}" in line


def test_it_says_what_where_and_how_to_mend_in_both_languages():
    error = Misused(
        Text("日期不对", "bad date"), where=Text("--from", "--from"), mend=Text("写成 2026-10-01。", "Write it.")
    )
    assert error.say() == str(error) == "日期不对，--from。写成 2026-10-01。"
    assert error.say("en") == "bad date; --from. Write it."


def test_what_is_not_known_leaves_no_punctuation_behind():
    assert Misused(Text("日期不对", "bad date")).say("en") == "bad date"
    assert Misused(Text("日期不对", "bad date"), mend=Text("改。", "Mend.")).say() == "日期不对。改。"


def test_a_mistyped_name_is_answered_with_the_nearest_ones():
    assert nearest("gmw", ["orders", "gmv"]).say("en") == "Did you mean: gmv?"
    assert nearest("xyz", ["orders", "gmv"]).say("en") == "Known: gmv, orders"
    assert nearest("xyz", []).say("en") == ""


def test_a_word_may_be_meant_by_its_title():
    titles = {
        "gmv": Text("成交额 GMV", "GMV"),
        "net_gmv": Text("净成交额", "Net GMV"),
        "aov": Text("客单价", "Average order"),
    }
    assert nearest("成交额", titles, titles).say() == "是不是：gmv（成交额 GMV）, net_gmv（净成交额）？"
    assert nearest("average", titles, titles).say("en") == "Did you mean: aov (Average order)?"
    assert nearest("", titles, titles).say("en").startswith("Known: aov (Average order), gmv")


def test_a_long_list_of_names_is_cut():
    words = nearest("xyz", [f"column_{number:02d}" for number in range(30)]).say("en")
    assert words.endswith("column_19, …")
