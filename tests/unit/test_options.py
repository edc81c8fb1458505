"""A site's options: what they can be, what the snippet gets of them, and that they fit the site's host names."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.masking.hosts import is_domain, is_host, lies_within
from consent_service.domain.snippet.options import DEFAULTS, Options, OptionsError, read_options
from tests.tables import every
from tests.unit.test_theme import PLAIN

EVERYTHING = Options("ask", "example.org", "hash", True, PLAIN)

LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
DOMAIN = st.lists(LABEL, min_size=2, max_size=4).map(".".join)


def test_of_a_site_that_changed_nothing_nothing_is_served_or_stored():
    assert DEFAULTS.served() == DEFAULTS.document == {}


def test_what_differs_is_served_under_short_names():
    assert EVERYTHING.served() == {
        "ask": True,
        "domain": "example.org",
        "hash": True,
        "mode": True,
        "css": PLAIN.css,
    }
    assert Options(routes="hash").served() == {"hash": True}


@every("options", [DEFAULTS, EVERYTHING, Options(theme=PLAIN), Options(consent_mode=True)])
def test_options_read_back_from_their_document_are_the_same(options):
    assert read_options(json.loads(json.dumps(options.document))) == options


def test_what_is_not_changed_stays():
    assert EVERYTHING.amended({"theme": None}) == Options("ask", "example.org", "hash", True)
    assert EVERYTHING.amended({}) == EVERYTHING


def test_a_domain_is_kept_as_host_names_are():
    assert DEFAULTS.amended({"subdomains": " Example.ORG. "}).subdomains == "example.org"


@every(
    ("change", "named"),
    [
        ({"do_not_track": "obey"}, "^do-not-track: refuse or ask, not 'obey'$"),
        ({"routes": "query"}, "^routes: path or hash, not 'query'$"),
        ({"consent_mode": "yes"}, "^consent-mode: true or false, not 'yes'$"),
        ({"consent_mode": 1}, "^consent-mode: "),
        ({"theme": {"light": {}}}, "^theme: "),
        ({"subdomains": "org"}, "^subdomains: 'org' is not a domain such as example.org$"),
        ({"subdomains": None}, "^subdomains: "),
        ({"subdomains": "https://example.org"}, "^subdomains: "),
        ({"subdomains": ".example.org"}, "^subdomains: "),
        ({"subdomains": "192.0.2.1"}, "^subdomains: '192.0.2.1' is not a domain such as example.org$"),
        ({"subdomains": "[2001:db8::a]"}, "^subdomains: "),
        ({"colour": "red"}, "^a site has no option 'colour'; it has do_not_track, subdomains, routes, "),
    ],
)
def test_an_option_that_cannot_be_is_refused_by_name(change, named):
    with pytest.raises(OptionsError, match=named):
        DEFAULTS.amended(change)


@given(LABEL, DOMAIN)
def test_a_domain_holds_its_sub_domains_and_not_those_whose_names_only_end_alike(label, domain):
    assert is_domain(domain)
    assert lies_within(domain, domain)
    assert lies_within(f"{label}.{domain}", domain)
    assert not lies_within(f"{label}{domain}", domain)
    assert not lies_within(domain, f"{label}.{domain}")


@every("name", ["localhost", "192.0.2.1", "[::1]", "[::ffff:192.0.2.1]", "[::.a]", "a.1b", "a.0x7f"])
def test_addresses_and_single_names_are_hosts_below_which_there_are_no_others(name):
    assert is_host(name)
    assert not is_domain(name)


@every("name", ["", ".", "a..b", "a_b.example", "-a.example", "a-.example", "é.example", "a b.c"])
def test_what_is_no_host_name_is_no_domain(name):
    assert not is_domain(name)


def test_what_another_version_stored_and_this_one_cannot_use_is_as_every_site_begins_with_it():
    document = {"routes": "hash", "sparkle": True, "do_not_track": "dance", "theme": {"light": 5}}
    assert read_options(document) == Options(routes="hash")
