"""Condition keys of API Gateway and Lambda in policies of IAM: what a call asks for (`apigateway:Request/…`), what is there
(`apigateway:Resource/…`), permissions beside the verb, and the management policy of private domain names."""

import json

import pytest
from botocore.exceptions import ClientError

from hosted import Hosted, zipped
from test_iam_tags import allow, principal, refused  # noqa: F401 (a fixture)

PRIVATE = {"endpointConfiguration": {"types": ["PRIVATE"]}}
REGIONAL = {"endpointConfiguration": {"types": ["REGIONAL"]}}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"


def replace(path, value):
    return [{"op": "replace", "path": path, "value": value}]


def test_a_policy_lets_only_private_apis_be_made(name, principal):  # noqa: F811
    only = {"ForAllValues:StringEqualsIfExists": {"apigateway:Request/EndpointType": "PRIVATE"}}
    kept = {"ForAllValues:StringEquals": {"apigateway:Resource/EndpointType": "PRIVATE"}}
    mine = principal(allow("apigateway:POST", **only), allow(["apigateway:PATCH", "apigateway:PUT"], **only, **kept))(
        "apigateway"
    )
    refused(mine.create_rest_api, name=name, **REGIONAL)
    api = mine.create_rest_api(name=name, **PRIVATE)["id"]
    assert mine.update_rest_api(restApiId=api, patchOperations=replace("/name", "other"))["name"] == "other"
    open_up = replace("/endpointConfiguration/types/PRIVATE", "REGIONAL")
    refused(mine.update_rest_api, restApiId=api, patchOperations=open_up)
    document = {"swagger": "2.0", "info": {"title": name, "version": "1"}, "paths": {}}
    refused(mine.import_rest_api, body=json.dumps(document), parameters={"endpointConfigurationTypes": "EDGE"})


def test_a_policy_wants_every_method_to_be_guarded(server, name, principal):  # noqa: F811
    key = "apigateway:Request/RouteAuthorizationType"
    mine = principal(
        allow("apigateway:*"),
        {**allow("apigateway:*"), "Effect": "Deny", "Condition": {"ForAnyValue:StringEquals": {key: "NONE"}}},
    )
    rest, http = mine("apigateway"), mine("apigatewayv2")
    made = rest.create_rest_api(name=name, **REGIONAL)
    where = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    refused(rest.put_method, **where, authorizationType="NONE")
    rest.put_method(**where, authorizationType="AWS_IAM")
    refused(rest.update_method, **where, patchOperations=replace("/authorizationType", "NONE"))
    api = http.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    refused(http.create_route, ApiId=api, RouteKey="GET /open")
    route = http.create_route(ApiId=api, RouteKey="GET /", AuthorizationType="AWS_IAM")["RouteId"]
    refused(http.update_route, ApiId=api, RouteId=route, AuthorizationType="NONE")
    refused(http.create_api, Name=name, ProtocolType="HTTP", Target="https://example.com")
    paths = {"/a": {"get": {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}, "post": {}}}
    document = {"openapi": "3.0.1", "info": {"title": name, "version": "1"}, "paths": paths}
    refused(http.reimport_api, ApiId=api, Body=json.dumps(document))
    refused(rest.put_rest_api, restApiId=made["id"], body=json.dumps(document))


def test_what_is_there_decides_who_may_remove_it(server, name, principal):  # noqa: F811
    owner = server.client("apigateway")
    key = "apigateway:Resource/ApiName"
    mine = principal(allow("apigateway:DELETE", StringLike={key: f"{name}-mine*"}))("apigateway")
    apis = [owner.create_rest_api(name=f"{name}-{whose}", **REGIONAL)["id"] for whose in ("mine", "theirs")]
    refused(mine.delete_rest_api, restApiId=apis[1])
    mine.delete_rest_api(restApiId=apis[0])


def test_policies_take_permissions_of_their_own(name, principal):  # noqa: F811
    mine = principal(allow(["apigateway:POST", "apigateway:PATCH", "apigateway:PUT"]))("apigateway")
    policy = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}})
    refused(mine.create_rest_api, name=name, policy=policy)
    api = mine.create_rest_api(name=name)["id"]
    refused(mine.update_rest_api, restApiId=api, patchOperations=replace("/policy", policy))


def test_a_management_policy_decides_who_makes_access_associations(server, name, principal):  # noqa: F811
    owner = server.client("apigateway")
    domain = owner.create_domain_name(domainName=f"{name}.example.com", certificateArn=CERTIFICATE, **PRIVATE)
    named = {"domainName": domain["domainName"], "domainNameId": domain["domainNameId"]}
    arn = domain["domainNameArn"]
    mine = principal(allow("apigateway:POST"))("apigateway")
    association = {"domainNameArn": arn, "accessAssociationSourceType": "VPCE"}
    refused(mine.create_domain_name_access_association, **association, accessAssociationSource="vpce-0a")

    def manage(effect):
        user = f"arn:aws:iam::123456789012:user/{name}"
        statement = {"Effect": effect, "Principal": {"AWS": user}, "Action": "apigateway:CreateAccessAssociation",
                     "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        shown = owner.update_domain_name(**named, patchOperations=replace("/managementPolicy", policy))
        assert json.loads(shown["managementPolicy"])["Statement"] == [statement]

    manage("Allow")
    made = mine.create_domain_name_access_association(**association, accessAssociationSource="vpce-0a")
    assert made["domainNameArn"] == arn
    everything = {"Version": "2012-10-17", "Statement": [allow("apigateway:*")]}
    server.client("iam").put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(everything))
    mine.create_domain_name_access_association(**association, accessAssociationSource="vpce-0b")
    manage("Deny")
    refused(mine.create_domain_name_access_association, **association, accessAssociationSource="vpce-0c")
    with pytest.raises(ClientError) as bad:
        owner.update_domain_name(**named, patchOperations=replace("/managementPolicy", "{}"))
    assert bad.value.response["Error"]["Code"] == "BadRequestException"


def test_lambda_policies_ask_who_is_let_in_and_with_which_layers(server, name, principal):  # noqa: F811
    owner = server.client("lambda")
    owner.create_function(
        FunctionName=name, Runtime="python3.12", Role=Hosted(server, name).role, Handler="f.h", Code={"ZipFile": zipped({"f.py": ""})}
    )
    mine = principal(
        allow("lambda:AddPermission", StringEquals={"lambda:Principal": "apigateway.amazonaws.com"}),
        allow(["lambda:CreateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig"],
              StringEquals={"lambda:FunctionUrlAuthType": "AWS_IAM"}),
        allow("lambda:UpdateFunctionConfiguration", Null={"lambda:Layer": "true"}),
    )("lambda")
    permission = {"FunctionName": name, "Action": "lambda:InvokeFunction"}
    mine.add_permission(**permission, StatementId="a", Principal="apigateway.amazonaws.com")
    refused(mine.add_permission, **permission, StatementId="b", Principal="*")
    refused(mine.create_function_url_config, FunctionName=name, AuthType="NONE")
    mine.create_function_url_config(FunctionName=name, AuthType="AWS_IAM")
    owner.update_function_url_config(FunctionName=name, AuthType="NONE")
    refused(mine.delete_function_url_config, FunctionName=name)
    mine.update_function_configuration(FunctionName=name, Description="d")
    layer = "arn:aws:lambda:us-east-1:123456789012:layer:l:1"
    refused(mine.update_function_configuration, FunctionName=name, Layers=[layer])
