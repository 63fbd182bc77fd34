"""The table "Patch Operations" of the API reference, line by line: every path of every Update operation takes the
operations that the table supports and refuses the others."""

import json

import pytest
from botocore.exceptions import ClientError

from refusal import refused
from rest_api import Api
from test_apigateway_rest import ARN, BALANCER

ADD, REPLACE, REMOVE, COPY = "add", "replace", "remove", "copy"
ALL = [ADD, REPLACE, REMOVE, COPY]
EDIT = [ADD, REPLACE, REMOVE]
MEMBERS = [ADD, REMOVE]


@pytest.fixture
def gateway(server):
    return server.client("apigateway")


@pytest.fixture
def api(server, name):
    """An API with something of everything that can be changed."""
    api = Api(server, name)
    api.mock(api.root)
    api.deploy("dev")
    return api


class Lines:
    """One entity's lines. Each path is tried with each operation: those that are supported in this order, then the rest."""

    def __init__(self, call, **named):
        self.call, self.named = call, named

    def patch(self, op, path, value=None, **more):
        operation = {"op": op, "path": path, **({} if value is None else {"value": value}), **more}
        return self.call(**self.named, patchOperations=[operation])

    def takes(self, path, supported, value=None, shown=None, **values):
        """`values` are those of one operation where they differ from `value`."""
        for op in supported:
            answer = self.patch(op, path, values.get(op, value))
            if shown and op in shown:
                member, expected = shown[op]
                assert answer.get(member) == expected, (op, path, answer)
        for op in [op for op in [*ALL, "move", "test"] if op not in supported]:
            self.refuses(op, path, values.get(op, value))

    def refuses(self, op, path, value=None):
        with pytest.raises(ClientError) as refused:
            self.patch(op, path, value if value is not None else "x", **({"from": "/x"} if op in (COPY, "move") else {}))
        error = refused.value.response["Error"]
        assert error["Code"] == "BadRequestException" and "nvalid" in error["Message"], (op, path, error)


def test_accounts_keys_links_and_certificates(server, gateway, api, name):
    role = f"arn:aws:iam::123456789012:role/{name}"
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    server.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    account = Lines(gateway.update_account)
    account.takes("/cloudwatchRoleArn", [REPLACE], role)
    account.patch(ADD, "/features", "UsagePlans")
    for op in [REPLACE, COPY]:
        account.refuses(op, "/features", "UsagePlans")
    with refused("BadRequestException", "Usage Plans cannot be disabled once enabled", 400):
        account.patch(REMOVE, "/features", "UsagePlans")
    key = Lines(gateway.update_api_key, apiKey=gateway.create_api_key(name=name)["id"])
    for path, value in [("/customerId", "c"), ("/description", "d"), ("/enabled", "true"), ("/name", name)]:
        key.takes(path, [REPLACE], value, shown={REPLACE: (path[1:], True if value == "true" else value)})
    key.takes("/labels", MEMBERS, "l")
    key.takes("/stages", MEMBERS, f"{api.id}/dev", shown={ADD: ("stageKeys", [f"{api.id}/dev"]), REMOVE: ("stageKeys", [])})
    link = Lines(gateway.update_vpc_link, vpcLinkId=gateway.create_vpc_link(name=name, targetArns=[BALANCER])["id"])
    link.takes("/name", [REPLACE], name + "x", shown={REPLACE: ("name", name + "x")})
    link.takes("/description", [REPLACE], "d", shown={REPLACE: ("description", "d")})
    certificate = gateway.generate_client_certificate()["clientCertificateId"]
    Lines(gateway.update_client_certificate, clientCertificateId=certificate).takes(
        "/description", [REPLACE], "d", shown={REPLACE: ("description", "d")}
    )


def test_authorizers(gateway, api):
    pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Absent00%d"
    pools = Lines(gateway.update_authorizer, restApiId=api.id, authorizerId=api.authorizer(pool % 1))
    pools.takes("/providerARNs", MEMBERS, pool % 2, shown={ADD: ("providerARNs", [pool % 1, pool % 2]), REMOVE: ("providerARNs", [pool % 1])})
    pools.takes("/name", [REPLACE], "n", shown={REPLACE: ("name", "n")})
    pools.takes("/authType", [REPLACE], "t", shown={REPLACE: ("authType", "t")})
    pools.takes("/identityValidationExpression", [REPLACE], "a+", shown={REPLACE: ("identityValidationExpression", "a+")})
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:%s/invocations"
    made = gateway.create_authorizer(
        restApiId=api.id, name="f", type="REQUEST", authorizerUri=uri % "f", authorizerResultTtlInSeconds=0
    )
    function = Lines(gateway.update_authorizer, restApiId=api.id, authorizerId=made["id"])
    function.takes("/authorizerUri", [REPLACE], uri % "g", shown={REPLACE: ("authorizerUri", uri % "g")})
    role = "arn:aws:iam::123456789012:role/r"
    function.takes("/authorizerCredentials", [REPLACE], role, shown={REPLACE: ("authorizerCredentials", role)})
    function.takes("/authorizerResultTtlInSeconds", [REPLACE], "0", shown={REPLACE: ("authorizerResultTtlInSeconds", 0)})
    function.takes("/identitySource", EDIT, "method.request.header.A")
    function.patch(ADD, "/identitySource", "method.request.header.A")
    function.takes("/type", [REPLACE], "TOKEN", shown={REPLACE: ("type", "TOKEN")})


def test_domain_names_and_mappings(gateway, api, name):
    host = f"{name}.example.com"
    gateway.create_domain_name(domainName=host, regionalCertificateArn=ARN, endpointConfiguration={"types": ["REGIONAL"]})
    domain = Lines(gateway.update_domain_name, domainName=host)
    domain.takes("/regionalCertificateName", EDIT, "n", shown={REPLACE: ("regionalCertificateName", "n")})
    for path in ["/regionalCertificateArn", "/ownershipVerificationCertificateArn"]:
        for op in [ADD, REPLACE]:
            assert domain.patch(op, path, ARN)[path[1:]] == ARN
        domain.refuses(COPY, path)
    assert "ownershipVerificationCertificateArn" not in domain.patch(REMOVE, "/ownershipVerificationCertificateArn")
    domain.takes("/endpointConfiguration/ipAddressType", [REPLACE], "dualstack")
    domain.takes("/routingMode", [REPLACE], "ROUTING_RULE_THEN_BASE_PATH_MAPPING", shown={REPLACE: ("routingMode", "ROUTING_RULE_THEN_BASE_PATH_MAPPING")})
    domain.takes("/securityPolicy", [REPLACE], "TLS_1_2", shown={REPLACE: ("securityPolicy", "TLS_1_2")})
    for path in ["/certificateName", "/certificateArn"]:
        domain.refuses(COPY, path)
    moved = gateway.update_domain_name(
        domainName=host,
        patchOperations=[
            {"op": ADD, "path": "/endpointConfiguration/types", "value": "EDGE"},
            {"op": ADD, "path": "/certificateArn", "value": ARN},
            {"op": ADD, "path": "/certificateName", "value": "edge"},
        ],
    )
    assert (moved["endpointConfiguration"]["types"], moved["certificateName"]) == (["REGIONAL", "EDGE"], "edge")
    moved = gateway.update_domain_name(
        domainName=host,
        patchOperations=[
            {"op": REMOVE, "path": "/endpointConfiguration/types", "value": "REGIONAL"},
            {"op": REMOVE, "path": "/regionalCertificateArn"},
        ],
    )
    assert (moved["endpointConfiguration"]["types"], "regionalCertificateArn" in moved) == (["EDGE"], False)
    for path in ["/endpointConfiguration/types", "/policy", "/mutualTlsAuthentication/truststoreUri"]:
        domain.refuses(COPY, path)
    gateway.create_base_path_mapping(domainName=host, basePath="a", restApiId=api.id, stage="dev")
    mapping = Lines(gateway.update_base_path_mapping, domainName=host, basePath="a")
    mapping.takes("/restapiId", [REPLACE], api.id, shown={REPLACE: ("restApiId", api.id)})
    mapping.takes("/stage", [REPLACE], "dev", shown={REPLACE: ("stage", "dev")})
    mapping.takes("/basepath", [REPLACE], "a", shown={REPLACE: ("basePath", "a")})


def test_apis_and_their_parts(gateway, api):
    of = {"restApiId": api.id}
    rest = Lines(gateway.update_rest_api, **of)
    rest.takes("/apiKeySource", [REPLACE], "AUTHORIZER", shown={REPLACE: ("apiKeySource", "AUTHORIZER")})
    rest.takes(
        "/binaryMediaTypes",
        EDIT,
        "image/png",
        shown={ADD: ("binaryMediaTypes", ["image/png"]), REPLACE: ("binaryMediaTypes", ["image/png"])},
    )
    rest.takes("/description", EDIT, "d", shown={ADD: ("description", "d"), REMOVE: ("description", None)})
    rest.takes("/disableExecuteApiEndpoint", [REPLACE], "false", shown={REPLACE: ("disableExecuteApiEndpoint", False)})
    rest.takes("/endpointConfiguration/types/REGIONAL", [REPLACE], "REGIONAL")
    rest.takes("/endpointConfiguration/ipAddressType", [REPLACE], "dualstack")
    rest.takes("/minimumCompressionSize", [REPLACE], "7", shown={REPLACE: ("minimumCompressionSize", 7)})
    assert "minimumCompressionSize" not in rest.patch(REPLACE, "/minimumCompressionSize")
    rest.takes("/name", [REPLACE], "other", shown={REPLACE: ("name", "other")})
    rest.takes("/policy", [REPLACE], "")
    rest.refuses(REPLACE, "/endpointConfiguration/vpcEndpointIds", "vpce-1")
    with refused("BadRequestException", "VPCEndpoints can only be specified with PRIVATE apis.", 400):
        rest.patch(ADD, "/endpointConfiguration/vpcEndpointIds", "vpce-1")
    rest.patch(REPLACE, "/endpointConfiguration/types/REGIONAL", "PRIVATE")
    shown = rest.patch(ADD, "/endpointConfiguration/vpcEndpointIds", "vpce-1")["endpointConfiguration"]
    assert shown["vpcEndpointIds"] == ["vpce-1"]
    rest.patch(REMOVE, "/endpointConfiguration/vpcEndpointIds", "vpce-1")
    rest.patch(REPLACE, "/endpointConfiguration/types/PRIVATE", "REGIONAL")
    resource = Lines(gateway.update_resource, **of, resourceId=api.resource("a"))
    resource.takes("/pathPart", [REPLACE], "b", shown={REPLACE: ("pathPart", "b")})
    other = api.resource("c")
    resource.takes("/parentId", [REPLACE], other, shown={REPLACE: ("parentId", other)})
    model = Lines(gateway.update_model, **of, modelName="Error")
    model.takes("/description", [REPLACE], "d", shown={REPLACE: ("description", "d")})
    schema = '{"type":"object","properties":{"a":{"type":"string"}}}'
    model.takes("/schema", [REPLACE], schema, shown={REPLACE: ("schema", schema)})
    validator = gateway.create_request_validator(**of, name="v")["id"]
    validator = Lines(gateway.update_request_validator, **of, requestValidatorId=validator)
    validator.takes("/name", [REPLACE], "w", shown={REPLACE: ("name", "w")})
    for path in ["/validateRequestBody", "/validateRequestParameters"]:
        validator.takes(path, [REPLACE], "true", shown={REPLACE: (path[1:], True)})
    response = Lines(gateway.update_gateway_response, **of, responseType="DEFAULT_4XX")
    response.takes("/statusCode", [REPLACE], "418", shown={REPLACE: ("statusCode", "418")})
    maps(response, "responseParameters", "gatewayresponse.header.a", "'1'")
    maps(response, "responseTemplates", "text/plain", "x")
    deployment = api.deploy("dev")
    Lines(gateway.update_deployment, **of, deploymentId=deployment).takes(
        "/description", [REPLACE], "d", shown={REPLACE: ("description", "d")}
    )
    part = gateway.create_documentation_part(**of, location={"type": "API"}, properties='{"description": "x"}')["id"]
    Lines(gateway.update_documentation_part, **of, documentationPartId=part).takes(
        "/properties", [REPLACE], '{"a":"b"}', shown={REPLACE: ("properties", '{"a":"b"}')}
    )
    gateway.create_documentation_version(**of, documentationVersion="1")
    Lines(gateway.update_documentation_version, **of, documentationVersion="1").takes(
        "/description", [REPLACE], "d", shown={REPLACE: ("description", "d")}
    )


def maps(lines, member, key, value):
    """A map, by one key and as a whole: added, replaced, removed, never copied."""
    path = f"/{member}/{key.replace('/', '~1')}"
    lines.takes(path, EDIT, value)
    assert lines.patch(ADD, path, value)[member][key] in (value, value == "true")
    entry = json.dumps({key: {"true": True}.get(value, value)})
    lines.takes(f"/{member}", EDIT, entry)


def test_methods_and_integrations(gateway, api):
    place = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    method = Lines(gateway.update_method, **place)
    validator = gateway.create_request_validator(restApiId=api.id, name="v")["id"]
    pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Absent001"
    authorizer = api.authorizer(pool)
    gateway.update_method(
        **place,
        patchOperations=[
            {"op": REPLACE, "path": "/authorizationType", "value": "COGNITO_USER_POOLS"},
            {"op": REPLACE, "path": "/authorizerId", "value": authorizer},
        ],
    )
    method.takes("/authorizationType", [REPLACE], "COGNITO_USER_POOLS")
    method.takes("/authorizerId", [REPLACE], authorizer, shown={REPLACE: ("authorizerId", authorizer)})
    method.takes("/authorizationScopes", MEMBERS, "a/b", shown={ADD: ("authorizationScopes", ["a/b"])})
    method.takes("/apiKeyRequired", [REPLACE], "true", shown={REPLACE: ("apiKeyRequired", True)})
    method.takes("/operationName", [REPLACE], "op", shown={REPLACE: ("operationName", "op")})
    method.takes("/requestValidatorId", [REPLACE], validator, shown={REPLACE: ("requestValidatorId", validator)})
    maps(method, "requestParameters", "method.request.header.a", "true")
    maps(method, "requestModels", "text/plain", "Empty")
    response = Lines(gateway.update_method_response, **place, statusCode="200")
    maps(response, "responseParameters", "method.response.header.a", "true")
    maps(response, "responseModels", "text/plain", "Empty")
    response.patch(ADD, "/responseParameters/method.response.header.a", "true")
    response = Lines(gateway.update_integration_response, **place, statusCode="200")
    maps(response, "responseParameters", "method.response.header.a", "'1'")
    maps(response, "responseTemplates", "text/plain", "x")
    response.takes("/selectionPattern", [REPLACE], "2..", shown={REPLACE: ("selectionPattern", "2..")})
    response.takes("/contentHandling", [REPLACE], "CONVERT_TO_TEXT", shown={REPLACE: ("contentHandling", "CONVERT_TO_TEXT")})
    mock = Lines(gateway.update_integration, **place)
    for path, value in [("/uri", "http://127.0.0.1:1/"), ("/httpMethod", "POST")]:
        mock.refuses(REPLACE, path, value)
    gateway.put_integration(**place, type="HTTP", integrationHttpMethod="GET", uri="http://127.0.0.1:1/")
    integration = Lines(gateway.update_integration, **place)
    link = gateway.create_vpc_link(name="l", targetArns=[BALANCER])["id"]
    gateway.update_integration(
        **place,
        patchOperations=[
            {"op": REPLACE, "path": "/connectionType", "value": "VPC_LINK"},
            {"op": REPLACE, "path": "/connectionId", "value": link},
        ],
    )
    for path, value in [
        ("/connectionType", "VPC_LINK"),
        ("/connectionId", link),
        ("/cacheNamespace", "ns"),
        ("/contentHandling", "CONVERT_TO_BINARY"),
        ("/httpMethod", "POST"),
        ("/passthroughBehavior", "NEVER"),
        ("/uri", "http://127.0.0.1:2/"),
    ]:
        integration.takes(path, [REPLACE], value, shown={REPLACE: (path[1:], value)})
    integration.takes("/responseTransferMode", [REPLACE], "BUFFERED")
    integration.takes("/timeoutInMillis", [REPLACE], "1000", shown={REPLACE: ("timeoutInMillis", 1000)})
    integration.takes("/tlsConfig/insecureSkipVerification", [REPLACE], "true", shown={REPLACE: ("tlsConfig", {"insecureSkipVerification": True})})
    integration.takes("/type", [], "MOCK")
    integration.takes("/cacheKeyParameters", EDIT, "method.request.querystring.q")
    assert integration.patch(ADD, "/cacheKeyParameters/method.request.querystring.q")["cacheKeyParameters"] == ["method.request.querystring.q"]
    maps(integration, "requestParameters", "integration.request.header.a", "'1'")
    maps(integration, "requestTemplates", "text/plain", "{}")


def test_stages(server, gateway, api, name):
    stage = Lines(gateway.update_stage, restApiId=api.id, stageName="dev")
    group = f"arn:aws:logs:us-east-1:123456789012:log-group:{name}"
    stage.takes("/accessLogSettings/destinationArn", EDIT, group)
    stage.takes("/accessLogSettings/format", EDIT, "$context.requestId")
    stage.patch(REPLACE, "/accessLogSettings/format", "$context.requestId")
    stage.takes("/accessLogSettings", [REMOVE])
    for path, value, shown in [
        ("/cacheClusterEnabled", "true", True),
        ("/cacheClusterSize", "0.5", "0.5"),
        ("/description", "d", "d"),
    ]:
        stage.takes(path, [REPLACE], value, shown={REPLACE: (path[1:], shown)})
    certificate = gateway.generate_client_certificate()["clientCertificateId"]
    stage.takes("/clientCertificateId", [REPLACE], certificate, shown={REPLACE: ("clientCertificateId", certificate)})
    gateway.create_documentation_part(restApiId=api.id, location={"type": "API"}, properties='{"description": "x"}')
    gateway.create_documentation_version(restApiId=api.id, documentationVersion="1")
    stage.takes("/documentationVersion", [REPLACE], "1", shown={REPLACE: ("documentationVersion", "1")})
    stage.takes("/tracingEnabled", [REPLACE], "false", shown={REPLACE: ("tracingEnabled", False)})
    deployment = gateway.create_deployment(restApiId=api.id)["id"]
    stage.takes("/canarySettings/deploymentId", [REPLACE], deployment)
    stage.takes("/canarySettings/percentTraffic", [REPLACE], "10")
    stage.takes("/canarySettings/stageVariableOverrides", [REPLACE], '{"a":"1"}')
    stage.takes("/canarySettings/useStageCache", [REPLACE], "true")
    promoted = stage.patch(COPY, "/deploymentId", **{"from": "/canarySettings/deploymentId"})
    assert promoted["deploymentId"] == deployment
    promoted = stage.patch(COPY, "/variables", **{"from": "/canarySettings/stageVariableOverrides"})
    assert promoted["variables"] == {"a": "1"}
    stage.takes("/canarySettings", [REMOVE])
    stage.takes("/deploymentId", [REPLACE], deployment, shown={REPLACE: ("deploymentId", deployment)})
    assert stage.patch(REPLACE, "/variables/b", "2")["variables"] == {"a": "1", "b": "2"}
    assert stage.patch(REPLACE, "/variables", '{"c":"3"}')["variables"] == {"c": "3"}
    assert "variables" not in stage.patch(REMOVE, "/variables")
    settings = {
        "metrics/enabled": ("true", "metricsEnabled", True),
        "logging/dataTrace": ("true", "dataTraceEnabled", True),
        "logging/loglevel": ("OFF", "loggingLevel", "OFF"),
        "throttling/burstLimit": ("7", "throttlingBurstLimit", 7),
        "throttling/rateLimit": ("7.5", "throttlingRateLimit", 7.5),
        "caching/enabled": ("true", "cachingEnabled", True),
        "caching/dataEncrypted": ("true", "cacheDataEncrypted", True),
        "caching/ttlInSeconds": ("7", "cacheTtlInSeconds", 7),
        "caching/requireAuthorizationForCacheControl": ("false", "requireAuthorizationForCacheControl", False),
        "caching/unauthorizedCacheControlHeaderStrategy": ("FAIL_WITH_403", "unauthorizedCacheControlHeaderStrategy", "FAIL_WITH_403"),
    }
    for of, key in [("/~1a/GET/", "a/GET"), ("/*/*/", "*/*"), ("/~1/GET/", "/GET")]:
        for path, (value, member, expected) in settings.items():
            stage.takes(of + path, [REPLACE], value)
            shown = gateway.get_stage(restApiId=api.id, stageName="dev")["methodSettings"]
            assert shown[key][member] == expected, (key, path, shown)
    shown = stage.patch(REMOVE, "/~1a/GET")["methodSettings"]
    assert set(shown) == {"*/*", "/GET"}
    stage.takes("/methodSettings", [REPLACE], "{}")


def test_usage_plans(gateway, api, name):
    plan = gateway.create_usage_plan(name=name, quota={"limit": 5, "period": "DAY"}, throttle={"rateLimit": 1, "burstLimit": 1})["id"]
    lines = Lines(gateway.update_usage_plan, usagePlanId=plan)
    lines.takes("/apiStages", MEMBERS, f"{api.id}:dev")
    lines.patch(ADD, "/apiStages", f"{api.id}:dev")
    at = f"/apiStages/{api.id}:dev/throttle"
    for path, value in [("rateLimit", "2.5"), ("burstLimit", "3")]:
        lines.takes(f"{at}/~1/GET/{path}", [ADD, REPLACE], value)
    throttle = gateway.get_usage_plan(usagePlanId=plan)["apiStages"][0]["throttle"]
    assert throttle == {"//GET": {"rateLimit": 2.5, "burstLimit": 3}}
    lines.takes(f"{at}/~1/GET", [REMOVE])
    lines.takes(at, EDIT, '{"//GET":{"rateLimit":2.5,"burstLimit":3}}')
    lines.patch(REMOVE, "/apiStages", f"{api.id}:dev")
    for path, value in [("/description", "d"), ("/name", name + "x")]:
        lines.takes(path, [REPLACE], value, shown={REPLACE: (path[1:], value)})
    lines.takes("/productCode", EDIT, "p", shown={ADD: ("productCode", "p"), REMOVE: ("productCode", None)})
    for path, value in [("limit", "9"), ("period", "WEEK"), ("offset", "1")]:
        lines.takes(f"/quota/{path}", [ADD, REPLACE], value)
    for path, value in [("burstLimit", "9"), ("rateLimit", "9")]:
        lines.takes(f"/throttle/{path}", [ADD, REPLACE], value)
    shown = gateway.get_usage_plan(usagePlanId=plan)
    assert shown["quota"] == {"limit": 9, "offset": 1, "period": "WEEK"}
    assert shown["throttle"] == {"burstLimit": 9, "rateLimit": 9.0}
    lines.takes("/quota", [REMOVE])
    lines.takes("/throttle", [REMOVE])
    key = gateway.create_api_key(name=name)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    lines.patch(ADD, "/quota/limit", "10")
    lines.patch(ADD, "/quota/period", "DAY")
    Lines(gateway.update_usage, usagePlanId=plan, keyId=key).takes("/remaining", [REPLACE], "5")
