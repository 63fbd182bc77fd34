"""The first start of an enforced server, and its keys, as an operator meets them on the command line."""

import contextlib
import re
import stat
import subprocess

import pytest
from botocore.exceptions import ClientError
from running import BINARY, Server


def portcullis(*line):
    return subprocess.run([BINARY, *line], capture_output=True, text=True, timeout=60)


def made_key(printed):
    key = re.search(r"Access key id +(AKIA\S+)\nSecret access key +(\S+)", printed)
    return key.group(1), key.group(2)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def init(folder, *more):
    done = portcullis("init", "--data", str(folder), *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def serve(tmp_path):
    server = Server("serve", "--enforced", data=tmp_path)
    try:
        yield server
    finally:
        server.stop()


def caller(server, key):
    return server.client("sts", key=key[0], secret=key[1]).get_caller_identity()


def refused(server, key):
    with pytest.raises(ClientError) as refusal:
        caller(server, key)
    return refusal.value.response["Error"]["Code"]


def test_init_makes_the_account_its_root_key_and_the_master_key(tmp_path, folder):
    printed = init(folder, "--account", "111122223333")
    key = made_key(printed)
    assert "111122223333" in printed
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.rglob("*"):
        if file.is_file():
            assert key[1].encode() not in file.read_bytes(), f"the secret lies open in {file.name}"
    with serve(tmp_path) as server:
        assert caller(server, key)["Arn"] == "arn:aws:iam::111122223333:root"
        assert refused(server, (key[0], "wrong" * 8)) == "SignatureDoesNotMatch"
        assert refused(server, ("AKIAIOSFODNN7EXAMPLE", key[1])) == "InvalidClientTokenId"


def test_a_second_init_is_refused_and_changes_nothing(tmp_path, folder):
    key = made_key(init(folder))
    again = portcullis("init", "--data", str(folder))
    assert again.returncode == 1 and "has a root key already" in again.stderr and again.stdout == ""
    with serve(tmp_path) as server:
        assert caller(server, key)["Account"] == "123456789012"


def test_a_folder_of_another_account_is_not_served(tmp_path, folder):
    init(folder, "--account", "111122223333")
    config = tmp_path / "portcullis.toml"
    config.write_text('account = "444455556666"\n')
    refusal = portcullis("serve", "--port", "0", "--no-https", "--data", str(folder), "--config", str(config))
    assert refusal.returncode == 1
    assert "belongs to account 111122223333" in refusal.stderr


def test_enforced_mode_without_any_root_key_does_not_start(folder):
    refusal = portcullis("serve", "--enforced", "--port", "0", "--no-https", "--data", str(folder))
    assert refusal.returncode == 1
    assert "portcullis init" in refusal.stderr


def test_an_account_that_is_no_account_is_refused(folder):
    refusal = portcullis("init", "--data", str(folder), "--account", "12")
    assert refusal.returncode == 1 and "twelve digits" in refusal.stderr
    assert not folder.exists()


def test_keys_are_listed_rotated_disabled_and_revoked(tmp_path, folder):
    key = made_key(init(folder))
    place = ["--data", str(folder)]
    with serve(tmp_path) as server:
        iam = server.client("iam", key=key[0], secret=key[1])
        iam.create_user(UserName="ada")
        of_ada = iam.create_access_key(UserName="ada")["AccessKey"]
        held = portcullis("keys", *place, "list")
        assert held.returncode == 1 and "in use by another Portcullis" in held.stderr
    listed = portcullis("keys", *place, "list").stdout
    assert re.search(rf"{key[0]} +Active .* root\n", listed), listed
    assert re.search(rf"{of_ada['AccessKeyId']} +Active .* ada\n", listed), listed
    assert key[1] not in listed and of_ada["SecretAccessKey"] not in listed
    rotated = made_key(portcullis("keys", *place, "rotate", key[0]).stdout)
    assert portcullis("keys", *place, "disable", of_ada["AccessKeyId"]).returncode == 0
    ada = (of_ada["AccessKeyId"], of_ada["SecretAccessKey"])
    with serve(tmp_path) as server:
        assert caller(server, rotated)["Arn"].endswith(":root")
        assert refused(server, key) == "InvalidClientTokenId"
        assert refused(server, ada) == "InvalidClientTokenId"
    assert portcullis("keys", *place, "enable", ada[0]).returncode == 0
    further = made_key(portcullis("keys", *place, "create").stdout)
    assert portcullis("keys", *place, "revoke", rotated[0]).returncode == 0
    with serve(tmp_path) as server:
        assert caller(server, ada)["Arn"].endswith(":user/ada")
        assert caller(server, further)["Arn"].endswith(":root")
        assert refused(server, rotated) == "InvalidClientTokenId"
    unknown = portcullis("keys", *place, "revoke", rotated[0])
    assert unknown.returncode == 1 and "no access key" in unknown.stderr
