"""Who is one person: what joins accounts, what does not, and that the order in which they are known says nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.insight.identity.decide import MANUAL, Account, Policy, resolve

POLICY = Policy()


def account(name: str, **more) -> Account:
    source, _, number = name.partition(":")
    return Account(source, number, more.pop("person", number), **more)


def applied(accounts: list[Account], plan) -> list[Account]:
    links = {link.account: link for link in plan.links}
    return [
        replace(one, person=links[one.key].person, evidence=links[one.key].evidence) if one.key in links else one
        for one in accounts
    ]


def persons(accounts: list[Account], policy: Policy = POLICY) -> list[set[str]]:
    """The accounts of each person after the plan, by their ids."""
    groups: dict[str, set[str]] = {}
    for one in applied(accounts, resolve(accounts, policy)):
        groups.setdefault(one.person, set()).add(one.account_id)
    return sorted(groups.values(), key=sorted)


@pytest.mark.parametrize(
    ("accounts", "together"),
    [
        pytest.param([account("tb:a", phone="1"), account("wx:b", phone="1")], [{"a", "b"}], id="same phone"),
        pytest.param([account("tb:a", phone="1"), account("wx:b", phone="2")], [{"a"}, {"b"}], id="other phones"),
        pytest.param([account("tb:a"), account("wx:b")], [{"a"}, {"b"}], id="no phones are not equal phones"),
        pytest.param(
            [account("tb:a", receivers=frozenset("1")), account("wx:b", phone="1")],
            [{"a"}, {"b"}],
            id="a receiver alone is not sure enough",
        ),
        pytest.param(
            [account("tb:a", phone="1"), account("tb:c", phone="1"), account("wx:b", phone="1")],
            [{"a"}, {"b"}, {"c"}],
            id="two persons of one platform: nobody knows which the third is",
        ),
        pytest.param(
            [account("tb:a", phone="1", person="p", evidence="phone"), account("tb:c", phone="1", person="p", evidence="phone"),
             account("wx:b", phone="1")],
            [{"a", "b", "c"}],
            id="two accounts of one platform that are one person already",
        ),
        pytest.param([account(f"s{n}:a{n}", phone="1") for n in range(5)], [{f"a{n}"} for n in range(5)], id="a shop's number"),
        pytest.param(
            [account("tb:a", phone="1", evidence=MANUAL), account("wx:b", phone="1", evidence=MANUAL)],
            [{"a"}, {"b"}],
            id="said by hand to be two",
        ),
        pytest.param(
            [account("tb:a", phone="1", evidence=MANUAL), account("wx:b", phone="1")],
            [{"a"}, {"b"}],
            id="said by hand to be a person of its own",
        ),
        pytest.param(
            [account("jd:a", phone="1"), account("tb:b", phone="1", evidence=MANUAL), account("wx:c", phone="1")],
            [{"a", "c"}, {"b"}],
            id="the one between two others said by hand to be a person of its own",
        ),
        pytest.param(
            [account("tb:a", phone="1", evidence=MANUAL), account("jd:c", person="a", evidence=MANUAL),
             account("wx:b", phone="1")],
            [{"a", "b", "c"}],
            id="two said by hand to be one, and a third like them",
        ),
        pytest.param(
            [account("tb:a", phone="1"), account("wx:b", phone="1"), account("jd:c", person="b", evidence="unionid")],
            [{"a", "b", "c"}],
            id="what a source said counts too",
        ),
    ],
)  # fmt: skip
def test_what_is_one_person(accounts, together):
    assert persons(accounts) == together


def test_a_family_that_shares_a_receiver_is_asked_about_and_a_leader_is_not():
    mother, son = account("tb:m", receivers=frozenset("1")), account("wx:s", receivers=frozenset("1"))
    (asked,) = resolve([mother, son], POLICY).held
    assert asked.accounts == (("tb", "m"), ("wx", "s"))
    assert "家人" in asked.reason.zh
    assert not resolve([mother, son], replace(POLICY, not_personal=frozenset("1"))).held


def test_two_are_asked_about_though_the_one_between_them_was_split_off_by_hand():
    family = [
        account("jd:a", receivers=frozenset("1")),
        account("tb:b", receivers=frozenset("1"), evidence=MANUAL),
        account("wx:c", receivers=frozenset("1")),
    ]
    assert (("jd", "a"), ("wx", "c")) in {held.accounts for held in resolve(family, POLICY).held}


def test_lower_demands_join_what_else_is_asked_about():
    family = [account("tb:m", receivers=frozenset("1")), account("wx:s", receivers=frozenset("1"))]
    assert persons(family, replace(POLICY, join_from=800_000)) == [{"m", "s"}]


def test_the_eldest_account_names_the_person():
    young = account("tb:a", phone="1", registered=date(2026, 3, 1))
    old = account("wx:z", phone="1", registered=date(2025, 3, 1))
    (link,) = resolve([young, old], POLICY).links
    assert (link.account, link.person, link.before, link.evidence, link.other) == (
        ("tb", "a"), "z", "a", "phone", ("wx", "z"),
    )  # fmt: skip


NUMBERS = st.sampled_from(["", "1", "2", "3"])


@st.composite
def companies(draw) -> list[Account]:
    made = []
    for number in range(draw(st.integers(0, 9))):
        source = draw(st.sampled_from(("tb", "wx", "jd")))
        evidence = draw(st.sampled_from(("", "", "", "phone", MANUAL)))
        own = f"{source}{number}"
        person = draw(st.sampled_from((own, "p1", "p2"))) if evidence else own
        receivers = frozenset(draw(st.sets(NUMBERS, max_size=2)) - {""})
        made.append(Account(source, own, person, evidence, None, draw(NUMBERS), receivers))
    return made


POLICIES = st.sampled_from((POLICY, replace(POLICY, join_from=800_000), replace(POLICY, most_accounts=2)))


@given(companies(), POLICIES, st.randoms())
def test_the_order_of_accounts_says_nothing(accounts, policy, random):
    plan = resolve(accounts, policy)
    random.shuffle(accounts)
    assert resolve(accounts, policy) == plan


@given(companies(), POLICIES)
def test_a_plan_done_leaves_nothing_to_do(accounts, policy):
    assert not resolve(applied(accounts, resolve(accounts, policy)), policy).links


@given(companies(), POLICIES)
def test_what_was_decided_by_hand_stands_and_nobody_is_taken_apart(accounts, policy):
    plan = resolve(accounts, policy)
    after = applied(accounts, plan)
    for one, now in zip(accounts, after, strict=True):
        if one.evidence == MANUAL:
            assert now.person == one.person
    for one in range(len(accounts)):
        for other in range(one):
            if accounts[one].person == accounts[other].person:
                assert after[one].person == after[other].person
    assert plan.persons_after == len({now.person for now in after})


@given(companies(), POLICIES)
def test_every_join_is_as_sure_as_was_asked(accounts, policy):
    assert all(link.confidence >= policy.join_from for link in resolve(accounts, policy).links)
