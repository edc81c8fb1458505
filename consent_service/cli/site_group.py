"""The commands on sites: a group by itself, so that one of them need not wait for what the others import."""

from __future__ import annotations

import click

from consent_service.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    places={
        "add": ("sites:add_site", "Add a site and print its key."),
        "list": ("site_list:list_sites", "List the sites: key, name, hosts, time zone, threshold and detail."),
        "pin": ("pins:pin", "Keep a site's script as it is now, and print the line that embeds it."),
        "pins": ("pins:list_pins", "List the scripts of a site that are pinned."),
        "remove": ("sites:remove_site", "Remove a site and all that was counted for it."),
        "set": ("sites:set_site", "Change a site's name, hosts, options or terms."),
        "unpin": ("pins:unpin", "End the address of a pinned script."),
    },
)
def site() -> None:
    """Add, list, change and remove sites."""
