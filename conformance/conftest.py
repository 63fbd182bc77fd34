"""Starts the built binary once for the run; hands out clients; every test makes its own pools and APIs."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import uuid

import boto3
import pytest
import requests
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("PORTCULLIS_BIN", str(ROOT / "target" / "debug" / "portcullis"))


class Server:
    """A running server on a data folder of its own."""

    def __init__(self, command="serve", *args, data=None, env=None):
        self.data = data or tempfile.mkdtemp(prefix="portcullis-")
        self.owns_data = data is None
        line = [BINARY, command, "--data", os.path.join(self.data, "data"), "--port", "0", "--no-https", *args]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
        self.guide = []
        self.url = None
        for line in self.process.stdout:
            self.guide.append(line.rstrip("\n"))
            listening = re.match(r"Portcullis listens on (http:\S+)", line)
            if listening:
                self.url = listening.group(1)
            if line.startswith("Ready."):
                return
        raise RuntimeError("the server ended:\n" + "\n".join(self.guide))

    def client(self, service, region="us-east-1", key="test", secret="test", **config):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"max_attempts": 0}, **config),
        )

    def messages(self, **query):
        answer = requests.get(self.url + "/_portcullis/messages", params=query, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def code(self, **query):
        return self.messages(**query, limit=1)[0]["code"]

    def advance(self, seconds):
        answer = requests.post(self.url + "/_portcullis/clock", json={"advance_s": seconds}, timeout=10)
        answer.raise_for_status()

    def api(self, api, stage, path):
        return f"{self.url}/_aws/execute-api/{api}/{stage}{path}"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        if self.owns_data:
            shutil.rmtree(self.data, ignore_errors=True)


@pytest.fixture(scope="session")
def server():
    running = Server()
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
