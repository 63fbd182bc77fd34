"""Attacks on grants and ways of proving oneself that Cognito does not have: their doors are shut, and nothing is spent
behind them. And two that look for a code where none may be."""

import base64
import json
import re
import uuid

import jwt
import pytest
import requests

from browser import Browser
from refusal import refused
from running import Server
from test_attacks_pages import Site, assert_invalid
from user_pool import CALLBACK, PASSWORD, Pool, attributes

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(scope="module")
def site(server):
    return Site(server, "doors" + uuid.uuid4().hex[:10])


def post(site, path="/oauth2/token", **form):
    return requests.post(site.domain + path, data=form, timeout=30)


def assertions(site):
    """JWTs that would prove a client elsewhere: by its secret, by none, for ever, for another place."""
    who, secret = site.confidential["ClientId"], site.confidential["ClientSecret"]
    claims = {"iss": who, "sub": who, "aud": site.domain + "/oauth2/token", "jti": "1", "exp": 4_000_000_000}
    yield jwt.encode(claims, secret, algorithm="HS256")
    yield jwt.encode(claims, None, algorithm="none")
    yield jwt.encode({name: value for name, value in claims.items() if name != "exp"}, secret, algorithm="HS256")
    yield jwt.encode({**claims, "aud": "https://elsewhere.example"}, secret, algorithm="HS256")
    yield "not.a.jwt"


def test_attack_32_a_client_assertion_proves_nobody(site):
    plain = {"client_id": site.confidential["ClientId"], "code_challenge": None, "code_challenge_method": None}
    code = site.code(**plain)
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    for assertion in assertions(site):
        for more in ({}, {"client_id": site.confidential["ClientId"]}):
            answer = post(site, **grant, client_assertion_type=ASSERTION, client_assertion=assertion, **more)
            assert answer.status_code == 400, answer.text
            assert answer.json()["error"] in ("invalid_client", "invalid_request")
    secret = {"client_id": site.confidential["ClientId"], "client_secret": site.confidential["ClientSecret"]}
    assert post(site, **grant, **secret).status_code == 200, "the code was not spent"
    told = requests.get(f"{site.domain}/.well-known/openid-configuration", timeout=10)
    assert "private_key_jwt" not in told.text and "client_secret_jwt" not in told.text


def test_attack_34_the_users_own_scope_is_for_clients_that_have_it(site):
    admin = "aws.cognito.signin.user.admin"
    bare = site.pool.oauth_client("code", "implicit", AllowedOAuthScopes=["openid", "email"])["ClientId"]
    for kind in ("code", "token"):
        for scope in (admin, f"openid {admin}", f"openid {admin.upper()}"):
            page = site.browser().open(**site.asking(client_id=bare, response_type=kind, scope=scope))
            told = {**page.query, **page.fragment}
            assert told["error"] == "invalid_scope", scope
    site.pool.idp.create_resource_server(
        UserPoolId=site.pool.id, Identifier="api", Name="api", Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}]
    )
    # No machine is a user, whatever its client lists.
    machine = site.pool.oauth_client("client_credentials", GenerateSecret=True, AllowedOAuthScopes=["api/read", admin])
    who = {"client_id": machine["ClientId"], "client_secret": machine["ClientSecret"]}
    for asked in (admin, f"api/read {admin}"):
        assert_invalid(post(site, grant_type="client_credentials", scope=asked, **who), "invalid_scope")
    token = post(site, grant_type="client_credentials", **who).json()["access_token"]
    assert jwt.decode(token, options={"verify_signature": False})["scope"] == "api/read"
    with refused("NotAuthorizedException"):
        site.pool.idp.get_user(AccessToken=token)


def test_attack_35_nobody_registers_a_client(site):
    wish = {"redirect_uris": [CALLBACK], "grant_types": ["client_credentials"], "jwks_uri": "http://169.254.169.254/"}
    before = len(site.pool.idp.list_user_pool_clients(UserPoolId=site.pool.id)["UserPoolClients"])
    for path in ("/oauth2/register", "/connect/register", "/register", "/oauth2/clients"):
        answer = requests.post(site.domain + path, json=wish, timeout=10)
        assert answer.status_code in (404, 405), path
    told = requests.get(f"{site.domain}/.well-known/openid-configuration", timeout=10)
    assert "registration_endpoint" not in told.text
    assert len(site.pool.idp.list_user_pool_clients(UserPoolId=site.pool.id)["UserPoolClients"]) == before


def test_attack_36_37_tokens_are_neither_exchanged_nor_given_to_devices(site):
    tokens = site.redeem(site.code()).json()
    who = {"client_id": site.confidential["ClientId"], "client_secret": site.confidential["ClientSecret"]}
    grants = [
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": tokens["access_token"],
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        },
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": tokens["id_token"]},
        {"grant_type": "urn:ietf:params:oauth:grant-type:saml2-bearer", "assertion": "PHg+"},
        {"grant_type": "password", "username": "ann", "password": PASSWORD},
    ]
    for grant in grants:
        for proven in (who, {"client_id": site.client}):
            assert_invalid(post(site, **grant, **proven), "unsupported_grant_type")
    for path in ("/oauth2/device_authorization", "/oauth2/device", "/device", "/activate"):
        assert post(site, path, client_id=site.client).status_code in (404, 405), path


def test_attack_63_a_proof_of_possession_is_no_bearer_token(site):
    tokens = site.redeem(site.code()).json()
    url = site.domain + "/oauth2/userInfo"
    assert requests.get(url, headers={"Authorization": f"Bearer {tokens['access_token']}"}, timeout=10).status_code == 200
    answer = requests.get(url, headers={"Authorization": f"DPoP {tokens['access_token']}", "DPoP": "x"}, timeout=10)
    assert answer.status_code in (400, 401), answer.text
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": site.client}
    plain = requests.post(site.domain + "/oauth2/token", data=form, headers={"DPoP": "a.proof.x"}, timeout=10).json()
    assert plain["token_type"] == "Bearer", "no token claims to be bound that is not"
    told = requests.get(f"{site.domain}/.well-known/openid-configuration", timeout=10)
    assert "dpop" not in told.text.lower()


def test_attack_26_a_pools_tag_asks_pkce_of_a_client(site):
    client = site.confidential["ClientId"]
    plain = {"client_id": client, "code_challenge": None, "code_challenge_method": None}
    assert "error" not in (site.browser().open(**site.asking(**plain)).location or "")
    site.pool.idp.tag_resource(ResourceArn=site.pool.arn, Tags={f"portcullis:pkce:{client}": "required"})
    try:
        page = site.browser().open(**site.asking(**plain))
        assert page.query["error"] == "invalid_request"
    finally:
        site.pool.idp.untag_resource(ResourceArn=site.pool.arn, TagKeys=[f"portcullis:pkce:{client}"])


def test_attack_93_a_code_is_in_no_answer_no_page_and_no_log(tmp_path):
    with open(tmp_path / "log", "w+") as log:
        server = Server("serve", data=tmp_path, env={"PORTCULLIS_LOG": "trace"}, log=log)
        try:
            codes, told = everything_that_sends(server)
        finally:
            server.stop()
        log.seek(0)
        told.append(log.read())
    assert len(codes) >= 5
    for code in codes:
        for text in told:
            assert not re.search(rf"(?<!\d){code}(?!\d)", text), code
            assert base64.b64encode(code.encode()).decode().rstrip("=") not in text


def everything_that_sends(server):
    """Has every kind of code sent; answers the codes, and all that was said to who asked."""
    pool = Pool(server, "codes", AutoVerifiedAttributes=["email"])
    domain = pool.domain()
    web = pool.oauth_client("code")["ClientId"]
    told = []

    def say(answer):
        told.append(json.dumps(answer, default=str))
        return answer

    mail = attributes({"email": "bob@example.com"})
    say(pool.idp.sign_up(ClientId=pool.app, Username="bob", Password=PASSWORD, UserAttributes=mail))
    say(pool.idp.resend_confirmation_code(ClientId=pool.app, Username="bob"))
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.id, Username="bob")
    given = {"email": "bob@example.com", "email_verified": "true"}
    pool.idp.admin_update_user_attributes(UserPoolId=pool.id, Username="bob", UserAttributes=attributes(given))
    access = pool.tokens("bob")["AccessToken"]
    say(pool.idp.get_user_attribute_verification_code(AccessToken=access, AttributeName="email"))
    change = attributes({"email": "robert@example.com"})
    say(pool.idp.update_user_attributes(AccessToken=access, UserAttributes=change))
    pool.idp.admin_update_user_attributes(UserPoolId=pool.id, Username="bob", UserAttributes=attributes(given))
    say(pool.idp.forgot_password(ClientId=pool.app, Username="bob"))
    say(pool.idp.admin_reset_user_password(UserPoolId=pool.id, Username="bob"))
    browser = Browser(domain)
    asked = {"client_id": web, "response_type": "code", "redirect_uri": CALLBACK}
    asked |= {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
    page = browser.open("/forgotPassword", **asked)
    page = browser.submit(page, "/forgotPassword", username="bob")
    while page.location:
        told.append(page.location)
        page = browser.follow(page)
    told.append(page.html + json.dumps(dict(page.headers)) + json.dumps(browser.cookies))
    sent = [message["code"] for message in server.messages(pool=pool.id, limit=100)]
    return [code for code in sent if re.fullmatch(r"\d{6}", code or "")], told


def test_attack_101_a_link_is_good_for_its_pool_client_and_user(server, name):
    template = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
    pools = [
        Pool(server, name + suffix, AutoVerifiedAttributes=["email"], VerificationMessageTemplate=template)
        for suffix in ("a", "b")
    ]
    domains = [pool.domain() for pool in pools]
    for pool in pools:
        for user in ("ann", "bob"):
            mail = attributes({"email": f"{user}@example.com"})
            pool.idp.sign_up(ClientId=pool.app, Username=user, Password=PASSWORD, UserAttributes=mail)
    code = server.code(pool=pools[0].id, user="ann")
    here = {"client_id": pools[0].app, "user_name": "ann", "confirmation_code": code}
    forged = [
        (domains[1], here),
        (domains[1], {**here, "client_id": pools[1].app}),
        (domains[0], {**here, "client_id": pools[1].app}),
        (domains[0], {**here, "client_id": "nobody"}),
        (domains[0], {**here, "user_name": "bob"}),
        (domains[0], {**here, "confirmation_code": "x"}),
        (domains[0], {**here, "confirmation_code": ""}),
    ]
    for domain, query in forged:
        answer = requests.get(domain + "/confirmUser", params=query, allow_redirects=False, timeout=10)
        assert answer.status_code in (200, 400), (query, answer.status_code)
        for pool in pools:
            for user in ("ann", "bob"):
                assert pool.describe(user)["UserStatus"] == "UNCONFIRMED", query
    requests.get(domains[0] + "/confirmUser", params=here, timeout=10).raise_for_status()
    assert pools[0].describe("ann")["UserStatus"] == "CONFIRMED"
    assert pools[1].describe("ann")["UserStatus"] == "UNCONFIRMED"
