"""Every operation of every served model, as botocore knows it: without a key none is answered that needs one, and with
one none breaks, whatever it is given."""

import datetime
import json
import subprocess

import boto3
import pytest
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
    if name == "Bucket":
        return "some-bucket"
    if name == "CopySource":
        return "some-bucket/key"
    return "a" * max(1, int(shape.metadata.get("min", 1)))


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
            getattr(client, method)(**given)
            yield model, (None, 200, "")
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
