"""A group whose commands are imported when they are named, as click's documentation recommends.

Importing all of them takes most of a second, for the parts that each needs: the web pages, the workers' server.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """``places`` says where each command is: "module:function", within this package."""

    def __init__(self, *arguments: Any, places: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in self._places:
            return None
        module, function = self._places[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"consent_service.cli.{module}"), function)
        return command
