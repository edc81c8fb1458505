"""The snippet tells pages apart by the very paths that the service counts: else one visitor could be two of a page."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from consent_service.domain.masking.identifiers import MASK
from consent_service.domain.masking.paths import safe_path
from tests.tables import every

ROOT = Path(__file__).parents[2]

SAME = {
    "/": "/",
    "//": "/",
    "/about/": "/about",
    "/about//": "/about",
    "/caf%C3%A9": "/café",
    "/cafe%CC%81": "/café",
    "/shop;session=1": "/shop",
    "/shop;v=1/": "/shop",
    "/;x/;y": "/",
    "/shop%3Bv=1": "/shop",
    "/shop%3Fitem=2": "/shop",
    "/shop%23top": "/shop",
    "/a;b%3Fc/d": "/a",
    "/login;s=1%3Fnext=/about/team": "/login",
    "/search%3Fq=foo%0Asecret": "/search",
    "/about%23x%E2%80%A8y": "/about",
    "/a%5Cb": "/a/b",
    "/%D9%85%DB%8C%E2%80%8C%D8%AE": "/میخ",
    "/soft%C2%ADhyphen": "/softhyphen",
    "/two%C2%A0words": "/twowords",
    "/100%25": "/100%",
    "/100%%20cotton": "/100% cotton",
    "/100%/caf%C3%A9": "/100%/café",
    "/caf%E9": "/caf\N{REPLACEMENT CHARACTER}",
    "/shop%253Fitem=2": "/shop",
    "/a%2520b": "/a b",
}
"""Addresses, and what both make of them."""

PIECES = (
    "/", "a", "e", "é", "%", "%2", "%25", "%3F", "%3B", ";", "%23", "%C3", "%A9", "%E2%80%8C", "%E9", "%5C", "%20",
    "%0A", "%CC%81", "%252F", "%2F", "shop",
)  # fmt: skip


@pytest.fixture(scope="module")
def plain_paths():
    """What the snippet makes of paths, in Node.js."""
    script = f"""import {{ plainPath }} from "{ROOT}/static/consent/text.js"; import {{ readFileSync }} from "node:fs";
        console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(plainPath)))"""

    def run(paths):
        command = [Path(sys.executable).with_name("node"), "--input-type=module", "--eval", script]
        done = subprocess.run(command, check=True, input=json.dumps(paths), capture_output=True, text=True)
        return dict(zip(paths, json.loads(done.stdout), strict=True))

    return run


@every(("address", "path"), SAME.items())
def test_the_service_makes_one_path_of_an_address(address, path):
    assert safe_path(address) == path


def test_the_snippet_makes_the_same(plain_paths):
    assert plain_paths(list(SAME)) == SAME


def test_whatever_stands_in_an_address_what_is_sent_is_counted_as_it_is_unless_it_is_masked(plain_paths):
    random = Random(1)
    addresses = ["/" + "".join(random.choices(PIECES, k=random.randint(1, 8))) for _ in range(2_000)]

    for address, path in plain_paths(addresses).items():
        safe = safe_path(path)
        assert safe == safe_path(address)
        assert MASK in safe or path == safe, address
