"""The aws cli, as a person types it."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading

COMMAND = pathlib.Path(sys.executable).parent / "aws"


# Longest that a command of the second version may run.
RUN_S = 60


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


def programs():
    return filter(None, (shutil.which("aws", path=folder) for folder in os.environ["PATH"].split(os.pathsep)))


def second_version(program):
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=RUN_S, check=False)
    return said.stdout.startswith("aws-cli/2")


@contextlib.contextmanager
def second(server, *arguments):
    """What a command of the CLI's version 2 prints, while it runs. That version is no Python package: it is the one that
    the machine has."""
    program = next(filter(second_version, programs()), None)
    assert program, "the tests need version 2 of the aws cli"
    line = [program, "--endpoint-url", server.address, *arguments]
    environment = {**Aws(server).environment, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(RUN_S, process.kill)
    watchdog.start()
    try:
        yield process.stdout
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
