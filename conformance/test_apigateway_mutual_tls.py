"""Custom domain names over TLS: certificates made by the server and given by the caller, and mutual TLS: who may connect,
and that no other name, session or plain connection slips past it."""

import datetime
import http.client
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rest_api import Api

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
REGIONAL = {"endpointConfiguration": {"types": ["REGIONAL"]}}
SHOWN = '{"who": "$context.identity.clientCert.subjectDN", "path": "$context.path"}'


@pytest.fixture
def api(secure, name):
    api = Api(secure, name)
    api.mock(api.root, template=SHOWN)
    api.deploy("dev")
    return api


class Authority:
    """Issues certificates."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self.build(name, self.key, x509.BasicConstraints(ca=True, path_length=0))

    def build(self, name, key, constraints, usage=None, names=()):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(constraints, critical=True)
        )
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, name, usage, names=()):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.build(name, key, x509.BasicConstraints(ca=False, path_length=None), usage, names)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()

    def client(self, name):
        """A file of a client's certificate and key."""
        file = self.folder / f"{name}.pem"
        file.write_text("".join(self.issue(name, ExtendedKeyUsageOID.CLIENT_AUTH)))
        return str(file)


def call(server, sni, host=None, client=None, trust=None, path="/"):
    """Status and body of a call over TLS."""
    context = ssl.create_default_context(cafile=server.authority, cadata=trust)
    if client:
        context.load_cert_chain(client)
    plain = socket.create_connection(("127.0.0.1", server.https_port), timeout=20)
    with context.wrap_socket(plain, server_hostname=sni) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host or sni}\r\nConnection: close\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read().decode()


def domain(server, api, host, **settings):
    client = server.client("apigateway")
    client.create_domain_name(domainName=host, **{**REGIONAL, "regionalCertificateArn": ARN, **settings})
    client.create_base_path_mapping(domainName=host, restApiId=api.id, stage="dev")


def truststore(server, name, pem):
    s3 = server.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="trust.pem", Body=pem.encode())
    return {"truststoreUri": f"s3://{name}/trust.pem"}


def test_the_development_authority_vouches_for_custom_domain_names(secure, api, name):
    host = f"{name}.example.com"
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        call(secure, host)
    domain(secure, api, host)
    status, body = call(secure, host)
    assert (status, '"path": "/"' in body) == (200, True)


def test_a_given_certificate_is_served(secure, api, name, tmp_path):
    host = f"{name}.example.com"
    authority = Authority(tmp_path, "their own")
    certificate, key = authority.issue(host, ExtendedKeyUsageOID.SERVER_AUTH, [host])
    client = secure.client("apigateway")
    client.create_domain_name(
        domainName=host, certificateName="x", certificateBody=certificate, certificatePrivateKey=key, **REGIONAL
    )
    client.create_base_path_mapping(domainName=host, restApiId=api.id, stage="dev")
    assert call(secure, host, trust=authority.pem)[0] == 200
    with pytest.raises(ssl.SSLError):
        call(secure, host)


def test_mutual_tls_asks_for_a_certificate_of_the_truststore(secure, api, name, tmp_path):
    host, open_host = f"m-{name}.example.com", f"o-{name}.example.com"
    ours, others = Authority(tmp_path, "ours"), Authority(tmp_path, "others")
    mutual = truststore(secure, name, ours.pem)
    domain(secure, api, host, mutualTlsAuthentication=mutual)
    domain(secure, api, open_host)
    good = ours.client("alice")
    status, body = call(secure, host, client=good)
    assert (status, '"who": "CN=alice"' in body) == (200, True), body
    broken = (ssl.SSLError, ConnectionResetError, BrokenPipeError, http.client.HTTPException)
    with pytest.raises(broken):
        call(secure, host)
    with pytest.raises(broken):
        call(secure, host, client=others.client("mallory"))
    # Another name's handshake, or none, proves nothing here.
    assert call(secure, open_host, host=host)[0] == 403
    assert call(secure, open_host, host=host, client=good)[0] == 403
    plain = http.client.HTTPConnection("127.0.0.1", int(secure.url.rsplit(":", 1)[1]), timeout=20)
    plain.request("GET", "/", headers={"Host": host})
    assert plain.getresponse().status == 403
    # Without mutual TLS anybody may come again.
    remove = [{"op": "remove", "path": "/mutualTlsAuthentication"}]
    secure.client("apigateway").update_domain_name(domainName=host, patchOperations=remove)
    assert call(secure, host)[0] == 200


class SecureBackend:
    """Answers over TLS with its own certificate; with `clients` (PEM) only those who show one of these."""

    def __init__(self, certificate, clients=None):
        self.seen = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.seen.append(self.connection.getpeercert(binary_form=True))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=clients)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def test_a_backend_is_shown_the_stages_certificate(secure, name, tmp_path):
    # An internal authority's certificate, sent without the authority.
    file = tmp_path / "backend.pem"
    file.write_text("".join(Authority(tmp_path, "internal").issue("backend", ExtendedKeyUsageOID.SERVER_AUTH, ["localhost"])))
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("".join(Authority(tmp_path, "internal").issue("x", ExtendedKeyUsageOID.SERVER_AUTH, ["elsewhere.test"])))
    api = Api(secure, name)
    mine = api.client.generate_client_certificate()
    der = ssl.PEM_cert_to_DER_cert(mine["pemEncodedCertificate"])
    skip = {"tlsConfig": {"insecureSkipVerification": True}}
    with SecureBackend(str(file), mine["pemEncodedCertificate"]) as backend, SecureBackend(str(wrong)) as misnamed:
        api.proxy(api.root, backend.url, **skip)
        api.proxy(api.resource("strict"), backend.url)
        api.proxy(api.resource("misnamed"), misnamed.url.replace("localhost", "127.0.0.1"), **skip)
        api.deploy()
        assert api.call().status_code >= 500, "nobody without a certificate"
        shows = [{"op": "replace", "path": "/clientCertificateId", "value": mine["clientCertificateId"]}]
        api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=shows)
        assert api.call().status_code == 204
        assert backend.seen[-1] == der
        assert api.call("/strict").status_code >= 500, "an unknown authority is not believed"
        assert api.call("/misnamed").status_code >= 500, "another name is not believed"
        other = api.client.generate_client_certificate()["clientCertificateId"]
        shows = [{"op": "replace", "path": "/clientCertificateId", "value": other}]
        api.client.update_stage(restApiId=api.id, stageName="test", patchOperations=shows)
        assert api.call().status_code >= 500, "another certificate is not the one"
