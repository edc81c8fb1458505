import pytest

from consent_service.collect.user_agents import MOST_CACHED

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "families"),
    [
        (CHROME, ("Chrome", "Windows")),
        (CHROME + " Edg/141.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.6 Mobile/15E148 Safari/604.1",
            ("Safari", "iOS"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.6 Safari/605.1.15",
            ("Safari", "macOS"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
            "Chrome/130.0 Mobile Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        ("JaneDoeBot/1.0", ("(none)", "(none)")),
        ("", ("(none)", "(none)")),
        ("x" * 100_000, ("(none)", "(none)")),
    ],
)
def test_an_agent_counts_as_families_that_everyone_knows(agents, agent, families):
    assert agents.families(agent) == families


def test_only_so_many_headers_are_remembered(agents):
    for number in range(MOST_CACHED + 10):
        agents.families(f"agent {number}")

    assert len(agents._cache) <= MOST_CACHED
