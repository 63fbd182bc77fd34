"""The main job by the aws cli alone: a pool, a user, a protected API; then both labs as they stand."""

import json
import re

import pytest
import requests

from aws_cli import Aws, Refused
from browser import Browser
from running import Server
from user_pool import PASSWORD


@pytest.fixture
def aws(server):
    return Aws(server)


def new_pool(aws, name, *more):
    return aws("cognito-idp", "create-user-pool", "--pool-name", name, *more)["UserPool"]


def new_client(aws, pool, *more):
    made = aws(
        "cognito-idp",
        "create-user-pool-client",
        *("--user-pool-id", pool["Id"], "--client-name", "cli"),
        *("--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
        *more,
    )
    return made["UserPoolClient"]["ClientId"]


def sign_in(aws, client, username, password):
    return aws(
        "cognito-idp",
        "initiate-auth",
        *("--client-id", client, "--auth-flow", "USER_PASSWORD_AUTH"),
        *("--auth-parameters", json.dumps({"USERNAME": username, "PASSWORD": password})),
    )


def protected_api(aws, name, arn, header):
    """`GET /secret` behind the pool, on stage `test`; answers the ids of API and authorizer."""
    api = aws("apigateway", "create-rest-api", "--name", name)["id"]
    where = ("--rest-api-id", api)
    root = aws("apigateway", "get-resources", *where)["items"][0]["id"]
    resource = aws("apigateway", "create-resource", *where, "--parent-id", root, "--path-part", "secret")["id"]
    authorizer = aws(
        "apigateway",
        "create-authorizer",
        *(*where, "--name", "pool", "--type", "COGNITO_USER_POOLS", "--provider-arns", arn),
        *("--identity-source", f"method.request.header.{header}"),
    )["id"]
    method = (*where, "--resource-id", resource, "--http-method", "GET")
    guard = ("--authorization-type", "COGNITO_USER_POOLS", "--authorizer-id", authorizer)
    aws("apigateway", "put-method", *method, *guard)
    template = json.dumps({"application/json": '{"statusCode": 200}'})
    aws("apigateway", "put-integration", *method, "--type", "MOCK", "--request-templates", template)
    aws("apigateway", "put-method-response", *method, "--status-code", "200")
    answer = json.dumps({"application/json": '{"secret": 42}'})
    aws("apigateway", "put-integration-response", *method, "--status-code", "200", "--response-templates", answer)
    aws("apigateway", "create-deployment", *where, "--stage-name", "test")
    return api, authorizer


def test_the_main_job(server, aws, name):
    pool = new_pool(aws, name, "--auto-verified-attributes", "email")
    client = new_client(aws, pool)
    email = json.dumps([{"Name": "email", "Value": "ann@example.com"}])
    who = ("--client-id", client, "--username", "ann")
    signed_up = aws("cognito-idp", "sign-up", *who, "--password", PASSWORD, "--user-attributes", email)
    assert signed_up["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    with pytest.raises(Refused, match=r"\(UserNotConfirmedException\).*: User is not confirmed\."):
        sign_in(aws, client, "ann", PASSWORD)
    code = server.code(pool=pool["Id"])
    aws("cognito-idp", "confirm-sign-up", *who, "--confirmation-code", code)
    result = sign_in(aws, client, "ann", PASSWORD)["AuthenticationResult"]
    user = aws("cognito-idp", "get-user", "--access-token", result["AccessToken"])
    assert user["Username"] == "ann"
    api, authorizer = protected_api(aws, name, pool["Arn"], "Authorization")
    url = server.stage(api, "test", "/secret")
    refusal = requests.get(url, timeout=10)
    assert (refusal.status_code, refusal.json()) == (401, {"message": "Unauthorized"})
    answer = requests.get(url, headers={"Authorization": result["IdToken"]}, timeout=10)
    assert (answer.status_code, answer.json()) == (200, {"secret": 42})
    tried = aws(
        "apigateway",
        "test-invoke-authorizer",
        *("--rest-api-id", api, "--authorizer-id", authorizer, "--headers", f"Authorization={result['IdToken']}"),
    )
    assert (tried["clientStatus"], tried["claims"]["cognito:username"]) == (200, "ann")


def test_a_user_with_a_temporary_password(aws, name):
    pool = new_pool(aws, name)
    client = new_client(aws, pool)
    aws(
        "cognito-idp",
        "admin-create-user",
        *("--user-pool-id", pool["Id"], "--username", "bob", "--temporary-password", "Temporary-1!"),
        *("--message-action", "SUPPRESS"),
    )
    challenge = sign_in(aws, client, "bob", "Temporary-1!")
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    responses = json.dumps({"USERNAME": "bob", "NEW_PASSWORD": PASSWORD})
    done = aws(
        "cognito-idp",
        "respond-to-auth-challenge",
        *("--client-id", client, "--challenge-name", "NEW_PASSWORD_REQUIRED"),
        *("--session", challenge["Session"], "--challenge-responses", responses),
    )
    assert done["AuthenticationResult"]["TokenType"] == "Bearer"
    found = aws("cognito-idp", "list-users", "--user-pool-id", pool["Id"], "--filter", 'username = "bob"')["Users"]
    assert [user["UserStatus"] for user in found] == ["CONFIRMED"]


def test_errors_read_as_on_aws(aws, name):
    with pytest.raises(
        Refused,
        match=r"An error occurred \(ResourceNotFoundException\) when calling the DescribeUserPool operation: "
        r"User pool us-east-1_Nothing00 does not exist\.",
    ):
        aws("cognito-idp", "describe-user-pool", "--user-pool-id", "us-east-1_Nothing00")
    with pytest.raises(
        Refused,
        match=r"An error occurred \(NotFoundException\) when calling the GetRestApi operation: "
        r"Invalid API identifier specified 123456789012:nothing000",
    ):
        aws("apigateway", "get-rest-api", "--rest-api-id", "nothing000")
    with pytest.raises(Refused, match=r"\(NotImplementedException\).*ListWebACLs"):
        aws("wafv2", "list-web-acls", "--scope", "REGIONAL")


@pytest.fixture(scope="module")
def lab():
    running = Server("lab")
    yield running
    running.stop()


def the_one(listed, **wanted):
    found = [item for item in listed if all(item.get(name) == value for name, value in wanted.items())]
    assert len(found) == 1, (wanted, listed)
    return found[0]


def test_the_first_lab_stands(lab):
    aws = Aws(lab)
    pool = the_one(aws("cognito-idp", "list-user-pools", "--max-results", "60")["UserPools"], Name="demo")
    described = aws("cognito-idp", "describe-user-pool", "--user-pool-id", pool["Id"])["UserPool"]
    assert the_one(described["SchemaAttributes"], Name="email")["Required"] is True
    policy = described["Policies"]["PasswordPolicy"]
    assert (policy["MinimumLength"], policy["RequireSymbols"]) == (8, True)
    listed = aws("cognito-idp", "list-user-pool-clients", "--user-pool-id", pool["Id"])["UserPoolClients"]
    client = aws(
        "cognito-idp",
        "describe-user-pool-client",
        *("--user-pool-id", pool["Id"], "--client-id", the_one(listed, ClientName="bma-website")["ClientId"]),
    )["UserPoolClient"]
    assert "ClientSecret" not in client
    assert client["AllowedOAuthFlows"] == ["implicit"]
    assert set(client["AllowedOAuthScopes"]) == {"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"}
    objects = aws("s3api", "list-objects-v2", "--bucket", "bma-website")["Contents"]
    assert [item["Key"] for item in objects] == ["callback.html", "index.html"]
    home = requests.get(lab.website("bma-website"), timeout=10)
    assert "Sign In" in home.text
    api = the_one(aws("apigateway", "get-rest-apis")["items"], name="dragons")["id"]
    url = lab.stage(api, "test", "/dragons")
    assert requests.get(url, timeout=10).status_code == 401
    assert requests.post(url, json={}, timeout=10).status_code == 200
    tried = aws(
        "apigateway",
        "test-invoke-method",
        *("--rest-api-id", api, "--http-method", "GET"),
        *(
            "--resource-id",
            the_one(aws("apigateway", "get-resources", "--rest-api-id", api)["items"], path="/dragons")["id"],
        ),
    )
    dragon = json.loads(tried["body"])[0]
    places = {f"location_{part}_str" for part in ("city", "country", "neighborhood", "state")}
    assert set(dragon) == {"description_str", "dragon_name_str", "family_str"} | places


def test_the_second_lab_stands(lab):
    aws = Aws(lab)
    pool = the_one(aws("cognito-idp", "list-user-pools", "--max-results", "60")["UserPools"], Name="cognito-lab-pool")
    user = aws("cognito-idp", "admin-get-user", "--user-pool-id", pool["Id"], "--username", "CognitoUser")
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    guide = "\n".join(lab.guide)
    temporary = re.search(r"CognitoUser with the temporary password (\S+)", guide)[1]
    listed = aws("cognito-idp", "list-user-pool-clients", "--user-pool-id", pool["Id"])["UserPoolClients"]
    challenge = sign_in(aws, the_one(listed, ClientName="lab-api-client")["ClientId"], "CognitoUser", temporary)
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    api = the_one(aws("apigateway", "get-rest-apis")["items"], name="Mock API")["id"]
    assert requests.get(lab.stage(api, "dev", "/mock"), timeout=10).status_code == 401
    authorizer = the_one(
        aws("apigateway", "get-authorizers", "--rest-api-id", api)["items"], name="lab-api-cognito-authorizer"
    )
    assert authorizer["identitySource"] == "method.request.header.auth-token"


def test_pages_of_a_pool_made_by_the_cli(server, aws, name):
    # the cli takes an https address for that of a file with the value
    callback = "myapp://callback"
    pool = new_pool(aws, name)
    client = new_client(
        aws,
        pool,
        "--allowed-o-auth-flows-user-pool-client",
        *("--allowed-o-auth-flows", "implicit", "--allowed-o-auth-scopes", "openid", "--callback-urls", callback),
        *("--supported-identity-providers", "COGNITO"),
    )
    where = ("--user-pool-id", pool["Id"])
    aws("cognito-idp", "create-user-pool-domain", "--domain", name, *where)
    aws("cognito-idp", "admin-create-user", *where, "--username", "ann", "--message-action", "SUPPRESS")
    aws("cognito-idp", "admin-set-user-password", *where, "--username", "ann", "--password", PASSWORD, "--permanent")
    browser = Browser(f"{server.url}/_aws/auth/{name}")
    landed = browser.sign_in("ann", PASSWORD, client_id=client, response_type="token", redirect_uri=callback)
    assert landed.location.startswith(callback + "#")
    assert {"id_token", "access_token", "expires_in", "token_type"} <= set(landed.fragment)
