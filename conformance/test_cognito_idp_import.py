"""Users from CSV files, as a person does it with the AWS SDK and an HTTP client; mail and text messages on their way out."""

import base64
import email
import email.policy
import hashlib
import hmac
import json
import time

import argon2
import bcrypt
import pytest
import requests
from botocore.exceptions import ClientError

from functions import MailServer, Webhook
from user_pool import PASSWORD, Pool, attributes

ROLE = "arn:aws:iam::123456789012:role/import"


def run(pool, rows, **settings):
    """Makes a job, puts the file, starts it and asks until it is over."""
    header = pool.idp.get_csv_header(UserPoolId=pool.id)["CSVHeader"]
    header += ["cognito:password_hash"] if settings else []
    lines = [",".join(header)]
    for row in rows:
        assert set(row) <= set(header)
        lines.append(",".join(row.get(column, "").replace(",", "\\,") for column in header))
    job = pool.idp.create_user_import_job(
        UserPoolId=pool.id, JobName="people", CloudWatchLogsRoleArn=ROLE, **settings
    )["UserImportJob"]
    assert job["Status"] == "Created"
    put = requests.put(
        job["PreSignedUrl"],
        data="\n".join(lines).encode(),
        headers={"x-amz-server-side-encryption": "aws:kms"},
        timeout=30,
    )
    assert put.status_code == 200, put.text
    pool.idp.start_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    deadline = time.monotonic() + 60
    while True:
        now = pool.idp.describe_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])["UserImportJob"]
        if "CompletionDate" in now:
            return now
        assert time.monotonic() < deadline, now


def person(username, **more):
    return {
        "cognito:username": username,
        "cognito:mfa_enabled": "false",
        "email": f"{username}@example.com",
        "email_verified": "true",
        **more,
    }


def test_a_job_imports_and_says_what_became_of_each_line(server, name):
    pool = Pool(server, name, AutoVerifiedAttributes=["email"])
    pool.user("taken")
    job = run(pool, [person("ann", name="Ann, of the hill"), person("taken"), person("bad", email="nothing")])
    assert (job["Status"], job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == ("Succeeded", 1, 1, 1)
    log = requests.get(job["PreSignedUrl"], timeout=10).text.splitlines()
    assert log[0] == "[SUCCEEDED] Line Number 2 - The import succeeded."
    assert log[1] == "[SKIPPED] Line Number 3 - The user already exists."
    assert log[2].startswith("[FAILED] Line Number 4 - ")
    user = pool.idp.admin_get_user(UserPoolId=pool.id, Username="ann")
    assert user["UserStatus"] == "RESET_REQUIRED"
    assert {"Name": "name", "Value": "Ann, of the hill"} in user["UserAttributes"]
    forged = job["PreSignedUrl"].replace(job["JobId"], "import-0000000000")
    assert requests.put(forged, data=b"x", timeout=10).status_code == 403
    assert requests.put(job["PreSignedUrl"], data=b"x", timeout=10).status_code == 409
    listed = pool.idp.list_user_import_jobs(UserPoolId=pool.id, MaxResults=10)["UserImportJobs"]
    assert [each["JobId"] for each in listed] == [job["JobId"]]
    with pytest.raises(ClientError) as caught:
        pool.idp.stop_user_import_job(UserPoolId=pool.id, JobId=job["JobId"])
    assert caught.value.response["Error"]["Code"] == "PreconditionNotMetException"


@pytest.mark.parametrize("algorithm", ["BCRYPT", "ARGON2ID", "SCRYPT", "PBKDF2_SHA256"])
def test_users_come_with_hashes_of_other_systems(server, name, algorithm):
    pool = Pool(server, name, AutoVerifiedAttributes=["email"])
    secret, salt = PASSWORD.encode(), b"0123456789abcdef"
    plain = lambda data: base64.b64encode(data).decode().rstrip("=")
    made = {
        "BCRYPT": lambda: bcrypt.hashpw(secret, bcrypt.gensalt(5)).decode(),
        "ARGON2ID": lambda: argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=2).hash(secret),
        "SCRYPT": lambda: "$scrypt$ln=12,r=8,p=1$%s$%s"
        % (plain(salt), plain(hashlib.scrypt(secret, salt=salt, n=4096, r=8, p=1, dklen=32))),
        "PBKDF2_SHA256": lambda: "pbkdf2_sha256$20000$salty-salt$"
        + base64.b64encode(hashlib.pbkdf2_hmac("sha256", secret, b"salty-salt", 20000)).decode(),
    }[algorithm]()
    dear = "$2b$31$" + "a" * 53
    rows = [person("ann", **{"cognito:password_hash": made}), person("eve", **{"cognito:password_hash": dear})]
    job = run(pool, rows, PasswordHashingAlgorithm=algorithm)
    assert (job["ImportedUsers"], job["FailedUsers"], job["PasswordHashingAlgorithm"]) == (1, 1, algorithm)
    with pytest.raises(ClientError):
        pool.sign_in("ann", PASSWORD + "x")
    for _ in range(2):
        assert "AccessToken" in pool.sign_in("ann", PASSWORD)["AuthenticationResult"]


def test_codes_leave_by_mail_and_by_webhook(start, name, tmp_path):
    with MailServer() as mails, Webhook() as hook:
        (tmp_path / "secret").write_text("a secret that both know")
        (tmp_path / "portcullis.toml").write_text(
            f'[smtp]\nhost = "127.0.0.1"\nport = {mails.port}\ntls = "none"\nfrom = "Gate <gate@example.org>"\n'
            f'[sms]\nurl = "{hook.url}/send"\nsecret_file = "{tmp_path / "secret"}"\ncountries = ["+49"]\n'
        )
        server = start("serve", "--config", str(tmp_path / "portcullis.toml"))
        pool = Pool(server, name, AutoVerifiedAttributes=["email", "phone_number"])

        def sign_up(user, **given):
            pool.idp.sign_up(ClientId=pool.app, Username=user, Password=PASSWORD, UserAttributes=attributes(given))

        sign_up("ann", email="ann@example.com")
        mail = email.message_from_string(mails.first(), policy=email.policy.default)
        assert (mail["to"], mail["subject"]) == ("ann@example.com", "Your verification code")
        assert "gate@example.org" in mail["from"]
        assert server.code(pool=pool.id, user="ann") in mail.get_content()
        sign_up("bob", phone_number="+491701234567")
        headers, body = hook.first()
        headers = {key.lower(): value for key, value in headers.items()}
        assert json.loads(body)["to"] == "+491701234567"
        assert server.code(pool=pool.id, user="bob") in json.loads(body)["message"]
        signed = headers["x-portcullis-timestamp"].encode() + b"." + body
        tag = hmac.new(b"a secret that both know", signed, hashlib.sha256).hexdigest()
        assert headers["x-portcullis-signature"] == f"v1={tag}"
        with pytest.raises(ClientError) as caught:
            sign_up("eve", phone_number="+882131234567")
        assert caught.value.response["Error"]["Code"] == "CodeDeliveryFailureException"
