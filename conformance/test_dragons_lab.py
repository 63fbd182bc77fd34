"""The dragons lab with each authorizer and control in turn: who is let in, who is denied, and who comes with nothing, with
what is over, or with what cannot be read. Each refusal is explained by its header and by its request id."""

import datetime
import json
import socket
import threading

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from refusal import refused
from rest_api import Api
from running import ACCOUNT, REGION
from test_execute_api_access import URI, Functions, policy, private, signed, user
from user_pool import Pool
from vpc_endpoint import server_with_vpc_endpoint

UNAUTHORIZED = (401, {"message": "Unauthorized"}, "UnauthorizedException")
FORBIDDEN = (403, {"message": "Forbidden"}, "ForbiddenException")
NO_TOKEN = (403, {"message": "Missing Authentication Token"}, "MissingAuthenticationTokenException")
DENIED_BY_FUNCTION = (
    403,
    {"Message": "User is not authorized to access this resource with an explicit deny in an identity-based policy"},
    "AccessDeniedException",
)


class Tokens(Functions):
    """A function that knows tokens which are over."""

    @staticmethod
    def decide(token, event):
        if token == "Token expired":
            return True, {"errorMessage": "Unauthorized"}
        return Functions.decide(token.removeprefix("Token "), event)


@pytest.fixture(scope="module")
def functions():
    running = Tokens()
    yield running
    running.listener.shutdown()


@pytest.fixture(scope="module")
def lab(functions, tmp_path_factory):
    """A server with functions and a VPC endpoint that lets nobody at `/vault`."""
    allow = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    deny = {**allow, "Sid": "NoVault", "Effect": "Deny", "Resource": "arn:aws:execute-api:*:*:*/*/GET/vault"}
    own = json.dumps({"Version": "2012-10-17", "Statement": [allow, deny]})
    with server_with_vpc_endpoint(tmp_path_factory.mktemp("lab"), functions, policy=own) as server:
        yield server


@pytest.fixture
def api(lab, name):
    return Api(lab, name)


def dragons(api, **settings):
    api.mock(api.resource("dragons"), body={"dragons": ["Bryce", "Smaug"]}, **settings)
    api.deploy()


def let_in(answer):
    assert (answer.status_code, answer.json()) == (200, {"dragons": ["Bryce", "Smaug"]}), answer.text
    assert "x-portcullis-explain" not in answer.headers


def shut_out(server, answer, expected, *named, control="authorization"):
    """The refusal as it is on AWS; `named` are words of its explanation, which header and endpoint give alike."""
    status, body, kind = expected
    assert (answer.status_code, answer.json(), answer.headers["x-amzn-ErrorType"]) == (status, body, kind), answer.text
    request = answer.headers["x-amzn-RequestId"]
    line, place = answer.headers["x-portcullis-explain"].rsplit("; ", 1)
    assert place == f"/_portcullis/explain/{request}"
    told = requests.get(server.url + place, timeout=10).json()
    assert (told["requestId"], told["control"], told["status"]) == (request, control, status)
    assert told["request"]["stage"] == "test"
    for word in named:
        assert word in line and word in f"{told['reason']} {told['decidedBy']}", (word, line, told)


def bearing(token):
    return {"Authorization": token}


def test_id_tokens_of_a_user_pool(start, name):
    server = start()
    pool, other, api = Pool(server, name), Pool(server, name + "x"), Api(server, name)
    for each in (pool, other):
        each.user("ann", email="ann@example.com")
    dragons(api, authorizer=api.authorizer(pool.arn))
    token, foreign = pool.tokens("ann"), other.tokens("ann")
    call = lambda headers: api.call("/dragons", headers=headers)
    let_in(call(bearing(token["IdToken"])))
    shut_out(server, call(bearing(foreign["IdToken"])), UNAUTHORIZED, "claim iss")
    shut_out(server, call(bearing(token["AccessToken"])), UNAUTHORIZED, "claim token_use")
    shut_out(server, call({}), UNAUTHORIZED, "No token")
    for malformed in ["x", "a.b.c", token["IdToken"][:-2], token["IdToken"].replace(".", "", 1)]:
        shut_out(server, call(bearing(malformed)), UNAUTHORIZED, "token")
    server.advance(3601)
    over = (401, {"message": "The incoming token has expired"}, "UnauthorizedException")
    shut_out(server, call(bearing(token["IdToken"])), over, "claim exp")


def test_scopes_of_access_tokens(start, name):
    server = start()
    pool, api = Pool(server, name), Api(server, name)
    pool.user("ann", email="ann@example.com")
    authorizer = api.authorizer(pool.arn)
    api.mock(api.resource("hoard"), authorizer=authorizer, authorizationScopes=["dragons/rob"])
    dragons(api, authorizer=authorizer, authorizationScopes=["dragons/see", "aws.cognito.signin.user.admin"])
    token = pool.tokens("ann")
    call = lambda headers, path="/dragons": api.call(path, headers=headers)
    let_in(call(bearing(token["AccessToken"])))
    shut_out(server, call(bearing(token["AccessToken"]), "/hoard"), UNAUTHORIZED, "claim scope", "dragons/rob")
    shut_out(server, call(bearing(token["IdToken"])), UNAUTHORIZED, "claim token_use")
    shut_out(server, call({}), UNAUTHORIZED)
    shut_out(server, call(bearing("Bearer")), UNAUTHORIZED)
    server.advance(3601)
    over = (401, {"message": "The incoming token has expired"}, "UnauthorizedException")
    shut_out(server, call(bearing(token["AccessToken"])), over, "claim exp")


@pytest.mark.parametrize("kind", ["TOKEN", "REQUEST"])
def test_functions(lab, api, functions, kind):
    expression = {"identityValidationExpression": "Token [a-z ]+"} if kind == "TOKEN" else {}
    made = api.client.create_authorizer(
        restApiId=api.id,
        name=kind,
        type=kind,
        authorizerUri=URI,
        identitySource="method.request.header.Auth",
        authorizerResultTtlInSeconds=60,
        **expression,
    )
    dragons(api, authorizationType="CUSTOM", authorizerId=made["id"])
    call = lambda *token: api.call("/dragons", headers={"Auth": token[0]} if token else {})
    asked = lambda: sum(api.id in event["methodArn"] for event in functions.events)
    let_in(call("Token allow"))
    let_in(call("Token allow"))
    assert asked() == 1
    shut_out(lab, call("Token deny"), DENIED_BY_FUNCTION, "identity-based policy", "explicit deny")
    before = asked()
    shut_out(lab, call(), UNAUTHORIZED)
    shut_out(lab, call(""), UNAUTHORIZED)
    assert asked() == before, "nobody is asked about nothing"
    shut_out(lab, call("Token expired"), UNAUTHORIZED, "does not know the caller")
    broken = (500, {"message": None}, "AuthorizerConfigurationException")
    for answer in ["Token malformed", "Token boom"]:
        shut_out(lab, call(answer), broken)
    before = asked()
    if kind == "TOKEN":
        shut_out(lab, call("123"), UNAUTHORIZED, "validation expression")
        assert asked() == before


def test_signatures(lab, api, name):
    dragons(api, authorizationType="AWS_IAM")
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/test/GET/dragons"
    may, may_not = user(lab, name, policy(resource=arn)), user(lab, name + "x", policy("Deny", arn, Sid="NoDragons"))
    send = lambda request: requests.get(request.url, headers=dict(request.headers), timeout=10)
    let_in(send(signed(api, may)))
    shown = arn.replace(ACCOUNT, "*" * 8 + ACCOUNT[-4:])
    denied = (
        f"User: arn:aws:iam::{ACCOUNT}:user/{name}x is not authorized to perform: execute-api:Invoke on resource: {shown} "
        "with an explicit deny in an identity-based policy"
    )
    shut_out(lab, send(signed(api, may_not)), (403, {"Message": denied}, "AccessDeniedException"), "NoDragons")
    shut_out(lab, api.call("/dragons"), NO_TOKEN)
    request = AWSRequest("GET", lab.stage(api.id, "test", "/dragons"))
    old = SigV4Auth(may, "execute-api", REGION)
    past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=20)
    request.context["timestamp"] = past.strftime("%Y%m%dT%H%M%SZ")
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    signature = old.signature(old.string_to_sign(request, old.canonical_request(request)), request)
    names = old.signed_headers(old.headers_to_sign(request))
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={old.scope(request)}, SignedHeaders={names}, Signature={signature}"
    )
    over = send(request.prepare())
    assert (over.status_code, over.headers["x-amzn-ErrorType"]) == (403, "InvalidSignatureException")
    assert over.json()["message"].startswith("Signature expired: "), over.text
    unknown = (403, {"message": "The security token included in the request is invalid."}, "UnrecognizedClientException")
    shut_out(lab, send(signed(api, Credentials("AKIAIOSFODNN7EXAMPLE", "x"))), unknown)
    for malformed in ["x", "AWS4-HMAC-SHA256 Credential=a", "Bearer x"]:
        answer = api.call("/dragons", headers=bearing(malformed))
        assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (403, "IncompleteSignatureException"), malformed


def test_temporary_credentials_that_are_over(start, name):
    server = start()
    api = Api(server, name)
    dragons(api, authorizationType="AWS_IAM")
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    iam = server.client("iam")
    role = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy()))
    given = server.client("sts").assume_role(RoleArn=role, RoleSessionName="lab", DurationSeconds=900)["Credentials"]
    session = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    send = lambda request: requests.get(request.url, headers=dict(request.headers), timeout=10)
    let_in(send(signed(api, session)))
    without = send(signed(api, Credentials(given["AccessKeyId"], given["SecretAccessKey"])))
    assert (without.status_code, without.headers["x-amzn-ErrorType"]) == (403, "UnrecognizedClientException")
    server.advance(901)
    over = (403, {"message": "The security token included in the request is expired"}, "ExpiredTokenException")
    shut_out(server, send(signed(api, session)), over)


def test_the_apis_own_policy(lab, api):
    def guard(*statements):
        written = [{"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*", **one} for one in statements]
        document = json.dumps({"Version": "2012-10-17", "Statement": written})
        api.client.update_rest_api(
            restApiId=api.id, patchOperations=[{"op": "replace", "path": "/policy", "value": document}]
        )
        api.deploy()

    dragons(api)
    let_in(api.call("/dragons"))
    guard({"Effect": "Allow"})
    let_in(api.call("/dragons"))
    arn = f"arn:aws:execute-api:{REGION}:{'*' * 8}{ACCOUNT[-4:]}:{api.id}/test/GET/dragons"
    sentence = f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {arn}"
    denied = (403, {"Message": sentence + " with an explicit deny in a resource-based policy"}, "AccessDeniedException")
    silent = sentence + " because no resource-based policy allows the execute-api:Invoke action"
    silent = (403, {"Message": silent}, "AccessDeniedException")
    guard({"Effect": "Allow"}, {"Sid": "NotFromHere", "Effect": "Deny", "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}})
    shut_out(lab, api.call("/dragons"), denied, "resource-based policy", "NotFromHere", "explicit deny")
    guard({"Effect": "Allow", "Resource": "execute-api:/*/GET/sheep"})
    shut_out(lab, api.call("/dragons"), silent, "resource-based policy", "no statement allows")
    guard({"Effect": "Allow", "Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}})
    shut_out(lab, api.call("/dragons"), silent, "no statement allows")
    for malformed in ["{", '{"Statement": [{"Effect": "Perhaps"}]}', '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}']:
        with refused("BadRequestException", None, 400):
            api.client.update_rest_api(
                restApiId=api.id, patchOperations=[{"op": "replace", "path": "/policy", "value": malformed}]
            )
    shut_out(lab, api.call("/dragons"), silent)


def test_keys_and_plans(lab, api, name):
    dragons(api, apiKeyRequired=True)
    stage = [{"apiId": api.id, "stage": "test"}]
    make = lambda **more: api.client.create_usage_plan(name=name, apiStages=stage, **more)["id"]
    plan = make(quota={"limit": 2, "period": "DAY"})

    def key(named, into=None):
        made = api.client.create_api_key(name=name + named, enabled=True)
        if into:
            api.client.create_usage_plan_key(usagePlanId=into, keyId=made["id"], keyType="API_KEY")
        return made["id"], made["value"]

    call = lambda value=None: api.call("/dragons", headers={} if value is None else {"x-api-key": value})
    shut = lambda answer, *named: shut_out(lab, answer, FORBIDDEN, *named, control="api key")
    good, value = key("good", plan)
    let_in(call(value))
    shut(call(key("elsewhere")[1]), "in no usage plan")
    shut(call(), "no API key was given")
    for malformed in ["", "x", "é", value[:-1], value + "x", value.upper() + "!"]:
        shut(call(malformed.encode()))
    let_in(call(value))
    used = (429, {"message": "Limit Exceeded"}, "LimitExceededException")
    shut_out(lab, call(value), used, good, plan, control="quota")
    api.client.update_api_key(apiKey=good, patchOperations=[{"op": "replace", "path": "/enabled", "value": "false"}])
    shut(call(value), good, "disabled")
    slow = make(throttle={"rateLimit": 0.0001, "burstLimit": 1})
    limited, value = key("slow", slow)
    let_in(call(value))
    throttled = (429, {"message": "Too Many Requests"}, "TooManyRequestsException")
    shut_out(lab, call(value), throttled, limited, slow, control="throttle")


def test_private_apis(lab, name):
    api = private(lab, name, policy(resource="execute-api:/*", Principal="*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-0a1b"}}))
    api.mock(api.resource("vault"))
    api.deploy()
    call = lambda path, **headers: requests.get(lab.endpoint + "/test" + path, headers=headers, timeout=10)
    here = {"x-apigw-api-id": api.id}
    assert call("/dragons", **here).status_code == 200
    vault = call("/vault", **here)
    assert (vault.status_code, vault.headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert "VPC endpoint policy" in vault.headers["x-portcullis-explain"]
    assert "NoVault" in vault.headers["x-portcullis-explain"]
    shut_out(lab, api.call("/dragons"), FORBIDDEN, "VPC endpoint", control="endpoint")
    for malformed in ["", "x", api.id + "-vpce-ffff", "../" + api.id]:
        answer = call("/dragons", **{"x-apigw-api-id": malformed})
        assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"}), malformed
    # A policy that speaks of another endpoint.
    elsewhere = policy(resource="execute-api:/*", Principal="*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-ffff"}})
    other = private(lab, name + "x", elsewhere)
    answer = call("/dragons", **{"x-apigw-api-id": other.id})
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")


def test_what_is_explained_stands_in_one_line_whatever_a_caller_says(lab, api):
    dragons(api)
    host = f"Host: {api.id}.execute-api.{REGION}.localhost\r\nConnection: close\r\n"
    for target in ["/test/no-%0d%0aX-Injected:%20a", "/test/%c3%a9", "/no%0astage/x"]:
        with socket.create_connection(("127.0.0.1", lab.port), timeout=10) as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\n{host}\r\n".encode())
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        head = answer.split(b"\r\n\r\n", 1)[0].lower()
        assert head.startswith(b"http/1.1 403") and b"\r\nx-portcullis-explain: " in head, answer
        assert b"x-injected" not in head.replace(b"\r\nx-portcullis-explain: ", b"")


def test_calls_under_way_are_not_disturbed_by_deployments(lab, api):
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET", "statusCode": "200"}
    header = "responseParameters/method.response.header.X-Version"
    api.mock(api.root, body={"version": 0})
    api.client.update_method_response(**where, patchOperations=[{"op": "add", "path": f"/{header}", "value": "false"}])

    def write(version):
        patches = [("/responseTemplates/application~1json", json.dumps({"version": version})), (f"/{header}", f"'{version}'")]
        api.client.update_integration_response(
            **where, patchOperations=[{"op": "add", "path": path, "value": value} for path, value in patches]
        )
        api.deploy()

    write(0)
    seen, broken, stop = set(), [], threading.Event()

    def drive():
        with requests.Session() as session:
            while not stop.is_set():
                answer = session.get(lab.stage(api.id, "test", "/"), timeout=10)
                version = answer.headers.get("X-Version")
                seen.add(version)
                if answer.status_code != 200 or str(answer.json().get("version")) != version:
                    broken.append((answer.status_code, answer.text, version))

    drivers = [threading.Thread(target=drive) for _ in range(4)]
    for driver in drivers:
        driver.start()
    for version in range(1, 21):
        write(version)
    # Whoever calls after the answer meets the new one.
    assert api.call().json() == {"version": 20}
    stop.set()
    for driver in drivers:
        driver.join()
    assert not broken, broken[:3]
    assert len(seen) > 2, seen
