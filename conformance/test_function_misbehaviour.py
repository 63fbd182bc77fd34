"""Functions that behave badly: each gets AWS's error, and the next call and other functions work."""

import base64
import io
import json
import zipfile

import pytest

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})

APP = """
import os, signal, sys, time
def handler(event, context):
    if event == 'work':
        return 'worked'
    exec(event)
    return 'done'
"""


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return out.getvalue()


@pytest.fixture
def functions(server):
    return server.client("lambda")


@pytest.fixture
def role(server, name):
    return server.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]


@pytest.fixture
def make(functions, role, name):
    """Makes functions, and ends them with the test."""
    made = []

    def function(app=APP, suffix="", **settings):
        settings = {"Runtime": "python3.12", "Handler": "app.handler", "Timeout": 20, **settings}
        code = settings.pop("Code", None) or {"ZipFile": zipped(app__py=app)}
        functions.create_function(FunctionName=name + suffix, Role=role, Code=code, **settings)
        functions.get_waiter("function_active_v2").wait(FunctionName=name + suffix)
        made.append(name + suffix)
        return name + suffix

    yield function
    for each in made:
        functions.delete_function(FunctionName=each)


def invoke(functions, name, event, **more):
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event), **more)
    return answer, json.loads(answer["Payload"].read())


def fails(functions, name, event, kind, message):
    answer, told = invoke(functions, name, event)
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert told == {"errorType": kind, "errorMessage": message.replace("ID", request_id)}
    assert invoke(functions, name, "work")[1] == "worked", "the next call works"


@pytest.mark.parametrize("code, reason", [
    ("os._exit(0)", "without providing a reason"),
    ("sys.exit(127)", "with error: exit status 127"),
    ("os.kill(os.getpid(), signal.SIGSEGV)", "with error: signal: segmentation fault"),
    ("os.closerange(3, 100)", "with error: exit status 1"),
])
def test_a_process_that_ends_is_told_as_it_ended(functions, make, code, reason):
    fails(functions, make(), code, "Runtime.ExitError", f"RequestId: ID Error: Runtime exited {reason}")


def test_a_function_that_hangs_is_ended_and_another_does_not_notice(functions, make):
    slow, other = make(Timeout=1), make(suffix="-other")
    message = "RequestId: ID Error: Task timed out after 1.00 seconds"
    fails(functions, slow, "while True: pass", "Sandbox.Timedout", message)
    assert invoke(functions, other, "work")[1] == "worked"


def test_an_answer_that_is_too_large_is_refused(functions, make):
    message = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
    app = APP.replace("return 'done'", "return 'x' * 6_291_555")
    fails(functions, make(app), "pass", "Function.ResponseSizeTooLarge", message)


def test_output_without_end_is_cut_and_the_tail_comes(functions, make):
    code = "for _ in range(1_000_000): sys.stdout.write('x' * 99 + chr(10))"
    answer, told = invoke(functions, make(Timeout=60), code, LogType="Tail")
    assert told == "done"
    tail = base64.b64decode(answer["LogResult"]).decode()
    assert len(tail) <= 4096
    assert "bytes more were printed and dropped" in tail
    assert "REPORT RequestId: " + answer["ResponseMetadata"]["RequestId"] in tail


def test_children_end_with_their_function_and_disks_stay_free(functions, make):
    fork = "import os\nif os.fork() == 0:\n    os.setsid(); time.sleep(1000)\nos._exit(3)"
    message = "RequestId: ID Error: Runtime exited with error: exit status 3"
    fails(functions, make(), fork, "Runtime.ExitError", message)
    fill = "[open('%s/%d' % (os.environ['TMPDIR'], n), 'wb').write(b'x' * 50_000_000) for n in range(12)]; time.sleep(1000)"
    message = "RequestId: ID Error: Runtime exited with error: signal: killed"
    fails(functions, make(suffix="-disk"), fill, "Runtime.ExitError", message)


def test_nonsense_is_handed_on_and_errors_bear_their_names(functions, make):
    answer, told = invoke(functions, make("def handler(e, c): return {1, 2}"), {})
    assert told["errorType"] == "Runtime.MarshalError", told
    answer, told = invoke(functions, make("import nowhere", "-import"), {})
    assert told["errorType"] == "Runtime.ImportModuleError"
    assert told["errorMessage"] == "Unable to import module 'app': No module named 'nowhere'"
    answer, told = invoke(functions, make("x = 1", "-missing"), {})
    assert told["errorType"] == "Runtime.HandlerNotFound", told


def evil(name, mode=0o100644, content=b"x"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr, info.create_system = mode << 16, 3
        archive.writestr(info, content)
    return out.getvalue()


@pytest.mark.parametrize("code", [
    evil("../evil.py"), evil("/etc/evil.py"), evil("link", 0o120777, b"/etc/passwd"), evil("device", 0o020666),
    b"no zip", zipped(app__py=APP)[:-5], zipped(app__py=APP).replace(b"app.py", b"\0pp.py"),
], ids=["traversal", "absolute", "link", "device", "text", "cut", "nul"])
def test_zips_that_are_no_good_are_refused(functions, role, name, code):
    with pytest.raises(functions.exceptions.InvalidParameterValueException) as refused:
        functions.create_function(FunctionName=name, Role=role, Runtime="python3.12", Handler="app.handler", Code={"ZipFile": code})
    assert "unzip" in refused.value.response["Error"]["Message"].lower()
