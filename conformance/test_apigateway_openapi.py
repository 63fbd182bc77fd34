"""OpenAPI documents by boto3: one with everything is imported, exported in every form and imported again."""

import copy
import json
import re

import pytest

from refusal import refused

POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Absent001"
ROLE = "arn:aws:iam::123456789012:role/r"
FUNCTION = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:f/invocations"
)
OK = {"200": {"description": "fine"}}


def mock(**more):
    responses = {
        "default": {
            "statusCode": "200",
            "responseParameters": {"method.response.header.X-A": "'1'"},
            "responseTemplates": {"application/json": "{}"},
        },
        "5\\d{2}": {"statusCode": "500"},
    }
    return {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "passthroughBehavior": "never",
        "responses": responses,
        **more,
    }


def scheme(header, authtype, **authorizer):
    given = {"x-amazon-apigateway-authorizer": authorizer} if authorizer else {}
    return {"type": "apiKey", "name": header, "in": "header", "x-amazon-apigateway-authtype": authtype, **given}


TEXT = {"schema": {"type": "string"}}
EVERYTHING = {
    "openapi": "3.0.1",
    "info": {"title": "Everything", "version": "2026", "description": "All of it"},
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "summary": "all pets",
                "description": "lists them",
                "parameters": [
                    {"name": "limit", "in": "query", "required": True, "description": "how many", **TEXT},
                    {"name": "X-Who", "in": "header", **TEXT},
                ],
                "responses": {
                    "200": {
                        "description": "the pets",
                        "headers": {"X-A": {"description": "a header", **TEXT}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pets"}}},
                    },
                    "500": {"description": "bad"},
                },
                "security": [{"pools": ["a/b", "a/c"]}],
                "x-amazon-apigateway-request-validator": "params",
                "x-amazon-apigateway-integration": mock(
                    cacheKeyParameters=["method.request.querystring.limit"], cacheNamespace="ns"
                ),
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "description": "a pet",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
                },
                "responses": OK,
                "security": [{"token": []}, {"api_key": []}],
                "x-amazon-apigateway-request-validator": "all",
                "x-amazon-apigateway-integration": {
                    "type": "aws_proxy",
                    "httpMethod": "POST",
                    "uri": FUNCTION,
                    "timeoutInMillis": 5000,
                    "contentHandling": "CONVERT_TO_TEXT",
                    "credentials": ROLE,
                },
            },
        },
        "/pets/{id}": {
            "x-amazon-apigateway-any-method": {
                "parameters": [{"name": "id", "in": "path", "required": True, **TEXT}],
                "responses": OK,
                "security": [{"request": []}],
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy",
                    "httpMethod": "ANY",
                    "uri": "http://127.0.0.1:1/{id}",
                    "requestParameters": {
                        "integration.request.path.id": "method.request.path.id",
                        "integration.request.header.X": "'y'",
                    },
                    "tlsConfig": {"insecureSkipVerification": True},
                    "connectionType": "INTERNET",
                },
            }
        },
        "/iam": {
            "get": {
                "security": [{"sigv4": []}],
                "responses": OK,
                "x-amazon-apigateway-integration": {
                    "type": "aws",
                    "httpMethod": "GET",
                    "uri": "arn:aws:apigateway:us-east-1:s3:path/b/k",
                    "credentials": ROLE,
                    "responses": {"default": {"statusCode": "200", "contentHandling": "CONVERT_TO_BINARY"}},
                },
            }
        },
        "/{proxy+}": {
            "get": {
                "parameters": [{"name": "proxy", "in": "path", "required": True, **TEXT}],
                "responses": OK,
                "x-amazon-apigateway-integration": {
                    "type": "http",
                    "httpMethod": "GET",
                    "uri": "http://${stageVariables.host}/",
                    "passthroughBehavior": "when_no_templates",
                    "responses": {"default": {"statusCode": "200"}},
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string", "minLength": 1}, "age": {"type": "integer", "minimum": 0}},
            },
            "Pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
        },
        "securitySchemes": {
            "pools": scheme(
                "Authorization",
                "cognito_user_pools",
                type="cognito_user_pools",
                providerARNs=[POOL],
                identityValidationExpression="a+",
            ),
            "token": scheme(
                "Auth",
                "custom",
                type="token",
                authorizerUri=FUNCTION,
                authorizerCredentials=ROLE,
                authorizerResultTtlInSeconds=60,
                identityValidationExpression="^x",
            ),
            "request": scheme(
                "Unused",
                "custom",
                type="request",
                authorizerUri=FUNCTION,
                authorizerResultTtlInSeconds=0,
                identitySource="method.request.header.A,method.request.querystring.b",
            ),
            "sigv4": scheme("Authorization", "awsSigv4"),
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        },
    },
    "x-amazon-apigateway-request-validators": {
        "params": {"validateRequestParameters": True, "validateRequestBody": False},
        "all": {"validateRequestParameters": True, "validateRequestBody": True},
    },
    "x-amazon-apigateway-request-validator": "params",
    "x-amazon-apigateway-gateway-responses": {
        "UNAUTHORIZED": {
            "statusCode": "418",
            "responseParameters": {"gatewayresponse.header.X": "'a'"},
            "responseTemplates": {"application/json": "{}"},
        },
        "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}},
    },
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-api-key-source": "AUTHORIZER",
    "x-amazon-apigateway-minimum-compression-size": 512,
    "x-amazon-apigateway-policy": {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
        ],
    },
}


@pytest.fixture
def gateway(server):
    return server.client("apigateway")


def items(answer):
    return [{key: value for key, value in item.items() if key != "id"} for item in answer["items"]]


def meaning(gateway, api):
    """All that an API is, by names in place of ids."""
    of = {"restApiId": api}

    def without(answer, *names):
        return {key: value for key, value in answer.items() if key not in ("ResponseMetadata", "id", *names)}

    def method(resource, shown):
        shown = copy.deepcopy(shown)
        integration = shown.get("methodIntegration", {})
        if integration.get("cacheNamespace") == resource["id"]:
            integration["cacheNamespace"] = "its own"
        if "authorizerId" in shown:
            shown["authorizerId"] = without(gateway.get_authorizer(**of, authorizerId=shown["authorizerId"]))
        if "requestValidatorId" in shown:
            named = shown["requestValidatorId"]
            shown["requestValidatorId"] = without(gateway.get_request_validator(**of, requestValidatorId=named))
        return shown

    resources = gateway.get_resources(**of, embed=["methods"], limit=500)["items"]
    parts = items(gateway.get_documentation_parts(**of, limit=500))
    whole = {
        "api": without(gateway.get_rest_api(**of), "createdDate", "rootResourceId"),
        "methods": {
            (resource["path"], verb): method(resource, shown)
            for resource in sorted(resources, key=lambda resource: resource["path"])
            for verb, shown in sorted(resource.get("resourceMethods", {}).items())
        },
        "models": sorted(items(gateway.get_models(**of, limit=500)), key=str),
        "gateway responses": gateway.get_gateway_responses(**of, limit=500)["items"],
        "authorizers": sorted(items(gateway.get_authorizers(**of, limit=500)), key=str),
        "validators": sorted(items(gateway.get_request_validators(**of, limit=500)), key=str),
        "parts": sorted(f"{part['location']} {json.loads(part['properties'])}" for part in parts),
    }
    return re.sub(r"\b" + api + r"\b", "API", repr(whole))


def published(gateway):
    """The document, imported and deployed with its documentation."""
    made = gateway.import_rest_api(body=json.dumps(EVERYTHING).encode(), failOnWarnings=True)
    assert "warnings" not in made
    of = {"restApiId": made["id"]}
    gateway.create_deployment(**of, stageName="dev")
    gateway.create_documentation_version(**of, documentationVersion="1.0", stageName="dev")
    return of


def exported(gateway, of, kind="oas30", accepts="application/json", **parameters):
    answer = gateway.get_export(**of, stageName="dev", exportType=kind, accepts=accepts, parameters=parameters)
    return answer["body"].read()


def test_what_is_exported_and_imported_again_means_the_same(gateway):
    of = published(gateway)
    first = meaning(gateway, of["restApiId"])
    for expected in ["listPets", "'all pets'", "cacheNamespace': 'ns'", "Absent001", "insecureSkipVerification': True"]:
        assert expected in first
    for kind in ["oas30", "swagger"]:
        for accepts in ["application/json", "application/yaml"]:
            document = exported(gateway, of, kind, accepts, extensions="apigateway")
            again = gateway.import_rest_api(body=document, failOnWarnings=True)["id"]
            assert meaning(gateway, again) == first, (kind, accepts)
            gateway.delete_rest_api(restApiId=again)


def test_an_export_bears_the_extensions_that_are_asked_for(gateway):
    of = published(gateway)
    bears = {
        "": set(),
        "integrations": {"integration"},
        "authorizers": {"authorizer"},
        "documentation": {"documentation"},
        "postman": set(),
        "integrations,authorizers,documentation": {"integration", "authorizer", "documentation"},
    }
    for kind in ["oas30", "swagger"]:
        for extensions, expected in bears.items():
            text = exported(gateway, of, kind, **({"extensions": extensions} if extensions else {})).decode()
            found = set(re.findall(r'"x-amazon-apigateway-([a-z-]+)"', text)) - {"authtype", "any-method"}
            assert found == expected, (kind, extensions)
    with refused("BadRequestException", "Invalid extensions specified: everything", 400):
        exported(gateway, of, extensions="everything")


def test_documentation_stands_where_openapi_has_a_place_for_it(gateway):
    of = published(gateway)

    def say(properties, **location):
        gateway.create_documentation_part(**of, location=location, properties=json.dumps(properties))

    say({"description": "the resource", "x-place": "here", "foo": 1}, type="RESOURCE", path="/pets")
    say({"description": "any method", "x-all": True}, type="METHOD", path="/")
    say({"description": "who", "x-amazon-apigateway-integration": {}}, type="AUTHORIZER", name="pools")
    say({"description": "an animal", "title": "Pet"}, type="MODEL", name="Pet")
    gateway.create_documentation_version(**of, documentationVersion="2.0", stageName="dev")
    for kind in ["oas30", "swagger"]:
        document = json.loads(exported(gateway, of, kind))
        assert document["info"]["description"] == "All of it"
        pets = document["paths"]["/pets"]
        # Nothing in OpenAPI 3's path items is as it was in 2 but extensions.
        assert {name for name in pets if name not in ("get", "post")} == {"x-place"}
        assert (pets["get"]["summary"], pets["get"]["description"], pets["get"]["x-all"]) == ("all pets", "lists them", True)
        assert document["paths"]["/iam"]["get"]["description"] == "any method"
        limit = [each for each in pets["get"]["parameters"] if each["name"] == "limit"]
        assert limit[0]["description"] == "how many"
        response = pets["get"]["responses"]["200"]
        assert (response["description"], response["headers"]["X-A"]["description"]) == ("the pets", "a header")
        schemas = document["components"]["schemas"] if kind == "oas30" else document["definitions"]
        assert (schemas["Pet"]["title"], schemas["Pet"]["description"]) == ("Pet", "an animal")
        schemes = document["components"]["securitySchemes"] if kind == "oas30" else document["securityDefinitions"]
        assert schemes["pools"]["description"] == "who"
        assert "x-amazon-apigateway-integration" not in schemes["pools"]
        body = pets["post"]["requestBody"] if kind == "oas30" else pets["post"]["parameters"][-1]
        assert body["description"] == "a pet"
    parts = json.loads(exported(gateway, of, extensions="documentation"))["x-amazon-apigateway-documentation"]
    assert (parts["version"], len(parts["documentationParts"]) > 8) == ("2.0", True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", parts["createdDate"])


def test_warnings_are_told_or_end_an_import(gateway):
    odd = json.loads(json.dumps(EVERYTHING))
    odd["paths"]["/pets"]["get"]["parameters"].append({"name": "c", "in": "cookie", **TEXT})
    odd["paths"]["/iam"]["get"]["responses"]["default"] = {"description": "else"}
    body = json.dumps(odd).encode()
    made = gateway.import_rest_api(body=body)
    assert len(made["warnings"]) == 2 and all("not supported" in warning for warning in made["warnings"])
    with pytest.raises(gateway.exceptions.BadRequestException, match="(?s)Warnings found during import:.*cookie"):
        gateway.import_rest_api(body=body, failOnWarnings=True)
    before = meaning(gateway, made["id"])
    for mode in ["merge", "overwrite"]:
        with pytest.raises(gateway.exceptions.BadRequestException, match="Warnings found during import:"):
            gateway.put_rest_api(restApiId=made["id"], mode=mode, body=body, failOnWarnings=True)
        assert meaning(gateway, made["id"]) == before, mode
    missing = json.loads(json.dumps(EVERYTHING))
    missing["paths"]["/{proxy+}"]["get"]["responses"] = {}
    told = (
        "Errors found during import:\n\tUnable to put integration response on 'GET' for resource at path '/{proxy+}': "
        "Invalid Response status code specified"
    )
    with refused("BadRequestException", told, 400):
        gateway.put_rest_api(restApiId=made["id"], mode="overwrite", body=json.dumps(missing).encode())
    assert meaning(gateway, made["id"]) == before


def test_merging_keeps_and_overwriting_takes_away(gateway):
    of = published(gateway)
    more = {
        "openapi": "3.0.1",
        "info": {"title": "More", "version": "1"},
        "paths": {"/more": {"get": {"responses": {"200": {"description": "ok"}, "500": {"description": "ok"}}}}},
    }
    more["paths"]["/more"]["get"]["x-amazon-apigateway-integration"] = {"type": "mock"}
    body = json.dumps(more).encode()
    count = lambda: len(gateway.get_resources(**of, limit=500)["items"])
    was = count()
    merged = gateway.put_rest_api(**of, mode="merge", body=body)
    assert (merged["name"], count()) == ("Everything", was + 1)
    assert len(gateway.get_authorizers(**of)["items"]) == 3
    written = gateway.put_rest_api(**of, mode="overwrite", body=body)
    assert (written["name"], count()) == ("More", 2)
    assert gateway.get_authorizers(**of)["items"] == []
    # What is deployed stays.
    assert "/pets" in json.loads(exported(gateway, of))["paths"]
