"""The pages that a sitemap or a plain list names."""

import pytest

from consent_service.domain.errors import UserError
from consent_service.domain.masking.sitemap import LARGEST_FILE, read

HOSTS = ("harbour.example", "www.harbour.example")
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(*addresses, space=f' xmlns="{SPACE}"', more=""):
    urls = "".join(f"<url><loc>{address}</loc>{more}</url>" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset{space}>{urls}</urlset>'.encode()


@pytest.mark.parametrize("space", [f' xmlns="{SPACE}"', ""])
def test_a_sitemap_gives_its_paths_in_order_and_each_once(space):
    found = read(
        sitemap(
            "https://harbour.example/b",
            "http://www.harbour.example/a?x=1&amp;y",
            "https://harbour.example/b#c",
            space=space,
        ),
        HOSTS,
        10,
    )
    assert found.paths == ("/b", "/a")


def test_a_plain_list_gives_addresses_and_paths():
    found = read("\ufeffhttps://harbour.example/a\r\n\r\n  /b?c \nhttps://harbour.example".encode(), HOSTS, 10)
    assert found.paths == ("/a", "/b", "/")


def test_what_could_name_someone_is_masked():
    assert read(b"/user/jane-doe\n/invite/Xk29aLq", HOSTS, 10).paths == ("/user/:id", "/invite/:id")


def test_other_hosts_odd_addresses_and_those_beyond_the_seats_are_left_out_and_counted():
    lines = [
        "https://elsewhere.example/",
        "ftp://harbour.example/",
        "mailto:a@harbour.example",
        "https://[::1",
        "/1",
        "/2",
        "/3",
    ]
    found = read("\n".join(lines).encode(), HOSTS, 2)
    assert found.paths == ("/1", "/2")
    assert (found.elsewhere, found.unusable, found.too_many) == (1, 3, 1)


def test_addresses_of_pictures_are_no_pages():
    picture = '<image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><image:loc>https://harbour.example/a.png</image:loc></image:image>'
    assert read(sitemap("https://harbour.example/a", more=picture), HOSTS, 10).paths == ("/a",)


BOMB = (
    '<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "'
    + "&a;" * 50
    + '">]><urlset><url><loc>https://harbour.example/&b;</loc></url></urlset>'
)
OUTSIDE = '<!DOCTYPE l SYSTEM "http://elsewhere.example/x.dtd"><urlset/>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "no document type"),
        (OUTSIDE, "no document type"),
        (f'<sitemapindex xmlns="{SPACE}"/>', "index of sitemaps"),
        ("<urlset><url>", "not well-formed XML"),
        ("", "names no page"),
        ("<urlset/>", "names no page"),
        ("hello\nworld", "names no page"),
        (b"\x1f\x8b\x08", "if it ends in .gz, unpack it first"),
        ("/" * (LARGEST_FILE + 1), "larger than 512 kB"),
    ],
)
def test_what_is_no_sitemap_is_refused_with_what_to_do(content, message):
    with pytest.raises(UserError, match=message):
        read(content if isinstance(content, bytes) else content.encode(), HOSTS, 10)
