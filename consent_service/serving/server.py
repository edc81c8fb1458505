"""``consent-service serve``: worker processes and the keeper, started, watched and ended together."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial

from consent_service.config import Config
from consent_service.serving import supervisor
from consent_service.serving.listening import listen
from consent_service.serving.supervisor import Child
from consent_service.spool import capacity
from consent_service.spool.directory import Spool

log = logging.getLogger(__name__)


def serve(
    config: Config,
    sites: int,
    work: Callable[[socket.socket], int],
    keep: Callable[[], int],
    greeting: str = "",
    others: Sequence[Child] = (),
) -> None:
    """Serve until told to stop, saying the greeting once nothing stands in the way.

    ``work`` is run in each worker process with the socket on which it answers, ``keep`` in the keeper's, and ``others``
    beside them. Raises UserError or SpoolError before anything is answered.
    """
    spool = Spool(config.spool_dir)
    with spool.lock("serve"):
        _warn_of_little_room(spool, config, sites)
        with spool.lock("keeper-step", wait=True):  # a command may be writing
            spool.sweep()
        _warn_of_disk(spool)
        listeners = listen(config.host, config.port, config.workers)
        sys.stdout.write(greeting)
        workers = [Child("worker", partial(work, listener), files=(listener.fileno(),)) for listener in listeners]
        keeper = Child("keeper", keep, is_last=True)  # it takes what the workers hand over at their end
        supervisor.supervise([keeper, *workers, *others], before_stop=lambda: _close(listeners))


def _close(listeners: Sequence[socket.socket]) -> None:
    for listener in listeners:
        listener.close()


def _warn_of_disk(spool: Spool) -> None:
    if not spool.is_in_memory:
        log.warning(
            "the spool %s is on a disk: small counts can be recovered from it; set CONSENT_SPOOL_DIR", spool.path
        )


def _warn_of_little_room(spool: Spool, config: Config, sites: int) -> None:
    warning = capacity.check(spool.path, capacity.total_bytes(spool.path), config.workers, sites)
    if warning:
        log.warning("%s", warning)
