"""Attacks 65, 67 and 80: who exists must not show, and a challenge's session is good once, for one, for a while."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

import wire
from browser import Browser
from refusal import refused
from user_pool import CALLBACK, PASSWORD, Pool, attributes

# names of one length, so that answers can be compared by length too
KNOWN, UNKNOWN, WAITING, ABSENT = "known-user", "ghost-user", "waits-user", "other-user"


@pytest.fixture(scope="module")
def pool(server):
    """A pool whose client does not tell who exists; one confirmed user, one who has not confirmed yet."""
    found = Pool(server, "quiet" + uuid.uuid4().hex[:10], AutoVerifiedAttributes=["email"])
    found.quiet = found.client(PreventUserExistenceErrors="ENABLED")["ClientId"]
    found.user(KNOWN, email=f"{KNOWN}@example.com", email_verified="true")
    found.idp.sign_up(
        ClientId=found.quiet,
        Username=WAITING,
        Password=PASSWORD,
        UserAttributes=attributes({"email": f"{WAITING}@example.com"}),
    )
    return found


def shape(answer):
    """All of an answer but what is random: status, header names, error, and the members with what they look like."""
    varying = {"x-amzn-requestid", "date"}
    headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in varying}
    return answer.status_code, headers, looks(answer.json())


def looks(value):
    if isinstance(value, dict):
        return {name: looks(item) for name, item in sorted(value.items())}
    text = str(value)
    return "masked address" if re.fullmatch(r".\*{3}@.\*{3}", text) else text


def both(pool, operation, known, unknown, **body):
    """The answers for somebody who exists and somebody who does not."""
    call = {"ClientId": pool.quiet, **body}
    return [shape(wire.call(pool.server, operation, {**call, "Username": who})) for who in (known, unknown)]


def sign_in(pool, username, password="Wrong-Password-1"):
    body = {
        "ClientId": pool.quiet,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": username, "PASSWORD": password},
    }
    return shape(wire.call(pool.server, "InitiateAuth", body))


def test_attack_65_sign_in(pool):
    known = sign_in(pool, KNOWN)
    assert known == sign_in(pool, UNKNOWN)
    assert known[2] == {"__type": "NotAuthorizedException", "message": "Incorrect username or password."}
    assert sign_in(pool, WAITING) == known


def test_attack_65_forgotten_passwords(pool):
    known, unknown = both(pool, "ForgotPassword", KNOWN, UNKNOWN)
    assert known == unknown
    assert known[2]["CodeDeliveryDetails"]["Destination"] == "masked address"
    known, unknown = both(
        pool, "ConfirmForgotPassword", KNOWN, UNKNOWN, ConfirmationCode="000000", Password="Brand-New-Pass-1"
    )
    assert known == unknown
    assert known[2]["__type"] == "CodeMismatchException"


def test_attack_65_simulated_addresses_are_stable(pool):
    asked = [
        wire.call(pool.server, "ForgotPassword", {"ClientId": pool.quiet, "Username": ABSENT}).json() for _ in range(3)
    ]
    assert asked[0] == asked[1] == asked[2]
    assert pool.server.messages(pool=pool.id, user=ABSENT) == []


def test_attack_65_confirmation(pool):
    known, unknown = both(pool, "ResendConfirmationCode", WAITING, UNKNOWN)
    assert known == unknown
    known, unknown = both(pool, "ConfirmSignUp", WAITING, UNKNOWN, ConfirmationCode="000000")
    assert known[0] == unknown[0] == 400
    assert {known[2]["__type"], unknown[2]["__type"]} <= {"CodeMismatchException", "ExpiredCodeException"}


def test_attack_65_forgotten_passwords_of_disabled_users(pool):
    pool.user("disabled-1", email="d@example.com", email_verified="true")
    pool.idp.admin_disable_user(UserPoolId=pool.id, Username="disabled-1")
    known, unknown = both(pool, "ForgotPassword", "disabled-1", "disabled-2")
    assert known == unknown


@pytest.fixture(scope="module")
def pages(pool):
    domain = pool.domain()
    client = pool.oauth_client("implicit", PreventUserExistenceErrors="ENABLED")["ClientId"]
    return domain, {"client_id": client, "response_type": "token", "redirect_uri": CALLBACK}


def seen(page, username):
    """What somebody at the pages can tell apart."""
    varying = {"date", "set-cookie", "x-amzn-requestid", "content-length"}
    cookies = sorted((line.split("=", 1)[0], len(line)) for line in page.set_cookies)
    headers = {name.lower(): value for name, value in page.headers.items() if name.lower() not in varying}
    path = urlsplit(page.location).path if page.location else None
    tokens = [form["fields"].get("_csrf", "") for form in page.forms]
    html = page.html.replace(username, "WHO")
    for token in filter(None, tokens):
        html = html.replace(token, "CSRF")
    return page.status, path, cookies, headers, html


def test_attack_67_answers_of_the_pages_have_one_shape(pages):
    domain, asking = pages

    def tried(path, username, **fields):
        browser = Browser(domain)
        page = browser.open(path, **asking)
        return seen(browser.submit(page, path, username=username, **fields), username)

    wrong = {"password": "Wrong-Password-1"}
    assert tried("/login", KNOWN, **wrong) == tried("/login", ABSENT, **wrong)
    assert tried("/forgotPassword", KNOWN) == tried("/forgotPassword", ABSENT)

    def reset(username):
        browser = Browser(domain)
        page = browser.submit(browser.open("/forgotPassword", **asking), "/forgotPassword", username=username)
        form = {"code": "000000", "password": "Brand-New-Pass-1", "confirmPassword": "Brand-New-Pass-1"}
        return seen(browser.submit(page, "/confirmforgotPassword", **form), username)

    assert reset(KNOWN) == reset(ABSENT)


def test_attack_67_answers_of_the_operations_have_one_length(pool):
    def length(username):
        body = {
            "ClientId": pool.quiet,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": username, "PASSWORD": "Wrong-Password-1"},
        }
        return len(wire.call(pool.server, "InitiateAuth", body).content)

    assert length("names-alpha") == length("names-gamma")


class TestSessions:
    """Attack 80."""

    @pytest.fixture
    def invited(self, server, name):
        found = Pool(server, name)
        for who in ("ann", "bob"):
            found.idp.admin_create_user(
                UserPoolId=found.id, Username=who, TemporaryPassword="Temporary-1!", MessageAction="SUPPRESS"
            )
        return found

    def answer(self, pool, session, username="ann", client=None, challenge="NEW_PASSWORD_REQUIRED", **responses):
        responses = responses or {"NEW_PASSWORD": PASSWORD}
        return pool.idp.respond_to_auth_challenge(
            ClientId=client or pool.app,
            ChallengeName=challenge,
            Session=session,
            ChallengeResponses={"USERNAME": username, **responses},
        )

    def session(self, pool, username="ann"):
        return pool.sign_in(username, "Temporary-1!")["Session"]

    def test_attack_80_reuse(self, invited):
        session = self.session(invited)
        assert self.answer(invited, session)["AuthenticationResult"]
        with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
            self.answer(invited, session)

    def test_attack_80_other_client_user_and_challenge(self, invited):
        session = self.session(invited)
        other = invited.client(ClientName="other")["ClientId"]
        with refused("NotAuthorizedException"):
            self.answer(invited, session, client=other)
        with refused("NotAuthorizedException"):
            self.answer(invited, session, username="bob")
        for challenge, responses in (
            ("SMS_MFA", {"SMS_MFA_CODE": "123456"}),
            ("SOFTWARE_TOKEN_MFA", {"SOFTWARE_TOKEN_MFA_CODE": "123456"}),
            ("MFA_SETUP", {"ANSWER": "x"}),
            ("CUSTOM_CHALLENGE", {"ANSWER": "x"}),
        ):
            with pytest.raises(invited.idp.exceptions.ClientError) as caught:
                self.answer(invited, session, challenge=challenge, **responses)
            assert caught.value.response["Error"]["Code"] in ("NotAuthorizedException", "InvalidParameterException")
        for who in ("ann", "bob"):
            assert invited.describe(who)["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_attack_80_another_pools(self, invited, server, name):
        other = Pool(server, name + "x")
        other.idp.admin_create_user(
            UserPoolId=other.id, Username="ann", TemporaryPassword="Temporary-1!", MessageAction="SUPPRESS"
        )
        with refused("NotAuthorizedException"):
            self.answer(invited, self.session(other))

    def test_attack_80_tampered(self, invited):
        session = self.session(invited)
        middle = len(session) // 2
        swapped = "A" if session[middle] != "A" else "B"
        for bad in (
            session[:middle] + swapped + session[middle + 1 :],
            session[:-1],
            session + "A",
            session[::-1],
            "x" * 40,
        ):
            with refused("NotAuthorizedException"):
                self.answer(invited, bad)

    def test_attack_80_expired(self, start, name):
        pool = Pool(start(), name)
        pool.idp.admin_create_user(
            UserPoolId=pool.id, Username="ann", TemporaryPassword="Temporary-1!", MessageAction="SUPPRESS"
        )
        session = self.session(pool)
        pool.server.advance(181)
        with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
            self.answer(pool, session)

    def test_attack_80_by_many_at_once(self, invited):
        session = self.session(invited)

        def attempt(number):
            try:
                return self.answer(invited, session, NEW_PASSWORD=f"Correct-Horse-{number}")["AuthenticationResult"]
            except invited.idp.exceptions.NotAuthorizedException:
                return None

        with ThreadPoolExecutor(32) as many:
            results = list(many.map(attempt, range(32)))
        (winner,) = [number for number, result in enumerate(results) if result]
        assert invited.tokens("ann", f"Correct-Horse-{winner}")
