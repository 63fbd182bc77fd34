"""Reads and verifies tokens by an independent implementation (PyJWT), and forges them."""

import base64
import json

import jwt
import requests


def part(data):
    """Base64url without padding of bytes, or of a value's JSON."""
    data = data if isinstance(data, bytes) else json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def header(token):
    return jwt.get_unverified_header(token)


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def keys(issuer):
    return requests.get(issuer + "/.well-known/jwks.json", timeout=10).json()["keys"]


def verified(token, issuer, audience=None):
    """The claims of a token whose signature, issuer and times are good; of an id token, its audience too."""
    by_id = {key["kid"]: jwt.PyJWK(key).key for key in keys(issuer)}
    options = {"require": ["iss", "sub", "exp", "iat"], "verify_aud": audience is not None}
    key = by_id[header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["RS256"], issuer=issuer, audience=audience, options=options)


def resigned(token, key, algorithm="RS256", headers=None, drop=(), **changed):
    """The token with other claims, signed by another key; PyJWT's own checks of the key do not stand in the way."""
    payload = {name: value for name, value in {**claims(token), **changed}.items() if name not in drop}
    head = part({**header(token), "alg": algorithm, **(headers or {})})
    signed = f"{head}.{part(payload)}"
    return signed + "." + part(jwt.get_algorithm_by_name(algorithm).sign(signed.encode(), key))


def with_header(token, head):
    """The token under another header, with its old signature."""
    _, payload, signature = token.split(".")
    return ".".join([head if isinstance(head, str) else part(head), payload, signature])


def with_payload(token, payload):
    """The token with another payload, with its old signature."""
    head, _, signature = token.split(".")
    return ".".join([head, payload if isinstance(payload, str) else part(payload), signature])
