"""User pools and what belongs to them, by boto3."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from botocore.exceptions import ClientError

from refusal import refused
from user_pool import CALLBACK, Pool


def test_a_pool_is_made_described_listed_and_deleted(server, idp, name):
    made = idp.create_user_pool(PoolName=name, AutoVerifiedAttributes=["email"])["UserPool"]
    assert re.fullmatch(r"us-east-1_[A-Za-z0-9]{9}", made["Id"])
    assert made["Arn"] == f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{made['Id']}"
    described = idp.describe_user_pool(UserPoolId=made["Id"])["UserPool"]
    assert described["Name"] == name
    assert described["AutoVerifiedAttributes"] == ["email"]
    assert described["CreationDate"] == made["CreationDate"]
    assert name in [pool["Name"] for page in pages(idp, "list_user_pools", MaxResults=3) for pool in page["UserPools"]]
    idp.delete_user_pool(UserPoolId=made["Id"])
    with refused("ResourceNotFoundException", f"User pool {made['Id']} does not exist.", 400):
        idp.describe_user_pool(UserPoolId=made["Id"])


def pages(client, operation, **arguments):
    return client.get_paginator(operation).paginate(
        PaginationConfig={"PageSize": arguments.pop("MaxResults")}, **arguments
    )


def test_a_pool_has_the_documented_defaults(idp, pool):
    described = idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    policy = described["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == 8
    assert all(policy["Require" + kind] for kind in ("Uppercase", "Lowercase", "Numbers", "Symbols"))
    assert policy["TemporaryPasswordValidityDays"] == 7
    assert described["MfaConfiguration"] == "OFF"
    assert described["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    schema = described["SchemaAttributes"]
    assert schema[0]["Name"] == "sub" and schema[0]["Required"] and not schema[0]["Mutable"]
    assert {"address", "birthdate", "email", "email_verified", "phone_number", "updated_at", "zoneinfo"} <= {
        attribute["Name"] for attribute in schema
    }


def test_pools_of_another_region_are_not_seen(server, pool):
    other = server.client("cognito-idp", region="eu-west-1")
    with refused("ResourceNotFoundException"):
        other.describe_user_pool(UserPoolId=pool.id)
    assert Pool(server, pool.name).id.startswith("us-east-1_")
    there = other.create_user_pool(PoolName=pool.name)["UserPool"]
    assert there["Id"].startswith("eu-west-1_")
    assert pool.id not in [item["Id"] for item in other.list_user_pools(MaxResults=60)["UserPools"]]


def test_update_is_a_full_replacement(idp, pool):
    idp.update_user_pool(
        UserPoolId=pool.id, AutoVerifiedAttributes=["email"], Policies={"PasswordPolicy": {"MinimumLength": 12}}
    )
    assert idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["AutoVerifiedAttributes"] == ["email"]
    idp.update_user_pool(UserPoolId=pool.id)
    described = idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert not described.get("AutoVerifiedAttributes")
    assert described["Policies"]["PasswordPolicy"]["MinimumLength"] == 8


def test_deletion_protection_and_a_domain_hold_a_pool(idp, pool):
    idp.update_user_pool(UserPoolId=pool.id, DeletionProtection="ACTIVE")
    protected = (
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first."
    )
    with refused("InvalidParameterException", protected):
        idp.delete_user_pool(UserPoolId=pool.id)
    idp.update_user_pool(UserPoolId=pool.id, DeletionProtection="INACTIVE")
    pool.domain()
    with refused(
        "InvalidParameterException",
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    ):
        idp.delete_user_pool(UserPoolId=pool.id)
    idp.delete_user_pool_domain(Domain=pool.name, UserPoolId=pool.id)
    idp.delete_user_pool(UserPoolId=pool.id)


def test_a_domain_is_described_and_taken_once(server, idp, pool, name):
    assert idp.describe_user_pool_domain(Domain=name)["DomainDescription"] == {}
    pool.domain()
    found = idp.describe_user_pool_domain(Domain=name)["DomainDescription"]
    assert (found["UserPoolId"], found["Domain"], found["Status"]) == (pool.id, name, "ACTIVE")
    assert idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Domain"] == name
    other = Pool(server, name)
    with refused("InvalidParameterException"):
        idp.create_user_pool_domain(Domain=name, UserPoolId=other.id)
    with refused("InvalidParameterException"):
        idp.create_user_pool_domain(Domain="my-cognito", UserPoolId=other.id)


def test_a_client_with_secret_and_oauth_settings(idp, pool):
    made = pool.oauth_client("code", "implicit", GenerateSecret=True, ClientName="web", RefreshTokenValidity=7)
    assert re.fullmatch(r"[a-z0-9]{26}", made["ClientId"])
    assert re.fullmatch(r"[a-z0-9]{48,64}", made["ClientSecret"])
    described = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=made["ClientId"])["UserPoolClient"]
    assert described["ClientSecret"] == made["ClientSecret"]
    assert described["CallbackURLs"] == [CALLBACK]
    assert described["AllowedOAuthFlowsUserPoolClient"] is True
    assert sorted(described["AllowedOAuthFlows"]) == ["code", "implicit"]
    assert described["RefreshTokenValidity"] == 7
    listed = idp.list_user_pool_clients(UserPoolId=pool.id, MaxResults=60)["UserPoolClients"]
    assert [(item["ClientName"], item["ClientId"]) for item in listed] == [("web", made["ClientId"])]
    assert "ClientSecret" not in listed[0]
    idp.update_user_pool_client(UserPoolId=pool.id, ClientId=made["ClientId"], ClientName="renamed")
    replaced = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=made["ClientId"])["UserPoolClient"]
    assert replaced["ClientName"] == "renamed"
    assert "CallbackURLs" not in replaced
    assert replaced["ClientSecret"] == made["ClientSecret"]
    idp.delete_user_pool_client(UserPoolId=pool.id, ClientId=made["ClientId"])
    gone = f"User pool client {made['ClientId']} does not exist."
    with refused("ResourceNotFoundException", gone):
        idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=made["ClientId"])
    with refused("ResourceNotFoundException", gone):
        pool.sign_in("anybody", client=made["ClientId"])


def test_client_settings_that_contradict_each_other_are_refused(pool):
    with refused(
        "InvalidOAuthFlowException",
        "client_credentials flow can not be selected along with code flow or implicit flow.",
    ):
        pool.oauth_client("code", "client_credentials", GenerateSecret=True)
    with refused(
        "InvalidOAuthFlowException",
        "client_credentials flow can not be selected if client does not have a client secret.",
    ):
        pool.oauth_client("client_credentials")
    with refused("InvalidParameterException", "Invalid range for token validity."):
        pool.client(
            AccessTokenValidity=2,
            RefreshTokenValidity=1,
            TokenValidityUnits={"AccessToken": "hours", "RefreshToken": "hours"},
        )
    with refused("InvalidParameterException"):
        pool.oauth_client("code", DefaultRedirectURI="https://elsewhere.example.com/")
    with refused("ScopeDoesNotExistException"):
        pool.oauth_client("code", AllowedOAuthScopes=["openid", "orders/read"])


def test_a_custom_scope_needs_its_resource_server(idp, pool):
    scopes = [{"ScopeName": "read", "ScopeDescription": "See orders"}]
    idp.create_resource_server(UserPoolId=pool.id, Identifier="orders", Name="Orders", Scopes=scopes)
    client = pool.oauth_client("code", AllowedOAuthScopes=["openid", "orders/read"])
    assert sorted(client["AllowedOAuthScopes"]) == ["openid", "orders/read"]
    listed = idp.list_resource_servers(UserPoolId=pool.id, MaxResults=10)["ResourceServers"]
    assert [(item["Identifier"], item["Scopes"]) for item in listed] == [("orders", scopes)]
    with refused("ResourceNotFoundException"):
        idp.describe_resource_server(UserPoolId=pool.id, Identifier="bills")


def test_groups_live_and_lead_users(idp, pool):
    pool.user("ann")
    for group, precedence in (("readers", 5), ("editors", 1)):
        idp.create_group(UserPoolId=pool.id, GroupName=group, Precedence=precedence, Description="d")
        idp.admin_add_user_to_group(UserPoolId=pool.id, GroupName=group, Username="ann")
    with refused("GroupExistsException"):
        idp.create_group(UserPoolId=pool.id, GroupName="readers")
    assert {g["GroupName"] for g in idp.list_groups(UserPoolId=pool.id)["Groups"]} == {"readers", "editors"}
    mine = idp.admin_list_groups_for_user(UserPoolId=pool.id, Username="ann")["Groups"]
    assert {group["GroupName"] for group in mine} == {"readers", "editors"}
    assert [user["Username"] for user in idp.list_users_in_group(UserPoolId=pool.id, GroupName="readers")["Users"]] == [
        "ann"
    ]
    idp.update_group(UserPoolId=pool.id, GroupName="readers", Description="changed", Precedence=9)
    assert idp.get_group(UserPoolId=pool.id, GroupName="readers")["Group"]["Description"] == "changed"
    idp.admin_remove_user_from_group(UserPoolId=pool.id, GroupName="readers", Username="ann")
    assert idp.list_users_in_group(UserPoolId=pool.id, GroupName="readers")["Users"] == []
    idp.delete_group(UserPoolId=pool.id, GroupName="editors")
    assert idp.admin_list_groups_for_user(UserPoolId=pool.id, Username="ann")["Groups"] == []
    with refused("ResourceNotFoundException", "Group not found."):
        idp.get_group(UserPoolId=pool.id, GroupName="editors")


def test_tags_are_kept(idp, server, name):
    pool = Pool(server, name, UserPoolTags={"team": "red"})
    idp.tag_resource(ResourceArn=pool.arn, Tags={"cost": "7"})
    assert idp.list_tags_for_resource(ResourceArn=pool.arn)["Tags"] == {"team": "red", "cost": "7"}
    idp.untag_resource(ResourceArn=pool.arn, TagKeys=["team"])
    assert idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["UserPoolTags"] == {"cost": "7"}


@pytest.mark.parametrize(
    ("operation", "arguments", "message"),
    [
        (
            "create_user_pool",
            {"PoolName": "a*b"},
            "1 validation error detected: Value 'a*b' at 'poolName' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w\s+=,.@-]+",
        ),
        (
            "describe_user_pool",
            {"UserPoolId": "no-pool"},
            "1 validation error detected: Value 'no-pool' at 'userPoolId' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+",
        ),
        (
            "list_user_pools",
            {"MaxResults": 61},
            "1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 60",
        ),
    ],
)
def test_constraints_are_told_in_awss_sentences(server, operation, arguments, message):
    unchecked = server.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException", message, 400):
        getattr(unchecked, operation)(**arguments)


def test_discovery_tells_where_everything_is(server, pool):
    domain = pool.domain()
    found = requests.get(pool.issuer + "/.well-known/openid-configuration", timeout=10)
    document = found.json()
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    assert document["issuer"] == pool.issuer
    assert document["jwks_uri"] == pool.issuer + "/.well-known/jwks.json"
    assert document["authorization_endpoint"] == domain + "/oauth2/authorize"
    assert document["token_endpoint"] == domain + "/oauth2/token"
    assert document["userinfo_endpoint"] == domain + "/oauth2/userInfo"
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    assert document["subject_types_supported"] == ["public"]
    keys = requests.get(document["jwks_uri"], timeout=10).json()["keys"]
    assert [(key["alg"], key["kty"], key["use"], key["e"]) for key in keys] == [("RS256", "RSA", "sig", "AQAB")] * 2
    assert len({key["kid"] for key in keys}) == 2
    assert all(set(key) == {"alg", "e", "kid", "kty", "n", "use"} for key in keys)
    assert requests.get(server.url + "/us-east-1_Nothing00/.well-known/jwks.json", timeout=10).status_code == 404


def test_rates_count_where_the_settings_say_so(start, name, tmp_path):
    (tmp_path / "portcullis.toml").write_text('user_pool_rates = "provisioned"\n')
    idp = start("serve", "--config", str(tmp_path / "portcullis.toml")).client("cognito-idp")
    limit = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserPoolRead"}}
    assert idp.get_provisioned_limit(LimitDefinition=limit)["Limit"]["ProvisionedLimitValue"] == 15

    def refusals():
        def attempt(_):
            try:
                idp.list_user_pools(MaxResults=1)
            except ClientError as refusal:
                return refusal.response["Error"]["Code"], refusal.response["Error"]["Message"]

        with ThreadPoolExecutor(32) as many:
            return [outcome for outcome in many.map(attempt, range(64)) if outcome]

    told = refusals()
    assert told and set(told) == {("TooManyRequestsException", "Rate exceeded")}
    idp.update_provisioned_limit(LimitDefinition=limit, RequestedLimitValue=1500)
    idp.create_user_pool(PoolName=name)
    assert len(refusals()) < len(told), "more may be bought"
