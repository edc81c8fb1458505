"""Scripts under addresses of their own: the bytes that the page's integrity names, for good."""

import hashlib

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.wording import texts_in
from consent_service.snippet import build
from consent_service.storage import pins, sites
from consent_service.storage.database.engine import reading, writing


@pytest.fixture
def site(any_world):
    return any_world.add_site()


@pytest.fixture
def pinned(any_world, site):
    """Pins a site's script; gives its digest."""

    def pinned(key=site):
        present = any_world.site(key)
        files = build.for_site(present, present.timeline.latest, any_world.config.public_url, {"pinned"})
        with writing(any_world.engine) as connection:
            pins.add(connection, key, files.digest, files.text)
        any_world.keeper.watch()
        return files.digest

    return pinned


def get(world, site, digest, **headers):
    return world.client.get(f"/s/{site}/consent.{digest}.js", headers=headers)


def test_it_stays_as_it_was_when_the_notice_changes(any_world, site, pinned):
    digest = pinned()
    before = get(any_world, site, digest)
    with writing(any_world.engine) as connection:
        sites.publish(connection, sites.get(connection, site), Period.parse("2026-11"), True, texts=texts_in(["de"]))
    any_world.keeper.watch()
    after = get(any_world, site, digest)
    assert after.data == before.data
    assert hashlib.sha256(after.data).hexdigest()[:32] == digest
    assert b"Alle akzeptieren" not in after.data
    assert b"Alle akzeptieren" in any_world.client.get(f"/s/{site}/consent.js").data
    assert pinned() != digest


def test_it_may_be_kept_for_a_year_and_asked_for_with_cors_in_each_encoding(any_world, site, pinned):
    digest = pinned()
    for encoding in ("br", "gzip"):
        answer = get(any_world, site, digest, accept_encoding=encoding)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Content-Encoding"] == encoding
        assert answer.mimetype == "text/javascript"


def test_only_what_was_pinned_for_this_site_is_there(any_world, site, pinned):
    other = any_world.add_site("Haven", ("haven.example",))
    digest = pinned()
    assert get(any_world, other, digest).status_code == 404
    assert get(any_world, site, "0" * 32).status_code == 404
    assert "site pin gives the line" in get(any_world, site, "0" * 32).text
    assert get(any_world, "nobody", digest).status_code == 404


def test_removed_it_is_gone_at_once_and_with_its_site(any_world, site, pinned):
    digest = pinned()
    assert get(any_world, site, digest).status_code == 200
    with writing(any_world.engine) as connection:
        assert pins.remove(connection, site, digest)
        assert not pins.remove(connection, site, digest)
    any_world.keeper.watch()
    assert get(any_world, site, digest).status_code == 404
    pinned()
    with writing(any_world.engine) as connection:
        sites.remove(connection, site)
    with reading(any_world.engine) as connection:
        assert pins.scripts(connection, site) == {}
