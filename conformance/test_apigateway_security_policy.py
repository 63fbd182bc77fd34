"""Security policies and endpoint access modes at the TLS door: which versions and suites a name admits, and that under
STRICT the names of handshake and request are one."""

import os
import ssl
import http.client
import socket

import pytest
from botocore.exceptions import ClientError

from rest_api import Api
from running import Server, free_port
from test_apigateway_mutual_tls import domain

NEWEST = "SecurityPolicy_TLS13_1_3_2025_09"
BROKEN = (ssl.SSLError, ConnectionResetError, BrokenPipeError)
SHOWN = '{"tls": "$context.tlsVersion", "suite": "$context.cipherSuite"}'


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    port, inner = free_port(), free_port()
    config = tmp_path_factory.mktemp("server") / "portcullis.toml"
    config.write_text(f'[[vpc_endpoints]]\nid = "vpce-0a1b"\nvpc = "vpc-0c2d"\nlisten = "127.0.0.1:{inner}"\n')
    running = Server("serve", "--https-port", str(port), "--config", str(config))
    running.https_port, running.inner_port = port, inner
    running.authority = os.path.join(running.data, "data", "tls", "ca.pem")
    yield running
    running.stop()


@pytest.fixture
def api(secure, name):
    api = Api(secure, name)
    api.mock(api.root, template=SHOWN)
    api.deploy("dev")
    return api


def set_policy(server, api, policy, mode):
    operations = [
        {"op": "replace", "path": "/securityPolicy", "value": policy},
        {"op": "replace", "path": "/endpointAccessMode", "value": mode},
    ]
    return server.client("apigateway").update_rest_api(restApiId=api.id, patchOperations=operations)


def call(server, sni, path, host=None, port=None, newest=None, ciphers=None):
    """Status and body of a call over TLS of a version, with suites of TLS 1.2."""
    context = ssl.create_default_context(cafile=server.authority)
    if newest:
        context.maximum_version = newest
    if ciphers:
        context.set_ciphers(ciphers)
    plain = socket.create_connection(("127.0.0.1", port or server.https_port), timeout=20)
    with context.wrap_socket(plain, server_hostname=sni) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host or sni}\r\nConnection: close\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read().decode()


V12 = ssl.TLSVersion.TLSv1_2


def test_a_default_endpoint_speaks_the_versions_of_its_policy(secure, api):
    host = f"{api.id}.execute-api.us-east-1.localhost"
    status, body = call(secure, host, "/dev/", newest=V12, ciphers="ECDHE-ECDSA-AES128-GCM-SHA256")
    assert (status, body) == (200, '{"tls": "TLSv1.2", "suite": "ECDHE-ECDSA-AES128-GCM-SHA256"}')
    shown = set_policy(secure, api, NEWEST, "BASIC")
    assert (shown["securityPolicy"], shown["endpointAccessMode"]) == (NEWEST, "BASIC")
    with pytest.raises(BROKEN):
        call(secure, host, "/dev/", newest=V12)
    status, body = call(secure, host, "/dev/")
    assert (status, '"tls": "TLSv1.3"' in body) == (200, True)
    # Another name's handshake does not get round it, nor does a connection without TLS.
    assert call(secure, "localhost", "/dev/", host=host, newest=V12)[0] == 403
    assert call(secure, "localhost", "/dev/", host=host)[0] == 200
    plain = http.client.HTTPConnection("127.0.0.1", int(secure.url.rsplit(":", 1)[1]), timeout=20)
    plain.request("GET", "/dev/", headers={"Host": host})
    assert plain.getresponse().status == 403
    set_policy(secure, api, "TLS_1_0", "")
    assert call(secure, host, "/dev/", newest=V12)[0] == 200


def test_policies_admit_their_suites_alone(secure, api):
    host = f"{api.id}.execute-api.us-east-1.localhost"
    chacha = "ECDHE-ECDSA-CHACHA20-POLY1305"
    assert call(secure, host, "/dev/", newest=V12, ciphers=chacha)[0] == 200
    set_policy(secure, api, "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09", "BASIC")
    with pytest.raises(BROKEN):
        call(secure, host, "/dev/", newest=V12, ciphers=chacha)
    assert call(secure, host, "/dev/", newest=V12, ciphers="ECDHE-ECDSA-AES256-GCM-SHA384")[0] == 200
    set_policy(secure, api, "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "BASIC")
    with pytest.raises(BROKEN):
        call(secure, host, "/dev/", newest=V12, ciphers=chacha)
    assert call(secure, host, "/dev/")[0] == 200


def test_strict_wants_the_handshakes_name_to_be_the_requests(secure, api):
    host = f"{api.id}.execute-api.us-east-1.localhost"
    set_policy(secure, api, NEWEST, "STRICT")
    assert call(secure, host, "/dev/")[0] == 200
    assert call(secure, "localhost", "/dev/", host=host) == (403, '{"message":"Forbidden"}')
    assert call(secure, host, f"/_aws/execute-api/{api.id}/dev/", host="localhost")[0] == 403
    assert call(secure, "localhost", f"/_aws/execute-api/{api.id}/dev/")[0] == 403


def test_custom_domain_names_have_policies_of_their_own(secure, api, name):
    host, other = f"{name}.example.com", f"o-{name}.example.com"
    domain(secure, api, host, securityPolicy=NEWEST, endpointAccessMode="STRICT")
    domain(secure, api, other)
    with pytest.raises(BROKEN):
        call(secure, host, "/", newest=V12)
    assert call(secure, host, "/")[0] == 200
    assert call(secure, other, "/", host=host)[0] == 403
    assert call(secure, other, "/", newest=V12)[0] == 200
    # What the API itself asks for holds behind any name.
    set_policy(secure, api, NEWEST, "BASIC")
    assert call(secure, other, "/", newest=V12)[0] == 403
    assert call(secure, other, "/")[0] == 200
    client = secure.client("apigateway")
    mutual = [{"op": "add", "path": "/mutualTlsAuthentication/truststoreUri", "value": "s3://b/k"}]
    with pytest.raises(ClientError) as refused:
        client.update_domain_name(domainName=host, patchOperations=mutual)
    assert refused.value.response["Error"]["Code"] == "BadRequestException"
    http_api = secure.client("apigatewayv2").create_api(
        Name=name, ProtocolType="HTTP", Target="https://example.com"
    )["ApiId"]
    with pytest.raises(ClientError) as refused:
        secure.client("apigatewayv2").create_api_mapping(
            DomainName=host, ApiId=http_api, Stage="$default", ApiMappingKey="h"
        )
    assert "enhanced security policy" in refused.value.response["Error"]["Message"]


def test_a_vpc_endpoint_speaks_tls_by_the_policies_of_private_apis(secure, name):
    client = secure.client("apigateway")
    policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}]}'
    made = client.create_rest_api(
        name=name,
        endpointConfiguration={"types": ["PRIVATE"]},
        policy=policy,
        securityPolicy=NEWEST,
        endpointAccessMode="STRICT",
    )
    api = Api.__new__(Api)
    api.__dict__.update(server=secure, id=made["id"], root=made["rootResourceId"], client=client)
    api.mock(api.root, template=SHOWN)
    api.deploy("dev")
    host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
    assert call(secure, host, "/dev/", port=secure.inner_port)[0] == 200
    with pytest.raises(BROKEN):
        call(secure, host, "/dev/", port=secure.inner_port, newest=V12)
    assert call(secure, host, "/dev/")[0] == 403
    plain = http.client.HTTPConnection("127.0.0.1", secure.inner_port, timeout=20)
    plain.request("GET", "/dev/", headers={"Host": host})
    assert plain.getresponse().status == 403
