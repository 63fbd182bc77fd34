"""Deployed REST APIs as their callers see them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from browser import Browser
from rest_api import Api
from running import Server, free_port
from tokens import claims
from user_pool import CALLBACK, PASSWORD, Pool


@pytest.fixture
def api(server, name):
    return Api(server, name)


@pytest.fixture
def guarded(server, name):
    """A pool with a user, and an API behind it: `/open` for everybody, `/me` for id tokens, `/scoped` for scopes."""
    return guard(server, name)


def guard(server, name):
    pool, api = Pool(server, name), Api(server, name)
    pool.user("ann", email="ann@example.com", email_verified="true")
    authorizer = api.authorizer(pool.arn)
    told = '{"who": "$context.authorizer.claims[\'cognito:username\']", "use": "$context.authorizer.claims.token_use"}'
    api.mock(api.resource("open"))
    api.mock(api.resource("me"), authorizer=authorizer, template=told)
    scopes = ["aws.cognito.signin.user.admin", "email"]
    api.mock(api.resource("scoped"), authorizer=authorizer, authorizationScopes=scopes)
    api.mock(api.resource("elsewhere"), authorizer=authorizer, authorizationScopes=["orders/read"])
    api.deploy()
    api.pool, api.authorizer_id = pool, authorizer
    return api


def assert_unauthorized(response, message="Unauthorized"):
    assert (response.status_code, response.json()) == (401, {"message": message})
    assert response.headers["x-amzn-ErrorType"] == "UnauthorizedException"
    assert "Access-Control-Allow-Origin" not in response.headers


def bearing(token):
    return {"Authorization": token}


def test_a_mock_answers_with_the_gateways_headers(api):
    api.mock(api.root, body={"a": 1})
    api.deploy()
    answer = api.call()
    assert (answer.status_code, answer.json()) == (200, {"a": 1})
    assert answer.headers["Content-Type"] == "application/json"
    assert len(answer.headers["x-amzn-RequestId"]) == 36
    assert answer.headers["x-amz-apigw-id"].endswith("=")


def test_every_way_to_call_an_api(api, server):
    api.mock(api.root)
    api.mock(api.resource("pets"))
    api.deploy()
    host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
    assert requests.get(server.url + "/test/pets", headers={"Host": host}, timeout=10).status_code == 200
    local = f"{api.id}.execute-api.us-east-1.localhost:{server.port}"
    assert requests.get(server.url + "/test/pets", headers={"Host": local}, timeout=10).status_code == 200
    assert requests.get(f"{server.url}/restapis/{api.id}/test/_user_request_/pets", timeout=10).status_code == 200
    assert api.call("/pets").status_code == 200


def test_what_is_not_there_is_forbidden(api):
    api.mock(api.resource("pets"))
    api.deploy()
    for path, method in (("/", "GET"), ("/nothing", "GET"), ("/pets", "POST"), ("/pets/7", "GET")):
        answer = api.call(path, method=method)
        assert (answer.status_code, answer.json()) == (403, {"message": "Missing Authentication Token"})
        assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    answer = api.call("/pets", stage="nowhere")
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    assert answer.headers["x-amzn-ErrorType"] == "ForbiddenException"


def test_routes_prefer_the_more_special(api):
    pets = api.resource("pets")
    api.mock(pets, "ANY", {"route": "any /pets"})
    api.mock(pets, "GET", {"route": "get /pets"})
    api.mock(api.resource("{id}", pets), "GET", {"route": "{id}"})
    api.mock(api.resource("new", pets), "GET", {"route": "new"})
    api.mock(api.resource("{proxy+}"), "ANY", {"route": "{proxy+}"})
    api.deploy()
    expected = {
        ("GET", "/pets"): "get /pets",
        ("PUT", "/pets"): "any /pets",
        ("GET", "/pets/7"): "{id}",
        ("GET", "/pets/new"): "new",
        ("GET", "/other/deep/er"): "{proxy+}",
        ("GET", "/pets/7/toys"): "{proxy+}",
    }
    assert {key: api.call(key[1], method=key[0]).json()["route"] for key in expected} == expected


def test_a_mocks_status_chooses_the_response(api):
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    api.mock(api.root, body={"fine": True})
    chosen = '{"statusCode": #if($input.params("fail") == "yes")500#{else}200#end}'
    api.client.update_integration(
        **where, patchOperations=[{"op": "replace", "path": "/requestTemplates/application~1json", "value": chosen}]
    )
    api.client.put_method_response(**where, statusCode="500", responseParameters={"method.response.header.X-Why": True})
    api.client.put_integration_response(
        **where,
        statusCode="500",
        selectionPattern=r"5\d{2}",
        responseTemplates={"application/json": '{"fine": false}'},
        responseParameters={"method.response.header.X-Why": "'asked for'"},
    )
    api.deploy()
    assert (api.call().status_code, api.call().json()) == (200, {"fine": True})
    failed = api.call("/?fail=yes")
    assert (failed.status_code, failed.json(), failed.headers["X-Why"]) == (500, {"fine": False}, "asked for")


def test_preflight_by_a_mock(api):
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "OPTIONS"}
    given = {
        "Access-Control-Allow-Origin": "https://app.example.com",
        "Access-Control-Allow-Methods": "GET,OPTIONS",
        "Access-Control-Allow-Headers": "Authorization",
    }
    api.mock(api.root, "OPTIONS", template="")
    api.client.put_method_response(
        **{**where, "statusCode": "204"}, responseParameters={f"method.response.header.{name}": True for name in given}
    )
    api.client.update_integration(
        **where,
        patchOperations=[
            {"op": "replace", "path": "/requestTemplates/application~1json", "value": '{"statusCode": 204}'}
        ],
    )
    api.client.put_integration_response(
        **where,
        statusCode="204",
        selectionPattern="204",
        responseParameters={f"method.response.header.{name}": f"'{value}'" for name, value in given.items()},
    )
    api.deploy()
    answer = api.call(
        method="OPTIONS",
        headers={"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"},
    )
    assert answer.status_code == 204
    assert {name: answer.headers.get(name) for name in given} == given


class TestCognitoAuthorizer:
    def test_refuses_without_and_lets_in_with_an_id_token(self, guarded):
        assert guarded.call("/open").status_code == 200
        assert_unauthorized(guarded.call("/me"))
        token = guarded.pool.tokens("ann")["IdToken"]
        for header in (token, f"Bearer {token}"):
            answer = guarded.call("/me", headers=bearing(header))
            assert (answer.status_code, answer.json()) == (200, {"who": "ann", "use": "id"})

    def test_takes_access_tokens_for_scopes_only(self, guarded):
        result = guarded.pool.tokens("ann")
        assert_unauthorized(guarded.call("/me", headers=bearing(result["AccessToken"])))
        assert guarded.call("/scoped", headers=bearing(result["AccessToken"])).status_code == 200
        assert_unauthorized(guarded.call("/scoped", headers=bearing(result["IdToken"])))
        assert_unauthorized(guarded.call("/elsewhere", headers=bearing(result["AccessToken"])))

    def test_takes_scopes_granted_at_the_pages(self, guarded):
        domain = guarded.pool.domain()
        client = guarded.pool.oauth_client("implicit")["ClientId"]

        def granted(scope):
            landed = Browser(domain).sign_in(
                "ann", PASSWORD, client_id=client, response_type="token", redirect_uri=CALLBACK, scope=scope
            )
            return landed.fragment["access_token"]

        assert claims(granted("openid email"))["scope"] == "openid email"
        assert guarded.call("/scoped", headers=bearing(granted("openid email"))).status_code == 200
        assert_unauthorized(guarded.call("/scoped", headers=bearing(granted("openid phone"))))

    def test_refuses_what_is_no_token(self, guarded):
        for nonsense in ("nonsense", "a.b.c", "Bearer", "Basic YTpi", "null"):
            assert_unauthorized(guarded.call("/me", headers=bearing(nonsense)))

    def test_refuses_tokens_of_other_pools(self, guarded, server, name):
        other = Pool(server, name + "x")
        other.user("ann")
        assert_unauthorized(guarded.call("/me", headers=bearing(other.tokens("ann")["IdToken"])))

    def test_validates_the_audience_where_told_to(self, guarded):
        token = guarded.pool.tokens("ann")["IdToken"]
        patch = {"op": "replace", "path": "/identityValidationExpression"}
        where = {"restApiId": guarded.id, "authorizerId": guarded.authorizer_id}
        guarded.client.update_authorizer(**where, patchOperations=[{**patch, "value": "nobody"}])
        guarded.deploy()
        assert_unauthorized(guarded.call("/me", headers=bearing(token)))
        guarded.client.update_authorizer(**where, patchOperations=[{**patch, "value": guarded.pool.app}])
        guarded.deploy()
        assert guarded.call("/me", headers=bearing(token)).status_code == 200

    def test_says_when_a_token_has_expired(self, start, name):
        api = guard(start(), name)
        token = api.pool.tokens("ann")["IdToken"]
        assert api.call("/me", headers=bearing(token)).status_code == 200
        api.server.advance(3601)
        assert_unauthorized(api.call("/me", headers=bearing(token)), "The incoming token has expired")

    def test_takes_either_form_of_a_pools_issuer(self, tmp_path, name):
        port, tokens = str(free_port()), {}
        api = None
        for form in ([], ["--aws-issuer"], []):
            server = Server("serve", "--port", port, *form, data=tmp_path)
            try:
                api = api or guard(server, name)
                tokens[bool(form)] = api.pool.tokens("ann")["IdToken"]
                for token in tokens.values():
                    assert api.call("/me", headers=bearing(token)).status_code == 200
            finally:
                server.stop()
        assert claims(tokens[False])["iss"] == api.pool.issuer
        assert claims(tokens[True])["iss"] == f"https://cognito-idp.us-east-1.amazonaws.com/{api.pool.id}"

    def test_does_not_ask_whether_a_token_was_revoked(self, guarded):
        result = guarded.pool.tokens("ann")
        guarded.pool.idp.global_sign_out(AccessToken=result["AccessToken"])
        assert guarded.call("/me", headers=bearing(result["IdToken"])).status_code == 200

    def test_reads_the_header_that_it_is_told(self, server, name):
        pool, api = Pool(server, name), Api(server, name)
        pool.user("ann")
        api.mock(api.root, authorizer=api.authorizer(pool.arn, header="auth-token"))
        api.deploy()
        token = pool.tokens("ann")["IdToken"]
        assert_unauthorized(api.call(headers=bearing(token)))
        assert api.call(headers={"auth-token": token}).status_code == 200

    def test_is_tried_alone(self, guarded):
        where = {"restApiId": guarded.id, "authorizerId": guarded.authorizer_id}
        without = guarded.client.test_invoke_authorizer(**where, headers={})
        assert without["clientStatus"] == 401
        assert "Unauthorized request" in without["log"]
        assert not without.get("claims")
        token = guarded.pool.tokens("ann")["IdToken"]
        found = guarded.client.test_invoke_authorizer(**where, headers={"Authorization": token})
        assert found["clientStatus"] == 200
        assert found["claims"]["cognito:username"] == "ann"
        assert found["claims"]["email"] == "ann@example.com"
        assert found["claims"]["email_verified"] == "true"
        assert found["claims"]["token_use"] == "id"
        assert token not in found["log"]


class TestGatewayResponses:
    def test_are_customised(self, guarded):
        guarded.client.put_gateway_response(
            restApiId=guarded.id,
            responseType="UNAUTHORIZED",
            statusCode="418",
            responseParameters={
                "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
                "gatewayresponse.header.X-Path": "context.path",
            },
            responseTemplates={
                "application/json": '{"type":"$context.error.responseType","m":$context.error.messageString}'
            },
        )
        assert_unauthorized(guarded.call("/me"))
        guarded.deploy()
        answer = guarded.call("/me")
        assert (answer.status_code, answer.json()) == (418, {"type": "UNAUTHORIZED", "m": "Unauthorized"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Path"] == "/test/me"
        guarded.client.delete_gateway_response(restApiId=guarded.id, responseType="UNAUTHORIZED")
        guarded.deploy()
        assert_unauthorized(guarded.call("/me"))

    def test_default_4xx_stands_for_all_unset_ones(self, guarded):
        guarded.client.put_gateway_response(
            restApiId=guarded.id,
            responseType="DEFAULT_4XX",
            responseTemplates={"application/json": '{"own": $context.error.messageString}'},
        )
        guarded.deploy()
        assert (guarded.call("/me").status_code, guarded.call("/me").json()) == (401, {"own": "Unauthorized"})
        missing = guarded.call("/nothing")
        assert (missing.status_code, missing.json()) == (403, {"own": "Missing Authentication Token"})


def test_required_parameters_are_validated(api):
    validator = api.client.create_request_validator(restApiId=api.id, name="params", validateRequestParameters=True)[
        "id"
    ]
    required = {"method.request.querystring.q": True, "method.request.header.X-Who": True}
    api.mock(api.root, requestValidatorId=validator, requestParameters=required)
    api.deploy()
    answer = api.call()
    assert (answer.status_code, answer.json()) == (400, {"message": "Missing required request parameters: [X-Who, q]"})
    assert answer.headers["x-amzn-ErrorType"] == "BadRequestException"
    assert api.call("/?q=1", headers={"X-Who": "me"}).status_code == 200


class Echo(BaseHTTPRequestHandler):
    """Tells what arrived."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
        }
        content = json.dumps(told).encode()
        self.send_response(418 if self.path.startswith("/teapot") else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Backend", "echo")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def backend():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


class TestHttpProxy:
    def test_hands_the_request_over(self, api, backend):
        api.proxy(api.resource("echo"), backend + "/there", "POST")
        api.deploy()
        answer = api.call("/echo?a=1&b=2", method="POST", data="hello", headers={"X-Mine": "7"})
        told = answer.json()
        assert (answer.status_code, answer.headers["X-Backend"]) == (200, "echo")
        assert (told["method"], told["path"], told["body"]) == ("POST", "/there?a=1&b=2", "hello")
        assert told["headers"]["x-mine"] == "7"
        assert told["headers"]["x-amzn-apigateway-api-id"] == api.id
        assert told["headers"]["host"] == backend.removeprefix("http://")
        assert answer.headers["x-amzn-Remapped-Date"]
        assert answer.headers["x-amzn-Remapped-Server"].startswith("BaseHTTP")

    def test_fills_path_parameters_and_stage_variables_in(self, api, backend):
        pet = api.resource("{petId}", api.resource("pets"))
        api.proxy(
            pet,
            "http://${stageVariables.backend}/animals/{id}",
            requestParameters={"method.request.path.petId": True},
        )
        api.client.update_integration(
            restApiId=api.id,
            resourceId=pet,
            httpMethod="GET",
            patchOperations=[
                {
                    "op": "add",
                    "path": "/requestParameters/integration.request.path.id",
                    "value": "method.request.path.petId",
                }
            ],
        )
        api.deploy(variables={"backend": backend.removeprefix("http://")})
        assert api.call("/pets/77?x=y").json()["path"] == "/animals/77?x=y"

    def test_gives_the_backends_errors_as_they_are(self, api, backend):
        api.proxy(api.root, backend + "/teapot")
        api.deploy()
        assert api.call().status_code == 418

    def test_tells_of_a_backend_that_is_not_there(self, api):
        with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as closed:
            nobody = f"http://127.0.0.1:{closed.server_port}/"
        api.proxy(api.root, nobody)
        api.deploy()
        answer = api.call()
        assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (504, "InternalServerErrorException")

    def test_logs_the_backends_part_in_test_invoke(self, api, backend):
        api.proxy(api.root, backend + "/there")
        answer = api.client.test_invoke_method(
            restApiId=api.id, resourceId=api.root, httpMethod="GET", pathWithQueryString="/?a=1"
        )
        assert answer["status"] == 200
        for text in (
            f"Endpoint request URI: {backend}/there?a=1",
            "Endpoint request headers: {",
            f"Sending request to {backend}/there?a=1",
            "Received response. Status: 200, Integration latency: ",
            "Endpoint response headers: {",
            "Endpoint response body before transformations: ",
        ):
            assert text in answer["log"]


def test_a_body_over_ten_megabytes_is_too_long(api):
    api.mock(api.root, "POST")
    api.deploy()
    answer = api.call(method="POST", data=b"x" * (10 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()) == (413, {"message": "Request Too Long"})
    assert answer.headers["x-amzn-ErrorType"] == "RequestTooLargeException"
