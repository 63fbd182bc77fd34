"""SAML responses that another implementation made: at STS, and as logins of identity pools."""

import base64
import copy
import json

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod

from identity_pool import IdentityPool, allow
from refusal import refused
from running import ACCOUNT
from saml_provider import ASSERTION, ATTRIBUTES, DS, PROTOCOL, Provider

NAMES = {"saml": ASSERTION, "samlp": PROTOCOL, "ds": DS}


def coded(xml):
    return base64.b64encode(xml).decode()


class Federation:
    """A provider that IAM knows, and a role that trusts it."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.provider = Provider()
        self.iam = server.client("iam")
        self.arn = self.iam.create_saml_provider(Name=name, SAMLMetadataDocument=self.provider.metadata())["SAMLProviderArn"]
        trust = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Federated": self.arn},
                "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml", "SAML:sub": "ada"}},
            },
        }
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        self.role = role["Role"]["Arn"]

    @property
    def attributes(self):
        return {f"{ATTRIBUTES}Role": [f"{self.role},{self.arn}"], f"{ATTRIBUTES}RoleSessionName": ["ada@example.com"]}

    def unsigned(self, **more):
        return self.provider.response("ada", {**self.attributes, **more})

    def client(self):
        config = Config(signature_version=UNSIGNED, retries={"max_attempts": 0})
        return boto3.client("sts", region_name="us-east-1", endpoint_url=self.server.url, config=config)

    def assume(self, response, **more):
        given = {"RoleArn": self.role, "PrincipalArn": self.arn, "SAMLAssertion": response}
        return self.client().assume_role_with_saml(**given, **more)


@pytest.fixture
def federation(server, name):
    return Federation(server, name)


@pytest.mark.parametrize(
    "method, digest",
    [
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256),
        (SignatureMethod.RSA_SHA384, DigestAlgorithm.SHA384),
        (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512),
    ],
)
def test_a_response_that_signxml_signed_gets_the_role(server, federation, method, digest):
    signed = federation.provider.sign(federation.unsigned(), method=method, digest=digest)
    answer = federation.assume(coded(signed))
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{federation.name}/ada@example.com"
    assert (answer["Subject"], answer["Issuer"]) == ("ada", federation.provider.entity)
    given = answer["Credentials"]
    sts = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    assert sts.get_caller_identity()["Arn"] == answer["AssumedRoleUser"]["Arn"]


def test_inclusive_prefixes_are_read_as_they_are_signed(federation):
    signed = federation.provider.sign(federation.unsigned(), inclusive=["saml", "xs"])
    federation.assume(coded(signed))


def test_attack_131_a_response_is_taken_once(federation):
    response = coded(federation.provider.sign(federation.unsigned()))
    federation.assume(response)
    with refused("InvalidIdentityToken", "Response has already been redeemed"):
        federation.assume(response)


def test_the_end_of_the_providers_session_is_the_sessions_end(federation):
    from saml_provider import at

    response = federation.provider.response("ada", federation.attributes, session=f' SessionNotOnOrAfter="{at(20)}"')
    answer = federation.assume(coded(federation.provider.sign(response)), DurationSeconds=3600)
    assert answer["Credentials"]["Expiration"].strftime("%Y-%m-%dT%H:%M") <= at(20)[:16]


def test_every_byte_that_is_signed_counts(federation):
    """One letter of every text and attribute of the assertion changed, one at a time."""
    signed = federation.provider.sign(federation.unsigned(**{"mail": ["ada@example.com"]}))
    count = 0
    for at, element in enumerate(etree.fromstring(signed).find("saml:Assertion", NAMES).iter()):
        for place in ["text", *element.keys()]:
            tree = etree.fromstring(signed)
            changed = list(tree.find("saml:Assertion", NAMES).iter())[at]
            value = changed.text if place == "text" else changed.get(place)
            if not (value or "").strip() or element.tag == f"{{{DS}}}X509Certificate":
                continue
            other = value.strip()[:-1] + ("b" if value.strip()[-1] != "b" else "c")
            if place == "text":
                changed.text = other
            else:
                changed.set(place, other)
            count += 1
            with pytest.raises(federation.client().exceptions.ClientError) as caught:
                federation.assume(coded(etree.tostring(tree)))
            assert caught.value.response["Error"]["Code"] in (
                "InvalidIdentityToken",
                "ExpiredTokenException",
            ), (element.tag, place)
    assert count > 25
    federation.assume(coded(signed))


def wrappings(signed):
    """The forged assertion beside, around and within the signed one, in every place where a reader may look."""

    def parts():
        tree = etree.fromstring(signed)
        original = tree.find("saml:Assertion", NAMES)
        evil = copy.deepcopy(original)
        evil.set("ID", "_evil")
        evil.find(".//saml:NameID", NAMES).text = "root"
        evil.remove(evil.find("ds:Signature", NAMES))
        return tree, original, evil

    tree, original, evil = parts()
    tree.insert(list(tree).index(original), evil)
    yield "before", tree

    tree, original, evil = parts()
    tree.append(evil)
    yield "after", tree

    tree, original, evil = parts()
    tree.replace(original, evil)
    evil.append(original)
    yield "around", tree

    tree, original, evil = parts()
    original.append(evil)
    yield "within", tree

    tree, original, evil = parts()
    signature = original.find("ds:Signature", NAMES)
    original.remove(signature)
    evil.insert(1, signature)
    holder = etree.SubElement(signature, f"{{{DS}}}Object")
    tree.replace(original, evil)
    holder.append(original)
    yield "in the signature's object", tree

    tree, original, evil = parts()
    extensions = etree.Element(f"{{{PROTOCOL}}}Extensions")
    tree.replace(original, evil)
    tree.insert(1, extensions)
    extensions.append(original)
    yield "in extensions", tree

    tree, original, evil = parts()
    evil.set("ID", original.get("ID"))
    tree.insert(list(tree).index(original), evil)
    yield "under the same ID", tree

    tree, original, evil = parts()
    outer = copy.deepcopy(tree)
    outer.replace(outer.find("saml:Assertion", NAMES), evil)
    etree.SubElement(outer, f"{{{PROTOCOL}}}Extensions").append(tree)
    yield "the whole response within another", outer


def test_attack_127_wrapped_assertions_are_refused(federation):
    signed = federation.provider.sign(federation.unsigned())
    names = []
    for name, tree in wrappings(signed):
        names.append(name)
        with refused("InvalidIdentityToken"):
            federation.assume(coded(etree.tostring(tree)))
    assert len(names) == 8
    federation.assume(coded(signed))


def test_attack_127_to_132_responses_that_prove_nothing_are_refused(federation):
    provider = federation.provider
    stranger = Provider(provider.entity)
    invalid = "InvalidIdentityToken"
    response = federation.unsigned()
    placeholder = response.find(".//ds:Signature", NAMES)
    placeholder.getparent().remove(placeholder)
    with refused(invalid, "Response signature invalid"):
        federation.assume(coded(etree.tostring(response)))
    with refused(invalid, "Response signature invalid"):
        federation.assume(stranger.login("ada", federation.attributes))
    with refused(invalid, "Response does not contain the required audience"):
        federation.assume(provider.login("ada", federation.attributes, audience="urn:else"))
    with refused(invalid, "Response does not contain the required recipient"):
        federation.assume(provider.login("ada", federation.attributes, recipient="https://evil.example.com/saml"))
    with refused("ExpiredTokenException"):
        federation.assume(provider.login("ada", federation.attributes, ends=0))
    with refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"):
        federation.assume(provider.login("eve", federation.attributes))
    # A comment cuts no name: the whole text is the subject.
    commented = provider.sign(federation.unsigned()).replace(b">ada<", b">ada<!-- -->.evil<")
    with refused(invalid):
        federation.assume(coded(commented))
    with refused(invalid):
        federation.assume(coded(b'<!DOCTYPE a [<!ENTITY b "c">]>' + provider.sign(federation.unsigned())))


def test_a_saml_login_is_an_identity_with_a_role_of_its_attributes(server, federation, pool, name):
    identities = IdentityPool(server, pool, name, SamlProviderARNs=[federation.arn], AllowUnauthenticatedIdentities=False)
    default = identities.role("authenticated")
    bucket = f"{name}-files"
    server.client("s3").create_bucket(Bucket=bucket)
    policy = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/${{aws:PrincipalTag/team}}/*")
    chosen = identities.role("authenticated", policy, "sts:TagSession")
    identities.api.set_identity_pool_roles(
        IdentityPoolId=identities.id,
        Roles={"authenticated": default},
        RoleMappings={federation.arn: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
    )
    identities.api.set_principal_tag_attribute_map(
        IdentityPoolId=identities.id, IdentityProviderName=federation.arn, PrincipalTags={"team": "department"}
    )
    attributes = {f"{ATTRIBUTES}Role": [f"{chosen},{federation.arn}"], "department": ["engines"]}
    logins = {federation.arn: federation.provider.login("ada", attributes)}
    identity = identities.identity(logins)
    again = {federation.arn: federation.provider.login("ada", attributes)}
    assert identities.identity(again) == identity
    s3 = identities.acting("s3", identities.credentials(identity, logins))
    s3.put_object(Bucket=bucket, Key="engines/plan", Body=b"x")
    with refused("AccessDenied"):
        s3.put_object(Bucket=bucket, Key="boilers/plan", Body=b"x")
    forged = Provider(federation.provider.entity).login("ada", attributes)
    with refused("NotAuthorizedException", "Invalid login token. Couldn't verify signed token."):
        identities.credentials(identity, {federation.arn: forged})
    with refused("NotAuthorizedException"):
        identities.credentials(identity)
