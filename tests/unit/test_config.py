import os
import stat

import pytest

from consent_service import config
from consent_service.config import ConfigError
from consent_service.storage.database.engine import connect, shown_url


def load(tmp_path, **settings):
    return config.load(
        {"CONSENT_DATA_DIR": str(tmp_path / "data"), "CONSENT_SPOOL_DIR": str(tmp_path / "spool"), **settings}
    )


def test_the_defaults_make_a_service_on_sqlite(tmp_path):
    loaded = load(tmp_path)

    assert loaded.database_url.database == str(tmp_path / "data" / "consent.sqlite3")
    assert (loaded.host, loaded.port, loaded.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (loaded.hits_per_minute, loaded.release_seconds) == (120, 60)


def test_the_first_secret_key_is_made_once_and_is_the_users_alone(tmp_path):
    first = load(tmp_path).secret_keys

    assert load(tmp_path).secret_keys == first
    assert stat.S_IMODE((tmp_path / "data" / "secret_keys").stat().st_mode) == 0o600


def test_keys_are_read_newest_first(tmp_path):
    assert load(tmp_path, CONSENT_SECRET_KEYS=f"{'n' * 32}, {'o' * 32}").secret_keys == ("n" * 32, "o" * 32)


def test_postgresql_needs_keys_that_all_machines_share(tmp_path):
    with pytest.raises(ConfigError, match="CONSENT_SECRET_KEYS"):
        load(tmp_path, CONSENT_DATABASE_URL="postgresql://consent@localhost/consent")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONSENT_BIND", "8000"),
        ("CONSENT_BIND", "127.0.0.1:0"),
        ("CONSENT_BIND", "127.0.0.1:http"),
        ("CONSENT_WORKERS", "0"),
        ("CONSENT_WORKERS", "two"),
        ("CONSENT_PUBLIC_URL", "stats.example.org"),
        ("CONSENT_PUBLIC_URL", "https://example.org/stats"),
        ("CONSENT_PUBLIC_URL", "https://example.org:http"),
        ("CONSENT_PUBLIC_URL", "https://example.org:99999"),
        ("CONSENT_PUBLIC_URL", "https://stats .example.org"),
        ("CONSENT_PUBLIC_URL", "https://b_ücher.example"),
        ("CONSENT_PUBLIC_URL", "https://owner@stats.example.org"),
        ("CONSENT_PUBLIC_URL", "https://stats.example.org/#top"),
        ("CONSENT_BIND", "stats.example.org:8000"),
        ("CONSENT_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("CONSENT_HITS_PER_MINUTE", "-1"),
        ("CONSENT_HITS_PER_MINUTE", "many"),
        ("CONSENT_RELEASE_SECONDS", "0"),
        ("CONSENT_SECRET_KEYS", "short"),
        ("CONSENT_DATABASE_URL", "mysql://localhost/consent"),
        ("CONSENT_DATABASE_URL", "what is this"),
        ("CONSENT_DATABASE_URL", "sqlite://"),
        ("CONSENT_DATA_DIR", "/proc/consent"),
        ("CONSENT_TYPO", "1"),
    ],
)
def test_a_setting_that_cannot_be_understood_is_named_in_one_line(tmp_path, name, value):
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, **{name: value})

    assert str(raised.value).startswith(name)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("https://例え.example.:8443/", "https://xn--r8jz45g.example:8443"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_the_public_address_is_kept_as_browsers_send_it(tmp_path, given, url):
    assert load(tmp_path, CONSENT_PUBLIC_URL=given).public_url == url


def test_the_spool_is_the_runtime_directory_where_systemd_gives_one(tmp_path):
    environ = {"CONSENT_DATA_DIR": str(tmp_path / "data"), "RUNTIME_DIRECTORY": "/run/consent:/run/other"}

    assert str(config.load(environ).spool_dir) == "/run/consent/spool"


def test_two_data_folders_of_one_user_have_two_spools(tmp_path):
    one, two = (config.load({"CONSENT_DATA_DIR": str(tmp_path / name)}).spool_dir for name in "ab")

    assert one != two
    assert str(one).startswith("/dev/shm/")


def test_keys_that_a_crash_left_half_made_are_made_anew(tmp_path, monkeypatch):
    def crash(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(config.os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        load(tmp_path)
    monkeypatch.undo()

    assert len(load(tmp_path).secret_keys[0]) == 64


def test_of_two_first_starts_at_once_both_use_the_keys_of_the_first(tmp_path, monkeypatch):
    real, others = os.fsync, []

    def be_second(descriptor):
        if not others:
            others.append(None)
            others[0] = load(tmp_path).secret_keys
        real(descriptor)

    monkeypatch.setattr(config.os, "fsync", be_second)
    assert load(tmp_path).secret_keys == others[0]
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["secret_keys"]


SEVERAL = "postgresql://consent:p%40ss@db1.example:5432,db2.example/consent"


def test_several_hosts_are_named_as_libpq_names_them(tmp_path):
    url = load(tmp_path, CONSENT_DATABASE_URL=SEVERAL, CONSENT_SECRET_KEYS="k" * 32).database_url

    _, options = url.get_dialect()().create_connect_args(url)
    assert options == {
        "host": "db1.example,db2.example",
        "port": "5432,",
        "dbname": "consent",
        "user": "consent",
        "password": "p@ss",
        "target_session_attrs": "read-write",
    }


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://consent:hidden/consent",
        "postgresql://consent:hid/den@db.example:5432,db2.example:x/consent",
        "postgresql://consent:hidden@db.example:port/consent",
        "postgresql://consent:hidden@db1.example:port,db2.example/consent",
        "postgresql://consent:hidden@db1.example,,db2.example/consent",
        "postgresql://consent:hidden@/consent?host=db1.example:x&host=db2.example:y",
        "consent:hidden@db.example/consent",
    ],
)
def test_a_database_that_cannot_be_understood_is_refused_without_its_password(tmp_path, url):
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, CONSENT_DATABASE_URL=url, CONSENT_SECRET_KEYS="k" * 32)

    assert str(raised.value).startswith("CONSENT_DATABASE_URL: ")
    assert "hid" not in str(raised.value)


@pytest.mark.parametrize(
    ("places", "host", "port"),
    [
        ("db1.example,db2.example", "db1.example,db2.example", ","),
        ("[::1]:5432,[fe80::2]", "::1,fe80::2", "5432,"),
        ("10.0.0.1:1,10.0.0.2:2,10.0.0.3:3", "10.0.0.1,10.0.0.2,10.0.0.3", "1,2,3"),
    ],
)
def test_of_several_hosts_each_has_its_port(tmp_path, places, host, port):
    given = f"postgresql://consent@{places}/consent"
    url = load(tmp_path, CONSENT_DATABASE_URL=given, CONSENT_SECRET_KEYS="k" * 32).database_url

    _, options = url.get_dialect()().create_connect_args(url)
    assert (options["host"], options["port"]) == (host, port)


def test_one_host_may_be_a_replica(tmp_path):
    given = "postgresql://consent@db.example/consent"
    url = load(tmp_path, CONSENT_DATABASE_URL=given, CONSENT_SECRET_KEYS="k" * 32).database_url

    assert "target_session_attrs" not in url.query


@pytest.mark.parametrize("given", ["consent:hidden@db.example/consent", "db.example/consent?password=hidden"])
def test_the_database_is_shown_without_its_password(tmp_path, given):
    url = load(tmp_path, CONSENT_DATABASE_URL=f"postgresql://{given}", CONSENT_SECRET_KEYS="k" * 32).database_url
    shown = shown_url(connect(url))

    assert "db.example" in shown
    assert "hidden" not in shown


def test_which_of_several_hosts_is_wanted_can_be_said(tmp_path):
    given = f"{SEVERAL}?target_session_attrs=any"
    url = load(tmp_path, CONSENT_DATABASE_URL=given, CONSENT_SECRET_KEYS="k" * 32).database_url

    assert url.query["target_session_attrs"] == "any"


def test_keys_are_added_before_those_that_there_are_each_once(tmp_path):
    file = tmp_path / "secret_keys"
    config.add_keys(file, ["a" * 32])
    config.add_keys(file, ["b" * 32, "c" * 32])
    config.add_keys(file, ["c" * 32, "b" * 32])

    assert file.read_text().split() == ["c" * 32, "b" * 32, "a" * 32]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
