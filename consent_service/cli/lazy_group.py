"""A group whose commands are imported when they are named, as click's documentation recommends.

Importing all of them takes most of a second, for the parts that each needs: the web pages, the workers' server. So what
`--help` says of each stands in the table, too.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """``places`` says where each command is, "module:function" within this package, and what it does."""

    def __init__(self, *arguments: Any, places: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in self._places:
            return None
        module, function = self._places[cmd_name][0].split(":")
        gc.disable()  # all that is made here stays: to look through it again and again takes a tenth of the time
        try:
            command: click.Command = getattr(import_module(f"consent_service.cli.{module}"), function)
        finally:
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._places[name][1]) for name in sorted(self._places)])
