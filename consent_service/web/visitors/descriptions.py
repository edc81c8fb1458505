"""What visitors are told of what is counted: a sentence for each dimension, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.notice.notice import Terms

COUNTED = MappingProxyType(
    {
        "site": "How many visits and visitors there are, how many pages they view, and how many visits go on to a "
        "second page: by day, week, month and year.",
        "hour": "At which hours of the day visits begin: by month.",
        "page": "Which pages are viewed, and how often. Of an address only the path is counted, and parts of it that "
        "could name a person are masked.",
        "missing": "Which of these addresses lead to no page.",
        "entry": "On which pages visits begin: by month.",
        "referrer": "Which website visits come from: its name, such as www.example.org, and not the page there.",
        "campaign": "Which source, medium and name a link has that was marked for a campaign (utm_source, utm_medium, "
        "utm_campaign), all three together.",
        "country": "Which country visits come from, judged by the time zone that the browser is set to: by month. "
        "The network address is not used for it. Iceland is counted only where the language is Icelandic too.",
        "language": "Which language the browser is set to, such as Dutch, without the country: by month.",
        "platform": "Which operating system it is, such as Android, without its version, and whether the device is a "
        "phone, a tablet or a desktop computer: by month.",
        "browser": "Which browser it is, such as Firefox, without its version: by month.",
        "engagement": "For how many seconds pages are in use, all visits added up.",
        "event": "How often something happens on a page that the website has named beforehand.",
        "outbound": "Which other websites are opened by a link: their names, and not the pages there.",
        "download": "Which files are downloaded.",
        "lcp": "How soon pages show their main part: good, fair or poor, by month.",
        "inp": "How soon pages react to a press or a click: good, fair or poor, by month.",
        "cls": "How much pages move while they load: good, fair or poor, by month.",
        "consent": "How often each version of the notice is accepted: by month.",
    }
)
"""In the order in which they are told: totals and hours first, acceptances last."""


def counted(terms: Terms) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Of everything that may be counted under these terms: the dimension, its sentence, the names that it allows."""
    for name, sentence in COUNTED.items():
        if name in terms.dimensions or (name in DIMENSIONS and DIMENSIONS[name].implied):
            yield name, sentence, terms.events if name == "event" else ()
