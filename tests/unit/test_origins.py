"""Origins whose pages may embed a site's numbers."""

import pytest

from consent_service.domain.access.origins import origin_of, origins_of
from consent_service.domain.errors import UserError
from consent_service.hostnames import to_ascii


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.example.org", "https://www.example.org"),
        (" HTTPS://WWW.Example.org/page?x#y ", "https://www.example.org"),
        ("https://example.org:443", "https://example.org"),
        ("https://example.org:8443", "https://example.org:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_address_is_its_origin(text, origin):
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "http://example.org",
        "https://",
        "https://*.example.org",
        "https://user:word@example.org",
        "https://example.org:99999",
        "https://exa mple.org",
        "https://example.org;script-src *",
        "https://[example",
        "javascript:alert(1)",
        "'self'",
        "*",
    ],
)
def test_what_could_say_more_in_a_header_is_refused(text):
    with pytest.raises(UserError):
        origin_of(text)


def test_each_is_named_once():
    assert origins_of("https://b.example\nhttps://a.example, https://B.example/") == [
        "https://a.example",
        "https://b.example",
    ]


def test_no_address_is_none():
    assert origins_of(" \n") == []


def test_there_is_an_end_to_them():
    with pytest.raises(UserError, match="20"):
        origins_of("\n".join(f"https://{number}.example" for number in range(21)))


def test_a_host_name_with_letters_beyond_ascii_is_kept_as_browsers_send_it():
    typed = "https://MÜNCHEN.example.:8443/x https://例え.example"
    assert origins_of(typed, to_ascii) == ["https://xn--mnchen-3ya.example:8443", "https://xn--r8jz45g.example"]
