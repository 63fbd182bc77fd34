"""REST APIs as configuration, by boto3: what is made, changed, refused, deployed."""

import re

import pytest

from refusal import refused
from rest_api import Api
from user_pool import Pool

SIBLING = "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed"


@pytest.fixture
def api(server, name):
    return Api(server, name)


@pytest.fixture
def gateway(server):
    return server.client("apigateway")


def test_an_api_is_made_read_listed_and_deleted(gateway, name):
    made = gateway.create_rest_api(name=name, description="d", tags={"team": "red"})
    assert re.fullmatch(r"[a-z0-9]{10}", made["id"])
    assert made["endpointConfiguration"]["types"] == ["EDGE"]
    assert (made["apiKeySource"], made["disableExecuteApiEndpoint"]) == ("HEADER", False)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    read = gateway.get_rest_api(restApiId=made["id"])
    assert (read["name"], read["description"], read["tags"]) == (name, "d", {"team": "red"})
    root = gateway.get_resources(restApiId=made["id"])["items"]
    assert [(item["path"], item["id"]) for item in root] == [("/", made["rootResourceId"])]
    assert "parentId" not in root[0]
    listed = [item["id"] for page in gateway.get_paginator("get_rest_apis").paginate() for item in page["items"]]
    assert made["id"] in listed
    assert gateway.delete_rest_api(restApiId=made["id"])["ResponseMetadata"]["HTTPStatusCode"] == 202
    with refused("NotFoundException", f"Invalid API identifier specified 123456789012:{made['id']}", 404):
        gateway.get_rest_api(restApiId=made["id"])


def test_the_list_of_apis_pages(server, name):
    gateway = server.client("apigateway")
    made = {Api(server, f"{name}-{number}").id for number in range(4)}
    pages = list(gateway.get_paginator("get_rest_apis").paginate(PaginationConfig={"PageSize": 3}))
    seen = [item["id"] for page in pages for item in page["items"]]
    assert made <= set(seen)
    assert len(seen) == len(set(seen))
    assert all(len(page["items"]) <= 3 for page in pages)


def test_resources_make_a_tree(api):
    pets = api.resource("pets")
    pet = api.resource("{petId}", pets)
    found = api.client.get_resource(restApiId=api.id, resourceId=pet)
    assert (found["path"], found["pathPart"], found["parentId"]) == ("/pets/{petId}", "{petId}", pets)
    with refused("ConflictException", "Another resource with the same parent already has this name: pets", 409):
        api.resource("pets")
    greedy = api.resource("{proxy+}")
    with refused("BadRequestException", SIBLING, 400):
        api.resource("{other}")
    with refused(
        "BadRequestException", "Cannot create a child of a resource with a greedy path variable: {proxy+}", 400
    ):
        api.resource("more", greedy)
    api.client.delete_resource(restApiId=api.id, resourceId=pets)
    for gone in (pets, pet):
        with refused("NotFoundException", "Invalid Resource identifier specified", 404):
            api.client.get_resource(restApiId=api.id, resourceId=gone)


def test_what_does_not_exist_is_told_in_awss_sentences(api):
    gone = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    with refused("NotFoundException", "Invalid Method identifier specified", 404):
        api.client.get_method(**gone)
    api.method(api.root)
    with refused("NotFoundException", "Invalid Integration identifier specified", 404):
        api.client.get_integration(**gone)
    with refused("NotFoundException", "Invalid Response status code specified", 404):
        api.client.get_method_response(**gone, statusCode="200")
    with refused("BadRequestException", None, 400):
        api.method(api.root, "TRACE")
    with refused(
        "BadRequestException",
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a "
        "valid authorizer.",
        400,
    ):
        api.method(api.root, "POST", authorizer="nobody")
    with refused("BadRequestException", "Invalid HTTP endpoint specified for URI", 400):
        api.client.put_integration(**gone, type="HTTP_PROXY", integrationHttpMethod="GET", uri="no-uri")
    with refused("BadRequestException", "Enumeration value for HttpMethod must be non-empty", 400):
        api.client.put_integration(**gone, type="HTTP_PROXY", uri="http://127.0.0.1:1/")


def test_methods_and_what_they_hold_are_read_back(api):
    api.mock(api.root, body={"a": 1})
    method = api.client.get_method(restApiId=api.id, resourceId=api.root, httpMethod="GET")
    assert (method["authorizationType"], method["apiKeyRequired"]) == ("NONE", False)
    integration = method["methodIntegration"]
    assert (integration["type"], integration["passthroughBehavior"]) == ("MOCK", "WHEN_NO_MATCH")
    assert integration["timeoutInMillis"] == 29000
    assert integration["integrationResponses"]["200"]["responseTemplates"] == {"application/json": '{"a": 1}'}
    assert set(method["methodResponses"]) == {"200"}
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    assert api.client.delete_method(**where)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused("NotFoundException"):
        api.client.get_method(**where)


def replace(path, value):
    return [{"op": "replace", "path": path, "value": value}]


def test_patches_change_what_they_name(api, server, name):
    pool = Pool(server, name)
    changed = api.client.update_rest_api(restApiId=api.id, patchOperations=replace("/description", "changed"))
    assert changed["description"] == "changed"
    pets = api.resource("pets")
    moved = api.client.update_resource(
        restApiId=api.id, resourceId=pets, patchOperations=replace("/pathPart", "animals")
    )
    assert moved["path"] == "/animals"
    where = {"restApiId": api.id, "resourceId": pets, "httpMethod": "GET"}
    api.mock(pets)
    authorizer = api.authorizer(pool.arn)
    updated = api.client.update_method(
        **where,
        patchOperations=replace("/authorizationType", "COGNITO_USER_POOLS") + replace("/authorizerId", authorizer),
    )
    assert (updated["authorizationType"], updated["authorizerId"]) == ("COGNITO_USER_POOLS", authorizer)
    scoped = api.client.update_method(
        **where, patchOperations=[{"op": "add", "path": "/authorizationScopes", "value": "openid"}]
    )
    assert scoped["authorizationScopes"] == ["openid"]
    api.client.update_integration(
        **where, patchOperations=replace("/requestTemplates/application~1json", '{"statusCode": 201}')
    )
    assert api.client.get_integration(**where)["requestTemplates"] == {"application/json": '{"statusCode": 201}'}
    api.client.update_integration_response(
        **where, statusCode="200", patchOperations=replace("/responseTemplates/application~1json", "new")
    )
    there = api.client.get_integration_response(**where, statusCode="200")
    assert there["responseTemplates"] == {"application/json": "new"}
    renamed = api.client.update_authorizer(
        restApiId=api.id, authorizerId=authorizer, patchOperations=replace("/name", "other")
    )
    assert renamed["name"] == "other"


def test_patches_that_lead_nowhere_are_refused(api):
    with pytest.raises(api.client.exceptions.BadRequestException, match="Invalid patch path"):
        api.client.update_rest_api(restApiId=api.id, patchOperations=replace("/rootResourceId", "x"))
    with refused("BadRequestException", "Root resource cannot update its pathPart.", 400):
        api.client.update_resource(restApiId=api.id, resourceId=api.root, patchOperations=replace("/pathPart", "x"))


def test_authorizers_are_made_read_and_deleted(api, server, name):
    pool = Pool(server, name)
    made = api.authorizer(pool.arn, header="auth-token", identityValidationExpression="abc")
    read = api.client.get_authorizer(restApiId=api.id, authorizerId=made)
    assert (read["type"], read["authType"]) == ("COGNITO_USER_POOLS", "cognito_user_pools")
    assert read["providerARNs"] == [pool.arn]
    assert read["identitySource"] == "method.request.header.auth-token"
    assert read["identityValidationExpression"] == "abc"
    assert [item["id"] for item in api.client.get_authorizers(restApiId=api.id)["items"]] == [made]
    api.client.delete_authorizer(restApiId=api.id, authorizerId=made)
    with refused("NotFoundException", None, 404):
        api.client.get_authorizer(restApiId=api.id, authorizerId=made)


def test_a_deployment_needs_methods_with_integrations(api):
    with refused("BadRequestException", "The REST API doesn't contain any methods", 400):
        api.deploy()
    api.method(api.root)
    with refused("BadRequestException", "No integration defined for method", 400):
        api.deploy()


def test_deployments_are_immutable(api):
    api.mock(api.root, body={"version": 1})
    first = api.deploy()
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET", "statusCode": "200"}
    api.client.update_integration_response(
        **where, patchOperations=replace("/responseTemplates/application~1json", '{"version": 2}')
    )
    assert api.call().json() == {"version": 1}
    second = api.deploy()
    assert api.call().json() == {"version": 2}
    stage = {"restApiId": api.id, "stageName": "test"}
    api.client.update_stage(**stage, patchOperations=replace("/deploymentId", first))
    assert api.call().json() == {"version": 1}
    with refused("BadRequestException", "Active stages pointing to this deployment must be moved or deleted", 400):
        api.client.delete_deployment(restApiId=api.id, deploymentId=first)
    api.client.delete_deployment(restApiId=api.id, deploymentId=second)
    assert [item["id"] for item in api.client.get_deployments(restApiId=api.id)["items"]] == [first]
    with refused("BadRequestException", "Deployment id does not exist", 400):
        api.client.update_stage(**stage, patchOperations=replace("/deploymentId", second))
    api.client.delete_stage(**stage)
    assert api.call().status_code == 403


def test_stages_have_their_own_variables(api):
    api.mock(api.root, template='{"colour": "$stageVariables.colour"}')
    deployment = api.deploy("blue", variables={"colour": "blue"})
    made = api.client.create_stage(
        restApiId=api.id, stageName="red", deploymentId=deployment, variables={"colour": "red"}
    )
    assert (made["deploymentId"], made["variables"]) == (deployment, {"colour": "red"})
    assert (made["cacheClusterEnabled"], made["tracingEnabled"], made["methodSettings"]) == (False, False, {})
    assert (api.call(stage="blue").json(), api.call(stage="red").json()) == ({"colour": "blue"}, {"colour": "red"})
    api.client.update_stage(restApiId=api.id, stageName="red", patchOperations=replace("/variables/colour", "crimson"))
    assert api.call(stage="red").json() == {"colour": "crimson"}
    assert {item["stageName"] for item in api.client.get_stages(restApiId=api.id)["item"]} == {"blue", "red"}


def test_gateway_responses_have_their_defaults(api):
    listed = api.client.get_gateway_responses(restApiId=api.id)["items"]
    names = [item["responseType"] for item in listed]
    assert names == sorted(names)
    assert len(names) == 21
    assert all(item["defaultResponse"] for item in listed)
    default = {"application/json": '{"message":$context.error.messageString}'}
    assert all(item["responseTemplates"] == default for item in listed)
    assert {item["responseType"]: item.get("statusCode") for item in listed}["UNAUTHORIZED"] == "401"


def test_models_and_validators(api):
    assert {item["name"] for item in api.client.get_models(restApiId=api.id)["items"]} == {"Empty", "Error"}
    validator = api.client.create_request_validator(
        restApiId=api.id, name="params", validateRequestParameters=True, validateRequestBody=False
    )
    read = api.client.get_request_validator(restApiId=api.id, requestValidatorId=validator["id"])
    assert (read["validateRequestParameters"], read["validateRequestBody"]) == (True, False)
    with refused("NotFoundException", "Invalid Request Validator identifier specified", 404):
        api.client.get_request_validator(restApiId=api.id, requestValidatorId="nobody")


def test_another_region_has_other_apis(server, api):
    other = server.client("apigateway", region="eu-west-1")
    with refused("NotFoundException", f"Invalid API identifier specified 123456789012:{api.id}", 404):
        other.get_rest_api(restApiId=api.id)


class TestInvokeMethod:
    def test_shows_the_log_of_a_run(self, api):
        pet = api.resource("{petId}", api.resource("pets"))
        api.mock(pet, template='{"id": "$input.params(\'petId\')", "q": "$input.params(\'foo\')"}')
        answer = api.client.test_invoke_method(
            restApiId=api.id, resourceId=pet, httpMethod="GET", pathWithQueryString="/pets/123?foo=bar"
        )
        assert answer["status"] == 200
        assert answer["body"] == '{"id": "123", "q": "bar"}'
        assert answer["headers"]["Content-Type"] == "application/json"
        assert answer["latency"] >= 0
        head, *lines = answer["log"].rstrip("\n").split("\n")
        request = re.fullmatch(r"Execution log for request (\S+)", head)[1]
        moment = r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : "
        assert all(re.match(moment, line) for line in lines)
        texts = [re.sub(moment, "", line) for line in lines]
        assert texts == [
            f"Starting execution for request: {request}",
            "HTTP Method: GET, Resource Path: /pets/123",
            "Method request path: {petId=123}",
            "Method request query string: {foo=bar}",
            "Method request headers: {}",
            "Method request body before transformations: ",
            'Method response body after transformations: {"id": "123", "q": "bar"}',
            "Method response headers: {Content-Type=application/json}",
            "Successfully completed execution",
            "Method completed with status: 200",
        ]
        assert answer["log"].endswith("\n")

    def test_needs_no_token_and_no_deployment(self, api, server, name):
        api.mock(api.root, authorizer=api.authorizer(Pool(server, name).arn))
        answer = api.client.test_invoke_method(restApiId=api.id, resourceId=api.root, httpMethod="GET")
        assert (answer["status"], answer["body"]) == (200, '{"ok": true}')

    def test_tells_of_unknown_methods(self, api):
        with refused("NotFoundException", "Invalid Method identifier specified", 404):
            api.client.test_invoke_method(restApiId=api.id, resourceId=api.root, httpMethod="GET")
