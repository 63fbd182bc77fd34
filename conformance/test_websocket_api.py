"""WebSocket APIs: made by boto3, spoken to by the `websockets` client, written to by the management API."""

import json

import boto3
import pytest
import requests
from botocore.config import Config
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from functions import Functions
from refusal import refused

ACCOUNT = "123456789012"


@pytest.fixture
def functions():
    with Functions() as running:
        yield running


@pytest.fixture
def gateway(start, functions):
    return start("serve", "--functions-endpoint", functions.url)


class Sockets:
    """A WebSocket API whose routes call functions of the same name."""

    def __init__(self, server, name, selection="$request.body.action"):
        self.server, self.client = server, server.client("apigatewayv2")
        made = self.client.create_api(Name=name, ProtocolType="WEBSOCKET", RouteSelectionExpression=selection)
        self.id = made["ApiId"]

    def route(self, key, function, two_way=True, **settings):
        arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{function}"
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
        integration = self.client.create_integration(
            ApiId=self.id, IntegrationType="AWS_PROXY", IntegrationMethod="POST", IntegrationUri=uri
        )["IntegrationId"]
        response = {"RouteResponseSelectionExpression": "$default"} if two_way else {}
        route = self.client.create_route(
            ApiId=self.id, RouteKey=key, Target=f"integrations/{integration}", **response, **settings
        )["RouteId"]
        if two_way:
            self.client.create_route_response(ApiId=self.id, RouteId=route, RouteResponseKey="$default")
        return route

    def deploy(self, stage="dev"):
        deployment = self.client.create_deployment(ApiId=self.id)["DeploymentId"]
        self.client.create_stage(ApiId=self.id, StageName=stage, DeploymentId=deployment)

    def url(self, stage="dev"):
        return self.server.stage(self.id, stage, "").replace("http://", "ws://")

    def connect(self, query="", **options):
        return connect(self.url() + query, open_timeout=30, close_timeout=10, **options)

    def management(self, **key):
        return boto3.client(
            "apigatewaymanagementapi",
            region_name="us-east-1",
            endpoint_url=self.server.stage(self.id, "dev", ""),
            aws_access_key_id=key.get("key", "test"),
            aws_secret_access_key=key.get("secret", "test"),
            config=Config(retries={"max_attempts": 0}),
        )


def echo(event):
    context = event["requestContext"]
    return {"statusCode": 200, "body": f"{context['routeKey']} {event.get('body')}"}


def named(calls, name):
    return [event for called, _, event in calls if called == name]


def test_messages_take_their_routes_and_the_end_is_told(gateway, functions, name):
    functions.on.update({"connect": lambda _: {"statusCode": 200}, "echo": echo, "bye": lambda _: None})
    api = Sockets(gateway, name)
    api.route("$connect", "connect", two_way=False)
    api.route("$disconnect", "bye", two_way=False)
    api.route("join", "echo")
    api.route("broken", "none")
    api.route("$default", "echo")
    api.deploy()
    with api.connect("?token=t1", user_agent_header="tester") as client:
        client.send('{"action":"join"}')
        assert client.recv(30) == 'join {"action":"join"}'
        client.send("anything")
        assert client.recv(30) == "$default anything"
        client.send('{"action":"broken"}')
        told = json.loads(client.recv(30))
        assert told["message"] == "Internal server error"
        connection = told["connectionId"]
    first = named(functions.calls, "connect")[0]
    assert first["queryStringParameters"] == {"token": "t1"}
    assert first["requestContext"]["eventType"] == "CONNECT"
    assert first["requestContext"]["connectionId"] == connection
    assert first["requestContext"]["identity"]["userAgent"] == "tester"
    with functions.called:
        assert functions.called.wait_for(lambda: named(functions.calls, "bye"), 30)
    last = named(functions.calls, "bye")[0]["requestContext"]
    assert last["eventType"] == "DISCONNECT" and last["connectionId"] == connection


def test_an_authorizer_opens_the_door(gateway, functions, name):
    functions.on["echo"] = lambda event: {
        "statusCode": 200,
        "body": json.dumps(event["requestContext"].get("authorizer")),
    }

    def judge(event):
        token = event["queryStringParameters"]["token"]
        if token == "unknown":
            raise RuntimeError("Unauthorized")
        statement = {
            "Effect": "Allow" if token == "good" else "Deny",
            "Action": "execute-api:Invoke",
            "Resource": event["methodArn"],
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        return {"principalId": "ann", "policyDocument": policy, "context": {"level": 3}}

    functions.on["judge"] = judge
    api = Sockets(gateway, name)
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:judge"
    authorizer = api.client.create_authorizer(
        ApiId=api.id,
        Name="judge",
        AuthorizerType="REQUEST",
        AuthorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
        IdentitySource=["route.request.querystring.token"],
    )["AuthorizerId"]
    api.route("$connect", "echo", two_way=False, AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    api.route("$default", "echo")
    api.deploy()
    with api.connect("?token=good") as client:
        client.send("who am I?")
        told = json.loads(client.recv(30))
        assert told["principalId"] == "ann" and told["level"] == 3
    for query, status in [("?token=bad", 403), ("?token=unknown", 401), ("", 401)]:
        with pytest.raises(InvalidStatus) as caught:
            api.connect(query)
        assert caught.value.response.status_code == status, query


def test_connect_can_refuse(gateway, functions, name):
    functions.on["no"] = lambda _: {"statusCode": 403, "body": "no"}
    api = Sockets(gateway, name)
    api.route("$connect", "no", two_way=False)
    api.deploy()
    with pytest.raises(InvalidStatus) as caught:
        api.connect()
    assert caught.value.response.status_code == 403
    plain = requests.get(gateway.stage(api.id, "dev", ""), timeout=30)
    assert plain.status_code == 426
    nowhere = requests.get(gateway.stage(api.id, "none", ""), timeout=30)
    assert (nowhere.status_code, nowhere.json()) == (403, {"message": "Forbidden"})


def test_backends_write_to_clients(gateway, functions, name):
    functions.on["id"] = lambda event: {"statusCode": 200, "body": event["requestContext"]["connectionId"]}
    api = Sockets(gateway, name)
    api.route("$default", "id")
    api.deploy()
    management = api.management()
    with api.connect() as client:
        client.send("x")
        connection = client.recv(30)
        management.post_to_connection(ConnectionId=connection, Data=b"from behind")
        assert client.recv(30) == "from behind"
        shown = management.get_connection(ConnectionId=connection)
        assert shown["Identity"]["SourceIp"] == "127.0.0.1"
        assert shown["LastActiveAt"] >= shown["ConnectedAt"]
        with refused("PayloadTooLargeException", status=413):
            management.post_to_connection(ConnectionId=connection, Data=b"x" * (128 * 1024 + 1))
        with refused("BadRequestException", "Invalid connectionId: nonsense"):
            management.get_connection(ConnectionId="nonsense")
        management.delete_connection(ConnectionId=connection)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(30)
        assert closed.value.rcvd.code == 1000
    with refused("GoneException", status=410):
        management.post_to_connection(ConnectionId=connection, Data=b"too late")


def test_policies_say_who_may_write_to_clients(gateway, functions, name):
    functions.on["id"] = lambda event: {"statusCode": 200, "body": event["requestContext"]["connectionId"]}
    api = Sockets(gateway, name)
    api.route("$default", "id")
    api.deploy()
    iam = gateway.client("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    theirs = api.management(key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    with api.connect() as client:
        client.send("x")
        connection = client.recv(30)
        with refused("ForbiddenException", status=403):
            theirs.post_to_connection(ConnectionId=connection, Data=b"x")
        allow = {
            "Effect": "Allow",
            "Action": "execute-api:ManageConnections",
            "Resource": f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{api.id}/dev/POST/@connections/*",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.put_user_policy(UserName=name, PolicyName="write", PolicyDocument=document)
        theirs.post_to_connection(ConnectionId=connection, Data=b"allowed")
        assert client.recv(30) == "allowed"
        with refused("ForbiddenException", status=403):
            theirs.delete_connection(ConnectionId=connection)


def test_two_hours_are_a_connections_life(gateway, functions, name):
    functions.on["echo"] = echo
    api = Sockets(gateway, name)
    api.route("$default", "echo")
    api.deploy()
    with api.connect() as client:
        client.send("x")
        client.recv(30)
        gateway.advance(7_200)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(30)
        assert closed.value.rcvd.code == 1001


def test_messages_that_are_too_large_end_the_connection(gateway, functions, name):
    functions.on["echo"] = lambda event: {"statusCode": 200, "body": str(len(event["body"]))}
    api = Sockets(gateway, name)
    api.route("$default", "echo")
    api.deploy()
    with api.connect() as client:
        client.send("x" * 32_000)
        assert client.recv(30) == "32000"
        # In pieces of 30 KB each, as a message may come.
        client.send(["x" * 30_000] * 4)
        assert client.recv(30) == "120000"
        client.send(["x" * 30_000] * 5)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(30)
        assert closed.value.rcvd.code == 1009
