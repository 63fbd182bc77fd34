"""An HTTP API as a test needs it: its `$default` stage deploys by itself."""

import requests


class HttpApi:
    """Makes the API. `settings` are CreateApi's."""

    def __init__(self, server, name, stage="$default", variables=None, **settings):
        self.server = server
        self.client = server.client("apigatewayv2")
        made = self.client.create_api(Name=name, ProtocolType="HTTP", **settings)
        self.id, self.url = made["ApiId"], made["ApiEndpoint"]
        self.client.create_stage(ApiId=self.id, StageName=stage, AutoDeploy=True, StageVariables=variables or {})

    def integration(self, **settings):
        return self.client.create_integration(ApiId=self.id, **settings)["IntegrationId"]

    def proxy(self, uri, **settings):
        """A backend."""
        settings = {"IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0", **settings}
        return self.integration(IntegrationType="HTTP_PROXY", IntegrationUri=uri, **settings)

    def function(self, arn, payload="2.0", **settings):
        return self.integration(
            IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion=payload, **settings
        )

    def route(self, key, integration, **settings):
        return self.client.create_route(
            ApiId=self.id, RouteKey=key, Target=f"integrations/{integration}", **settings
        )["RouteId"]

    def jwt(self, issuer, *audience, source="$request.header.Authorization"):
        return self.client.create_authorizer(
            ApiId=self.id,
            Name="jwt",
            AuthorizerType="JWT",
            IdentitySource=[source],
            JwtConfiguration={"Issuer": issuer, "Audience": list(audience)},
        )["AuthorizerId"]

    def lambda_authorizer(self, arn, payload="2.0", simple=True, sources=("$request.header.Authorization",), **settings):
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
        simple = {"EnableSimpleResponses": simple} if payload == "2.0" else {}
        return self.client.create_authorizer(
            ApiId=self.id,
            Name="lambda",
            AuthorizerType="REQUEST",
            AuthorizerUri=uri,
            AuthorizerPayloadFormatVersion=payload,
            IdentitySource=list(sources),
            **simple,
            **settings,
        )["AuthorizerId"]

    def call(self, path="/", method="GET", **kwargs):
        return requests.request(method, self.url + path, timeout=30, **kwargs)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}
