"""Promise 3: nothing that names anyone is found in data folder, database, service logs or temporary files.

Canaries go through a real server: addresses, agents, URLs, queries, referrers, campaigns, pages and tokens, of three
visitors each, by a raw client and by a real browser. Then every byte that the service and its database have on disk is
searched, in every spelling: while it counts, after it was killed amid a load, and after the close.
"""

import http.client
import itertools
import json
import secrets
import threading
import urllib.request
from pathlib import Path

import pytest

from consent_service.audit.encodings import holds, spellings
from consent_service.keeper.jobs import JOBS, JobRunner
from tests.e2e.service import wait_until
from tests.e2e.test_whole_way import NEXT_MONTH, NOW
from tests.postgresql import PostgreSQL
from tests.world import FIREFOX, FIRST, World

VISITORS = 3


class Canaries:
    """Words that occur nowhere else. All begin alike, so that one search finds them all."""

    def __init__(self):
        self._start = letters(8)
        self._network = "2001:db8:" + ":".join(secrets.token_hex(2) for _ in range(2))
        self.sought = [self._start, self._network]

    def new(self):
        return self._start + letters(6)

    def address(self):
        """Of the range for documentation, each in a household of its own."""
        return ":".join([self._network, *(secrets.token_hex(2) for _ in range(4))])

    def found(self, folders):
        """The files that hold one of them, in whatever spelling."""
        needles = set().union(*map(spellings, self.sought))
        files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
        assert files
        return [file for file in files if still_holds(file, needles)]


def letters(number):
    """That read as a word, so that they are not taken for an id and masked."""
    return "".join(secrets.choice("aeiou" if place % 2 else "bdfklmnprstv") for place in range(number))


def still_holds(file, needles):
    """Files come and go while the service works."""
    try:
        return holds(file, needles)
    except FileNotFoundError:
        return False


@pytest.fixture
def canaries():
    return Canaries()


@pytest.fixture(scope="module")
def postgresql():
    """A server of these tests' own, since all that it has on disk is searched."""
    server = PostgreSQL()
    yield server
    server.remove()


@pytest.fixture
def folders(request, tmp_path, database_url):
    """Everything that the service and its database write to a disk: data, output, temporary files."""
    found = [tmp_path]
    if database_url.startswith("postgresql"):
        found.append(request.getfixturevalue("postgresql").folder)
    return found


@pytest.fixture
def running(service, tmp_path):
    """The service, with a folder for temporary files of its own, and a site."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    service.environ["TMPDIR"] = str(temporary)
    service.environ["CONSENT_HITS_PER_MINUTE"] = "1200"
    service.environ["CONSENT_BREAKDOWN_SECONDS"] = "1"
    service.run("migrate")
    service.start(at=NOW)
    return service


@pytest.fixture
def site(running, pages):
    pages.key = running.run("site", "add", "Harbour", "--host", "localhost", at=NOW).stdout.strip()
    return pages.key


def accept(service, site, canaries):
    """The token that everybody holds, which is not to be found either."""
    with urllib.request.urlopen(f"{service.url}/s/{site}/notice.json") as answer:
        digest = json.load(answer)["digest"]
    body = json.dumps({"s": site, "n": digest}).encode()
    with urllib.request.urlopen(f"{service.url}/consent", body) as answer:
        token = json.load(answer)["token"]
    canaries.sought.append(token)
    return token


class Client:
    """A browser as the server sees it, that sends more than ours would."""

    def __init__(self, service, site, token):
        self._host = service.url.removeprefix("http://")
        self._site, self._token = site, token

    def send(self, address, agent, page="/", referer="", **fields):
        body = {"s": self._site, "t": self._token, "e": "view", "p": page, "f": FIRST, **fields}
        headers = {"X-Forwarded-For": address, "User-Agent": agent, "Referer": referer, "Origin": "http://localhost"}
        connection = http.client.HTTPConnection(self._host, timeout=10)
        try:
            connection.request("POST", f"/hit?{agent[:9]}", json.dumps(body), headers)
            return connection.getresponse().status
        finally:
            connection.close()


def canary_visit(client, canaries, address):
    word = canaries.new
    page = f"/{word()}/{word()}@example.org?{word()}={word()}#{word()}"
    return client.send(
        address,
        f"{word()} (X11; {word()}) Firefox/144.0",
        page,
        f"http://localhost/{word()}?{word()}",
        r=f"{word()}.example",
        us=word(),
        um=word(),
        uc=word(),
    )


def browser_visit(browser, pages, canaries):
    """The real snippet, on a page whose address has canaries in it, coming from another."""
    context = browser.new_context(user_agent=f"Mozilla/5.0 {canaries.new()} Chrome/141.0.0.0 Safari/537.36")
    page = context.new_page()
    word = canaries.new
    with page.expect_response(lambda answer: answer.url.endswith("/hit") and answer.status == 204):
        page.goto(
            f"{pages.url}/{word()}/{word()}?{word()}={word()}&utm_source={word()}#{word()}",
            referer=f"http://{word()}.example/{word()}?{word()}",
        )
        page.get_by_role("button", name="Accept all", exact=True).click()
    context.close()


def shared_pages(client, canaries):
    """What dozens visitors share may be written, and the search would find it; but nobody's query, address or name."""
    word = canaries.new()
    pages = (
        f"/shared-by-a-dozen/{word}@example.org/{word}%40example.org?{word}={word}#{word}",
        f"/shared-by-a-dozen?{word}",
        f"/shared-by-a-dozen/users/{word}/settings",
        f"/shared-by-a-dozen/users/settings/{word}",
        f"/shared-by-a-dozen/users\\{word}",
    )
    hosts = (f"user:{word}@shared.example/{word}", f"{word}-1234567.mail.shared.example", "198.51.100.7.example")
    canaries.sought.append("51.100.7.example")
    for one, page, host in zip(range(60), itertools.cycle(pages), itertools.cycle(hosts)):
        assert client.send(f"192.0.2.{one + 1}", word, page, r=host, uc=f"{word}@example.org") == 204


def test_canaries_are_found_nowhere_on_disk(running, site, pages, browser, canaries, folders):
    client = Client(running, site, accept(running, site, canaries))
    for _ in range(VISITORS):
        assert canary_visit(client, canaries, canaries.address()) == 204
    browser_visit(browser, pages, canaries)
    spool = Path(running.environ["CONSENT_SPOOL_DIR"])
    wait_until(lambda: canaries.found([spool]), "the visits to be counted, in memory")
    shared = Canaries()
    shared.sought = ["/shared-by-a-dozen"]
    # Breakdowns follow when the total is large, and never without more visits.
    wait_until(
        lambda: shared.found(folders) or shared_pages(client, canaries), "what dozens share to be written", patience=90
    )
    assert canaries.found(folders) == []

    killed_amid_a_load(running, client, canaries)
    assert canaries.found(folders) == []

    running.start(at=NEXT_MONTH)
    running.run("close", at=NEXT_MONTH)
    assert "/shared-by-a-dozen" not in running.run("export", site, "2026-11", at=NEXT_MONTH).stderr
    assert canaries.found(folders) == []
    running.stop()
    assert canaries.found(folders) == []


def killed_amid_a_load(service, client, canaries):
    """SIGKILL to the main process, whose workers and keeper end with it, while visits come."""
    sent, ending = [], threading.Event()

    def load():
        while not ending.is_set():
            try:
                sent.append(canary_visit(client, canaries, canaries.address()))
            except (OSError, http.client.HTTPException):
                break

    thread = threading.Thread(target=load)
    thread.start()
    wait_until(lambda: sent.count(204) > 20, "a load")
    service.kill()
    ending.set()
    thread.join()


def test_refused_and_broken_messages_leave_nothing_either(running, site, canaries, folders):
    token = accept(running, site, canaries)
    client = Client(running, site, token)
    word = canaries.new
    client.send(canaries.address(), word(), "/" + word(), f=3)
    client.send(canaries.address(), word(), word())
    client.send(canaries.address(), word(), "/" + word(), t=token[:-1] + word())
    client.send(canaries.address(), word(), "/" + word(), s=word()[:9])
    client.send(canaries.address(), word(), "/" + word() + "x" * 2_000)
    client.send(canaries.address(), word(), "/" + word(), unheard_of=word())
    for path in (f"/{word()}?{word()}", f"/sites/{word()}", f"/s/{word()}/consent.js?{word()}", f"/setup/{word()}"):
        running.get(path)
    running.stop()

    assert running.output.read_text().count("\n") < 10
    assert canaries.found(folders) == []
    assert not any(Path(running.environ["TMPDIR"]).iterdir())


def test_the_cover_is_in_no_file_before_the_close(world):
    """A value that hides others has k visitors too, and is not written: what is left of a total would tell of them."""
    key = world.add_site(dimensions=("referrer",))
    shared = [f"{letters(8)}.example" for _ in range(4)]
    for _ in range(3):
        for host in shared:
            world.visits(key, 30, r=host)
        world.release_all()
    cover = world.covers(key, "2026-11")["referrer"]
    world.keeper.seen()

    files = [file for file in world.config.data_dir.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"consent.sqlite3", "consent.sqlite3-wal"}
    written = {host for host in shared for file in files if holds(file, spellings(host))}
    assert written == set(shared) - {cover}


def test_after_a_close_the_databases_log_holds_no_earlier_state(world):
    """Whoever takes the disk finds what was published, and not the steps in which it grew."""
    key = world.add_site()
    world.visits(key, 120)
    world.release_all()
    log = world.config.data_dir / "consent.sqlite3-wal"
    assert log.stat().st_size > 0
    world.clock.move(days=40)
    world.close()

    assert log.stat().st_size == 0


def test_an_address_is_hashed_alike_for_less_than_ten_minutes(world):
    """Its slot is all that is known of a sender, in memory; and with the key it is forgotten whose it was."""

    def slots():
        return [world.app.services.rate_limit.slot(f"192.0.2.{number}", "") for number in range(20)]

    before = slots()
    world.clock.move(seconds=30)
    assert slots() == before
    for _ in range(10):
        world.clock.move(minutes=1)
        following = slots()

    assert following != before


class FaultyClock:
    """A part that fails, with what it should not know in its words."""

    def __init__(self, clock):
        self._clock = clock
        self.words = ""

    def __call__(self):
        if self.words:
            raise ValueError(self.words)
        return self._clock()


def test_a_fault_tells_the_log_its_kind_and_place_and_none_of_its_words(environ, clock, canaries, caplog):
    faulty = FaultyClock(clock)
    world = World(environ, faulty)
    key = world.add_site()
    token = world.token(key)
    assert world.view(key, token).status_code == 204
    word = faulty.words = canaries.new()
    runner = JobRunner(world.keeper, world.app.services.spool, world.app.services.monotonic)
    answers = [
        world.view(key, token, f"/{word}", headers={"User_Agent": f"{FIREFOX} {word}"}),
        world.client.get(f"/s/{key}/consent.js?{word}"),
        world.client.get(f"/sites/{word}"),
    ]
    for job in JOBS:
        runner.run(job)
    world.dispose()

    assert answers[0].status_code == 500
    assert caplog.text.count("ValueError") > 2
    assert word not in caplog.text + "".join(answer.text for answer in answers)
