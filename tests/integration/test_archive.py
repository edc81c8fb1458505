"""All closed data of a site as one archive, and the site that is made of it again."""

import io
import json
import re
import zipfile
from hashlib import sha256

import pytest

from consent_service.archive import bundle, reader, writer
from consent_service.domain.calendar.periods import Period
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.domain.figures.archived import ArchiveError
from consent_service.domain.figures.csv_table import COLUMNS
from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.texts import NoticeError
from consent_service.reporting import exports, reports
from consent_service.spool.batch import Closing
from consent_service.storage import sites
from consent_service.storage.counts import cells
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import audit_trail
from tests.made_once import made_once
from tests.owner import Press
from tests.world import World

pytestmark = pytest.mark.both_databases


MANY, FEWER = [400, 300, 60, 120, 0], [90, 60, 50, 20, 900]
PAGES = {"/": [50, 50, 50], "/b": [30, 30, 30], "/few": [4, 4, 4], "/fewer": [3, 3, 3], "/=x": [12, 12, 12]}
MARKED = [
    PublishedRow("country", "(other)", [0, 11, 11, 0, 0]),
    PublishedRow("country", "NA", [0, 20, 20, 0, 0], "visits>= visitors>="),
    PublishedRow("page", "(other)", [40, 0, 10, 0, 0], "visits? visitors>="),
    PublishedRow("page", "/", [60, 50, 40, 0, 0], "views>= visits>= visitors>="),
    PublishedRow("page", "/members/:id", [60, 50, 40, 0, 0], "visits>= visitors>="),
    PublishedRow("referrer", "a.example", [0, 50, 40, 0, 0], "visits>= visitors>= visitors+"),
    PublishedRow("site", "", [90, 60, 50, 0, 0], "engaged_visits?"),
]
"""The rows of a month that hides, bounds and adds up."""


def marked_rows(detail):
    """Without sums of days where the site counts by month."""
    return [row._replace(marks=row.marks.replace(" visitors+", "")) if detail == "month" else row for row in MARKED]


def closed_site(world, **terms):
    """A site with three closed months, of which one may be counted by day and one has marks of every kind."""
    world.clock.move(days=-94)
    key = world.add_site(timezone="Europe/Berlin", **terms)
    world.clock.move(days=94)
    press = Press(world)
    pages = {"page": PAGES, "referrer": {"=1+1": MANY, "é,\n\"'": MANY}}
    if terms.get("detail") == "day":
        press.close_days(
            key, "2026-09", {day.name: {"site": FEWER, **pages} for day in Period.parse("2026-09").days[:3]}
        )
        press.close(key, "2026-09", {"site": MANY, "engagement": MANY})
    else:
        press.close(key, "2026-09", {"site": MANY, "engagement": MANY, **pages})
    detail = terms.get("detail", "month")
    october = {} if detail == "day" else pages
    press.close(key, "2026-10", {"site": FEWER, "consent": {"9a03": [0, 50, 50]}, **october})
    marked = Closing(
        key, "2026-08", {}, threshold=10, detail=detail, timezone="Europe/Berlin", sums=marked_rows(detail)
    )
    with writing(world.engine) as connection:
        cells.put(connection, [marked])
    for period in ("2026-W41", "2026-10-05"):
        press.close(key, period, {"site": FEWER})
    press.close(key, "2026-10-06", {})
    with writing(world.engine) as connection:
        site = sites.get(connection, key)
        later = Terms("Harbour Network", timezone="Europe/Berlin")
        sites.publish(connection, site, Period.parse("2026-11"), counted=True, terms=later)
    return key


@pytest.fixture(params=["month", "day"])
def site(request, any_world):
    detail = request.param
    return made_once(any_world, f"three closed months, by {detail}", lambda: closed_site(any_world, detail=detail))


def archived(world, key):
    stream = io.BytesIO()
    with reading(world.engine) as connection:
        one = sites.get(connection, key)
        bundle.write(stream, key, writer.files(connection, one))
    return stream.getvalue()


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def manifest_of(content):
    return json.loads(files_of(content)["manifest.json"])


def rewritten(content, **changes):
    """An archive with other content in some files, and a manifest that fits."""
    files = {**files_of(content), **{name.replace("__", "/").replace("_dot_", "."): to for name, to in changes.items()}}
    manifest = json.loads(files.pop("manifest.json"))
    stream = io.BytesIO()
    bundle.write(stream, manifest["site"], files.items())
    return stream.getvalue()


def restored(world, content, as_new=False):
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return reader.restore(world.engine, bundle.Bundle(found), world.clock(), as_new)


def shown(world, key, period):
    """Everything that the page of a period shows, but for the key."""
    with reading(world.engine) as connection:
        report = reports.report(connection, world.site(key), Period.parse(period), world.clock())
    return report.totals, report.series, report.panels


def rows_in(world):
    """How many rows the tables of sites and counts have."""
    with reading(world.engine) as connection:
        return [
            len(connection.exec_driver_sql(f"SELECT * FROM {name}").all())
            for name in ("sites", "notices", "cells", "closed_periods")
        ]


def test_an_archive_is_the_same_bytes_each_time(any_world, site):
    first = archived(any_world, site)
    any_world.clock.move(days=3)
    assert archived(any_world, site) == first


def test_its_manifest_has_the_digest_of_each_file(any_world, site):
    content = archived(any_world, site)
    files = files_of(content)
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {name: sha256(file).hexdigest() for name, file in files.items()}
    assert manifest["site"] == site


def test_its_months_are_those_of_the_monthly_export(any_world, site):
    files = files_of(archived(any_world, site))
    with reading(any_world.engine) as connection:
        for month in ("2026-08", "2026-09", "2026-10"):
            exported = exports.file_of(connection, any_world.site(site), month, "csv", any_world.clock())
            assert files[f"periods/{month}.csv"] == exported.replace(f"{site},{month},".encode(), f",{month},".encode())


def test_a_site_that_was_removed_comes_back_as_it_was(any_world, site):
    content, before = archived(any_world, site), any_world.site(site)
    periods = ("2026", "2026-08", "2026-09", "2026-10", "2026-W41", "2026-10-05", "2026-09-02")
    pages = {period: shown(any_world, site, period) for period in periods}
    with writing(any_world.engine) as connection:
        sites.remove(connection, site)

    assert restored(any_world, content) == site
    after = any_world.site(site)
    assert (after.name, after.hosts, after.created_on, after.options) == (
        before.name, before.hosts, before.created_on, before.options
    )  # fmt: skip
    assert after.timeline.editions == before.timeline.editions
    assert {period: shown(any_world, site, period) for period in periods} == pages
    assert archived(any_world, site) == content


def test_beside_the_one_that_there_is_it_gets_a_new_key_and_the_same_files(any_world, site):
    content = archived(any_world, site)
    key = restored(any_world, content, as_new=True)
    assert key != site
    assert manifest_of(archived(any_world, key))["files"] == manifest_of(content)["files"]


def test_it_is_never_put_into_a_site_that_there_is(any_world, site):
    before = rows_in(any_world)
    with pytest.raises(ArchiveError, match="--as-new"):
        restored(any_world, archived(any_world, site))
    assert rows_in(any_world) == before


def test_counting_goes_on_in_a_site_that_was_imported(any_world, site):
    content = archived(any_world, site)
    with writing(any_world.engine) as connection:
        sites.remove(connection, site)
    key = restored(any_world, content)
    any_world.visits(key, 12)
    any_world.release()
    assert shown(any_world, key, "2026-11")[0]["visitors"].number == 10


def test_the_import_is_in_the_audit_trail(any_world, site):
    key = restored(any_world, archived(any_world, site), as_new=True)
    with reading(any_world.engine) as connection:
        (action,) = audit_trail.latest(connection, key)
    assert (action.name, action.email) == ("site imported", audit_trail.COMMAND_LINE)


@pytest.fixture
def content(world):
    return archived(world, closed_site(world, detail="month"))


@pytest.mark.parametrize("detail", ["month", "day"])
def test_every_mark_comes_back_with_its_row(world, detail):
    content = archived(world, closed_site(world, detail=detail))
    assert b",2026-08,page,(other),(other),40,,10,,,visits? visitors>=\n" in files_of(content)["periods/2026-08.csv"]
    key = restored(world, content, as_new=True)

    rows = world.rows(key, "2026-08")
    assert [
        PublishedRow(name, value, *row) for name in sorted(rows) for value, row in sorted(rows[name].items())
    ] == marked_rows(detail)


def test_visitors_of_a_day_are_not_added_up(world):
    content = archived(world, closed_site(world, detail="day"))
    table = HEADER + b",2026-10-05,referrer,a.example,a.example,,20,20,,,visitors+\n"

    with pytest.raises(ArchiveError, match="no sum of days"):
        restored(world, rewritten(content, **{"periods/2026-10-05.csv": table}), as_new=True)


def test_no_key_of_a_site_is_in_its_tables(world, content):
    key = manifest_of(content)["site"].encode()
    assert not any(key in file for name, file in files_of(content).items() if name != "manifest.json")


OCTOBER = "periods__2026-10_dot_csv"
HEADER = f"{','.join(COLUMNS)}\n".encode()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("page,/,/,9,9,9,,,", "fewer visitors than the threshold"),
        ("page,/b,/b,20,20,20,,,\n,2026-10,page,/a,/a,20,20,20,,,", "out of its place"),
        ("page,/,/,20,20,20,20,,", "out of its place"),
        ("engagement,,all,,20,20,,900,", "out of its place"),
        ("shoe size,43,43,20,20,20,,,", "shoe size"),
        ("page,/,/,-1,20,20,,,", "whole number"),
        ("page,/,/,20,20,<10,,,", "whole number"),
        ("page,/", "fields"),
        ("page,/,Home,20,20,20,,,", "out of its place"),
        ("country,NA,Narnia,,20,20,,,", "out of its place"),
        ("page,/,/,20,20,20,,,visits~", "no mark"),
        ("page,/,/,20,20,20,,,entries>=", "no mark"),
        ("page,/,/,20,20,20,,,visitors+", "no sum of days"),
        ("page,/,/,20,20,20,,,visitors>= visits>=", "order"),
        ("page,/,/,20,20,20,,,visits?", "contradict"),
        ("page,/,/,20,,20,,,", "contradict"),
        ("page,/,/,20,,20,,,visits>=", "contradict"),
        ("page,/,/,20,,20,,,visits>= visits?", "hidden and bounded"),
        ("country,NA,Namibia,,20,20,,,views>=", "does not count"),
    ],
)
def test_a_table_that_the_service_would_not_have_written_is_refused_and_nothing_is_left(world, content, row, words):
    before = rows_in(world)
    with pytest.raises(ArchiveError, match=words):
        restored(world, rewritten(content, **{OCTOBER: HEADER + f",2026-10,{row}\n".encode()}), as_new=True)
    assert rows_in(world) == before


@pytest.mark.parametrize("row", ["page,/,/,20,20,20,,,", "page,/,/,20,,20,,,visits?", "country,NA,Namibia,,20,20,,,"])
def test_a_table_beside_those_is_read(world, content, row):
    key = restored(world, rewritten(content, **{OCTOBER: HEADER + f",2026-10,{row}\n".encode()}), as_new=True)
    assert world.stored(key, "2026-10")


@pytest.mark.parametrize(
    "table",
    [
        HEADER + b"x,2026-10,page,/,/,20,20,20,,,\n",
        HEADER + b",2026-11,page,/,/,20,20,20,,,\n",
        b"dimension,value,views,visits,visitors,entries,engaged_visits,engaged_seconds\npage,/,20,20,20,<10,,\n",
    ],
    ids=["of another site", "of another month", "of the first edition"],
)
def test_the_table_of_another_month_or_edition_is_refused(world, content, table):
    before = rows_in(world)
    with pytest.raises(ArchiveError, match=r"periods/2026-10\.csv"):
        restored(world, rewritten(content, **{OCTOBER: table}), as_new=True)
    assert rows_in(world) == before


def test_an_archive_of_the_first_edition_is_refused_with_the_reason(tmp_path, content):
    files = files_of(content)
    manifest = json.loads(files.pop("manifest.json"))
    file = tmp_path / "first.zip"
    with zipfile.ZipFile(file, "w") as first:
        for name, text in files.items():
            first.writestr(name, text)
        first.writestr("manifest.json", json.dumps({**manifest, "format": "consent-service archive 1"}))
    with pytest.raises(ArchiveError, match="made by the first edition, which counted otherwise"):
        with bundle.opened(file) as packed:
            packed.check()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("notices_dot_json", lambda text: b"[]"),
        ("notices_dot_json", lambda text: text.replace(b"Harbour", b"Harbinger")),
        ("site_dot_json", lambda text: text.replace(b'"hosts"', b'"guests"')),
        ("site_dot_json", lambda text: text.replace(b'"options": {}', b'"options": {"x": 1}')),
        ("periods_dot_json", lambda text: text.replace(b'"threshold": 10', b'"threshold": 1')),
        ("periods_dot_json", lambda text: text.replace(b"2026-W41", b"2026-W40")),
        ("periods_dot_json", lambda text: b"{"),
        ("goals_dot_json", lambda text: b'[{"event": 1}]'),
        ("goals_dot_json", lambda text: b'[{"event": "none", "name": "None"}]'),
        ("annotations_dot_json", lambda text: b'[{"id": "0123456789ab", "day": "2026-11-2x", "text": "Report"}]'),
        ("annotations_dot_json", lambda text: b'[{"id": "0123456789ab", "day": "2026-10-20", "text": ""}]'),
        ("annotations_dot_json", lambda text: b'[{"id": "x", "day": "2026-10-20", "text": "Report"}]'),
        ("site_dot_json", lambda text: re.sub(rb'"created_on": "[^"]*"', b'"created_on": "0001-01-01"', text)),
        ("site_dot_json", lambda text: re.sub(rb'"days_from": null', b'"days_from": "9999-12-31"', text)),
        ("notices_dot_json", lambda text: re.sub(rb'"current_from": "[^"]*"', b'"current_from": "9999-12"', text)),
    ],
)
def test_whatever_does_not_fit_is_refused_and_nothing_is_left(world, content, name, change):
    before, original = rows_in(world), files_of(content)[name.replace("_dot_", ".")]
    assert change(original) != original
    with pytest.raises((ArchiveError, NoticeError)):
        restored(world, rewritten(content, **{name: change(original)}), as_new=True)
    assert rows_in(world) == before


def test_a_file_that_was_changed_is_found_by_its_digest(world, content):
    damaged = content.replace(b"page,/b,/b,30,30,30", b"page,/b,/b,30,30,31")
    assert damaged != content
    with pytest.raises(ArchiveError, match=r"periods/2026-\d\d.csv"):
        restored(world, damaged, as_new=True)


def test_a_file_more_or_less_is_found(world, content):
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as more:
        more.writestr("extra.txt", b"x")
    with pytest.raises(ArchiveError, match="each once"):
        restored(world, stream.getvalue(), as_new=True)


@pytest.mark.parametrize("cut", [0, 100, 4_000, -10])
def test_what_is_no_archive_or_was_cut_off_is_refused(tmp_path, content, cut):
    file = tmp_path / "cut.zip"
    file.write_bytes(content[:cut])
    with pytest.raises(ArchiveError, match="not an archive"):
        with bundle.opened(file):
            pytest.fail("it was opened")


def test_another_zip_is_not_an_archive(tmp_path):
    file = tmp_path / "other.zip"
    with zipfile.ZipFile(file, "w") as other:
        other.writestr("hello.txt", b"x")
    with pytest.raises(ArchiveError, match=r"holds no manifest.json"):
        with bundle.opened(file):
            pytest.fail("it was opened")


def test_what_an_import_that_was_killed_left_is_removed_by_the_next(world, content, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    before = rows_in(world)
    with monkeypatch.context() as patched:
        patched.setattr(reader, "_finish", killed)
        patched.setattr(reader, "_sweep", lambda _: None)  # a process that is killed does not tidy up
        with pytest.raises(Killed):
            restored(world, content, as_new=True)
    assert rows_in(world)[2] > before[2]

    key = restored(world, content, as_new=True)
    assert rows_in(world) == [2 * number for number in before]
    assert world.site(key)


def test_the_archive_of_a_large_site_is_written_in_portions(world, content, monkeypatch):
    monkeypatch.setattr(reader, "CELLS_AT_ONCE", 3)
    key = restored(world, content, as_new=True)
    assert manifest_of(archived(world, key))["files"] == manifest_of(content)["files"]


def test_owners_download_it(world, owner):
    key = closed_site(world, detail="month")
    answer = owner.get(f"/sites/{key}/archive.zip")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/zip", archived(world, key))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{key}.zip"'
    assert f'href="/sites/{key}/archive.zip"' in owner.get(f"/sites/{key}/exports").text


def test_an_archive_moves_to_another_service(world, content, environ, clock, tmp_path):
    elsewhere = World({**environ, "CONSENT_DATA_DIR": str(tmp_path / "elsewhere")}, clock)
    try:
        key = restored(elsewhere, content)
        assert key == manifest_of(content)["site"]
        assert archived(elsewhere, key) == content
    finally:
        elsewhere.dispose()
