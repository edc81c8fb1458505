"""A site's options: served with the script at once, and no part of what visitors agreed to."""

import json

import pytest

from consent_service.domain.errors import UserError
from consent_service.domain.snippet.options import Options, OptionsError
from consent_service.domain.snippet.theme import Theme
from consent_service.storage import sites
from consent_service.storage.database.engine import writing
from consent_service.storage.sites import SiteError

THEME = Theme(
    {"background": "#fff", "text": "#222", "button": "#245", "button-text": "#fff"},
    {"background": "#111", "text": "#eee", "button": "#bde", "button-text": "#000"},
    radius=8,
)
HOSTS = ("harbour.example", "www.harbour.example")


@pytest.fixture
def site(world):
    return world.add_site(hosts=HOSTS)


def set_options(world, key, options):
    with writing(world.engine) as connection:
        present = sites.get(connection, key)
        sites.amend(connection, key, present.name, present.hosts, options)


def amend(world, key, *changes):
    with writing(world.engine) as connection:
        sites.amend(connection, key, *changes)


def fetched(world, key):
    """The script's content, the notice in it, and its entity tag."""
    answer = world.client.get(f"/s/{key}/consent.js")
    notice, _ = json.JSONDecoder().raw_decode(answer.text, answer.text.index('{"site":'))
    return answer.text, notice, answer.headers["ETag"]


def test_of_a_site_that_changed_nothing_the_script_says_nothing_of_options(world, site):
    _, notice, _ = fetched(world, site)

    assert not {"ask", "domain", "hash", "mode", "css"} & notice.keys()
    assert "options" not in world.notice(site)


def test_what_differs_is_in_the_script_alone(any_world):
    key = any_world.add_site(hosts=HOSTS)
    set_options(any_world, key, Options("ask", "harbour.example", "hash", True, THEME))
    _, notice, _ = fetched(any_world, key)

    expected = {"ask": True, "domain": "harbour.example", "hash": True, "mode": True, "css": THEME.css}
    assert {name: notice[name] for name in expected} == expected
    assert not expected.keys() & any_world.notice(key).keys()
    assert any_world.site(key).options == Options("ask", "harbour.example", "hash", True, THEME)


def test_a_new_theme_changes_the_script_and_its_tag_but_neither_the_notice_nor_its_tokens(world, site):
    script, notice, tag = fetched(world, site)
    token = world.token(site)
    set_options(world, site, Options(theme=THEME))
    world.keeper.watch()
    themed_script, themed_notice, themed_tag = fetched(world, site)

    assert themed_script != script
    assert themed_tag != tag
    assert themed_notice.pop("css") == THEME.css
    assert themed_notice == notice
    assert world.token(site) == token
    assert world.view(site, token).status_code == 204
    assert world.site(site).timeline.latest.notice.digest == notice["digest"]


def test_changed_options_reach_a_worker_that_knows_the_site_once_the_generation_moves(world, site):
    before = fetched(world, site)
    set_options(world, site, Options(routes="hash"))
    assert fetched(world, site) == before
    world.keeper.watch()
    assert fetched(world, site)[1]["hash"] is True

    set_options(world, site, Options())
    world.keeper.watch()
    assert fetched(world, site) == before


def test_options_that_do_not_fit_the_sites_hosts_are_refused_and_change_nothing(world, site):
    set_options(world, site, Options(routes="hash"))
    with pytest.raises(OptionsError, match=r"the site's host 'harbour\.example' is neither www\.harbour"):
        set_options(world, site, Options(subdomains="www.harbour.example"))

    assert world.site(site).options == Options(routes="hash")


def test_hosts_cannot_be_changed_so_that_the_domain_of_the_options_no_longer_fits(world, site):
    set_options(world, site, Options(subdomains="harbour.example"))
    with pytest.raises(OptionsError, match=r"the site's host 'haven\.example' is neither harbour\.example nor"):
        amend(world, site, "Haven", [*HOSTS, "Haven.Example"])

    present = world.site(site)
    assert (present.name, present.hosts, present.options.subdomains) == ("Harbour", HOSTS, "harbour.example")


def test_hosts_and_the_domain_of_the_options_change_together(world, site):
    set_options(world, site, Options(subdomains="harbour.example"))
    amend(world, site, "Haven", ["haven.example"], Options(subdomains="haven.example"))

    present = world.site(site)
    assert (present.hosts, present.options.subdomains) == (("haven.example",), "haven.example")


def test_a_site_keeps_its_options_where_its_name_or_hosts_change(world, site):
    options = Options("ask", "harbour.example", theme=THEME)
    set_options(world, site, options)
    amend(world, site, "Haven", ["shop.harbour.example"])

    assert world.site(site).options == options


def test_a_site_that_is_not_there_has_no_options_to_change(world):
    with pytest.raises(SiteError, match="there is no site 'nosite'"):
        set_options(world, "nosite", Options())
    with pytest.raises(SiteError, match="there is no site 'nosite'"):
        amend(world, "nosite", "Haven", ["haven.example"])


def stored(world, statement):
    with writing(world.engine) as connection:
        connection.exec_driver_sql(statement)
        sites.announce(connection)


def test_options_that_another_version_stored_do_not_stop_what_reads_all_sites(world, site):
    stored(world, """UPDATE sites SET options = '{"sparkle": true, "routes": "hash"}'""")
    world.keeper.watch()
    assert world.site(site).options == Options(routes="hash")
    assert fetched(world, site)[1]["hash"] is True


def test_a_notice_that_cannot_be_read_is_named_with_its_site(world, site):
    stored(world, """UPDATE notices SET document = '{"controller": "Harbour", "texts": {}}'""")
    with pytest.raises(UserError, match=f"the notice of site {site} in the database cannot be used: texts: at least"):
        world.site(site)
