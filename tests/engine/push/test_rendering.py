"""What a message says to whom."""

from linshu.engine.access.scope import Scope
from linshu.engine.push.rendering import Plain, Receiver


def test_what_lies_outside_the_scope_of_the_receiver_is_not_listed() -> None:
    things = [
        {"zh": "武汉 ¥10", "en": "Wuhan ¥10", "place": {"regions": ["42", "4201"], "community": "", "leader": "", "supplier": "", "warehouse": "", "channel": ""}},
        {"zh": "长沙 ¥20", "en": "Changsha ¥20", "place": {"regions": ["43", "4301"], "community": "", "leader": "", "supplier": "", "warehouse": "", "channel": ""}},
    ]  # fmt: skip
    body = {
        "title": {"zh": "降了", "en": "Fell"},
        "text": {"zh": "{count} 个在响", "en": "{count} ring"},
        "things": things,
    }
    seen = Plain().render("", body, Receiver("en", Scope.only(regions=["42"])))
    assert seen.text == "1 ring\n- Wuhan ¥10"
    assert not seen.is_outside
    nothing = Plain().render("", body, Receiver("en", Scope.only(regions=["44"])))
    assert (nothing.text, nothing.is_outside) == ("nothing within your scope", True)
    assert "长沙" in Plain().render("", body, Receiver("zh", Scope.everything())).text
