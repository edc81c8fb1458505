"""The API: the same numbers for programs."""

import pytest

from consent_service.domain.figures.monthly import FORMS
from consent_service.reporting import exports
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, roles
from consent_service.web.api.openapi import describe
from consent_service.web.api.routes import ROUTES
from consent_service.web.security.access import REQUIRED_ROLE
from tests.integration.program import Program, token_of
from tests.owner import EMAIL, PASSWORD
from tests.world import World

CAMPAIGNS = {
    "letter / email / october": [0, 20, 20],
    "letter / email / welcome": [0, 10, 10],
    "poster / \N{EN DASH} / \N{EN DASH}": [0, 30, 20],
}


@pytest.fixture
def site(world, press, clock):
    """A site with a closed October and an open November."""
    clock.move(days=-94)
    key = world.add_site(timezone="Europe/Berlin")
    clock.move(days=94)
    pages = {"/": [50, 50, 50], "/few": [6, 6, 6], "/b": [30, 30, 30], "/rare": [6, 6, 6]}
    press.close(key, "2026-10", {"site": [92, 60, 50, 20], "page": pages, "campaign": CAMPAIGNS})
    press.close(key, "2026-10-05", {"site": [27, 25, 21]})
    press.release(key, "2026-11", {"site": [47, 33, 29]})
    return key


@pytest.fixture
def program(world, account):
    return Program(world, token_of(world))


def test_the_sites_that_the_account_may_see_are_listed(world, program, site):
    (found,) = program.get("/sites").json["sites"]
    assert found == {
        "key": site,
        "name": "Harbour",
        "hosts": ["harbour.example"],
        "created_on": "2026-08-20",
        "timezone": "Europe/Berlin",
        "threshold": 10,
        "detail": "month",
    }


def test_a_site_says_which_of_its_months_can_be_exported(program, site):
    assert program.get(f"/sites/{site}").json["closed_months"] == ["2026-10"]


def test_the_totals_of_a_closed_month_are_exact(program, site):
    document = program.get(f"/sites/{site}/totals?period=2026-10").json
    assert document["is_open"] is False
    assert document["totals"]["visitors"] == {"number": 50, "sort": "exact"}


def test_those_of_an_open_one_are_rounded_down_as_on_the_page(program, site):
    document = program.get(f"/sites/{site}/totals").json
    assert (document["period"], document["is_open"]) == ("2026-11", True)
    assert document["totals"]["visits"] == {"number": 30, "sort": "least"}


def test_where_too_few_were_there_is_nothing(program, site):
    assert program.get(f"/sites/{site}/totals?period=2026-10-06").json["totals"] is None


def test_a_series_has_the_totals_of_the_parts_in_order(program, site):
    series = program.get(f"/sites/{site}/series?period=2026-10").json["series"]
    assert [point["period"] for point in series] == [f"2026-10-{day:02}" for day in range(1, 32)]
    assert series[4]["totals"]["visitors"] == {"number": 21, "sort": "exact"}
    assert series[5]["totals"] is None


def test_a_breakdown_tells_how_well_each_count_is_known(program, site):
    document = program.get(f"/sites/{site}/breakdowns/page?period=2026-10").json
    counts = {row["value"]: row["counts"] for row in document["rows"]}
    assert list(counts) == ["(other)", "/", "/b"]
    assert counts["/"]["views"] == {"number": 50, "sort": "exact"}
    assert counts["(other)"] == {
        "views": {"number": 12, "sort": "exact"},
        "visits": {"number": None, "sort": "hidden"},
        "visitors": {"number": 10, "sort": "least"},
    }


def test_campaigns_are_told_by_a_part_of_their_names(program, site):
    document = program.get(f"/sites/{site}/breakdowns/campaign?period=2026-10&by=medium").json
    counts = {row["value"]: row["counts"]["visits"] for row in document["rows"]}
    assert (document["dimension"], document["by"]) == ("campaign", "medium")
    assert counts == {"(none)": {"number": 30, "sort": "exact"}, "email": {"number": 30, "sort": "exact"}}
    assert program.get(f"/sites/{site}/breakdowns/campaign?period=2026-10").json["by"] is None


def test_visitors_of_several_months_are_marked_as_added_up(program, site, press):
    press.close(site, "2026-09", {"site": [50] * 3, "page": {"/": [50] * 3}})
    rows = program.get(f"/sites/{site}/breakdowns/page?period=2026").json["rows"]
    counts = next(row["counts"] for row in rows if row["value"] == "/")
    assert counts["visitors"] == {"number": 100, "sort": "exact", "summed": True}
    assert "summed" not in counts["visits"]


@pytest.mark.parametrize("form", FORMS)
def test_an_export_has_the_bytes_of_the_page_and_the_command(world, program, site, form):
    answer = program.get(f"/sites/{site}/exports/2026-10.{form}")
    with reading(world.engine) as connection:
        expected = exports.file_of(connection, world.site(site), "2026-10", form, world.clock())
    assert (answer.status_code, answer.data) == (200, expected)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/{key}",
        "/{key}/totals?period=2026-10",
        "/{key}/breakdowns/page?period=2026-10",
        "/{key}/exports/2026-10.csv",
    ],
)
def test_what_a_program_has_already_is_not_sent_again(program, site, path):
    path = f"/sites{path.format(key=site)}"
    first = program.get(path)
    again = program.get(path, {"If-None-Match": first.headers["ETag"]})
    assert not first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_when_an_open_period_moves_on_its_tag_does_too(program, site, press):
    path = f"/sites/{site}/totals"
    first = program.get(path)
    press.release(site, "2026-11", {"site": [20, 20, 20]})
    assert program.get(path, {"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/sites/{key}/totals?period=yesterday", 400, "write 2026-11-22"),
        ("/sites/{key}/totals?period=2026-13", 404, "there is no|not a period"),
        ("/sites/{key}/totals?period=2027-01", 404, "not begun"),
        ("/sites/{key}/totals?period=2020", 404, "before the site was made"),
        ("/sites/{key}/breakdowns/shoe", 404, "There are page, entry, referrer"),
        ("/sites/{key}/breakdowns/device", 404, "ask for breakdowns/platform?by=device"),
        ("/sites/{key}/breakdowns/medium", 404, "ask for breakdowns/campaign?by=medium"),
        ("/sites/{key}/breakdowns/missing", 404, "stand in the breakdown page"),
        ("/sites/{key}/breakdowns/campaign?by=name", 400, "one of source, medium"),
        ("/sites/{key}/breakdowns/page?by=source", 404, "no part source"),
        ("/sites/{key}/breakdowns/download", 404, "does not declare download"),
        ("/sites/{key}/exports/2026-11.csv", 409, "still open"),
        ("/sites/{key}/exports/soon.csv", 400, "2026-11|2026-10"),
        ("/sites/{key}/exports/2026-10.pdf", 404, "openapi.json"),
        ("/sites/nobody", 404, "/api/v1/sites lists them"),
        ("/nowhere", 404, "openapi.json"),
    ],
)
def test_what_goes_wrong_is_a_problem_that_says_what_to_do(program, site, path, status, words):
    answer = program.get(path.format(key=site))
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (answer.json["type"], answer.json["status"]) == ("about:blank", status)
    assert any(word in answer.json["detail"] for word in words.split("|")), answer.json
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_is_only_read(program, method):
    answer = program.ask(method, "/sites")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", [route.path for route in ROUTES])
def test_nothing_is_told_without_a_token(world, site, path):
    path = path.format(key=site, dimension="page", months="2026-10", form="csv")
    answer = Program(world).get(path)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="consent-service"'


@pytest.mark.parametrize("token", ["x", "cs_0123456789ab_" + "a" * 43, "cs_\0_", "ü"])
def test_a_token_that_was_never_made_is_not_good(world, account, site, token):
    answer = Program(world, token).get("/sites")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_the_secret_of_one_token_is_not_good_with_the_name_of_another(world, account, site):
    first, second = token_of(world), token_of(world)
    mixed = first[:15] + second[15:]
    assert Program(world, first).get("/sites").status_code == 200
    assert Program(world, mixed).get("/sites").status_code == 401


def test_the_session_of_a_browser_is_no_token(owner, site):
    assert owner.get("/api/v1/sites").status_code == 401


def test_no_cookie_is_set_and_no_other_origin_let_in(program, site):
    for path in ("/sites", "/nowhere", "/openapi.json"):
        answer = program.get(path, {"Origin": "https://elsewhere.example"})
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert not any(name.startswith("Access-Control") for name, _ in answer.headers)


def test_a_token_is_good_on_its_last_day_and_not_after(world, account, site, clock):
    program = Program(world, token_of(world, ends_on="2026-11-23"))
    clock.move(days=1)
    assert program.get("/sites").status_code == 200
    clock.move(days=1)
    assert program.get("/sites").status_code == 401


def test_the_day_of_its_last_use_is_noted_once_a_day(world, account, site, clock):
    program, number = Program(world, token_of(world)), 2
    for _ in range(number):
        program.get("/sites")
    assert used_on(world) == "2026-11-22"
    clock.move(days=1)
    program.get("/sites")
    assert used_on(world) == "2026-11-23"


def used_on(world):
    with reading(world.engine) as connection:
        return connection.exec_driver_sql("SELECT used_on FROM api_tokens").scalar_one()


@pytest.mark.parametrize(
    ("scope", "path", "other"),
    [
        ("read:numbers", "/sites/{key}/totals", "/sites/{key}/exports/2026-10.csv"),
        ("read:exports", "/sites/{key}/exports/2026-10.csv", "/sites/{key}/totals"),
        ("read:exports", "/sites/{key}", "/sites/{key}/series"),
        ("read:exports", "/sites", "/sites/{key}/breakdowns/page"),
    ],
)
def test_a_token_may_do_what_its_scopes_say(world, account, site, scope, path, other):
    program = Program(world, token_of(world, scopes=[scope]))
    assert program.get(path.format(key=site)).status_code == 200
    refused = program.get(other.format(key=site))
    assert refused.status_code == 403
    assert "scope" in refused.json["detail"]


def test_a_token_of_one_site_sees_no_other(world, account, site):
    other = world.add_site("Other", ("other.example",))
    program = Program(world, token_of(world, site=site))
    assert [one["key"] for one in program.get("/sites").json["sites"]] == [site]
    assert program.get(f"/sites/{site}").status_code == 200
    assert program.get(f"/sites/{other}").status_code == 404


@pytest.fixture
def viewer(world, site):
    with writing(world.engine) as connection:
        return accounts.add(connection, "viewer@example.org", accounts.hashed(PASSWORD), {site: "viewer"})


def test_a_token_may_do_no_more_than_its_account(world, site, viewer):
    other = world.add_site("Other", ("other.example",))
    program = Program(world, token_of(world, viewer))
    assert [one["key"] for one in program.get("/sites").json["sites"]] == [site]
    assert program.get(f"/sites/{other}/totals").status_code == 404


def test_an_account_that_loses_its_role_loses_it_here_too(world, site, viewer):
    program = Program(world, token_of(world, viewer))
    assert program.get(f"/sites/{site}").status_code == 200
    with writing(world.engine) as connection:
        roles.take(connection, viewer, site)
    assert program.get(f"/sites/{site}").status_code == 404
    assert program.get("/sites").json == {"sites": []}


def test_a_program_that_asks_without_end_is_told_to_wait_and_others_are_not(world, account, site, monkeypatch):
    program, other = Program(world, token_of(world)), Program(world, token_of(world))
    statuses = [program.get("/sites").status_code for _ in range(301)]
    assert (statuses[:300], statuses[300]) == ([200] * 300, 429)
    refused = program.get("/sites")
    assert refused.mimetype == "application/problem+json"
    assert refused.headers["Retry-After"] == "60"
    assert other.get("/sites").status_code == 200


def test_under_another_host_there_is_no_api(environ, clock):
    world = World({**environ, "CONSENT_PUBLIC_URL": "https://stats.example.org"}, clock)
    answer = Program(world).get("/sites", base_url="https://www.example.org")
    world.dispose()
    assert (answer.status_code, answer.mimetype) == (421, "application/problem+json")
    assert "CONSENT_PUBLIC_URL" in answer.json["detail"]


def test_with_the_database_away_it_says_so(world, program, site, tmp_path):
    database = tmp_path / "data" / "consent.sqlite3"
    world.app.services.engine.dispose()
    database.rename(tmp_path / "away")
    database.mkdir()  # nothing can be opened there
    answer = program.get("/sites")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "60"


def test_the_description_names_every_route_of_the_api_and_no_other(world, stranger):
    routes = {rule.endpoint: rule for rule in world.app.flask.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    described = stranger.get("/api/v1/openapi.json").json
    assert described == describe()
    assert described["openapi"].startswith("3.1")
    assert {route.endpoint for route in ROUTES} | {"api.document"} == routes.keys()
    assert len(described["paths"]) == len(ROUTES)
    for route in ROUTES:
        needed = described["paths"][route.path]["get"]["description"]
        assert REQUIRED_ROLE[route.endpoint] in ("token", *needed.removesuffix(".").split())


def test_people_read_the_same_description_on_a_page(owner):
    page = owner.get("/api").text
    for route in ROUTES:
        assert f"GET /api/v1{route.path}" in page
    for name in describe()["components"]["schemas"]:
        assert f'id="schema-{name}"' in page
    assert "<script" not in page


def test_the_page_asks_to_sign_in(stranger):
    assert stranger.get("/api").status_code == 302


def test_whose_token_it_is_is_nowhere_in_an_answer(program, site):
    assert EMAIL not in program.get("/sites").text
