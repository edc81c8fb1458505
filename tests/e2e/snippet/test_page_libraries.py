"""Libraries that replace, cache or reconcile their document: the notice is there, once, and whole, on every page."""

import pytest

from tests.e2e.snippet.sites import FLAGS, PATHS, SITES, Walk

SHORT = {
    "turbo",
    "turbolinks",
    "htmx",
    "unpoly",
    "swup",
    "react-19",
    "react-19, which finds a difference",
    "react-18",
    "preact",
    "body.innerHTML",
    "documentElement.replaceWith",
}


def each_of(*short):
    """Every site; those that are not named in the long versions alone."""
    names = [pytest.param(name, marks=[pytest.mark.long] * (name not in short)) for name in SITES]
    return pytest.mark.parametrize("name", names)


@each_of(*SHORT)
def test_who_accepts_is_counted_on_each_page_and_can_withdraw_on_the_last(stage, name):
    walk = Walk(stage, SITES[name])
    walk.is_asked()
    walk.accept()
    walk.follow("Two")
    walk.follow("Three")
    walk.back("Two")
    walk.has_chosen()
    assert walk.visitor.viewed() == PATHS
    assert walk.visitor.flags() == FLAGS
    walk.withdraw()
    walk.follow("One")
    walk.has_chosen()
    assert len(walk.visitor.hits) == 4
    walk.has_disturbed_nothing()


@each_of("turbolinks")
def test_who_has_not_chosen_is_asked_on_each_page_and_can_choose_on_the_last(stage, name):
    walk = Walk(stage, SITES[name])
    walk.is_asked()
    walk.follow("Two")
    walk.is_asked()
    walk.follow("Three")
    walk.back("Two")
    walk.is_asked()
    assert walk.visitor.hits == []
    walk.accept()
    assert walk.visitor.viewed() == ["/two"]
    assert walk.visitor.flags() == FLAGS[:1]
    walk.withdraw()
    walk.has_disturbed_nothing()
