"""The receipt: a page that reads a token in the browser, and the answer to whether the token was signed here."""

import re

import pytest
from itsdangerous.encoding import base64_encode
from werkzeug.test import Client

from consent_service.app import create_app
from consent_service.domain.notice.consent import Consent
from consent_service.spool.merge import read_refusals
from tests.owner import Browser
from tests.unit.test_tokens import spellings
from tests.world import World


@pytest.fixture
def site(world):
    return world.add_site()


def ask(world, body, **parts):
    environ = {"REMOTE_ADDR": "127.0.0.1"}
    return Browser(world).post("/receipt", body, content_type="text/plain", environ_overrides=environ, **parts)


def is_valid(world, body):
    answer = ask(world, body)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert set(answer.json) == {"valid"}
    return answer.json["valid"]


def forged(token):
    """With another letter in the middle of the signature, where each bit counts."""
    payload, _, signature = token.partition(".")
    return f"{payload}.{signature[:9]}{'B' if signature[9] == 'A' else 'A'}{signature[10:]}"


# The page


def test_the_page_asks_nobody_to_sign_in_and_sets_nothing(stranger):
    answer = stranger.get("/receipt")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Sign out" not in answer.text


def test_nor_does_it_look_at_who_is_signed_in(owner):
    answer = owner.get("/receipt")
    assert "owner@example.org" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_its_policy_lets_it_run_its_own_scripts_and_ask_the_service_alone(stranger):
    headers = stranger.get("/receipt").headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    style = policy.pop("style-src")
    assert re.fullmatch(r"'sha256-[\w+/]+='", style)
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"


def test_its_scripts_are_files_of_the_service_that_may_be_kept(stranger):
    page = stranger.get("/receipt").text
    scripts = re.findall(r'<script src="(/assets/[\w.-]+\?v=\w+)" defer></script>', page)
    assert len(scripts) == page.count("<script") == 2
    for script in scripts:
        with stranger.get(script) as answer:
            assert answer.mimetype == "text/javascript"
            assert "max-age=31536000" in answer.headers["Cache-Control"]
            for word in ("innerHTML", "outerHTML", "eval", "document.write", "://", "localStorage", "cookie"):
                assert word not in answer.text.partition("*/")[2]


def test_without_scripts_it_says_what_it_needs(stranger):
    sentence = re.search(r"<noscript>(.*?)</noscript>", stranger.get("/receipt").text, re.DOTALL)[1]
    assert "With scripts switched off it can show nothing." in sentence


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_answers_under_the_services_own_host_alone(world, method):
    client = Browser(world)
    parts = {"base_url": "https://www.example.org"}
    answer = client.get("/receipt", **parts) if method == "get" else client.post("/receipt", "x", **parts)
    assert answer.status_code == 421


# The signature


def test_a_token_that_the_service_gave_is_valid(world, site):
    assert is_valid(world, world.token(site)) is True


def test_it_is_still_said_to_be_signed_when_its_time_is_over(world, site, clock):
    token = world.token(site)
    clock.move(days=400)
    assert is_valid(world, token) is True


def test_a_letter_of_the_signature_makes_it_invalid(world, site):
    assert is_valid(world, forged(world.token(site))) is False


def test_no_other_spelling_is_valid(world, site):
    assert [other for other in spellings(world.token(site)) if is_valid(world, other)] == []


@pytest.mark.parametrize(
    "body", [b"", b".", b"W10.x", b"\xff\xfe", b"\x00" * 40, b"x" * 401, b"[" * 1_000, "é".encode()]
)
def test_what_is_no_token_is_invalid(world, body):
    assert is_valid(world, body) is False


def test_a_token_of_another_services_key_is_invalid(world, site, environ, clock, tmp_path):
    own = world.token(site)
    other = World({**environ, "CONSENT_DATA_DIR": str(tmp_path / "other"), "CONSENT_SECRET_KEYS": "o" * 32}, clock)
    assert is_valid(other, own) is False
    other.dispose()


def test_a_worker_that_has_not_met_the_quarter_yet_learns_its_key(world, site):
    token = world.token(site)
    fresh = create_app(world.config, world.clock)
    assert Client(fresh.flask).post("/receipt", data=token, base_url=world.config.public_url).json == {"valid": True}
    fresh.services.engine.dispose()


def test_whoever_objects_to_being_counted_may_ask_too(world, site):
    assert ask(world, world.token(site), headers={"Sec-GPC": "1"}).json == {"valid": True}


def test_nothing_is_counted_of_it_and_no_refusal_either(environ, clock):
    world = World({**environ, "CONSENT_HITS_PER_MINUTE": "5"}, clock)
    token = world.token(world.add_site())
    world.merge()
    before = {path: path.read_bytes() for path in world.app.services.spool.pending.iterdir()}
    assert before
    statuses = [ask(world, body).status_code for body in (token, forged(token), b"x", token, token, token)]
    world.merge()
    assert statuses == [200, 200, 200, 200, 429, 429]  # accepting was the first of the five
    assert {path: path.read_bytes() for path in world.app.services.spool.pending.iterdir()} == before
    assert sum(read_refusals(world.app.services.spool).totals) == 0
    world.dispose()


def test_without_the_database_a_known_quarter_is_answered_and_what_must_be_looked_for_is_503(world, site, tmp_path):
    token = world.token(site)
    world.app.services.engine.dispose()
    database = tmp_path / "data" / "consent.sqlite3"
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    assert is_valid(world, token) is True
    assert is_valid(world, forged(token)) is False
    later = base64_encode(Consent(site, "0" * 32, "2031Q1").statement()).decode()
    answer = ask(world, f"{later}.signature")
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
