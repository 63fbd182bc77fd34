"""Attacks 39 to 50: tokens that are not what they seem, at the AWS operations, the API authorizer and the endpoints."""

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWK
from jwt.algorithms import RSAAlgorithm

import wire
from browser import Browser
from rest_api import Api
from tokens import claims, header, keys, part, resigned, with_header, with_payload
from user_pool import CALLBACK, PASSWORD, Pool

REFUSALS = ("NotAuthorizedException", "InvalidParameterException")


class Target:
    """A pool, its tokens, and every place that judges them."""

    def __init__(self, server, name):
        self.server = server
        self.pool = Pool(server, name)
        self.pool.user("ann", email="ann@example.com")
        self.api = Api(server, name)
        authorizer = self.api.authorizer(self.pool.arn)
        self.api.mock(self.api.resource("id"), authorizer=authorizer)
        scopes = ["aws.cognito.signin.user.admin"]
        self.api.mock(self.api.resource("access"), authorizer=authorizer, authorizationScopes=scopes)
        self.api.deploy()
        self.domain = self.pool.domain()
        client = self.pool.oauth_client("implicit")["ClientId"]
        landed = Browser(self.domain).sign_in(
            "ann", PASSWORD, client_id=client, response_type="token", redirect_uri=CALLBACK
        )
        self.id, self.access = landed.fragment["id_token"], landed.fragment["access_token"]

    def call(self, path, token):
        return self.api.call(path, headers={"Authorization": token})

    def get_user(self, token):
        return wire.call(self.server, "GetUser", {"AccessToken": token})

    def user_info(self, token):
        return requests.get(self.domain + "/oauth2/userInfo", headers={"Authorization": f"Bearer {token}"}, timeout=30)


@pytest.fixture(scope="module")
def target(server):
    found = Target(server, "tokens" + uuid.uuid4().hex[:10])
    # what is refused below must be good where nobody has touched it
    assert found.call("/id", found.id).status_code == 200
    assert found.call("/access", found.access).status_code == 200
    assert found.get_user(found.access).status_code == 200
    assert found.user_info(found.access).status_code == 200
    return found


@pytest.fixture(scope="module")
def attacker():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def assert_refused(target, forge):
    """What `forge` makes of a good token is good nowhere."""
    at_operation = target.get_user(forge(target.access))
    assert at_operation.status_code == 400, at_operation.text
    assert wire.error(at_operation)[0] in REFUSALS
    for answer in (
        target.call("/id", forge(target.id)),
        target.call("/access", forge(target.access)),
        target.user_info(forge(target.access)),
    ):
        assert answer.status_code in (400, 401, 431), (answer.status_code, answer.text)
        assert len(answer.content) < 2048


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_attack_39_alg_none(target, algorithm):
    def forge(token):
        changed = {**claims(token), "cognito:groups": ["admins"]}
        return f"{part({**header(token), 'alg': algorithm})}.{part(changed)}."

    assert_refused(target, forge)
    assert_refused(target, lambda token: with_header(token, {**header(token), "alg": algorithm}))
    assert_refused(target, lambda token: token.rsplit(".", 1)[0] + ".")


def test_attack_40_public_key_as_secret(target):
    for key in keys(target.pool.issuer):
        public = PyJWK(key).key
        secrets = [
            public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            key["n"].encode(),
            json.dumps(key).encode(),
            b"",
        ]
        for secret in secrets:
            assert_refused(target, lambda token, s=secret, k=key: resigned(token, s, "HS256", {"kid": k["kid"]}))


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "ES256", "HS256", "rs256"])
def test_attack_40_other_algorithms(target, algorithm):
    assert_refused(target, lambda token: with_header(token, {**header(token), "alg": algorithm}))


@pytest.mark.parametrize(
    "kid",
    [
        "../../../../dev/null",
        "' OR 1=1 --",
        "https://evil.test/key",
        "",
        None,
        7,
        ["a"],
        {"a": 1},
        "\u0000",
        "x" * 60_000,
    ],
    ids=lambda kid: str(kid)[:12],
)
def test_attack_41_kid(target, attacker, kid):
    assert_refused(target, lambda token: resigned(token, attacker, headers={"kid": kid}))


def test_attack_41_kid_of_a_megabyte(target, attacker):
    forged = resigned(target.access, attacker, headers={"kid": "x" * 1_048_576})
    answer = target.get_user(forged)
    assert (answer.status_code, wire.error(answer)[0] in REFUSALS) == (400, True)
    assert len(answer.content) < 4096


def test_attack_41_kid_left_out(target):
    assert_refused(target, lambda token: with_header(token, {"alg": "RS256"}))


def test_attack_42_keys_of_the_attackers_own(target, attacker):
    asked = []

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    jwk = json.loads(RSAAlgorithm.to_jwk(attacker.public_key()))
    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{listener.server_port}/keys"
        for extra in ({"jku": url}, {"x5u": url}, {"jwk": jwk}, {"x5c": ["MIIB"]}, {"jku": url, "jwk": jwk}):
            for kid in (None, "attacker"):
                headers = {**extra, **({"kid": kid} if kid else {})}
                assert_refused(target, lambda token, h=headers: resigned(token, attacker, headers=h))
        forged_issuer = f"http://127.0.0.1:{listener.server_port}"
        assert_refused(target, lambda token: resigned(token, attacker, iss=forged_issuer))
        listener.shutdown()
    assert asked == []


def test_attack_43_unknown_crit(target, attacker):
    for crit in (["exp"], ["b64"], [], "exp"):
        extra = {"crit": crit, "b64": False}
        assert_refused(target, lambda token, e=extra: with_header(token, {**header(token), **e}))
        assert_refused(target, lambda token, e=extra: resigned(token, attacker, headers=e))


def test_attack_44_tokens_of_another_pool(target, server, name):
    other = Target(server, name)
    assert target.call("/id", other.id).status_code == 401
    assert target.call("/access", other.access).status_code == 401
    assert target.user_info(other.access).status_code == 401
    # the issuer alone rewritten, and the other pool's key named: neither is enough
    assert_refused(target, lambda token: with_payload(token, {**claims(token), "iss": other.pool.issuer}))
    assert_refused(target, lambda token: with_header(token, header(other.access)))


def test_attack_45_one_kind_of_token_for_the_other(target):
    assert wire.error(target.get_user(target.id))[0] == "NotAuthorizedException"
    assert target.user_info(target.id).status_code == 401
    assert target.call("/id", target.access).status_code == 401
    assert target.call("/access", target.id).status_code == 401
    refresh = target.pool.tokens("ann")["RefreshToken"]
    assert wire.error(target.get_user(refresh))[0] in REFUSALS
    assert target.call("/id", refresh).status_code == 401


def test_attack_46_wrong_audience(target, server, name):
    api = Api(server, name)
    pattern = target.pool.client(ClientName="another")["ClientId"]
    authorizer = api.authorizer(target.pool.arn, identityValidationExpression=pattern)
    api.mock(api.root, authorizer=authorizer)
    api.deploy()
    assert api.call(headers={"Authorization": target.id}).status_code == 401
    good = target.pool.tokens("ann", client=pattern)["IdToken"]
    assert api.call(headers={"Authorization": good}).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 1},
        {"exp": "4102444800"},
        {"exp": 10**18},
        {"exp": None},
        {"exp": -1},
        {"iat": -1},
        {"nbf": 4102444800},
        {"exp": 1e300},
        {"exp": [4102444800]},
    ],
    ids=str,
)
def test_attack_47_times(target, attacker, changed):
    assert_refused(target, lambda token: with_payload(token, {**claims(token), **changed}))
    assert_refused(target, lambda token: resigned(token, attacker, **changed))
    assert_refused(target, lambda token: resigned(token, attacker, drop=("exp",)))


def test_attack_47_expiry_is_kept(start, name):
    target = Target(start(), name)
    for seconds, good in ((3500, True), (161, False)):
        target.server.advance(seconds)
        assert (target.call("/id", target.id).status_code == 200) is good
        assert (target.call("/access", target.access).status_code == 200) is good
        assert (target.get_user(target.access).status_code == 200) is good
        assert (target.user_info(target.access).status_code == 200) is good


def test_attack_48_duplicate_members(target):
    def twice_in_header(token):
        text = json.dumps(header(token))
        return with_header(token, part(('{"alg":"none",' + text[1:]).encode()))

    def twice_in_payload(token):
        text = json.dumps(claims(token))
        return with_payload(token, part(('{"sub":"somebody",' + text[1:]).encode()))

    assert_refused(target, twice_in_header)
    assert_refused(target, twice_in_payload)


def loosened(token):
    """The last letter of the signature changed in bits that carry nothing: it decodes to the same bytes."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) + 1]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token + "=",
        lambda token: token + "==",
        lambda token: ".".join(piece + "=" * (-len(piece) % 4) for piece in token.split(".")),
        lambda token: token.replace("-", "+").replace("_", "/") + ("" if "-" in token or "_" in token else "="),
        loosened,
        lambda token: token + ".",
        lambda token: token + ".x",
        lambda token: "." + token,
        lambda token: token + ".x.y",
        lambda token: "a." + token + ".b",
        lambda token: token.replace(".", ".."),
        lambda token: token.replace(".", ". "),
        lambda token: token[: len(token) // 2],
        lambda token: token.split(".")[0],
        lambda token: "",
        lambda token: "..",
        lambda token: ".....",
    ],
)
def test_attack_49_encodings(target, spoil):
    assert_refused(target, spoil)


def test_attack_50_oversized_and_nested(target, attacker):
    long = resigned(target.access, attacker, filler="x" * 70_000)
    deep = with_header(target.access, part(b"[" * 20_000 + b"]" * 20_000))
    deeper = with_payload(target.access, part(b'{"a":' * 20_000 + b"1" + b"}" * 20_000))
    for token in (long, deep, deeper, "x" * 2_000_000, "." * 100_000, "a.b." * 50_000):
        answer = target.get_user(token)
        assert (answer.status_code, wire.error(answer)[0] in REFUSALS) == (400, True)
        assert len(answer.content) < 4096
        assert target.call("/id", token[:60_000]).status_code in (400, 401, 431)
    assert target.get_user(target.access).status_code == 200
