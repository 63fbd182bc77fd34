"""Whom a pool's messages are sent by: the role of its text messages, the sender of its mails, as whoever carries them is
told."""

import json

import pytest

from functions import MailServer, Webhook
from identity_pool import allow
from refusal import refused
from running import ACCOUNT, Server
from user_pool import PASSWORD, Pool, attributes

USER_POOLS = "cognito-idp.amazonaws.com"


def trust(service, **more):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def test_the_role_of_text_messages_must_trust_user_pools_and_may_publish(server, name):
    iam = server.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))["Role"]["Arn"]
    sms = {"SnsCallerArn": role, "ExternalId": "shop", "SnsRegion": "eu-west-1"}
    idp = server.client("cognito-idp")

    def make():
        return Pool(server, name, SmsConfiguration=sms, AutoVerifiedAttributes=["phone_number"])

    untrusting = "Role does not have a trust relationship allowing Cognito to assume the role"
    powerless = "Role does not have permission to publish with SNS"
    with refused("InvalidSmsRoleTrustRelationshipException", untrusting):
        make()
    other = {"StringEquals": {"sts:ExternalId": "another"}}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(USER_POOLS, Condition=other))
    with refused("InvalidSmsRoleTrustRelationshipException", untrusting):
        make()
    iam.update_assume_role_policy(
        RoleName=name, PolicyDocument=trust(USER_POOLS, Condition={"StringEquals": {"sts:ExternalId": "shop"}})
    )
    with refused("InvalidSmsRoleAccessPolicyException", powerless):
        make()
    policy = json.dumps(allow("sns:Publish", "*"))
    iam.put_role_policy(RoleName=name, PolicyName="send", PolicyDocument=policy)
    pool = make()
    assert idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["SmsConfiguration"] == sms

    def sign_up():
        given = attributes({"phone_number": "+491701234567"})
        pool.idp.sign_up(ClientId=pool.app, Username="ann", Password=PASSWORD, UserAttributes=given)

    iam.delete_role_policy(RoleName=name, PolicyName="send")
    with refused("InvalidSmsRoleAccessPolicyException", powerless):
        sign_up()
    iam.put_role_policy(RoleName=name, PolicyName="send", PolicyDocument=policy)
    sign_up()
    pool.idp.confirm_sign_up(ClientId=pool.app, Username="ann", ConfirmationCode=server.code(pool=pool.id))


@pytest.fixture
def carried(tmp_path):
    """A server with a mail server that takes some senders, and a webhook."""
    with MailServer() as mails, Webhook() as hook:
        (tmp_path / "secret").write_text("a secret of some length")
        (tmp_path / "portcullis.toml").write_text(
            f'''[smtp]
host = "127.0.0.1"
port = {mails.port}
tls = "none"
from = "Portcullis <no-reply@example.org>"
senders = ["@example.com"]

[sms]
url = "{hook.url}/send"
secret_file = "{tmp_path / "secret"}"
countries = ["*"]
'''
        )
        server = Server("serve", "--config", str(tmp_path / "portcullis.toml"))
        yield server, mails, hook
        server.stop()


def test_whoever_carries_messages_is_told_of_the_pools_senders(carried, name):
    server, mails, hook = carried
    sms = {"SnsCallerArn": f"arn:aws:iam::{ACCOUNT}:role/elsewhere", "ExternalId": "shop", "SnsRegion": "eu-west-1"}
    mail = {"From": "Shop <shop@example.com>", "ReplyToEmailAddress": "help@example.com", "ConfigurationSet": "codes"}
    pool = Pool(
        server,
        name,
        AutoVerifiedAttributes=["email", "phone_number"],
        SmsConfiguration=sms,
        EmailConfiguration=mail,
    )
    for username, given in [("ann", {"email": "ann@example.net"}), ("bob", {"phone_number": "+491701234567"})]:
        pool.idp.sign_up(
            ClientId=pool.app, Username=username, Password=PASSWORD, UserAttributes=attributes(given)
        )
    head = mails.first().split("\r\n\r\n")[0].split("\r\n")
    for line in ["X-SES-CONFIGURATION-SET: codes", "Reply-To: help@example.com", "To: ann@example.net"]:
        assert line in head
    assert "shop@example.com" in next(line for line in head if line.startswith("From: "))
    told = json.loads(hook.first()[1])
    assert told["to"] == "+491701234567"
    assert told["sns"] == {"callerArn": sms["SnsCallerArn"], "externalId": "shop", "region": "eu-west-1"}


def test_a_pool_does_not_send_as_somebody_else(carried, name):
    server, _, _ = carried
    not_allowed = "Cognito is not allowed to use your email identity"
    identity = f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/ceo@another.example"
    for mail in [
        {"From": "ceo@another.example"},
        {"From": "shop@example.com <ceo@another.example>"},
        {"EmailSendingAccount": "DEVELOPER", "SourceArn": identity},
    ]:
        with refused("InvalidEmailRoleAccessPolicyException", not_allowed):
            Pool(server, name, EmailConfiguration=mail)
    pool = Pool(server, name)
    with refused("InvalidEmailRoleAccessPolicyException", not_allowed):
        pool.idp.update_user_pool(UserPoolId=pool.id, EmailConfiguration={"From": "ceo@another.example"})
