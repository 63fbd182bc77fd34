"""The control plane of HTTP and WebSocket APIs by boto3 and the aws command: every operation but those of portals, and
each modelled error."""

import json
from contextlib import contextmanager

import pytest
import requests
from botocore.exceptions import ClientError

from aws_cli import Aws
from backends import Backend
from rest_api import Api

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:some"
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/inner/0123456789abcdef/0123456789abcdef"


@contextmanager
def refused(code, part=""):
    """The block's call is refused with this code, in a sentence with this part."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code and part in error["Message"], error


@pytest.fixture
def backend():
    running = Backend()
    yield running
    running.stop()


@pytest.fixture
def v2(server):
    return server.client("apigatewayv2")


@pytest.fixture
def api(v2, name):
    return v2.create_api(Name=name, ProtocolType="HTTP")["ApiId"]


@pytest.fixture
def chat(v2, name):
    made = v2.create_api(Name=name, ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    return made["ApiId"]


@pytest.fixture
def domain(v2, name):
    host = f"{name}.example.com"
    v2.create_domain_name(DomainName=host, DomainNameConfigurations=[configuration()])
    return host


def configuration(**more):
    return {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL", **more}


def status(answer):
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def proxy(v2, api, uri="https://backend.example/{proxy}", **more):
    made = v2.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod="ANY", IntegrationUri=uri,
        PayloadFormatVersion="1.0", **more)
    return made["IntegrationId"]


def route(v2, api, key, **more):
    made = v2.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{proxy(v2, api)}", **more)
    return made["RouteId"]


def test_an_api_is_made_shown_changed_listed_and_deleted(v2, name):
    made = v2.create_api(Name=name, ProtocolType="HTTP", Description="pets", Version="1", Tags={"team": "blue"},
                         CorsConfiguration={"AllowOrigins": ["https://a.example"], "MaxAge": 10})
    api = made["ApiId"]
    assert status(made) == 201 and len(api) == 10
    assert made["RouteSelectionExpression"] == "$request.method $request.path"
    assert made["ApiKeySelectionExpression"] == "$request.header.x-api-key"
    assert made["ProtocolType"] == "HTTP" and made["DisableExecuteApiEndpoint"] is False
    assert made["ApiEndpoint"].endswith(f"/_aws/execute-api/{api}")
    changed = v2.update_api(ApiId=api, Name=f"{name}x", DisableExecuteApiEndpoint=True)
    assert (changed["Name"], changed["Description"]) == (f"{name}x", "pets")
    assert v2.get_api(ApiId=api)["DisableExecuteApiEndpoint"] is True
    assert status(v2.delete_cors_configuration(ApiId=api)) == 204
    assert "CorsConfiguration" not in v2.get_api(ApiId=api)
    pages = v2.get_paginator("get_apis").paginate(PaginationConfig={"PageSize": 2})
    assert api in [one["ApiId"] for page in pages for one in page["Items"]]
    assert status(v2.delete_api(ApiId=api)) == 204
    with refused("NotFoundException", f"Invalid API identifier specified {api}"):
        v2.get_api(ApiId=api)
    with refused("BadRequestException", "allow-credentials is not supported if origin is *"):
        v2.create_api(Name=name, ProtocolType="HTTP",
                      CorsConfiguration={"AllowOrigins": ["*"], "AllowCredentials": True})


def test_quick_create_makes_what_serves_a_target(v2, name, backend):
    made = v2.create_api(Name=name, ProtocolType="HTTP", Target=backend.url)
    api = made["ApiId"]
    assert made["ApiGatewayManaged"] is True
    [only] = v2.get_routes(ApiId=api)["Items"]
    assert (only["RouteKey"], only["ApiGatewayManaged"]) == ("$default", True)
    stage = v2.get_stage(ApiId=api, StageName="$default")
    assert stage["AutoDeploy"] and stage["ApiGatewayManaged"]
    assert stage["LastDeploymentStatusMessage"] == (
        f"Successfully deployed changes with deployment ID '{stage['DeploymentId']}'")
    with refused("BadRequestException"):
        v2.delete_integration(ApiId=api, IntegrationId=only["Target"].split("/")[1])
    moved = v2.update_api(ApiId=api, Target=FUNCTION, RouteKey="GET /pets")
    assert moved["ApiId"] == api
    [integration] = v2.get_integrations(ApiId=api)["Items"]
    assert (integration["IntegrationType"], integration["PayloadFormatVersion"]) == ("AWS_PROXY", "2.0")


def test_the_command_makes_an_api_of_a_target(server, name):
    aws = Aws(server)
    made = aws("apigatewayv2", "create-api", "--name", name, "--protocol-type", "HTTP", "--target",
               "https://backend.example", "--route-key", "GET /pets")
    routes = aws("apigatewayv2", "get-routes", "--api-id", made["ApiId"])
    assert [one["RouteKey"] for one in routes["Items"]] == ["GET /pets"]


def test_routes_integrations_and_authorizers(v2, api, server, pool):
    integration = proxy(v2, api, RequestParameters={"append:header.x": "$context.requestId"})
    shown = v2.get_integration(ApiId=api, IntegrationId=integration)
    assert (shown["TimeoutInMillis"], shown["ConnectionType"]) == (30000, "INTERNET")
    changed = v2.update_integration(ApiId=api, IntegrationId=integration, TimeoutInMillis=50,
                                    RequestParameters={"append:header.x": ""})
    assert changed["TimeoutInMillis"] == 50 and "RequestParameters" not in changed
    issuer = pool.issuer
    authorizer = v2.create_authorizer(
        ApiId=api, Name="tokens", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer, "Audience": ["one"]})
    assert status(authorizer) == 201
    authorizer = authorizer["AuthorizerId"]
    made = v2.create_route(ApiId=api, RouteKey="GET /pets/{id}", Target=f"integrations/{integration}",
                           AuthorizationType="JWT", AuthorizerId=authorizer, AuthorizationScopes=["pets/read"])
    key = made["RouteId"]
    assert v2.get_route(ApiId=api, RouteId=key)["AuthorizationScopes"] == ["pets/read"]
    assert v2.update_route(ApiId=api, RouteId=key, OperationName="one")["OperationName"] == "one"
    assert v2.get_authorizers(ApiId=api)["Items"][0]["JwtConfiguration"] == {"Issuer": issuer, "Audience": ["one"]}
    with refused("ConflictException", "Route with key GET /pets/{id} already exists for this API"):
        v2.create_route(ApiId=api, RouteKey="GET /pets/{id}")
    with refused("ConflictException"):
        v2.delete_integration(ApiId=api, IntegrationId=integration)
    with refused("ConflictException"):
        v2.delete_authorizer(ApiId=api, AuthorizerId=authorizer)
    renamed = v2.update_authorizer(ApiId=api, AuthorizerId=authorizer, Name="other")
    assert renamed["Name"] == "other"
    assert v2.get_authorizer(ApiId=api, AuthorizerId=authorizer)["Name"] == "other"
    assert status(v2.delete_route(ApiId=api, RouteId=key)) == 204
    assert status(v2.delete_authorizer(ApiId=api, AuthorizerId=authorizer)) == 204
    assert status(v2.delete_integration(ApiId=api, IntegrationId=integration)) == 204


def test_what_is_malformed_is_refused_with_the_member(v2, api):
    with refused("BadRequestException", 'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"'):
        v2.create_route(ApiId=api, RouteKey="get pets")
    with refused("BadRequestException", "Operations on header authorization are restricted"):
        proxy(v2, api, RequestParameters={"overwrite:header.Authorization": "x"})
    with refused("BadRequestException", "Invalid mapping expression specified"):
        proxy(v2, api, RequestParameters={"append:cookie.x": "y"})
    with refused("BadRequestException"):
        proxy(v2, api, TimeoutInMillis=30001)
    with refused("BadRequestException", "Caught exception when connecting to"):
        v2.create_authorizer(
            ApiId=api, Name="nobody", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": "http://127.0.0.1:9/none", "Audience": ["one"]})
    with refused("BadRequestException", "maxResults"):
        v2.get_routes(ApiId=api, MaxResults="many")


def test_stages_and_deployments(v2, api):
    with refused("BadRequestException", "Unable to deploy API because no routes exist in this API"):
        v2.create_deployment(ApiId=api)
    route(v2, api, "GET /pets")
    deployment = v2.create_deployment(ApiId=api, Description="one")
    assert (status(deployment), deployment["DeploymentStatus"], deployment["AutoDeployed"]) == (201, "DEPLOYED", False)
    deployment = deployment["DeploymentId"]
    made = v2.create_stage(ApiId=api, StageName="hand", DeploymentId=deployment, StageVariables={"x": "1"},
                           RouteSettings={"GET /pets": {"ThrottlingRateLimit": 1.5, "ThrottlingBurstLimit": 2}})
    assert made["RouteSettings"]["GET /pets"]["ThrottlingRateLimit"] == 1.5
    v2.create_stage(ApiId=api, StageName="auto", AutoDeploy=True)
    with refused("ConflictException", "Stage already exists"):
        v2.create_stage(ApiId=api, StageName="auto")
    with refused("BadRequestException", "Deployment ID cannot be set on stages with AutoDeploy enabled"):
        v2.update_stage(ApiId=api, StageName="auto", DeploymentId=deployment)
    with refused("BadRequestException", "Active stages pointing to this deployment must be moved or deleted"):
        v2.delete_deployment(ApiId=api, DeploymentId=deployment)
    log = "arn:aws:logs:us-east-1:123456789012:log-group:http"
    v2.update_stage(ApiId=api, StageName="hand",
                    AccessLogSettings={"DestinationArn": log, "Format": "$context.requestId"})
    assert status(v2.delete_access_log_settings(ApiId=api, StageName="hand")) == 204
    assert status(v2.delete_route_settings(ApiId=api, StageName="hand", RouteKey="GET /pets")) == 204
    with refused("NotFoundException", "Unable to find Route by key GET /pets within the provided RouteSettings"):
        v2.delete_route_settings(ApiId=api, StageName="hand", RouteKey="GET /pets")
    assert status(v2.reset_authorizers_cache(ApiId=api, StageName="hand")) == 204
    assert v2.update_deployment(ApiId=api, DeploymentId=deployment, Description="two")["Description"] == "two"
    assert v2.get_deployment(ApiId=api, DeploymentId=deployment)["Description"] == "two"
    assert len(v2.get_deployments(ApiId=api)["Items"]) == 2
    assert [stage["StageName"] for stage in v2.get_stages(ApiId=api)["Items"]] == ["auto", "hand"]
    assert status(v2.delete_stage(ApiId=api, StageName="hand")) == 204
    assert status(v2.delete_deployment(ApiId=api, DeploymentId=deployment)) == 204


def test_what_is_over_a_quota_is_refused(v2, api):
    for n in range(10):
        v2.create_stage(ApiId=api, StageName=f"s{n}")
    with refused("TooManyRequestsException", "Number of stages is over the limit of 10"):
        v2.create_stage(ApiId=api, StageName="more")


def test_a_websocket_api_and_all_its_parts(v2, chat):
    assert v2.get_api(ApiId=chat)["ApiEndpoint"].startswith("ws")
    integration = v2.create_integration(
        ApiId=chat, IntegrationType="MOCK", RequestTemplates={"200": '{"statusCode":200}'},
        TemplateSelectionExpression="200", PassthroughBehavior="WHEN_NO_MATCH")["IntegrationId"]
    model = v2.create_model(ApiId=chat, Name="Message", ContentType="application/json",
                            Schema=json.dumps({"type": "object", "properties": {"text": {"type": "string"}}}))["ModelId"]
    assert "text" in v2.get_model_template(ApiId=chat, ModelId=model)["Value"]
    key = v2.create_route(
        ApiId=chat, RouteKey="$connect", Target=f"integrations/{integration}", RouteResponseSelectionExpression="$default",
        RequestParameters={"route.request.querystring.a": {"Required": True}})["RouteId"]
    assert status(v2.delete_route_request_parameter(
        ApiId=chat, RouteId=key, RequestParameterKey="route.request.querystring.a")) == 204
    response = v2.create_integration_response(
        ApiId=chat, IntegrationId=integration, IntegrationResponseKey="$default")["IntegrationResponseId"]
    there = {"ApiId": chat, "IntegrationId": integration, "IntegrationResponseId": response}
    assert v2.update_integration_response(**there, IntegrationResponseKey="/200/")["IntegrationResponseKey"] == "/200/"
    assert v2.get_integration_response(**there)["IntegrationResponseKey"] == "/200/"
    assert len(v2.get_integration_responses(ApiId=chat, IntegrationId=integration)["Items"]) == 1
    answer = v2.create_route_response(ApiId=chat, RouteId=key, RouteResponseKey="$default")["RouteResponseId"]
    here = {"ApiId": chat, "RouteId": key, "RouteResponseId": answer}
    assert v2.update_route_response(**here, ResponseModels={"$default": "Message"})["ResponseModels"]
    assert v2.get_route_response(**here)["RouteResponseKey"] == "$default"
    assert len(v2.get_route_responses(ApiId=chat, RouteId=key)["Items"]) == 1
    assert v2.update_model(ApiId=chat, ModelId=model, Description="d")["Description"] == "d"
    assert v2.get_model(ApiId=chat, ModelId=model)["Name"] == "Message"
    assert len(v2.get_models(ApiId=chat)["Items"]) == 1
    deployed = v2.create_stage(ApiId=chat, StageName="live", AutoDeploy=True)
    assert "DeploymentId" in deployed
    assert status(v2.delete_route_response(**here)) == 204
    assert status(v2.delete_integration_response(**there)) == 204
    assert status(v2.delete_model(ApiId=chat, ModelId=model)) == 204
    with refused("BadRequestException", "restricted to the $connect route"):
        v2.create_route(ApiId=chat, RouteKey="send", AuthorizationType="AWS_IAM")


def test_domain_names_are_the_same_ones_as_those_of_rest_apis(v2, server, domain, api):
    rest = server.client("apigateway")
    shown = v2.get_domain_name(DomainName=domain)
    assert shown["ApiMappingSelectionExpression"] == "$request.basepath"
    assert shown["DomainNameConfigurations"][0]["DomainNameStatus"] == "AVAILABLE"
    assert rest.get_domain_name(domainName=domain)["regionalCertificateArn"] == CERTIFICATE
    assert domain in [one["DomainName"] for page in v2.get_paginator("get_domain_names").paginate() for one in page["Items"]]
    changed = v2.update_domain_name(DomainName=domain, RoutingMode="ROUTING_RULE_THEN_API_MAPPING",
                                    DomainNameConfigurations=[configuration(SecurityPolicy="TLS_1_2")])
    assert changed["DomainNameConfigurations"][0]["SecurityPolicy"] == "TLS_1_2"
    with refused("BadRequestException", "The domain name you provided already exists."):
        v2.create_domain_name(DomainName=domain, DomainNameConfigurations=[configuration()])
    v2.create_stage(ApiId=api, StageName="live")
    made = v2.create_api_mapping(DomainName=domain, ApiId=api, Stage="live", ApiMappingKey="pets/v2")
    mapping = made["ApiMappingId"]
    assert (status(made), made["ApiMappingKey"]) == (201, "pets/v2")
    assert rest.get_base_path_mappings(domainName=domain)["items"][0]["basePath"] == "pets/v2"
    with refused("ConflictException"):
        v2.create_api_mapping(DomainName=domain, ApiId=api, Stage="live", ApiMappingKey="pets/v2")
    with refused("BadRequestException", "API mapping key should not end with a '/'."):
        v2.create_api_mapping(DomainName=domain, ApiId=api, Stage="live", ApiMappingKey="pets/")
    with refused("NotFoundException", "Invalid stage identifier specified"):
        v2.create_api_mapping(DomainName=domain, ApiId=api, Stage="none")
    moved = v2.update_api_mapping(DomainName=domain, ApiMappingId=mapping, ApiId=api, ApiMappingKey="toys")
    assert (moved["ApiMappingKey"], moved["Stage"]) == ("toys", "live")
    assert v2.get_api_mapping(DomainName=domain, ApiMappingId=mapping)["ApiMappingKey"] == "toys"
    assert len(v2.get_api_mappings(DomainName=domain)["Items"]) == 1
    with refused("BadRequestException", "API mappings"):
        v2.delete_api(ApiId=api)
    assert status(v2.delete_api_mapping(DomainName=domain, ApiMappingId=mapping)) == 204
    with refused("NotFoundException", "The api mapping resource specified in the request was not found."):
        v2.get_api_mapping(DomainName=domain, ApiMappingId=mapping)
    arn = f"arn:aws:apigateway:us-east-1::/domainnames/{domain}"
    v2.tag_resource(ResourceArn=arn, Tags={"team": "blue", "cost": "1"})
    v2.untag_resource(ResourceArn=arn, TagKeys=["cost"])
    assert v2.get_tags(ResourceArn=arn)["Tags"] == rest.get_tags(resourceArn=arn)["tags"] == {"team": "blue"}
    assert status(v2.delete_domain_name(DomainName=domain)) == 204
    with refused("NotFoundException", "The domain name resource specified in the request was not found."):
        v2.get_domain_name(DomainName=domain)


def test_routing_rules_are_judged_kept_and_asked_in_order(v2, server, domain, api):
    v2.create_stage(ApiId=api, StageName="live")
    action = {"InvokeApi": {"ApiId": api, "Stage": "live", "StripBasePath": True}}
    base = {"MatchBasePaths": {"AnyOf": ["pets"]}}
    header = {"MatchHeaders": {"AnyOf": [{"Header": "x-version", "ValueGlob": "beta*"}]}}
    made = v2.create_routing_rule(DomainName=domain, Priority=20, Conditions=[base, header], Actions=[action])
    rule = made["RoutingRuleId"]
    assert status(made) == 201
    assert made["RoutingRuleArn"].endswith(f"/domainnames/{domain}/routingrules/{rule}")
    first = v2.create_routing_rule(DomainName=domain, Priority=10, Conditions=[base], Actions=[action])["RoutingRuleId"]
    with refused("ConflictException", "priority 10"):
        v2.create_routing_rule(DomainName=domain, Priority=10, Conditions=[base], Actions=[action])
    with refused("BadRequestException", "matchBasePaths"):
        v2.create_routing_rule(DomainName=domain, Priority=30, Conditions=[base, base], Actions=[action])
    with refused("BadRequestException", "stripBasePath"):
        v2.create_routing_rule(DomainName=domain, Priority=30, Conditions=[], Actions=[action])
    put = v2.put_routing_rule(DomainName=domain, RoutingRuleId=rule, Priority=5, Conditions=[header],
                              Actions=[{"InvokeApi": {"ApiId": api, "Stage": "live"}}])
    assert (put["Priority"], put["Conditions"]) == (5, [header])
    assert v2.get_routing_rule(DomainName=domain, RoutingRuleId=rule)["Priority"] == 5
    pages = v2.get_paginator("list_routing_rules").paginate(DomainName=domain, PaginationConfig={"PageSize": 1})
    assert [one["RoutingRuleId"] for page in pages for one in page["RoutingRules"]] == [rule, first]
    assert status(v2.delete_routing_rule(DomainName=domain, RoutingRuleId=rule)) == 204
    with refused("NotFoundException"):
        v2.get_routing_rule(DomainName=domain, RoutingRuleId=rule)


def test_vpc_links(v2, api, name):
    made = v2.create_vpc_link(Name=name, SubnetIds=["subnet-1"], SecurityGroupIds=["sg-1"], Tags={"a": "b"})
    link = made["VpcLinkId"]
    assert (status(made), made["VpcLinkVersion"]) == (201, "V2")
    assert v2.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"] == "AVAILABLE"
    assert v2.update_vpc_link(VpcLinkId=link, Name=f"{name}x")["Name"] == f"{name}x"
    assert link in [one["VpcLinkId"] for one in v2.get_vpc_links(MaxResults="500")["Items"]]
    proxy(v2, api, LISTENER, ConnectionType="VPC_LINK", ConnectionId=link, TlsConfig={"ServerNameToVerify": "a.example"})
    assert status(v2.delete_vpc_link(VpcLinkId=link)) == 202
    with refused("NotFoundException", f"Invalid VpcLink identifier specified {link}"):
        v2.get_vpc_link(VpcLinkId=link)


def test_an_api_goes_out_as_openapi_and_comes_in_again(v2, api):
    route(v2, api, "GET /pets/{id}")
    route(v2, api, "$default")
    v2.update_api(ApiId=api, CorsConfiguration={"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"]})
    document = v2.export_api(ApiId=api, Specification="OAS30", OutputType="JSON")["body"].read().decode()
    assert "x-amazon-apigateway-importexport-version" in document
    yaml = v2.export_api(ApiId=api, Specification="OAS30", OutputType="YAML", IncludeExtensions=False)["body"].read()
    assert b"x-amazon-apigateway-integration" not in yaml and b"importexport" not in yaml
    made = v2.import_api(Body=document, FailOnWarnings=True)
    assert status(made) == 201
    keys = {one["RouteKey"] for one in v2.get_routes(ApiId=made["ApiId"])["Items"]}
    assert keys == {"GET /pets/{id}", "$default"}
    assert v2.get_api(ApiId=made["ApiId"])["CorsConfiguration"]["AllowOrigins"] == ["https://a.example"]
    changed = json.loads(document)
    changed["paths"] = {"/toys": changed["paths"]["/pets/{id}"]}
    changed["servers"] = [{"url": "https://x.example/v1/beta"}]
    again = v2.reimport_api(ApiId=made["ApiId"], Body=json.dumps(changed), Basepath="split")
    assert status(again) == 201
    assert [one["RouteKey"] for one in v2.get_routes(ApiId=made["ApiId"])["Items"]] == ["GET /beta/toys"]
    with refused("BadRequestException", "Invalid OpenAPI input"):
        v2.import_api(Body="nothing")
    with refused("BadRequestException", "specification"):
        v2.export_api(ApiId=api, Specification="OAS20", OutputType="JSON")


def test_tags_decide_in_policies(v2, api, server, name):
    arn = f"arn:aws:apigateway:us-east-1::/apis/{api}"
    v2.tag_resource(ResourceArn=arn, Tags={"team": "blue"})
    assert v2.get_tags(ResourceArn=arn)["Tags"] == {"team": "blue"}
    iam = server.client("iam")
    iam.create_user(UserName=name)
    policy = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["apigateway:GET"], "Resource": "arn:aws:apigateway:*::/apis/*",
        "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}]}
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    theirs = server.client("apigatewayv2", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    assert theirs.get_api(ApiId=api)["ApiId"] == api
    with refused("AccessDeniedException"):
        theirs.delete_api(ApiId=api)
    v2.tag_resource(ResourceArn=arn, Tags={"team": "red"})
    with refused("AccessDeniedException"):
        theirs.get_api(ApiId=api)


def test_what_is_not_built_says_so(v2):
    with refused("NotImplementedException"):
        v2.list_portals()


def test_rules_lead_requests_before_mappings_do(v2, server, domain, name):
    made = {}
    for kind in ("rule", "mapping"):
        api = Api(server, f"{name}{kind}")
        api.mock(api.root, body={"by": kind})
        api.deploy("dev")
        made[kind] = api.id
    v2.create_api_mapping(DomainName=domain, ApiId=made["mapping"], Stage="dev")
    conditions = [
        {"MatchBasePaths": {"AnyOf": ["shop/v2"]}},
        {"MatchHeaders": {"AnyOf": [{"Header": "X-Version", "ValueGlob": "beta*"}]}},
    ]
    v2.create_routing_rule(DomainName=domain, Priority=1, Conditions=conditions, Actions=[
        {"InvokeApi": {"ApiId": made["rule"], "Stage": "dev", "StripBasePath": True}}])

    def by(path, **headers):
        answer = requests.get(server.url + path, headers={"Host": domain, **headers}, timeout=10)
        return answer.json().get("by", answer.status_code)

    beta = {"x-version": "beta-3"}
    assert by("/shop/v2", **beta) == 403
    v2.update_domain_name(DomainName=domain, RoutingMode="ROUTING_RULE_THEN_API_MAPPING")
    assert by("/shop/v2", **beta) == "rule"
    assert by("/shop/v2") == 403
    assert by("/", **beta) == "mapping"
    v2.update_domain_name(DomainName=domain, RoutingMode="ROUTING_RULE_ONLY")
    assert by("/", **beta) == 403
    with refused("BadRequestException"):
        server.client("apigateway").delete_rest_api(restApiId=made["rule"])
