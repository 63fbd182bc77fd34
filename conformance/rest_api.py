"""A REST API as a test needs it."""

import json

import requests


class Api:
    """Makes the API. Methods are added, then it is deployed."""

    def __init__(self, server, name, **settings):
        self.server = server
        self.client = server.client("apigateway")
        made = self.client.create_rest_api(name=name, endpointConfiguration={"types": ["REGIONAL"]}, **settings)
        self.id = made["id"]
        self.root = made.get("rootResourceId") or self.client.get_resources(restApiId=self.id)["items"][0]["id"]

    def resource(self, part, parent=None):
        return self.client.create_resource(restApiId=self.id, parentId=parent or self.root, pathPart=part)["id"]

    def authorizer(self, *arns, name="pools", header="Authorization", **settings):
        return self.client.create_authorizer(
            restApiId=self.id,
            name=name,
            type="COGNITO_USER_POOLS",
            providerARNs=list(arns),
            identitySource=f"method.request.header.{header}",
            **settings,
        )["id"]

    def method(self, resource, verb="GET", authorizer=None, **settings):
        kind = {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": authorizer} if authorizer else {}
        return self.client.put_method(
            restApiId=self.id,
            resourceId=resource,
            httpMethod=verb,
            **{"authorizationType": "NONE", **kind, **settings},
        )

    def mock(self, resource, verb="GET", body=None, status="200", authorizer=None, template=None, **settings):
        """A method that answers by itself."""
        self.method(resource, verb, authorizer, **settings)
        where = {"restApiId": self.id, "resourceId": resource, "httpMethod": verb}
        self.client.put_integration(
            **where, type="MOCK", requestTemplates={"application/json": json.dumps({"statusCode": int(status)})}
        )
        self.client.put_method_response(**where, statusCode=status)
        text = template if template is not None else json.dumps({"ok": True} if body is None else body)
        self.client.put_integration_response(**where, statusCode=status, responseTemplates={"application/json": text})

    def proxy(self, resource, uri, verb="GET", **settings):
        """A method that hands the request to a backend."""
        where = {"restApiId": self.id, "resourceId": resource, "httpMethod": verb}
        given = settings.pop("requestParameters", None)
        self.client.put_method(**where, authorizationType="NONE", **({"requestParameters": given} if given else {}))
        settings = {"type": "HTTP_PROXY", "integrationHttpMethod": verb, **settings}
        self.client.put_integration(**where, uri=uri, **settings)

    def deploy(self, stage="test", **settings):
        return self.client.create_deployment(restApiId=self.id, stageName=stage, **settings)["id"]

    def call(self, path="/", stage="test", method="GET", **request):
        """Calls the deployed API."""
        return requests.request(method, self.server.stage(self.id, stage, path), timeout=30, **request)
