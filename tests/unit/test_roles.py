"""What a role lets somebody do."""

import pytest

from consent_service.domain.access.roles import EVERY_SITE, ROLES, role_at, suffices


def test_each_role_may_do_what_those_before_it_may():
    may = {held: [needed for needed in ROLES if suffices(held, needed)] for held in ROLES}
    assert may == {"viewer": ["viewer"], "editor": ["viewer", "editor"], "owner": ["viewer", "editor", "owner"]}


@pytest.mark.parametrize("needed", ROLES)
def test_who_has_no_role_may_do_nothing(needed):
    assert not suffices(role_at({"other": "owner"}, "here"), needed)


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ({"here": "viewer"}, "viewer"),
        ({EVERY_SITE: "viewer"}, "viewer"),
        ({EVERY_SITE: "viewer", "here": "owner"}, "owner"),
        ({EVERY_SITE: "owner", "here": "viewer"}, "owner"),
    ],
)
def test_the_higher_of_both_roles_counts(roles, expected):
    assert role_at(roles, "here") == expected
