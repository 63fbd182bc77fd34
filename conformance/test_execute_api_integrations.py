"""Every kind of integration with what stands around it: validators, binary payloads, compression, caches, canaries,
logs and metrics, by boto3 against the built binary."""

import base64
import gzip
import json

import pytest
import requests
from botocore.exceptions import ClientError

from backends import BALANCER
from rest_api import Api


def integrate(api, resource, verb="POST", responses=({"statusCode": "200"},), method=None, **integration):
    """A method over an integration with its responses."""
    where = {"restApiId": api.id, "resourceId": resource, "httpMethod": verb}
    api.client.put_method(**where, authorizationType="NONE", **(method or {}))
    api.client.put_integration(**where, **integration)
    for response in responses:
        api.client.put_method_response(**where, statusCode=response["statusCode"])
        api.client.put_integration_response(**where, **response)
    return where


def test_a_lambda_proxy_gets_the_whole_request_and_answers_the_whole_response(gateway, functions, name):
    api = Api(gateway, name)
    seen = []

    def function(event):
        seen.append(event)
        return {
            "statusCode": 201,
            "headers": {"x-one": "1", "content-type": "text/plain"},
            "multiValueHeaders": {"set-cookie": ["a=1", "b=2"]},
            "body": "made",
        }

    pets = api.resource("{id}")
    integrate(api, pets, "ANY", (), type="AWS_PROXY", integrationHttpMethod="POST", uri=functions.uri(name, function))
    api.deploy(variables={"colour": "red"})
    answer = api.call("/7?a=1&a=2", method="PUT", data="text", headers={"X-Custom": "yes", "Content-Type": "text/plain"})
    assert (answer.status_code, answer.text) == (201, "made")
    assert (answer.headers["x-one"], answer.headers["content-type"]) == ("1", "text/plain")
    assert answer.raw.headers.getlist("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["x-amzn-trace-id"].startswith("Root=1-")
    event = seen[0]
    assert list(event) == [
        "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
        "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body",
        "isBase64Encoded",
    ]  # fmt: skip
    assert (event["resource"], event["path"], event["httpMethod"]) == ("/{id}", "/7", "PUT")
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["pathParameters"] == {"id": "7"} and event["stageVariables"] == {"colour": "red"}
    assert event["headers"]["X-Custom"] == "yes" and event["body"] == "text" and event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert (context["apiId"], context["stage"], context["path"]) == (api.id, "test", "/test/7")
    assert context["requestId"] == answer.headers["x-amzn-requestid"]


@pytest.mark.parametrize("result", [{}, "text", {"statusCode": "x"}, {"statusCode": 200, "body": {"a": 1}}, {"message": 1}])
def test_a_malformed_proxy_result_is_a_502(gateway, functions, name, result):
    api = Api(gateway, name)
    uri = functions.uri(name, lambda event: result)
    integrate(api, api.root, "GET", (), type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    api.deploy()
    answer = api.call("/")
    assert (answer.status_code, answer.text) == (502, '{"message": "Internal server error"}')


def test_a_custom_lambda_integration_selects_by_the_errors_message(gateway, functions, name):
    api = Api(gateway, name)

    def function(event):
        if event["id"] == "none":
            raise KeyError("NotFound: none")
        return {"pet": event["id"]}

    responses = (
        {"statusCode": "200", "responseTemplates": {"application/json": "{\"id\":$input.json('$.pet')}"}},
        {
            "statusCode": "404",
            "selectionPattern": ".*NotFound.*",
            "responseTemplates": {"application/json": "{\"error\":$input.json('$.errorMessage')}"},
        },
    )
    integrate(
        api, api.root, "GET", responses, type="AWS", integrationHttpMethod="POST", uri=functions.uri(name, function),
        requestTemplates={"application/json": "{\"id\":\"$input.params('id')\"}"},
    )  # fmt: skip
    api.deploy()
    assert api.call("/?id=7").json() == {"id": "7"}
    answer = api.call("/?id=none")
    assert answer.status_code == 404 and "NotFound" in answer.json()["error"]


def test_an_event_invocation_is_not_waited_for(gateway, functions, name):
    api = Api(gateway, name)
    integrate(
        api, api.root, type="AWS", integrationHttpMethod="POST", uri=functions.uri(name, lambda event: {"never": 1}),
        requestParameters={"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
    )  # fmt: skip
    api.deploy()
    answer = api.call("/", method="POST", json={"a": 1})
    assert (answer.status_code, answer.text) == (200, "")
    assert [kind for known, kind, _ in functions.events if known == name] == ["Event"]


def test_s3_is_read_and_written_as_the_role_may(gateway, name):
    s3, iam = gateway.client("s3"), gateway.client("iam")
    s3.create_bucket(Bucket=name)
    trust = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    allowed = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"arn:aws:s3:::{name}/*"},
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{name}"},
        ],
    }
    iam.put_role_policy(RoleName=name, PolicyName="objects", PolicyDocument=json.dumps(allowed))
    untrusted = {**trust, "Statement": {**trust["Statement"], "Principal": {"Service": "lambda.amazonaws.com"}}}
    stranger = iam.create_role(RoleName=name + "x", AssumeRolePolicyDocument=json.dumps(untrusted))["Role"]["Arn"]
    api = Api(gateway, name)
    folder, listing, closed = api.resource("{key}"), api.resource("list"), api.resource("closed")
    responses = ({"statusCode": "200"}, {"statusCode": "403", "selectionPattern": "403"}, {"statusCode": "404", "selectionPattern": "404"})
    uri = f"arn:aws:apigateway:us-east-1:s3:path/{name}/{{key}}"
    for verb in ("GET", "PUT", "DELETE"):
        integrate(
            api, folder, verb, responses, type="AWS", integrationHttpMethod=verb, uri=uri, credentials=role,
            method={"requestParameters": {"method.request.path.key": True}},
            requestParameters={"integration.request.path.key": "method.request.path.key"},
        )  # fmt: skip
    bucket = f"arn:aws:apigateway:us-east-1:s3:path/{name}"
    integrate(api, listing, "GET", responses, type="AWS", integrationHttpMethod="GET", uri=bucket, credentials=role)
    integrate(api, closed, "GET", responses, type="AWS", integrationHttpMethod="GET", uri=bucket, credentials=stranger)
    api.deploy()
    assert api.call("/a.txt", method="PUT", data="content", headers={"content-type": "text/plain"}).status_code == 200
    assert s3.get_object(Bucket=name, Key="a.txt")["Body"].read() == b"content"
    answer = api.call("/a.txt")
    assert (answer.status_code, answer.text) == (200, "content")
    assert "<Key>a.txt</Key>" in api.call("/list").text
    assert api.call("/none.txt").status_code == 404
    assert api.call("/a.txt", method="DELETE").status_code == 403
    assert s3.get_object(Bucket=name, Key="a.txt")["Body"].read() == b"content"
    assert api.call("/closed").status_code == 500


def test_a_vpc_link_leads_to_the_configured_address(gateway, backend, name):
    api = Api(gateway, name)
    link = api.client.create_vpc_link(name=name, targetArns=[BALANCER])["id"]
    other = BALANCER.replace("/pets/", "/other/")
    nowhere = api.client.create_vpc_link(name=name, targetArns=[other])["id"]
    for part, link_id in (("linked", link), ("nowhere", nowhere), ("unknown", "abcdef")):
        api.proxy(
            api.resource(part), f"http://pets.internal/{name}/{part}", connectionType="VPC_LINK", connectionId=link_id
        )
    api.deploy()
    assert api.call("/linked").json() == {"hello": "world"}
    seen = [request for request in backend.seen if request["path"] == f"/{name}/linked"]
    assert seen[0]["headers"]["host"] == "pets.internal"
    assert api.call("/nowhere").status_code == 500
    assert api.call("/unknown").status_code == 500


def test_bodies_are_validated_against_models(gateway, name):
    api = Api(gateway, name)
    pet = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    api.client.create_model(restApiId=api.id, name="Pet", contentType="application/json", schema=json.dumps(pet))
    reference = f"https://apigateway.amazonaws.com/restapis/{api.id}/models/Pet"
    pets = {"type": "array", "items": {"$ref": reference}, "maxItems": 2}
    api.client.create_model(restApiId=api.id, name="Pets", contentType="application/json", schema=json.dumps(pets))
    validator = api.client.create_request_validator(restApiId=api.id, name="body", validateRequestBody=True)["id"]
    api.mock(api.root, "POST", requestValidatorId=validator, requestModels={"application/json": "Pets"})
    api.client.put_gateway_response(
        restApiId=api.id,
        responseType="BAD_REQUEST_BODY",
        responseTemplates={"application/json": '{"why":"$context.error.validationErrorString"}'},
    )
    api.deploy()
    assert api.call("/", method="POST", json=[{"name": "Rex"}]).status_code == 200
    answer = api.call("/", method="POST", json=[{}])
    assert answer.status_code == 400
    assert "object has missing required properties" in answer.text
    for body in ("", "{", "[1]", "[{},{},{}]"):
        assert api.call("/", method="POST", data=body).status_code == 400, body


def test_bytes_pass_where_the_api_says_so(gateway, functions, backend, name):
    api = Api(gateway, name, binaryMediaTypes=["image/png"])
    png = bytes(range(256))

    def function(event):
        assert event["isBase64Encoded"]
        body = base64.b64encode(base64.b64decode(event["body"])[::-1]).decode()
        return {"statusCode": 200, "headers": {"content-type": "image/png"}, "isBase64Encoded": True, "body": body}

    uri = functions.uri(name, function)
    integrate(api, api.root, "POST", (), type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    as_text = api.resource("text")
    integrate(
        api, as_text, "POST", type="HTTP", integrationHttpMethod="POST", uri=f"{backend.url}/{name}",
        contentHandling="CONVERT_TO_TEXT",
    )  # fmt: skip
    api.deploy()
    headers = {"content-type": "image/png", "accept": "image/png"}
    assert api.call("/", method="POST", data=png, headers=headers).content == png[::-1]
    api.call("/text", method="POST", data=png, headers={"content-type": "image/png"})
    seen = [request for request in backend.seen if request["path"] == f"/{name}"]
    assert seen[0]["body"] == base64.b64encode(png)


def test_payloads_are_packed_and_unpacked(gateway, backend, name):
    api = Api(gateway, name, minimumCompressionSize=0)
    api.proxy(api.root, f"{backend.url}/{name}", "POST")
    api.deploy()
    answer = api.call(
        "/", method="POST", data=gzip.compress(b"plain"), headers={"content-encoding": "gzip", "accept-encoding": "gzip"}
    )
    assert answer.headers["content-encoding"] == "gzip" and answer.json() == {"hello": "world"}
    assert [request["body"] for request in backend.seen if request["path"] == f"/{name}"] == [b"plain"]
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    assert api.call("/", method="POST", data=bomb, headers={"content-encoding": "gzip"}).status_code == 413


def test_answers_are_cached_counted_and_flushed(gateway, backend, name):
    api = Api(gateway, name)
    backend_path = f"/{name}"
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    api.client.put_method(**where, authorizationType="NONE", requestParameters={"method.request.querystring.q": False})
    api.client.put_integration(
        **where, type="HTTP_PROXY", integrationHttpMethod="GET", uri=backend.url + backend_path,
        requestParameters={"integration.request.querystring.q": "method.request.querystring.q"},
        cacheKeyParameters=["method.request.querystring.q"],
    )  # fmt: skip
    api.deploy(cacheClusterEnabled=True, cacheClusterSize="0.5")
    patch = [
        {"op": "replace", "path": "/*/*/caching/enabled", "value": "true"},
        {"op": "replace", "path": "/*/*/caching/requireAuthorizationForCacheControl", "value": "false"},
    ]
    shown = api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=patch)
    assert (shown["cacheClusterStatus"], shown["cacheClusterSize"]) == ("AVAILABLE", "0.5")
    asked = lambda: len([request for request in backend.seen if request["path"].startswith(backend_path)])  # noqa: E731
    for query, expected in (("a", 1), ("a", 1), ("b", 2), ("a", 2)):
        assert api.call(f"/?q={query}").status_code == 200
        assert asked() == expected, query
    api.call("/?q=a", headers={"cache-control": "max-age=0"})
    assert asked() == 3
    api.client.flush_stage_cache(restApiId=api.id, stageName="test")
    api.call("/?q=a")
    assert asked() == 4
    metrics = requests.get(gateway.url + "/_portcullis/metrics", timeout=10).text
    labels = f'ApiName="{name}",ApiId="{api.id}",Stage="test"'
    assert f"aws_apigateway_CacheHitCount{{{labels}}} 2" in metrics
    assert f"aws_apigateway_Count{{{labels}}} 6" in metrics


def test_a_canary_is_released_and_promoted(gateway, name):
    api = Api(gateway, name)
    api.mock(api.root, template="old $stageVariables.who")
    api.deploy(variables={"who": "all"})
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    template = {"application/json": "new $stageVariables.who"}
    api.client.put_integration_response(**where, statusCode="200", responseTemplates=template)
    canary = {"percentTraffic": 100.0, "stageVariableOverrides": {"who": "few"}}
    deployment = api.deploy(canarySettings=canary)
    assert api.call("/").text == "new few"
    patch = [{"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0"}]
    api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=patch)
    assert api.call("/").text == "old all"
    promote = [
        {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
        {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
        {"op": "remove", "path": "/canarySettings"},
    ]
    shown = api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=promote)
    assert shown["deploymentId"] == deployment and "canarySettings" not in shown
    assert api.call("/").text == "new few"


def test_logs_are_written_and_shown(gateway, name):
    api = Api(gateway, name)
    api.mock(api.root)
    api.deploy()
    log_on = [{"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"}]
    role = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": "arn:aws:iam::123456789012:role/logs"}]
    api.client.update_account(patchOperations=role)
    group = f"arn:aws:logs:us-east-1:123456789012:log-group:{name}"
    access = [
        {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": group},
        {"op": "replace", "path": "/accessLogSettings/format", "value": '{"id":"$context.requestId","s":$context.status}'},
    ]
    api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=log_on + access)
    answer = api.call("/")
    request_id = answer.headers["x-amzn-requestid"]

    def log(group):
        events = requests.get(gateway.url + "/_portcullis/logs", params={"group": group}, timeout=10).json()
        return [event["message"] for event in events]

    assert [json.loads(line) for line in log(name)] == [{"id": request_id, "s": 200}]
    lines = log(f"API-Gateway-Execution-Logs_{api.id}/test")
    assert f"({request_id}) Successfully completed execution" in lines
    assert lines[-1] == f"({request_id}) Method completed with status: 200"


def test_what_is_not_built_is_refused_by_name(gateway, name):
    api = Api(gateway, name)
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    api.client.put_method(**where, authorizationType="NONE")
    uri = "arn:aws:apigateway:us-east-1:dynamodb:action/GetItem"
    with pytest.raises(ClientError) as refused:
        api.client.put_integration(**where, type="AWS", integrationHttpMethod="POST", uri=uri)
    assert "has not built" in refused.value.response["Error"]["Message"]
