"""Integrations that are called with the caller's own credentials (`arn:aws:iam::*:user/*`), and load balancers behind VPC links
of version 2."""

import http.server
import json
import threading

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from hosted import Hosted, arn, uri
from rest_api import Api
from running import REGION, free_port

CALLERS = "arn:aws:iam::*:user/*"
HELLO = """
def handler(event, context):
    return {"statusCode": 200, "body": event["requestContext"]["identity"]["userArn"]}
"""


def signed(url, key):
    request = AWSRequest(method="GET", url=url)
    SigV4Auth(Credentials(key["AccessKeyId"], key["SecretAccessKey"]), "execute-api", REGION).add_auth(request)
    return requests.get(url, headers=dict(request.headers), timeout=60)


@pytest.fixture
def user(server, name):
    """Makes a user with these statements; answers the key."""
    iam = server.client("iam")

    def make(who, *statements):
        iam.create_user(UserName=who)
        document = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}, *statements]}
        iam.put_user_policy(UserName=who, PolicyName="p", PolicyDocument=json.dumps(document))
        return iam.create_access_key(UserName=who)["AccessKey"]

    return make


def integrate(api, resource, authorization="AWS_IAM", **settings):
    where = {"restApiId": api.id, "resourceId": resource, "httpMethod": "GET"}
    api.client.put_method(**where, authorizationType=authorization)
    api.client.put_integration(**where, credentials=CALLERS, **settings)
    return where


def test_a_function_is_called_by_whoever_calls_the_api(server, name, user):
    function = Hosted(server, name).python(f"{name}-hello", HELLO)
    api = Api(server, name)
    proxy = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri(function)}
    integrate(api, api.root, **proxy)
    integrate(api, api.resource("open"), "NONE", **proxy)
    api.deploy("dev")
    url = f"{server.url}/_aws/execute-api/{api.id}/dev/"
    may = user(f"{name}-may", {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn(function)})
    not_ = user(f"{name}-not")
    answer = signed(url, may)
    assert (answer.status_code, answer.text) == (200, f"arn:aws:iam::123456789012:user/{name}-may")
    refused = signed(url, not_)
    assert refused.status_code == 403 and "lambda:InvokeFunction" in refused.text, refused.text
    # The function's policy lets in, too, and a denial of it holds.
    who = f"arn:aws:iam::123456789012:user/{name}-not"
    server.client("lambda").add_permission(
        FunctionName=function, StatementId="s", Action="lambda:InvokeFunction", Principal=who
    )
    assert signed(url, not_).status_code == 200
    assert requests.get(url + "open", timeout=60).status_code == 500


def test_an_object_is_read_by_whoever_calls_the_api(server, name, user):
    s3 = server.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="secret.txt", Body=b"treasure")
    api = Api(server, name)
    where = integrate(api, api.root, type="AWS", integrationHttpMethod="GET",
                      uri=f"arn:aws:apigateway:{REGION}:s3:path/{name}/secret.txt")
    api.client.put_method_response(**where, statusCode="200")
    api.client.put_method_response(**where, statusCode="403")
    api.client.put_integration_response(**where, statusCode="200")
    api.client.put_integration_response(**where, statusCode="403", selectionPattern="403")
    api.deploy("dev")
    url = f"{server.url}/_aws/execute-api/{api.id}/dev/"
    may = user(f"{name}-may", {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"})
    assert (signed(url, may).status_code, signed(url, may).text) == (200, "treasure")
    refused = signed(url, user(f"{name}-not"))
    assert refused.status_code == 403 and "treasure" not in refused.text


def test_a_load_balancer_behind_a_link_is_told_the_stage(start, name, tmp_path):
    seen = []

    class Backend(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((self.path, self.headers["host"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    backend = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Backend)
    threading.Thread(target=backend.serve_forever, daemon=True).start()
    balancer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/main/1234567891011"
    config = tmp_path / "portcullis.toml"
    config.write_text(f'[vpc_links]\n"{balancer}" = "127.0.0.1:{backend.server_port}"\n')
    server = start("serve", "--config", str(config))
    link = server.client("apigatewayv2").create_vpc_link(Name=name, SubnetIds=["subnet-1"])["VpcLinkId"]
    api = Api(server, name)
    api.proxy(api.root, "http://inner.example.com/path", connectionType="VPC_LINK", connectionId=link,
              integrationTarget=balancer)
    api.deploy("dev")
    assert requests.get(f"{server.url}/_aws/execute-api/{api.id}/dev/?a=1", timeout=30).status_code == 204
    assert seen == [("/dev/path?a=1", "inner.example.com")]
    backend.shutdown()
