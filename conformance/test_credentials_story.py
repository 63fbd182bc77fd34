"""Credentials that mean something: a service with an access key, and people who come through a user pool and an identity
pool, at an API that asks for signatures and at a bucket."""

import json

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from identity_pool import ISSUER, IdentityPool, allow
from refusal import refused
from rest_api import Api


def send(url, credentials=None, method="POST", data="{}", sent=None):
    """Signs the request and sends it, as it is or with another body."""
    request = AWSRequest(method, url, data=data, headers={"content-type": "application/json"})
    if credentials:
        SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
    prepared = request.prepare()
    body = prepared.body if sent is None else sent
    return requests.request(method, prepared.url, data=body, headers=dict(prepared.headers), timeout=10)


@pytest.fixture
def dragons(server, name):
    """`/dragons` behind AWS_IAM; the answer tells who called."""
    api = Api(server, name)
    resource = api.resource("dragons")
    told = {
        "caller": "$context.identity.userArn",
        "identity": "$context.identity.cognitoIdentityId",
        "pool": "$context.identity.cognitoIdentityPoolId",
        "kind": "$context.identity.cognitoAuthenticationType",
        "provider": "$context.identity.cognitoAuthenticationProvider",
    }
    for verb in ("GET", "POST"):
        api.mock(resource, verb, template=json.dumps(told), authorizationType="AWS_IAM")
    api.deploy()
    return api


def arn(api, verb="POST"):
    return f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/test/{verb}/dragons"


def test_a_service_with_an_access_key_reaches_what_its_policy_allows(server, dragons, name):
    iam = server.client("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    url = server.stage(dragons.id, "test", "/dragons")
    denied = send(url, credentials)
    assert denied.status_code == 403
    assert f"user/{name} is not authorized to perform: execute-api:Invoke on resource: " in denied.text
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(allow("execute-api:Invoke", arn(dragons))))
    answer = send(url, credentials)
    assert answer.status_code == 200 and answer.json()["caller"] == f"arn:aws:iam::123456789012:user/{name}"
    assert send(url, credentials, method="GET").status_code == 403
    assert send(url).status_code == 403
    assert send(url, credentials, sent='{"tampered": true}').status_code == 403
    assert send(url, Credentials(key["AccessKeyId"], "not the secret")).status_code == 403
    assert send(url, Credentials("AKIAIOSFODNN7EXAMPLE", key["SecretAccessKey"])).status_code == 403
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert send(url, credentials).status_code == 403


def as_signer(given):
    return Credentials(given["AccessKeyId"], given["SecretKey"], given["SessionToken"])


def test_a_person_who_signed_in_reaches_api_and_bucket(server, pool, dragons, name):
    identities = IdentityPool(server, pool, name)
    sub = pool.user("ada")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": arn(dragons, "*")},
            {
                "Effect": "Allow",
                "Action": ["s3:PutObject", "s3:GetObject"],
                "Resource": f"arn:aws:s3:::{name}/${{{ISSUER}:sub}}/*",
            },
        ],
    }
    guests = identities.role("unauthenticated", allow("execute-api:Invoke", arn(dragons, "GET")))
    users = identities.role("authenticated", policy)
    identities.api.set_identity_pool_roles(
        IdentityPoolId=identities.id, Roles={"authenticated": users, "unauthenticated": guests}
    )
    server.client("s3").create_bucket(Bucket=name)
    url = server.stage(dragons.id, "test", "/dragons")

    guest = identities.identity()
    by_guest = as_signer(identities.credentials(guest))
    answer = send(url, by_guest, method="GET")
    assert answer.status_code == 200
    assert (answer.json()["identity"], answer.json()["kind"]) == (guest, "unauthenticated")
    assert send(url, by_guest).status_code == 403, "a guest's small role"

    logins = identities.logins("ada")
    identity = identities.identity(logins)
    given = identities.credentials(identity, logins)
    answer = send(url, as_signer(given))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["identity"], told["pool"], told["kind"]) == (identity, identities.id, "authenticated")
    assert told["provider"] == f"{identities.provider},{identities.provider}:CognitoSignIn:{sub}"
    assert told["caller"].endswith("/CognitoIdentityCredentials")
    s3 = identities.acting("s3", given)
    s3.put_object(Bucket=name, Key=f"{identity}/letter", Body=b"hello")
    assert s3.get_object(Bucket=name, Key=f"{identity}/letter")["Body"].read() == b"hello"
    with refused("AccessDenied"):
        s3.put_object(Bucket=name, Key=f"{guest}/letter", Body=b"x")
    without_token = Credentials(given["AccessKeyId"], given["SecretKey"])
    assert send(url, without_token).status_code == 403
    anothers_token = Credentials(given["AccessKeyId"], given["SecretKey"], by_guest.token)
    assert send(url, anothers_token).status_code == 403
