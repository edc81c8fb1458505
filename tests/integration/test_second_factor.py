"""Setting a second factor up, signing in with it, losing it."""

import html
import re

import pytest
from sqlalchemy import event

from consent_service.security import totp
from consent_service.security.attempts import MOST
from consent_service.storage.database.engine import reading
from consent_service.storage.people import factors
from consent_service.storage.tables import accounts, recovery_codes
from tests.owner import EMAIL, PASSWORD, Browser, token_in
from tests.world import World


def secret_in(page):
    return re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")


def codes_in(page):
    return re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", page)


def code_of(world, secret):
    return totp.code_at(secret, int(world.clock()) // totp.STEP_SECONDS)


def set_up(world, browser, **fields):
    """Send the form of the page, as it is or with other fields; gives the secret and the answer."""
    page = browser.get("/account/factor").text
    secret = secret_in(page)
    hidden = html.unescape(re.search(r'name="secret" value="([^"]+)"', page)[1])
    sent = {"secret": hidden, "code": code_of(world, secret), "password": PASSWORD, "csrf_token": token_in(page)}
    return secret, browser.post("/account/factor", {**sent, **fields})


@pytest.fixture
def factor(world, owner, clock):
    """The secret and the recovery codes of the owner, whose code of now has not been used yet."""
    secret, answer = set_up(world, owner)
    clock.move(minutes=1)
    return secret, codes_in(answer.text)


@pytest.fixture
def half_way(world, factor):
    """A browser that has proved the password."""
    browser = Browser(world)
    assert browser.sign_in().location == "/login/code"
    return browser


def kept(world, table):
    with reading(world.engine) as connection:
        return connection.execute(table.select()).all()


def test_it_is_on_once_a_code_shows_that_the_app_has_it_and_ten_recovery_codes_are_shown(world, owner):
    _, answer = set_up(world, owner)
    assert answer.status_code == 200
    assert len(set(codes_in(answer.text))) == 10
    assert "10 recovery codes are left" in owner.get("/account").text


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("code", "000000", "This is not the code of now"),
        ("code", "", "This is not the code of now"),
        ("password", "wrong horse battery", "This is not your password"),
    ],
)
def test_a_wrong_code_or_password_turns_nothing_on_and_keeps_the_secret(world, owner, field, typed, message):
    secret, answer = set_up(world, owner, **{field: typed})
    assert answer.status_code == 422
    assert message in answer.text.partition(f'id="{field}-note">')[2].partition("</p>")[0]
    assert secret_in(answer.text) == secret
    assert kept(world, accounts)[0].totp == ""


def test_a_secret_that_was_not_made_here_for_this_account_is_refused(world, owner):
    foreign = world.app.services.cipher.encrypt(totp.new_secret(), "second factor of joe@example.org")
    for secret in ("JBSWY3DPEHPK3PXP", foreign, ""):
        _, answer = set_up(world, owner, secret=secret)
        assert answer.status_code == 400
        assert "earlier attempt" in answer.text


def test_the_picture_needs_nothing_that_the_policy_forbids(owner):
    page = owner.get("/account/factor").text
    drawn = re.search(r'<div class="qr" role="img" aria-label="[^"]+">(<svg.*?</svg>)</div>', page, re.DOTALL)[1]
    assert "style" not in drawn
    assert "data:" not in page


def test_the_database_holds_the_secret_encrypted_and_the_codes_hashed(world, factor):
    secret, codes = factor
    (account,) = kept(world, accounts)
    assert secret not in account.totp
    assert world.app.services.cipher.decrypt(account.totp, f"second factor of {EMAIL}") == secret
    hashes = {row.code_hash for row in kept(world, recovery_codes)}
    assert len(hashes) == 10
    assert not hashes & set(codes)
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in hashes)


def test_signing_in_takes_the_password_and_then_a_code(world, half_way, factor):
    assert half_way.get("/").status_code == 302  # no session yet
    assert half_way.fill("/login/code", code=code_of(world, factor[0])).location == "/"
    assert half_way.get("/").status_code == 200


def test_the_code_leads_to_where_the_owner_wanted_to_go(world, factor):
    browser = Browser(world)
    step = browser.fill("/login?next=/account", email=EMAIL, password=PASSWORD).location
    assert browser.fill(step, code=code_of(world, factor[0])).location == "/account"


def test_a_code_is_typed_with_a_space_too(world, half_way, factor):
    code = code_of(world, factor[0])
    assert half_way.fill("/login/code", code=f" {code[:3]} {code[3:]} ").status_code == 302


def test_until_the_code_is_right_there_is_no_session_on_the_server(world, owner, half_way):
    with reading(world.engine) as connection:
        from consent_service.storage.tables import sessions

        assert len(connection.execute(sessions.select()).all()) == 1  # the one that set it up
    assert half_way.fill("/login/code", code="000000").status_code == 403
    assert half_way.get("/account").location.startswith("/login?")


def test_a_code_is_taken_once(world, half_way, factor):
    code = code_of(world, factor[0])
    half_way.fill("/login/code", code=code)
    thief = Browser(world)
    thief.sign_in()
    answer = thief.fill("/login/code", code=code)
    assert answer.status_code == 403
    assert "it was used already" in answer.text


def test_a_recovery_code_signs_in_once(world, half_way, factor):
    code = factor[1][0]
    assert half_way.fill("/login/code", code=code.upper().replace("-", " ")).location == "/"
    again = Browser(world)
    again.sign_in()
    assert again.fill("/login/code", code=code).status_code == 403
    assert "9 recovery codes are left" in half_way.get("/account").text


def test_a_wrong_password_and_an_unknown_account_do_not_tell_that_there_is_a_second_factor(world, factor):
    pages = []
    for email in (EMAIL, "nobody@example.org"):
        answer = Browser(world).sign_in(email, "wrong horse battery")
        assert answer.status_code == 403
        pages.append(re.sub(r'(name="csrf_token"|type="email").*', "", answer.text))
    assert pages[0] == pages[1]


def test_the_password_alone_is_good_for_five_minutes(world, half_way, factor, clock):
    clock.move(minutes=5, seconds=-1)
    assert half_way.get("/login/code").status_code == 200
    clock.move(seconds=1)
    assert half_way.get("/login/code").location == "/login"
    token = token_in(half_way.get("/login").text)
    answer = half_way.post("/login/code", {"code": code_of(world, factor[0]), "csrf_token": token})
    assert answer.location == "/login"


def test_a_password_that_was_changed_meanwhile_is_asked_for_again(world, half_way, owner):
    fields = {"present": PASSWORD, "password": "another long password"}
    token = token_in(owner.get("/account").text)
    assert owner.post("/account/password", {**fields, "csrf_token": token}).status_code == 302
    assert half_way.get("/login/code").location == "/login"


def test_who_did_not_prove_a_password_is_asked_for_it(stranger, account):
    assert stranger.get("/login/code").location == "/login"


def test_the_eleventh_wrong_code_is_refused_wherever_it_comes_from(world, half_way, factor):
    token = token_in(half_way.get("/login/code").text)
    sent = [half_way.post("/login/code", {"code": "000000", "csrf_token": token}) for _ in range(MOST)]
    assert [answer.status_code for answer in sent] == [403] * MOST
    elsewhere = Browser(world)
    elsewhere.sender = "192.0.2.7"
    elsewhere.sign_in()
    answer = elsewhere.fill("/login/code", code=code_of(world, factor[0]))
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.text
    assert answer.headers["Retry-After"] == "900"


def test_a_right_password_does_not_give_new_attempts_at_the_code(world, factor):
    browser = Browser(world)
    for number in range(MOST):
        browser.sender = f"192.0.2.{number}"
        browser.sign_in()
        assert browser.fill("/login/code", code="000000").status_code == 403
    browser.sender = "198.51.100.1"
    browser.sign_in()
    assert browser.fill("/login/code", code=code_of(world, factor[0])).status_code == 429


def test_turning_it_off_takes_the_password_and_leaves_nothing(world, owner, factor):
    page = owner.get("/account/factor").text
    wrong = owner.post("/account/factor/off", {"password": "wrong horse battery", "csrf_token": token_in(page)})
    assert wrong.status_code == 422
    assert "This is not your password" in wrong.text
    right = owner.post("/account/factor/off", {"password": PASSWORD, "csrf_token": token_in(page)})
    assert right.location == "/account"
    assert kept(world, accounts)[0].totp == ""
    assert kept(world, recovery_codes) == []
    assert Browser(world).sign_in().location == "/"


def test_new_recovery_codes_take_the_place_of_the_old_ones(world, owner, half_way, factor):
    token = token_in(owner.get("/account/factor").text)
    wrong = owner.post("/account/factor/codes", {"password": "wrong", "csrf_token": token})
    assert (wrong.status_code, codes_in(wrong.text)) == (422, [])
    new = codes_in(owner.post("/account/factor/codes", {"password": PASSWORD, "csrf_token": token}).text)
    assert len(new) == 10
    assert half_way.fill("/login/code", code=factor[1][0]).status_code == 403
    assert half_way.fill("/login/code", code=new[0]).status_code == 302


def test_it_cannot_be_set_up_over_the_one_that_is_on(world, owner, factor):
    before = kept(world, accounts)
    token = token_in(owner.get("/account/factor").text)
    assert owner.post("/account/factor", {"csrf_token": token}).location == "/account/factor"
    assert kept(world, accounts) == before


@pytest.fixture
def with_other_keys(environ, clock, world, factor):
    """The same service, started with other secret keys."""
    made = []

    def start(*keys):
        made.append(World({**environ, "CONSENT_SECRET_KEYS": ",".join(keys)}, clock))
        return made[-1]

    yield start
    for one in made:
        one.dispose()


def test_after_a_change_of_key_the_old_one_still_reads_and_is_not_needed_after_the_next_use(with_other_keys, factor):
    both, new = with_other_keys("n" * 32, "k" * 32), with_other_keys("n" * 32)
    browser = Browser(both)
    browser.sign_in()
    assert browser.fill("/login/code", code=code_of(both, factor[0])).status_code == 302

    new.clock.move(minutes=1)
    browser = Browser(new)
    browser.sign_in()
    assert browser.fill("/login/code", code=code_of(new, factor[0])).status_code == 302


def test_where_no_key_opens_the_secret_recovery_codes_still_work_and_it_is_said_what_to_do(with_other_keys, factor):
    new = with_other_keys("n" * 32)
    browser = Browser(new)
    browser.sign_in()
    assert "consent-service user reset" in browser.get("/login/code").text
    assert browser.fill("/login/code", code=code_of(new, factor[0])).status_code == 403
    assert browser.fill("/login/code", code=factor[1][0]).status_code == 302
    assert "Turn it off and set it up anew" in browser.get("/account").text


def test_a_code_is_taken_once_on_each_database(any_world):
    from tests import people

    email = people.add(any_world, EMAIL)
    from consent_service.storage.database.engine import writing

    with writing(any_world.engine) as connection:
        codes = factors.turn_on(connection, email, "encrypted", 100)
    with writing(any_world.engine) as connection:
        assert [factors.take_step(connection, email, step, "anew") for step in (100, 101, 101)] == [False, True, False]
        assert [factors.take_code(connection, email, codes[0]) for _ in range(2)] == [True, False]
        assert not factors.take_code(connection, "joe@example.org", codes[1])
        assert factors.of_account(connection, email) == factors.Factor("anew", 101, 9)


def test_asking_for_the_code_takes_few_queries(world, half_way, factor):
    asked = []
    event.listen(world.app.services.engine, "before_cursor_execute", lambda *parts: asked.append(parts[2]), named=False)
    half_way.get("/login/code")
    assert len([statement for statement in asked if not statement.startswith("BEGIN")]) == 2


def test_a_second_factor_goes_on_under_another_address(world, owner, factor):
    fields = {"email": "new@example.org", "email_password": PASSWORD}
    owner.fill_at("/account", "/account/email", **fields)
    browser = Browser(world)
    assert browser.sign_in("new@example.org").location == "/login/code"
    assert browser.fill("/login/code", code=code_of(world, factor[0])).location == "/"
    assert "10 recovery codes are left" in browser.get("/account").text
