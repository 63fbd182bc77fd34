"""One server for the run; hands out clients; every test makes its own pools, APIs and buckets.

A test that moves the clock or restarts the server starts one of its own with `start`.
"""

import os
import uuid

import pytest

from backends import BALANCER, LISTENER, Backend, Functions
from running import Server, free_port
from user_pool import Pool


# All tests write to the same few people.
MANY_MESSAGES = "[messages]\nper_target_hour = 100000\n"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    config = tmp_path_factory.mktemp("server") / "portcullis.toml"
    config.write_text(MANY_MESSAGES)
    running = Server("serve", "--config", str(config))
    yield running
    running.stop()


@pytest.fixture
def start():
    """Starts further servers, stopped when the test ends."""
    running = []

    def begin(*args, **kwargs):
        running.append(Server(*args, **kwargs))
        return running[-1]

    yield begin
    for each in running:
        each.stop()


@pytest.fixture(scope="module")
def backend():
    """What HTTP integrations of `gateway` call."""
    running = Backend()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def functions():
    """What Lambda integrations of `gateway` call."""
    running = Functions()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def gateway(functions, backend, tmp_path_factory):
    """A server whose functions and VPC links lead to these two."""
    config = tmp_path_factory.mktemp("config") / "portcullis.toml"
    links = "".join(f'"{arn}" = "{backend.address}"\n' for arn in (BALANCER, LISTENER))
    config.write_text(f'functions_endpoint = "{functions.url}"\n[vpc_links]\n{links}')
    running = Server("serve", "--config", str(config))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def secure():
    """A server that speaks HTTPS as well."""
    port = free_port()
    running = Server("serve", "--https-port", str(port))
    running.https_port = port
    running.authority = os.path.join(running.data, "data", "tls", "ca.pem")
    yield running
    running.stop()


@pytest.fixture
def s3(server):
    return server.client("s3")


@pytest.fixture
def bucket(s3, name):
    """A bucket with the defaults."""
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def idp(server):
    return server.client("cognito-idp")


@pytest.fixture
def name():
    """A name that no other test uses."""
    return "t" + uuid.uuid4().hex[:12]


@pytest.fixture
def pool(server, name):
    """A user pool with the defaults."""
    return Pool(server, name)
