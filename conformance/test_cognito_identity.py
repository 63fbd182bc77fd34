"""Identity pools by boto3: identities, roles, credentials that mean something, and everything that is refused."""

import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import requests

from identity_pool import FORBIDDEN, ISSUER, IdentityPool, allow, set_roles, trust
from refusal import refused
from tokens import claims
from user_pool import Pool

PATTERN = r"us-east-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
NO_ROLE = "Invalid identity pool configuration. Check assigned IAM roles for this pool."


@pytest.fixture
def identities(server, pool, name):
    return IdentityPool(server, pool, name)


@pytest.fixture
def api(server):
    return server.client("cognito-identity")


# the pool itself


def test_a_pool_is_made_described_listed_updated_and_deleted(server, pool, name):
    api = server.client("cognito-identity", region="eu-central-1")
    provider = {"ProviderName": f"cognito-idp.us-east-1.amazonaws.com/{pool.id}", "ClientId": pool.app}
    made = api.create_identity_pool(
        IdentityPoolName=name,
        AllowUnauthenticatedIdentities=True,
        AllowClassicFlow=True,
        DeveloperProviderName="login.example",
        CognitoIdentityProviders=[{**provider, "ServerSideTokenCheck": True}],
        SupportedLoginProviders={"graph.facebook.com": "123456"},
        OpenIdConnectProviderARNs=["arn:aws:iam::123456789012:oidc-provider/issuer.example"],
        SamlProviderARNs=["arn:aws:iam::123456789012:saml-provider/corp"],
        IdentityPoolTags={"team": "dragons"},
    )
    made.pop("ResponseMetadata")
    assert made["IdentityPoolId"].startswith("eu-central-1:")
    shown = api.describe_identity_pool(IdentityPoolId=made["IdentityPoolId"])
    shown.pop("ResponseMetadata")
    assert shown == made
    listed = api.list_identity_pools(MaxResults=60)["IdentityPools"]
    assert {"IdentityPoolId": made["IdentityPoolId"], "IdentityPoolName": name} in listed
    updated = api.update_identity_pool(
        IdentityPoolId=made["IdentityPoolId"],
        IdentityPoolName=name + " x",
        AllowUnauthenticatedIdentities=False,
        DeveloperProviderName="login.example",
    )
    assert "CognitoIdentityProviders" not in updated and "AllowClassicFlow" not in updated
    assert updated["IdentityPoolName"] == name + " x"
    with refused("InvalidParameterException"):
        api.update_identity_pool(
            IdentityPoolId=made["IdentityPoolId"],
            IdentityPoolName=name,
            AllowUnauthenticatedIdentities=False,
            DeveloperProviderName="other.example",
        )
    api.delete_identity_pool(IdentityPoolId=made["IdentityPoolId"])
    gone = f"IdentityPool '{made['IdentityPoolId']}' not found."
    with refused("ResourceNotFoundException", gone):
        api.describe_identity_pool(IdentityPoolId=made["IdentityPoolId"])
    with refused("ResourceNotFoundException", gone):
        api.delete_identity_pool(IdentityPoolId=made["IdentityPoolId"])


def test_pools_are_listed_by_region_and_page(server, name):
    api = server.client("cognito-identity", region="ap-south-1")
    made = {
        api.create_identity_pool(IdentityPoolName=f"{name}{i}", AllowUnauthenticatedIdentities=False)["IdentityPoolId"]
        for i in range(5)
    }
    seen, token = [], {}
    while True:
        page = api.list_identity_pools(MaxResults=2, **token)
        assert len(page["IdentityPools"]) <= 2
        seen += [pool["IdentityPoolId"] for pool in page["IdentityPools"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert made <= set(seen) and len(seen) == len(set(seen))
    with refused("InvalidParameterException"):
        api.list_identity_pools(MaxResults=2, NextToken="made-up")
    with refused("InvalidParameterException"):
        server.client("cognito-identity", region="eu-west-3").list_identity_pools(MaxResults=2, **token)


def test_tags_are_added_and_taken_off(api, identities):
    arn = f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{identities.id}"
    api.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    api.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert api.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2"}
    with refused("InvalidParameterException"):
        api.tag_resource(ResourceArn=arn, Tags={"aws:x": "1"})
    with refused("ResourceNotFoundException"):
        api.list_tags_for_resource(ResourceArn=arn[:-4] + "0000")


@pytest.mark.parametrize(
    "settings",
    [
        {"CognitoIdentityProviders": [{"ProviderName": "cognito-idp.us-east-1.amazonaws.com/eu-west-1_x", "ClientId": "c"}]},
        {"CognitoIdentityProviders": [{"ProviderName": "accounts.google.com", "ClientId": "c"}]},
        {"CognitoIdentityProviders": [{"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_x"}]},
        {"CognitoIdentityProviders": [{"ProviderName": "cognito-idp.us-east-1.amazonaws.com/us-east-1_x", "ClientId": "c"}] * 2},
        {"OpenIdConnectProviderARNs": ["arn:aws:iam::123456789012:role/no-provider-at-all"]},
        {"OpenIdConnectProviderARNs": ["arn:aws:iam::999999999999:oidc-provider/issuer.example"]},
        {"SamlProviderARNs": ["arn:aws:iam::123456789012:oidc-provider/issuer.example"]},
        {"IdentityPoolTags": {"aws:mine": "x"}},
    ],
)
def test_settings_that_make_no_sense_are_refused(api, name, settings):
    with refused("InvalidParameterException"):
        api.create_identity_pool(IdentityPoolName=name, AllowUnauthenticatedIdentities=False, **settings)


# identities


def test_a_guest_gets_a_new_identity_at_each_call(identities):
    first, second = identities.identity(), identities.identity()
    assert first != second
    assert re.fullmatch(PATTERN, first)
    shown = identities.api.describe_identity(IdentityId=first)
    assert "Logins" not in shown and shown["IdentityId"] == first


def test_a_user_keeps_its_identity(identities):
    identities.users.user("ada")
    first = identities.identity(identities.logins("ada"))
    assert identities.identity(identities.logins("ada")) == first
    assert identities.api.describe_identity(IdentityId=first)["Logins"] == [identities.provider]


def test_attack_139_no_guest_is_let_in_where_guests_are_off(server, pool, name):
    identities = IdentityPool(server, pool, name, AllowUnauthenticatedIdentities=False)
    with refused("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool."):
        identities.identity()


def test_attack_139_a_guest_of_before_is_refused_once_guests_are_off(identities, name):
    set_roles(identities, unauthenticated=identities.role("unauthenticated"))
    guest = identities.identity()
    identities.credentials(guest)
    identities.api.update_identity_pool(
        IdentityPoolId=identities.id, IdentityPoolName=name, AllowUnauthenticatedIdentities=False
    )
    with refused("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool."):
        identities.credentials(guest)


def test_one_user_who_comes_32_times_at_once_is_one_identity(identities):
    identities.users.user("ada")
    logins = identities.logins("ada")
    with ThreadPoolExecutor(32) as threads:
        ids = list(threads.map(lambda _: identities.identity(logins), range(32)))
    assert len(set(ids)) == 1
    listed = identities.api.list_identities(IdentityPoolId=identities.id, MaxResults=60)["Identities"]
    assert [each["IdentityId"] for each in listed] == [ids[0]]


def test_identities_are_listed_by_page_and_deleted(identities):
    made = {identities.identity() for _ in range(5)}
    seen, token = set(), {}
    while True:
        page = identities.api.list_identities(IdentityPoolId=identities.id, MaxResults=2, **token)
        seen |= {each["IdentityId"] for each in page["Identities"]}
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert seen == made
    gone = made.pop()
    answer = identities.api.delete_identities(IdentityIdsToDelete=[gone, "us-east-1:" + str(uuid.uuid4())])
    assert answer["UnprocessedIdentityIds"] == []
    with refused("ResourceNotFoundException", f"Identity '{gone}' not found."):
        identities.api.describe_identity(IdentityId=gone)


def test_a_deleted_user_identity_is_a_new_one_the_next_time(identities):
    identities.users.user("ada")
    first = identities.identity(identities.logins("ada"))
    identities.api.delete_identities(IdentityIdsToDelete=[first])
    assert identities.identity(identities.logins("ada")) != first


def test_of_a_deleted_pool_no_identity_is_left(identities):
    guest = identities.identity()
    identities.api.delete_identity_pool(IdentityPoolId=identities.id)
    with refused("ResourceNotFoundException"):
        identities.credentials(guest)
    with refused("ResourceNotFoundException"):
        identities.identity()


# the enhanced flow


def test_a_users_credentials_reach_what_the_role_allows_and_nothing_else(server, identities, name):
    identities.users.user("ada")
    logins = identities.logins("ada")
    mine = f"arn:aws:s3:::{name}/${{{ISSUER}:sub}}/*"
    set_roles(identities, authenticated=identities.role("authenticated", allow(["s3:PutObject", "s3:GetObject"], mine)))
    server.client("s3").create_bucket(Bucket=name)
    identity = identities.identity(logins)
    credentials = identities.credentials(identity, logins)
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert 3500 < credentials["Expiration"].timestamp() - time.time() <= 3600
    arn = identities.acting("sts", credentials).get_caller_identity()["Arn"]
    assert re.fullmatch(r"arn:aws:sts::123456789012:assumed-role/.+/CognitoIdentityCredentials", arn)
    s3 = identities.acting("s3", credentials)
    s3.put_object(Bucket=name, Key=f"{identity}/letter", Body=b"hello")
    assert s3.get_object(Bucket=name, Key=f"{identity}/letter")["Body"].read() == b"hello"
    with refused("AccessDenied"):
        s3.put_object(Bucket=name, Key="us-east-1:somebody-else/letter", Body=b"x")
    with refused("AccessDenied"):
        s3.delete_object(Bucket=name, Key=f"{identity}/letter")


def test_attack_143_a_guest_is_limited_whatever_its_role_allows(server, identities, name):
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    set_roles(identities, unauthenticated=identities.role("unauthenticated", everything))
    credentials = identities.credentials(identities.identity())
    server.client("s3").create_bucket(Bucket=name)
    identities.acting("s3", credentials).put_object(Bucket=name, Key="k", Body=b"x")
    with refused("AccessDenied"):
        identities.acting("iam", credentials).list_users()


def test_attack_140_an_identity_that_has_logins_needs_them(identities):
    identities.users.user("ada")
    identities.users.user("eve")
    set_roles(identities, authenticated=identities.role("authenticated"), unauthenticated=identities.role("unauthenticated"))
    adas = identities.identity(identities.logins("ada"))
    with refused("NotAuthorizedException", FORBIDDEN.format(adas)):
        identities.credentials(adas)
    eves = identities.logins("eve")
    mismatch = "Logins don't match. Please include at least one valid login for this identity or identity pool."
    with refused("NotAuthorizedException", mismatch):
        identities.credentials(adas, eves)
    identities.identity(eves)
    with refused("NotAuthorizedException", mismatch):
        identities.credentials(adas, eves)


def test_attack_140_tokens_of_elsewhere_prove_nothing(server, identities, name):
    users = identities.users
    users.user("ada")
    result = users.sign_in("ada")["AuthenticationResult"]

    def get_id(token, provider=identities.provider):
        return identities.api.get_id(IdentityPoolId=identities.id, Logins={provider: token})

    def invalid(reason):
        return refused("NotAuthorizedException", "Invalid login token. " + reason)

    with invalid("Missing a required claim: aud"):
        get_id(result["AccessToken"])
    with invalid("Not a valid OpenId Connect identity token."):
        get_id("no-token")
    with invalid("Couldn't verify signed token."):
        get_id(result["IdToken"][:-8] + "AAAAAAAA")
    other_client = users.client(ClientName="other")["ClientId"]
    with refused("NotAuthorizedException"):
        get_id(users.sign_in("ada", client=other_client)["AuthenticationResult"]["IdToken"])
    elsewhere = Pool(server, name + "b")
    elsewhere.user("ada")
    foreign = elsewhere.sign_in("ada")["AuthenticationResult"]["IdToken"]
    with invalid("Couldn't verify signed token."):
        get_id(foreign)
    with refused("NotAuthorizedException", "Token is not from a supported provider of this identity pool."):
        get_id(foreign, f"cognito-idp.us-east-1.amazonaws.com/{elsewhere.id}")
    with invalid("Can't pass in a Cognito token."):
        get_id(result["IdToken"], ISSUER)
    assert identities.api.list_identities(IdentityPoolId=identities.id, MaxResults=60)["Identities"] == []


def test_attack_140_an_expired_token_is_refused(start, name):
    server = start()
    identities = IdentityPool(server, Pool(server, name), name)
    identities.users.user("ada")
    logins = identities.logins("ada")
    expiry = claims(logins[identities.provider])["exp"]
    identities.identity(logins)
    server.advance(3601)
    with pytest.raises(identities.api.exceptions.NotAuthorizedException) as caught:
        identities.identity(logins)
    message = caught.value.response["Error"]["Message"]
    assert re.fullmatch(rf"Invalid login token. Token expired: \d+ >= {expiry}", message), message


def test_attack_142_a_role_whose_trust_policy_does_not_fit_gives_nothing(identities):
    elsewhere = trust("us-east-1:00000000-0000-4000-8000-000000000000", "unauthenticated")
    for document in (elsewhere, trust(identities.id, "authenticated")):
        arn = identities.role("unauthenticated", document=document)
        set_roles(identities, unauthenticated=arn)
        guest = identities.identity()
        with refused("InvalidIdentityPoolConfigurationException", NO_ROLE):
            identities.credentials(guest)
        identities.iam.delete_role(RoleName=arn.rsplit("/", 1)[1])
    set_roles(identities)
    with refused("InvalidIdentityPoolConfigurationException", NO_ROLE):
        identities.credentials(identities.identity())


def test_attack_144_made_up_and_cross_region_identities_are_not_found(identities):
    guest = identities.identity()
    for made_up in ("us-east-1:" + str(uuid.uuid4()), guest.replace("us-east-1", "eu-west-1")):
        with refused("ResourceNotFoundException", f"Identity '{made_up}' not found."):
            identities.credentials(made_up)


def test_a_guest_who_signs_in_keeps_its_identity(identities):
    identities.users.user("ada")
    set_roles(identities, authenticated=identities.role("authenticated"), unauthenticated=identities.role("unauthenticated"))
    guest = identities.identity()
    logins = identities.logins("ada")
    answer = identities.api.get_credentials_for_identity(IdentityId=guest, Logins=logins)
    assert answer["IdentityId"] == guest
    assert identities.identity(logins) == guest
    with refused("NotAuthorizedException", FORBIDDEN.format(guest)):
        identities.credentials(guest)


def test_a_guest_who_turns_out_to_be_known_becomes_the_known_one(identities):
    identities.users.user("ada")
    set_roles(identities, authenticated=identities.role("authenticated"), unauthenticated=identities.role("unauthenticated"))
    logins = identities.logins("ada")
    known, guest = identities.identity(logins), identities.identity()
    answer = identities.api.get_credentials_for_identity(IdentityId=guest, Logins=logins)
    assert answer["IdentityId"] == known
    with refused("NotAuthorizedException", FORBIDDEN.format(guest)):
        identities.credentials(guest)
    shown = identities.api.list_identities(IdentityPoolId=identities.id, MaxResults=60, HideDisabled=True)
    assert [each["IdentityId"] for each in shown["Identities"]] == [known]


def test_server_side_checks_ask_whether_the_user_is_still_signed_in(server, pool, name):
    provider = {"ProviderName": f"cognito-idp.us-east-1.amazonaws.com/{pool.id}", "ClientId": pool.app}
    identities = IdentityPool(server, pool, name, CognitoIdentityProviders=[{**provider, "ServerSideTokenCheck": True}])
    pool.user("ada")
    logins = identities.logins("ada")
    identity = identities.identity(logins)
    pool.idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")
    with refused("NotAuthorizedException"):
        identities.identity(logins)
    logins = identities.logins("ada")
    assert identities.identity(logins) == identity
    pool.idp.admin_disable_user(UserPoolId=pool.id, Username="ada")
    with refused("NotAuthorizedException"):
        identities.identity(logins)


# role mappings


def group(identities, name, role, precedence):
    identities.users.idp.create_group(
        UserPoolId=identities.users.id, GroupName=name, RoleArn=role, Precedence=precedence
    )


def acts_as(identities, username, **more):
    logins = identities.logins(username)
    credentials = identities.credentials(identities.identity(logins), logins, **more)
    return identities.acting("sts", credentials).get_caller_identity()["Arn"].split("/")[1]


def test_the_tokens_preferred_role_is_taken(identities):
    roles = {kind: identities.role("authenticated", allow("s3:GetObject", f"arn:aws:s3:::{kind}/*")) for kind in "abd"}
    set_roles(identities, {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}, authenticated=roles["d"])
    identities.users.user("ada")
    assert roles["d"].endswith(acts_as(identities, "ada")), "no group: the default role"
    group(identities, "first", roles["a"], 1)
    group(identities, "second", roles["b"], 2)
    for name in ("first", "second"):
        identities.users.idp.admin_add_user_to_group(UserPoolId=identities.users.id, Username="ada", GroupName=name)
    assert roles["a"].endswith(acts_as(identities, "ada"))
    assert roles["b"].endswith(acts_as(identities, "ada", CustomRoleArn=roles["b"]))


def test_attack_141_a_custom_role_must_be_one_of_the_tokens(identities):
    own, other = (identities.role("authenticated", allow("s3:GetObject", f"arn:aws:s3:::{n}/*")) for n in "ab")
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
    set_roles(identities, mapping, authenticated=own, unauthenticated=identities.role("unauthenticated"))
    identities.users.user("ada")
    with refused("NotAuthorizedException"):
        acts_as(identities, "ada", CustomRoleArn=other)
    with refused("NotAuthorizedException"):
        identities.credentials(identities.identity(), CustomRoleArn=other)
    group(identities, "g", own, 1)
    identities.users.idp.admin_add_user_to_group(UserPoolId=identities.users.id, Username="ada", GroupName="g")
    with refused("NotAuthorizedException"):
        acts_as(identities, "ada", CustomRoleArn=other)
    assert own.endswith(acts_as(identities, "ada", CustomRoleArn=own))
    set_roles(identities, authenticated=own)
    with refused("NotAuthorizedException"):
        acts_as(identities, "ada", CustomRoleArn=own)


@pytest.mark.parametrize(
    ("match", "value", "fits", "fails"),
    [
        ("Equals", "dev@example.com", "dev@example.com", "dev@example.org"),
        ("Contains", "@example.com", "ada@example.com", "ada@example.org"),
        ("StartsWith", "dev", "dev@example.com", "ada-dev@example.com"),
        ("NotEqual", "eve@example.com", "ada@example.com", "eve@example.com"),
    ],
)
def test_rules_choose_the_role(identities, match, value, fits, fails):
    special, default = (identities.role("authenticated", allow("s3:GetObject", f"arn:aws:s3:::{n}/*")) for n in "sd")
    rule = {"Claim": "email", "MatchType": match, "Value": value, "RoleARN": special}
    mapping = {"Type": "Rules", "RulesConfiguration": {"Rules": [rule]}, "AmbiguousRoleResolution": "AuthenticatedRole"}
    set_roles(identities, mapping, authenticated=default)
    identities.users.user("yes", email=fits)
    identities.users.user("no", email=fails)
    assert special.endswith(acts_as(identities, "yes"))
    assert default.endswith(acts_as(identities, "no"))
    set_roles(identities, {**mapping, "AmbiguousRoleResolution": "Deny"}, authenticated=default)
    with refused("NotAuthorizedException"):
        acts_as(identities, "no")
    shown = identities.api.get_identity_pool_roles(IdentityPoolId=identities.id)
    assert shown["Roles"] == {"authenticated": default}
    assert shown["RoleMappings"] == {
        f"{identities.provider}:{identities.users.app}": {**mapping, "AmbiguousRoleResolution": "Deny"}
    }


@pytest.mark.parametrize(
    "given",
    [
        {"Roles": {"authenticated": "arn:aws:iam::123456789012:user/not-a-role"}},
        {"Roles": {}, "RoleMappings": {"p": {"Type": "Token"}}},
        {"Roles": {}, "RoleMappings": {"p": {"Type": "Rules", "AmbiguousRoleResolution": "Deny"}}},
    ],
)
def test_roles_that_make_no_sense_are_refused(identities, given):
    with refused("InvalidParameterException"):
        identities.api.set_identity_pool_roles(IdentityPoolId=identities.id, **given)


# principal tags


def test_attack_145_only_mapped_claims_become_principal_tags(server, identities, name):
    server.client("s3").create_bucket(Bucket=name)
    policy = allow("s3:PutObject", f"arn:aws:s3:::{name}/${{aws:PrincipalTag/mail}}/*")
    set_roles(identities, authenticated=identities.role("authenticated", policy, "sts:TagSession"))
    identities.users.user("ada", email="ada@example.com", nickname="boss")
    logins = identities.logins("ada")
    identity = identities.identity(logins)
    with refused("AccessDenied"):
        identities.acting("s3", identities.credentials(identity, logins)).put_object(Bucket=name, Key="ada@example.com/k")
    set_map = identities.api.set_principal_tag_attribute_map
    answer = set_map(IdentityPoolId=identities.id, IdentityProviderName=identities.provider, PrincipalTags={"mail": "email"})
    assert answer["PrincipalTags"] == {"mail": "email"} and answer["UseDefaults"] is False
    s3 = identities.acting("s3", identities.credentials(identity, logins))
    s3.put_object(Bucket=name, Key="ada@example.com/k")
    with refused("AccessDenied"):
        s3.put_object(Bucket=name, Key="boss/k")
    set_map(IdentityPoolId=identities.id, IdentityProviderName=identities.provider, UseDefaults=True)
    shown = identities.api.get_principal_tag_attribute_map(
        IdentityPoolId=identities.id, IdentityProviderName=identities.provider
    )
    assert shown["UseDefaults"] is True and shown["PrincipalTags"] == {"username": "sub", "client": "aud"}
    with refused("InvalidParameterException"):
        set_map(IdentityPoolId=identities.id, IdentityProviderName="nobody.example", UseDefaults=True)


# the basic flow


def test_the_basic_flow_is_closed_unless_it_is_opened(identities):
    with refused("InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow."):
        identities.api.get_open_id_token(IdentityId=identities.identity())


def issuer_keys(server):
    listed = requests.get(f"{server.url}/_aws/cognito-identity/.well-known/jwks_uri", timeout=10).json()["keys"]
    by_host = requests.get(
        f"{server.url}/.well-known/jwks_uri", headers={"Host": "cognito-identity.us-east-1.amazonaws.com"}, timeout=10
    )
    assert by_host.json()["keys"] == listed
    return {key["kid"]: jwt.PyJWK(key).key for key in listed}


def test_the_basic_flows_token_assumes_a_role(server, pool, name):
    identities = IdentityPool(server, pool, name, AllowClassicFlow=True)
    sub = pool.user("ada")
    logins = identities.logins("ada")
    identity = identities.identity(logins)
    token = identities.api.get_open_id_token(IdentityId=identity, Logins=logins)["Token"]
    key = issuer_keys(server)[jwt.get_unverified_header(token)["kid"]]
    told = jwt.decode(token, key, algorithms=["RS512"], audience=identities.id, issuer=f"https://{ISSUER}")
    assert told["sub"] == identity and told["exp"] - told["iat"] == 600
    assert told["amr"] == ["authenticated", identities.provider, f"{identities.provider}:CognitoSignIn:{sub}"]
    role = identities.role("authenticated")
    sts = server.client("sts")
    given = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="app", WebIdentityToken=token)
    assert given["Provider"] == ISSUER and given["SubjectFromWebIdentityToken"] == identity
    assert identities.acting("sts", given["Credentials"]).get_caller_identity()["Arn"].endswith("/app")
    with refused("AccessDenied"):
        guests = identities.role("unauthenticated")
        sts.assume_role_with_web_identity(RoleArn=guests, RoleSessionName="app", WebIdentityToken=token)
    with refused("InvalidIdentityToken"):
        sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="app", WebIdentityToken=token[:-8] + "AAAAAAAA")


# unlinking


def test_a_user_takes_its_login_off_and_the_identity_is_nobodys(identities):
    identities.users.user("ada")
    identities.users.user("eve")
    set_roles(identities, authenticated=identities.role("authenticated"), unauthenticated=identities.role("unauthenticated"))
    logins = identities.logins("ada")
    identity = identities.identity(logins)
    with refused("NotAuthorizedException"):
        identities.api.unlink_identity(
            IdentityId=identity, Logins=identities.logins("eve"), LoginsToRemove=[identities.provider]
        )
    assert identities.identity(logins) == identity
    identities.api.unlink_identity(IdentityId=identity, Logins=logins, LoginsToRemove=[identities.provider])
    assert identities.identity(logins) != identity
    with refused("NotAuthorizedException", FORBIDDEN.format(identity)):
        identities.credentials(identity)
