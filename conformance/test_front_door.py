"""The front door: who may come in, what is refused, and what a server tells about itself."""

import json

import pytest
import requests

import wire
from refusal import refused
from running import Server
from user_pool import PASSWORD

ROOT_KEY = {"key": "AKIAROOTKEY", "secret": "its-secret"}
ROOT_ENV = {
    "PORTCULLIS_ROOT_ACCESS_KEY_ID": ROOT_KEY["key"],
    "PORTCULLIS_ROOT_SECRET_ACCESS_KEY": ROOT_KEY["secret"],
}
MEGABYTE = 1024 * 1024


class TestLocalMode:
    def test_a_call_without_signature_is_told_so(self, server):
        answer = wire.call(server, "ListUserPools", {"MaxResults": 1})
        assert answer.status_code == 400
        assert wire.error(answer) == ("MissingAuthenticationTokenException", "Request is missing Authentication Token")
        rest = requests.get(server.url + "/restapis", timeout=10)
        assert (rest.status_code, rest.headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")

    def test_any_key_is_root(self, server):
        for key in ("test", "AKIAIOSFODNN7EXAMPLE"):
            server.client("cognito-idp", key=key, secret="whatever").list_user_pools(MaxResults=1)

    def test_user_operations_need_no_signature(self, server, pool):
        pool.user("ann")
        body = {
            "ClientId": pool.app,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD},
        }
        answer = wire.call(server, "InitiateAuth", body, Origin="https://app.example.com")
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "x-amzn-ErrorType" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["Content-Type"] == "application/x-amz-json-1.1"
        assert answer.headers["x-amzn-RequestId"]

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example"]
    )
    def test_pages_elsewhere_are_not_root(self, server, origin):
        answer = wire.call(server, "ListUserPools", {"MaxResults": 1}, signed=True, Origin=origin)
        assert (answer.status_code, wire.error(answer)[0]) == (400, "AccessDeniedException")
        clock = requests.post(
            server.url + "/_portcullis/clock", json={"advance_s": 0}, headers={"Origin": origin}, timeout=10
        )
        inbox = requests.get(server.url + "/_portcullis/messages", headers={"Origin": origin}, timeout=10)
        assert (clock.status_code, inbox.status_code) == (403, 403)

    def test_pages_on_this_machine_are(self, server):
        for origin in ("http://localhost:3000", "http://127.0.0.1:8080"):
            answer = wire.call(server, "ListUserPools", {"MaxResults": 1}, signed=True, Origin=origin)
            assert answer.status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:4566", "10.0.0.1"])
    def test_rebound_names_are_not_root(self, server, host):
        answer = wire.call(server, "ListUserPools", {"MaxResults": 1}, signed=True, Host=host)
        assert (answer.status_code, wire.error(answer)[0]) == (400, "AccessDeniedException")
        for path in ("messages", "clock"):
            page = requests.get(f"{server.url}/_portcullis/{path}", headers={"Host": host}, timeout=10)
            assert page.status_code == 403

    def test_awss_own_names_are_ours(self, server):
        host = "cognito-idp.eu-west-1.amazonaws.com"
        answer = wire.call(server, "ListUserPools", {"MaxResults": 1}, signed=True, Host=host)
        assert answer.status_code == 200

    def test_an_open_address_needs_to_be_asked_for(self, start):
        with pytest.raises(RuntimeError):
            start("serve", "--listen", "0.0.0.0")


class TestEnforcedMode:
    @pytest.fixture(scope="class")
    @staticmethod
    def enforced():
        running = Server("serve", "--enforced", env=ROOT_ENV)
        yield running
        running.stop()

    def test_a_known_key_comes_in(self, enforced):
        assert enforced.client("cognito-idp", **ROOT_KEY).list_user_pools(MaxResults=1)["UserPools"] == []
        assert enforced.client("apigateway", **ROOT_KEY).get_rest_apis()["items"] == []
        assert enforced.client("s3", **ROOT_KEY).list_buckets()["Buckets"] == []

    def test_an_unknown_key_does_not(self, enforced):
        text = "The security token included in the request is invalid."
        with refused("UnrecognizedClientException", text, 400):
            enforced.client("cognito-idp").list_user_pools(MaxResults=1)
        with refused("UnrecognizedClientException", text, 403):
            enforced.client("apigateway").get_rest_apis()
        with refused("InvalidClientTokenId", text, 403):
            enforced.client("sts").get_caller_identity()
        with refused("InvalidAccessKeyId", None, 403):
            enforced.client("s3").list_buckets()

    def test_a_bad_signature_does_not(self, enforced):
        bad = {**ROOT_KEY, "secret": "another-secret"}
        beginning = "The request signature we calculated does not match the signature you provided."
        for service, call, code in (
            ("cognito-idp", lambda client: client.list_user_pools(MaxResults=1), "InvalidSignatureException"),
            ("apigateway", lambda client: client.get_rest_apis(), "InvalidSignatureException"),
            ("s3", lambda client: client.list_buckets(), "SignatureDoesNotMatch"),
            ("sts", lambda client: client.get_caller_identity(), "SignatureDoesNotMatch"),
        ):
            client = enforced.client(service, **bad)
            with pytest.raises(client.exceptions.ClientError) as caught:
                call(client)
            error = caught.value.response["Error"]
            assert error["Code"] == code, error
            assert error["Message"].startswith(beginning)

    def test_no_signature_does_not(self, enforced):
        answer = wire.call(enforced, "ListUserPools", {"MaxResults": 1})
        assert wire.error(answer)[0] == "MissingAuthenticationTokenException"
        assert requests.get(enforced.url + "/", timeout=10).status_code == 403

    def test_inbox_and_clock_are_closed_and_health_is_open(self, enforced):
        for path in ("messages", "inbox", "clock"):
            assert requests.get(f"{enforced.url}/_portcullis/{path}", timeout=10).status_code == 403
        moved = requests.post(enforced.url + "/_portcullis/clock", json={"advance_s": 1}, timeout=10)
        assert moved.status_code == 403
        assert requests.get(enforced.url + "/_portcullis/health", timeout=10).json() == {"status": "ok"}

    def test_users_still_sign_in_without_keys(self, enforced):
        idp = enforced.client("cognito-idp", **ROOT_KEY)
        pool = idp.create_user_pool(PoolName="p")["UserPool"]["Id"]
        client = idp.create_user_pool_client(
            UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        )["UserPoolClient"]["ClientId"]
        anybody = enforced.client("cognito-idp")
        with refused("UserNotFoundException", "User does not exist."):
            anybody.initiate_auth(
                ClientId=client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
            )

    def test_it_needs_a_key_to_start(self, start):
        with pytest.raises(RuntimeError):
            start("serve", "--enforced")


class TestBadInput:
    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"",
            b"[]",
            b'"text"',
            b'{"MaxResults": 1',
            b'{"MaxResults": "many"}',
            b'{"MaxResults": {}}',
            b'{"MaxResults": 1} trailing',
            b'{"NextToken": "\xff\xfe", "MaxResults": 1}',
            b"[" * 100_000,
            b'{"a":' * 50_000,
        ],
        ids=lambda body: repr(body[:12]) + f"x{len(body)}",
    )
    def test_bodies_that_cannot_be_read(self, server, body):
        answer = wire.call(server, "ListUserPools", body, signed=True)
        assert answer.status_code == 400
        assert wire.error(answer)[0] in ("SerializationException", "InvalidParameterException")
        assert len(answer.content) < 4096

    def test_unknown_members_are_ignored(self, server):
        assert wire.call(server, "ListUserPools", {"MaxResults": 1, "Odd": [1]}, signed=True).status_code == 200

    def test_targets_that_do_not_exist(self, server):
        answer = wire.call(server, "MakeCoffee", {}, signed=True)
        assert (answer.status_code, wire.error(answer)[0]) == (400, "UnknownOperationException")
        nameless = {name: value for name, value in wire.headers("", signed=True).items() if name != "X-Amz-Target"}
        answer = requests.post(server.url, data="{}", headers=nameless, timeout=10)
        assert (answer.status_code, wire.error(answer)[0]) == (400, "UnknownOperationException")
        assert 400 <= requests.post(server.url, data="{}", timeout=10).status_code < 500

    def test_a_string_of_a_megabyte(self, server, pool):
        long = "x" * MEGABYTE
        name = wire.call(server, "SignUp", {"ClientId": pool.app, "Username": long, "Password": PASSWORD})
        assert wire.error(name) == (
            "InvalidParameterException",
            "1 validation error detected: Value at 'username' failed to satisfy constraint: "
            "Member must have length less than or equal to 128",
        )
        password = wire.call(server, "SignUp", {"ClientId": pool.app, "Username": "ann", "Password": long})
        assert wire.error(password)[0] == "InvalidParameterException"
        token = wire.call(server, "GetUser", {"AccessToken": long})
        assert token.status_code == 400
        assert all(len(answer.content) < 4096 for answer in (name, password, token))

    def test_several_faults_are_counted(self, server):
        answer = wire.call(server, "SignUp", {"ClientId": "!", "Username": ""})
        assert wire.error(answer)[1].startswith("3 validation errors detected: ")

    def test_a_body_over_the_bound(self, server):
        answer = wire.call(server, "ListUserPools", b"x" * (10 * MEGABYTE + 1), signed=True)
        assert answer.status_code == 413

    def test_a_chunked_body_over_the_bound(self, server):
        lines = [f"{name}: {value}\r\n" for name, value in wire.headers("ListUserPools", signed=True).items()]
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n{''.join(lines)}\r\n"
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        answer = wire.exchange(server, head.encode(), *[chunk] * 200)
        assert wire.status(answer) == 413

    @pytest.mark.parametrize(
        "request_bytes",
        [
            b"GARBAGE\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nX-Amz-Target: x\r\n\r\n",
            b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        ],
        ids=lambda data: data[:20].decode() + f"x{len(data)}",
    )
    def test_requests_that_are_no_http(self, server, request_bytes):
        answer = wire.exchange(server, request_bytes)
        assert not answer or 400 <= wire.status(answer) < 500
        assert requests.get(server.url + "/_portcullis/health", timeout=10).status_code == 200


def test_pages_of_any_origin_may_ask_first(server):
    asked = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "cache-control,content-type,x-amz-target,x-amz-user-agent",
    }
    answer = requests.options(server.url + "/", headers=asked, timeout=10)
    assert answer.status_code in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert set(asked["Access-Control-Request-Headers"].split(",")) <= allowed
    assert "Access-Control-Allow-Credentials" not in answer.headers


class TestOwnPages:
    def test_health(self, server):
        answer = requests.get(server.url + "/_portcullis/health", timeout=10)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def test_metrics(self, server, pool):
        pool.user("ann")
        answer = requests.get(server.url + "/_portcullis/metrics", timeout=10)
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
        assert lines
        assert all(float(line.rsplit(" ", 1)[1]) >= 0 for line in lines)
        assert "cognito-idp" in answer.text

    def test_messages(self, server, pool):
        for who in ("ann", "bob"):
            pool.idp.admin_create_user(
                UserPoolId=pool.id,
                Username=who,
                UserAttributes=[{"Name": "email", "Value": f"{who}+tag@example.com"}],
                DesiredDeliveryMediums=["EMAIL"],
            )
        newest, older = server.messages(pool=pool.id)
        assert set(newest) == {"pool", "user", "to", "channel", "subject", "body", "code", "time"}
        assert (newest["user"], older["user"]) == ("bob", "ann")
        assert server.messages(pool=pool.id, to="ann+tag@example.com") == [older]
        assert server.messages(pool=pool.id, user="bob") == [newest]
        assert server.messages(pool=pool.id, limit=1) == [newest]
        page = requests.get(server.url + "/_portcullis/inbox", timeout=10)
        assert "bob+tag@example.com" in page.text
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]

    def test_the_clock_moves_forward_only(self, start):
        server = start()
        url = server.url + "/_portcullis/clock"
        before = requests.get(url, timeout=10).json()
        assert before["advanced_s"] == 0
        assert requests.post(url, json={"advance_s": 90}, timeout=10).json()["advanced_s"] == 90
        for bad in ({"advance_s": -1}, {"advance_s": "x"}, {}, {"advance_s": 10**18}, []):
            assert requests.post(url, json=bad, timeout=10).status_code == 400
        assert requests.get(url, timeout=10).json()["advanced_s"] == 90
        server.client("cognito-idp").list_user_pools(MaxResults=1)

    def test_nothing_else_is_there(self, server):
        for path in ("/_portcullis/secret", "/_portcullis/clock/x", "/_portcullis/../etc/passwd"):
            answer = wire.exchange(server, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert wire.status(answer) in (403, 404)


def test_secrets_are_not_in_the_metrics(server, pool):
    pool.user("ann")
    token = pool.tokens("ann")["AccessToken"]
    text = requests.get(server.url + "/_portcullis/metrics", timeout=10).text
    assert json.dumps(PASSWORD) not in text and token not in text
