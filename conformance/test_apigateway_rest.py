"""The rest of the REST APIs' control plane by boto3: domain names, documentation, OpenAPI, links, certificates, plans."""

import io
import json
import pathlib
import re
import zipfile

import boto3
import botocore
import pytest
import requests

from refusal import refused
from rest_api import Api

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/inner/0123456789abcdef"

TOYS = {
    "openapi": "3.0.1",
    "info": {"title": "Toys", "version": "1"},
    "paths": {
        "/toys/{id}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "ok", "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Toy"}}}}},
                "x-amazon-apigateway-integration": {
                    "type": "mock",
                    "requestTemplates": {"application/json": '{"statusCode": 200}'},
                    "responses": {"default": {"statusCode": "200", "responseTemplates": {
                        "application/json": "{\"toy\": \"$input.params('id')\"}"}}},
                },
            }
        }
    },
    "components": {"schemas": {"Toy": {"type": "object", "properties": {"toy": {"type": "string"}}}}},
}


@pytest.fixture
def gateway(server):
    return server.client("apigateway")


@pytest.fixture
def api(server, name):
    api = Api(server, name)
    api.mock(api.root, body={"ok": True})
    api.deploy("dev")
    return api


def status(answer):
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def patch(path, value=None, op="replace"):
    return [{"op": op, "path": path, **({} if value is None else {"value": value})}]


def test_a_document_is_imported_served_exported_and_imported_again(server, gateway):
    made = gateway.import_rest_api(body=json.dumps(TOYS).encode(), parameters={"endpointConfigurationTypes": "REGIONAL"})
    assert (status(made), made["name"], made["endpointConfiguration"]["types"]) == (201, "Toys", ["REGIONAL"])
    api = {"restApiId": made["id"]}
    gateway.create_deployment(**api, stageName="dev")
    answer = requests.get(f"{server.url}/_aws/execute-api/{made['id']}/dev/toys/bear", timeout=10)
    assert (answer.status_code, answer.json()) == (200, {"toy": "bear"})
    for kind in ("oas30", "swagger"):
        for accepts in ("application/json", "application/yaml"):
            export = gateway.get_export(
                **api, stageName="dev", exportType=kind, accepts=accepts, parameters={"extensions": "apigateway"}
            )
            assert (export["contentType"], status(export)) == (accepts, 200)
            again = gateway.import_rest_api(body=export["body"].read())
            gateway.create_deployment(restApiId=again["id"], stageName="dev")
            answer = requests.get(f"{server.url}/_aws/execute-api/{again['id']}/dev/toys/owl", timeout=10)
            assert (answer.status_code, answer.json()) == (200, {"toy": "owl"})
            gateway.delete_rest_api(restApiId=again["id"])
    template = gateway.get_model_template(**api, modelName="Toy")["value"]
    assert '"toy" : "$inputRoot.toy"' in template
    merged = gateway.put_rest_api(**api, mode="merge", body=json.dumps({**TOYS, "paths": {"/x": {}}}).encode())
    assert (status(merged), merged["id"]) == (200, made["id"])
    paths = {item["path"] for item in gateway.get_resources(**api)["items"]}
    assert paths == {"/", "/toys", "/toys/{id}", "/x"}
    gateway.put_rest_api(**api, mode="overwrite", body=json.dumps({**TOYS, "paths": {"/y": {}}}).encode())
    assert {item["path"] for item in gateway.get_resources(**api)["items"]} == {"/", "/y"}
    with refused("BadRequestException", "Invalid OpenAPI input.", 400):
        gateway.import_rest_api(body=b"nothing")


SDKS = {
    "android": {
        "groupId": "com.example", "artifactId": "pets", "artifactVersion": "1.0.0", "invokerPackage": "com.example.pets",
    },
    "java": {"service.name": "Pets", "java.package-name": "com.example.pets"},
    "javascript": {},
    "objectivec": {"classPrefix": "PX"},
    "ruby": {"service.name": "Pets"},
    "swift": {"classPrefix": "PX"},
}


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("android", "rootGet("), ("java", "GetApiRootResult getApiRoot(GetApiRootRequest request)"),
        ("javascript", "rootGet"), ("objectivec", "- (AWSTask *)rootGet;"), ("ruby", "def get_api_root("),
        ("swift", "public func rootGet()"),
    ],
)
def test_an_sdk_calls_every_method(gateway, api, kind, method):
    sdk = gateway.get_sdk(restApiId=api.id, stageName="dev", sdkType=kind, parameters=SDKS[kind])
    assert re.fullmatch(rf'attachment; filename="{kind}_\w+\.zip"', sdk["contentDisposition"])
    archive = zipfile.ZipFile(io.BytesIO(sdk["body"].read()))
    assert archive.testzip() is None
    assert any(method in archive.read(name).decode() for name in archive.namelist())


def test_an_sdk_tells_what_it_must_be_told(gateway, api):
    kinds = {each["id"]: each["configurationProperties"] for each in gateway.get_sdk_types()["items"]}
    assert kinds.keys() == SDKS.keys()
    for kind, properties in kinds.items():
        required = {each["name"] for each in properties if each["required"]}
        assert required == SDKS[kind].keys()
        for name in required:
            given = {other: value for other, value in SDKS[kind].items() if other != name}
            with refused("BadRequestException", f"Required parameter {name} not specified", 400):
                gateway.get_sdk(restApiId=api.id, stageName="dev", sdkType=kind, parameters=given)
    assert gateway.get_sdk_type(id="java")["configurationProperties"][0]["name"] == "service.name"


def test_a_domain_name_leads_to_stages(server, gateway, api, name):
    host = f"{name}.example.com"
    made = gateway.create_domain_name(
        domainName=host, regionalCertificateArn=ARN, endpointConfiguration={"types": ["REGIONAL"]}, tags={"a": "b"}
    )
    assert (status(made), made["domainNameStatus"], made["tags"]) == (201, "AVAILABLE", {"a": "b"})
    assert re.fullmatch(r"d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com", made["regionalDomainName"])
    mapping = gateway.create_base_path_mapping(domainName=host, basePath="shop", restApiId=api.id, stage="dev")
    assert (status(mapping), mapping["basePath"]) == (201, "shop")
    call = lambda path: requests.get(f"{server.url}{path}", headers={"Host": host}, timeout=10).status_code
    assert (call("/shop"), call("/shop/"), call("/"), call("/shopping")) == (200, 200, 403, 403)
    gateway.update_rest_api(restApiId=api.id, patchOperations=patch("/disableExecuteApiEndpoint", "true"))
    assert requests.get(f"{server.url}/_aws/execute-api/{api.id}/dev", timeout=10).status_code == 403
    assert call("/shop") == 200
    place = {"domainName": host, "basePath": "shop"}
    gateway.update_base_path_mapping(**place, patchOperations=patch("/basePath", "(none)"))
    assert (call("/"), call("/shop")) == (200, 403)
    place = {"domainName": host, "basePath": "(none)"}
    assert gateway.get_base_path_mapping(**place)["restApiId"] == api.id
    assert len(gateway.get_base_path_mappings(domainName=host)["items"]) == 1
    gateway.update_domain_name(domainName=host, patchOperations=patch("/regionalCertificateName", "mine"))
    assert gateway.get_domain_name(domainName=host)["regionalCertificateName"] == "mine"
    pages = gateway.get_paginator("get_domain_names").paginate()
    assert host in {item["domainName"] for page in pages for item in page["items"]}
    with refused("BadRequestException", None, 400):
        gateway.delete_rest_api(restApiId=api.id)
    assert status(gateway.delete_base_path_mapping(**place)) == 202
    assert status(gateway.delete_domain_name(domainName=host)) == 202
    with refused("NotFoundException", "Invalid domain name identifier specified", 404):
        gateway.get_domain_name(domainName=host)


def test_private_domain_names_have_associations(gateway, name):
    made = gateway.create_domain_name(
        domainName=f"{name}.example.com", certificateArn=ARN, endpointConfiguration={"types": ["PRIVATE"]}
    )
    wanted = {
        "domainNameArn": made["domainNameArn"],
        "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": "vpce-0123",
    }
    one = gateway.create_domain_name_access_association(**wanted)["domainNameAccessAssociationArn"]
    assert one in {
        each["domainNameAccessAssociationArn"] for each in gateway.get_domain_name_access_associations()["items"]
    }
    gateway.reject_domain_name_access_association(
        domainNameAccessAssociationArn=one, domainNameArn=made["domainNameArn"]
    )
    two = gateway.create_domain_name_access_association(**wanted)["domainNameAccessAssociationArn"]
    gateway.delete_domain_name_access_association(domainNameAccessAssociationArn=two)
    gateway.delete_domain_name(domainName=made["domainName"], domainNameId=made["domainNameId"])


def test_documentation_is_written_frozen_and_imported(gateway, api):
    of = {"restApiId": api.id}
    part = gateway.create_documentation_part(**of, location={"type": "API"}, properties='{"description": "x"}')
    assert status(part) == 201
    named = {**of, "documentationPartId": part["id"]}
    gateway.update_documentation_part(**named, patchOperations=patch("/properties", '{"description": "y"}'))
    assert json.loads(gateway.get_documentation_part(**named)["properties"]) == {"description": "y"}
    assert len(gateway.get_documentation_parts(**of, type="API")["items"]) == 1
    assert status(gateway.create_documentation_version(**of, documentationVersion="1", stageName="dev")) == 201
    gateway.update_documentation_version(**of, documentationVersion="1", patchOperations=patch("/description", "d"))
    assert gateway.get_documentation_version(**of, documentationVersion="1")["description"] == "d"
    assert [item["version"] for item in gateway.get_documentation_versions(**of)["items"]] == ["1"]
    parts = {"documentationParts": [{"location": {"type": "MODEL", "name": "Toy"}, "properties": {"description": "z"}}]}
    document = {**TOYS, "x-amazon-apigateway-documentation": parts}
    imported = gateway.import_documentation_parts(**of, mode="overwrite", body=json.dumps(document).encode())
    assert len(imported["ids"]) == 1
    with refused("NotFoundException", "Invalid Documentation part identifier specified", 404):
        gateway.get_documentation_part(**named)
    assert status(gateway.delete_documentation_version(**of, documentationVersion="1")) == 202
    assert status(gateway.delete_documentation_part(**of, documentationPartId=imported["ids"][0])) == 202


def test_links_and_certificates(gateway, name):
    made = gateway.create_vpc_link(name=name, targetArns=[BALANCER])
    assert (status(made), made["status"]) == (202, "PENDING")
    named = {"vpcLinkId": made["id"]}
    assert gateway.get_vpc_link(**named)["status"] == "AVAILABLE"
    gateway.update_vpc_link(**named, patchOperations=patch("/description", "d"))
    pages = gateway.get_paginator("get_vpc_links").paginate()
    assert made["id"] in {item["id"] for page in pages for item in page["items"]}
    assert status(gateway.delete_vpc_link(**named)) == 202
    certificate = gateway.generate_client_certificate(description="d")
    assert certificate["pemEncodedCertificate"].startswith("-----BEGIN CERTIFICATE-----")
    named = {"clientCertificateId": certificate["clientCertificateId"]}
    assert gateway.get_client_certificate(**named)["description"] == "d"
    gateway.update_client_certificate(**named, patchOperations=patch("/description", "e"))
    assert gateway.get_client_certificates(limit=500)["items"]
    assert status(gateway.delete_client_certificate(**named)) == 202


def test_stages_deployments_and_what_hangs_on_them(gateway, api):
    of = {"restApiId": api.id}
    deployment = gateway.create_deployment(**of, description="second")
    named = {**of, "deploymentId": deployment["id"]}
    gateway.update_deployment(**named, patchOperations=patch("/description", "third"))
    assert gateway.get_deployment(**named, embed=["apisummary"])["apiSummary"]["/"]["GET"]["authorizationType"] == "NONE"
    assert len(gateway.get_deployments(**of)["items"]) == 2
    assert status(gateway.create_stage(**of, stageName="prod", deploymentId=deployment["id"])) == 201
    stage = gateway.update_stage(**of, stageName="prod", patchOperations=patch("/variables/a", "b"))
    assert stage["variables"] == {"a": "b"}
    assert {item["stageName"] for item in gateway.get_stages(**of)["item"]} == {"dev", "prod"}
    gateway.get_stage(**of, stageName="prod")
    assert status(gateway.flush_stage_cache(**of, stageName="prod")) == 202
    assert status(gateway.flush_stage_authorizers_cache(**of, stageName="prod")) == 202
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api.id}/stages/prod"
    gateway.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
    gateway.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert gateway.get_tags(resourceArn=arn)["tags"] == {"b": "2"}
    assert status(gateway.delete_stage(**of, stageName="prod")) == 202
    assert status(gateway.delete_deployment(**named)) == 202


def test_methods_and_their_parts_are_read_changed_and_deleted(gateway, api):
    place = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    gateway.get_method(**place)
    gateway.update_method(**place, patchOperations=patch("/operationName", "root"))
    gateway.get_integration(**place)
    gateway.update_integration(**place, patchOperations=patch("/timeoutInMillis", "1000"))
    gateway.get_integration_response(**place, statusCode="200")
    gateway.update_integration_response(**place, statusCode="200", patchOperations=patch("/selectionPattern", ""))
    gateway.get_method_response(**place, statusCode="200")
    header = patch("/responseParameters/method.response.header.X", "false", "add")
    gateway.update_method_response(**place, statusCode="200", patchOperations=header)
    answer = gateway.test_invoke_method(**place)
    assert (answer["status"], json.loads(answer["body"])) == (200, {"ok": True})
    resource = api.resource("pets")
    gateway.update_resource(restApiId=api.id, resourceId=resource, patchOperations=patch("/pathPart", "toys"))
    gateway.get_resource(restApiId=api.id, resourceId=resource)
    assert status(gateway.delete_resource(restApiId=api.id, resourceId=resource)) == 202
    assert status(gateway.delete_integration_response(**place, statusCode="200")) == 204
    assert status(gateway.delete_method_response(**place, statusCode="200")) == 204
    assert status(gateway.delete_integration(**place)) == 204
    assert status(gateway.delete_method(**place)) == 204


def test_models_validators_authorizers_and_gateway_responses(gateway, api):
    of = {"restApiId": api.id}
    model = gateway.create_model(**of, name="Pet", contentType="application/json", schema='{"type": "object"}')
    assert status(model) == 201
    gateway.update_model(**of, modelName="Pet", patchOperations=patch("/description", "d"))
    assert gateway.get_model(**of, modelName="Pet", flatten=True)["description"] == "d"
    assert {item["name"] for item in gateway.get_models(**of)["items"]} == {"Empty", "Error", "Pet"}
    assert status(gateway.delete_model(**of, modelName="Pet")) == 202
    validator = gateway.create_request_validator(**of, name="v", validateRequestParameters=True)["id"]
    named = {**of, "requestValidatorId": validator}
    gateway.update_request_validator(**named, patchOperations=patch("/name", "w"))
    assert gateway.get_request_validator(**named)["name"] == "w"
    assert len(gateway.get_request_validators(**of)["items"]) == 1
    assert status(gateway.delete_request_validator(**named)) == 202
    pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Absent001"
    authorizer = {**of, "authorizerId": api.authorizer(pool)}
    gateway.update_authorizer(**authorizer, patchOperations=patch("/name", "other"))
    assert gateway.get_authorizer(**authorizer)["name"] == "other"
    assert len(gateway.get_authorizers(**of)["items"]) == 1
    assert gateway.test_invoke_authorizer(**authorizer, headers={"Authorization": "x"})["clientStatus"] == 401
    assert status(gateway.delete_authorizer(**authorizer)) == 202
    response = {**of, "responseType": "THROTTLED"}
    assert status(gateway.put_gateway_response(**response, statusCode="429")) == 201
    gateway.update_gateway_response(**response, patchOperations=patch("/statusCode", "503"))
    assert gateway.get_gateway_response(**response)["statusCode"] == "503"
    assert len(gateway.get_gateway_responses(**of)["items"]) == 21
    assert status(gateway.delete_gateway_response(**response)) == 202


def test_keys_plans_usage_and_the_account(gateway, api, name):
    plan = gateway.create_usage_plan(
        name=name, apiStages=[{"apiId": api.id, "stage": "dev"}], quota={"limit": 10, "period": "DAY"}
    )["id"]
    of = {"usagePlanId": plan}
    gateway.update_usage_plan(**of, patchOperations=patch("/description", "d"))
    assert gateway.get_usage_plan(**of)["description"] == "d"
    assert plan in {item["id"] for page in gateway.get_paginator("get_usage_plans").paginate() for item in page["items"]}
    key = gateway.create_api_key(name=name, enabled=True)["id"]
    gateway.update_api_key(apiKey=key, patchOperations=patch("/description", "d"))
    assert gateway.get_api_key(apiKey=key, includeValue=True)["value"]
    assert [item["id"] for item in gateway.get_api_keys(nameQuery=name)["items"]] == [key]
    gateway.create_usage_plan_key(**of, keyId=key, keyType="API_KEY")
    assert gateway.get_usage_plan_key(**of, keyId=key)["name"] == name
    assert len(gateway.get_usage_plan_keys(**of)["items"]) == 1
    assert gateway.get_usage(**of, startDate="2026-01-01", endDate="2026-01-02")["items"]
    gateway.update_usage(**of, keyId=key, patchOperations=patch("/remaining", "5"))
    rows = f"name,key,description,enabled,usageplanIds\n{name},{name}{'x' * 20},d,true,{plan}\n"
    imported = gateway.import_api_keys(body=rows.encode(), format="csv", failOnWarnings=True)
    assert len(imported["ids"]) == 1
    gateway.delete_usage_plan_key(**of, keyId=key)
    gateway.delete_api_key(apiKey=key)
    gateway.delete_api_key(apiKey=imported["ids"][0])
    stage = patch("/apiStages", f"{api.id}:dev", "remove")
    gateway.update_usage_plan(**of, patchOperations=stage)
    assert status(gateway.delete_usage_plan(**of)) == 202
    assert gateway.get_account()["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10000.0}
    gateway.update_account(patchOperations=patch("/features", "UsagePlans", "add"))


def test_every_operation_of_the_model_is_called_by_some_test():
    client = boto3.client("apigateway", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    names = {botocore.xform_name(operation) for operation in client.meta.service_model.operation_names}
    folder = pathlib.Path(__file__).parent
    text = "".join(file.read_text() for file in folder.glob("*.py"))
    called = set(re.findall(r"\.(\w+)\(", text)) | set(re.findall(r'get_paginator\("(\w+)"\)', text))
    assert names - called == set()
    assert len(names) >= 124


def test_a_quotas_count_outlives_the_server(start, tmp_path, name):
    first = start(data=tmp_path)
    api, gateway = Api(first, name), first.client("apigateway")
    api.mock(api.root, apiKeyRequired=True)
    api.deploy()
    of = {"usagePlanId": gateway.create_usage_plan(
        name=name, apiStages=[{"apiId": api.id, "stage": "test"}], quota={"limit": 3, "period": "DAY"}
    )["id"]}
    key = gateway.create_api_key(name=name, enabled=True)
    gateway.create_usage_plan_key(**of, keyId=key["id"], keyType="API_KEY")

    def call(server):
        address = f"{server.url}/_aws/execute-api/{api.id}/test/"
        return requests.get(address, headers={"x-api-key": key["value"]}, timeout=20).status_code

    assert [call(first), call(first)] == [200, 200]
    first.kill()
    again = start(data=tmp_path)
    assert [call(again), call(again)] == [200, 429]
    # the quota's day is the clock's
    again.advance(86_400)
    assert call(again) == 200
