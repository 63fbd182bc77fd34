"""Functions by boto3 and the aws cli: made, called, changed, published, shared, addressed, deleted."""

import base64
import json
import threading
import time

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from aws_cli import Aws, Refused
from hosted import Hosted, arn, zipped
from running import ACCOUNT, REGION

ECHO = "def handler(event, context):\n    return event\n"


@pytest.fixture
def hosted(server, name):
    return Hosted(server, name)


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


def test_a_function_is_made_called_and_deleted(hosted):
    client = hosted.client
    made = client.create_function(
        FunctionName=f"{hosted.name}-echo",
        Role=hosted.role,
        Runtime="python3.12",
        Handler="app.handler",
        Code={"ZipFile": zipped({"app.py": ECHO})},
        Environment={"Variables": {"COLOUR": "blue"}},
        Tags={"team": "dragons"},
    )
    name = made["FunctionName"]
    assert made["State"] == "Pending" and made["FunctionArn"] == arn(name)
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    shown = client.get_function(FunctionName=name)
    assert shown["Tags"] == {"team": "dragons"}
    assert requests.get(shown["Code"]["Location"], timeout=10).content == zipped({"app.py": ECHO})
    answer = client.invoke(FunctionName=name, Payload=b'{"a": 1}', LogType="Tail")
    assert json.load(answer["Payload"]) == {"a": 1}
    assert answer["ExecutedVersion"] == "$LATEST" and "FunctionError" not in answer
    tail = base64.b64decode(answer["LogResult"]).decode()
    assert "START RequestId: " in tail and "REPORT RequestId: " in tail
    assert client.invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"] == 204
    assert client.delete_function(FunctionName=name)["ResponseMetadata"]["HTTPStatusCode"] == 204
    gone = refused(client.invoke, FunctionName=name)
    assert gone == ("ResourceNotFoundException", 404, f"Function not found: {arn(name)}")


def test_what_a_function_prints_is_in_its_log_group(hosted):
    name = hosted.python("talks", "def handler(event, context):\n    print('the dragon', event)\n")
    assert hosted.invoke(name, 7) == (None, None)
    logs = hosted.server.client("logs")
    found = eventually(lambda: logs.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="dragon")["events"])
    assert found[0]["message"].strip() == "the dragon 7"


def eventually(look, seconds=30):
    """What another task writes is there in a moment."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except ClientError:
            found = None
        if found or time.monotonic() > end:
            return found
        threading.Event().wait(0.05)


def test_a_function_that_fails_says_so(hosted):
    fails = hosted.python("fails", "def handler(event, context):\n    raise ValueError('no dragons')\n")
    payload, error = hosted.invoke(fails)
    assert error == "Unhandled"
    assert (payload["errorMessage"], payload["errorType"]) == ("no dragons", "ValueError")
    missing = hosted.make("missing", {"app.py": ECHO}, Runtime="python3.12", Handler="app.nothing")
    payload, error = hosted.invoke(missing)
    assert (error, payload["errorType"]) == ("Unhandled", "Runtime.HandlerNotFound")
    slow = hosted.python("slow", "import time\ndef handler(e, c):\n    time.sleep(60)\n", Timeout=1)
    payload, error = hosted.invoke(slow)
    assert error == "Unhandled" and "Task timed out after 1.00 seconds" in payload["errorMessage"]


def test_the_errors_of_making_and_calling(hosted):
    client, code = hosted.client, {"ZipFile": zipped({"app.py": ECHO})}
    whole = {"Role": hosted.role, "Runtime": "python3.12", "Handler": "app.handler", "Code": code}
    name = hosted.python("echo", ECHO)
    make = client.create_function
    assert refused(make, FunctionName=name, **whole)[:2] == ("ResourceConflictException", 409)
    bad = f"{hosted.name}-bad"
    cases = [
        ({"Role": f"arn:aws:iam::{ACCOUNT}:role/none"}, "InvalidParameterValueException", "The role defined for the function"),
        ({"Role": "r1"}, "ValidationException", "1 validation error detected: Value 'r1' at 'role' failed"),
        ({"Code": {"ZipFile": b"no zip"}}, "InvalidParameterValueException", "Could not unzip uploaded file."),
        ({"Runtime": "nodejs14.x"}, "InvalidParameterValueException", "The runtime parameter of nodejs14.x is no longer"),
        ({"Runtime": "cobol85"}, "InvalidParameterValueException", "Value cobol85 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ["),
        ({"Code": {"S3Bucket": f"{hosted.name}-none", "S3Key": "k"}}, "InvalidParameterValueException", "Error occurred while GetObject. S3 Error Code: NoSuchBucket."),
        ({"Code": {"ImageUri": "x.dkr.ecr.us-east-1.amazonaws.com/y:z"}, "PackageType": "Image"}, "InvalidParameterValueException", "A container image"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "InvalidParameterValueException", "Lambda was unable to configure"),
    ]
    for change, kind, message in cases:
        code, status, text = refused(make, FunctionName=bad, **{**whole, **change})
        assert (code, status) == (kind, 400) and text.startswith(message), text
    assert refused(client.invoke, FunctionName=name, Payload=b"hello")[0] == "InvalidRequestContentException"
    assert refused(client.invoke, FunctionName=name, Payload=b'"' + b"x" * (6 << 20) + b'"')[:2] == ("RequestTooLargeException", 413)
    other = refused(client.invoke, FunctionName=arn(name, "eu-west-1"))
    assert other[2] == "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    assert refused(client.get_function, FunctionName=f"{name}:7", Qualifier="8")[0] == "InvalidParameterValueException"
    assert refused(client.update_function_code, FunctionName=name, RevisionId="x", **{"ZipFile": zipped({"a": "b"})})[0] == "PreconditionFailedException"
    assert refused(client.publish_layer_version, LayerName=bad, Content={"ZipFile": b"x"})[0] == "InvalidParameterValueException"
    unbuilt = refused(client.create_event_source_mapping, FunctionName=name, EventSourceArn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:q")
    assert unbuilt[:2] == ("NotImplementedException", 501)


def test_code_from_a_bucket(hosted):
    s3, bucket = hosted.server.client("s3"), hosted.name
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=zipped({"app.py": ECHO}))
    name = f"{hosted.name}-stored"
    hosted.client.create_function(
        FunctionName=name, Role=hosted.role, Runtime="python3.12", Handler="app.handler",
        Code={"S3Bucket": bucket, "S3Key": "code.zip"},
    )
    assert hosted.invoke(name, {"from": "s3"}) == ({"from": "s3"}, None)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=zipped({"app.py": "def handler(e, c):\n    return 2\n"}))
    hosted.client.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key="code.zip")
    assert hosted.invoke(name) == (2, None)


def test_versions_and_aliases(hosted):
    client = hosted.client
    name = hosted.python("numbered", "def handler(e, c):\n    return [1, c.function_version]\n")
    assert client.publish_version(FunctionName=name)["Version"] == "1"
    assert client.publish_version(FunctionName=name)["Version"] == "1"
    second = zipped({"app.py": "def handler(e, c):\n    return [2, c.function_version, c.invoked_function_arn]\n"})
    assert client.update_function_code(FunctionName=name, ZipFile=second, Publish=True)["Version"] == "2"
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert hosted.invoke(name, Qualifier="live") == ([1, "1"], None)
    client.update_alias(FunctionName=name, Name="live", FunctionVersion="2")
    assert hosted.invoke(f"{name}:live") == ([2, "2", f"{arn(name)}:live"], None)
    assert [v["Version"] for v in client.list_versions_by_function(FunctionName=name)["Versions"]] == ["$LATEST", "1", "2"]
    assert refused(client.delete_function, FunctionName=name, Qualifier="2")[:2] == ("ResourceConflictException", 409)
    client.delete_alias(FunctionName=name, Name="live")
    client.delete_function(FunctionName=name, Qualifier="2")
    assert refused(client.invoke, FunctionName=name, Qualifier="2")[0] == "ResourceNotFoundException"


def test_a_change_of_configuration_is_in_the_next_call(hosted):
    code = "import os\ndef handler(e, c):\n    return os.environ.get('COLOUR')\n"
    name = hosted.python("coloured", code, Environment={"Variables": {"COLOUR": "blue"}})
    assert hosted.invoke(name) == ("blue", None)
    hosted.client.update_function_configuration(FunctionName=name, Environment={"Variables": {"COLOUR": "red"}})
    assert hosted.invoke(name) == ("red", None)


def test_a_layer_lies_below_the_code(hosted):
    layer = hosted.client.publish_layer_version(
        LayerName=f"{hosted.name}-tools", Content={"ZipFile": zipped({"python/tools.py": "WORD = 'layered'\n"})}
    )
    code = "import tools\ndef handler(e, c):\n    return tools.WORD\n"
    name = hosted.python("layered", code, Layers=[layer["LayerVersionArn"]])
    assert hosted.invoke(name) == ("layered", None)


def test_no_concurrency_is_no_call(hosted):
    name = hosted.python("none", ECHO)
    hosted.client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as caught:
        hosted.client.invoke(FunctionName=name)
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert answer["Error"]["Code"] == "TooManyRequestsException"
    assert answer["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    hosted.client.delete_function_concurrency(FunctionName=name)
    assert hosted.invoke(name, 1) == (1, None)


def test_a_call_for_later_is_made_and_told_to_a_destination(start, name):
    hosted = Hosted(start("serve"), name, policy=[{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}])
    told = hosted.python("told", "def handler(e, c):\n    print('TOLD', e['requestContext']['condition'])\n")
    fails = hosted.python("fails", "def handler(e, c):\n    raise ValueError('no')\n")
    hosted.client.put_function_event_invoke_config(
        FunctionName=fails, MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": arn(told)}}
    )
    assert hosted.client.invoke(FunctionName=fails, InvocationType="Event")["StatusCode"] == 202
    logs = hosted.server.client("logs")

    def lines(function, pattern):
        return logs.filter_log_events(logGroupName=f"/aws/lambda/{function}", filterPattern=pattern)["events"]

    assert eventually(lambda: lines(fails, "ValueError"))
    hosted.server.advance(61)
    assert eventually(lambda: lines(told, "TOLD"))[0]["message"].strip() == "TOLD RetriesExhausted"


def test_permissions_read_as_awss_do(hosted):
    client, name = hosted.client, hosted.python("open", ECHO)
    source = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:abc/*"
    added = client.add_permission(
        FunctionName=name, StatementId="s1", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com",
        SourceArn=source, SourceAccount=ACCOUNT,
    )
    statement = {
        "Sid": "s1", "Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction", "Resource": arn(name),
        "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}, "ArnLike": {"AWS:SourceArn": source}},
    }
    assert json.loads(added["Statement"]) == statement
    policy = client.get_policy(FunctionName=name)
    assert json.loads(policy["Policy"]) == {"Version": "2012-10-17", "Id": "default", "Statement": [statement]}
    again = refused(client.add_permission, FunctionName=name, StatementId="s1", Action="lambda:InvokeFunction", Principal="*")
    assert again[:2] == ("ResourceConflictException", 409)
    assert refused(client.remove_permission, FunctionName=name, StatementId="s2")[2] == "Statement s2 is not found in resource policy."
    client.remove_permission(FunctionName=name, StatementId="s1", RevisionId=policy["RevisionId"])
    assert refused(client.get_policy, FunctionName=name)[:2] == ("ResourceNotFoundException", 404)


WEB = """
import json
def handler(event, context):
    if event["rawPath"] == "/boom":
        raise ValueError("boom")
    if event["rawPath"] == "/plain":
        return "plain"
    caller = event["requestContext"].get("authorizer", {}).get("iam", {}).get("userArn")
    seen = {"path": event["rawPath"], "query": event.get("queryStringParameters"), "body": event.get("body"),
            "method": event["requestContext"]["http"]["method"], "caller": caller, "cookies": event.get("cookies")}
    return {"statusCode": 201, "headers": {"x-made": "here"}, "cookies": ["a=1"], "body": json.dumps(seen)}
"""


def local(server, url):
    """Without DNS, by path."""
    return f"{server.url}/_aws/lambda-url/{url.split('//')[1].split('.')[0]}"


def test_a_function_at_its_own_address(hosted):
    client, name = hosted.client, hosted.python("web", WEB)
    made = client.create_function_url_config(FunctionName=name, AuthType="NONE", Cors={"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"]})
    at = local(hosted.server, made["FunctionUrl"])
    closed = requests.get(at + "/", timeout=20)
    assert closed.status_code == 403 and closed.json()["Message"].startswith("Forbidden.")
    client.add_permission(
        FunctionName=name, StatementId="all", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE"
    )
    answer = requests.post(at + "/a/b?x=1&x=2", data="hi", headers={"content-type": "text/plain", "cookie": "c=1; d=2"}, timeout=20)
    assert (answer.status_code, answer.headers["x-made"], answer.headers["set-cookie"]) == (201, "here", "a=1")
    seen = answer.json()
    assert (seen["path"], seen["query"], seen["body"], seen["method"]) == ("/a/b", {"x": "1,2"}, "hi", "POST")
    assert seen["cookies"] == ["c=1", "d=2"]
    host = made["FunctionUrl"].split("//")[1].strip("/")
    by_host = requests.get(hosted.server.url + "/plain", headers={"host": host}, timeout=20)
    assert (by_host.status_code, by_host.text) == (200, '"plain"')
    assert requests.get(at + "/boom", timeout=20).status_code == 502
    asks = {"origin": "https://a.example", "access-control-request-method": "GET"}
    preflight = requests.options(at + "/", headers=asks, timeout=20)
    assert preflight.headers["access-control-allow-origin"] == "https://a.example"
    other = requests.options(at + "/", headers={**asks, "origin": "https://b.example"}, timeout=20)
    assert "access-control-allow-origin" not in other.headers
    client.delete_function_url_config(FunctionName=name)
    assert requests.get(at + "/", timeout=20).status_code == 404


def test_an_address_for_those_who_sign(hosted):
    server, name = hosted.server, hosted.python("signed", WEB)
    made = hosted.client.create_function_url_config(FunctionName=name, AuthType="AWS_IAM")
    at = local(server, made["FunctionUrl"]) + "/me"
    assert requests.get(at, timeout=20).status_code == 403
    iam = server.client("iam")
    user = iam.create_user(UserName=hosted.name)["User"]["Arn"]
    key = iam.create_access_key(UserName=hosted.name)["AccessKey"]

    def signed():
        request = AWSRequest("GET", at)
        SigV4Auth(Credentials(key["AccessKeyId"], key["SecretAccessKey"]), "lambda", REGION).add_auth(request)
        return requests.get(at, headers=dict(request.headers), timeout=20)

    assert signed().status_code == 403
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunctionUrl", "Resource": arn(name)}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=hosted.name, PolicyName="call", PolicyDocument=document)
    assert signed().json()["caller"] == user
    here = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    denial = {**statement, "Effect": "Deny", "Condition": here}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement, denial]})
    iam.put_user_policy(UserName=hosted.name, PolicyName="call", PolicyDocument=document)
    assert signed().status_code == 403


def test_an_address_that_admits_every_origin_admits_no_credentials(hosted):
    client, name = hosted.client, hosted.python("open", WEB)
    cors = {"AllowOrigins": ["*"], "AllowMethods": ["GET"], "AllowCredentials": True}
    made = client.create_function_url_config(FunctionName=name, AuthType="NONE", Cors=cors)
    asks = {"origin": "https://evil.example", "access-control-request-method": "GET"}
    preflight = requests.options(local(hosted.server, made["FunctionUrl"]) + "/", headers=asks, timeout=20)
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in preflight.headers


def test_the_aws_cli_calls_a_function(hosted, tmp_path):
    name, aws = hosted.python("cli", ECHO), Aws(hosted.server)
    out = tmp_path / "out.json"
    answer = aws("lambda", "invoke", "--function-name", name, "--log-type", "Tail", "--payload", '{"by": "cli"}', str(out))
    assert json.loads(out.read_text()) == {"by": "cli"}
    assert answer["StatusCode"] == 200 and "END RequestId: " in base64.b64decode(answer["LogResult"]).decode()
    assert name in [f["FunctionName"] for f in aws("lambda", "list-functions", "--max-items", "1000")["Functions"]]
    with pytest.raises(Refused, match="Function not found: arn:aws:lambda"):
        aws("lambda", "get-function", "--function-name", f"{name}-none")


def test_only_whoever_may_calls_a_function_where_keys_are_known(hosted):
    server, name = hosted.server, hosted.python("guarded", ECHO)
    iam = server.client("iam")
    user = iam.create_user(UserName=hosted.name)["User"]["Arn"]
    key = iam.create_access_key(UserName=hosted.name)["AccessKey"]
    client = server.client("lambda", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    assert refused(client.invoke, FunctionName=name)[:2] == ("AccessDeniedException", 403)
    hosted.permit(name, user)
    assert json.load(client.invoke(FunctionName=name, Payload=b"5")["Payload"]) == 5
    assert refused(client.get_function, FunctionName=name)[0] == "AccessDeniedException"
