"""The built binary as a process: started on a data folder of its own and a port that the system chooses."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

import boto3
import requests
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("PORTCULLIS_BIN", str(ROOT / "target" / "debug" / "portcullis"))
REGION = "us-east-1"
ACCOUNT = "123456789012"
# A start that takes longer than this hangs.
START_S = 60


def free_port():
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running server. `data` keeps the folder for a later server; without it the folder goes when the server does.
    `log` is a file for what the server logs."""

    def __init__(self, command="serve", *args, data=None, env=None, log=None):
        self.owns_data = data is None
        self.data = str(data or tempfile.mkdtemp(prefix="portcullis-"))
        line = [BINARY, command, "--data", os.path.join(self.data, "data")]
        line += [] if "--port" in args else ["--port", "0"]
        line += [] if "--https-port" in args else ["--no-https"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PORTCULLIS_")}
        self.process = subprocess.Popen(
            [*line, *args], stdout=subprocess.PIPE, stderr=log, text=True, env={**clean, **(env or {})}
        )
        self.guide = []
        self.url = None
        watchdog = threading.Timer(START_S, self.process.kill)
        watchdog.start()
        try:
            self._read_guide()
        finally:
            watchdog.cancel()

    def _read_guide(self):
        for line in self.process.stdout:
            self.guide.append(line.rstrip("\n"))
            listening = re.match(r"Portcullis listens on (http:\S+)", line)
            if listening:
                self.url = listening.group(1)
            if line.startswith("Ready."):
                return
        raise RuntimeError("the server ended:\n" + "\n".join(self.guide))

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    @property
    def address(self):
        """The same server by number: S3 clients name the bucket in the path then, which needs no DNS."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, service, region=REGION, key="test", secret="test", **config):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.address if service == "s3" else self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"max_attempts": 0}, **config),
        )

    def messages(self, **query):
        answer = requests.get(self.url + "/_portcullis/messages", params=query, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def code(self, **query):
        """The code in the newest message."""
        return self.messages(**query, limit=1)[0]["code"]

    def advance(self, seconds):
        """Moves the server's clock forward."""
        answer = requests.post(self.url + "/_portcullis/clock", json={"advance_s": seconds}, timeout=10)
        answer.raise_for_status()

    def stage(self, api, stage, path="/"):
        """Where a deployed API is called, without DNS."""
        return f"{self.url}/_aws/execute-api/{api}/{stage}{path}"

    def website(self, bucket, path="/"):
        """A bucket's website, without DNS."""
        return f"{self.url}/_aws/website/{bucket}{path}"

    def kill(self):
        """As when the power fails: no signal that could be handled."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=30)
        self.process.stdout.close()
        if self.owns_data:
            shutil.rmtree(self.data, ignore_errors=True)
