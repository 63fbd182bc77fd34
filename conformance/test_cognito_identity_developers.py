"""Developer identities: users that a backend vouches for."""

import pytest

from identity_pool import FORBIDDEN, ISSUER, IdentityPool, allow, set_roles
from refusal import refused
from tokens import claims, resigned


@pytest.fixture
def identities(server, pool, name):
    return IdentityPool(server, pool, name)


@pytest.fixture
def developers(server, pool, name):
    return IdentityPool(server, pool, name, DeveloperProviderName="login.example")


def vouch(identities, user, **more):
    return identities.api.get_open_id_token_for_developer_identity(
        IdentityPoolId=identities.id, Logins={"login.example": user}, **more
    )


def test_a_developers_user_gets_credentials_by_the_backends_token(developers):
    set_roles(developers, authenticated=developers.role("authenticated"))
    answer = vouch(developers, "u-1", TokenDuration=60)
    told = claims(answer["Token"])
    assert told["exp"] - told["iat"] == 60 and told["amr"][:2] == ["authenticated", "login.example"]
    credentials = developers.credentials(answer["IdentityId"], {ISSUER: answer["Token"]})
    assert developers.acting("sts", credentials).get_caller_identity()["Account"] == "123456789012"
    assert vouch(developers, "u-1")["IdentityId"] == answer["IdentityId"]
    other = vouch(developers, "u-2")
    with refused("NotAuthorizedException"):
        developers.credentials(other["IdentityId"], {ISSUER: answer["Token"]})
    with refused("NotAuthorizedException"):
        forged = resigned(answer["Token"], b"secret", algorithm="HS256")
        developers.credentials(answer["IdentityId"], {ISSUER: forged})
    with refused("InvalidParameterException", "Please provide a valid public provider"):
        developers.api.get_id(IdentityPoolId=developers.id, Logins={"login.example": "u-1"})


def test_a_developers_principal_tags_count(server, developers, name):
    server.client("s3").create_bucket(Bucket=name)
    policy = allow("s3:PutObject", f"arn:aws:s3:::{name}/${{aws:PrincipalTag/team}}/*")
    set_roles(developers, authenticated=developers.role("authenticated", policy, "sts:TagSession"))
    answer = vouch(developers, "u-1", PrincipalTags={"team": "dragons"})
    s3 = developers.acting("s3", developers.credentials(answer["IdentityId"], {ISSUER: answer["Token"]}))
    s3.put_object(Bucket=name, Key="dragons/k")
    with refused("AccessDenied"):
        s3.put_object(Bucket=name, Key="knights/k")


def test_developers_users_are_looked_up_merged_and_unlinked(developers):
    api = developers.api
    one, two = vouch(developers, "u-1")["IdentityId"], vouch(developers, "u-2")["IdentityId"]
    vouch(developers, "u-3", IdentityId=one)
    with refused("DeveloperUserAlreadyRegisteredException"):
        vouch(developers, "u-2", IdentityId=one)
    found = api.lookup_developer_identity(IdentityPoolId=developers.id, IdentityId=one, MaxResults=1)
    assert found["DeveloperUserIdentifierList"] == ["u-1"]
    rest = api.lookup_developer_identity(
        IdentityPoolId=developers.id, IdentityId=one, MaxResults=1, NextToken=found["NextToken"]
    )
    assert rest["DeveloperUserIdentifierList"] == ["u-3"] and "NextToken" not in rest
    by_user = api.lookup_developer_identity(IdentityPoolId=developers.id, DeveloperUserIdentifier="u-2")
    assert by_user["IdentityId"] == two
    with refused("ResourceConflictException"):
        api.lookup_developer_identity(IdentityPoolId=developers.id, DeveloperUserIdentifier="u-2", IdentityId=one)
    with refused("ResourceNotFoundException"):
        api.lookup_developer_identity(IdentityPoolId=developers.id, DeveloperUserIdentifier="nobody")
    names = {"IdentityPoolId": developers.id, "DeveloperProviderName": "login.example"}
    merged = api.merge_developer_identities(SourceUserIdentifier="u-1", DestinationUserIdentifier="u-2", **names)
    assert merged["IdentityId"] == two
    assert vouch(developers, "u-1")["IdentityId"] == two and vouch(developers, "u-3")["IdentityId"] == two
    with refused("NotAuthorizedException", FORBIDDEN.format(one)):
        vouch(developers, "u-9", IdentityId=one)
    api.unlink_developer_identity(IdentityId=two, DeveloperUserIdentifier="u-1", **names)
    assert vouch(developers, "u-1")["IdentityId"] not in (one, two)
    with refused("ResourceConflictException"):
        api.unlink_developer_identity(IdentityId=two, DeveloperUserIdentifier="u-1", **names)
    with refused("InvalidParameterException"):
        api.merge_developer_identities(
            SourceUserIdentifier="u-2", DestinationUserIdentifier="u-3", IdentityPoolId=developers.id,
            DeveloperProviderName="other.example",
        )


def test_attack_144_two_users_of_one_provider_are_not_merged(developers):
    developers.users.user("ada")
    developers.users.user("eve")
    for user, developer in (("ada", "u-1"), ("eve", "u-2")):
        developers.api.get_open_id_token_for_developer_identity(
            IdentityPoolId=developers.id, Logins={"login.example": developer, **developers.logins(user)}
        )
    names = {"IdentityPoolId": developers.id, "DeveloperProviderName": "login.example"}
    with refused("ResourceConflictException"):
        developers.api.merge_developer_identities(
            SourceUserIdentifier="u-1", DestinationUserIdentifier="u-2", **names
        )


def test_two_identities_logins_in_one_call_are_refused(developers):
    developers.users.user("ada")
    developers.identity(developers.logins("ada"))
    vouch(developers, "u-1")
    with refused("ResourceConflictException"):
        developers.api.get_open_id_token_for_developer_identity(
            IdentityPoolId=developers.id, Logins={"login.example": "u-1", **developers.logins("ada")}
        )


def test_pools_without_a_developer_provider_vouch_for_nobody(identities):
    with refused("InvalidParameterException"):
        vouch(identities, "u-1")


def test_a_developers_principal_tags_count_in_the_basic_flow_too(server, pool, name):
    developers = IdentityPool(server, pool, name, DeveloperProviderName="login.example", AllowClassicFlow=True)
    server.client("s3").create_bucket(Bucket=name)
    policy = allow("s3:PutObject", f"arn:aws:s3:::{name}/${{aws:PrincipalTag/team}}/*")
    tagged = developers.role("authenticated", policy, "sts:TagSession")
    untagged = developers.role("authenticated", policy)
    token = vouch(developers, "u-1", PrincipalTags={"team": "dragons"})["Token"]
    sts = server.client("sts")
    with refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        sts.assume_role_with_web_identity(RoleArn=untagged, RoleSessionName="session", WebIdentityToken=token)
    given = sts.assume_role_with_web_identity(RoleArn=tagged, RoleSessionName="session", WebIdentityToken=token)
    s3 = developers.acting("s3", given["Credentials"])
    s3.put_object(Bucket=name, Key="dragons/k")
    with refused("AccessDenied"):
        s3.put_object(Bucket=name, Key="knights/k")
