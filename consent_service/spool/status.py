"""How the keeper is: when it last told, and what it waits for. Workers read it to answer ``/readyz``."""

from __future__ import annotations

import msgspec

from consent_service.spool.directory import Spool, write_whole


class KeeperStatus(msgspec.Struct, array_like=True):
    """``told`` is an instant of the machine's monotonic clock; ``troubles`` says of each job that waits why."""

    told: float
    troubles: dict[str, str] = {}


def tell(spool: Spool, status: KeeperStatus) -> None:
    """Raises OSError (ENOSPC); then the last status stays, and grows old."""
    write_whole(spool.status, msgspec.msgpack.encode(status))


def read(spool: Spool) -> KeeperStatus | None:
    """What the keeper told last; None if it has never told anything."""
    try:
        return msgspec.msgpack.decode(spool.status.read_bytes(), type=KeeperStatus)
    except FileNotFoundError:
        return None
