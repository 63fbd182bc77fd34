"""Who may call a deployed API: functions, signatures, resource policies, VPC endpoints, proxies, and why one was refused."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rest_api import Api
from running import ACCOUNT, REGION, free_port
from vpc_endpoint import server_with_vpc_endpoint

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:check"
URI = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"


def policy(effect="Allow", resource="*", **more):
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


class Functions:
    """Speaks Lambda's Invoke API: what a token says decides, as in the guide's example."""

    def __init__(self):
        outer = self
        self.events = []

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.events.append(event)
                token = event.get("authorizationToken") or event["headers"].get("Auth", "")
                failed, answer = outer.decide(token, event)
                body = json.dumps(answer).encode()
                self.send_response(200)
                if failed:
                    self.send_header("X-Amz-Function-Error", "Unhandled")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.listener.server_address[1]}"

    @staticmethod
    def decide(token, event):
        if token == "unauthorized":
            return True, {"errorMessage": "Unauthorized"}
        if token == "boom":
            return True, {"errorMessage": "boom"}
        if token == "malformed":
            return False, {"principalId": "u"}
        effect = "Deny" if token == "deny" else "Allow"
        return False, {
            "principalId": "user",
            "policyDocument": policy(effect, event["methodArn"]),
            "context": {"token": token, "number": 1, "yes": True},
        }


@pytest.fixture(scope="module")
def functions():
    running = Functions()
    yield running
    running.listener.shutdown()


@pytest.fixture(scope="module")
def guarded(functions, tmp_path_factory):
    """A server with functions, a trusted proxy and a VPC endpoint."""
    before = 'trusted_proxies = ["127.0.0.1/32"]\n'
    with server_with_vpc_endpoint(tmp_path_factory.mktemp("settings"), functions, before) as server:
        yield server


@pytest.fixture
def api(guarded, name):
    return Api(guarded, name)


def refused(answer, status, body, kind):
    assert (answer.status_code, answer.json()) == (status, body), answer.text
    assert answer.headers["x-amzn-ErrorType"] == kind


def dragons(api, authorizer=None, **settings):
    told = '{"dragons": 3, "who": "$context.authorizer.principalId", "number": "$context.authorizer.number"}'
    if authorizer:
        settings = {"authorizationType": "CUSTOM", "authorizerId": authorizer}
    api.mock(api.resource("dragons"), template=told, **settings)
    api.deploy()


def authorizer(api, kind="TOKEN", **settings):
    source = "method.request.header.Auth"
    return api.client.create_authorizer(
        restApiId=api.id, name=kind, type=kind, authorizerUri=URI, **{"identitySource": source, **settings}
    )["id"]


@pytest.mark.parametrize("kind", ["TOKEN", "REQUEST"])
def test_a_function_decides(api, functions, kind):
    dragons(api, authorizer(api, kind))
    answer = api.call("/dragons", headers={"Auth": f"allow {api.id}"})
    assert (answer.status_code, answer.json()) == (200, {"dragons": 3, "who": "user", "number": "1"})
    event = [event for event in functions.events if api.id in event["methodArn"]][-1]
    assert event["type"] == kind
    assert event["methodArn"] == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/test/GET/dragons"
    asked = len(functions.events)
    assert api.call("/dragons", headers={"Auth": f"allow {api.id}"}).status_code == 200
    assert len(functions.events) == asked, "the answer is kept"
    refused(api.call("/dragons"), 401, {"message": "Unauthorized"}, "UnauthorizedException")
    refused(api.call("/dragons", headers={"Auth": "unauthorized"}), 401, {"message": "Unauthorized"}, "UnauthorizedException")
    denied = "User is not authorized to access this resource with an explicit deny in an identity-based policy"
    refused(api.call("/dragons", headers={"Auth": "deny"}), 403, {"Message": denied}, "AccessDeniedException")
    for token in ["boom", "malformed"]:
        answer = api.call("/dragons", headers={"Auth": token})
        refused(answer, 500, {"message": None}, "AuthorizerConfigurationException")


def test_an_authorizer_is_tried(api):
    made = authorizer(api)
    tried = api.client.test_invoke_authorizer(restApiId=api.id, authorizerId=made, headers={"Auth": "allow"})
    assert (tried["clientStatus"], tried["principalId"]) == (0, "user")
    assert json.loads(tried["policy"])["Statement"][0]["Effect"] == "Allow"
    tried = api.client.test_invoke_authorizer(restApiId=api.id, authorizerId=made, headers={"Auth": "boom"})
    assert tried["clientStatus"] == 500 and "AuthorizerConfigurationException" in tried["log"]


def user(server, name, document=None):
    iam = server.client("iam")
    iam.create_user(UserName=name)
    if document:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def signed(api, credentials, path="/dragons", method="GET", data=None, how=SigV4Auth):
    request = AWSRequest(method, api.server.stage(api.id, "test", path), data=data)
    how(credentials, "execute-api", REGION).add_auth(request)
    return request.prepare()


def send(prepared, method=None):
    return requests.request(
        method or prepared.method, prepared.url, headers=dict(prepared.headers), data=prepared.body, timeout=30
    )


def test_a_signature_opens_what_policies_allow(api, guarded, name):
    dragons(api, authorizationType="AWS_IAM")
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/test/GET/dragons"
    may, may_not = user(guarded, name, policy(resource=arn)), user(guarded, name + "x")
    for how in [SigV4Auth, SigV4QueryAuth]:
        assert send(signed(api, may, how=how)).status_code == 200
    refused(api.call("/dragons"), 403, {"message": "Missing Authentication Token"}, "MissingAuthenticationTokenException")
    answer = send(signed(api, may_not))
    shown = arn.replace(ACCOUNT, "*" * 8 + ACCOUNT[-4:])
    message = (
        f"User: arn:aws:iam::{ACCOUNT}:user/{name}x is not authorized to perform: execute-api:Invoke on resource: {shown} "
        "because no identity-based policy allows the execute-api:Invoke action"
    )
    refused(answer, 403, {"Message": message}, "AccessDeniedException")
    unknown = send(signed(api, Credentials("test", "test")))
    invalid = {"message": "The security token included in the request is invalid."}
    refused(unknown, 403, invalid, "UnrecognizedClientException")


def test_attack_146_each_part_of_a_signed_request_is_covered(api, guarded, name):
    api.mock(api.resource("dragons"), verb="ANY", authorizationType="AWS_IAM")
    api.deploy()
    may = user(guarded, name, policy())
    good = signed(api, may, "/dragons?a=1", "POST", b"body")
    assert send(good).status_code == 200
    header = good.headers["Authorization"]
    signature = re.search(r"Signature=([0-9a-f]+)", header).group(1)
    for at in range(0, len(signature), 7):
        other = signature[:at] + ("0" if signature[at] != "0" else "1") + signature[at + 1 :]
        good.headers["Authorization"] = header.replace(signature, other)
        assert send(good).status_code == 403, at
    good.headers["Authorization"] = header
    assert send(good, "PUT").status_code == 403
    for changed in [
        {"url": good.url.replace("a=1", "a=2")},
        {"url": good.url + "&b=1"},
        {"body": b"bodx"},
        {"headers": {**good.headers, "Authorization": header.replace(REGION, "eu-west-1")}},
        {"headers": {**good.headers, "Authorization": header.replace("execute-api", "s3")}},
        {"headers": {**good.headers, "X-Amz-Date": "20200101T000000Z"}},
        {"headers": {**good.headers, "X-Amz-Security-Token": "x"}},
    ]:
        answer = requests.request(
            "POST",
            changed.get("url", good.url),
            headers=dict(changed.get("headers", good.headers)),
            data=changed.get("body", good.body),
            timeout=30,
        )
        assert answer.status_code == 403, (changed, answer.text)


def test_attack_152_a_source_address_is_believed_of_trusted_proxies_alone(api, guarded):
    allowed = policy(Principal="*", Condition={"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}})
    operations = [{"op": "replace", "path": "/policy", "value": json.dumps(allowed)}]
    api.client.update_rest_api(restApiId=api.id, patchOperations=operations)
    dragons(api)
    assert api.call("/dragons", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 200
    for value in [None, "203.0.113.7", "198.51.100.7, 203.0.113.7"]:
        answer = api.call("/dragons", headers={"X-Forwarded-For": value} if value else {})
        assert answer.status_code == 403, value
        assert answer.json()["Message"].startswith("User: anonymous is not authorized to perform: execute-api:Invoke")
    answer = api.call("/dragons", headers={"X-Forwarded-For": "203.0.113.7"})
    told = requests.get(guarded.url + "/_portcullis/explain/" + answer.headers["x-amzn-RequestId"], timeout=10).json()
    assert told["control"] == "authorization"
    assert told["decidedBy"]["policy"] == "resource-based policy"
    assert told["request"]["sourceIp"] == "203.0.113.7"


def test_attack_152_nobody_is_a_proxy_unless_told(server, name):
    api = Api(server, name, policy=json.dumps(policy(Principal="*", Condition={"IpAddress": {"aws:SourceIp": "127.0.0.1"}})))
    dragons(api)
    assert api.call("/dragons", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 200


def test_a_private_api_is_reached_through_its_endpoint_alone(guarded, name):
    client = guarded.client("apigateway")
    document = policy(resource="execute-api:/*", Principal="*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-0a1b"}})
    made = client.create_rest_api(
        name=name,
        policy=json.dumps(document),
        endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-0a1b"]},
    )
    api = Api.__new__(Api)
    api.server, api.client, api.id, api.root = guarded, client, made["id"], made["rootResourceId"]
    dragons(api)
    refused(api.call("/dragons"), 403, {"message": "Forbidden"}, "ForbiddenException")
    for headers in [
        {"x-apigw-api-id": api.id},
        {"Host": f"{api.id}.execute-api.{REGION}.amazonaws.com"},
        {"Host": f"{api.id}-vpce-0a1b.execute-api.{REGION}.amazonaws.com"},
    ]:
        assert requests.get(guarded.endpoint + "/test/dragons", headers=headers, timeout=10).status_code == 200, headers
    for path in ["/_portcullis/health", "/restapis", "/"]:
        assert requests.get(guarded.endpoint + path, timeout=10).status_code == 403, path


def private(server, name, document, endpoints=()):
    """A private API with a policy."""
    client = server.client("apigateway")
    kind = {"types": ["PRIVATE"], **({"vpcEndpointIds": list(endpoints)} if endpoints else {})}
    made = client.create_rest_api(name=name, policy=json.dumps(document), endpointConfiguration=kind)
    api = Api.__new__(Api)
    api.server, api.client, api.id, api.root = server, client, made["id"], made["rootResourceId"]
    dragons(api)
    return api


def test_the_endpoints_own_policy_and_a_private_domain_name_are_asked_too(start, name, tmp_path):
    port = free_port()
    api_id = "*"
    own = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": f"arn:aws:execute-api:*:*:{api_id}/*/GET/shut"},
        ],
    }
    settings = tmp_path / "portcullis.toml"
    settings.write_text(
        f'[[vpc_endpoints]]\nid = "vpce-0a1b"\nvpc = "vpc-0a1b"\nlisten = "127.0.0.1:{port}"\n'
        f"policy = '{json.dumps(own)}'\n"
    )
    server = start("serve", "--config", str(settings))
    endpoint = f"http://127.0.0.1:{port}"
    anybody = policy(resource="execute-api:/*", Principal="*")
    api = private(server, name, anybody)
    api.mock(api.resource("shut"))
    api.deploy()
    here = {"x-apigw-api-id": api.id}
    assert requests.get(endpoint + "/test/dragons", headers=here, timeout=10).status_code == 200
    denied = requests.get(endpoint + "/test/shut", headers=here, timeout=10)
    assert denied.status_code == 403 and "explicit deny" in denied.text, denied.text
    # The name of the endpoint's and the API's own stands for associated endpoints alone.
    associated = {"Host": f"{api.id}-vpce-0a1b.execute-api.{REGION}.amazonaws.com"}
    assert requests.get(endpoint + "/test/dragons", headers=associated, timeout=10).status_code == 403
    # A private domain name: its own policy, its association with the endpoint, and never from elsewhere.
    host = f"{name}.internal.example.com"
    arn = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/11111111-2222-3333-4444-555555555555"
    domain = api.client.create_domain_name(
        domainName=host,
        certificateArn=arn,
        endpointConfiguration={"types": ["PRIVATE"]},
        policy=json.dumps(policy(resource="execute-api:/*", Principal="*")),
    )
    mapped = {"domainName": host, "domainNameId": domain["domainNameId"]}
    api.client.create_base_path_mapping(**mapped, restApiId=api.id, stage="test")
    assert requests.get(endpoint + "/dragons", headers={"Host": host}, timeout=10).status_code == 403
    association = api.client.create_domain_name_access_association(
        domainNameArn=domain["domainNameArn"], accessAssociationSourceType="VPCE", accessAssociationSource="vpce-0a1b"
    )
    assert requests.get(endpoint + "/dragons", headers={"Host": host}, timeout=10).status_code == 200
    assert requests.get(endpoint + "/shut", headers={"Host": host}, timeout=10).status_code == 403
    assert requests.get(server.url + "/dragons", headers={"Host": host}, timeout=10).status_code != 200
    api.client.delete_domain_name_access_association(
        domainNameAccessAssociationArn=association["domainNameAccessAssociationArn"]
    )
    assert requests.get(endpoint + "/dragons", headers={"Host": host}, timeout=10).status_code == 403


@pytest.mark.parametrize("agent", ["kube-probe/1.0", "GoogleHC/1.0", "ELB-HealthChecker/2.0"])
def test_attack_153_no_path_or_agent_is_let_in(api, agent):
    dragons(api, authorizationType="AWS_IAM")
    for path in ["/dragons", "/ping", "/health", "/metrics", "/dragons/_portcullis/health"]:
        assert api.call(path, headers={"User-Agent": agent}).status_code == 403, path
