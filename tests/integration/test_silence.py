"""A database host that does not answer: who waits for it waits once, and not with every hit."""

import socket

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from consent_service.storage.database.engine import AWAY, BUSY_SECONDS, connect, reading
from consent_service.storage.database.postgresql import LONG_SECONDS, SILENT_SECONDS, Silence


class Dialect:
    """Of a database whose host lets so many seconds pass before a connection fails."""

    def __init__(self):
        self.now, self.takes, self.tried = 0.0, 0.0, 0

    def connect(self):
        self.tried += 1
        self.now += self.takes
        raise psycopg.OperationalError


@pytest.fixture
def dialect():
    return Dialect()


@pytest.fixture
def attempt(dialect):
    silence = Silence(lambda: dialect.now)

    def attempt():
        with pytest.raises(psycopg.OperationalError):
            silence.during(dialect.connect)

    return attempt


def test_a_host_that_did_not_answer_is_left_alone_for_a_while(dialect, attempt):
    dialect.takes = BUSY_SECONDS
    for _ in range(5):
        attempt()
    assert dialect.tried == 1

    dialect.now += SILENT_SECONDS
    attempt()
    assert dialect.tried == 2


def test_a_host_that_refuses_at_once_is_asked_each_time(dialect, attempt):
    dialect.takes = LONG_SECONDS / 2
    for _ in range(5):
        attempt()

    assert dialect.tried == 5


def test_a_postgresql_that_says_nothing_is_tried_once(request):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        engine = connect(make_url(f"postgresql+psycopg://consent@127.0.0.1:{mute.getsockname()[1]}/consent"))
        for _ in range(3):
            with pytest.raises(OperationalError) as raised, reading(engine):
                pass
        assert isinstance(raised.value, AWAY)
        mute.settimeout(0.1)
        mute.accept()[0].close()
        with pytest.raises(TimeoutError):
            mute.accept()
