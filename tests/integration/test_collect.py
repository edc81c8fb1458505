"""What the hot path answers, and that a refusal changes nothing but its counter."""

import datetime as dt
import json
import re

import pytest

from consent_service.app import create_app
from consent_service.collect.collector import LOOKUPS
from consent_service.collect.payload import LONGEST_BODY
from consent_service.collect.responses import REFUSALS
from consent_service.domain.counting import hit
from consent_service.spool.merge import read_refusals
from consent_service.storage.database.engine import writing
from consent_service.web.visitors import public
from tests.wire import post
from tests.world import FIRST, World


@pytest.fixture
def site(world):
    return world.add_site()


def refused(world):
    """How often each answer refused a hit, by its text."""
    world.merge()
    totals = read_refusals(world.app.services.spool).totals
    return {answer.text.decode().strip(): totals[answer.reason] for answer in REFUSALS if totals[answer.reason]}


def pending_visits(world, site):
    world.merge()
    from consent_service.spool.pending import PendingStore

    store = PendingStore(world.app.services.spool)
    return store.sites[site].visits if site in store.sites else 0


def test_a_hit_is_answered_204_without_a_body(world, site):
    answer = world.view(site, world.token(site))

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_refusals_are_added_up_while_nothing_else_is_counted(world, site):
    for number in (1, 2):
        world.post("/hit", b"not JSON")
        assert list(refused(world).values()) == [number]


@pytest.fixture
def asked(world, monkeypatch):
    """What was asked of Flask."""
    asked, application = [], world.app.pages._application
    monkeypatch.setattr(world.app.pages, "_application", lambda *_: asked.append(1) or application(*_))
    return asked


def view(wire, site, token):
    return int(wire.send(post("/hit", json.dumps({"s": site, "t": token, **GOOD}).encode()))[9:12])


def test_the_slow_path_teaches_the_worker_and_the_fast_path_answers_from_then_on(world, site, wire, asked):
    token = world.token(site)
    world.add_site("Another")
    world.keeper.watch()  # the worker forgets what it knew

    assert [view(wire, site, token) for _ in range(3)] == [204, 204, 204]
    assert len(asked) == 1
    assert pending_visits(world, site) == 3


def test_a_token_that_the_worker_has_not_met_is_read_without_the_slow_path(world, site, wire, asked):
    assert view(wire, site, world.token(site)) == 204
    assert asked == []


def test_a_worker_knows_all_sites_from_its_start(world, site):
    worker = create_app(world.config, world.clock)
    worker.preload()
    world.keeper.watch()

    assert worker.collector.cache.site(site).key == site
    worker.services.engine.dispose()


GOOD = {"e": "view", "p": "/", "f": FIRST}


@pytest.mark.parametrize(
    "change",
    [
        {"f": 4},
        {"f": 16},
        {"f": 128},
        {"f": -1},
        {"f": "1"},
        {"f": 1.5},
        {"p": "no-slash"},
        {"p": 7},
        {"e": "purchase"},
        {"d": "toaster"},
        {"z": "x" * 65},
        {"visitor": "jane"},
        {"e": "engaged", "v": -1},
        {"e": "engaged", "v": "NaN"},
        {"e": "missing", "f": 0},
        {"x": 200},
        {"x": 1},
        {"x": -404},
        {"x": 404.5},
        {"x": "404"},
        {"x": True},
        {"x": None},
        {"e": "event", "n": "donate", "f": 0, "x": 404},
        {"e": "outbound", "n": "a.example", "f": 0, "x": 404},
        {"e": "download", "n": "/a.pdf", "f": 0, "x": 404},
        {"e": "engaged", "v": 5, "f": 0, "x": 404},
        {"e": "vitals", "n": "lcp", "v": 5, "f": 0, "x": 404},
    ],
)
def test_a_malformed_hit_is_400_and_only_counted_as_refused(world, site, change):
    token = world.token(site)
    world.view(site, token)  # the worker knows both now
    answer = world.post("/hit", {"s": site, "t": token, **GOOD, **change})

    assert answer.status_code == 400
    assert refused(world) == {"this is not a hit as docs/embedding.md describes it": 1}
    assert pending_visits(world, site) == 1


@pytest.mark.parametrize("dimensions", [("page",), ("page", "missing"), ()])
def test_a_view_may_say_that_its_page_was_not_found_whatever_the_notice_declares(world, dimensions):
    site = world.add_site(dimensions=dimensions)
    token = world.token(site)

    assert [world.view(site, token, x=x).status_code for x in (404, 404, 0)] == [204, 204, 204]
    assert pending_visits(world, site) == 3


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"s":"\\ud800"}', b"[" * 1000, b"\x00" * 100]
)
def test_what_is_not_a_hit_at_all_is_400(world, body):
    assert world.post("/hit", body).status_code == 400


def test_a_body_above_one_kilobyte_is_413(world, site):
    token = world.token(site)
    padding = "x" * (LONGEST_BODY + 1)
    answer = world.post("/hit", {"s": site, "t": token, **GOOD, "p": "/" + padding})

    assert answer.status_code == 413
    assert refused(world) == {"a hit has at most 1,024 bytes": 1}


def test_a_hit_from_a_foreign_page_is_403(world, site):
    token = world.token(site)

    for origin in (
        "https://evil.example",
        "null",
        "https://harbour.example.evil.example",
        "https://evil.example/harbour.example",
    ):
        assert world.post("/hit", {"s": site, "t": token, **GOOD}, Origin=origin).status_code == 403
    for origin in ("https://harbour.example", "http://harbour.example:8080"):
        assert world.post("/hit", {"s": site, "t": token, **GOOD}, Origin=origin).status_code == 204
    assert pending_visits(world, site) == 2


def test_an_origin_counts_in_every_spelling_of_a_host_name_of_the_site_and_in_no_other(world):
    site = world.add_site(hosts=("münchen.example", "www.harbour.example", "[::1]"))
    token = world.token(site)

    def status(origin):
        # Headers are bytes, which the interface reads as Latin-1.
        return world.post("/hit", {"s": site, "t": token, **GOOD}, Origin=origin.encode().decode("latin-1")).status_code

    for origin in (
        "https://xn--mnchen-3ya.example",
        "https://xn--mnchen-3ya.example.",
        "https://xn--mnchen-3ya.example.:8443",
        "https://XN--MNCHEN-3YA.example",
        "https://münchen.example",
        "https://MÜNCHEN.example.:8443",
        "https://www.harbour.example.",
        "http://[::1]:8000",
    ):
        assert (origin, status(origin)) == (origin, 204)
    for origin in (
        "https://munchen.example",
        "https://münchen.example.org",
        "https://é" + "é" * 2_000,
        "https://i❤.example",
        "null",
        "https://",
    ):
        assert (origin, status(origin)) == (origin, 403)


def test_a_browser_that_sends_global_privacy_control_is_403(world, site):
    token = world.token(site)

    assert world.post("/hit", {"s": site, "t": token, **GOOD}, Sec_GPC="1").status_code == 403
    assert world.post("/consent", {"s": site, "n": world.notice(site)["digest"]}, Sec_GPC="1").status_code == 403
    assert pending_visits(world, site) == 0


@pytest.mark.parametrize("token", ["x", "WzFd.x", ""])
def test_a_hit_without_a_token_of_ours_is_refused(world, site, token):
    assert world.view(site, token).status_code in (400, 403)
    assert pending_visits(world, site) == 0


def test_a_token_of_another_site_is_403(world, site):
    other = world.add_site("Other")
    token = world.token(other)

    assert world.view(site, token).status_code == 403
    assert world.view(other, token).status_code == 204
    assert world.view(site, token).status_code == 403  # now that the worker knows the token


def test_a_token_expires_after_the_quarter_that_follows_its_own(world, site):
    token = world.token(site)
    statuses = []
    for _ in range(3):
        statuses.append(world.view(site, token).status_code)
        world.clock.move(days=91)

    assert statuses == [204, 204, 403]


def test_an_unknown_site_is_403_and_not_looked_for_each_time(world, site):
    token = world.token(site)
    assert world.view("nosite", token).status_code == 403

    world.app.services.engine.dispose()
    world.app.services.unknown_sites.add("nosite", world.clock())
    assert world.app.services.unknown_sites.holds("nosite", world.clock())
    assert world.view("nosite", token).status_code == 403


def test_one_sender_is_answered_429_beyond_its_limit(environ, clock):
    world = World({**environ, "CONSENT_HITS_PER_MINUTE": "5"}, clock)
    site = world.add_site()
    token = world.token(site)
    statuses = [world.view(site, token).status_code for _ in range(8)]
    world.dispose()

    assert statuses[0] == 204
    assert statuses[-1] == 429
    assert pending_visits(world, site) == statuses.count(204)


def test_the_slow_path_does_not_count_a_sender_twice(environ, clock):
    world = World({**environ, "CONSENT_HITS_PER_MINUTE": "5"}, clock)
    site = world.add_site()
    token = world.token(site)
    statuses = [world.view(site, token).status_code for _ in range(5)]
    world.dispose()

    assert statuses == [204, 204, 204, 204, 429]  # accepting was the first of the five


def test_a_service_without_its_key_says_so_and_counts_nothing(world, site, environ, clock):
    token = world.token(site)
    other = World({**environ, "CONSENT_SECRET_KEYS": "x" * 32}, clock)
    answers = [other.view(site, token), other.post("/consent", {"s": site, "n": world.notice(site)["digest"]})]
    other.dispose()

    assert [answer.status_code for answer in answers] == [503, 503]
    assert "secret key" in answers[0].text


def test_without_the_database_known_sites_are_counted_and_unknown_ones_are_503(world, site, tmp_path):
    token = world.token(site)
    assert world.view(site, token).status_code == 204
    database = tmp_path / "data" / "consent.sqlite3"
    world.app.services.engine.dispose()
    database.rename(database.with_suffix(".away"))
    database.mkdir()  # now it cannot be opened

    assert world.view(site, token).status_code == 204
    assert world.view("k3f9xx", token).status_code == 503
    assert world.post("/consent", {"s": "k3f9xx", "n": "0" * 32}).status_code == 503


def test_a_full_spool_is_503_and_never_204(world, site, monkeypatch):
    token = world.token(site)
    world.view(site, token)
    before = pending_visits(world, site)

    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("consent_service.spool.tally.os.posix_fallocate", no_room)
    world.app.writer._tally = None  # the next hit needs a file
    assert world.view(site, token).status_code == 503
    monkeypatch.undo()
    assert pending_visits(world, site) == before


def test_a_changed_site_is_known_to_the_worker_once_the_generation_moves(world, site):
    from consent_service.storage import sites

    token = world.token(site)
    message = {"s": site, "t": token, **GOOD}
    assert world.post("/hit", message, Origin="https://new.example").status_code == 403
    with writing(world.engine) as connection:
        sites.amend(connection, site, "Harbour", ["new.example"])
    world.keeper.watch()

    assert world.post("/hit", message, Origin="https://new.example").status_code == 204
    assert world.post("/hit", message, Origin="https://harbour.example").status_code == 403


def test_a_hit_is_counted_though_a_change_comes_between_learning_its_site_and_counting_it(world, site, monkeypatch):
    token, generation, learn = world.token(site), world.app.services.generation, public._fill_cache
    changes = iter([True, True])

    def learn_and_change(message):
        refusal = learn(message)
        if next(changes, False):
            generation.move_to(generation.current() + 1)
        return refusal

    monkeypatch.setattr(public, "_fill_cache", learn_and_change)
    generation.move_to(generation.current() + 1)

    assert world.view(site, token).status_code == 204
    assert next(changes, None) is None
    assert pending_visits(world, site) == 1


def test_consent_to_a_notice_that_is_not_current_is_409_with_the_current_one(world, site):
    answer = world.post("/consent", {"s": site, "n": "0" * 32})

    assert answer.status_code == 409
    assert answer.json == {"digest": world.notice(site)["digest"]}


@pytest.mark.parametrize("message", [b"{}", b"x", {"s": "", "n": "a"}, {"s": "a", "n": 5}])
def test_consent_that_is_malformed_is_400(world, message):
    assert world.post("/consent", message).status_code == 400


def test_everyone_who_accepts_gets_the_same_token_until_the_quarter_turns(world, site):
    first = {world.token(site) for _ in range(5)}
    world.clock.move(days=60)
    second = {world.token(site) for _ in range(5)}

    assert len(first) == len(second) == 1
    assert first != second


def test_the_script_carries_the_notice_and_is_compressed_ahead_of_time(world, site):
    import gzip

    import brotli

    plain = world.client.get(f"/s/{site}/consent.js")
    packed = {
        name: world.client.get(f"/s/{site}/consent.js", headers={"Accept-Encoding": name}) for name in ("br", "gzip")
    }

    assert plain.headers["Cache-Control"] == "public, max-age=86400"
    assert plain.headers["Content-Type"].startswith("text/javascript")
    assert brotli.decompress(packed["br"].data) == gzip.decompress(packed["gzip"].data) == plain.data
    assert world.notice(site)["digest"].encode() in plain.data
    assert b"We use cookies to analyze website traffic" in plain.data
    assert b"__NOTICE__" not in plain.data


def test_the_scripts_etag_is_its_contents_hash(world, site):
    other = world.add_site("Other")
    tag = world.client.get(f"/s/{site}/consent.js").headers["ETag"]

    assert world.client.get(f"/s/{site}/consent.js").headers["ETag"] == tag
    assert world.client.get(f"/s/{other}/consent.js").headers["ETag"] != tag
    assert world.client.get(f"/s/{site}/consent.js", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("key", ["a\x00", "x" * 33, "../..", "é"])
def test_what_cannot_be_a_sites_key_is_refused_on_either_database(any_world, key):
    assert any_world.client.get(f"/s/{key}/consent.js").status_code == 404
    assert any_world.post("/hit", {"s": key, "t": "x", **GOOD}).status_code in (400, 403)
    assert any_world.post("/consent", {"s": key, "n": "x"}).status_code in (400, 403)


def test_the_script_of_an_unknown_site_is_404(world):
    assert world.client.get("/s/nosite/consent.js").status_code == 404
    assert world.client.get("/s/nosite/notice.json").status_code == 404


def test_a_notice_is_served_with_its_digest_and_terms(world):
    key = world.add_site("Harbour", threshold=12, timezone="Europe/Berlin")
    notice = world.notice(key)

    assert notice["site"] == key
    assert (notice["threshold"], notice["timezone"], notice["since"]) == (12, "Europe/Berlin", "2026Q4")
    assert notice["texts"]["en"]["details"].startswith("Harbour counts visits")


def test_an_acceptance_is_counted_by_its_notice(world, site):
    for _ in range(12):
        world.token(site)
    world.view(site, world.token(site))
    world.visits(site, 9)
    world.merge()

    digest = world.notice(site)["digest"]
    assert world.pending(site, "2026-11")["consent"] == {digest: [22, 22, 22, 0, 0]}


def test_values_that_describe_a_visitor_are_read_from_the_first_hit_alone(world, site):
    token = world.token(site)
    world.visits(site, 12, d="desktop")
    later = hit.VISIT_FLAGS | hit.FIRST_TOUCH
    for _ in range(12):
        assert world.view(site, token, "/b", later, d="phone").status_code == 204
    world.merge()

    assert world.pending(site, "2026-11")["platform"].keys() == {"Linux, desktop"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"Origin": "https://harbour.example", "Sec-Fetch-Site": "same-origin"}, "__Host-consent={}; Secure; "),
        ({"Origin": "http://harbour.example", "Sec-Fetch-Site": "same-origin"}, "consent={}; "),
        ({"Origin": "https://harbour.example", "Sec-Fetch-Site": "cross-site"}, ""),
        ({"Origin": "https://harbour.example"}, ""),
    ],
    ids=["own host", "own host without TLS", "another host", "an old browser"],
)
def test_the_cookie_is_set_by_the_service_under_the_sites_own_host_alone(world, site, sent, kept):
    token = world.token(site)
    body = {"s": site, "n": world.notice(site)["digest"]}
    cookies = world.client.post("/consent", data=json.dumps(body), headers=sent).headers.getlist("Set-Cookie")

    seconds = int(dt.datetime(2027, 4, 1, tzinfo=dt.UTC).timestamp() - world.clock())
    expected = (kept + "Max-Age={}; Path=/; SameSite=Lax").format(token, seconds) if kept else ""
    found = [sorted(re.sub("Expires=[^;]+; ", "", one).split("; ")) for one in cookies]
    assert found == ([sorted(expected.split("; "))] if kept else [])


# What is not there


def test_a_flood_of_unknown_keys_is_refused_without_flask(world, site, wire, asked):
    world.client.get("/s/unknown/notice.json")  # the worker has read all keys
    statuses = [view(wire, f"none{number}", "token") for number in range(3 * LOOKUPS)]

    assert set(statuses) == {403}
    assert len(asked) <= LOOKUPS


def test_a_flood_of_unknown_scripts_is_refused_without_flask(world, site, wire, asked):
    world.client.get("/s/unknown/notice.json")
    statuses = {int(wire.send(post(f"/s/none{n}/consent.js", b"", "GET"))[9:12]) for n in range(3 * LOOKUPS)}

    assert statuses == {404}
    assert len(asked) <= LOOKUPS
    assert wire.send(post(f"/s/{site}/consent.js", b"", "GET"))[9:12] == b"200"


def test_a_site_that_was_just_added_is_found_though_the_worker_has_read_all_keys(world, site, wire):
    world.client.get("/s/unknown/notice.json")
    new = world.add_site("Newer")

    assert view(wire, new, world.token(new)) == 204


def test_what_asks_for_unknown_sites_is_limited_as_hits_are(environ, clock):
    world = World({**environ, "CONSENT_HITS_PER_MINUTE": "5"}, clock)
    site = world.add_site()
    paths = [f"/s/none{number}/consent.js" for number in range(8)]

    assert [world.client.get(path).status_code for path in paths] == [404] * 5 + [429] * 3
    assert world.client.get(f"/s/{site}/consent.js").status_code == 200  # which the worker knows
    clock.move(minutes=1)
    headers = {"Host": "127.0.0.1:8000"}
    assert [world.client.get("/receipt", headers=headers).status_code for _ in range(7)] == [200] * 5 + [429] * 2
    world.dispose()


@pytest.mark.parametrize("token", ["no token", "WyJhIiwiYiIsIjIwMjZRNCJd.abc"])
def test_a_token_that_is_none_is_worked_out_once_without_flask(world, site, wire, asked, token, monkeypatch):
    world.token(site)
    read, ring = [], world.app.services.ring
    whole = ring.read
    monkeypatch.setattr(ring, "read", lambda text: read.append(text) or whole(text))

    assert [view(wire, site, token) for _ in range(3)] == [403] * 3
    assert asked == []
    assert read == [token]


def test_a_token_of_a_notice_that_is_published_later_is_good_then(world, site, wire):
    token = world.token(site)
    good = world.app.collector.cache
    good.add_bad_token(token)
    assert view(wire, site, token) == 403
    world.add_site("Another")
    world.keeper.watch()  # something has changed

    assert view(wire, site, token) == 204


def test_when_something_has_changed_all_sites_are_read_with_the_first_hit(world, wire, asked):
    sites = [world.add_site(f"Site {number}") for number in range(20)]
    tokens = {site: world.token(site) for site in sites}
    world.add_site("Another")
    world.keeper.watch()  # the worker forgets what it knew

    assert {view(wire, site, tokens[site]) for site in sites} == {204}
    assert len(asked) == 1


def test_what_was_read_before_something_changed_is_not_kept(world, site):
    cache = world.app.collector.cache
    before, old = cache.generation, cache.site(site) or world.app.services.reader.read(world.engine, site)
    world.add_site("Another")
    world.keeper.watch()
    cache.invalidate_if_stale()
    cache.add_site(old, before)
    cache.add_keys([site], before)

    assert cache.site(site) is None
    assert cache.keys is None
