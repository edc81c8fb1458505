import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain import values

KEPT = [
    "/", "/about", "/about/", "/2026/11/22/", "/iphone-15-pro", "/rooms/101", "/blog/10-ways-to-rest", "/20261122",
    "/news/2026-11-22-annual-report", "/products/covid-19", "/en-GB/help", "/wiki/Human_rights", "/v2/docs",
    "/files/report.pdf", "/a/b/c", "/größe/über-uns", "/c++", "/route-66", "/mp3-player", "/1984", "/sdg16",
    "/win11-24h2", "/article-370", "/JavaScript", "/iOS18",
]  # fmt: skip
MASKED = [
    ("/user/jane.doe@example.org", "/user/:id"),
    ("/user/jane%40example.org/edit", "/user/:id/edit"),
    ("/user/jane%2540example.org", "/user/:id"),
    ("/user/jane%EF%BC%A0example.org", "/user/:id"),
    ("/orders/12345678", "/orders/:id"),
    ("/tel/+31 6 12345678", "/tel/:id"),
    ("/u/550e8400-e29b-41d4-a716-446655440000", "/u/:id"),
    ("/commit/9fceb02d0ae598e95dc970b74767f19372d61af8", "/commit/:id"),
    ("/reset/eyJhbGciOiJIUzI1NiJ9", "/reset/:id"),
    ("/s/dQw4w9WgXcQ", "/s/:id"),
    ("/join/Zx81aBcD09xY", "/join/:id"),
    ("/invite/abc-9f8e7d6c5b4a3f2e", "/invite/:id"),
    ("/file/507f1f77bcf86cd799439011", "/file/:id"),
]


@pytest.mark.parametrize("path", KEPT)
def test_a_path_that_names_a_page_is_kept(path):
    assert values.safe_path(path) == path


@pytest.mark.parametrize(("path", "expected"), MASKED)
def test_a_segment_that_could_name_someone_is_masked(path, expected):
    assert values.safe_path(path) == expected


@pytest.mark.parametrize("path", ["/a?q=secret", "/a#secret", "/a%3Fq=secret", "/a%23secret"])
def test_query_and_fragment_are_lost_however_they_are_written(path):
    assert values.safe_path(path) == "/a"


@given(st.text())
def test_every_path_is_made_bounded_and_printable(text):
    safe = values.safe_path("/" + text)

    assert safe.startswith("/")
    assert len(safe) <= values.LONGEST_PATH
    assert safe.count("/") <= values.MOST_SEGMENTS
    assert not any(ord(letter) < 32 or letter in "?#@\x00" for letter in safe)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("Example.ORG.", "example.org"),
        ("192.168.1.17", ":id"),
        ("[2001:db8::1]", ":id"),
        ("not a host", "(none)"),
        ("(other)", "(none)"),
        ("a" * 300, "(none)"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_a_referrer_is_a_host_name_or_nothing(host, expected):
    assert values.safe_host(host) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("de-DE", "de"), ("EN", "en"), ("fil-PH", "fil"), ("", "(none)"), ("(other)", "(none)"), ("x", "(none)")],
)
def test_a_language_is_its_primary_subtag(tag, expected):
    assert values.safe_language(tag) == expected
