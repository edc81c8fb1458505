"""Libraries that replace, cache or reconcile their document: the notice is there, once, and whole, on every page."""

import pytest

from tests.e2e.snippet.sites import SITES, accept_and_withdraw, choose_on_the_last_page

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
    accept_and_withdraw(stage, SITES[name])


@each_of("turbolinks")
def test_who_has_not_chosen_is_asked_on_each_page_and_can_choose_on_the_last(stage, name):
    choose_on_the_last_page(stage, SITES[name])
