"""One server for the run; hands out clients; every test makes its own pools, APIs and buckets.

A test that moves the clock or restarts the server starts one of its own with `start`.
"""

import uuid

import pytest

from running import Server
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
