"""An identity pool as a test needs it: over a user pool, with roles whose trust policies admit its identities."""

import json
import uuid

import boto3
from botocore.config import Config

ISSUER = "cognito-identity.amazonaws.com"
FORBIDDEN = "Access to Identity '{}' is forbidden."


def trust(pool_id, kind, *actions):
    return {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Federated": ISSUER},
            "Action": ["sts:AssumeRoleWithWebIdentity", *actions],
            "Condition": {
                "StringEquals": {f"{ISSUER}:aud": pool_id},
                "ForAnyValue:StringLike": {f"{ISSUER}:amr": kind},
            },
        },
    }


def allow(action, resource, **more):
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": resource, **more}}


class IdentityPool:
    """Makes the pool. `settings` are CreateIdentityPool's."""

    def __init__(self, server, users, name, **settings):
        self.server, self.users, self.name = server, users, name
        self.api = server.client("cognito-identity")
        self.iam = server.client("iam")
        self.provider = f"cognito-idp.us-east-1.amazonaws.com/{users.id}"
        defaults = {
            "AllowUnauthenticatedIdentities": True,
            "CognitoIdentityProviders": [{"ProviderName": self.provider, "ClientId": users.app}],
        }
        made = self.api.create_identity_pool(IdentityPoolName=name, **{**defaults, **settings})
        self.id = made["IdentityPoolId"]

    def role(self, kind, policy=None, *actions, document=None):
        """A role that identities of this kind may act in."""
        name = f"{self.name}-{kind}-{uuid.uuid4().hex[:8]}"
        document = document or trust(self.id, kind, *actions)
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))["Role"]
        if policy:
            self.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        return role["Arn"]

    def logins(self, username, **more):
        return {self.provider: self.users.sign_in(username)["AuthenticationResult"]["IdToken"], **more}

    def identity(self, logins=None):
        given = {"Logins": logins} if logins else {}
        return self.api.get_id(IdentityPoolId=self.id, **given)["IdentityId"]

    def credentials(self, identity, logins=None, **more):
        given = {"Logins": logins} if logins else {}
        return self.api.get_credentials_for_identity(IdentityId=identity, **given, **more)["Credentials"]

    def acting(self, service, credentials):
        """A client that signs with temporary credentials."""
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=self.server.address if service == "s3" else self.server.url,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials.get("SecretKey") or credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            config=Config(retries={"max_attempts": 0}),
        )


def set_roles(identities, mapping=None, **roles):
    given = {"RoleMappings": {f"{identities.provider}:{identities.users.app}": mapping}} if mapping else {}
    identities.api.set_identity_pool_roles(IdentityPoolId=identities.id, Roles=roles, **given)
