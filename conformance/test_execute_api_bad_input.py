"""What callers and backends may send to a deployed API and must cost little: each with its own answer, and the next call
is served."""

import json
import socket
import threading
import time

import pytest
import requests
from botocore.exceptions import ClientError

import wire
from rest_api import Api

INTERNAL = {"message": "Internal server error"}
MEGABYTE = 1024 * 1024


@pytest.fixture
def api(server, name):
    return Api(server, name)


class Raw:
    """A backend that says these bytes to each connection, and then closes it, resets it or keeps it open."""

    def __init__(self, said, end="close"):
        self.said, self.end, self.kept = said, end, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.recv(65536)
            try:
                connection.sendall(self.said)
            except OSError:
                continue
            if self.end == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                connection.close()
            elif self.end == "close":
                connection.close()
            else:
                self.kept.append(connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.kept:
            connection.close()


BROKEN = {
    "nothing": (b"", "close"),
    "reset": (b"", "reset"),
    "reset within": (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "reset"),
    "short body": (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "close"),
    "bad status line": (b"HTTP/1.1 abc OK\r\n\r\n", "close"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.7\r\n", "close"),
    "endless headers": (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000, "close"),
    "endless header": (b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * MEGABYTE, "close"),
    "bad chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", "close"),
    "two lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "close"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_backend_is_a_gateway_error(api, kind):
    said, end = BROKEN[kind]
    with Raw(said, end) as backend:
        api.proxy(api.root, backend.url)
        api.deploy()
        for _ in range(2):
            answer = api.call()
            assert (answer.status_code, answer.json()) == (504, {"message": "Network error communicating with endpoint"})
            assert answer.headers["x-amzn-ErrorType"] == "InternalServerErrorException"
    assert requests.get(api.server.url + "/_portcullis/health", timeout=10).status_code == 200


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"HTTP/1.1 200 OK\r\nX-A"])
def test_a_backend_that_stops_talking_is_waited_for_as_long_as_was_said(api, said):
    with Raw(said, "keep") as backend:
        api.proxy(api.root, backend.url, timeoutInMillis=100)
        api.deploy()
        answer = api.call()
        assert (answer.status_code, answer.json()) == (504, {"message": "Endpoint request timed out"})
        assert answer.headers["x-amzn-ErrorType"] == "InternalServerErrorException"


def test_a_backends_answer_over_ten_megabytes_is_none(api):
    with Raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (11 * MEGABYTE)) as backend:
        api.proxy(api.root, backend.url)
        api.deploy()
        answer = api.call()
        assert answer.status_code in (500, 502) and answer.json() == INTERNAL, (answer.status_code, answer.text)


TEMPLATES = {
    "loops": "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])$a#end#end#end",
    "swells": "#set($s='xxxxxxxxxxxxxxxx')#foreach($i in [1..1000])#set($s=\"$s$s\")#end$s",
    "swelling list": "#set($l=[1])#foreach($i in [1..1000])#set($l=[$l,$l])#end$l",
    "recursion": "#macro(a)#a()#end#a()",
    "deep path": "$input.path('$" + "..*" * 40 + "')",
}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_that_loops_or_swells_is_ended(api, kind):
    try:
        api.mock(api.root, "POST", template=TEMPLATES[kind])
        api.deploy()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "BadRequestException"
        return
    begun = time.monotonic()
    answer = api.call(method="POST", json={"a": [[[[1, 2]]]] * 20})
    assert time.monotonic() - begun < 10
    assert answer.status_code in (200, 500) and len(answer.content) <= 10 * MEGABYTE


BOMBS = {
    "deep lists": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "unclosed": b"[" * MEGABYTE,
    "many members": b"{" + b",".join(b'"%d":%d' % (n, n) for n in range(300_000)) + b"}",
    "a long number": b"1" * MEGABYTE,
    "a great exponent": b'{"a":1e999999999}',
    "half a surrogate": b'{"a":"\\ud800"}',
    "no text": b'{"a":"\xff\xfe"}',
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_json_bomb_costs_little(api, kind):
    model = api.client.create_model(
        restApiId=api.id, name="Thing", contentType="application/json", schema='{"type":"object","properties":{"a":{"type":"string"}}}'
    )
    validator = api.client.create_request_validator(restApiId=api.id, name="body", validateRequestBody=True)
    checked, rendered = api.resource("checked"), api.resource("rendered")
    api.mock(checked, "POST", requestModels={"application/json": model["name"]}, requestValidatorId=validator["id"])
    api.mock(rendered, "POST")
    reads = "#set($a = $input.path('$.a'))#set($b = $input.json('$.b')){\"statusCode\": 200}"
    api.client.update_integration(
        restApiId=api.id,
        resourceId=rendered,
        httpMethod="POST",
        patchOperations=[{"op": "replace", "path": "/requestTemplates/application~1json", "value": reads}],
    )
    api.deploy()
    headers = {"Content-Type": "application/json"}
    for path in ["/checked", "/rendered"]:
        begun = time.monotonic()
        answer = api.call(path, method="POST", data=BOMBS[kind], headers=headers)
        assert time.monotonic() - begun < 10, path
        assert answer.status_code in (200, 400), (path, answer.status_code, answer.text)
    assert api.call("/rendered", method="POST", json={"a": "ok"}).status_code == 200


def test_patterns_are_linear_or_refused(api, server):
    where = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    with Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as backend:
        api.method(api.root)
        api.client.put_integration(**where, type="HTTP", integrationHttpMethod="GET", uri=backend.url)
        api.client.put_method_response(**where, statusCode="200")
        for pattern in [r"(a)\1", "(?=a)b", "(?<!a)b", "(" * 5000]:
            with pytest.raises(ClientError) as refused:
                api.client.put_integration_response(**where, statusCode="200", selectionPattern=pattern)
                api.deploy()
            assert refused.value.response["Error"]["Code"] == "BadRequestException", pattern
        uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"
        made = {"restApiId": api.id, "name": "a", "type": "TOKEN", "authorizerUri": uri, "identitySource": "method.request.header.Auth"}
        with pytest.raises(ClientError):
            api.client.create_authorizer(**made, identityValidationExpression="(?=a)b")
        guard = api.client.create_authorizer(**made, identityValidationExpression="(a+)+b")["id"]
        api.client.update_method(
            **where,
            patchOperations=[
                {"op": "replace", "path": "/authorizationType", "value": "CUSTOM"},
                {"op": "replace", "path": "/authorizerId", "value": guard},
            ],
        )
        api.client.put_integration_response(**where, statusCode="200", selectionPattern="(2+)+0+0")
        api.deploy()
        begun = time.monotonic()
        assert api.call(headers={"Auth": "a" * 8000}).status_code == 401
        assert time.monotonic() - begun < 5


def test_models_refer_to_one_another_as_deep_as_they_like(api):
    names = [f"M{n}" for n in range(40)]
    reference = "https://apigateway.amazonaws.com/restapis/%s/models/%s"
    for name, below in zip(names, [None, *names]):
        schema = {"type": "object"} if below is None else {"properties": {"a": {"$ref": reference % (api.id, below)}}}
        api.client.create_model(restApiId=api.id, name=name, contentType="application/json", schema=json.dumps(schema))
    itself = {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"type": "array", "items": {"$ref": "#"}}}}
    api.client.create_model(restApiId=api.id, name="Itself", contentType="application/json", schema=json.dumps(itself))
    validator = api.client.create_request_validator(restApiId=api.id, name="body", validateRequestBody=True)["id"]
    for path, model in [("chain", names[-1]), ("itself", "Itself")]:
        resource = api.resource(path)
        api.mock(resource, "POST", requestModels={"application/json": model}, requestValidatorId=validator)
    api.deploy()

    def nested(depth, inner):
        return json.loads('{"a":' * depth + inner + "}" * depth)

    assert api.call("/chain", method="POST", json=nested(39, "{}")).status_code == 200
    assert api.call("/chain", method="POST", json=nested(39, "1")).status_code == 400
    assert api.call("/itself", method="POST", json=nested(100, "{}")).status_code == 200
    assert api.call("/itself", method="POST", json=nested(100, "1")).status_code == 400
    wide = {"b": [{"b": [{}] * 500}] * 200}
    begun = time.monotonic()
    assert api.call("/itself", method="POST", json=wide).status_code in (200, 400)
    assert time.monotonic() - begun < 10


def test_headers_over_their_bound_are_refused(api):
    api.mock(api.root)
    api.deploy()
    assert api.call(headers={"X-A": "a" * 9000}).status_code == 200
    for headers in [{"X-A": "a" * 11_000}, {f"X-{n}": "a" * 200 for n in range(60)}]:
        answer = api.call(headers=headers)
        assert answer.status_code == 431, answer.text
    assert api.call("/?q=" + "a" * 11_000).status_code == 414


HEAD = "Host: {api}.execute-api.us-east-1.localhost\r\nConnection: close\r\n"
FRAMINGS = [
    ("POST /test/ HTTP/1.1", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("POST /test/ HTTP/1.1", "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
    ("POST /test/ HTTP/1.1", "Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ("POST /test/ HTTP/1.1", "Transfer-Encoding: chunked\r\n\r\n5\r\nab\r\n0\r\n\r\n"),
    ("GET /test/ HTTP/1.1", "Host: other.example.com\r\n\r\n"),
    ("GET /test/\0 HTTP/1.1", "\r\n"),
    ("GET /test/ HTTP/1.1", "X-A: a\0b\r\n\r\n"),
    ("GET /test/%00 HTTP/1.1", "\r\n"),
    ("GET /test/%2e%2e/%2e%2e/etc HTTP/1.1", "\r\n"),
    ("GET /test/..%2f..%2fetc HTTP/1.1", "\r\n"),
]


@pytest.mark.parametrize("line, rest", FRAMINGS, ids=lambda part: repr(part[:30]))
def test_no_odd_framing_or_target_reaches_a_method(api, line, rest):
    api.mock(api.root, "ANY")
    api.deploy()
    answer = wire.exchange(api.server, (line + "\r\n" + HEAD.format(api=api.id) + rest).encode("latin-1"))
    assert not answer or 400 <= wire.status(answer) < 500, answer
    assert api.call().status_code == 200


def test_old_absolute_and_encoded_requests_are_served_as_what_they_are(api):
    api.mock(api.resource("{name}"), template="[$input.params('name')|$context.protocol]")
    api.deploy()
    host = f"{api.id}.execute-api.us-east-1.localhost"
    for line, expected in [
        ("GET /test/a HTTP/1.0", b"[a|HTTP/1.0]"),
        (f"GET http://{host}/test/a HTTP/1.1", b"[a|HTTP/1.1]"),
        ("GET /test/a%2Fb HTTP/1.1", b"[a/b|HTTP/1.1]"),
        ("GET /test/%C3%A9 HTTP/1.1", "[é|HTTP/1.1]".encode()),
    ]:
        answer = read_all(api.server, f"{line}\r\n{HEAD.format(api=api.id)}\r\n".encode())
        assert answer.endswith(expected), (line, answer)


def test_pipelined_calls_are_answered_in_order_with_their_own_names(api):
    api.mock(api.resource("{name}"), template="[$input.params('name')#foreach($h in $input.params().header.keySet()) $h#end]")
    api.deploy()
    host = f"Host: {api.id}.execute-api.us-east-1.localhost\r\n"
    calls = [f"GET /test/{n} HTTP/1.1\r\n{host}X-{n}-mIxed: a\r\n" for n in range(3)]
    answer = read_all(api.server, "\r\n".join([*calls, ""]).replace("X-2-mIxed", "Connection: close\r\nX-2-mIxed").encode())
    assert answer.count(b"HTTP/1.1 200") == 3, answer
    for n in range(3):
        assert f"[{n} ".encode() in answer
        assert f" X-{n}-mIxed".encode() in answer


def read_all(server, data):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(data)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def test_header_names_are_shown_as_they_were_sent(api):
    api.mock(api.root, template="#foreach($h in $input.params().header.keySet())$h #end")
    api.deploy()
    host = f"{api.id}.execute-api.us-east-1.localhost"
    call = f"GET /test/ HTTP/1.1\r\nhost: {host}\r\nx-lower: a\r\nX-CamelCase: b\r\nACCEPT: c\r\nauth-Token: d\r\n"
    answer = read_all(api.server, (call + "\r\n" + call.replace("x-lower", "X-LOWER") + "Connection: close\r\n\r\n").encode())
    shown = {"ACCEPT", "Host", "X-Amzn-Trace-Id", "X-CamelCase", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "auth-Token"}
    bodies = [set(part.split(b"\r\n\r\n", 1)[1].decode().split()) for part in answer.split(b"HTTP/1.1 200 OK")[1:]]
    # Sent at once, and one after another.
    assert bodies == [shown | {"x-lower"}, shown | {"X-LOWER"}]
    with socket.create_connection(("127.0.0.1", api.server.port), timeout=20) as connection:
        for lower in ["x-lower", "X-LOWER"]:
            connection.sendall((call.replace("x-lower", lower) + "\r\n").encode())
            answer = b""
            while not answer.endswith(b" "):
                answer += connection.recv(65536)
            assert set(answer.split(b"\r\n\r\n", 1)[1].decode().split()) == shown | {lower}
