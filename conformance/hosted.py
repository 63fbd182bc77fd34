"""Functions that live in the server: their code as text, a role that trusts Lambda, permissions."""

import io
import json
import pathlib
import subprocess
import zipfile

from running import ACCOUNT, REGION

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def zipped(files):
    """A zip of texts and bytes by their paths; `bootstrap` may be executed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, (2026, 1, 2, 3, 4, 6))
            entry.external_attr = (0o755 if path.endswith("bootstrap") else 0o644) << 16
            archive.writestr(entry, content)
    return out.getvalue()


def arn(name, region=REGION):
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"


def uri(name):
    """As integrations and authorizers of APIs name a function."""
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn(name)}/invocations"


def rust(folder):
    """The Rust program beside this file, compiled: it needs nothing but the standard library."""
    source = pathlib.Path(__file__).with_name("bootstrap.rs")
    target = folder / "bootstrap"
    subprocess.run(["rustc", "--edition", "2021", "-O", "-o", str(target), str(source)], check=True, timeout=120)
    return target.read_bytes()


class Hosted:
    """Makes functions; all of a test's share its name and one role."""

    def __init__(self, server, name, policy=None):
        self.server, self.name = server, name
        self.client = server.client("lambda", read_timeout=60)
        iam = server.client("iam")
        self.role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        if policy:
            document = json.dumps({"Version": "2012-10-17", "Statement": policy})
            iam.put_role_policy(RoleName=f"{name}-role", PolicyName="work", PolicyDocument=document)

    def python(self, name, code, **settings):
        """A function whose `handler` is in this text; answers its name."""
        return self.make(name, {"app.py": code}, Runtime="python3.12", Handler="app.handler", **settings)

    def node(self, name, code, **settings):
        return self.make(name, {"app.mjs": code}, Runtime="nodejs22.x", Handler="app.handler", **settings)

    def make(self, name, files, **settings):
        name = f"{self.name}-{name}"
        self.client.create_function(FunctionName=name, Role=self.role, Code={"ZipFile": zipped(files)}, **settings)
        return name

    def permit(self, name, principal, source=None, sid="let", **settings):
        more = {"SourceArn": source} if source else {}
        self.client.add_permission(
            FunctionName=name,
            StatementId=sid,
            Action="lambda:InvokeFunction",
            Principal=principal,
            **more,
            **settings,
        )

    def invoke(self, name, event=None, **settings):
        """The answer and, where the function failed, how."""
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps(event), **settings)
        return json.loads(answer["Payload"].read() or "null"), answer.get("FunctionError")
