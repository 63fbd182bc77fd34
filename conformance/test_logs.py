"""CloudWatch Logs, by boto3 and the AWS CLI."""

import json
import time

import pytest

import aws_cli
from refusal import refused
from rest_api import Api
from user_pool import Pool


@pytest.fixture
def logs(server):
    return server.client("logs")


def now():
    return int(time.time() * 1000)


def put(logs, group, stream, *messages):
    at = now()
    events = [{"timestamp": at, "message": message} for message in messages]
    return logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def found(logs, group, **search):
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, **search)
    return [event["message"] for page in pages for event in page["events"]]


@pytest.fixture
def group(logs, name):
    """A group with a stream `s`."""
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    return name


def test_a_group_from_its_making_to_its_end(logs, name):
    logs.create_log_group(logGroupName=name, tags={"team": "blue"})
    (shown,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert shown["arn"] == f"arn:aws:logs:us-east-1:123456789012:log-group:{name}:*"
    assert shown["storedBytes"] == 0 and "retentionInDays" not in shown
    assert logs.list_tags_for_resource(resourceArn=shown["logGroupArn"])["tags"] == {"team": "blue"}
    logs.put_retention_policy(logGroupName=name, retentionInDays=14)
    assert logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]["retentionInDays"] == 14
    with refused("InvalidParameterException"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=2)
    with refused("ResourceAlreadyExistsException", "The specified log group already exists", 400):
        logs.create_log_group(logGroupName=name)
    logs.delete_log_group(logGroupName=name)
    with refused("ResourceNotFoundException", "The specified log group does not exist.", 400):
        logs.delete_log_group(logGroupName=name)
    with refused("NotImplementedException"):
        logs.start_query(logGroupName=name, startTime=0, endTime=1, queryString="fields @message")


def test_a_stream_is_read_page_by_page_until_the_token_repeats(logs, group):
    put(logs, group, "s", *[f"line {n}" for n in range(25)])
    read, token = [], {}
    while True:
        page = logs.get_log_events(logGroupName=group, logStreamName="s", startFromHead=True, limit=10, **token)
        read += [event["message"] for event in page["events"]]
        if token.get("nextToken") == page["nextForwardToken"]:
            break
        token = {"nextToken": page["nextForwardToken"]}
    assert read == [f"line {n}" for n in range(25)]
    newest = logs.get_log_events(logGroupName=group, logStreamName="s", limit=2)
    assert [event["message"] for event in newest["events"]] == ["line 23", "line 24"]
    (stream,) = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True)["logStreams"]
    assert stream["logStreamName"] == "s" and stream["lastEventTimestamp"] >= stream["firstEventTimestamp"]


def test_filter_patterns_find_what_they_say(logs, group):
    logs.create_log_stream(logGroupName=group, logStreamName="t")
    put(logs, group, "s", "[ERROR 400] BAD REQUEST", '{"latency": 1200, "user": {"name": "ann"}}', "GET /a 404 12")
    put(logs, group, "t", "[WARN] slow", '{"latency": 7, "user": {"name": "bob"}}', "GET /b 200 3400")
    assert found(logs, group, filterPattern="ERROR") == ["[ERROR 400] BAD REQUEST"]
    assert len(found(logs, group, filterPattern="?ERROR ?WARN")) == 2
    assert found(logs, group, filterPattern="GET -404") == ["GET /b 200 3400"]
    assert found(logs, group, filterPattern='"BAD REQUEST"') == ["[ERROR 400] BAD REQUEST"]
    assert found(logs, group, filterPattern="{ $.latency > 1000 && $.user.name = a* }") == [
        '{"latency": 1200, "user": {"name": "ann"}}'
    ]
    assert found(logs, group, filterPattern="[verb, path, status = 2*, bytes > 1000]") == ["GET /b 200 3400"]
    assert len(found(logs, group, logStreamNames=["t"])) == 3
    assert len(found(logs, group, PaginationConfig={"PageSize": 2})) == 6
    with refused("InvalidParameterException", "Invalid filter pattern: Invalid character(s) in term 'a@b'"):
        logs.filter_log_events(logGroupName=group, filterPattern="a@b")


def test_batches_are_checked(logs, group):
    day = 86_400_000
    where = {"logGroupName": group, "logStreamName": "s"}
    at = now()
    events = [{"timestamp": at - 15 * day, "message": "old"}, {"timestamp": at, "message": "good"}]
    answer = logs.put_log_events(**where, logEvents=events)
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    with refused("InvalidParameterException"):
        logs.put_log_events(**where, logEvents=events[::-1])
    with refused("ResourceNotFoundException", "The specified log stream does not exist."):
        put(logs, group, "none", "x")
    with refused("InvalidParameterException"):
        logs.put_log_events(**where, logEvents=[{"timestamp": at, "message": "x" * 1_048_576}])
    assert found(logs, group) == ["good"]


def test_retention_goes_by_the_clock_and_events_survive_a_restart(start, tmp_path, name):
    first = start(data=tmp_path)
    logs = first.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    put(logs, name, "s", "kept")
    first.kill()
    again = start(data=tmp_path)
    logs = again.client("logs")
    assert found(logs, name) == ["kept"]
    logs.put_retention_policy(logGroupName=name, retentionInDays=1)
    again.advance(2 * 86_400)
    assert found(logs, name) == []


def test_the_cli_reads_a_group(server, logs, group):
    put(logs, group, "s", "first", "second")
    aws = aws_cli.Aws(server)
    events = aws("logs", "filter-log-events", "--log-group-name", group, "--filter-pattern", "second")["events"]
    assert [event["message"] for event in events] == ["second"]
    printed = aws.text(
        "logs", "get-log-events", "--log-group-name", group, "--log-stream-name", "s", "--output", "text"
    )
    assert "first" in printed and "f/" in printed


def test_a_group_is_followed_by_the_cli(server, logs, group):
    put(logs, group, "s", "before")
    with aws_cli.second(server, "logs", "tail", group, "--follow", "--since", "1h", "--format", "short") as tail:
        assert tail.readline().endswith("before\n")
        put(logs, group, "s", "after")
        assert tail.readline().endswith("after\n")


def test_a_stage_writes_its_execution_and_access_logs(server, logs, name):
    apigateway = server.client("apigateway")
    role = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": "arn:aws:iam::123456789012:role/logs"}]
    apigateway.update_account(patchOperations=role)
    api = Api(server, name)
    api.mock(api.root, body={"pets": []})
    api.deploy()
    access = f"/access/{name}"
    logs.create_log_group(logGroupName=access)
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{access}"
    changes = [
        ("/*/*/logging/loglevel", "INFO"),
        ("/accessLogSettings/destinationArn", arn),
        ("/accessLogSettings/format", '{"id":"$context.requestId","status":$context.status}'),
    ]
    operations = [{"op": "replace", "path": path, "value": value} for path, value in changes]
    apigateway.update_stage(restApiId=api.id, stageName="test", patchOperations=operations)
    answer = api.call()
    assert answer.status_code == 200
    request_id = answer.headers["x-amzn-requestid"]
    (line,) = found(logs, access, filterPattern=f'{{ $.id = "{request_id}" }}')
    assert line == f'{{"id":"{request_id}","status":200}}'
    execution = f"API-Gateway-Execution-Logs_{api.id}/test"
    lines = found(logs, execution, filterPattern=f'"{request_id}"')
    assert lines[-1] == f"({request_id}) Method completed with status: 200"
    assert all(line.startswith(f"({request_id}) ") for line in lines)
    (stream,) = logs.describe_log_streams(logGroupName=execution)["logStreams"]
    assert len(stream["logStreamName"]) == 32


def test_a_user_pool_tells_what_its_users_do(server, logs, name):
    pool = Pool(server, name, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    group = f"/aws/vendedlogs/{name}"
    place = {"LogGroupArn": f"arn:aws:logs:us-east-1:123456789012:log-group:{group}"}
    delivery = {"LogLevel": "INFO", "EventSource": "userAuthEvents", "CloudWatchLogsConfiguration": place}
    pool.idp.set_log_delivery_configuration(UserPoolId=pool.id, LogConfigurations=[delivery])
    pool.user("ann")
    pool.sign_in("ann")
    (line,) = found(logs, group, logStreamNamePrefix=pool.id)
    event = json.loads(line)
    assert event["eventSource"] == "USER_ACTIVITY" and event["logSourceId"] == {"userPoolId": pool.id}
    message = event["message"]
    assert (message["eventType"], message["eventResponse"]) == ("SignIn", "Pass")
    assert (message["userName"], message["clientId"]) == ("ann", pool.app)


def test_policies_name_groups(server, logs, group, name):
    iam = server.client("iam")
    iam.create_user(UserName=name)
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"
    document = (
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["logs:PutLogEvents","logs:FilterLogEvents"],'
        f'"Resource":"{arn}"}}}}'
    )
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    theirs = server.client("logs", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    put(theirs, group, "s", "allowed")
    assert found(theirs, group) == ["allowed"]
    with refused("AccessDeniedException"):
        theirs.delete_log_group(logGroupName=group)
    logs.create_log_group(logGroupName=group + "x")
    with refused("AccessDeniedException"):
        theirs.filter_log_events(logGroupName=group + "x")
