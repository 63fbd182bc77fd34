"""A user pool as a test needs it: users with passwords, clients, a domain, tokens."""

import base64
import hashlib
import hmac

PASSWORD = "Correct-Horse-7"
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
CALLBACK = "https://app.example.com/callback"
SCOPES = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"]


def attributes(given):
    return [{"Name": name, "Value": value} for name, value in given.items()]


def values(listed):
    """The other way round."""
    return {item["Name"]: item["Value"] for item in listed}


def secret_hash(client, username):
    message = (username + client["ClientId"]).encode()
    return base64.b64encode(hmac.new(client["ClientSecret"].encode(), message, hashlib.sha256).digest()).decode()


class Pool:
    """Makes the pool. `settings` are CreateUserPool's."""

    def __init__(self, server, name, **settings):
        self.server = server
        self.name = name
        self.idp = server.client("cognito-idp")
        made = self.idp.create_user_pool(PoolName=name, **settings)["UserPool"]
        self.id, self.arn = made["Id"], made["Arn"]
        self._app = None

    @property
    def issuer(self):
        return f"{self.server.url}/{self.id}"

    @property
    def app(self):
        """A client for the password flows, without a secret."""
        self._app = self._app or self.client()
        return self._app["ClientId"]

    def client(self, **settings):
        settings = {"ClientName": "app", "ExplicitAuthFlows": FLOWS, **settings}
        return self.idp.create_user_pool_client(UserPoolId=self.id, **settings)["UserPoolClient"]

    def oauth_client(self, *flows, **settings):
        """A client for the hosted pages."""
        defaults = {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": list(flows),
            "AllowedOAuthScopes": SCOPES,
            "CallbackURLs": [CALLBACK],
            "LogoutURLs": ["https://app.example.com/bye"],
            "SupportedIdentityProviders": ["COGNITO"],
        }
        return self.client(**{**defaults, **settings})

    def domain(self):
        """Gives the pool its pages; answers where they are."""
        self.idp.create_user_pool_domain(Domain=self.name, UserPoolId=self.id)
        return f"{self.server.url}/_aws/auth/{self.name}"

    def user(self, username, password=PASSWORD, **given):
        """A confirmed user; answers its `sub`."""
        made = self.idp.admin_create_user(
            UserPoolId=self.id, Username=username, MessageAction="SUPPRESS", UserAttributes=attributes(given)
        )
        self.idp.admin_set_user_password(UserPoolId=self.id, Username=username, Password=password, Permanent=True)
        return values(made["User"]["Attributes"])["sub"]

    def sign_in(self, username, password=PASSWORD, client=None):
        """The first answer of USER_PASSWORD_AUTH."""
        return self.idp.initiate_auth(
            ClientId=client or self.app,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )

    def tokens(self, username, password=PASSWORD, client=None):
        return self.sign_in(username, password, client)["AuthenticationResult"]

    def refresh(self, token, client=None):
        return self.idp.initiate_auth(
            ClientId=client or self.app, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}
        )["AuthenticationResult"]

    def describe(self, username):
        return self.idp.admin_get_user(UserPoolId=self.id, Username=username)
