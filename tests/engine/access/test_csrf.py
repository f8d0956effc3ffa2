"""Requests that another site makes in a viewer's name are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.access.csrf import Sender, csrf_token, same_site, token_matches

HOST = "shop.example:8000"


@pytest.mark.parametrize(
    ("sender", "allowed"),
    [
        (Sender("POST", HOST, f"http://{HOST}", "same-origin"), True),
        (Sender("POST", HOST, f"https://{HOST.upper()}"), True),
        (Sender("POST", HOST), True),  # a command-line client says nothing; the token decides
        (Sender("POST", HOST, fetch_site="none"), True),
        (Sender("POST", HOST, "http://evil.example", "cross-site"), False),
        (Sender("POST", HOST, "http://evil.example"), False),
        (Sender("POST", HOST, "null"), False),
        (Sender("POST", HOST, f"http://{HOST}.evil.example"), False),
        (Sender("POST", HOST, "http://shop.example:9000"), False),
        (Sender("POST", HOST, f"http://{HOST}", "same-site"), False),  # a sibling subdomain
        (Sender("DELETE", HOST, "http://evil.example"), False),
        (Sender("GET", HOST, "http://evil.example", "cross-site"), True),
    ],
    ids=str,
)
def test_who_may_change_something(sender: Sender, allowed: bool) -> None:
    assert same_site(sender) is allowed


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_token_fits_its_own_secret_only(secret: str, other: str) -> None:
    token = csrf_token(secret)
    assert token_matches(secret, token)
    assert token_matches(other, token) is (secret == other)
    assert not token_matches(secret, other)
    assert not token_matches("", token)
