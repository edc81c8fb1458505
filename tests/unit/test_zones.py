"""Which tz database is used, which names a time zone may have, and in which country they are."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata

from consent_service.app import create_app
from consent_service.cli.context import Context
from consent_service.collect.countries import countries_by_zone
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.texts import NoticeError
from consent_service.serving import time_zones

PACKAGE = Path(tzdata.__file__).parent / "zoneinfo"
NAMES = {*(PACKAGE.parent / "zones").read_text().split()} - {"Factory"}

CLOCKS = {"UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"} | {
    *("EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "MET", "EET", "WET"),
}


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Make a system's database of a version, whose Vancouver has the clock of London."""

    def make(version: str) -> Path:
        (tmp_path / "tzdata.zi").write_text(f"# version {version}\nZ Europe/London 0 - GMT\n")
        (tmp_path / "America").mkdir()
        shutil.copy(PACKAGE / "Europe" / "London", tmp_path / "America" / "Vancouver")
        monkeypatch.setattr(time_zones, "_SYSTEM", (tmp_path,))
        return tmp_path

    yield make
    monkeypatch.undo()
    time_zones.use_newest()


def offset(name: str, at: datetime) -> timedelta | None:
    return at.astimezone(ZoneInfo(name)).utcoffset()


WINTER = datetime(2027, 1, 15, tzinfo=UTC)


def test_the_package_wins_over_a_system_that_is_older(system):
    system("2025b")

    assert time_zones.use_newest() == (tzdata.IANA_VERSION, PACKAGE)
    assert offset("America/Vancouver", WINTER) == timedelta(hours=-7)  # since 2026-11-01, tz 2026


def test_a_system_that_is_newer_wins_and_the_package_has_what_it_lacks(system):
    folder = system("2099a")

    assert time_zones.use_newest() == ("2099a", folder)
    assert offset("America/Vancouver", WINTER) == timedelta(0)
    assert offset("US/Pacific", WINTER) == timedelta(hours=-8)  # Debian has such names in tzdata-legacy


def test_both_are_told_whichever_is_used(system):
    folder = system("2025b")
    time_zones.use_newest()

    assert time_zones.all_databases() == [(tzdata.IANA_VERSION, PACKAGE), ("2025b", folder)]


@pytest.mark.parametrize("text", ["", "no version", "\xff"])
def test_a_system_that_tells_no_version_is_not_used(system, text):
    (system("2099a") / "tzdata.zi").write_bytes(text.encode("latin-1"))

    assert time_zones.newest_database().folder == PACKAGE


def test_commands_and_workers_use_the_newest(world, monkeypatch):
    used = []
    monkeypatch.setattr(time_zones, "use_newest", lambda: used.append(True))
    create_app(world.config)
    Context(world.config).close()

    assert used == [True, True]


@pytest.mark.parametrize(("today", "is_old"), [(date(2027, 12, 31), False), (date(2028, 1, 1), True)])
def test_a_database_is_old_once_the_year_after_its_own_has_ended(today, is_old):
    assert time_zones.ZoneDatabase("2026f", PACKAGE).is_outdated(today) == is_old


@pytest.mark.parametrize(
    "name",
    [
        "localtime",
        "posixrules",
        "posix/Europe/Berlin",
        "right/Europe/Berlin",
        "Factory",
        "",
        "../Europe/Berlin",
        "CEST",
    ],
)
def test_names_that_no_browser_knows_are_refused(name):
    with pytest.raises(NoticeError, match="is not known; write one like Europe/Amsterdam"):
        Terms("Harbour", timezone=name)


def test_every_name_of_a_place_has_its_country():
    countries = countries_by_zone()
    nowhere = {name for name in NAMES - countries.keys() if not name.startswith("Etc/")}

    assert nowhere == CLOCKS
    assert not [name for name in countries if name.startswith("Etc/")]


def test_the_countries_are_those_of_the_database_in_use_where_it_says():
    lines = (PACKAGE / "zone.tab").read_text(encoding="utf-8").splitlines()
    told = dict(line.split("\t")[2::-2] for line in lines if not line.startswith("#"))

    assert {name: countries_by_zone().get(name) for name in told} == told


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Africa/Asmera", "ER"),
        ("Pacific/Truk", "FM"),
        ("Pacific/Ponape", "FM"),
        ("Pacific/Yap", "FM"),
        ("America/Coral_Harbour", "CA"),
        ("Iceland", "IS"),
        ("America/Virgin", "VI"),
        ("Africa/Timbuktu", "ML"),
        ("Atlantic/Jan_Mayen", "SJ"),
        ("Antarctica/South_Pole", "AQ"),
    ],
)
def test_a_link_of_the_database_in_use_means_the_same_clock_and_not_the_same_country(name, country):
    assert countries_by_zone()[name] == country


def test_what_a_country_implies_is_a_dimension_that_each_visit_has_one_value_of():
    assert [DIMENSIONS[name].first for name, _ in DIMENSIONS["country"].implies.values()] == [True]
    assert countries_by_zone()["Atlantic/Reykjavik"] in DIMENSIONS["country"].implies
