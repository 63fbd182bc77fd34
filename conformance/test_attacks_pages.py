"""Attacks on the hosted pages and the OAuth endpoints, each under its number in the project's list of attacks."""

import base64
import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest
import requests

from browser import Browser
from refusal import refused
from user_pool import CALLBACK, PASSWORD, Pool

OTHER_CALLBACK = "https://app.example.com/second"
BYE = "https://app.example.com/bye"
VERIFIER = "a-verifier-of-43-characters-or-more-is-needed"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
SCRIPT = "\"><script>alert(1)</script>'"


class Site:
    """A pool with pages, a public and a confidential client, and a user."""

    def __init__(self, server, name):
        self.server = server
        self.pool = Pool(server, name, AutoVerifiedAttributes=["email"])
        self.domain = self.pool.domain()
        self.client = self.pool.oauth_client(
            "code", "implicit", CallbackURLs=[CALLBACK, OTHER_CALLBACK], LogoutURLs=[BYE]
        )["ClientId"]
        self.confidential = self.pool.oauth_client("code", GenerateSecret=True)
        self.pool.user("ann", email="ann@example.com", email_verified="true")
        self.pool.user("bob", email="bob@example.com", email_verified="true")

    def asking(self, **more):
        """An authorization request for a code."""
        asked = {"client_id": self.client, "response_type": "code", "redirect_uri": CALLBACK, **PKCE, **more}
        return {name: value for name, value in asked.items() if value is not None}

    def browser(self):
        return Browser(self.domain)

    def code(self, browser=None, username="ann", **more):
        """A fresh code; a browser that is signed in gets it at once."""
        browser = browser or self.browser()
        page = browser.open(**self.asking(**more))
        if not page.location:
            page = browser.submit(page, "/login", username=username, password=PASSWORD)
        return page.query["code"]

    def redeem(self, code, **more):
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            **more,
        }
        form = {name: value for name, value in form.items() if value is not None}
        return requests.post(self.domain + "/oauth2/token", data=form, timeout=30)


@pytest.fixture(scope="module")
def site(server):
    return Site(server, "pages" + uuid.uuid4().hex[:10])


def assert_error_page(site, **asked):
    """The request ends at the domain's own error page, at every door that takes it."""
    for path in ("/oauth2/authorize", "/login", "/signup", "/forgotPassword"):
        page = site.browser().open(path, **asked)
        assert (page.status, page.location) == (400, None), (path, page.status, page.location)
        assert "An error was encountered with the requested page." in page.text
        assert page.url.startswith(site.domain)
    browser = site.browser()
    fields = browser.open(**site.asking()).form("/login")["fields"]
    form = {**fields, "username": "ann", "password": PASSWORD}
    answer = browser.request("POST", f"{site.domain}/login?{urlencode(asked)}", data=form)
    while answer.location and answer.location.startswith("/"):
        answer = browser.follow(answer)
    assert (answer.status, answer.location) == (400, None)


def assert_invalid(answer, error="invalid_grant"):
    assert (answer.status_code, answer.json()["error"]) == (400, error), answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def refused_redirects(site, uris):
    for uri in uris:
        assert_error_page(site, **site.asking(redirect_uri=uri))


def test_attack_01_look_alike_host(site):
    refused_redirects(
        site,
        ["https://app.example.com.evil.test/callback", "https://app.example.comevil.test/callback", CALLBACK + "x"],
    )


def test_attack_02_traversal_below_a_registered_path(site):
    paths = ["/../evil", "/..;/evil", "/%2e%2e/evil", "/%252e%252e/evil", "/", "/.", "//"]
    refused_redirects(site, [CALLBACK + path for path in paths])


def test_attack_03_userinfo_backslash_and_control_characters(site):
    refused_redirects(
        site,
        [
            "https://app.example.com@evil.test/callback",
            "https://app.example.com:x@evil.test/callback",
            "https://app.example.com\\@evil.test/callback",
            "https:\\\\app.example.com/callback",
            CALLBACK + "\t",
            CALLBACK + "\n",
            "\r\nhttps://evil.test/",
            " " + CALLBACK,
        ],
    )


def test_attack_05_case(site):
    refused_redirects(
        site,
        [
            "HTTPS://app.example.com/callback",
            "https://APP.example.com/callback",
            "https://app.example.com/Callback",
            "https://app.example.com:443/callback",
            CALLBACK + "?",
        ],
    )


def test_attack_07_fragment(site):
    refused_redirects(site, [CALLBACK + "#", CALLBACK + "#x"])
    for setting in ("CallbackURLs", "LogoutURLs"):
        with refused("InvalidParameterException"):
            site.pool.oauth_client("code", **{setting: [CALLBACK + "#x"]})


def test_attack_08_schemes_and_hosts_at_registration(site):
    for bad in (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://app.example.com/",
        "vbscript:x",
    ):
        with refused("InvalidParameterException"):
            site.pool.oauth_client("code", CallbackURLs=[bad])
    for good in ("http://localhost:3000/cb", "http://127.0.0.1/cb", "myapp://cb", "https://x.test/cb"):
        site.pool.oauth_client("code", CallbackURLs=[good])


def test_attack_09_duplicate_parameters(site):
    asked = urlencode(site.asking(state="s"))
    for twice in ("redirect_uri=https%3A%2F%2Fevil.test%2F", "client_id=" + site.confidential["ClientId"]):
        for query in (f"{asked}&{twice}", f"{twice}&{asked}"):
            browser = site.browser()
            page = browser.request("GET", f"{site.domain}/oauth2/authorize?{query}")
            while page.location and page.location.startswith("/"):
                page = browser.follow(page)
            assert (page.status, page.location) == (400, None)
    for twice in ("state=t", "response_type=token", "scope=openid&scope=email", "code_challenge=x"):
        page = site.browser().request("GET", f"{site.domain}/oauth2/authorize?{asked}&{twice}")
        assert page.status == 302 and page.location.startswith(CALLBACK + "?"), page.location
        assert page.query["error"] == "invalid_request"
        assert "code" not in page.query
    code = site.code()
    form = urlencode({"grant_type": "authorization_code", "client_id": site.client, "redirect_uri": CALLBACK})
    form += f"&code_verifier={VERIFIER}&code={code}&code={code}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert_invalid(
        requests.post(site.domain + "/oauth2/token", data=form, headers=headers, timeout=10), "invalid_request"
    )


def test_attack_10_missing_redirect_uri(site):
    assert_error_page(site, **site.asking(redirect_uri=None))
    default = site.pool.oauth_client(
        "code", CallbackURLs=[CALLBACK, OTHER_CALLBACK], DefaultRedirectURI=OTHER_CALLBACK
    )["ClientId"]
    landed = site.browser().sign_in("ann", PASSWORD, **site.asking(client_id=default, redirect_uri=None))
    assert landed.location.startswith(OTHER_CALLBACK + "?")


def test_attack_11_another_redirect_uri_at_the_token_endpoint(site):
    browser = site.browser()
    for uri in (OTHER_CALLBACK, CALLBACK + "/", None, "https://evil.test/"):
        assert_invalid(site.redeem(site.code(browser), redirect_uri=uri))


def test_attack_14_reflected_script(site):
    browser = site.browser()
    pages = [
        browser.open("/error", error=SCRIPT, error_description=SCRIPT, error_hint=SCRIPT, client_id=SCRIPT),
        browser.open("/login", **site.asking(state=SCRIPT, login_hint=SCRIPT, ui_locales=SCRIPT, lang=SCRIPT)),
        browser.open("/signup", **site.asking(state=SCRIPT, nonce=SCRIPT)),
        browser.open("/confirm", **site.asking(state=SCRIPT), username=SCRIPT),
        browser.open(**site.asking(client_id=SCRIPT)),
    ]
    pages.append(browser.submit(pages[1], "/login", username=SCRIPT, password=SCRIPT))
    pages.append(browser.submit(pages[2], "/signup", username=SCRIPT, password=SCRIPT))
    for page in pages:
        assert "<script" not in page.html.lower()
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy and "script-src" not in policy
    landed = browser.submit(browser.open(**site.asking(state=SCRIPT)), "/login", username="ann", password=PASSWORD)
    assert landed.query["state"] == SCRIPT


def test_attack_16_open_redirect_at_logout(site):
    browser = site.browser()
    other = site.confidential["ClientId"]
    bad = [
        {"client_id": site.client, "logout_uri": "https://evil.test/"},
        {"client_id": site.client, "logout_uri": BYE + "/"},
        {"client_id": site.client, "logout_uri": CALLBACK},
        {"client_id": site.client, "post_logout_redirect_uri": "https://evil.test/"},
        {"logout_uri": BYE},
        {"client_id": "nobody", "logout_uri": BYE},
        {"client_id": other, "redirect_uri": "https://evil.test/", "response_type": "code"},
        {"client_id": site.client},
        {},
    ]
    for params in bad:
        page = browser.get("/logout", **params)
        assert (page.status, page.location) == (400, None), params
    assert browser.get("/logout", client_id=site.client, logout_uri=BYE).location == BYE


def test_attack_19_a_code_twice(site):
    code = site.code()
    first = site.redeem(code)
    assert first.status_code == 200, first.text
    tokens = first.json()
    assert_invalid(site.redeem(code))
    with refused("NotAuthorizedException"):
        site.pool.idp.get_user(AccessToken=tokens["access_token"])
    again = {"grant_type": "refresh_token", "client_id": site.client, "refresh_token": tokens["refresh_token"]}
    assert_invalid(requests.post(site.domain + "/oauth2/token", data=again, timeout=10))


def test_attack_20_a_code_by_many_at_once(site):
    browser = site.browser()
    with ThreadPoolExecutor(32) as many:
        for _ in range(5):
            code = site.code(browser)
            answers = list(many.map(lambda _, code=code: site.redeem(code), range(32)))
            assert sorted(answer.status_code for answer in answers) == [200] + [400] * 31
            assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}


def test_attack_21_a_code_of_another_client_or_pool(site, server, name):
    browser = site.browser()
    secret = {"client_id": site.confidential["ClientId"], "client_secret": site.confidential["ClientSecret"]}
    assert_invalid(site.redeem(site.code(browser), **secret))
    other = Site(server, name)
    assert_invalid(other.redeem(site.code(browser)))


def test_attack_23_verifier_left_out(site):
    assert_invalid(site.redeem(site.code(), code_verifier=None))


def test_attack_24_challenge_stripped(site):
    secret = {"client_id": site.confidential["ClientId"], "client_secret": site.confidential["ClientSecret"]}
    plain = {"client_id": secret["client_id"], "code_challenge": None, "code_challenge_method": None}
    browser = site.browser()
    assert_invalid(site.redeem(site.code(browser, **plain), **secret))
    assert site.redeem(site.code(browser, **plain), **secret, code_verifier=None).status_code == 200


def test_attack_25_method_plain_and_odd_verifiers(site):
    browser = site.browser()
    for bad in (
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge": ""},
        {"code_challenge": "short"},
        {"code_challenge": "a" * 129},
    ):
        page = browser.open(**site.asking(**bad))
        assert page.location.startswith(CALLBACK + "?"), bad
        assert page.query["error"] == "invalid_request", bad
    for verifier in (CHALLENGE, "a" * 42, "a" * 129, VERIFIER + "!", VERIFIER + "x", VERIFIER.upper()):
        assert_invalid(site.redeem(site.code(browser), code_verifier=verifier))


def test_attack_26_a_public_client_without_pkce(site):
    page = site.browser().open(**site.asking(code_challenge=None, code_challenge_method=None))
    assert page.query["error"] == "invalid_request"


def test_attack_30_31_38_how_clients_prove_themselves(site):
    who, secret = site.confidential["ClientId"], site.confidential["ClientSecret"]
    url = site.domain + "/oauth2/token"
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    in_query = requests.post(f"{url}?client_secret={secret}", data={**form, "client_id": who}, timeout=10)
    assert_invalid(in_query, "invalid_request")
    both = requests.post(url, data={**form, "client_id": who, "client_secret": secret}, auth=(who, secret), timeout=10)
    assert_invalid(both, "invalid_request")
    assert_invalid(requests.post(url, json=form, timeout=10), "invalid_request")
    assert requests.get(url, params=form, timeout=10).status_code == 405
    for auth in ((who, secret + "x"), ("nobody", secret)):
        assert_invalid(requests.post(url, data=form, auth=auth, timeout=10), "invalid_client")


def session_cookies(browser):
    return {
        name: value
        for name, value in browser.cookies.items()
        if name.startswith("__Host-cognito") and "flow" not in name
    }


def test_attack_112_session_fixation(site):
    browser = site.browser()
    page = browser.open(**site.asking())
    assert session_cookies(browser) == {}
    browser.submit(page, "/login", username="ann", password=PASSWORD)
    ((name, first),) = session_cookies(browser).items()
    planted = site.browser()
    planted.cookies[name] = "planted-by-somebody-else"
    planted.submit(planted.open(**site.asking()), "/login", username="ann", password=PASSWORD)
    assert session_cookies(planted)[name] not in ("planted-by-somebody-else", first)
    switched = browser.open(**site.asking(prompt="login"))
    browser.submit(switched, "/login", username="bob", password=PASSWORD)
    second = session_cookies(browser)[name]
    assert second != first
    old = site.browser()
    old.cookies[name] = first
    assert old.open(**site.asking(prompt="none")).query["error"] == "login_required"
    browser.get("/logout", client_id=site.client, logout_uri=BYE)
    assert session_cookies(browser) == {}
    old.cookies[name] = second
    assert old.open(**site.asking(prompt="none")).query["error"] == "login_required"


FORMS = {
    "/login": {"username": "ann", "password": PASSWORD},
    "/signup": {"username": "carl", "password": PASSWORD, "requiredAttributes[email]": "c@example.com"},
    "/confirm": {"username": "ann", "code": "123456"},
    "/resendcode": {"username": "ann"},
    "/forgotPassword": {"username": "ann"},
    "/confirmforgotPassword": {"username": "ann", "code": "1", "password": PASSWORD, "confirmPassword": PASSWORD},
    "/changePassword": {"password": PASSWORD, "confirmPassword": PASSWORD},
}


@pytest.mark.parametrize("path", FORMS)
def test_attack_113_forged_posts(site, path):
    url = f"{site.domain}{path}?{urlencode(site.asking())}"
    browser = site.browser()
    token = browser.open(**site.asking()).form("/login")["fields"]["_csrf"]
    good = {**FORMS[path], "_csrf": token}
    foreign = site.browser()
    foreign_token = foreign.open(**site.asking()).form("/login")["fields"]["_csrf"]
    forgeries = [
        (browser, FORMS[path], {}),
        (browser, {**good, "_csrf": ""}, {}),
        (browser, {**good, "_csrf": foreign_token}, {}),
        (browser, {**good, "_csrf": token[:-1] + ("a" if token[-1] != "a" else "b")}, {}),
        (browser, good, {"Origin": "https://evil.test"}),
        (browser, good, {"Origin": "http://localhost.evil.test"}),
        (browser, good, {"Referer": "https://evil.test/form"}),
        (browser, good, {"Sec-Fetch-Site": "cross-site"}),
        (browser, good, {"Sec-Fetch-Site": "same-site"}),
        (site.browser(), good, {}),
    ]
    sent = len(site.server.messages(pool=site.pool.id))
    for who, form, headers in forgeries:
        before = dict(who.cookies)
        answer = who.request("POST", url, data=form, headers=headers)
        assert answer.status in (200, 403) and answer.location is None, (form, headers, answer.status)
        if path != "/changePassword":
            assert answer.status == 403, (form, headers)
        assert session_cookies(who) == {}
        who.cookies = before
    assert len(site.server.messages(pool=site.pool.id)) == sent
    with refused("UserNotFoundException"):
        site.pool.describe("carl")


def test_attack_113_forged_posts_within_a_flow(site):
    site.pool.idp.admin_create_user(
        UserPoolId=site.pool.id, Username="dora", TemporaryPassword="Temporary-1!", MessageAction="SUPPRESS"
    )
    browser = site.browser()
    page = browser.sign_in("dora", "Temporary-1!", **site.asking())
    fields = page.form("/changePassword")["fields"]
    password = dict.fromkeys([field for field in fields if "assword" in field], PASSWORD)
    assert len(password) == 2
    for more, headers in (
        ({"_csrf": "forged"}, {}),
        ({"_csrf": None}, {}),
        ({}, {"Origin": "https://evil.test"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        answer = browser.submit(page, "/changePassword", headers=headers, **{**password, **more})
        assert (answer.status, answer.location) == (403, None), (more, headers)
        assert site.pool.describe("dora")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert "code" in browser.submit(page, "/changePassword", **password).query


def test_attack_114_cookie_scope(site):
    browser = site.browser()
    page = browser.open(**site.asking())
    lines = list(page.set_cookies)
    answer = browser.submit(page, "/login", username="ann", password=PASSWORD)
    lines += answer.set_cookies
    forgetful = site.browser()
    lines += forgetful.request(
        "POST",
        f"{site.domain}/forgotPassword?{urlencode(site.asking())}",
        data={"username": "ann", "_csrf": forgetful.open(**site.asking()).form("/login")["fields"]["_csrf"]},
    ).set_cookies
    names = {line.split("=", 1)[0] for line in lines}
    assert any(name.startswith("__Host-cognito") and "flow" not in name for name in names)
    for line in lines:
        name = line.split("=", 1)[0]
        assert name == "XSRF-TOKEN" or name.startswith("__Host-"), line
        flags = {flag.strip().lower() for flag in line.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= flags, line
        assert not any(flag.startswith("domain") for flag in flags), line


def test_attack_115_clickjacking_and_18_referer_and_cache(site):
    browser = site.browser()
    paths = [
        "/login",
        "/signup",
        "/confirm",
        "/resendcode",
        "/forgotPassword",
        "/confirmforgotPassword",
        "/changePassword",
    ]
    pages = [browser.open(path, **site.asking()) for path in paths]
    pages += [browser.open("/error"), browser.get("/logout"), browser.get("/nothing"), browser.open(client_id="x")]
    pages.append(browser.get("/oauth2/authorize", **site.asking()))
    for page in pages:
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"], page.url
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_attack_116_prompts_and_ages(start, name):
    site = Site(start(), name)
    browser = site.browser()
    silent = browser.open(**site.asking(prompt="none", state="s"))
    assert silent.location.startswith(CALLBACK + "?")
    assert (silent.query["error"], silent.query["state"]) == ("login_required", "s")
    assert browser.open(**site.asking()).status == 200
    assert browser.open(**site.asking(prompt="none")).query["error"] == "login_required"
    site.code(browser)
    assert "code" in browser.open(**site.asking(prompt="none")).query
    for forced in ({"prompt": "login"}, {"max_age": "0"}):
        page = browser.open(**site.asking(**forced))
        assert (page.status, page.location) == (200, None), forced
        continued = browser.request(
            "POST",
            f"{site.domain}/login?{urlencode(site.asking(**forced))}",
            data={"_csrf": page.form("/login")["fields"]["_csrf"], "continueSignIn": "yes"},
        )
        assert continued.location is None, forced
    site.server.advance(120)
    assert "code" in browser.open(**site.asking(max_age="3600")).query
    assert browser.open(**site.asking(max_age="60")).location is None
    assert browser.open(**site.asking(max_age="60", prompt="none")).query["error"] == "login_required"
    site.server.advance(3600)
    assert browser.open(**site.asking()).location is None


def test_tokens_never_travel_in_a_query(site):
    for mode in ("query", "query.jwt"):
        page = site.browser().open(**site.asking(response_type="token", response_mode=mode))
        assert page.location.startswith(CALLBACK)
        assert "token=" not in page.location and page.query["error"] == "invalid_request"
    landed = site.browser().sign_in("ann", PASSWORD, **site.asking(response_type="token", state=quote("a b")))
    assert "?" not in landed.location
    assert landed.fragment["token_type"] == "Bearer"
    assert landed.fragment["iss"] == site.pool.issuer
