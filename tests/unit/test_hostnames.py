"""Host names as they are typed, stored and read, and the domains below which everybody has one."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service import hostnames
from consent_service.domain.masking.hosts import is_host
from consent_service.domain.snippet.options import OptionsError
from consent_service.hostnames import HostNameError, subdomains
from tests.tables import every

MUNICH, EXAMPLE = "xn--mnchen-3ya.example", "xn--r8jz45g.example"


@every(
    ("typed", "stored"),
    [
        ("www.example.org", "www.example.org"),
        (" WWW.Example.ORG. ", "www.example.org"),
        ("münchen.example", MUNICH),
        ("MÜNCHEN.example.", MUNICH),
        ("mu\u0308nchen.example", MUNICH),  # decomposed
        (MUNICH.upper(), MUNICH),
        ("例え.example", EXAMPLE),
        ("例え。\uff25\uff38AMPLE。", EXAMPLE),
        ("straße.example", "xn--strae-oqa.example"),  # as browsers do it since 2022, and not strasse
        ("xn--i-7iq.ws", "xn--i-7iq.ws"),  # a heart, which the standard has not, and browsers take
        ("r3---sn-4g5e.example", "r3---sn-4g5e.example"),
        ("[2001:DB8::1]", "[2001:db8::1]"),
    ],
)
def test_a_name_has_one_stored_spelling(typed, stored):
    assert hostnames.to_ascii(typed) == stored


def stored_or_none(typed):
    """Some can be mapped, to what is no host name."""
    try:
        stored = hostnames.to_ascii(typed)
    except HostNameError:
        return None
    return stored if is_host(stored) else None


@every("typed", ["i❤.ws", "a b.é", "é_b.example", "\u0301a.example", "é" * 64 + ".example", "é." * 5_000, "é..example"])
def test_what_is_no_name_is_refused_or_no_host(typed):
    assert stored_or_none(typed) is None


@given(st.text(max_size=80))
def test_no_text_is_a_fault_and_what_is_stored_is_stored_again_as_it_is(text):
    try:
        stored = hostnames.to_ascii(text)
    except HostNameError:
        return
    if is_host(stored):
        assert stored.isascii()
        assert hostnames.to_ascii(stored) == stored
        assert hostnames.to_ascii(hostnames.to_unicode(stored)) == stored


@every(
    ("stored", "shown"),
    [
        ("www.example.org", "www.example.org"),
        (MUNICH, "münchen.example"),
        (EXAMPLE, "例え.example"),
        ("xn--abc-s08fl0dtz6h.jp", "日本語abc.jp"),
        ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("xn--ng-pma05d708i.example", "đường.example"),
        ("xn--w-uga1v8h.example", "żółw.example"),
        ("xn--hxakic4aa.gr", "ελλάδα.gr"),
        ("xn--3e0b707e.kr", "한국.kr"),
        ("xn--h2bhs4b8d8a.in", "नमस्ते.in"),
        ("xn--80ak6aa92e.xn--p1ai", "\u0430\u0440\u0440\u04cf\u0435.рф"),
    ],
)
def test_people_read_u_labels(stored, shown):
    assert hostnames.to_unicode(stored) == shown
    assert hostnames.with_stored(stored) == (stored if stored == shown else f"{shown} ({stored})")


@every(
    "stored",
    [
        "xn--80ak6aa92e.com",  # like apple, each letter Cyrillic
        "xn--ggle-55da.com",  # like google, with two Cyrillic letters
        "xn--mxaplhk.gr",  # like opvia, each letter Greek
        "xn--a-zn6a.com",  # 一a, a number for a dash
        "xn--11b2ezcw70k.in",  # with a joiner that nobody sees
        "xn--ll-0ea.example",  # l·l
        "xn--paypa-r4a.example",  # like paypai, with a dotless i
        "xn--oogle-qmc.example",  # like google, with a letter of phonetics
        "xn--i-7iq.ws",  # a heart
        "xn--a.example",
        "xn--.example",
        "xn--zzzzzzzzzz99999.example",
    ],
)
def test_what_could_be_taken_for_another_name_stays_an_a_label(stored):
    assert hostnames.to_unicode(stored) == stored


def test_only_the_label_that_misleads_stays():
    assert hostnames.to_unicode("xn--80ak6aa92e.xn--mnchen-3ya.example") == "xn--80ak6aa92e.münchen.example"


def test_the_origin_of_a_page_is_read_alike():
    assert hostnames.origin_to_unicode(f"https://{MUNICH}:8443") == "https://münchen.example:8443"


@every(
    ("word", "name", "is_told"),
    [
        ("localhost:8200", "localhost", True),
        ("https://owner:secret@Example.org:8443/page", "example.org", True),
        ("münchen.example:80", MUNICH, True),
        ("[::1]:8200", "[::1]", True),
        ("[::1]", "[::1]", False),
        ("https://www.example.org/", "www.example.org", False),
        ("example.org/", "example.org", False),
        ("https://[example", "https://[example", False),
    ],
)
def test_ports_are_taken_off_with_a_word(word, name, is_told):
    typed = hostnames.parse_typed([word])
    assert typed.names == (name,)
    assert bool(typed.notes) == is_told
    assert "secret" not in "".join(typed.notes)


SUFFIXES = (
    "github.io", "pages.dev", "vercel.app", "web.app", "myshopify.com", "blogspot.com", "wixsite.com", "framer.app",
    "lovable.app", "replit.app", "azurewebsites.net", "ngrok-free.app", "edu.krd", "foo.ck", "s3.amazonaws.com",
    "co.uk", "org", "xn--55qx5d.cn",
)  # fmt: skip


@every("suffix", SUFFIXES)
def test_a_choice_is_not_shared_below_a_public_suffix_and_below_a_name_under_it_it_is(suffix):
    mine, deeper = f"harbour.{suffix}", f"www.harbour.{suffix}"
    for hosts in ([mine], [mine, deeper], [suffix, mine]):
        with pytest.raises(OptionsError, match=r"is a public suffix: others have their names below it too") as refused:
            subdomains.check_subdomains(suffix, hosts)
        assert f"name your own domain, such as {hostnames.to_unicode(mine)}, or none" in refused.value.message
    subdomains.check_subdomains(mine, [mine, deeper])
    subdomains.check_subdomains(deeper, [deeper])


@every("domain", ["web.de", "www.ck", "example.internal", "bbc.co.uk", MUNICH])
def test_a_name_that_somebody_registered_may_be_named(domain):
    subdomains.check_subdomains(domain, [domain, f"www.{domain}"])


@every("host", ["example.com", "badexample.org", "org", "example.org.evil.example", "192.0.2.1"])
def test_a_host_that_does_not_lie_within_the_domain_is_named(host):
    named = f"^subdomains: the site's host '{host}' is neither example.org nor a sub-domain of it"

    with pytest.raises(OptionsError, match=named):
        subdomains.check_subdomains("example.org", ["www.example.org", host])


def test_hosts_within_the_domain_fit_and_without_a_domain_all_do():
    subdomains.check_subdomains("example.org", ["example.org", "www.example.org", "a.b.example.org"])
    subdomains.check_subdomains("", ["example.org", "localhost", "192.0.2.1"])


def test_neither_list_nor_tables_are_loaded_before_somebody_needs_them():
    program = """
import sys
import consent_service.app, consent_service.worker
from consent_service import hostnames
from consent_service.hostnames import subdomains
from consent_service.collect.collector import may_send
hostnames.to_ascii("WWW.example.org."), hostnames.to_unicode("www.example.org"), hostnames.parse_typed(["localhost:80"])
may_send(frozenset({"example.org"}), "https://example.com")
print(sorted({"idna", "publicsuffixlist"} & sys.modules.keys()))
hostnames.to_ascii("é.example"), subdomains.is_public_suffix("co.uk")
print(sorted({"idna", "publicsuffixlist"} & sys.modules.keys()))
"""
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines() == ["[]", "['idna', 'publicsuffixlist']"]
