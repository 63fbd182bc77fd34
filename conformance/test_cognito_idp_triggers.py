"""Triggers of user pools, run by a server that speaks Lambda's Invoke API; custom senders, whose codes are opened by
AWS's own encryption SDK with a raw AES keyring."""

import base64

import aws_encryption_sdk
import pytest
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import AesWrappingAlg, CreateRawAesKeyringInput
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP

from functions import Functions
from running import ACCOUNT, REGION, Server
from tokens import claims
from user_pool import FLOWS, PASSWORD, Pool, attributes, values

KMS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a0b0c0d-1111-2222-3333-444455556666"
WRAPPING = bytes(range(32))


def arn(name):
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server with a functions endpoint and the key of custom senders."""
    folder = tmp_path_factory.mktemp("triggers")
    (folder / "key").write_bytes(WRAPPING)
    (folder / "portcullis.toml").write_text(f'[kms_keys]\n"{KMS_KEY}" = "{folder / "key"}"\n')
    with Functions() as functions:
        server = Server("serve", "--config", str(folder / "portcullis.toml"), "--functions-endpoint", functions.url)
        yield server, functions
        server.stop()


def make(served, name, triggers, **settings):
    """A pool whose triggers are functions of the pool's own names."""
    server, functions = served
    config = {trigger: arn(f"{name}-{trigger}") for trigger in triggers}
    pool = Pool(server, name, LambdaConfig=config, **settings)
    return pool, functions


def refused(call):
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return f'{error["Code"]}: {error["Message"]}'


def test_pre_sign_up_confirms_refuses_and_fails(served, name):
    pool, functions = make(served, name, ["PreSignUp", "PostConfirmation"])
    functions.answers(f"{name}-PostConfirmation")

    def function(event):
        if event["request"]["validationData"]["age"] == "9":
            raise ValueError("Too young")
        event["response"]["autoConfirmUser"] = event["response"]["autoVerifyEmail"] = True
        return event

    functions.on[f"{name}-PreSignUp"] = function

    def sign_up(user, age):
        return pool.idp.sign_up(
            ClientId=pool.app,
            Username=user,
            Password=PASSWORD,
            UserAttributes=attributes({"email": f"{user}@example.com"}),
            ValidationData=attributes({"age": age}),
            ClientMetadata={"from": "test"},
        )

    assert sign_up("ann", "30")["UserConfirmed"]
    event = functions.events(f"{name}-PreSignUp")[0]
    assert (event["version"], event["triggerSource"], event["userName"]) == ("1", "PreSignUp_SignUp", "ann")
    assert event["callerContext"]["clientId"] == pool.app
    assert event["request"]["clientMetadata"] == {"from": "test"}
    confirmed = functions.events(f"{name}-PostConfirmation")[0]
    assert confirmed["triggerSource"] == "PostConfirmation_ConfirmSignUp"
    user = pool.idp.admin_get_user(UserPoolId=pool.id, Username="ann")
    assert values(user["UserAttributes"])["email_verified"] == "true"
    assert refused(lambda: sign_up("kid", "9")) == (
        "UserLambdaValidationException: PreSignUp failed with error Too young."
    )
    functions.on[f"{name}-PreSignUp"] = lambda event: "no event"
    assert refused(lambda: sign_up("x", "30")) == "InvalidLambdaResponseException: Unrecognizable lambda output"
    del functions.on[f"{name}-PreSignUp"]
    assert refused(lambda: sign_up("x", "30")).startswith("UnexpectedLambdaException: PreSignUp invocation failed")


def test_custom_auth_goes_through_three_functions(served, name):
    triggers = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]
    pool, functions = make(served, name, triggers)
    client = pool.client(ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["ClientId"]
    pool.user("ann")

    def define(event):
        session = event["request"]["session"]
        right = bool(session) and session[-1]["challengeResult"]
        event["response"] = {
            "issueTokens": right,
            "failAuthentication": len(session) >= 2 and not right,
            "challengeName": None if right else "CUSTOM_CHALLENGE",
        }
        return event

    def verify(event):
        expected = event["request"]["privateChallengeParameters"]["answer"]
        event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == expected
        return event

    functions.on[f"{name}-DefineAuthChallenge"] = define
    functions.answers(
        f"{name}-CreateAuthChallenge",
        publicChallengeParameters={"question": "6 * 7"},
        privateChallengeParameters={"answer": "42"},
        challengeMetadata="SUM",
    )
    functions.on[f"{name}-VerifyAuthChallengeResponse"] = verify

    def begin():
        return pool.idp.initiate_auth(ClientId=client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "ann"})

    def answer(step, text):
        return pool.idp.respond_to_auth_challenge(
            ClientId=client,
            ChallengeName="CUSTOM_CHALLENGE",
            Session=step["Session"],
            ChallengeResponses={"USERNAME": "ann", "ANSWER": text},
        )

    first = begin()
    assert first["ChallengeParameters"]["question"] == "6 * 7"
    assert "answer" not in first["ChallengeParameters"]
    second = answer(first, "41")
    assert second["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert "AccessToken" in answer(second, "42")["AuthenticationResult"]
    wrong = answer(begin(), "1")
    assert refused(lambda: answer(wrong, "2")) == "NotAuthorizedException: Incorrect username or password."


@pytest.mark.parametrize("version", ["V1_0", "V2_0", "V3_0"])
def test_pre_token_generation_of_each_version(served, name, version):
    server, functions = served
    function = arn(f"{name}-tokens")
    config = {"PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": function}}
    pool = Pool(server, name, LambdaConfig=config)
    pool.user("ann")
    if version == "V1_0":
        given = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"tenant": "blue", "sub": "evil"}}}
    else:
        token = {"claimsToAddOrOverride": {"tenant": {"name": "blue"}, "sub": "evil"}}
        access = {**token, "scopesToAdd": ["api/read"]}
        given = {"claimsAndScopeOverrideDetails": {"idTokenGeneration": token, "accessTokenGeneration": access}}
    functions.answers(f"{name}-tokens", **given)
    tokens = pool.tokens("ann")
    event = functions.events(f"{name}-tokens")[0]
    assert event["version"] == version[1]
    assert event["triggerSource"] == "TokenGeneration_Authentication"
    assert ("scopes" in event["request"]) == (version != "V1_0")
    identity, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert identity["sub"] != "evil"
    assert identity["tenant"] == ("blue" if version == "V1_0" else {"name": "blue"})
    assert ("tenant" in access) == (version != "V1_0")
    assert ("api/read" in access["scope"].split()) == (version != "V1_0")


def test_custom_message_writes_what_is_sent(served, name):
    pool, functions = make(served, name, ["CustomMessage"], AutoVerifiedAttributes=["email"])
    functions.answers(f"{name}-CustomMessage", emailSubject="Welcome", emailMessage="<p>Your code: {####}</p>")
    sign_up(pool, "ann", email="ann@example.com")
    message = pool.server.messages(pool=pool.id, user="ann")[0]
    assert message["subject"] == "Welcome"
    assert message["body"] == f"<p>Your code: {message['code']}</p>"
    functions.answers(f"{name}-CustomMessage", emailMessage="no place for the code")
    assert refused(lambda: sign_up(pool, "bob", email="bob@example.com")).startswith("InvalidLambdaResponseException")


def test_user_migration_brings_users_at_sign_in(served, name):
    pool, functions = make(served, name, ["UserMigration"])

    def migrate(event):
        if event["request"]["password"] != PASSWORD:
            raise ValueError("Bad password")
        event["response"].update(
            userAttributes={"email": "old@example.com", "email_verified": "true"},
            finalUserStatus="CONFIRMED",
            messageAction="SUPPRESS",
        )
        return event

    functions.on[f"{name}-UserMigration"] = migrate
    assert refused(lambda: pool.sign_in("old", "Wrong-Pass-1")).startswith("UserLambdaValidationException")
    assert "AccessToken" in pool.sign_in("old", PASSWORD)["AuthenticationResult"]
    user = pool.idp.admin_get_user(UserPoolId=pool.id, Username="old")
    assert user["UserStatus"] == "CONFIRMED"
    assert values(user["UserAttributes"])["email"] == "old@example.com"
    pool.sign_in("old", PASSWORD)
    assert len(functions.events(f"{name}-UserMigration")) == 2, "asked for strangers alone"


def sign_up(pool, user, **given):
    pool.idp.sign_up(ClientId=pool.app, Username=user, Password=PASSWORD, UserAttributes=attributes(given))


def opened(event, pool):
    """As a function opens it."""
    providers = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
    keyring = providers.create_raw_aes_keyring(
        input=CreateRawAesKeyringInput(
            key_namespace="aws-raw",
            key_name=KMS_KEY,
            wrapping_key=WRAPPING,
            wrapping_alg=AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16,
        )
    )
    # The default policy: messages without key commitment are refused.
    client = aws_encryption_sdk.EncryptionSDKClient()
    sealed = base64.b64decode(event["request"]["code"])
    plain, header = client.decrypt(source=sealed, keyring=keyring)
    assert header.encryption_context == {"userpool-id": pool.id}
    assert header.algorithm.name == "AES_256_GCM_HKDF_SHA512_COMMIT_KEY"
    return plain.decode()


def test_pycognito_proves_the_password_before_the_pools_own_challenge(served, name):
    triggers = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]
    pool, functions = make(served, name, triggers)
    client = pool.client(ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH"], GenerateSecret=True)
    pool.user("ann")

    def define(event):
        said = [(step["challengeName"], step["challengeResult"]) for step in event["request"]["session"]]
        following = {
            (("SRP_A", True),): "PASSWORD_VERIFIER",
            (("SRP_A", True), ("PASSWORD_VERIFIER", True)): "CUSTOM_CHALLENGE",
        }.get(tuple(said))
        done = said[-1] == ("CUSTOM_CHALLENGE", True)
        event["response"] = {
            "issueTokens": done,
            "failAuthentication": not done and following is None,
            "challengeName": following,
        }
        return event

    def verify(event):
        event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == "42"
        return event

    functions.on[f"{name}-DefineAuthChallenge"] = define
    functions.on[f"{name}-VerifyAuthChallengeResponse"] = verify
    functions.answers(f"{name}-CreateAuthChallenge", publicChallengeParameters={"question": "6 * 7"})

    def begin(password):
        """pycognito's own steps, over the flow that it has no call for."""
        srp = AWSSRP(
            username="ann",
            password=password,
            pool_id=pool.id,
            client_id=client["ClientId"],
            client_secret=client["ClientSecret"],
            client=pool.idp,
        )
        parameters = {**srp.get_auth_params(), "CHALLENGE_NAME": "SRP_A"}
        asked = pool.idp.initiate_auth(
            ClientId=client["ClientId"], AuthFlow="CUSTOM_AUTH", AuthParameters=parameters
        )
        assert asked["ChallengeName"] == srp.PASSWORD_VERIFIER_CHALLENGE
        proof = srp.process_challenge(asked["ChallengeParameters"], parameters)
        return srp, respond(asked, proof)

    def respond(asked, responses):
        return pool.idp.respond_to_auth_challenge(
            ClientId=client["ClientId"],
            ChallengeName=asked["ChallengeName"],
            ChallengeResponses=responses,
            **({"Session": asked["Session"]} if "Session" in asked else {}),
        )

    def answer(srp, asked, text):
        hash_ = srp.get_secret_hash("ann", client["ClientId"], client["ClientSecret"])
        return respond(asked, {"USERNAME": "ann", "ANSWER": text, "SECRET_HASH": hash_})

    srp, asked = begin(PASSWORD)
    assert (asked["ChallengeName"], asked["ChallengeParameters"]["question"]) == ("CUSTOM_CHALLENGE", "6 * 7")
    assert claims(answer(srp, asked, "42")["AuthenticationResult"]["AccessToken"])["username"] == "ann"
    srp, asked = begin(PASSWORD)
    assert refused(lambda: answer(srp, asked, "41")).startswith("NotAuthorizedException")
    assert refused(lambda: begin("Wrong-Pass-1")).startswith("NotAuthorizedException")


def test_custom_senders_get_the_code_for_the_encryption_sdk(served, name):
    server, functions = served
    config = {
        "KMSKeyID": KMS_KEY,
        "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": arn(f"{name}-mail")},
        "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": arn(f"{name}-sms")},
    }
    pool = Pool(server, name, LambdaConfig=config, AutoVerifiedAttributes=["email", "phone_number"])
    functions.answers(f"{name}-mail")
    functions.answers(f"{name}-sms")
    for user, sender, trigger, given in [
        ("ann", "mail", "CustomEmailSender", {"email": "ann@example.com"}),
        ("bob", "sms", "CustomSMSSender", {"phone_number": "+491701234567"}),
    ]:
        sign_up(pool, user, **given)
        event = functions.told(f"{name}-{sender}")[0]
        assert event["triggerSource"] == f"{trigger}_SignUp"
        assert event["request"]["type"] == f"{trigger[0].lower()}{trigger[1:]}RequestV1"
        code = opened(event, pool)
        pool.idp.confirm_sign_up(ClientId=pool.app, Username=user, ConfirmationCode=code)
    kinds = {kind for called, kind, _ in functions.calls if called.startswith(f"{name}-")}
    assert kinds == {"Event"}
    assert server.messages(pool=pool.id) == []
    pool.idp.admin_create_user(
        UserPoolId=pool.id, Username="eve", UserAttributes=attributes({"email": "eve@example.com"})
    )
    temporary = opened(functions.told(f"{name}-mail", 2)[1], pool)
    assert pool.sign_in("eve", temporary)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
