"""Every operation of every served model, as botocore knows it: without a key none is answered that needs one, and with
one none breaks, whatever it is given."""

import datetime
import json
import re
import subprocess

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from running import BINARY, Server

SERVICES = [
    "apigateway",
    "apigatewayv2",
    "cognito-identity",
    "cognito-idp",
    "iam",
    "lambda",
    "logs",
    "s3",
    "sts",
    "wafv2",
]
ROOT_KEY = {"aws_access_key_id": "AKIAROOTKEY", "aws_secret_access_key": "its-secret"}
ENVIRONMENT = {"PORTCULLIS_ROOT_ACCESS_KEY_ID": "AKIAROOTKEY", "PORTCULLIS_ROOT_SECRET_ACCESS_KEY": "its-secret"}
NO_KEY = {"MissingAuthenticationTokenException", "MissingAuthenticationToken", "AccessDenied"}


@pytest.fixture(scope="module")
def enforced():
    running = Server("serve", "--enforced", env=ENVIRONMENT)
    yield running
    running.stop()


def sample(shape, name="", depth=0):
    """The least that a shape takes."""
    kind = shape.type_name
    if kind == "structure":
        required = shape.members if depth == 0 else shape.required_members
        wanted = [member for member in required if member in shape.required_members]
        return {member: sample(shape.members[member], member, depth + 1) for member in wanted}
    if kind == "list":
        return [sample(shape.member, name, depth + 1)] * max(1, shape.metadata.get("min", 1)) if depth < 4 else []
    if kind == "map":
        return {sample(shape.key, "", depth + 1): sample(shape.value, "", depth + 1)} if depth < 4 else {}
    if kind in ("integer", "long"):
        return max(1, int(shape.metadata.get("min", 1)))
    return {
        "string": lambda: text(shape, name),
        "boolean": lambda: True,
        "timestamp": lambda: datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc),
        "blob": lambda: b"blob",
        "float": lambda: 1.0,
        "double": lambda: 1.0,
    }[kind]()


def text(shape, name):
    if shape.enum:
        return shape.enum[0]
    if name in NAMED:
        return NAMED[name]
    least, pattern = max(1, int(shape.metadata.get("min", 1))), shape.metadata.get("pattern", "")
    candidates = ["a" * least, *CANDIDATES, "1" * least, "A" * least]
    return next((each for each in candidates if len(each) >= least and fits(pattern, each)), candidates[0])


# what no pattern tells
NAMED = {
    "Bucket": "some-bucket",
    "CopySource": "some-bucket/key",
}
# one text for each form that the models ask for
CANDIDATES = [
    "us-east-1_aaaaaaaaa",
    "us-east-1:00000000-0000-4000-8000-000000000000",
    "arn:aws:iam::123456789012:role/some-role",
    "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_aaaaaaaaa",
    "00000000-0000-4000-8000-000000000000",
    "AKIAIOSFODNN7EXAMPLE",
    "https://example.com",
    "someone@example.com",
    "123456",
]


def fits(pattern, candidate):
    """The models' patterns are Java's; what Python cannot read is not judged."""
    try:
        return re.fullmatch(re.sub(r"\\p\{[A-Z]+\}", r"\\w", pattern) or ".*", candidate, re.DOTALL) is not None
    except re.error:
        return True


def client_of(server, service, **more):
    config = {"parameter_validation": False, "inject_host_prefix": False, "retries": {"max_attempts": 0}}
    signature = more.pop("signature_version", None)
    if signature:
        config["signature_version"] = signature
    return boto3.client(service, region_name="us-east-1", endpoint_url=server.address, config=Config(**config), **more)


def outcomes(client):
    """What each operation answers: its error's code with the status, or `None`."""
    for method, operation in sorted(client.meta.method_to_api_mapping.items()):
        model = client.meta.service_model.operation_model(operation)
        given = sample(model.input_shape) if model.input_shape else {}
        try:
            answer = getattr(client, method)(**given)
            # what is asked for many is refused one by one
            each = answer.get("Errors") if not answer.get("Deleted") else None
            yield model, ((each[0]["Code"], 200, each[0]["Message"]) if each else (None, 200, ""))
        except ClientError as refused:
            error = refused.response["Error"]
            status = refused.response["ResponseMetadata"]["HTTPStatusCode"]
            yield model, (error["Code"], status, error.get("Message", ""))
        except BotoCoreError as unsent:
            # what the client itself will not send, as operations that need another kind of endpoint
            yield model, ("unsent", 0, str(unsent))


def broken(status):
    return status >= 500 and status != 501


@pytest.mark.parametrize("service", [service for service in SERVICES if service != "s3"])
def test_no_operation_that_needs_a_key_is_answered_without(enforced, service):
    client = client_of(enforced, service, signature_version=UNSIGNED)
    host = f"{client.meta.service_model.endpoint_prefix}.us-east-1.amazonaws.com"
    # an unsigned call says by its host name alone which service it means
    client.meta.events.register("before-send", lambda request, **_: request.headers.update(Host=host))
    wrong, judged = {}, 0
    for model, (code, status, message) in outcomes(client):
        if code == "unsent":
            continue
        judged += 1
        needs_key = model.auth_type != "none"
        if broken(status) or needs_key != (code in NO_KEY):
            wrong[model.name] = (code, status, message)
    assert wrong == {}
    assert judged > len(client.meta.method_to_api_mapping) * 0.9


def test_strangers_get_nothing_of_a_private_bucket(enforced):
    client_of(enforced, "s3", **ROOT_KEY).create_bucket(Bucket="some-bucket")
    client = client_of(enforced, "s3", signature_version=UNSIGNED)
    wrong = {}
    for model, (code, status, message) in outcomes(client):
        # a bucket of any name may be asked about: that it is there is no secret on AWS either
        if code is None or broken(status):
            wrong[model.name] = (code, status, message)
    assert wrong == {}


@pytest.fixture(scope="module")
def not_yet():
    """Operations that the binary itself says it has not built."""
    told = json.loads(subprocess.run([BINARY, "coverage"], capture_output=True, check=True, timeout=60).stdout)
    return {
        service["service"]: {each["name"] for each in service["operations"] if each["state"] == "not yet"}
        for service in told
    }


@pytest.mark.parametrize("service", SERVICES)
def test_no_operation_breaks_and_what_is_not_built_says_so(enforced, not_yet, service):
    client = client_of(enforced, service, **ROOT_KEY)
    wrong, names, said = {}, set(), 0
    for model, (code, status, message) in outcomes(client):
        names.add(model.name)
        if code == "unsent" or "This endpoint belongs to" in message:
            continue
        no_answer = broken(status) or code in NO_KEY | {"UnknownOperationException", "InvalidSignatureException"}
        # what is given is read first, and the answer to HEAD has no body that could name anything
        named = code == "NotImplementedException" and model.name in message or model.http["method"] == "HEAD"
        unreadable = "validation error" in message or code in ("MalformedXML", "InvalidArgument")
        unbuilt = unreadable or status == 501 and named
        if (
            no_answer
            or model.name in not_yet[service]
            and not unbuilt
            or model.name not in not_yet[service]
            and status == 501
        ):
            wrong[model.name] = (code, status, message)
        said += status == 501
    assert wrong == {}
    assert said or not not_yet[service]
    assert not_yet[service] - names == set(), "the server's model has operations that the client's has not"


DENIED = {"AccessDeniedException", "AccessDenied"}
UNPROVEN = {
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
}
NOT_BUILT = "NotImplementedException"
# Everybody who is somebody may call these; a policy cannot forbid the first (STS API reference, GetCallerIdentity).
NEVER_DENIED = {"GetCallerIdentity", "GetSessionToken"}


UNREADABLE = {"ValidationError", "NoSuchBucket", "MalformedXML", "InvalidArgument", "unsent", NOT_BUILT}


def needs_key(model):
    return model.auth_type != "none"


def unreadable(code, message):
    """The request is read before policies are asked: what cannot be read tells nothing of what is kept."""
    return "validation error" in message or code in UNREADABLE


def judge(client, refusals):
    """Which operations answer otherwise than by one of these refusals."""
    wrong, refused = {}, 0
    for model, (code, status, message) in outcomes(client):
        if not needs_key(model) or "This endpoint belongs to" in message:
            continue
        refused += code in refusals or status == 403
        # the answer to HEAD has no body: its status alone says what it is
        if code not in refusals and not (model.http.get("method") == "HEAD" and status in (400, 403)):
            wrong[model.name] = (code, status, message)
    return wrong, refused


@pytest.mark.parametrize("service", SERVICES)
def test_no_operation_is_answered_to_a_wrong_signature(enforced, service):
    client = client_of(enforced, service, aws_access_key_id="AKIAROOTKEY", aws_secret_access_key="not-its-secret")
    wrong, refused = judge(client, UNPROVEN)
    assert {name: seen for name, seen in wrong.items() if seen[0] != "unsent"} == {}
    assert refused > 0


@pytest.fixture(scope="module")
def denied_user(enforced):
    """A user who may do everything, and to whom everything is forbidden."""
    iam = client_of(enforced, "iam", **ROOT_KEY)
    iam.create_user(UserName="denied")
    for effect in ("Allow", "Deny"):
        statement = {"Effect": effect, "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        iam.put_user_policy(UserName="denied", PolicyName=effect, PolicyDocument=document)
    key = iam.create_access_key(UserName="denied")["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


@pytest.mark.parametrize("service", SERVICES)
def test_no_operation_is_answered_against_a_denying_policy(enforced, denied_user, service):
    client = client_of(enforced, service, **denied_user)
    wrong, refused = judge(client, DENIED)
    wrong = {name: seen for name, seen in wrong.items() if name not in NEVER_DENIED and not unreadable(*seen[::2])}
    assert wrong == {}
    # most of sts reads its caller from what it is given
    assert refused > len(client.meta.method_to_api_mapping) * (0.1 if service == "sts" else 0.5)


@pytest.fixture(scope="module")
def foreign_key(tmp_path_factory):
    """A data folder that served one account serves another; the first one's keys are still in it."""
    folder = tmp_path_factory.mktemp("two-accounts")
    config = folder / "portcullis.toml"

    def serve(account):
        config.write_text(f'account = "{account}"\n')
        return Server("serve", "--enforced", "--config", str(config), data=folder, env=ENVIRONMENT)

    first = serve("111122223333")
    iam = client_of(first, "iam", **ROOT_KEY)
    iam.create_user(UserName="elsewhere")
    everything = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    iam.put_user_policy(UserName="elsewhere", PolicyName="all", PolicyDocument=everything)
    key = iam.create_access_key(UserName="elsewhere")["AccessKey"]
    credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    assert client_of(first, "sts", **credentials).get_caller_identity()["Account"] == "111122223333"
    first.stop()
    second = serve("444455556666")
    yield second, credentials
    second.stop()


@pytest.mark.parametrize("service", SERVICES)
def test_no_operation_is_answered_to_another_accounts_key(foreign_key, service):
    server, credentials = foreign_key
    wrong, refused = judge(client_of(server, service, **credentials), UNPROVEN)
    assert {name: seen for name, seen in wrong.items() if seen[0] != "unsent"} == {}
    assert refused > 0


def test_attack_148_no_users_token_and_no_lesser_right_administers(enforced):
    root = {service: client_of(enforced, service, **ROOT_KEY) for service in ("iam", "cognito-idp")}
    idp = root["cognito-idp"]
    pool = idp.create_user_pool(PoolName="administered")["UserPool"]["Id"]
    app = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Passw0rd!", Permanent=True)
    tokens = idp.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=app,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Passw0rd!"},
    )["AuthenticationResult"]

    # A user's token is no signature, whatever it is called.
    for authorization in [None, *(f"{kind}{tokens[name]}" for kind in ("", "Bearer ") for name in ("AccessToken", "IdToken"))]:
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": "AWSCognitoIdentityProviderService.AdminDeleteUser",
            **({"authorization": authorization} if authorization else {}),
        }
        answer = requests.post(enforced.url, json={"UserPoolId": pool, "Username": "ada"}, headers=headers, timeout=10)
        assert answer.status_code in (400, 403), (authorization, answer.text)
    assert idp.admin_get_user(UserPoolId=pool, Username="ada")["UserStatus"] == "CONFIRMED"

    # Who may manage users and groups gives no role away that is not theirs to give.
    root["iam"].create_user(UserName="clerk")
    policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "cognito-idp:*", "Resource": f"arn:aws:cognito-idp:us-east-1:*:userpool/{pool}"},
    }
    root["iam"].put_user_policy(UserName="clerk", PolicyName="p", PolicyDocument=json.dumps(policy))
    key = root["iam"].create_access_key(UserName="clerk")["AccessKey"]
    credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    clerk = client_of(enforced, "cognito-idp", **credentials)
    clerk.create_group(UserPoolId=pool, GroupName="readers")
    admin = "arn:aws:iam::123456789012:role/admin"
    for change in (
        lambda: clerk.create_group(UserPoolId=pool, GroupName="admins", RoleArn=admin),
        lambda: clerk.update_group(UserPoolId=pool, GroupName="readers", RoleArn=admin),
        lambda: client_of(enforced, "iam", **credentials).create_user(UserName="accomplice"),
        lambda: client_of(enforced, "iam", **credentials).create_access_key(UserName="denied"),
    ):
        with pytest.raises(ClientError) as caught:
            change()
        assert caught.value.response["Error"]["Code"] in ("AccessDeniedException", "AccessDenied")
    assert "RoleArn" not in idp.get_group(UserPoolId=pool, GroupName="readers")["Group"]
