"""The domain below which one choice holds: whose it is, by the Public Suffix List."""

from __future__ import annotations

from collections.abc import Iterable

from consent_service.domain.masking.hosts import lies_within
from consent_service.domain.snippet.options import OptionsError
from consent_service.hostnames import to_unicode


def check_within(domain: str, hosts: Iterable[str]) -> None:
    """Raises OptionsError unless a site's host names all lie within the domain of its option ``subdomains``."""
    for host in hosts if domain else ():
        if not lies_within(host, domain):
            raise OptionsError(
                f"the site's host {to_unicode(host)!r} is neither {to_unicode(domain)} nor a sub-domain of it; "
                "change the hosts or the domain",
                "subdomains",
            )


def check_subdomains(domain: str, hosts: Iterable[str]) -> None:
    """`check_within`, and raises OptionsError too for a domain below which the names of others are."""
    names = tuple(hosts)
    check_within(domain, names)
    if domain and is_public_suffix(domain):
        own = min((name for name in names if name != domain), key=len, default=f"yours.{domain}")
        example = ".".join(own.split(".")[-domain.count(".") - 2 :])
        raise OptionsError(
            f"the domain {to_unicode(domain)} is a public suffix: others have their names below it too, so browsers "
            f"keep no cookie of it; name your own domain, such as {to_unicode(example)}, or none",
            "subdomains",
        )


def is_public_suffix(domain: str) -> bool:
    """Whether names of many owners are registered right below a domain, as the Public Suffix List has it.

    Its private section counts too: below ``github.io`` and the like everybody has a name. The list is read at each
    call and not kept: it takes some megabytes, and is asked when an owner changes a setting.
    """
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - some megabytes

    return bool(PublicSuffixList().is_public(domain))
