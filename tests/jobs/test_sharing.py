"""What is sent to a worker once stays one object there, and costs its bytes once."""

import pickle
from dataclasses import replace

import pytest

from cleaner.jobs.sharing import MAX_SHARED, Packer, Unpacker
from cleaner.model import Page
from cleaner.policy import Policy
from cleaner.taught import FilterList, Site, SiteMemory

LIST = "\n".join(f"##.ad-{number}" for number in range(2_000))
PAGE = Page(content=b"<p>The ferry.</p>", url="https://a.example/")


def policy() -> Policy:
    return Policy(filters=(FilterList(LIST),), sites=(Site(host="a.example", drop=(".ticker",)),))


def test_a_message_arrives_as_pickle_would_bring_it() -> None:
    packer, unpacker = Packer(), Unpacker()
    for message in ([PAGE, policy(), (1, None)], {"of": Policy()}, (), [policy(), policy()]):
        assert pickle.loads(pickle.dumps(message)) == unpacker.unpacked(packer.packed(message))  # noqa: S301


def test_a_policy_travels_once_and_is_one_object_there() -> None:
    packer, unpacker, own = Packer(), Unpacker(), policy()
    first, second = packer.packed((PAGE, own)), packer.packed((PAGE, own))
    assert len(first) > len(LIST) > 20 * len(second)
    one = unpacker.unpacked(first)[1]
    assert unpacker.brought
    assert unpacker.unpacked(second)[1] is one
    assert not unpacker.brought


def test_what_was_learned_of_a_host_travels_with_its_page_alone() -> None:
    packer, unpacker, own = Packer(), Unpacker(), policy()
    base = unpacker.unpacked(packer.packed(own))
    for host in ("a.example", "b.example"):
        learned = replace(own, learned=SiteMemory(host=host, pages=5, often=frozenset()))
        message = packer.packed((PAGE, learned))
        assert len(message) < 2_000
        there = unpacker.unpacked(message)[1]
        assert there == learned
        assert there.filters[0] is base.filters[0]


def test_equal_lists_of_two_policies_travel_once() -> None:
    packer, unpacker = Packer(), Unpacker()
    unpacker.unpacked(packer.packed(policy()))
    assert len(packer.packed(policy())) < len(LIST) / 10


def test_what_cannot_be_pickled_leaves_no_number_behind() -> None:
    packer, unpacker, own = Packer(), Unpacker(), policy()
    with pytest.raises((pickle.PicklingError, AttributeError)):
        packer.packed((own, lambda: None))
    assert own == unpacker.unpacked(packer.packed(own))


def test_policies_without_end_are_forgotten_on_both_ends() -> None:
    packer, unpacker = Packer(), Unpacker()
    made = [Policy(off=frozenset({f"a/{number}"})) for number in range(2 * MAX_SHARED + 5)]
    there = [unpacker.unpacked(packer.packed([PAGE, one])) for one in made]
    assert [[PAGE, one] for one in made] == there
    assert made[7] == unpacker.unpacked(packer.packed(made[7]))
    assert len(packer.packed([made[-1]])) < 50
