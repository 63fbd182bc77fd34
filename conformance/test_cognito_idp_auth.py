"""Signing in and what the tokens are good for, by boto3 and an independent verifier of tokens."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from refusal import refused
from tokens import claims, header, verified
from user_pool import PASSWORD, Pool, attributes, secret_hash, values

INCORRECT = "Incorrect username or password."


def respond(pool, challenge, username, client=None, session=None, **responses):
    return pool.idp.respond_to_auth_challenge(
        ClientId=client or pool.app,
        ChallengeName=challenge["ChallengeName"],
        Session=session or challenge["Session"],
        ChallengeResponses={"USERNAME": username, **responses},
    )


def invite(pool, username="ann", password="Temporary-1!", **given):
    pool.idp.admin_create_user(
        UserPoolId=pool.id,
        Username=username,
        TemporaryPassword=password,
        MessageAction="SUPPRESS",
        UserAttributes=attributes(given),
    )
    return pool.sign_in(username, password)


def test_a_temporary_password_must_be_replaced(pool):
    challenge = invite(pool, email="ann@example.com")
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert 20 <= len(challenge["Session"]) <= 4096
    parameters = challenge["ChallengeParameters"]
    assert parameters["USER_ID_FOR_SRP"] == "ann"
    assert json.loads(parameters["requiredAttributes"]) == []
    assert json.loads(parameters["userAttributes"])["email"] == "ann@example.com"
    assert "sub" not in json.loads(parameters["userAttributes"])
    with refused("InvalidPasswordException"):
        respond(pool, challenge, "ann", NEW_PASSWORD="weak")
    result = respond(pool, challenge, "ann", NEW_PASSWORD=PASSWORD)
    assert result["ChallengeParameters"] == {}
    assert result["AuthenticationResult"]["TokenType"] == "Bearer"
    assert pool.describe("ann")["UserStatus"] == "CONFIRMED"
    with refused("NotAuthorizedException", INCORRECT):
        pool.sign_in("ann", "Temporary-1!")
    assert pool.tokens("ann")


def test_missing_required_attributes_come_with_the_new_password(server, name):
    schema = [{"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}]
    pool = Pool(server, name, Schema=schema)
    challenge = invite(pool, email="ann@example.com")
    assert json.loads(challenge["ChallengeParameters"]["requiredAttributes"]) == ["userAttributes.name"]
    answer = {"NEW_PASSWORD": PASSWORD, "userAttributes.name": "Ann"}
    with refused("NotAuthorizedException", "Cannot modify an already provided email"):
        respond(pool, challenge, "ann", **answer, **{"userAttributes.email": "other@example.com"})
    assert respond(pool, invite_again(pool), "ann", **answer)["AuthenticationResult"]
    assert values(pool.describe("ann")["UserAttributes"])["name"] == "Ann"


def invite_again(pool):
    return pool.sign_in("ann", "Temporary-1!")


def test_a_temporary_password_lasts_a_week(start, name):
    pool = Pool(start(), name)
    invite(pool)
    pool.server.advance(7 * 86400 + 60)
    with refused("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator."):
        pool.sign_in("ann", "Temporary-1!")
    pool.idp.admin_create_user(
        UserPoolId=pool.id, Username="ann", TemporaryPassword="Temporary-2!", MessageAction="RESEND"
    )
    assert pool.sign_in("ann", "Temporary-2!")["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_the_session_of_a_challenge_ends(start, name):
    pool = Pool(start(), name)
    challenge = invite(pool)
    pool.server.advance(3 * 60 + 1)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        respond(pool, challenge, "ann", NEW_PASSWORD=PASSWORD)


def test_administrators_sign_users_in(pool):
    pool.user("ann")
    answer = pool.idp.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.app,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
    )
    assert set(answer["AuthenticationResult"]) == {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"}
    with refused("InvalidParameterException", "Initiate Auth method not supported."):
        pool.idp.initiate_auth(
            ClientId=pool.app,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        )


def test_flows_must_be_on(pool):
    pool.user("ann")
    client = pool.client(ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"])["ClientId"]
    with refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"):
        pool.sign_in("ann", client=client)
    with refused("InvalidParameterException", "Auth flow not enabled for this client"):
        pool.idp.admin_initiate_auth(
            UserPoolId=pool.id,
            ClientId=client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        )


@pytest.mark.parametrize("missing", ["USERNAME", "PASSWORD"])
def test_missing_parameters_are_named(pool, missing):
    given = {"USERNAME": "ann", "PASSWORD": PASSWORD}
    del given[missing]
    with refused("InvalidParameterException", f"Missing required parameter {missing}"):
        pool.idp.initiate_auth(ClientId=pool.app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)


def test_the_secret_hash_is_checked(pool):
    pool.user("ann")
    client = pool.client(GenerateSecret=True)
    who = {"USERNAME": "ann", "PASSWORD": PASSWORD}

    def initiate(**more):
        return pool.idp.initiate_auth(
            ClientId=client["ClientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters={**who, **more}
        )

    with refused(
        "NotAuthorizedException", f"Client {client['ClientId']} is configured for secret but secret was not received"
    ):
        initiate()
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {client['ClientId']}"):
        initiate(SECRET_HASH=secret_hash(client, "bob"))
    result = initiate(SECRET_HASH=secret_hash(client, "ann"))["AuthenticationResult"]
    refreshed = pool.idp.initiate_auth(
        ClientId=client["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": result["RefreshToken"], "SECRET_HASH": secret_hash(client, "ann")},
    )
    assert refreshed["AuthenticationResult"]["IdToken"]


def test_the_tokens_bear_cognitos_claims(idp, pool):
    sub = pool.user("ann", email="ann@example.com", email_verified="true", name="Ann")
    idp.create_group(UserPoolId=pool.id, GroupName="admins", Precedence=1)
    idp.admin_add_user_to_group(UserPoolId=pool.id, GroupName="admins", Username="ann")
    result = pool.tokens("ann")
    assert result["ExpiresIn"] == 3600
    identity = verified(result["IdToken"], pool.issuer, audience=pool.app)
    access = verified(result["AccessToken"], pool.issuer)
    for token in (result["IdToken"], result["AccessToken"]):
        assert set(header(token)) == {"kid", "alg"}
    assert header(result["IdToken"])["kid"] != header(result["AccessToken"])["kid"]
    for found in (identity, access):
        assert found["sub"] == sub
        assert found["exp"] - found["iat"] == 3600
        assert found["cognito:groups"] == ["admins"]
        assert abs(found["auth_time"] - time.time()) < 300
    assert identity["token_use"] == "id"
    assert identity["cognito:username"] == "ann"
    assert identity["email"] == "ann@example.com"
    assert identity["email_verified"] is True
    assert identity["name"] == "Ann"
    assert access["token_use"] == "access"
    assert access["client_id"] == pool.app
    assert access["username"] == "ann"
    assert access["scope"] == "aws.cognito.signin.user.admin"
    assert "aud" not in access and "email" not in access
    assert identity["event_id"] == access["event_id"]
    assert identity["origin_jti"] == access["origin_jti"]
    assert identity["jti"] != access["jti"]


def test_a_user_without_groups_has_no_such_claim(pool):
    pool.user("ann")
    assert "cognito:groups" not in claims(pool.tokens("ann")["IdToken"])


def test_refreshing_keeps_the_chain_and_renews_the_rest(start, name):
    pool = Pool(start(), name)
    pool.user("ann")
    first = pool.tokens("ann")
    pool.server.advance(600)
    second = pool.refresh(first["RefreshToken"])
    assert "RefreshToken" not in second
    old, new = claims(first["AccessToken"]), claims(second["AccessToken"])
    for same in ("sub", "auth_time", "origin_jti", "iss", "client_id"):
        assert old[same] == new[same]
    assert new["iat"] >= old["iat"] + 600
    assert old["jti"] != new["jti"]


def test_refresh_tokens_are_the_clients_and_end(start, name):
    pool = Pool(start(), name)
    pool.user("ann")
    token = pool.tokens("ann")["RefreshToken"]
    other = pool.client()["ClientId"]
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.refresh(token, client=other)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.refresh(token[:-4] + "AAAA")
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.refresh("nonsense")
    pool.server.advance(30 * 86400 + 1)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        pool.refresh(token)


def test_an_access_token_expires(start, name):
    pool = Pool(start(), name)
    pool.user("ann")
    token = pool.tokens("ann")["AccessToken"]
    assert pool.idp.get_user(AccessToken=token)["Username"] == "ann"
    pool.server.advance(3601)
    with refused("NotAuthorizedException", "Access Token has expired"):
        pool.idp.get_user(AccessToken=token)


def test_validity_is_the_clients(pool):
    pool.user("ann")
    units = {"AccessToken": "minutes", "IdToken": "minutes"}
    client = pool.client(AccessTokenValidity=10, IdTokenValidity=20, TokenValidityUnits=units)["ClientId"]
    result = pool.tokens("ann", client=client)
    assert result["ExpiresIn"] == 600
    lives = [found["exp"] - found["iat"] for found in map(claims, (result["AccessToken"], result["IdToken"]))]
    assert lives == [600, 1200]


def test_a_revoked_refresh_token_ends_its_chain(pool):
    pool.user("ann")
    first, other = pool.tokens("ann"), pool.tokens("ann")
    pool.idp.revoke_token(ClientId=pool.app, Token=first["RefreshToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        pool.refresh(first["RefreshToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.idp.get_user(AccessToken=first["AccessToken"])
    assert pool.idp.get_user(AccessToken=other["AccessToken"])
    assert pool.refresh(other["RefreshToken"])
    with refused("UnsupportedTokenTypeException"):
        pool.idp.revoke_token(ClientId=pool.app, Token=other["AccessToken"])


def test_global_sign_out_ends_every_chain(pool):
    pool.user("ann")
    first, second = pool.tokens("ann"), pool.tokens("ann")
    pool.idp.global_sign_out(AccessToken=first["AccessToken"])
    for result in (first, second):
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            pool.idp.get_user(AccessToken=result["AccessToken"])
        with refused("NotAuthorizedException", "Refresh Token has been revoked"):
            pool.refresh(result["RefreshToken"])
    third = pool.tokens("ann")
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ann")
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.idp.get_user(AccessToken=third["AccessToken"])


def test_users_change_their_password(pool):
    pool.user("ann")
    token = pool.tokens("ann")["AccessToken"]
    change = {"AccessToken": token, "ProposedPassword": "Another-Pass-9"}
    with refused("NotAuthorizedException", INCORRECT):
        pool.idp.change_password(**change, PreviousPassword="Wrong-Password-1")
    with refused("InvalidPasswordException"):
        pool.idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword="weak")
    pool.idp.change_password(**change, PreviousPassword=PASSWORD)
    with refused("NotAuthorizedException", INCORRECT):
        pool.sign_in("ann")
    assert pool.tokens("ann", "Another-Pass-9")


def test_get_user_wants_an_access_token(pool):
    pool.user("ann")
    result = pool.tokens("ann")
    for wrong in (result["IdToken"], "nonsense", result["AccessToken"][:-6] + "AAAAAA"):
        with refused("NotAuthorizedException", "Invalid Access Token"):
            pool.idp.get_user(AccessToken=wrong)


def test_refresh_tokens_rotate_where_the_client_says_so(start, name):
    pool = Pool(start(), name)
    pool.user("ann")
    client = pool.client(
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    )["ClientId"]

    def rotate(token):
        return pool.idp.get_tokens_from_refresh_token(RefreshToken=token, ClientId=client)["AuthenticationResult"]

    first = pool.tokens("ann", client=client)["RefreshToken"]
    second = rotate(first)["RefreshToken"]
    third = rotate(second)["RefreshToken"]
    assert len({first, second, third}) == 3
    pool.server.advance(5)
    with refused("RefreshTokenReuseException"):
        rotate(first)
    # whoever used a token twice may be a thief: the whole family ends
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        rotate(third)


def test_a_new_address_waits_for_its_proof_where_the_pool_says_so(server, name):
    settings = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    pool = Pool(server, name, UserAttributeUpdateSettings=settings, AutoVerifiedAttributes=["email"])
    pool.user("ann", email="old@example.com", email_verified="true")
    token = pool.tokens("ann")["AccessToken"]
    sent = pool.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes({"email": "new@example.com"}))[
        "CodeDeliveryDetailsList"
    ]
    assert [item["Destination"] for item in sent] == ["n***@e***"]
    assert values(pool.describe("ann")["UserAttributes"])["email"] == "old@example.com"
    code = server.code(pool=pool.id, to="new@example.com")
    pool.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)
    found = values(pool.describe("ann")["UserAttributes"])
    assert (found["email"], found["email_verified"]) == ("new@example.com", "true")


def test_a_second_factor_is_never_skipped(pool):
    pool.user("ann")
    pool.idp.set_user_pool_mfa_config(
        UserPoolId=pool.id, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    try:
        answer = pool.sign_in("ann")
    except ClientError as refusal:
        answer = refusal.response
    assert "AuthenticationResult" not in answer


def test_a_trigger_is_never_skipped(server, name):
    nowhere = "arn:aws:lambda:us-east-1:123456789012:function:nowhere"
    try:
        pool = Pool(server, name, LambdaConfig={"PreSignUp": nowhere, "PreAuthentication": nowhere})
    except ClientError:
        return  # refused where it is set: nothing is skipped either
    with pytest.raises(ClientError):
        pool.idp.sign_up(ClientId=pool.app, Username="ann", Password=PASSWORD)
    with pytest.raises(ClientError):
        pool.user("bob")
        pool.sign_in("bob")


def test_failures_lock_for_a_while(start, name):
    pool = Pool(start(), name)
    pool.user("ann")
    for _ in range(5):
        with refused("NotAuthorizedException", INCORRECT):
            pool.sign_in("ann", "Wrong-Password-1")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        pool.sign_in("ann")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        pool.idp.admin_initiate_auth(
            UserPoolId=pool.id,
            ClientId=pool.app,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        )
    pool.server.advance(2)
    with refused("NotAuthorizedException", INCORRECT):
        pool.sign_in("ann", "Wrong-Password-1")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        pool.sign_in("ann")
    pool.server.advance(15 * 60)
    assert pool.tokens("ann")


def test_forgetting_too_often_is_limited(server, name):
    pool = Pool(server, name, AutoVerifiedAttributes=["email"])
    pool.user("ann", email="ann@example.com", email_verified="true")
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        for _ in range(21):
            pool.idp.forgot_password(ClientId=pool.app, Username="ann")
    assert 5 <= len(server.messages(pool=pool.id)) <= 20


def test_codes_cannot_be_guessed(server, name):
    pool = Pool(server, name, AutoVerifiedAttributes=["email"])
    pool.idp.sign_up(
        ClientId=pool.app, Username="ann", Password=PASSWORD, UserAttributes=attributes({"email": "ann@example.com"})
    )
    code = int(server.code(pool=pool.id))
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        for guess in range(1, 17):
            with pytest.raises(pool.idp.exceptions.CodeMismatchException):
                pool.idp.confirm_sign_up(
                    ClientId=pool.app, Username="ann", ConfirmationCode=f"{(code + guess) % 1000000:06}"
                )
