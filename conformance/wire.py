"""HTTP as bytes, for what no client library sends."""

import json
import select
import socket
from datetime import datetime, timezone

import requests

TARGET = "AWSCognitoIdentityProviderService."


def headers(operation, signed=False):
    """Those of an awsJson call; in local mode the signature of an unknown key is not looked at."""
    found = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGET + operation}
    if signed:
        now = datetime.now(timezone.utc)
        found["X-Amz-Date"] = f"{now:%Y%m%dT%H%M%SZ}"
        found["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential=test/{now:%Y%m%d}/us-east-1/cognito-idp/aws4_request, "
            f"SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={'0' * 64}"
        )
    return found


def call(server, operation, body, signed=False, **more):
    """An awsJson call with any body."""
    body = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return requests.post(server.url + "/", data=body, headers={**headers(operation, signed), **more}, timeout=30)


def error(response):
    """Code and message, which headers and body must agree on."""
    body = response.json()
    assert response.headers["x-amzn-ErrorType"].rstrip(":") == body["__type"], response.headers
    return body["__type"], body["message"]


def exchange(server, *chunks, keep=65536):
    """Sends bytes as they are until an answer comes; answers its first part."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=40) as connection:
        try:
            for chunk in chunks:
                if select.select([connection], [], [], 0)[0]:
                    break
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        try:
            while len(answer) < keep and b"\r\n\r\n" not in answer:
                received = connection.recv(keep)
                if not received:
                    break
                answer += received
        except ConnectionResetError:
            pass
        return answer


def status(answer):
    """The status of an answer of `exchange`."""
    return int(answer.split(b" ", 2)[1])
