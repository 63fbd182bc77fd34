"""The hosted pages and the OAuth endpoints as Cognito's guide has them: redirects, errors, claims, field names."""

import uuid

import pytest
import requests

from browser import Browser
from tokens import claims, verified
from user_pool import CALLBACK, PASSWORD, SCOPES, Pool

CHALLENGE = "x" * 43


class Site:
    def __init__(self, server, name, **pool):
        self.server = server
        self.pool = Pool(server, name, AutoVerifiedAttributes=["email"], **pool)
        self.domain = self.pool.domain()
        web = self.pool.oauth_client("code", "implicit", GenerateSecret=True)
        self.web, self.secret = web["ClientId"], web["ClientSecret"]
        self.pool.user("ann", email="ann@example.com", email_verified="true", name="Ann", phone_number="+14255550123")

    def asking(self, **more):
        return {"client_id": self.web, "response_type": "code", "redirect_uri": CALLBACK, **more}

    def browser(self):
        return Browser(self.domain)

    def token(self, **form):
        form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, **form}
        return requests.post(self.domain + "/oauth2/token", data=form, auth=(self.web, self.secret), timeout=30)

    def tokens(self, **asked):
        code = self.browser().sign_in("ann", PASSWORD, **self.asking(**asked)).query["code"]
        answer = self.token(code=code)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def user_info(self, token):
        return requests.get(self.domain + "/oauth2/userInfo", headers={"Authorization": f"Bearer {token}"}, timeout=10)


@pytest.fixture(scope="module")
def site(server):
    return Site(server, "domain" + uuid.uuid4().hex[:10])


class TestAuthorize:
    def test_leads_to_the_sign_in_page_with_the_whole_query(self, site):
        page = site.browser().get("/oauth2/authorize", **site.asking(state="a b&c", nonce="n", lang="en"))
        assert page.status == 302
        assert "/login?" in page.location
        assert page.query["state"] == "a b&c"
        assert (page.query["nonce"], page.query["lang"]) == ("n", "en")

    @pytest.mark.parametrize(
        ("asked", "error"),
        [
            ({"response_type": "id_token"}, "invalid_request"),
            ({"response_type": ""}, "invalid_request"),
            ({"scope": "openid orders/read"}, "invalid_scope"),
            ({"scope": "email"}, "invalid_scope"),
            ({"code_challenge": CHALLENGE}, "invalid_request"),
            ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
            ({"prompt": "none"}, "login_required"),
        ],
    )
    def test_refuses_at_the_clients_address(self, site, asked, error):
        page = site.browser().open(**site.asking(state="s t", **asked))
        assert page.location.startswith(CALLBACK + "?")
        assert (page.query["error"], page.query["state"]) == (error, "s t")

    def test_keeps_flows_that_are_not_the_clients_shut(self, site):
        implicit = site.pool.oauth_client("implicit")["ClientId"]
        page = site.browser().open(**site.asking(client_id=implicit))
        assert page.query["error"] == "unauthorized_client"
        off = site.pool.oauth_client("code", AllowedOAuthFlowsUserPoolClient=False)["ClientId"]
        page = site.browser().open(**site.asking(client_id=off))
        assert page.query["error"] == "unauthorized_client"

    def test_signs_in_once_for_all_clients(self, site):
        browser = site.browser()
        browser.sign_in("ann", PASSWORD, **site.asking())
        other = site.pool.oauth_client("implicit")["ClientId"]
        landed = browser.open(**site.asking(client_id=other, response_type="token", state="x"))
        assert landed.fragment["state"] == "x"
        assert claims(landed.fragment["id_token"])["aud"] == other

    def test_asks_for_all_scopes_where_none_is_named(self, site):
        assert set(claims(site.tokens()["access_token"])["scope"].split()) == set(SCOPES)

    def test_direct_links_to_the_sign_in_page_work(self, site):
        landed = site.browser().open("/login", **site.asking())
        assert landed.status == 200
        answer = site.browser()
        page = answer.open("/login", **site.asking())
        assert "code" in answer.submit(page, "/login", username="ann", password=PASSWORD).query


class TestSignInPage:
    def test_has_cognitos_field_names(self, site):
        form = site.browser().open(**site.asking()).form("/login")
        assert form["method"].lower() == "post"
        assert {"_csrf", "username", "password", "cognitoAsfData"} <= set(form["fields"])
        assert "signInSubmitButton" in [each.get("name") for each in form["inputs"]]
        ids = [each.get("id") for each in form["inputs"]]
        assert {"signInFormUsername", "signInFormPassword"} <= set(ids)

    def test_takes_what_scripts_in_the_wild_post(self, site):
        browser = site.browser()
        page = browser.open(**site.asking())
        form = {
            "_csrf": browser.cookies["XSRF-TOKEN"],
            "username": "ann",
            "password": PASSWORD,
            "cognitoAsfData": "",
        }
        answer = browser.request("POST", page.url, data=form)
        assert answer.status == 302
        assert answer.location.startswith(CALLBACK + "?code=")

    def test_says_that_the_password_is_wrong(self, site):
        page = site.browser().sign_in("ann", "Wrong-Password-1", **site.asking())
        assert page.status == 200
        assert "Incorrect username or password." in page.text
        assert page.form("/login")["fields"]["username"] == "ann"
        assert page.form("/login")["fields"]["password"] == ""

    def test_offers_no_sign_up_where_there_is_none(self, server, name):
        closed = Site(server, name, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
        page = closed.browser().open(**closed.asking())
        assert not any("/signup" in (link or "") for link in page.links)
        assert closed.browser().open("/signup", **closed.asking()).status == 403

    def test_leads_to_the_new_password_with_missing_attributes(self, server, name):
        schema = [{"Name": "given_name", "AttributeDataType": "String", "Required": True, "Mutable": True}]
        strict = Site(server, name, Schema=schema)
        strict.pool.idp.admin_create_user(
            UserPoolId=strict.pool.id, Username="new", TemporaryPassword="Temporary-1!", MessageAction="SUPPRESS"
        )
        browser = strict.browser()
        page = browser.sign_in("new", "Temporary-1!", **strict.asking())
        assert "requiredAttributes[given_name]" in page.form("/changePassword")["fields"]
        fields = {
            field: PASSWORD
            for field in page.form("/changePassword")["fields"]
            if "assword" in field and field[0] != "_"
        }
        assert len(fields) == 2
        landed = browser.submit(page, "/changePassword", **fields, **{"requiredAttributes[given_name]": "Nell"})
        assert "code" in landed.query
        assert strict.pool.describe("new")["UserStatus"] == "CONFIRMED"


class TestToken:
    def test_gives_a_set_for_a_code(self, site):
        given = site.tokens(scope="openid email", nonce="n-1")
        assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
        identity = verified(given["id_token"], site.pool.issuer, audience=site.web)
        access = verified(given["access_token"], site.pool.issuer)
        assert (identity["nonce"], identity["email"]) == ("n-1", "ann@example.com")
        assert "name" not in identity and "phone_number" not in identity
        assert (access["scope"], access["version"], access["client_id"]) == ("openid email", 2, site.web)
        assert identity["at_hash"]

    def test_gives_no_id_token_without_openid(self, site):
        given = site.tokens(scope="aws.cognito.signin.user.admin")
        assert "id_token" not in given
        assert site.pool.idp.get_user(AccessToken=given["access_token"])["Username"] == "ann"

    def test_refreshes(self, site):
        first = site.tokens(scope="openid profile")
        answer = site.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert answer.status_code == 200
        second = answer.json()
        assert "refresh_token" not in second
        old, new = claims(first["access_token"]), claims(second["access_token"])
        assert (old["scope"], old["origin_jti"], old["sub"]) == (new["scope"], new["origin_jti"], new["sub"])
        wider = site.token(grant_type="refresh_token", refresh_token=first["refresh_token"], scope="openid phone")
        assert (wider.status_code, wider.json()["error"] in ("invalid_scope", "invalid_grant")) == (400, True)

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": ""}, "invalid_request"),
            ({}, "invalid_request"),
            ({"code": "nonsense"}, "invalid_grant"),
            ({"grant_type": "refresh_token"}, "invalid_request"),
            ({"grant_type": "refresh_token", "refresh_token": "nonsense"}, "invalid_grant"),
            ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ],
    )
    def test_refuses_in_oauths_terms(self, site, form, error):
        answer = site.token(**form)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
        assert answer.headers["Content-Type"].lower().replace(" ", "") == "application/json;charset=utf-8"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_demands_the_secret(self, site):
        code = site.browser().sign_in("ann", PASSWORD, **site.asking()).query["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": site.web}
        url = site.domain + "/oauth2/token"
        bare = requests.post(url, data=form, timeout=10)
        assert (bare.status_code, bare.json()["error"]) == (400, "invalid_client")
        posted = requests.post(url, data={**form, "client_secret": site.secret}, timeout=10)
        assert posted.status_code == 200

    def test_gives_programs_tokens_of_their_own(self, site):
        scopes = [{"ScopeName": "read", "ScopeDescription": "d"}, {"ScopeName": "write", "ScopeDescription": "d"}]
        site.pool.idp.create_resource_server(UserPoolId=site.pool.id, Identifier="orders", Name="o", Scopes=scopes)
        machine = site.pool.oauth_client(
            "client_credentials",
            GenerateSecret=True,
            AllowedOAuthScopes=["orders/read", "orders/write"],
            CallbackURLs=[],
            LogoutURLs=[],
        )
        who = (machine["ClientId"], machine["ClientSecret"])

        def ask(**form):
            form = {"grant_type": "client_credentials", **form}
            return requests.post(site.domain + "/oauth2/token", data=form, auth=who, timeout=10)

        given = ask(scope="orders/read").json()
        assert set(given) == {"access_token", "expires_in", "token_type"}
        found = verified(given["access_token"], site.pool.issuer)
        assert (found["sub"], found["scope"], found["token_use"]) == (who[0], "orders/read", "access")
        assert "username" not in found
        assert set(claims(ask().json()["access_token"])["scope"].split()) == {"orders/read", "orders/write"}
        assert ask(scope="orders/delete").json()["error"] == "invalid_scope"


class TestUserInfo:
    def test_tells_what_the_scopes_cover(self, site):
        found = site.user_info(site.tokens(scope="openid email")["access_token"])
        assert found.status_code == 200
        told = found.json()
        assert (told["username"], told["email"], told["email_verified"]) == ("ann", "ann@example.com", "true")
        assert "name" not in told and "phone_number" not in told
        wide = site.user_info(site.tokens(scope="openid profile phone")["access_token"]).json()
        assert (wide["name"], wide["phone_number"]) == ("Ann", "+14255550123")
        assert "email" not in wide

    def test_wants_a_good_token_with_openid(self, site):
        none = requests.get(site.domain + "/oauth2/userInfo", timeout=10)
        assert none.status_code == 400
        assert 'error="invalid_request"' in none.headers["WWW-Authenticate"]
        for token in ("nonsense", site.pool.tokens("ann")["AccessToken"], site.pool.tokens("ann")["IdToken"]):
            answer = site.user_info(token)
            assert answer.status_code == 401
            assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]

    def test_hears_of_a_global_sign_out(self, site):
        token = site.tokens()["access_token"]
        assert site.user_info(token).status_code == 200
        site.pool.idp.admin_user_global_sign_out(UserPoolId=site.pool.id, Username="ann")
        answer = site.user_info(token)
        assert answer.status_code == 401
        assert "Access token is expired, disabled, or deleted" in answer.headers["WWW-Authenticate"]


class TestRevoke:
    def revoke(self, site, auth=True, **form):
        who = (site.web, site.secret) if auth else None
        return requests.post(site.domain + "/oauth2/revoke", data=form, auth=who, timeout=10)

    def test_ends_the_chain(self, site):
        given = site.tokens()
        for _ in range(2):
            answer = self.revoke(site, token=given["refresh_token"])
            assert (answer.status_code, answer.content) == (200, b"")
        assert (
            site.token(grant_type="refresh_token", refresh_token=given["refresh_token"]).json()["error"]
            == "invalid_grant"
        )
        assert site.user_info(given["access_token"]).status_code == 401

    def test_refuses(self, site):
        assert self.revoke(site).json()["error"] == "invalid_request"
        unknown = self.revoke(site, auth=False, token="x", client_id="nobody")
        assert (unknown.status_code, unknown.json()["error"]) == (401, "invalid_client")
        identity = self.revoke(site, token=site.tokens()["id_token"])
        assert (identity.status_code, identity.json()["error"]) == (400, "unsupported_token_type")

    def test_ends_a_sign_in_by_its_access_token(self, site):
        given = site.tokens()
        assert self.revoke(site, token=given["access_token"]).status_code == 200
        assert site.user_info(given["access_token"]).status_code == 401
        again = site.token(grant_type="refresh_token", refresh_token=given["refresh_token"])
        assert again.json()["error"] == "invalid_grant"

    def test_leaves_other_clients_tokens_alone(self, site):
        given = site.tokens()
        other = site.pool.oauth_client("code", GenerateSecret=True)
        who = (other["ClientId"], other["ClientSecret"])
        requests.post(site.domain + "/oauth2/revoke", data={"token": given["refresh_token"]}, auth=who, timeout=10)
        assert site.token(grant_type="refresh_token", refresh_token=given["refresh_token"]).status_code == 200


class TestLogout:
    def test_ends_the_session_and_leads_on(self, site):
        browser = site.browser()
        browser.sign_in("ann", PASSWORD, **site.asking())
        assert "code" in browser.open(**site.asking()).query
        bye = browser.get("/logout", client_id=site.web, logout_uri="https://app.example.com/bye")
        assert (bye.status, bye.location) == (302, "https://app.example.com/bye")
        assert browser.open(**site.asking()).status == 200

    def test_may_lead_to_the_sign_in_page(self, site):
        page = site.browser().get("/logout", **site.asking(state="s"))
        assert "/login?" in page.location
        assert (page.query["redirect_uri"], page.query["state"]) == (CALLBACK, "s")


def test_a_registration_at_the_pages_signs_in(site):
    browser = site.browser()
    page = browser.open("/signup", **site.asking(state="s"))
    assert {"_csrf", "username", "password"} <= set(page.form("/signup")["fields"])
    # this pool asks for no attribute, so nothing can be verified and an administrator confirms
    page = browser.submit(page, "/signup", username="newcomer", password=PASSWORD)
    assert page.url.split("?")[0].endswith("/confirm")
    assert site.pool.describe("newcomer")["UserStatus"] == "UNCONFIRMED"


def test_an_unknown_domain_says_so(server):
    answer = requests.get(server.url + "/_aws/auth/nobody-has-this/login", timeout=10)
    assert answer.status_code == 404
    assert "There is no user pool behind this address." in answer.text
