"""What API Gateway refuses, and in which words: each line a call and the error of the real service."""

import pytest

from refusal import refused
from rest_api import Api

BAD, MISSING, CONFLICT = ("BadRequestException", 400), ("NotFoundException", 404), ("ConflictException", 409)
ABSENT = "Invalid API identifier specified 123456789012:absent0000"
URI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"


@pytest.fixture
def gateway(server):
    return server.client("apigateway")


@pytest.fixture
def api(server, name):
    api = Api(server, name)
    api.mock(api.root)
    return api


def patch(path, value=None, op="replace"):
    return [{"op": op, "path": path, **({} if value is None else {"value": value})}]


def check(client, lines, **common):
    """`(error, sentence, operation, arguments)`"""
    for (code, status), sentence, operation, arguments in lines:
        with refused(code, sentence, status):
            getattr(client, operation)(**{**common, **arguments})


def test_apis(gateway, name):
    check(
        gateway,
        [
            (BAD, "Description cannot be an empty string", "create_rest_api", {"description": ""}),
            (BAD, "Invalid minimum compression size, must be between 0 and 10485760", "create_rest_api", {"minimumCompressionSize": -1}),
            (BAD, "Invalid minimum compression size, must be between 0 and 10485760", "create_rest_api", {"minimumCompressionSize": 10485761}),
            (BAD, "Cannot create an api with multiple Endpoint Types.", "create_rest_api", {"endpointConfiguration": {"types": ["EDGE", "REGIONAL"]}}),
            (BAD, "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.", "create_rest_api", {"endpointConfiguration": {"types": []}}),
            (
                BAD,
                "Only dualstack ipAddressType is supported for Private APIs.",
                "create_rest_api",
                {"endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "ipv4"}},
            ),
        ],
        name=name,
    )
    with refused("BadRequestException", "Invalid OpenAPI input.", 400):
        gateway.import_rest_api(body=b"{}")


def test_what_an_unknown_api_answers(gateway):
    lines = [
        (MISSING, ABSENT, operation, {})
        for operation in ["get_rest_api", "delete_rest_api", "get_resources", "get_authorizers", "get_models", "get_stages", "get_deployments", "create_deployment", "update_rest_api", "get_gateway_responses"]
    ]
    lines += [
        (MISSING, "Invalid REST API identifier specified", "create_request_validator", {}),
        (
            CONFLICT,
            "Unable to complete operation due to concurrent modification. Please try again later.",
            "create_authorizer",
            {"name": "a", "type": "TOKEN", "authorizerUri": URI, "identitySource": "method.request.header.A"},
        ),
    ]
    check(gateway, lines, restApiId="absent0000")


def test_what_is_missing_in_an_api(gateway, api):
    method = {"resourceId": api.root, "httpMethod": "GET"}
    no_such = {"resourceId": api.root, "httpMethod": "PUT"}
    lines = [
        (MISSING, "Invalid Resource identifier specified", "get_resource", {"resourceId": "absent"}),
        (MISSING, "Invalid Resource identifier specified", "put_method", {"resourceId": "absent", "httpMethod": "GET", "authorizationType": "NONE"}),
        (MISSING, "Invalid Method identifier specified", "get_method", no_such),
        (MISSING, "Invalid Method identifier specified", "put_integration", {**no_such, "type": "MOCK"}),
        (MISSING, "Invalid Response status code specified", "get_method_response", {**method, "statusCode": "404"}),
        (MISSING, "Invalid Response status code specified", "get_integration_response", {**method, "statusCode": "404"}),
        (MISSING, "Invalid Request Validator identifier specified", "get_request_validator", {"requestValidatorId": "absent"}),
        (MISSING, "Invalid model name specified: Absent", "get_model", {"modelName": "Absent"}),
        (MISSING, "Invalid Documentation part identifier specified", "get_documentation_part", {"documentationPartId": "absent"}),
        (MISSING, "Gateway response type not defined on api", "delete_gateway_response", {"responseType": "THROTTLED"}),
        (MISSING, "Invalid stage identifier specified", "get_stage", {"stageName": "absent"}),
        (MISSING, "Invalid Deployment identifier specified", "get_deployment", {"deploymentId": "absent"}),
        (MISSING, "Invalid Authorizer identifier specified", "get_authorizer", {"authorizerId": "absent"}),
        (MISSING, "Invalid Documentation version specified", "get_documentation_version", {"documentationVersion": "9"}),
    ]
    check(gateway, lines, restApiId=api.id)


def test_resources_and_methods(gateway, api):
    pets, owners = api.resource("pets"), api.resource("owners")
    greedy = api.resource("{proxy+}", owners)
    child = api.resource("child", pets)
    cognito = {"authorizationType": "COGNITO_USER_POOLS"}
    authorizer = "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."
    at = {"resourceId": api.root, "httpMethod": "POST", "authorizationType": "NONE"}
    verbs = "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"
    lines = [
        (CONFLICT, "Another resource with the same parent already has this name: pets", "create_resource", {"parentId": api.root, "pathPart": "pets"}),
        (
            BAD,
            "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
            "create_resource",
            {"parentId": owners, "pathPart": "{id}"},
        ),
        (BAD, "Cannot create a child of a resource with a greedy path variable: {proxy+}", "create_resource", {"parentId": greedy, "pathPart": "x"}),
        (BAD, "Resources cannot be cyclical.", "update_resource", {"resourceId": pets, "patchOperations": patch("/parentId", child)}),
        (BAD, "Root resource cannot update its pathPart.", "update_resource", {"resourceId": api.root, "patchOperations": patch("/pathPart", "x")}),
        (BAD, "Root resource cannot update its parentId.", "update_resource", {"resourceId": api.root, "patchOperations": patch("/parentId", pets)}),
        (BAD, verbs, "put_method", {**at, "httpMethod": "TRACE"}),
        (BAD, authorizer, "put_method", {**at, **cognito}),
        (BAD, authorizer, "put_method", {**at, **cognito, "authorizerId": "absent"}),
        (BAD, authorizer, "put_method", {**at, "authorizationType": "CUSTOM", "authorizerId": "absent"}),
        (
            BAD,
            "Parameter names must be unique across querystring, header and path",
            "put_method",
            {**at, "requestParameters": {"method.request.querystring.a": True, "method.request.header.a": True}},
        ),
        (BAD, "Invalid model identifier specified: petModel", "put_method", {**at, "requestModels": {"application/json": "petModel"}}),
    ]
    check(gateway, lines, restApiId=api.id)


def test_models(gateway, api):
    schema = {"contentType": "application/json", "schema": '{"type": "object"}'}
    gateway.create_model(restApiId=api.id, name="Pet", **schema)
    gateway.put_method(restApiId=api.id, resourceId=api.resource("test"), httpMethod="ANY", authorizationType="NONE", requestModels={"application/json": "Pet"})
    lines = [
        (BAD, "Model name must be non-empty", "create_model", {"name": "", **schema}),
        (BAD, "Model schema must have at least 1 property or array items defined", "create_model", {"name": "A", "contentType": "application/json", "schema": ""}),
        (CONFLICT, "Model name already exists for this REST API", "create_model", {"name": "Pet", **schema}),
        (CONFLICT, "Cannot delete model 'Pet', is referenced in method request: /test/ANY", "delete_model", {"modelName": "Pet"}),
    ]
    check(gateway, lines, restApiId=api.id)


def test_integrations(gateway, api):
    api.method(api.root, "POST")
    proxies = "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
    post = {"integrationHttpMethod": "POST"}
    lines = [
        (BAD, "Enumeration value for HttpMethod must be non-empty", "put_integration", {"type": "HTTP", "uri": "http://127.0.0.1:1/"}),
        (BAD, "Invalid HTTP endpoint specified for URI", "put_integration", {"type": "HTTP", **post, "uri": "x"}),
        (BAD, "Invalid HTTP endpoint specified for URI", "put_integration", {"type": "HTTP_PROXY", **post, "uri": ""}),
        (BAD, "Invalid ARN specified in the request", "put_integration", {"type": "AWS", **post, "uri": "x"}),
        (
            BAD,
            "AWS ARN for integration must contain path or action",
            "put_integration",
            {"type": "AWS", **post, "uri": "arn:aws:apigateway:us-east-1:lambda:test"},
        ),
        (BAD, proxies, "put_integration", {"type": "AWS_PROXY", **post, "uri": "arn:aws:apigateway:us-east-1:s3:path/b/k"}),
        (
            BAD,
            "Validation Result: warnings : [], errors : [Invalid content type specified: 123]",
            "put_integration",
            {"type": "MOCK", "requestTemplates": {"123": "{}"}},
        ),
    ]
    check(gateway, lines, restApiId=api.id, resourceId=api.root, httpMethod="POST")


def test_stages_and_deployments(server, gateway, api, name):
    empty = Api(server, name + "e")
    with refused("BadRequestException", "The REST API doesn't contain any methods", 400):
        empty.deploy()
    empty.method(empty.root)
    with refused("BadRequestException", "No integration defined for method", 400):
        empty.deploy()
    deployment = api.deploy("dev")
    stage = {"stageName": "dev"}
    settings = "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]"
    lines = [
        (BAD, "Active stages pointing to this deployment must be moved or deleted", "delete_deployment", {"deploymentId": deployment}),
        (BAD, "Deployment id does not exist", "update_stage", {**stage, "patchOperations": patch("/deploymentId", "absent")}),
        (
            BAD,
            "Cannot remove method setting */* because there is no method setting for this method ",
            "update_stage",
            {**stage, "patchOperations": patch("/*/*", op="remove")},
        ),
        (BAD, "Access Log value must not be empty", "update_stage", {**stage, "patchOperations": patch("/accessLogSettings/destinationArn", "")}),
        (BAD, settings, "update_stage", {**stage, "patchOperations": patch("/accessLogSettings/x", "y")}),
    ]
    check(gateway, lines, restApiId=api.id)
    with pytest.raises(gateway.exceptions.BadRequestException, match=r"Invalid method setting path: /x\. Must be one of: \[/deploymentId, "):
        gateway.update_stage(restApiId=api.id, **stage, patchOperations=patch("/x", "y"))


def test_keys_and_plans(gateway, api, name):
    api.deploy("dev")
    plan = gateway.create_usage_plan(name=name)["id"]
    lines = [
        (BAD, "Invalid API Key name, can be at most 1024 characters.", "create_api_key", {"name": "n" * 1025}),
        (BAD, "API Key value should be at least 20 characters", "create_api_key", {"name": name, "value": "short"}),
        (BAD, "API Key value exceeds maximum size of 128 characters", "create_api_key", {"name": name, "value": "v" * 129}),
        (BAD, "Invalid API Key description specified.", "create_api_key", {"name": name, "description": "d" * 125_001}),
        (MISSING, "Invalid API Key identifier specified", "get_api_key", {"apiKey": "absent"}),
        (MISSING, "Invalid Usage Plan ID specified", "get_usage_plan", {"usagePlanId": "absent"}),
        (BAD, "Invalid API Stage specified", "update_usage_plan", {"usagePlanId": plan, "patchOperations": patch("/apiStages", "absent", "add")}),
        (
            MISSING,
            f"Invalid API Stage {{api: {api.id}, stage: absent}} specified for usageplan {plan}",
            "update_usage_plan",
            {"usagePlanId": plan, "patchOperations": patch("/apiStages", f"{api.id}:absent", "add")},
        ),
        (MISSING, "Invalid Vpc Link identifier specified", "get_vpc_link", {"vpcLinkId": "absent"}),
    ]
    check(gateway, lines)


def test_gateway_responses(gateway, api):
    at = {"responseType": "DEFAULT_4XX"}
    gateway.put_gateway_response(restApiId=api.id, **at)
    lines = [
        (MISSING, "Invalid parameter name specified", "update_gateway_response", {**at, "patchOperations": patch("/responseParameters/gatewayresponse.header.X", op="remove")}),
        (BAD, "Invalid null or empty value in responseTemplates", "update_gateway_response", {**at, "patchOperations": patch("/responseTemplates/application~1json", op="add")}),
        (
            ("ValidationException", 400),
            "1 validation error detected: Value 'wrong-op' at 'updateGatewayResponseInput.patchOperations.1.member.op' failed to satisfy constraint: "
            "Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
            "update_gateway_response",
            {**at, "patchOperations": patch("/statusCode", "400", "wrong-op")},
        ),
    ]
    check(gateway, lines, restApiId=api.id)


def test_patches_are_refused_in_either_of_two_ways(gateway, api):
    model = {"restApiId": api.id, "modelName": "Error"}
    with pytest.raises(gateway.exceptions.BadRequestException, match=r"Invalid patch path  '/x' specified for op 'replace'\. Must be one of: \[/"):
        gateway.update_request_validator(
            restApiId=api.id,
            requestValidatorId=gateway.create_request_validator(restApiId=api.id, name="v")["id"],
            patchOperations=patch("/x", "y"),
        )
    with pytest.raises(gateway.exceptions.BadRequestException, match="Invalid patch path"):
        gateway.update_model(**model, patchOperations=patch("/contentType", "text/plain"))
