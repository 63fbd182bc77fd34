"""What is seen of requests afterwards: segments of traces at an X-Ray daemon, access logs and logs of user pools in buckets
and at an endpoint that speaks Firehose's requests."""

import base64
import json
import re
import socket

import pytest
import requests

from backends import Backend
from hosted import Hosted, uri
from refusal import refused
from rest_api import Api
from running import ACCOUNT, REGION
from user_pool import Pool

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"
SAMPLED = {"x-amzn-trace-id": f"Root={ROOT};Parent={PARENT};Sampled=1"}
STREAM = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/"


class Daemon:
    """An X-Ray daemon: a UDP socket that reads segments."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(30)
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"

    def segment(self):
        head, document = self.socket.recv(65_536).decode().split("\n", 1)
        assert json.loads(head) == {"format": "json", "version": 1}
        return json.loads(document)


@pytest.fixture
def daemon():
    running = Daemon()
    yield running
    running.socket.close()


def trace(server, trace_id):
    return requests.get(f"{server.url}/_portcullis/traces/{trace_id}", timeout=10)


def test_a_daemon_gets_the_segment_of_a_request_and_the_function_its_header(start, daemon, name):
    server = start(env={"PORTCULLIS_XRAY_DAEMON": daemon.address})
    hosted = Hosted(server, name)
    show = "import json, os\ndef handler(event, context):\n    told = {k: os.environ.get(k) for k in ('_X_AMZN_TRACE_ID', 'AWS_XRAY_DAEMON_ADDRESS')}\n    return {'statusCode': 200, 'body': json.dumps(told)}\n"
    function = hosted.python("show", show)
    api = Api(server, name)
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    api.client.put_method(**where, authorizationType="NONE")
    api.client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri(function))
    hosted.permit(function, "apigateway.amazonaws.com", f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/*")
    api.deploy(tracingEnabled=True)
    answer = api.call("?a=1", headers=SAMPLED)
    assert answer.status_code == 200, answer.text
    segment = daemon.segment()
    assert (segment["trace_id"], segment["parent_id"]) == (ROOT, PARENT)
    assert (segment["name"], segment["origin"]) == (f"{name}/test", "AWS::ApiGateway::Stage")
    assert segment["http"]["response"]["status"] == 200
    assert segment["http"]["request"]["url"].endswith("/test/?a=1")
    (called,) = segment["subsegments"]
    assert (called["name"], called["namespace"], called["aws"]["operation"]) == ("Lambda", "aws", "Invoke")
    assert called["aws"]["function_name"] == function
    header = f"Root={ROOT};Parent={called['id']};Sampled=1"
    assert answer.json() == {"_X_AMZN_TRACE_ID": header, "AWS_XRAY_DAEMON_ADDRESS": daemon.address}
    assert answer.headers["x-amzn-trace-id"] == header
    # A stage that does not trace hands on what it is given, and the function's part is made.
    api.deploy("plain")
    told = api.call(stage="plain").json()["_X_AMZN_TRACE_ID"]
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", told), told
    # Who is not sampled is not told of: the next packet is the one after.
    api.call(headers={"x-amzn-trace-id": f"Root={ROOT};Sampled=0"})
    other = ROOT[:-1] + "4"
    api.call(headers={"x-amzn-trace-id": f"Root={other};Sampled=1"})
    assert daemon.segment()["trace_id"] == other


def test_a_stage_is_traced_when_it_says_so_and_local_mode_shows_its_traces(server, name):
    api = Api(server, name)
    api.mock(api.root, template="$context.xrayTraceId")
    api.deploy()
    unique = f"1-5759e988-{name.removeprefix('t'):0>24}"
    header = {"x-amzn-trace-id": f"Root={unique};Sampled=1"}
    assert api.call(headers=header).text == ""
    assert trace(server, unique).status_code == 404
    stage = {"restApiId": api.id, "stageName": "test"}
    on = [{"op": "replace", "path": "/tracingEnabled", "value": "true"}]
    assert api.client.update_stage(**stage, patchOperations=on)["tracingEnabled"] is True
    assert api.call(headers=header).text == unique
    (segment,) = trace(server, unique).json()["segments"]
    assert segment["annotations"] == {"aws:api_id": api.id, "aws:api_stage": "test"}
    assert unique in [listed["id"] for listed in requests.get(f"{server.url}/_portcullis/traces", timeout=10).json()]
    foreign = requests.get(f"{server.url}/_portcullis/traces/{unique}", headers={"origin": "https://evil.example"}, timeout=10)
    assert foreign.status_code == 403


class Collector(Backend):
    """An endpoint that takes Firehose's requests."""

    def __init__(self):
        super().__init__()
        self.answer = self.take

    def first(self, again):
        """The first request; something is done again and again until it has come."""
        for _ in range(600):
            if self.seen:
                return self.seen[0]
            again()
        raise AssertionError("nothing was delivered")

    @staticmethod
    def take(request):
        answer = {"requestId": json.loads(request["body"])["requestId"], "timestamp": 1}
        return 200, {"content-type": "application/json"}, json.dumps(answer).encode()


@pytest.fixture
def collector():
    running = Collector()
    yield running
    running.stop()


@pytest.fixture
def delivering(start, tmp_path, collector, name):
    """A server with two delivery streams, one to a bucket and one to the collector."""
    (tmp_path / "key").write_text("secret key\n")
    config = tmp_path / "portcullis.toml"
    config.write_text(f"""
[[delivery_streams]]
name = "amazon-apigateway-bucket"
bucket = "{name}"
prefix = "calls/"

[[delivery_streams]]
name = "amazon-apigateway-collector"
url = "{collector.url}/firehose?x=1"
access_key_file = "{tmp_path}/key"
buffer_seconds = 0
""")
    server = start("serve", "--config", str(config), data=tmp_path)
    server.client("s3").create_bucket(Bucket=name)
    return server


def logging_api(server, name, stream):
    api = Api(server, name)
    api.mock(api.root)
    api.deploy()
    settings = [("destinationArn", STREAM + stream), ("format", '{"id":"$context.requestId","status":$context.status}')]
    patch = [{"op": "replace", "path": f"/accessLogSettings/{key}", "value": value} for key, value in settings]
    api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=patch)
    return api


def objects(server, bucket, prefix):
    """The objects of a bucket once there are some: deliveries take the moment that they take."""
    s3 = server.client("s3")
    for _ in range(600):
        found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        if found:
            return {one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read().decode() for one in found}
    raise AssertionError("nothing was delivered")


def test_access_logs_are_objects_when_the_clock_has_moved(delivering, name):
    api = logging_api(delivering, name, "amazon-apigateway-bucket")
    ids = [api.call().headers["x-amzn-requestid"] for _ in range(3)]
    assert "Contents" not in delivering.client("s3").list_objects_v2(Bucket=name)
    delivering.advance(300)
    ((key, content),) = objects(delivering, name, "calls/20").items()
    assert "/amazon-apigateway-bucket-1-20" in key and key.count("/") == 5, key
    assert [json.loads(line) for line in content.splitlines()] == [{"id": one, "status": 200} for one in ids]
    metrics = requests.get(delivering.url + "/_portcullis/metrics", timeout=10).text
    assert 'portcullis_log_delivery_lines_total{outcome="delivered"} 3' in metrics


def test_an_endpoint_gets_firehoses_requests(delivering, collector, name):
    api = logging_api(delivering, name, "amazon-apigateway-collector")
    id = api.call().headers["x-amzn-requestid"]
    request = collector.first(lambda: api.call())
    assert (request["method"], request["path"]) == ("POST", "/firehose?x=1")
    headers = request["headers"]
    assert headers["x-amz-firehose-access-key"] == "secret key"
    assert headers["x-amz-firehose-source-arn"] == STREAM + "amazon-apigateway-collector"
    assert headers["x-amz-firehose-protocol-version"] == "1.0"
    body = json.loads(request["body"])
    assert body["requestId"] == headers["x-amz-firehose-request-id"]
    assert json.loads(base64.b64decode(body["records"][0]["data"])) == {"id": id, "status": 200}


def test_what_waits_is_delivered_before_the_server_stops(delivering, start, tmp_path, name):
    api = logging_api(delivering, name, "amazon-apigateway-bucket")
    id = api.call().headers["x-amzn-requestid"]
    delivering.stop()
    again = start(data=tmp_path)
    ((_, content),) = objects(again, name, "calls/").items()
    assert json.loads(content)["id"] == id
    # Without the setting the stage serves as before, and its lines are counted as lost.
    api.server = again
    assert api.call().status_code == 200
    assert 'outcome="lost"} 1' in requests.get(again.url + "/_portcullis/metrics", timeout=10).text


def test_user_pools_deliver_to_buckets_and_streams(delivering, collector, name):
    pool = Pool(delivering, name, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    pool.user("ann")
    idp = delivering.client("cognito-idp")

    def deliver(**place):
        events = {"LogLevel": "INFO", "EventSource": "userAuthEvents", **place}
        return idp.set_log_delivery_configuration(UserPoolId=pool.id, LogConfigurations=[events])

    deliver(S3Configuration={"BucketArn": f"arn:aws:s3:::{name}"})
    pool.sign_in("ann")
    delivering.advance(300)
    ((key, content),) = objects(delivering, name, "AWSLogs/").items()
    assert key.startswith(f"AWSLogs/{ACCOUNT}/cognito-idp/{REGION}/{pool.id}/20"), key
    event = json.loads(content)
    assert (event["eventSource"], event["message"]["userName"]) == ("USER_ACTIVITY", "ann")
    deliver(FirehoseConfiguration={"StreamArn": STREAM + "amazon-apigateway-collector"})
    request = collector.first(lambda: pool.sign_in("ann"))
    (record, *_) = json.loads(request["body"])["records"]
    assert json.loads(base64.b64decode(record["data"]))["logSourceId"] == {"userPoolId": pool.id}
    for kind, member, arn in [
        ("S3Configuration", "BucketArn", f"arn:aws:s3:::{name}-none"),
        ("FirehoseConfiguration", "StreamArn", STREAM + "none"),
    ]:
        why = f"The destination of a log configuration does not exist: {arn}"
        with refused("InvalidParameterException", why):
            deliver(**{kind: {member: arn}})


def test_a_stream_that_is_not_declared_is_refused(server, name):
    api = Api(server, name)
    api.mock(api.root)
    api.deploy()
    undeclared = "Delivery stream amazon-apigateway-none is not declared among this server's delivery_streams"
    misnamed = "The name of a delivery stream for access logs must begin with amazon-apigateway-"
    for stream, why in [("amazon-apigateway-none", undeclared), ("none", misnamed)]:
        patch = [{"op": "replace", "path": "/accessLogSettings/destinationArn", "value": STREAM + stream}]
        with refused("BadRequestException", why):
            api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=patch)
    assert "accessLogSettings" not in api.client.get_stage(restApiId=api.id, stageName="test")
