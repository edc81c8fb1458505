"""The lines to paste, on the pages that show them and in the docs."""

import html
from pathlib import Path

import pytest

from consent_service.snippet.lines import TOLD_FIRST, lines
from consent_service.storage import sites
from consent_service.storage.database.engine import writing

EMBEDDING = Path(__file__).parents[2] / "docs" / "embedding.md"


@pytest.fixture
def site(world):
    """A site with Consent Mode."""
    key = world.add_site()
    with writing(world.engine) as connection:
        made = sites.get(connection, key)
        sites.amend(connection, key, made.name, made.hosts, made.options.amended({"consent_mode": True}))
    return world.site(key)


@pytest.mark.parametrize("path", ["/sites/{key}", "/sites/{key}/check"])
def test_with_consent_mode_a_line_for_the_head_is_given_before_the_scripts_own(owner, world, site, path):
    page = html.unescape(owner.get(path.format(key=site.key)).text)
    told = lines(site, world.config.public_url)

    assert told.before_google == f"<script>{TOLD_FIRST}</script>"
    assert told.source in page
    assert page.index(told.before_google) < page.index(told.script)


@pytest.mark.parametrize("path", ["/sites/{key}", "/sites/{key}/check"])
def test_without_it_the_scripts_line_is_all_there_is(owner, world, path):
    key = world.add_site()
    page = html.unescape(owner.get(path.format(key=key)).text)

    assert lines(world.site(key), world.config.public_url).script in page
    assert "dataLayer" not in page


def test_the_docs_have_the_same_line_and_its_hash(world, site):
    told = lines(site, world.config.public_url)
    text = EMBEDDING.read_text()

    assert told.before_google in text
    assert told.source in text
