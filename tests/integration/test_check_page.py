"""What the page of the check says before it checks: it depends on where service and site are."""

import pytest

from consent_service.domain.access.roles import EVERYTHING
from consent_service.snippet.home import is_private_host
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from tests.owner import EMAIL, PASSWORD, Browser
from tests.world import World

PRIVATE = "stands in a private network"


@pytest.mark.parametrize(
    "name",
    ["localhost", "nas", "127.0.0.1", "[::1]", "10.1.2.3", "192.168.1.9", "[fd00::1]", "nas.local", "stats.home.arpa"],
)
def test_hosts_of_private_networks_are_known_by_their_names(name):
    assert is_private_host(name)


@pytest.mark.parametrize("name", ["stats.example.org", "9.9.9.9", "[2620:fe::fe]", "local.example"])
def test_other_hosts_are_public(name):
    assert not is_private_host(name)


@pytest.mark.parametrize(
    ("public_url", "host", "is_said"),
    [
        ("http://192.168.1.5:8000", "harbour.example", True),
        ("http://192.168.1.5:8000", "nas.local", False),
        ("https://stats.example.org", "harbour.example", False),
    ],
)
def test_a_service_in_a_private_network_is_named_as_a_reason_where_the_site_is_public(
    environ, clock, public_url, host, is_said
):
    world = World({**environ, "CONSENT_PUBLIC_URL": public_url}, clock)
    key = world.add_site("Harbour", (host,))
    with writing(world.engine) as connection:
        accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
    browser = Browser(world)
    browser.sign_in()
    page = browser.get(f"/sites/{key}/check").text
    world.dispose()

    assert "Check my installation" in page
    assert (PRIVATE in page) == is_said


def test_a_service_on_this_machine_alone_says_that_no_public_page_can_answer(world, owner):
    page = owner.get(f"/sites/{world.add_site()}/check").text

    assert "is on this machine alone" in page
    assert "Local Network Access" in page
