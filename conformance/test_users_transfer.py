"""`portcullis users export` and `import`: a pool's users from one data folder to another, as an operator moves them."""

import base64
import os
import stat
import subprocess

import pytest
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import SoftwareTokenMFAChallengeException

from refusal import refused
from running import BINARY, Server
from totp import totp
from user_pool import FLOWS, PASSWORD, Pool, values

FLOWS = [*FLOWS, "ALLOW_USER_SRP_AUTH"]
TOKEN = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}


def portcullis(*line):
    return subprocess.run([BINARY, *line], capture_output=True, text=True, timeout=120)


def users(act, folder, pool, file, *more):
    return portcullis("users", "--data", str(folder / "data"), act, "--pool", pool, *more, str(file))


def stopped(folder, act):
    """What `act` answers, with a server on the folder that has stopped since."""
    server = Server(data=folder)
    try:
        return act(server)
    finally:
        server.stop()


def client_of(pool):
    return pool.client(ExplicitAuthFlows=FLOWS)["ClientId"]


def by_srp(pool_id, idp, client, username="ann"):
    srp = AWSSRP(username=username, password=PASSWORD, pool_id=pool_id, client_id=client, client=idp)
    return srp.authenticate_user()


def answer(idp, client, challenge, code):
    return idp.respond_to_auth_challenge(
        ClientId=client,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": code},
    )["AuthenticationResult"]


class Exported:
    """A folder with a pool, its users in a file, and the file's key."""

    def __init__(self, folder):
        self.folder = folder / "from"
        self.folder.mkdir()
        self.file, self.key = folder / "users.export", folder / "key"
        self.key.write_bytes(os.urandom(32))
        stopped(self.folder, self._fill)
        done = users("export", self.folder, self.pool, self.file, "--key-file", str(self.key))
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"Exported 3 users and 1 groups of {self.pool}\n"

    def _fill(self, server):
        pool = Pool(server, "old", Schema=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}])
        self.pool, self.client = pool.id, client_of(pool)
        pool.idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", **TOKEN)
        given = {"email": "ann@example.com", "email_verified": "true", "custom:team": "dragons"}
        self.sub = pool.user("ann", **given)
        pool.user("bob")
        pool.idp.admin_create_user(UserPoolId=pool.id, Username="new", MessageAction="SUPPRESS")
        pool.idp.create_group(UserPoolId=pool.id, GroupName="keepers", Precedence=3, Description="of dragons")
        pool.idp.admin_add_user_to_group(UserPoolId=pool.id, Username="ann", GroupName="keepers")
        access = pool.tokens("ann", client=self.client)["AccessToken"]
        self.secret = pool.idp.associate_software_token(AccessToken=access)["SecretCode"]
        self.spent = totp(self.secret, -1)
        pool.idp.verify_software_token(AccessToken=access, UserCode=self.spent)
        preference = {"Enabled": True, "PreferredMfa": True}
        pool.idp.set_user_mfa_preference(AccessToken=access, SoftwareTokenMfaSettings=preference)
        self.refresh = pool.tokens("bob", client=self.client)["RefreshToken"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return Exported(tmp_path_factory.mktemp("export"))


@pytest.fixture
def target(tmp_path):
    """Another data folder with a pool that has the attribute."""

    def make(server):
        pool = Pool(server, "new", Schema=[{"Name": "team", "AttributeDataType": "String", "Mutable": True}])
        pool.idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", **TOKEN)
        return pool.id, client_of(pool)

    return (tmp_path, *stopped(tmp_path, make))


def test_people_sign_in_at_their_new_home_as_they_did_at_the_old_one(exported, target):
    folder, pool, client = target
    done = users("import", folder, pool, exported.file, "--key-file", str(exported.key))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        'line 2: imported "keepers"',
        'line 3: imported "ann"',
        'line 4: imported "bob"',
        'line 5: imported "new"',
        f"Imported 4 of 4 lines into {pool}",
    ]

    def check(server):
        idp = server.client("cognito-idp")
        ann = idp.admin_get_user(UserPoolId=pool, Username="ann")
        given = values(ann["UserAttributes"])
        assert (given["sub"], given["custom:team"], given["email_verified"]) == (exported.sub, "dragons", "true")
        assert ann["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
        groups = idp.admin_list_groups_for_user(UserPoolId=pool, Username="ann")["Groups"]
        assert [(group["GroupName"], group["Precedence"]) for group in groups] == [("keepers", 3)]
        assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"] == 3
        parameters = {"USERNAME": "ann", "PASSWORD": PASSWORD}
        challenge = idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        with pytest.raises(ClientError) as replayed:
            answer(idp, client, challenge, exported.spent)
        # Too old, too, by now.
        assert replayed.value.response["Error"]["Code"] in ("ExpiredCodeException", "CodeMismatchException")
        answer(idp, client, challenge, totp(exported.secret, 0))
        # The first password has made the verifier of this pool's name.
        by_password = {"USERNAME": "bob", "PASSWORD": PASSWORD}
        idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=by_password)
        assert by_srp(pool, idp, client, "bob")["AuthenticationResult"]["AccessToken"]
        with refused("NotAuthorizedException"):
            idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={**parameters, "PASSWORD": "Wrong-Pass-1"})

    stopped(folder, check)


def test_users_come_back_into_their_own_pool_and_srp_works_at_once(tmp_path):
    exported = Exported(tmp_path)

    def lose(server):
        idp = server.client("cognito-idp")
        idp.admin_delete_user(UserPoolId=exported.pool, Username="bob")
        idp.admin_set_user_password(UserPoolId=exported.pool, Username="ann", Password="Another-Pass-9", Permanent=True)

    stopped(exported.folder, lose)
    key = ("--key-file", str(exported.key))
    refusal = users("import", exported.folder, exported.pool, exported.file, *key)
    assert refusal.returncode == 1 and 'user "ann" exists' in refusal.stdout
    assert "nothing was imported" in refusal.stderr
    skipped = users("import", exported.folder, exported.pool, exported.file, *key, "--existing", "skip")
    assert skipped.returncode == 0, skipped.stderr
    assert 'line 3: kept as it is "ann"\nline 4: imported "bob"' in skipped.stdout
    replaced = users("import", exported.folder, exported.pool, exported.file, *key, "--existing", "replace")
    assert replaced.returncode == 0, replaced.stderr
    assert 'line 3: replaced "ann"\nline 4: replaced "bob"' in replaced.stdout

    def check(server):
        idp = server.client("cognito-idp")
        assert by_srp(exported.pool, idp, exported.client, "bob")["AuthenticationResult"]["AccessToken"]
        with pytest.raises(SoftwareTokenMFAChallengeException):
            by_srp(exported.pool, idp, exported.client)
        assert len(idp.list_users_in_group(UserPoolId=exported.pool, GroupName="keepers")["Users"]) == 1
        # What was issued before stays dead: nothing comes back with a user.
        with refused("NotAuthorizedException"):
            idp.initiate_auth(
                ClientId=exported.client,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": exported.refresh},
            )

    stopped(exported.folder, check)


def test_a_wrong_key_and_a_changed_or_cut_file_leave_no_trace(exported, target, tmp_path):
    folder, pool, _ = target
    whole = exported.file.read_bytes()
    for secret in (PASSWORD, "ann", "argon2", exported.secret):
        assert secret.encode() not in whole
        assert base64.b64encode(secret.encode()) not in whole
    assert stat.S_IMODE(exported.file.stat().st_mode) == 0o600
    wrong, short = tmp_path / "wrong", tmp_path / "short"
    wrong.write_bytes(os.urandom(32))
    short.write_bytes(b"too short")
    middle = len(whole) // 2
    cases = [
        (whole, wrong, "does not open"),
        (whole, short, "holds neither 32 bytes nor 64 hexadecimal digits"),
        (whole[:-1], exported.key, "is cut off"),
        (whole[:200], exported.key, "is cut off"),
        (whole[:40], exported.key, "is no export of users"),
        (whole + b"x", exported.key, "goes on after its end"),
        (whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], exported.key, "does not open"),
        (b"name,email\n" * 20, exported.key, "is no export of users"),
    ]
    for number, (content, key, expected) in enumerate(cases):
        file = tmp_path / f"case-{number}"
        file.write_bytes(content)
        refusal = users("import", folder, pool, file, "--key-file", str(key))
        assert refusal.returncode == 1 and expected in refusal.stderr, (number, refusal.stderr)
        assert refusal.stdout == ""

    def nothing(server):
        idp = server.client("cognito-idp")
        assert idp.list_users(UserPoolId=pool)["Users"] == []
        assert idp.list_groups(UserPoolId=pool)["Groups"] == []

    stopped(folder, nothing)


def test_a_passphrase_seals_too_and_a_running_server_keeps_its_folder(tmp_path, exported):
    phrase, weak = tmp_path / "phrase", tmp_path / "weak"
    phrase.write_text("correct horse battery staple\n")
    weak.write_text("short\n")
    file = tmp_path / "users.export"
    refusal = users("export", exported.folder, exported.pool, file, "--passphrase-file", str(weak))
    assert refusal.returncode == 1 and "shorter than 12 characters" in refusal.stderr and not file.exists()
    done = users("export", exported.folder, exported.pool, file, "--passphrase-file", str(phrase))
    assert done.returncode == 0, done.stderr
    again = users("export", exported.folder, exported.pool, file, "--passphrase-file", str(phrase))
    assert again.returncode == 1 and "exists" in again.stderr, "an export never writes over a file"
    other = users("import", exported.folder, exported.pool, file, "--key-file", str(exported.key))
    assert other.returncode == 1 and "sealed with a passphrase" in other.stderr
    kept = users("import", exported.folder, exported.pool, file, "--passphrase-file", str(phrase), "--existing", "skip")
    assert kept.returncode == 0 and "Imported 0 of 4 lines" in kept.stdout
    unknown = users("export", exported.folder, "us-east-1_Nobody123", tmp_path / "none", "--key-file", str(exported.key))
    assert unknown.returncode == 1 and "does not exist" in unknown.stderr and not (tmp_path / "none").exists()
    neither = users("export", exported.folder, exported.pool, tmp_path / "none")
    assert neither.returncode == 2 and "--key-file" in neither.stderr

    def busy(_):
        refusal = users("export", exported.folder, exported.pool, tmp_path / "busy", "--key-file", str(exported.key))
        assert refusal.returncode == 1 and "is in use by another Portcullis" in refusal.stderr, refusal.stderr
        assert not (tmp_path / "busy").exists()

    stopped(exported.folder, busy)


def test_users_that_do_not_fit_the_pool_are_told_and_the_others_come_in(exported, tmp_path):
    def make(server):
        return Pool(server, "bare").id

    pool = stopped(tmp_path, make)
    done = users("import", tmp_path, pool, exported.file, "--key-file", str(exported.key))
    assert done.returncode == 1 and "lines that were not imported: 1" in done.stderr
    assert 'line 3: refused, the pool has no attribute custom:team: "ann"' in done.stdout

    def check(server):
        idp = server.client("cognito-idp")
        assert [user["Username"] for user in idp.list_users(UserPoolId=pool)["Users"]] == ["bob", "new"]

    stopped(tmp_path, check)
