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
        "page": "Which pages are viewed, how often, and on which of them visits begin. Of an address only the path is "
        "counted, and parts of it that could name a person are masked.",
        "referrer": "Which website visits come from: its name, such as www.example.org, and not the page there.",
        "source": "Which source a link names that was marked for a campaign (utm_source).",
        "medium": "Which medium a link names that was marked for a campaign (utm_medium).",
        "campaign": "Which campaign a link names that was marked for one (utm_campaign).",
        "country": "Which country visits come from, judged by the time zone that the browser is set to. The network "
        "address is not used for it.",
        "language": "Which language the browser is set to, such as Dutch, without the country.",
        "device": "Whether the device is a phone, a tablet or a desktop computer.",
        "browser": "Which browser it is, such as Firefox, without its version.",
        "system": "Which operating system it is, such as Android, without its version.",
        "engagement": "For how many seconds pages are in use, all visits added up.",
        "event": "How often something happens on a page that the website has named beforehand.",
        "outbound": "Which other websites are opened by a link: their names, and not the pages there.",
        "download": "Which files are downloaded.",
        "missing": "Which addresses of the website lead to no page.",
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
        if DIMENSIONS[name].implied or name in terms.dimensions:
            yield name, sentence, terms.events if name == "event" else ()
