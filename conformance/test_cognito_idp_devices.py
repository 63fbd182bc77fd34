"""Remembered devices by pycognito, and passkeys by boto3 and an authenticator in software."""

import json

import pytest
from pycognito.aws_srp import AWSSRP, generate_hash_device

from authenticator import Authenticator
from refusal import refused
from user_pool import PASSWORD, Pool, values

FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"]
ORIGIN = "https://login.example.com"


@pytest.fixture
def tracked(server, name):
    """A pool whose devices stand for second factors."""
    devices = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    pool = Pool(server, name, DeviceConfiguration=devices)
    pool.user("alice")
    return pool


def srp(pool, client, **device):
    return AWSSRP(
        username="alice", password=PASSWORD, pool_id=pool.id, client_id=client, client=pool.idp, **device
    )


def confirm(pool, tokens, name="laptop"):
    """As pycognito's `confirm_device`, which knows AWS's own address only. Answers key, group and password."""
    result = tokens["AuthenticationResult"]
    new = result["NewDeviceMetadata"]
    password, verifier = generate_hash_device(new["DeviceGroupKey"], new["DeviceKey"])
    answer = pool.idp.confirm_device(
        AccessToken=result["AccessToken"],
        DeviceKey=new["DeviceKey"],
        DeviceName=name,
        DeviceSecretVerifierConfig=verifier,
    )
    assert answer["UserConfirmationNecessary"] is False
    return {"device_key": new["DeviceKey"], "device_group_key": new["DeviceGroupKey"], "device_password": password}


def test_pycognito_confirms_a_device_and_signs_in_with_it(tracked):
    client = tracked.client(ExplicitAuthFlows=FLOWS)["ClientId"]
    device = confirm(tracked, srp(tracked, client).authenticate_user())
    result = srp(tracked, client, **device).authenticate_user()["AuthenticationResult"]
    assert "NewDeviceMetadata" not in result and result["AccessToken"]
    key = device["device_key"]
    shown = tracked.idp.get_device(AccessToken=result["AccessToken"], DeviceKey=key)["Device"]
    assert values(shown["DeviceAttributes"])["device_name"] == "laptop"
    with refused("NotAuthorizedException", "Incorrect username or password."):
        srp(tracked, client, **{**device, "device_password": "another"}).authenticate_user()


def test_a_refresh_names_its_device_until_that_is_forgotten(tracked):
    client = tracked.client(ExplicitAuthFlows=FLOWS)["ClientId"]
    tokens = srp(tracked, client).authenticate_user()
    key = confirm(tracked, tokens)["device_key"]
    result = tokens["AuthenticationResult"]

    def refresh(**more):
        parameters = {"REFRESH_TOKEN": result["RefreshToken"], **more}
        return tracked.idp.initiate_auth(
            ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters
        )

    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh()
    assert refresh(DEVICE_KEY=key)["AuthenticationResult"]["AccessToken"]
    tracked.idp.forget_device(AccessToken=result["AccessToken"], DeviceKey=key)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refresh(DEVICE_KEY=key)


def test_an_administrator_sees_and_forgets_devices(tracked):
    client = tracked.client(ExplicitAuthFlows=FLOWS)["ClientId"]
    for _ in range(3):
        confirm(tracked, srp(tracked, client).authenticate_user())
    who = {"UserPoolId": tracked.id, "Username": "alice"}
    page = tracked.idp.admin_list_devices(**who, Limit=2)
    rest = tracked.idp.admin_list_devices(**who, Limit=2, PaginationToken=page["PaginationToken"])
    keys = [device["DeviceKey"] for device in page["Devices"] + rest["Devices"]]
    assert len(keys) == 3 and keys == sorted(keys) and "PaginationToken" not in rest
    tracked.idp.admin_update_device_status(**who, DeviceKey=keys[0], DeviceRememberedStatus="not_remembered")
    device = tracked.idp.admin_get_device(**who, DeviceKey=keys[0])["Device"]
    assert values(device["DeviceAttributes"])["dev:device_remembered_status"] == "not_remembered"
    tracked.idp.admin_forget_device(**who, DeviceKey=keys[0])
    with refused("ResourceNotFoundException", "Device does not exist."):
        tracked.idp.admin_get_device(**who, DeviceKey=keys[0])


@pytest.fixture
def passkeys(server, name):
    """A pool with passkeys of `example.com`."""
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}
    pool = Pool(server, name, Policies={"SignInPolicy": factors})
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.id,
        WebAuthnConfiguration={"RelyingPartyId": "example.com", "UserVerification": "required"},
    )
    pool.user("alice")
    return pool


def test_a_passkey_is_registered_and_signs_in(passkeys):
    idp, client = passkeys.idp, passkeys.client(ExplicitAuthFlows=FLOWS)["ClientId"]
    token = passkeys.tokens("alice", client=client)["AccessToken"]
    key = Authenticator(ORIGIN)
    options = idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
    assert options["rp"]["id"] == "example.com" and options["user"]["name"] == "alice"
    idp.complete_web_authn_registration(AccessToken=token, Credential=key.create(options))
    listed = idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
    assert [one["RelyingPartyId"] for one in listed] == ["example.com"]
    for _ in range(2):
        asked = idp.initiate_auth(
            ClientId=client,
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": "alice", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
        )
        assert asked["ChallengeName"] == "WEB_AUTHN"
        options = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        answer = {"USERNAME": "alice", "CREDENTIAL": json.dumps(key.get(options))}
        given = {
            "ClientId": client,
            "ChallengeName": "WEB_AUTHN",
            "Session": asked["Session"],
            "ChallengeResponses": answer,
        }
        assert idp.respond_to_auth_challenge(**given)["AuthenticationResult"]["AccessToken"]
        with refused("NotAuthorizedException"):
            idp.respond_to_auth_challenge(**given)
    idp.delete_web_authn_credential(AccessToken=token, CredentialId=listed[0]["CredentialId"])
    assert idp.list_web_authn_credentials(AccessToken=token)["Credentials"] == []


def test_attack_107_a_passkey_of_a_look_alike_page_is_not_registered(passkeys):
    token = passkeys.tokens("alice")["AccessToken"]
    for origin in ["https://example.com.evil.test", "https://notexample.com", "http://example.com"]:
        options = passkeys.idp.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]
        with refused("WebAuthnOriginNotAllowedException"):
            passkeys.idp.complete_web_authn_registration(
                AccessToken=token, Credential=Authenticator(origin).create(options)
            )
