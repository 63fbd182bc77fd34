"""The aws cli, as a person types it."""

import json
import os
import pathlib
import subprocess
import sys

COMMAND = pathlib.Path(sys.executable).parent / "aws"


class Refused(Exception):
    """The cli ended with an error; its text is what a person reads."""


class Aws:
    """`aws(...)` gives the output as JSON; `aws.text(...)` as it is printed."""

    def __init__(self, server, key="test", secret="test"):
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.endpoint = server.address
        self.environment = {
            **keep,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_MAX_ATTEMPTS": "1",
            "PYTHONUTF8": "1",
        }

    def text(self, *arguments):
        line = [sys.executable, str(COMMAND), "--endpoint-url", self.endpoint, *arguments]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise Refused(done.stderr.strip())
        return done.stdout

    def __call__(self, *arguments):
        printed = self.text(*arguments, "--output", "json")
        return json.loads(printed) if printed.strip() else {}
