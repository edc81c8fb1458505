"""Closing by hand."""

from __future__ import annotations

import click

from consent_service.cli.context import Context, take_all, with_context


@click.command()
@with_context
def close(context: Context) -> None:
    """Release and close all that is due, now, as the keeper does by itself."""
    keeper = context.keeper()
    take_all(keeper)
    released = keeper.release()
    closed = keeper.close()
    click.echo(f"{released} cells released, {closed} periods closed")
