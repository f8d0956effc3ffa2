"""Which accounts belong to one person: from equal phones, equal receivers and what sources or people said; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

CERTAIN = 1_000_000  # parts per million
MANUAL = "manual"

Key = tuple[str, str]  # the account's source, and its id there


@dataclass(frozen=True, slots=True)
class Account:
    """One account as the company knows it.

    `person` is whom it stands for now; `evidence` what made it so, empty when nothing did and it stands for itself.
    `phone` and `receivers` are blind indexes: equal ones mean equal numbers, and nothing can be read from them.
    """

    source: str
    account_id: str
    person: str
    evidence: str = ""
    registered: date | None = None
    phone: str = ""
    receivers: frozenset[str] = frozenset()

    @property
    def key(self) -> Key:
        """What tells it from every other account."""
        return (self.source, self.account_id)


@dataclass(frozen=True, slots=True)
class Policy:
    """How sure each evidence is (parts per million), from where on accounts are joined, and what proves nothing.

    A number that more than `most_accounts` accounts share is a shop's or a helper's, no person's. `not_personal` holds
    the blind indexes of receivers known to be so: leaders, who take in goods for their neighbours.
    """

    phone: int = 990_000
    same_source: int = 900_000  # an equal phone of two persons of one source, where persons should differ
    receiver: int = 850_000
    join_from: int = 950_000
    most_accounts: int = 4
    not_personal: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """An account joined to a person, and why; `other` is the account it shares the evidence with."""

    account: Key
    person: str
    before: str
    evidence: str
    confidence: int
    other: Key


@dataclass(frozen=True, slots=True)
class Held:
    """Accounts that look alike and are not joined by themselves, and why not."""

    accounts: tuple[Key, ...]
    evidence: str
    confidence: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Plan:
    """What to join, what waits for a person, and how many persons there were and will be."""

    links: tuple[Link, ...]
    held: tuple[Held, ...]
    persons_before: int
    persons_after: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two accounts with one evidence in common."""

    one: Key
    other: Key
    evidence: str
    confidence: int


def resolve(accounts: Iterable[Account], policy: Policy) -> Plan:
    """Join what is surely one person; the same accounts in any order give the same plan, and a plan done gives none.

    What a person decided by hand stands: accounts put with different persons are never joined, nor is anything to an
    account said to be a person of its own. Nothing is ever taken apart here.
    """
    known = {one.key: one for one in sorted(accounts, key=lambda one: one.key)}
    people = _People(known)
    joined: dict[Key, _Pair] = {}
    held = list(_crowds(known, policy))
    for pair in sorted(_pairs(known, policy), key=lambda pair: (-pair.confidence, pair.one, pair.other)):
        if people.root(pair.one) == people.root(pair.other):
            continue
        if pair.confidence < policy.join_from:
            held.append(_unsure(pair))
        elif people.join(pair.one, pair.other):
            joined.setdefault(pair.one, pair)
            joined.setdefault(pair.other, pair)
        else:
            held.append(_apart(pair))
    links = tuple(_links(known, people, joined))
    after = {people.person(key) for key in known}
    return Plan(links, _once(held), len({one.person for one in known.values()}), len(after))


def _pairs(known: dict[Key, Account], policy: Policy) -> Iterator[_Pair]:
    """Every two among the accounts that share a personal number, but those whom others bring together."""
    for keys in _sharing({key: {one.phone} for key, one in known.items()}, policy):
        sure = policy.phone if _one_each(keys, known) else policy.same_source
        yield from (_Pair(one, other, "phone", sure) for one, other in _neighbours(keys, known))
    received = {key: {one.phone} | (one.receivers - policy.not_personal) for key, one in known.items()}
    for keys in _sharing(received, policy):
        yield from (_Pair(one, other, "address", policy.receiver) for one, other in _neighbours(keys, known))


def _neighbours(keys: list[Key], known: dict[Key, Account]) -> Iterator[tuple[Key, Key]]:
    """Every two with nobody between them but accounts decided by hand, which may keep them from meeting there."""
    for (at, one), (to, other) in combinations(enumerate(keys), 2):
        if all(known[each].evidence == MANUAL for each in keys[at + 1 : to]):
            yield one, other


def _sharing(numbers: dict[Key, set[str]], policy: Policy) -> Iterator[list[Key]]:
    """The accounts of each number that few enough have in common, in order."""
    found: dict[str, list[Key]] = defaultdict(list)
    for key, own in numbers.items():
        for number in own - {""}:
            found[number].append(key)
    for _, keys in sorted(found.items()):
        if 1 < len(keys) <= policy.most_accounts:
            yield keys


def _one_each(keys: list[Key], known: dict[Key, Account]) -> bool:
    """Whether each source tells of one person only; else it cannot be said which of them the number means."""
    told = {(key[0], known[key].person) for key in keys}
    return len({source for source, _ in told}) == len(told)


def _crowds(known: dict[Key, Account], policy: Policy) -> Iterator[Held]:
    by_phone: dict[str, list[Key]] = defaultdict(list)
    for account in known.values():
        if account.phone:
            by_phone[account.phone].append(account.key)
    for _, keys in sorted(by_phone.items()):
        if len(keys) > policy.most_accounts:
            reason = Text(
                f"{len(keys)} 个账号共用一个号码，多半是门店或代收的号码",
                f"{len(keys)} accounts share one number: a shop's or a helper's, most likely",
            )
            yield Held(tuple(keys), "phone", 0, reason)


def _unsure(pair: _Pair) -> Held:
    reason = (
        Text("收货手机号相同，也可能是家人或代收", "the same receiver's number; may be family or a helper")
        if pair.evidence == "address"
        else Text("同一平台有多个账号用这个手机号", "several accounts of one platform have this phone")
    )
    return Held((pair.one, pair.other), pair.evidence, pair.confidence, reason)


def _apart(pair: _Pair) -> Held:
    reason = Text("人工确认过属于不同的人", "confirmed by hand to be different persons")
    return Held((pair.one, pair.other), pair.evidence, pair.confidence, reason)


def _once(held: list[Held]) -> tuple[Held, ...]:
    """Each set of accounts once, with its surest evidence."""
    best: dict[tuple[Key, ...], Held] = {}
    for one in sorted(held, key=lambda one: (-one.confidence, one.accounts)):
        best.setdefault(one.accounts, one)
    return tuple(best.values())


def _links(known: dict[Key, Account], people: _People, joined: dict[Key, _Pair]) -> Iterator[Link]:
    for key, account in known.items():
        person = people.person(key)
        if person == account.person:
            continue
        pair = joined.get(key) or people.reason(key, joined)
        other = pair.other if pair.one == key else pair.one
        yield Link(key, person, account.person, pair.evidence, pair.confidence, other)


@dataclass(slots=True)
class _People:
    """Which accounts stand together, growing; who an account stands for is the eldest known person among them."""

    accounts: dict[Key, Account]
    _above: dict[Key, Key] = field(default_factory=dict)
    _members: dict[Key, list[Key]] = field(default_factory=dict)
    _pinned: dict[Key, str] = field(default_factory=dict)
    _alone: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Accounts that stand for one person already stand together."""
        first: dict[str, Key] = {}
        for key, account in self.accounts.items():
            self._above[key], self._members[key] = key, [key]
            if account.evidence == MANUAL:
                self._pinned[key] = account.person
        for key, account in self.accounts.items():
            self.join(first.setdefault(account.person, key), key)
        decided = Counter(self._pinned.values())
        self._alone = {key for key in self._pinned if decided[self._pinned[key]] == 1 and key == self.root(key)}

    def root(self, key: Key) -> Key:
        """What names the accounts that stand together with this one."""
        while self._above[key] != key:
            key = self._above[key]
        return key

    def join(self, one: Key, other: Key) -> bool:
        """Let two stand together; False when people said that they are different persons."""
        low, high = sorted((self.root(one), self.root(other)))
        if low == high:
            return True
        if {low, high} & self._alone:
            return False
        pins = {self._pinned[each] for each in (low, high) if each in self._pinned}
        if len(pins) > 1:
            return False
        self._above[high] = low
        self._members[low] += self._members.pop(high)
        if pins:
            self._pinned[low] = pins.pop()
        return True

    def person(self, key: Key) -> str:
        """Whom the account stands for: as decided by hand, else whom most of its accounts stand for, else the eldest."""
        root = self.root(key)
        if root in self._pinned:
            return self._pinned[root]
        members = [self.accounts[each] for each in self._members[root]]
        counted = Counter(one.person for one in members if one.evidence)
        eldest = min(members, key=lambda one: (one.registered is None, str(one.registered), one.key))
        if not counted:
            return eldest.person
        most = max(counted.values())
        return min(person for person, count in counted.items() if count == most)

    def reason(self, key: Key, joined: dict[Key, _Pair]) -> _Pair:
        """The evidence that brought in the accounts it stood with before."""
        return next(joined[each] for each in sorted(self._members[self.root(key)]) if each in joined)
