"""HTTPS: a development authority that a client may trust, and a certificate for every name that is the server's."""

import http.client
import io
import os
import socket
import ssl
import stat

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import MissingDependencyException

from running import Server, free_port


def connect(server, name, trust=True):
    """A TLS connection that asks for `name` and believes it only if the authority vouches for it."""
    context = ssl.create_default_context(cafile=server.authority if trust else None)
    plain = socket.create_connection(("127.0.0.1", server.https_port), timeout=20)
    try:
        return context.wrap_socket(plain, server_hostname=name)
    except ssl.SSLError:
        plain.close()
        raise


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "demo.auth.us-east-1.localhost",
        "abc1234567.execute-api.eu-west-1.localhost",
        "cognito-idp.us-east-1.amazonaws.com",
        "demo.auth.us-east-1.amazoncognito.com",
    ],
)
def test_every_name_of_the_servers_has_a_certificate(secure, name):
    with connect(secure, name) as connection:
        assert connection.version() in ("TLSv1.2", "TLSv1.3")
        connection.sendall(f"GET /_portcullis/health HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert (answer.status, answer.read()) == (200, b'{"status":"ok"}')


def test_other_names_have_none(secure):
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        connect(secure, "www.example.com").close()


def test_nobody_trusts_it_unasked(secure):
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(secure, "localhost", trust=False).close()


def test_the_authoritys_key_is_the_owners_alone(secure):
    folder = os.path.dirname(secure.authority)
    keys = [name for name in os.listdir(folder) if name.endswith(".key")]
    assert keys
    for path in [os.path.join(folder, name) for name in keys] + [os.path.join(secure.data, "data", "master.key")]:
        assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0, path


def test_the_authority_stays(tmp_path):
    seen = []
    for _ in range(2):
        server = Server("serve", "--https-port", str(free_port()), data=tmp_path)
        try:
            seen.append((tmp_path / "data" / "tls" / "ca.pem").read_text())
        finally:
            server.stop()
    assert seen[0] == seen[1]


def test_plain_http_there_is_refused(secure):
    with socket.create_connection(("127.0.0.1", secure.https_port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert not connection.recv(4096).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_uploads_over_https_come_with_their_checksum_behind(secure, host):
    """Over TLS boto3 sends streams in chunks without a signature, with the checksum as a trailer."""
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=f"https://{host}:{secure.https_port}",
        verify=secure.authority,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )
    bucket = f"uploads-{host.replace('.', '-')}"
    s3.create_bucket(Bucket=bucket)
    content = os.urandom(3_000_000)
    for algorithm in ("CRC32", "SHA256", "CRC64NVME", "CRC32C", "SHA1"):
        try:
            s3.put_object(Bucket=bucket, Key=algorithm, Body=io.BytesIO(content), ChecksumAlgorithm=algorithm)
        except MissingDependencyException:
            continue  # botocore computes these only where its C library is installed
        assert s3.get_object(Bucket=bucket, Key=algorithm)["Body"].read() == content
    s3.upload_fileobj(io.BytesIO(content), bucket, "file")
    assert s3.head_object(Bucket=bucket, Key="file")["ContentLength"] == len(content)
