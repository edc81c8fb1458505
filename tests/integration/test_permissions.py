"""Who may ask for what: every route of the application, with everyone who may come.

A new route is tried as soon as it is there: its address is made from its rule, and what must
happen is in REQUIRED_ROLE.
"""

import re
from dataclasses import dataclass

import pytest
from werkzeug.routing import Rule

from consent_service.domain.access.roles import ROLES, role_at, suffices
from consent_service.domain.access.scopes import SCOPES
from consent_service.web import owner
from consent_service.web.security import access
from consent_service.web.security.access import REQUIRED_ROLE
from tests import people
from tests.owner import Browser, token_in

EVERYONE = {
    "stranger": None,
    "no role": {},
    "owner of another site": {"elsewhere": "owner"},
    "viewer": {"here": "viewer"},
    "editor": {"here": "editor"},
    "owner": {"here": "owner"},
    "viewer of every site": {"everywhere": "viewer"},
    "editor of every site": {"everywhere": "editor"},
    "administrator": {"everywhere": "owner"},
}
"""Who comes, by the roles of their account; the stranger has none."""

SIGNED_IN = frozenset(EVERYONE) - {"stranger"}

SEEING = SIGNED_IN - {"no role", "owner of another site"}
"""Those who may know that the site is there."""

MAY = {
    "nobody": frozenset(EVERYONE),
    "account": SIGNED_IN,
    "viewer": SEEING,
    "editor": frozenset({"editor", "owner", "editor of every site", "administrator"}),
    "owner": frozenset({"owner", "administrator"}),
    "administrator": frozenset({"administrator"}),
}
"""Who may, by what a route needs: written down a second time, so that a slip in one place is seen."""

BY_TOKEN = frozenset({"token", *SCOPES})
"""What no session is good for; tests/integration/test_api_tokens.py has who may with which token."""

VALUES = {"month": "2026-10", "filename": "style.css"}
"""What stands for a part of an address that has a form of its own; for any other ``x`` does."""

STALE = "The form came without the mark"


@dataclass(frozen=True)
class Route:
    endpoint: str
    method: str
    path: str


def routes(world, key):
    """Everything that an owner could ask for, each with an address of the site."""
    return [
        Route(rule.endpoint, method, address(rule, key))
        for rule in world.app.flask.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[0] not in owner.VISITORS
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def address(rule, key):
    """An address that a route answers: of a choice its first, of a number 1, of a digest one of its length."""
    parts = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        fitting = [
            key if name == "key" else VALUES.get(name, "x"),
            1,
            "d" * 32,
            *sorted(getattr(converter, "items", ())),
        ]
        parts[name] = next(value for value in fitting if fits(converter, value))
    return rule.build(parts)[1]


def fits(converter, value):
    try:
        return re.fullmatch(converter.regex, converter.to_url(value)) is not None
    except (TypeError, ValueError):
        return False


@pytest.fixture
def site(world):
    return world.add_site("Harbour")


@pytest.fixture
def come(world, site):
    """Someone of EVERYONE in a browser of their own, signed in anew each time: a route may have ended the session."""
    sites = {"here": site, "elsewhere": world.add_site("Elsewhere"), "everywhere": "everywhere"}

    def come(who):
        if EVERYONE[who] is None:
            return Browser(world)
        email = f"{who.replace(' ', '-')}@example.org"
        people.forget(world, email)
        return people.come(world, email, **{sites[where]: role for where, role in EVERYONE[who].items()})

    return come


def ask(browser, route, mark=None):
    """Ask for a route as one of our pages would, with the mark that its forms have or with another one."""
    if route.method == "GET":
        answer = browser.get(route.path)
    else:
        if mark is None:
            pages = (browser.get(path).text for path in ("/login", "/"))
            mark = token_in(next(page for page in pages if "csrf_token" in page))
        answer = browser.send(route.method, route.path, {"csrf_token": mark})
    assert answer.data is not None  # read, so that it may be closed
    answer.close()
    return answer


def refusal(answer):
    """How a request was refused; empty if it was not."""
    if answer.status_code == 401 and answer.mimetype == "application/problem+json":
        return "asked for a token"
    if answer.status_code == 302 and re.match(r"/login(\?|$)", answer.location):
        return "asked to sign in"
    if answer.status_code == 404 and access.NoSite().description.encode() in answer.data:
        return "no such site"
    if answer.status_code == 403 and access.NOT_ADMINISTRATOR.encode() in answer.data:
        return "not an administrator"
    if answer.status_code == 403 and access.NOT_ALLOWED.partition("{")[0].encode() in answer.data:
        return "not in this role"
    return ""


def expected(need, who):
    if need in BY_TOKEN:
        return "asked for a token"
    if who in MAY[need]:
        return ""
    if who == "stranger":
        return "asked to sign in"
    if need == "administrator":
        return "not an administrator"
    return "not in this role" if who in SEEING else "no such site"


@pytest.mark.parametrize("who", EVERYONE)
def test_every_route_is_answered_to_those_alone_who_may_ask_for_it(world, site, come, who):
    wrong, tried = {}, routes(world, site)
    for route in tried:
        answer, need = ask(come(who), route), REQUIRED_ROLE[route.endpoint]
        if need != "nobody" and refusal(answer) != expected(need, who):
            wrong[route] = (answer.status, refusal(answer), expected(need, who))
        if answer.status_code >= 500:
            wrong[route] = (answer.status,)
    assert wrong == {}
    assert {route.endpoint for route in tried} == REQUIRED_ROLE.keys()


def test_everyone_who_may_is_told_by_the_tables_of_roles(site):
    """The table here and the rule there, one by one."""
    sites = {"here": site, "elsewhere": "other", "everywhere": "*"}
    for needed in ROLES:
        held = {who: {sites[where]: role for where, role in (roles or {}).items()} for who, roles in EVERYONE.items()}
        assert {who for who, roles in held.items() if suffices(role_at(roles, site), needed)} == MAY[needed]


@pytest.mark.parametrize("who", ["no role", "owner of another site"])
def test_a_site_of_others_is_answered_as_one_that_there_is_not(world, site, come, who):
    browser = come(who)
    for route in routes(world, site):
        if REQUIRED_ROLE[route.endpoint] in ("viewer", "editor", "owner") and route.method == "GET":
            nowhere = browser.get(route.path.replace(site, "k3f9k3f9"))
            here = browser.get(route.path)
            assert (here.status_code, here.text) == (nowhere.status_code, nowhere.text), route


@pytest.mark.parametrize("mark", ["", "foreign"])
@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_every_form_without_its_mark_is_refused(world, site, come, who, mark):
    browser, sent = come(who), [route for route in routes(world, site) if route.method != "GET"]
    answers = {route: ask(browser, route, mark) for route in sent}
    assert {route: answer.status for route, answer in answers.items() if answer.status_code != 400} == {}
    assert all(STALE in answer.text for answer in answers.values())
    assert len(sent) > 10


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_every_route_is_answered_under_the_services_host_alone(world, site, come, who):
    browser = come(who)
    browser.base_url = "http://www.example.org"
    answers = {route: ask(browser, route, "any") for route in routes(world, site)}
    assert {route: answer.status for route, answer in answers.items() if answer.status_code != 421} == {}


def test_a_route_that_is_in_no_table_stops_the_start(world):
    world.app.flask.view_functions["site.secret"] = lambda: "secret"
    world.app.flask.url_map.add(Rule("/secret", endpoint="site.secret"))
    with pytest.raises(RuntimeError, match=r"site\.secret"):
        access.install(world.app.flask, owner.VISITORS)
