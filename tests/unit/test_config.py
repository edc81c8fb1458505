import stat

import pytest

from consent_service import config
from consent_service.config import ConfigError


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
        ("CONSENT_PUBLIC_URL", "https://bücher.example"),
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


def test_the_spool_is_the_runtime_directory_where_systemd_gives_one(tmp_path):
    environ = {"CONSENT_DATA_DIR": str(tmp_path / "data"), "RUNTIME_DIRECTORY": "/run/consent:/run/other"}

    assert str(config.load(environ).spool_dir) == "/run/consent/spool"


def test_two_data_folders_of_one_user_have_two_spools(tmp_path):
    one, two = (config.load({"CONSENT_DATA_DIR": str(tmp_path / name)}).spool_dir for name in "ab")

    assert one != two
    assert str(one).startswith("/dev/shm/")
