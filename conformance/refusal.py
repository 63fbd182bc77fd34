"""How a test says that a call is refused."""

from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused(code, message=None, status=None):
    """The block's call is refused with this code, and with exactly this message where one is given."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    got = (error["Code"], error["Message"]) if message is not None else error["Code"]
    assert got == ((code, message) if message is not None else code), error
    if status is not None:
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status, error
