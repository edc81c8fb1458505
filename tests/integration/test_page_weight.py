"""How much a site's page makes a browser load."""

import gzip
import re

from tests.owner import Press

LIMIT = 150_000
STYLE = "/assets/style.css"


def asset(world, path, encoding="gzip, br", method="GET"):
    headers = {"Accept-Encoding": encoding}
    answer = world.client.open(path, base_url=world.config.public_url, method=method, headers=headers, buffered=True)
    assert answer.status_code == 200
    return answer


def test_a_full_page_with_all_that_it_loads_is_small(world, owner, clock):
    """The page itself as it is: it is not compressed, for the sake of what its forms hold."""
    clock.move(days=-94)
    key = world.add_site("Harbour")
    clock.move(days=94)
    countries = ("NL", "DE", "FR", "BE", "GB", "US", "PL", "ES", "IT", "SE", "CH", "AT")
    Press(world).close(
        key,
        "2026-10",
        {
            "site": [9_000, 5_000, 3_000],
            "page": {f"/a-page-with-a-rather-long-name/{number}": [900 - number] * 3 for number in range(200)},
            "referrer": {f"host-{number}.example.org": [0, 90, 90] for number in range(50)},
            "country": {code: [0, 90, 90] for code in countries},
            "hour": {f"{number}": [0, 90, 90] for number in range(24)},
        },
    )
    page = owner.get(f"/sites/{key}?period=2026-10")
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
    names = set(re.findall(r'(?:src|href)="(/assets/[^"#]+)', page.text))
    loaded = [asset(world, name) for name in names]
    assert len(loaded) >= 5
    assert sum(len(one.data) for one in loaded) + len(page.data) < LIMIT


def test_a_file_of_the_pages_comes_compressed_to_who_takes_it_and_plain_to_who_does_not(world):
    compressed, again = asset(world, STYLE), asset(world, STYLE)
    plain, head = asset(world, STYLE, ""), asset(world, STYLE, method="HEAD")

    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.data) == gzip.decompress(again.data) == plain.data
    assert int(compressed.headers["Content-Length"]) == len(compressed.data) < len(plain.data) / 3
    assert compressed.headers["ETag"] != plain.headers["ETag"]
    assert all("Accept-Encoding" in one.headers["Vary"] for one in (compressed, plain, head))
