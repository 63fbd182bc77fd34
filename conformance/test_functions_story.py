"""Functions at their work: they judge callers of APIs, answer them, take part in sign-in, and call this server in the role
that they were given. What no permission lets in stays outside."""

import json

import pytest
import requests
from botocore.exceptions import ClientError

from hosted import Hosted, arn, rust, uri
from rest_api import Api
from running import ACCOUNT, REGION
from tokens import claims
from user_pool import PASSWORD, Pool

AUTHORIZER = """
CALLS = 0
def handler(event, context):
    global CALLS
    CALLS += 1
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    token = event.get("authorizationToken") or headers.get("auth", "")
    if token == "unauthorized":
        raise Exception("Unauthorized")
    if token == "boom":
        raise ValueError("boom")
    effect = "Allow" if token.startswith("allow") else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": token, "policyDocument": policy, "context": {"calls": CALLS}}
"""
SHOW = '{"who": "$context.authorizer.principalId", "calls": "$context.authorizer.calls"}'


@pytest.fixture
def hosted(server, name):
    return Hosted(server, name)


def authorized(hosted, kind, **settings):
    """An API whose one method asks a function."""
    function = hosted.python("judge", AUTHORIZER)
    api = Api(hosted.server, hosted.name)
    authorizer = api.client.create_authorizer(
        restApiId=api.id, name="judge", type=kind, authorizerUri=uri(function),
        identitySource="method.request.header.auth", **settings,
    )["id"]
    hosted.permit(function, "apigateway.amazonaws.com", f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/authorizers/{authorizer}")
    api.mock(api.root, template=SHOW, authorizationType="CUSTOM", authorizerId=authorizer)
    api.deploy()

    def call(token):
        return requests.get(hosted.server.stage(api.id, "test"), headers={"auth": token}, timeout=30)

    return call


@pytest.mark.parametrize("kind", ["TOKEN", "REQUEST"])
def test_an_authorizer_lets_in_keeps_out_and_is_remembered(hosted, kind):
    call = authorized(hosted, kind, authorizerResultTtlInSeconds=300)
    first, again = call("allow-me"), call("allow-me")
    assert (first.status_code, first.json()) == (200, {"who": "allow-me", "calls": "1"})
    assert again.json() == first.json(), "the policy was kept"
    assert call("allow-you").json()["calls"] == "2"
    assert call("nobody").status_code == 403
    assert (call("unauthorized").status_code, call("boom").status_code) == (401, 500)
    assert requests.get(first.url, timeout=30).status_code == 401, "without a token nobody is asked"


PROXY = """
import json
def handler(event, context):
    body = {"path": event["path"], "method": event["httpMethod"], "said": event["body"], "by": context.function_name}
    return {"statusCode": 200, "headers": {"x-from": "python"}, "body": json.dumps(body)}
"""
NODE = """
export const handler = async (event, context) => ({
  statusCode: 200,
  headers: { "x-from": "node" },
  body: JSON.stringify({ path: event.path, method: event.httpMethod, said: event.body, by: context.functionName }),
});
"""


def proxied(hosted, function, permit=True):
    """An API that hands all to a function; where it is called."""
    api = Api(hosted.server, hosted.name)
    path = api.resource("dragons")
    api.proxy(path, uri(function), verb="POST", type="AWS_PROXY")
    if permit:
        hosted.permit(function, "apigateway.amazonaws.com", f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/*/POST/dragons")
    api.deploy()
    return api, hosted.server.stage(api.id, "test", "/dragons")


def test_a_proxy_in_python_and_one_in_node(hosted):
    for language, function in [("python", hosted.python("py", PROXY)), ("node", hosted.node("js", NODE))]:
        _, at = proxied(hosted, function)
        answer = requests.post(at, data="rawr", timeout=30)
        assert (answer.status_code, answer.headers["x-from"]) == (200, language)
        assert answer.json() == {"path": "/dragons", "method": "POST", "said": "rawr", "by": function}


def test_a_proxy_in_rust(hosted, tmp_path):
    function = hosted.make("rs", {"bootstrap": rust(tmp_path)}, Runtime="provided.al2023", Handler="rust.handler")
    _, at = proxied(hosted, function)
    answer = requests.post(at, data="rawr", timeout=30)
    assert (answer.status_code, answer.headers["x-from"]) == (201, "rust")
    assert answer.text == f"/dragons by {function}"


def test_without_permission_no_api_calls_a_function(hosted):
    function = hosted.python("shut", PROXY)
    api, at = proxied(hosted, function, permit=False)
    answer = requests.post(at, data="rawr", timeout=30)
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal server error"})
    resources = api.client.get_resources(restApiId=api.id)["items"]
    dragons = next(each["id"] for each in resources if each["path"] == "/dragons")
    tested = api.client.test_invoke_method(restApiId=api.id, resourceId=dragons, httpMethod="POST", body="rawr")
    assert tested["status"] == 500 and "Invalid permissions on Lambda function" in tested["log"]
    hosted.permit(function, "apigateway.amazonaws.com", f"arn:aws:execute-api:{REGION}:{ACCOUNT}:another/*")
    assert requests.post(at, data="rawr", timeout=30).status_code == 500, "another API's permission"
    hosted.permit(function, "apigateway.amazonaws.com", f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.id}/*", sid="b")
    assert requests.post(at, data="rawr", timeout=30).status_code == 200


DEFINE = """
def handler(event, context):
    session, response = event["request"]["session"], event["response"]
    passed = bool(session) and session[-1]["challengeResult"]
    response["issueTokens"], response["failAuthentication"] = passed, len(session) > 2 and not passed
    if not passed:
        response["challengeName"] = "CUSTOM_CHALLENGE"
    return event
"""
CREATE = """
def handler(event, context):
    event["response"]["publicChallengeParameters"] = {"question": "2 + 2"}
    event["response"]["privateChallengeParameters"] = {"answer": "4"}
    return event
"""
VERIFY = """
def handler(event, context):
    request = event["request"]
    event["response"]["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return event
"""
PRE_SIGN_UP = """
def handler(event, context):
    if event["userName"].startswith("bad"):
        raise Exception("Not you")
    event["response"]["autoConfirmUser"] = True
    return event
"""
PRE_TOKEN = """
def handler(event, context):
    overrides = {"claimsToAddOrOverride": {"dragon": "green"}, "claimsToSuppress": ["email"]}
    event["response"]["claimsOverrideDetails"] = overrides
    return event
"""


def triggered(hosted, **triggers):
    """A pool with functions as its triggers, each of which lets it in."""
    functions = {trigger: hosted.python(trigger, code) for trigger, code in triggers.items()}
    pool = Pool(hosted.server, hosted.name, LambdaConfig={trigger: arn(name) for trigger, name in functions.items()})
    for function in functions.values():
        hosted.permit(function, "cognito-idp.amazonaws.com", pool.arn)
    return pool, functions


def test_a_challenge_of_ones_own_by_three_functions(hosted):
    pool, _ = triggered(hosted, DefineAuthChallenge=DEFINE, CreateAuthChallenge=CREATE, VerifyAuthChallengeResponse=VERIFY)
    client = pool.client(ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["ClientId"]
    pool.idp.admin_create_user(UserPoolId=pool.id, Username="ann", MessageAction="SUPPRESS")
    pool.idp.admin_set_user_password(UserPoolId=pool.id, Username="ann", Password=PASSWORD, Permanent=True)
    asked = pool.idp.initiate_auth(ClientId=client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "ann"})
    assert asked["ChallengeParameters"]["question"] == "2 + 2"

    def answer(session, said):
        responses = {"USERNAME": "ann", "ANSWER": said}
        return pool.idp.respond_to_auth_challenge(
            ClientId=client, ChallengeName="CUSTOM_CHALLENGE", Session=session, ChallengeResponses=responses
        )

    wrong = answer(asked["Session"], "5")
    assert wrong["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert "AccessToken" in answer(wrong["Session"], "4")["AuthenticationResult"]


def test_functions_at_sign_up_and_before_tokens(hosted):
    pool, functions = triggered(hosted, PreSignUp=PRE_SIGN_UP, PreTokenGeneration=PRE_TOKEN)
    with pytest.raises(ClientError, match="PreSignUp failed with error Not you."):
        pool.idp.sign_up(ClientId=pool.app, Username="bad-bob", Password=PASSWORD)
    assert pool.idp.sign_up(ClientId=pool.app, Username="ann", Password=PASSWORD)["UserConfirmed"]

    def sign_in():
        parameters = {"USERNAME": "ann", "PASSWORD": PASSWORD}
        return pool.idp.initiate_auth(ClientId=pool.app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)

    assert claims(sign_in()["AuthenticationResult"]["IdToken"])["dragon"] == "green"
    hosted.client.remove_permission(FunctionName=functions["PreTokenGeneration"], StatementId="let")
    with pytest.raises(ClientError) as caught:
        sign_in()
    error = caught.value.response["Error"]
    assert error["Code"] == "UnexpectedLambdaException" and "AccessDeniedException" in error["Message"]


CALLS_BACK = """
import os, urllib.request, json
def handler(event, context):
    try:
        import boto3
    except ImportError:
        return {"boto3": None, "endpoint": os.environ["AWS_ENDPOINT_URL"]}
    who = boto3.client("sts").get_caller_identity()["Arn"]
    try:
        boto3.client("iam").list_users()
        users = "listed"
    except Exception as error:
        users = error.response["Error"]["Code"]
    pools = boto3.client("cognito-idp").list_user_pools(MaxResults=1)
    return {"boto3": True, "who": who, "users": users, "pools": "UserPools" in pools}
"""


def test_a_function_calls_this_server_in_its_role(server, name):
    may = [{"Effect": "Allow", "Action": "cognito-idp:ListUserPools", "Resource": "*"}]
    hosted = Hosted(server, name, policy=may)
    import boto3

    packages = boto3.__path__[0].rsplit("/", 1)[0]
    # The interpreter of functions brings no SDK of its own: it finds the one of these tests.
    function = hosted.python("calls", CALLS_BACK, Timeout=60, MemorySize=512, Environment={"Variables": {"PYTHONPATH": packages}})
    answer, error = hosted.invoke(function)
    assert error is None, answer
    assert answer == {
        "boto3": True,
        "who": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}-role/{function}",
        "users": "AccessDenied",
        "pools": True,
    }
