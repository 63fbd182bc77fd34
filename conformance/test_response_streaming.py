"""Answers that flow: of backends and functions behind REST APIs, of functions by Lambda's own operation and by their
addresses. The other end is held back by events, never by time: what a client has seen was sent before the rest was."""

import json
import socket
import threading

import pytest
import requests
from botocore.exceptions import ClientError

from hosted import Hosted, arn
from rest_api import Api
from running import ACCOUNT, REGION

WAIT = 30


class Held:
    """A backend that sends head and `first`, and `rest` once released. Each request is a connection of its own."""

    def __init__(self, first=b"first ", rest=b"last", head=b"x-from: backend\r\n"):
        self.first, self.rest, self.head = first, rest, head
        self.released, self.left, self.cut = threading.Event(), threading.Event(), False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection):
        with connection:
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n" + self.head + b"\r\n")
            try:
                self._chunk(connection, self.first)
                connection.settimeout(0.05)
                while not self.released.is_set():
                    try:
                        if not connection.recv(1):
                            return self.left.set()
                    except TimeoutError:
                        pass
                connection.settimeout(WAIT)
                if self.cut:
                    return
                self._chunk(connection, self.rest)
                connection.sendall(b"0\r\n\r\n")
            except (BrokenPipeError, ConnectionResetError):
                self.left.set()

    @staticmethod
    def _chunk(connection, data):
        if data:
            connection.sendall(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def stop(self):
        self.released.set()
        self.listener.close()


@pytest.fixture
def held():
    made = []

    def make(**settings):
        made.append(Held(**settings))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def streamed(server, name, uri, **settings):
    """A deployed API whose root hands its requests to a backend, whose answers flow."""
    api = Api(server, name)
    api.proxy(api.root, uri, responseTransferMode="STREAM", timeoutInMillis=60_000, **settings)
    api.deploy()
    return api


def logged(api, name, names):
    """Has the stage write an access log of these variables; answers how to read it."""
    form = "{" + ",".join(f'"{name}":"$context.{name}"' for name in ["requestId", *names]) + "}"
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
    patch = [
        {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": group},
        {"op": "replace", "path": "/accessLogSettings/format", "value": form},
    ]
    api.client.update_account(
        patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": f"arn:aws:iam::{ACCOUNT}:role/logs"}]
    )
    api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=patch)

    def lines():
        events = requests.get(api.server.url + "/_portcullis/logs", params={"group": name}, timeout=10).json()
        return [json.loads(event["message"]) for event in events]

    return lines


class TestBackends:
    def test_a_client_sees_the_first_bytes_before_the_last_are_sent(self, server, name, held):
        backend = held()
        api = streamed(server, name, backend.url)
        log = logged(
            api, name, ["status", "responseLength", "integration.responseTransferMode", "integration.timeToAllHeaders",
                        "integration.timeToFirstContent", "integration.latency"],
        )
        with api.call(stream=True) as answer:
            assert (answer.status_code, answer.headers["x-from"]) == (200, "backend")
            assert answer.headers["transfer-encoding"] == "chunked"
            pieces = answer.iter_content(None)
            assert next(pieces) == b"first "
            backend.released.set()
            assert b"".join(pieces) == b"last"
        line = log()[0]
        assert (line["status"], line["responseLength"]) == ("200", "10")
        assert line["integration.responseTransferMode"] == "STREAMED"
        times = [int(line[f"integration.{part}"]) for part in ("timeToAllHeaders", "timeToFirstContent", "latency")]
        assert times == sorted(times)

    def test_a_buffered_answer_says_so_in_the_log(self, server, name, held):
        backend = held()
        backend.released.set()
        api = Api(server, name)
        api.proxy(api.root, backend.url)
        api.deploy()
        log = logged(api, name, ["integration.responseTransferMode", "integration.timeToAllHeaders"])
        assert api.call().text == "first last"
        line = log()[0]
        assert (line["integration.responseTransferMode"], line["integration.timeToAllHeaders"]) == ("BUFFERED", "-")

    def test_a_backend_that_breaks_off_breaks_the_connection(self, server, name, held):
        backend = held()
        backend.cut = True
        api = streamed(server, name, backend.url)
        log = logged(api, name, ["status", "integration.error"])
        with api.call(stream=True) as answer:
            pieces = answer.iter_content(None)
            assert next(pieces) == b"first "
            backend.released.set()
            with pytest.raises(requests.exceptions.ChunkedEncodingError):
                list(pieces)
        line = log()[0]
        assert line["status"] == "200" and line["integration.error"] != "-"

    def test_a_client_that_leaves_closes_the_backends_connection(self, server, name, held):
        backend = held()
        api = streamed(server, name, backend.url)
        log = logged(api, name, ["integration.error"])
        with api.call(stream=True) as answer:
            assert next(answer.iter_content(None)) == b"first "
        assert backend.left.wait(WAIT)
        assert "caller left" in log()[0]["integration.error"]

    def test_more_than_ten_megabytes_flow_and_compression_is_left_alone(self, server, name, held):
        backend = held(first=b"x" * (10 << 20), rest=b"y" * (1 << 20))
        backend.released.set()
        api = Api(server, name, minimumCompressionSize=0)
        api.proxy(api.root, backend.url, responseTransferMode="STREAM")
        api.deploy()
        answer = api.call()
        assert "content-encoding" not in answer.headers
        assert answer.content == b"x" * (10 << 20) + b"y" * (1 << 20)

    def test_a_backend_without_a_head_in_time_is_a_gateway_response(self, server, name):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            api = Api(server, name)
            uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
            api.proxy(api.root, uri, responseTransferMode="STREAM", timeoutInMillis=50)
            api.deploy()
            answer = api.call()
        assert (answer.status_code, answer.json()) == (504, {"message": "Endpoint request timed out"})

    def test_a_stream_beyond_the_integrations_time_is_broken_off(self, server, name, held):
        api = Api(server, name)
        api.proxy(api.root, held().url, responseTransferMode="STREAM", timeoutInMillis=300)
        api.deploy()
        with api.call(stream=True) as answer:
            pieces = answer.iter_content(None)
            assert next(pieces) == b"first "
            with pytest.raises(requests.exceptions.ChunkedEncodingError):
                list(pieces)

    def test_nothing_of_a_stream_is_kept_in_the_stages_cache(self, server, name, held):
        backend = held()
        backend.released.set()
        api = streamed(server, name, backend.url)
        patch = [
            {"op": "replace", "path": "/cacheClusterEnabled", "value": "true"},
            {"op": "replace", "path": "/cacheClusterSize", "value": "0.5"},
            {"op": "replace", "path": "/*/*/caching/enabled", "value": "true"},
        ]
        api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=patch)
        assert api.call().text == "first last"
        backend.rest = b"another"
        assert api.call().text == "first another"

    def test_a_test_holds_the_answer(self, server, name, held):
        backend = held()
        backend.released.set()
        api = streamed(server, name, backend.url)
        tried = api.client.test_invoke_method(restApiId=api.id, resourceId=api.root, httpMethod="GET")
        assert (tried["status"], tried["body"], tried.get("log", "")) == (200, "first last", "")


# A handler that waits for an address to answer before it goes on.
STREAMING = """
import http from 'node:http';
const gate = (url) => new Promise((go) => http.get(url, (answer) => answer.resume().on('end', go)));
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const wanted = event.headers?.gate ?? event.gate;
  const mode = event.headers?.mode ?? event.mode;
  if (mode === 'early') throw new TypeError('before the first byte');
  if (mode !== 'plain') stream = awslambda.HttpResponseStream.from(stream, {
    statusCode: 201, headers: { 'content-type': 'text/plain', 'x-one': 'a' },
    multiValueHeaders: { 'x-many': ['b', 'c'] }, cookies: ['k=v'],
  });
  stream.write('first ');
  if (wanted) await gate(wanted);
  if (mode === 'late') throw new TypeError('amid the stream');
  if (mode === 'exit') process.exit(7);
  stream.write('last');
  stream.end();
});
"""
WHOLE = "export const handler = async (event) => ({ statusCode: 200, body: 'whole' });"


class Gate(Held):
    """Answers nothing until it is released."""

    def __init__(self):
        super().__init__(first=b"", rest=b"open")


@pytest.fixture
def gate():
    one = Gate()
    yield one
    one.stop()


@pytest.fixture
def hosted(server, name):
    return Hosted(server, name)


@pytest.fixture
def function(hosted):
    return hosted.node("flow", STREAMING, Timeout=60)


def events(answer):
    """The messages of an event stream, one by one."""
    return iter(answer["EventStream"])


def behind_api(server, hosted, function):
    api = Api(server, hosted.name)
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2021-11-15/functions/{arn(function)}/response-streaming-invocations"
    hosted.permit(function, "apigateway.amazonaws.com", f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/*")
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    api.client.put_method(**where, authorizationType="NONE")
    api.client.put_integration(
        **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, responseTransferMode="STREAM"
    )
    api.deploy()
    return api


class TestFunctions:
    def test_pieces_come_as_they_are_written(self, hosted, function, gate):
        payload = json.dumps({"gate": gate.url, "mode": "plain"})
        answer = hosted.client.invoke_with_response_stream(FunctionName=function, Payload=payload, LogType="Tail")
        assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
        assert answer["ResponseStreamContentType"] == "application/vnd.amazon.eventstream"
        pieces = events(answer)
        assert next(pieces)["PayloadChunk"]["Payload"] == b"first "
        gate.released.set()
        *more, end = pieces
        assert b"".join(piece["PayloadChunk"]["Payload"] for piece in more) == b"last"
        assert "ErrorCode" not in end["InvokeComplete"] and end["InvokeComplete"]["LogResult"]

    @pytest.mark.parametrize("mode, code, said", [
        ("early", "TypeError", "before the first byte"),
        ("late", "TypeError", "amid the stream"),
        ("exit", "Runtime.ExitError", "exit status 7"),
    ])
    def test_a_failure_is_told_in_the_last_message(self, hosted, function, mode, code, said):
        answer = hosted.client.invoke_with_response_stream(FunctionName=function, Payload=json.dumps({"mode": mode}))
        *_, end = events(answer)
        assert end["InvokeComplete"]["ErrorCode"] == code
        assert said in json.loads(end["InvokeComplete"]["ErrorDetails"])["errorMessage"]
        answer = hosted.client.invoke_with_response_stream(FunctionName=function, Payload='{"mode": "plain"}')
        assert b"".join(e["PayloadChunk"]["Payload"] for e in events(answer) if "PayloadChunk" in e) == b"first last"

    def test_whole_and_streamed_answers_can_be_asked_for_either_way(self, hosted, function):
        whole = hosted.node("whole", WHOLE)
        one, end = events(hosted.client.invoke_with_response_stream(FunctionName=whole))
        assert json.loads(one["PayloadChunk"]["Payload"])["body"] == "whole" and "InvokeComplete" in end
        answer = hosted.client.invoke(FunctionName=function, Payload='{"mode": "plain"}')
        assert answer["Payload"].read() == b"first last"

    def test_a_dry_run_calls_nothing_and_refusals_are_errors(self, hosted, function):
        answer = hosted.client.invoke_with_response_stream(FunctionName=function, InvocationType="DryRun")
        assert answer["StatusCode"] == 204
        with pytest.raises(ClientError) as refused:
            hosted.client.invoke_with_response_stream(FunctionName=function + "-gone")
        assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
        with pytest.raises(ClientError) as refused:
            hosted.client.invoke_with_response_stream(FunctionName=function, Payload="{")
        assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"

    def test_a_function_streams_behind_an_api(self, server, hosted, function, gate):
        api = behind_api(server, hosted, function)
        with api.call(headers={"gate": gate.url}, stream=True) as answer:
            assert (answer.status_code, answer.headers["content-type"]) == (201, "text/plain")
            assert (answer.headers["x-one"], answer.headers["x-many"]) == ("a", "b, c")
            assert answer.cookies["k"] == "v"
            pieces = answer.iter_content(None)
            assert next(pieces) == b"first "
            gate.released.set()
            assert b"".join(pieces) == b"last"

    def test_a_function_that_fails_behind_an_api_is_a_502_or_a_broken_stream(self, server, hosted, function):
        api = behind_api(server, hosted, function)
        early = api.call(headers={"mode": "early"})
        assert (early.status_code, early.json()) == (502, {"message": "Internal server error"})
        assert api.call(headers={"mode": "plain"}).status_code == 502
        with api.call(headers={"mode": "late"}, stream=True) as late:
            assert late.status_code == 201
            with pytest.raises(requests.exceptions.ChunkedEncodingError):
                list(late.iter_content(None))

    def test_an_address_streams_where_it_is_told_to(self, hosted, function, gate):
        made = hosted.client.create_function_url_config(
            FunctionName=function, AuthType="NONE", InvokeMode="RESPONSE_STREAM"
        )
        hosted.client.add_permission(
            FunctionName=function, StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*",
            FunctionUrlAuthType="NONE",
        )
        address = f"{hosted.server.url}/_aws/lambda-url/{made['FunctionUrl'].split('//')[1].split('.')[0]}/"
        with requests.get(address, headers={"gate": gate.url}, stream=True, timeout=WAIT) as answer:
            assert (answer.status_code, answer.headers["x-one"], answer.cookies["k"]) == (201, "a", "v")
            pieces = answer.iter_content(None)
            assert next(pieces) == b"first "
            gate.released.set()
            assert b"".join(pieces) == b"last"
        plain = requests.get(address, headers={"mode": "plain"}, timeout=WAIT)
        assert (plain.status_code, plain.text) == (200, "first last")
        assert plain.headers["content-type"] == "application/octet-stream"
        assert requests.get(address, headers={"mode": "early"}, timeout=WAIT).status_code == 502


class TestDefinitions:
    def test_the_mode_is_shown_changed_exported_and_imported(self, server, name):
        api = streamed(server, name, "http://127.0.0.1:1")
        where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
        assert api.client.get_integration(**where)["responseTransferMode"] == "STREAM"
        exported = api.client.get_export(
            restApiId=api.id, stageName="test", exportType="oas30", parameters={"extensions": "integrations"}
        )["body"].read()
        document = json.loads(exported)
        integration = document["paths"]["/"]["get"]["x-amazon-apigateway-integration"]
        assert (integration["responseTransferMode"], integration["timeoutInMillis"]) == ("STREAM", 60_000)
        made = api.client.import_rest_api(body=exported)
        root = api.client.get_resources(restApiId=made["id"])["items"][0]["id"]
        again = {**where, "restApiId": made["id"], "resourceId": root}
        assert api.client.get_integration(**again)["responseTransferMode"] == "STREAM"
        patch = [{"op": "replace", "path": "/responseTransferMode", "value": "BUFFERED"}]
        assert api.client.update_integration(**where, patchOperations=patch)["responseTransferMode"] == "BUFFERED"

    @pytest.mark.parametrize("settings, said", [
        ({"type": "HTTP", "uri": "http://127.0.0.1:1"}, "only supported for HTTP_PROXY and AWS_PROXY"),
        ({"type": "MOCK"}, "only supported for HTTP_PROXY and AWS_PROXY"),
        ({"type": "HTTP_PROXY", "uri": "http://127.0.0.1:1", "timeoutInMillis": 900_001}, "between 50 ms and 900000 ms"),
        ({"type": "AWS_PROXY", "uri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn('f')}/invocations"},
         "requires a URI"),
    ])
    def test_what_cannot_flow_is_refused(self, server, name, settings, said):
        api = Api(server, name)
        where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
        api.client.put_method(**where, authorizationType="NONE")
        with pytest.raises(ClientError) as refused:
            api.client.put_integration(**where, integrationHttpMethod="POST", responseTransferMode="STREAM", **settings)
        assert said in refused.value.response["Error"]["Message"]
