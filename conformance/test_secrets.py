"""Attack 155: what is secret is in no log, no error, and not readable in the data folder."""

import base64
import json
import os
import re

import pytest
import requests

from browser import Browser
from rest_api import Api
from running import Server
from user_pool import CALLBACK, PASSWORD, Pool, attributes

NEW_PASSWORD = "Another-Pass-9"
TEMPORARY = "Temporary-1!"
ROOT = {"key": "AKIAROOTKEY", "secret": "root-secret-that-must-not-be-told"}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Everything is done once under a server that logs all it can; answers secrets, log and folder."""
    folder = tmp_path_factory.mktemp("secrets")
    with open(folder / "log", "w+") as log:
        environment = {
            "PORTCULLIS_LOG": "trace",
            "PORTCULLIS_ROOT_ACCESS_KEY_ID": ROOT["key"],
            "PORTCULLIS_ROOT_SECRET_ACCESS_KEY": ROOT["secret"],
        }
        server = Server("serve", data=folder, env=environment, log=log)
        try:
            secrets = use_everything(server)
        finally:
            server.stop()
        log.seek(0)
        yield secrets, log.read(), folder / "data"


def use_everything(server):
    pool = Pool(server, "secrets", AutoVerifiedAttributes=["email"])
    domain = pool.domain()
    pool.user("ann", email="ann@example.com", email_verified="true")
    web = pool.oauth_client("code", "implicit", GenerateSecret=True)
    tokens = pool.tokens("ann")
    pool.refresh(tokens["RefreshToken"])
    pool.idp.get_user(AccessToken=tokens["AccessToken"])
    pool.idp.change_password(
        AccessToken=tokens["AccessToken"], PreviousPassword=PASSWORD, ProposedPassword=NEW_PASSWORD
    )
    pool.idp.admin_create_user(
        UserPoolId=pool.id,
        Username="new",
        TemporaryPassword=TEMPORARY,
        UserAttributes=attributes({"email": "n@x.test"}),
    )
    session = pool.sign_in("new", TEMPORARY)["Session"]
    pool.idp.sign_up(
        ClientId=pool.app, Username="bob", Password=PASSWORD, UserAttributes=attributes({"email": "bob@example.com"})
    )
    pool.idp.forgot_password(ClientId=pool.app, Username="ann")
    codes = [
        message["code"] for message in server.messages(pool=pool.id) if re.fullmatch(r"\d{6}", message["code"] or "")
    ]
    asking = {"client_id": web["ClientId"], "response_type": "code", "redirect_uri": CALLBACK}
    browser = Browser(domain)
    code = browser.sign_in("ann", NEW_PASSWORD, **asking).query["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    who = (web["ClientId"], web["ClientSecret"])
    granted = requests.post(domain + "/oauth2/token", data=form, auth=who, timeout=10).json()
    requests.post(domain + "/oauth2/token", data={**form, "code": code}, auth=who, timeout=10)
    api = Api(server, "secrets")
    api.mock(api.root, authorizer=api.authorizer(pool.arn))
    api.deploy()
    for token in (tokens["IdToken"], tokens["AccessToken"], tokens["IdToken"][:-5] + "AAAAA"):
        api.call(headers={"Authorization": token})
    server.client("cognito-idp", **ROOT).list_user_pools(MaxResults=1)
    assert codes
    return {
        "passwords": [PASSWORD, NEW_PASSWORD, TEMPORARY],
        "tokens": [*(tokens[kind] for kind in ("IdToken", "AccessToken", "RefreshToken")), *granted.values()],
        "sessions": [session, *browser.cookies.values()],
        "codes": [code, *codes],
        "keys": [web["ClientSecret"], ROOT["secret"]],
    }


def spellings(secret):
    """As it stands and as it would stand within JSON, a form, or base64."""
    quoted = requests.utils.quote(secret, safe="")
    return {secret, json.dumps(secret)[1:-1], quoted, base64.b64encode(secret.encode()).decode()}


@pytest.mark.parametrize("kind", ["passwords", "tokens", "sessions", "codes", "keys"])
def test_attack_155_secrets_are_not_logged(told, kind):
    secrets, log, _ = told
    assert log, "the server logged nothing to look at"
    for secret in secrets[kind]:
        secret = str(secret)
        if len(secret) < 6 or secret == "Bearer":
            continue
        # a code of six digits may stand in a log as part of a longer number
        pattern = r"(?<!\d)(%s)(?!\d)" if secret.isdigit() else "(%s)"
        found = re.search(pattern % "|".join(map(re.escape, spellings(secret))), log)
        assert found is None, f"{kind}: …{log[max(0, found.start() - 200) : found.start()]}"


def test_attack_79_secrets_are_not_readable_in_the_data_folder(told):
    secrets, _, folder = told
    whole = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                whole[os.path.relpath(os.path.join(place, name), folder)] = file.read()
    assert any(b"ann@example.com" in data for data in whole.values()), "the folder holds nothing to look at"
    for secret in [*secrets["passwords"], *secrets["keys"], *secrets["tokens"], *secrets["sessions"]]:
        secret = str(secret)
        if len(secret) < 10:
            continue
        for spelling in spellings(secret):
            for name, data in whole.items():
                assert spelling.encode() not in data, name
    for name, data in whole.items():
        if not name.startswith("tls"):
            assert b"PRIVATE KEY" not in data, name


def test_nobody_else_reads_the_data_folder(told):
    _, _, folder = told
    for name in os.listdir(folder):
        path = folder / name
        reachable = os.stat(folder).st_mode & 0o077 and os.stat(path).st_mode & 0o077
        assert not reachable, f"{name} can be read by other users of the machine"
