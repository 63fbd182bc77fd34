"""Tags of user pools and APIs as condition keys: what a policy says of `aws:ResourceTag/…`, `aws:RequestTag/…` and
`aws:TagKeys` decides calls of a principal with boto3."""

import json

import pytest
from botocore.exceptions import ClientError

BLUE = {"team": "blue"}
RED = {"team": "red"}


@pytest.fixture
def principal(server, name):
    """Makes a user of IAM with one policy; hands out clients that sign as that user."""
    iam = server.client("iam")

    def make(*statements):
        iam.create_user(UserName=name)
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_user_policy(UserName=name, PolicyName="tags", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return lambda service: server.client(service, key=key["AccessKeyId"], secret=key["SecretAccessKey"])

    return make


def allow(actions, **conditions):
    """`StringEquals__aws:ResourceTag/team="blue"` would be no name in Python, so conditions come as operator=keys."""
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return {**statement, "Condition": conditions} if conditions else statement


def refused(call, **given):
    with pytest.raises(ClientError) as refusal:
        call(**given)
    assert refusal.value.response["Error"]["Code"] == "AccessDeniedException"


def test_tags_of_a_pool_decide_who_may_use_it(server, name, principal):
    idp = server.client("cognito-idp")
    pools = {
        team: idp.create_user_pool(PoolName=f"{name}-{team}", UserPoolTags={"team": team})["UserPool"]
        for team in ("blue", "red")
    }
    bare = idp.create_user_pool(PoolName=name)["UserPool"]
    of_blue = {"aws:ResourceTag/team": "blue"}
    mine = principal(allow("cognito-idp:*", StringEquals=of_blue))("cognito-idp")
    assert mine.describe_user_pool(UserPoolId=pools["blue"]["Id"])["UserPool"]["Id"] == pools["blue"]["Id"]
    mine.admin_create_user(UserPoolId=pools["blue"]["Id"], Username="ada", MessageAction="SUPPRESS")
    assert mine.list_tags_for_resource(ResourceArn=pools["blue"]["Arn"])["Tags"] == BLUE
    for pool in (pools["red"]["Id"], bare["Id"], "us-east-1_AbsentPoo"):
        refused(mine.describe_user_pool, UserPoolId=pool)
        refused(mine.admin_create_user, UserPoolId=pool, Username="ada")
    refused(mine.tag_resource, ResourceArn=pools["red"]["Arn"], Tags=BLUE)
    # A tag that is taken away takes the right away at once.
    idp.untag_resource(ResourceArn=pools["blue"]["Arn"], TagKeys=["team"])
    refused(mine.describe_user_pool, UserPoolId=pools["blue"]["Id"])


def test_tags_of_a_request_decide_what_may_be_made(name, principal, server):
    rules = [
        allow("cognito-idp:CreateUserPool", StringEquals={"aws:RequestTag/team": "blue"}),
        allow("cognito-idp:TagResource", **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}}),
        allow("cognito-idp:UntagResource", **{"ForAllValues:StringEquals": {"aws:TagKeys": ["cost"]}}),
    ]
    mine = principal(*rules)("cognito-idp")
    refused(mine.create_user_pool, PoolName=name)
    refused(mine.create_user_pool, PoolName=name, UserPoolTags=RED)
    pool = mine.create_user_pool(PoolName=name, UserPoolTags=BLUE)["UserPool"]
    mine.tag_resource(ResourceArn=pool["Arn"], Tags={"cost": "7"})
    refused(mine.tag_resource, ResourceArn=pool["Arn"], Tags={"cost": "7", "secret": "x"})
    refused(mine.untag_resource, ResourceArn=pool["Arn"], TagKeys=["cost", "team"])
    mine.untag_resource(ResourceArn=pool["Arn"], TagKeys=["cost"])
    assert server.client("cognito-idp").list_tags_for_resource(ResourceArn=pool["Arn"])["Tags"] == BLUE


def test_tags_of_an_api_decide_for_all_that_is_in_it(server, name, principal):
    gateway = server.client("apigateway")
    blue = gateway.create_rest_api(name=f"{name}-blue", tags=BLUE)["id"]
    red = gateway.create_rest_api(name=f"{name}-red", tags=RED)["id"]
    mine = principal(
        allow(["apigateway:GET", "apigateway:PATCH"], StringEquals={"aws:ResourceTag/team": "blue"}),
        allow("apigateway:POST", StringEquals={"aws:RequestTag/team": "blue"}),
    )("apigateway")
    assert mine.get_rest_api(restApiId=blue)["tags"] == BLUE
    assert len(mine.get_resources(restApiId=blue)["items"]) == 1
    refused(mine.get_rest_api, restApiId=red)
    refused(mine.get_resources, restApiId=red)
    refused(mine.get_rest_apis)
    # The stage has tags of its own.
    root = gateway.get_resources(restApiId=blue)["items"][0]["id"]
    gateway.put_method(restApiId=blue, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=blue, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = gateway.create_deployment(restApiId=blue)["id"]
    gateway.create_stage(restApiId=blue, stageName="plain", deploymentId=deployment)
    gateway.create_stage(restApiId=blue, stageName="ours", deploymentId=deployment, tags=BLUE)
    assert mine.get_stage(restApiId=blue, stageName="ours")["tags"] == BLUE
    refused(mine.get_stage, restApiId=blue, stageName="plain")
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{blue}"
    assert mine.get_tags(resourceArn=arn)["tags"] == BLUE
    refused(mine.get_tags, resourceArn=f"arn:aws:apigateway:us-east-1::/restapis/{red}")
    refused(mine.create_rest_api, name=f"{name}-none")
    refused(mine.create_rest_api, name=f"{name}-none", tags=RED)
    assert mine.create_rest_api(name=f"{name}-mine", tags=BLUE)["tags"] == BLUE
