"""Which changes of terms promise visitors less than before."""

from __future__ import annotations

from collections.abc import Iterator

from consent_service.domain.notice.notice import Terms


def weakened(old: Terms, new: Terms) -> tuple[str, ...]:
    """The names of the terms that tell more of visitors, or keep it for longer, than they did."""
    return tuple(_weakened(old, new))


def _weakened(old: Terms, new: Terms) -> Iterator[str]:
    if new.threshold < old.threshold:
        yield "threshold"
    if (old.detail, new.detail) == ("month", "day"):
        yield "detail"
    for name in ("dimensions", "events"):
        if set(getattr(new, name)) - set(getattr(old, name)):
            yield name
    if new.retention > old.retention:
        yield "retention"
