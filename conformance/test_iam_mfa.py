"""MFA of users: a device as an authenticator app holds it, and what STS gives for its codes."""

import json

import boto3
from botocore.config import Config

from refusal import refused
from running import ACCOUNT
from totp import totp


def acting(server, service, key):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=server.address if service == "s3" else server.url,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
        config=Config(retries={"max_attempts": 0}),
    )


def test_a_code_opens_what_a_policy_keeps_for_mfa(server, name):
    iam = server.client("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    statement = {
        "Effect": "Allow",
        "Action": ["s3:*", "iam:ListMFADevices"],
        "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    seed, serial = device["Base32StringSeed"].decode(), device["SerialNumber"]
    assert serial == f"arn:aws:iam::{ACCOUNT}:mfa/{name}" and device["QRCodePNG"].startswith(b"\x89PNG\r\n")
    with refused("InvalidAuthenticationCode"):
        iam.enable_mfa_device(
            UserName=name, SerialNumber=serial, AuthenticationCode1=totp(seed, 0), AuthenticationCode2=totp(seed, -1)
        )
    iam.enable_mfa_device(
        UserName=name, SerialNumber=serial, AuthenticationCode1=totp(seed, -2), AuthenticationCode2=totp(seed, -1)
    )
    sts = acting(server, "sts", key)
    with refused("AccessDenied"):
        acting(server, "s3", key).list_buckets()
    with refused("AccessDenied"):
        acting(server, "s3", sts.get_session_token()["Credentials"]).list_buckets()
    code = totp(seed, 0)
    proven = sts.get_session_token(SerialNumber=serial, TokenCode=code)["Credentials"]
    acting(server, "s3", proven).list_buckets()
    assert acting(server, "iam", proven).list_mfa_devices()["MFADevices"][0]["SerialNumber"] == serial
    with refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. "):
        sts.get_session_token(SerialNumber=serial, TokenCode=code)
