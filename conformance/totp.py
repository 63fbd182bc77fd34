"""Codes of an authenticator app."""

import base64
import hashlib
import hmac
import struct
import time


def totp(secret, steps):
    """The code so many steps from now: RFC 6238, by the standard library alone."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    tag = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    offset = tag[-1] & 15
    return f"{(struct.unpack('>I', tag[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
