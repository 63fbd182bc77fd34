"""What HTTP APIs do with requests, by boto3 against the built binary: routes, integrations, authorizers, CORS, limits,
logs."""

import base64
import io
import json
import zipfile

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from backends import LISTENER
from http_api import HttpApi, bearer
from running import ACCOUNT, REGION
from user_pool import Pool


@pytest.fixture
def api(gateway, name):
    return HttpApi(gateway, name)


def told(answer):
    return answer.status_code, answer.json()["message"]


def test_the_most_specific_route_answers_and_everything_bears_an_id(api, backend):
    for key, path in [("GET /a/{id}", "/one"), ("GET /a/b", "/two"), ("ANY /{p+}", "/three/{p}")]:
        api.route(key, api.proxy(backend.url + path))
    for method, path, expected in [
        ("GET", "/a/b", "/two"),
        ("GET", "/a/x", "/one"),
        ("POST", "/a/x%20y", "/three/a/x%20y"),
        ("GET", "/a/b/?q=1", "/three/a/b/?q=1"),
    ]:
        answer = api.call(path, method)
        assert (answer.status_code, backend.seen[-1]["path"]) == (200, expected)
        assert len(answer.headers["apigw-requestid"]) == 16 and "x-amzn-requestid" not in answer.headers
    missing = api.call("/")
    assert (missing.status_code, missing.text) == (404, '{"message":"Not Found"}')
    assert missing.headers["content-type"] == "application/json" and "apigw-requestid" in missing.headers


def test_a_backend_is_told_who_calls_through_whom(api, backend):
    api.route("$default", api.proxy(backend.url + "/base"))
    answer = api.call("/x/y?a=1", "PUT", data="text", headers={"X-Own": "1", "Authorization": "Basic x"})
    assert answer.json() == {"hello": "world"}
    seen = backend.seen[-1]
    assert (seen["method"], seen["path"], seen["body"]) == ("PUT", "/base/x/y?a=1", b"text")
    assert seen["headers"]["forwarded"].startswith("by=_apigateway;for=127.0.0.1;host=")
    assert seen["headers"]["via"] == "HTTP/1.1 AmazonAPIGateway"
    assert seen["headers"]["x-amzn-trace-id"].startswith("Root=1-")
    assert (seen["headers"]["x-own"], seen["headers"]["authorization"]) == ("1", "Basic x")
    assert seen["headers"]["host"] == backend.address


def test_parameters_are_mapped_both_ways(gateway, name, backend):
    api = HttpApi(gateway, name, variables={"colour": "red"})
    integration = api.proxy(
        backend.url + "/old",
        RequestParameters={
            "overwrite:path": "/new/$request.path.id",
            "append:header.x-colour": "$stageVariables.colour",
            "remove:querystring.secret": "''",
            "overwrite:querystring.q": "$request.header.x-q",
        },
        ResponseParameters={"404": {"overwrite:statuscode": "200", "append:header.x-was": "$response.body.was"}},
    )
    api.route("GET /pets/{id}", integration)
    backend.answer = lambda _: (404, {"content-type": "application/json"}, b'{"was":"missing"}')
    try:
        answer = api.call("/pets/7?secret=1&q=2", headers={"x-q": "3"})
    finally:
        backend.answer = lambda _: (200, {"content-type": "application/json"}, b'{"hello":"world"}')
    assert (answer.status_code, answer.headers["x-was"]) == (200, "missing")
    assert backend.seen[-1]["path"] == "/new/7?q=3"
    assert backend.seen[-1]["headers"]["x-colour"] == "red"


def test_a_private_integration_goes_where_its_listener_is_configured(gateway, name, backend):
    api = HttpApi(gateway, name, stage="dev")
    link = api.client.create_vpc_link(Name=name, SubnetIds=["subnet-1"])["VpcLinkId"]
    private = api.proxy(LISTENER, ConnectionType="VPC_LINK", ConnectionId=link)
    api.route("GET /pets", private)
    assert api.call("/dev/pets?a=1").status_code == 200
    assert backend.seen[-1]["path"] == "/dev/pets?a=1"


def test_what_does_not_answer_is_unavailable(api):
    from running import free_port

    api.route("GET /gone", api.proxy(f"http://127.0.0.1:{free_port()}/"))
    assert told(api.call("/gone")) == (503, "Service Unavailable")


def test_payload_2_0_is_what_the_guide_shows(gateway, name, functions):
    api = HttpApi(gateway, name, variables={"colour": "red"})
    seen = []

    def function(event):
        seen.append(event)
        return {"statusCode": 201, "body": "made", "cookies": ["a=1", "b=2"], "headers": {"x-one": "1"}}

    api.route("POST /pets/{id}", api.function(functions.on(name, function)))
    answer = api.call(
        "/pets/7?a=1&a=2&b=x%20y",
        "POST",
        data="hello",
        headers={"Content-Type": "text/plain", "X-Own": "1", "Cookie": "c=1; d=2"},
    )
    assert (answer.status_code, answer.text, answer.headers["x-one"]) == (201, "made", "1")
    assert answer.raw.headers.getlist("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["content-type"] == "text/plain;charset=UTF-8"
    event = seen[0]
    assert list(event) == [
        "version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters",
        "requestContext", "pathParameters", "stageVariables", "body", "isBase64Encoded",
    ]
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "POST /pets/{id}", "/pets/7")
    assert event["rawQueryString"] == "a=1&a=2&b=x%20y"
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y"}
    assert event["cookies"] == ["c=1", "d=2"] and "cookie" not in event["headers"]
    assert (event["headers"]["x-own"], event["body"], event["isBase64Encoded"]) == ("1", "hello", False)
    assert (event["pathParameters"], event["stageVariables"]) == ({"id": "7"}, {"colour": "red"})
    context = event["requestContext"]
    assert context["http"]["method"] == "POST" and context["http"]["path"] == "/pets/7"
    assert (context["apiId"], context["stage"], context["accountId"]) == (api.id, "$default", ACCOUNT)
    assert context["requestId"] == answer.headers["apigw-requestid"]
    api.call("/pets/7", "POST", data=b"\x00\x01", headers={"Content-Type": "image/png"})
    assert (seen[1]["body"], seen[1]["isBase64Encoded"]) == (base64.b64encode(b"\x00\x01").decode(), True)
    assert "queryStringParameters" not in seen[1] and "cookies" not in seen[1]


@pytest.mark.parametrize(
    "result, expected",
    [
        ({"hello": "world"}, (200, '{"hello": "world"}')),
        ("hi", (200, "hi")),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, (200, "hi")),
        ({"statusCode": "nonsense"}, (500, '{"message":"Internal Server Error"}')),
        ({"statusCode": 200, "body": {"no": "text"}}, (500, '{"message":"Internal Server Error"}')),
    ],
)
def test_forms_of_a_functions_answer(api, name, functions, result, expected):
    api.route("GET /", api.function(functions.on(name, lambda _: result)))
    answer = api.call("/")
    assert (answer.status_code, answer.text) == expected


def test_a_function_that_fails_is_a_500(api, name, functions):
    def function(_):
        raise ValueError("boom")

    api.route("GET /", api.function(functions.on(name, function)))
    assert told(api.call("/")) == (500, "Internal Server Error")


def test_payload_1_0_is_like_a_rest_apis(api, name, functions):
    seen = []

    def function(event):
        seen.append(event)
        return {"statusCode": 200, "multiValueHeaders": {"x-many": ["1", "2"]}, "body": "ok"}

    api.route("GET /pets/{id}", api.function(functions.on(name, function), payload="1.0"))
    answer = api.call("/pets/7?a=1&a=2")
    assert (answer.text, answer.raw.headers.getlist("x-many")) == ("ok", ["1", "2"])
    event = seen[0]
    assert (event["version"], event["resource"], event["httpMethod"]) == ("1.0", "/pets/{id}", "GET")
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["requestContext"]["resourcePath"] == "/pets/{id}"
    assert (event["body"], event["stageVariables"]) == (None, None)


def test_id_and_access_tokens_of_a_pool_that_lives_here(gateway, name, functions):
    pool, api = Pool(gateway, name), HttpApi(gateway, name)
    pool.user("ann", email="ann@example.com")
    tokens = pool.sign_in("ann")["AuthenticationResult"]
    guarded = {"AuthorizationType": "JWT", "AuthorizerId": api.jwt(pool.issuer, pool.app)}
    seen = []
    arn = functions.on(name, lambda event: seen.append(event) or {"ok": True})
    api.route("GET /dragons", api.function(arn), **guarded)
    api.route("POST /dragons", api.function(arn), AuthorizationScopes=["aws.cognito.signin.user.admin"], **guarded)
    for token in [tokens["IdToken"], tokens["AccessToken"]]:
        assert api.call("/dragons", headers=bearer(token)).status_code == 200
        assert api.call("/dragons", headers={"Authorization": token}).status_code == 200
    claims = seen[0]["requestContext"]["authorizer"]["jwt"]
    assert (claims["claims"]["email"], claims["claims"]["token_use"], claims["scopes"]) == ("ann@example.com", "id", None)
    assert isinstance(claims["claims"]["exp"], str)
    assert api.call("/dragons", "POST", headers=bearer(tokens["AccessToken"])).status_code == 200
    assert seen[-1]["requestContext"]["authorizer"]["jwt"]["scopes"] == ["aws.cognito.signin.user.admin"]
    refused = api.call("/dragons", "POST", headers=bearer(tokens["IdToken"]))
    assert told(refused) == (403, "Forbidden")
    expected = 'Bearer scope="aws.cognito.signin.user.admin" error="insufficient_scope"'
    assert refused.headers["www-authenticate"] == expected
    other = pool.client()["ClientId"]
    foreign = pool.sign_in("ann", client=other)["AuthenticationResult"]["IdToken"]
    for headers, challenge in [
        ({}, "Bearer"),
        (bearer("x"), 'token contains an invalid number of segments"'),
        (bearer(foreign), 'the token does not have a valid audience"'),
        (bearer(tokens["IdToken"][:-8] + "AAAAAAAA"), 'crypto/rsa: verification error"'),
    ]:
        answer = api.call("/dragons", headers=headers)
        assert told(answer) == (401, "Unauthorized")
        assert answer.headers["www-authenticate"].endswith(challenge)


def test_tokens_expire_by_the_servers_clock(start, name):
    server = start()
    pool, api = Pool(server, name), HttpApi(server, name)
    pool.user("ann")
    token = pool.sign_in("ann")["AuthenticationResult"]["IdToken"]
    guarded = {"AuthorizationType": "JWT", "AuthorizerId": api.jwt(pool.issuer, pool.app)}
    api.route("GET /", api.proxy(server.url + "/_portcullis/health"), **guarded)
    assert api.call("/", headers=bearer(token)).json() == {"status": "ok"}
    server.advance(3601)
    assert api.call("/", headers=bearer(token)).headers["www-authenticate"].endswith('"the token has expired"')


def test_a_function_lets_in_by_a_word_and_its_answer_is_kept(api, name, functions):
    seen = []

    def check(event):
        seen.append(event)
        return {"isAuthorized": event["identitySource"] == ["good"], "context": {"level": {"n": 7}}}

    arn = functions.on(name, lambda event: event["requestContext"]["authorizer"]["lambda"])
    authorizer = api.lambda_authorizer(functions.on(name + "-check", check), AuthorizerResultTtlInSeconds=300)
    guarded = {"AuthorizationType": "CUSTOM", "AuthorizerId": authorizer}
    api.route("GET /a", api.function(arn), **guarded)
    api.route("GET /b", api.function(arn), **guarded)
    for path in ["/a", "/a", "/b"]:
        assert api.call(path, headers={"Authorization": "good"}).json() == {"level": {"n": 7}}
    assert len(seen) == 1
    assert (seen[0]["type"], seen[0]["version"], seen[0]["routeKey"]) == ("REQUEST", "2.0", "GET /a")
    assert seen[0]["routeArn"] == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/$default/GET/a"
    assert told(api.call("/a", headers={"Authorization": "bad"})) == (403, "Forbidden")
    assert told(api.call("/a")) == (401, "Unauthorized")
    assert len(seen) == 2


def test_a_function_lets_in_by_a_policy_for_each_route(api, name, functions):
    def check(event):
        if event["authorizationToken"] == "nobody":
            raise ValueError("Unauthorized")
        if event["authorizationToken"] == "boom":
            raise ValueError("boom")
        resource = event["methodArn"].rsplit("/", 1)[0] + "/a"
        statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
        return {"principalId": "u", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}

    arn = functions.on(name, lambda _: "hi")
    authorizer = api.lambda_authorizer(functions.on(name + "-check", check), payload="1.0")
    for key in ["GET /a", "GET /b"]:
        api.route(key, api.function(arn), AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    assert api.call("/a", headers={"Authorization": "x"}).text == "hi"
    for path, token, expected in [
        ("/b", "x", (403, "Forbidden")),
        ("/a", "nobody", (401, "Unauthorized")),
        ("/a", "boom", (500, "Internal Server Error")),
    ]:
        assert told(api.call(path, headers={"Authorization": token})) == expected


def test_signers_are_let_in_by_their_policies(gateway, api, name, functions):
    iam = gateway.client("iam")
    iam.create_user(UserName=name)
    resource = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/$default/GET/pets/*"
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    arn = functions.on(name, lambda event: event["requestContext"]["authorizer"]["iam"])
    api.route("ANY /pets/{id}", api.function(arn), AuthorizationType="AWS_IAM")

    def signed(method, secret=key["SecretAccessKey"]):
        request = AWSRequest(method, api.url + "/pets/7")
        SigV4Auth(Credentials(key["AccessKeyId"], secret), "execute-api", REGION).add_auth(request)
        return api.call("/pets/7", method, headers=dict(request.headers))

    answer = signed("GET")
    assert answer.json()["userArn"] == f"arn:aws:iam::{ACCOUNT}:user/{name}"
    assert answer.json()["accessKey"] == key["AccessKeyId"]
    assert told(signed("DELETE")) == (403, "Forbidden")
    assert told(signed("GET", "wrong")) == (403, "Forbidden")
    assert told(api.call("/pets/7")) == (403, "Forbidden")


def test_cors_by_configuration(gateway, name, backend):
    cors = {
        "AllowOrigins": ["https://app.example"],
        "AllowMethods": ["GET", "PUT"],
        "AllowHeaders": ["x-own"],
        "ExposeHeaders": ["x-id"],
        "MaxAge": 600,
        "AllowCredentials": True,
    }
    api = HttpApi(gateway, name, CorsConfiguration=cors)
    api.route("PUT /pets", api.proxy(backend.url))
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
    answer = api.call("/pets", "OPTIONS", headers=asked)
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert answer.headers["access-control-allow-methods"] == "GET,PUT"
    assert answer.headers["access-control-allow-headers"] == "x-own"
    assert answer.headers["access-control-max-age"] == "600"
    assert answer.headers["access-control-allow-credentials"] == "true"
    other = api.call("/pets", "OPTIONS", headers={**asked, "Origin": "https://other.example"})
    assert other.status_code == 204 and not [h for h in other.headers if h.lower().startswith("access-control")]
    refused = api.call("/nowhere", headers={"Origin": "https://app.example"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (404, "https://app.example")
    assert refused.headers["access-control-expose-headers"] == "x-id"


def test_routes_have_limits_of_their_own(gateway, api, functions, name):
    arn = functions.on(name, lambda _: "hi")
    api.route("GET /a", api.function(arn))
    api.route("GET /b", api.function(arn))
    settings = {"GET /a": {"ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 0.001}}
    api.client.update_stage(ApiId=api.id, StageName="$default", RouteSettings=settings)
    assert [api.call("/a").status_code for _ in range(4)] == [200, 200, 429, 429]
    assert told(api.call("/a")) == (429, "Too Many Requests")
    assert api.call("/b").status_code == 200


def test_access_logs_and_counters(gateway, api, functions, name):
    arn = functions.on(name, lambda _: {"statusCode": 418, "body": "tea"})
    api.route("GET /a", api.function(arn))
    logs = gateway.client("logs")
    logs.create_log_group(logGroupName=name)
    line = "$context.routeKey|$context.status|$context.integration.status|$context.dataProcessed|$context.requestId"
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
    api.client.update_stage(
        ApiId=api.id, StageName="$default", AccessLogSettings={"DestinationArn": group, "Format": line}
    )
    request_id = api.call("/a").headers["apigw-requestid"]
    api.call("/nowhere")
    kept = requests.get(gateway.url + "/_portcullis/logs", params={"group": name}, timeout=10)
    assert f"GET /a|418|418|3|{request_id}" in kept.text
    assert "-|404|-|23|" in kept.text
    metrics = requests.get(gateway.url + "/_portcullis/metrics", timeout=10).text
    assert f'aws_apigateway_http_Count{{ApiId="{api.id}",Stage="$default"}} 2' in metrics
    assert f'aws_apigateway_http_4xx{{ApiId="{api.id}",Stage="$default"}} 2' in metrics


def test_refusals_are_explained(api, gateway, backend):
    api.route("GET /pets", api.proxy(backend.url))
    answer = api.call("/nowhere")
    path = answer.headers["x-portcullis-explain"].rsplit(" ", 1)[1]
    told = requests.get(gateway.url + path, timeout=10).json()
    assert (told["control"], told["status"], told["request"]["api"]) == ("route match", 404, api.id)


def test_a_closed_endpoint_is_forbidden(gateway, name, backend):
    api = HttpApi(gateway, name, DisableExecuteApiEndpoint=True)
    api.route("$default", api.proxy(backend.url))
    assert told(api.call("/")) == (403, "Forbidden")


def test_requests_over_the_quotas_are_refused(api, backend):
    api.route("$default", api.proxy(backend.url))
    assert told(api.call("/", "POST", data=b"x" * (10 * 1024 * 1024 + 1))) == (413, "Request Entity Too Large")
    assert api.call("/", headers={"x-large": "y" * 10_240}).status_code == 431
    assert api.call("/", "POST", data=b"x" * 1_000_000).status_code == 200


def test_a_function_that_lives_here_answers_where_its_policy_lets_this_route(server, name):
    code = b"def handler(event, context):\n    return {'path': event['rawPath'], 'version': event['version']}\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", code)
    lambdas = server.client("lambda")
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = server.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    arn = lambdas.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]
    api = HttpApi(server, name)
    api.route("GET /pets/{id}", api.function(arn))
    assert told(api.call("/pets/7")) == (500, "Internal Server Error")
    source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/*/GET/pets/{{id}}"
    lambdas.add_permission(
        FunctionName=name,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=source,
    )
    assert api.call("/pets/7").json() == {"path": "/pets/7", "version": "2.0"}


def test_mappings_of_several_levels_lead_from_a_domain_name(gateway, name, functions):
    client = gateway.client("apigatewayv2")
    domain = f"{name}.example.com"
    certificate = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"
    client.create_domain_name(DomainName=domain, DomainNameConfigurations=[{"CertificateArn": certificate}])
    seen = {}
    for key in ["", "shop", "shop/v2"]:
        api = HttpApi(gateway, f"{name}{key.replace('/', '-')}")
        arn = functions.on(api.id, lambda event, key=key: seen.update(event) or {"key": key})
        api.route("GET /pets", api.function(arn))
        client.create_api_mapping(DomainName=domain, ApiId=api.id, Stage="$default", ApiMappingKey=key)
    for path, key in [("/pets", ""), ("/shop/pets", "shop"), ("/shop/v2/pets", "shop/v2")]:
        answer = requests.get(gateway.url + path, headers={"Host": domain}, timeout=10)
        assert answer.json() == {"key": key}, path
        assert (seen["rawPath"], seen["requestContext"]["domainName"]) == (path, domain)
    assert requests.get(gateway.url + "/shops/pets", headers={"Host": domain}, timeout=10).status_code == 404
