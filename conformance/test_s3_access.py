"""Who may do what at buckets: policies, public access, uploads by form, attacks; by boto3 and plain requests."""

import json
import urllib.parse

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from refusal import refused
from running import REGION

MISSING = "The specified key does not exist."


@pytest.fixture
def nobody(server):
    return boto3.client(
        "s3", region_name=REGION, endpoint_url=server.address, config=Config(signature_version=UNSIGNED)
    )


@pytest.fixture
def bucket(s3, name):
    """A bucket that a policy may open."""
    s3.create_bucket(Bucket=name)
    s3.delete_public_access_block(Bucket=name)
    return name


def statement(bucket, actions, path="/*", effect="Allow", principal="*", **more):
    resource = f"arn:aws:s3:::{bucket}{path}"
    return {"Effect": effect, "Principal": principal, "Action": actions, "Resource": resource, **more}


def police(s3, bucket, *statements):
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def body(client, bucket, key, **more):
    return client.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


class User:
    """A user of IAM with a key, and what its own policy allows."""

    def __init__(self, server, name, *statements):
        iam = server.client("iam")
        self.arn = iam.create_user(UserName=name)["User"]["Arn"]
        key = iam.create_access_key(UserName=name)["AccessKey"]
        self.id, self.secret = key["AccessKeyId"], key["SecretAccessKey"]
        self.iam, self.name = iam, name
        if statements:
            self.allow(*statements)
        self.s3 = server.client("s3", key=self.id, secret=self.secret, signature_version="s3v4")

    def allow(self, *statements):
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        self.iam.put_user_policy(UserName=self.name, PolicyName="own", PolicyDocument=json.dumps(document))


def own(actions, *resources, effect="Allow"):
    return {"Effect": effect, "Action": actions, "Resource": [f"arn:aws:s3:::{each}" for each in resources]}


# policies


def test_a_policy_comes_and_goes(s3, bucket):
    for call in (s3.get_bucket_policy, s3.get_bucket_policy_status):
        with refused("NoSuchBucketPolicy", "The bucket policy does not exist", 404):
            call(Bucket=bucket)
    police(s3, bucket, statement(bucket, "s3:GetObject"))
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"][0]["Action"] == "s3:GetObject"
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    s3.delete_bucket_policy(Bucket=bucket)
    with refused("NoSuchBucketPolicy", None, 404):
        s3.get_bucket_policy(Bucket=bucket)


def test_a_policy_must_be_one_of_its_bucket(s3, bucket):
    with refused("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'", 400):
        s3.put_bucket_policy(Bucket=bucket, Policy="no")
    with refused("MalformedPolicy", "Policy has invalid resource", 400):
        police(s3, bucket, statement("another-bucket", "s3:GetObject"))
    with refused("MalformedPolicy", "Policy has invalid action", 400):
        police(s3, bucket, statement(bucket, "iam:GetUser"))


def test_public_policies_can_be_blocked_and_restricted(s3, nobody, name):
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    with refused("AccessDenied", "Access Denied", 403):
        police(s3, name, statement(name, "s3:GetObject"))
    s3.delete_public_access_block(Bucket=name)
    police(s3, name, statement(name, "s3:GetObject"))
    assert body(nobody, name, "k") == b"x"
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    with refused("AccessDenied", None, 403):
        body(nobody, name, "k")
    assert body(s3, name, "k") == b"x"


def test_anybody_may_what_a_policy_opens_and_no_more(s3, nobody, bucket):
    for key in ("open/a", "shut/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    police(
        s3,
        bucket,
        statement(bucket, "s3:GetObject", "/open/*"),
        statement(bucket, "s3:ListBucket", "", Condition={"StringEquals": {"s3:prefix": "open/"}}),
        statement(bucket, ["s3:PutObject", "s3:PutObjectAcl"], "/drop/*", Condition={"StringEquals": {"s3:x-amz-acl": "private"}}),
    )
    assert body(nobody, bucket, "open/a") == b"open/a"
    assert nobody.head_object(Bucket=bucket, Key="open/a")["ContentLength"] == 6
    assert [o["Key"] for o in nobody.list_objects_v2(Bucket=bucket, Prefix="open/")["Contents"]] == ["open/a"]
    nobody.put_object(Bucket=bucket, Key="drop/a", Body=b"", ACL="private")
    for call, more in (
        (nobody.get_object, {"Key": "shut/a"}),
        (nobody.get_object, {"Key": "open/none"}),
        (nobody.list_objects_v2, {}),
        (nobody.list_objects_v2, {"Prefix": "open"}),
        (nobody.put_object, {"Key": "drop/b"}),
        (nobody.put_object, {"Key": "open/b", "ACL": "private"}),
        (nobody.delete_object, {"Key": "open/a"}),
        (nobody.get_bucket_policy, {}),
        (nobody.delete_bucket, {}),
    ):
        with refused("AccessDenied", "Access Denied", 403):
            call(Bucket=bucket, **more)
    with pytest.raises(ClientError) as caught:
        nobody.head_object(Bucket=bucket, Key="open/none")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize(
    ("condition", "headers", "status"),
    [
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, {}, 200),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {}, 403),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"X-Forwarded-For": "203.0.113.7"}, 403),
        ({"Bool": {"aws:SecureTransport": "true"}}, {}, 403),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"X-Forwarded-Proto": "https"}, 403),
        ({"Bool": {"aws:SecureTransport": "false"}}, {}, 200),
        ({"StringLike": {"aws:Referer": "https://shop.example/*"}}, {"Referer": "https://shop.example/a"}, 200),
        ({"StringLike": {"aws:Referer": "https://shop.example/*"}}, {"Referer": "https://evil.example/"}, 403),
        ({"StringLike": {"aws:Referer": "https://shop.example/*"}}, {}, 403),
        ({"StringEquals": {"aws:UserAgent": "known/1"}}, {"User-Agent": "known/1"}, 200),
        ({"StringEquals": {"aws:UserAgent": "known/1"}}, {"User-Agent": "other"}, 403),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, {}, 403),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, {}, 200),
        ({"StringEquals": {"s3:ExistingObjectTag/class": "open"}}, {}, 200),
        ({"StringEquals": {"s3:ExistingObjectTag/class": "shut"}}, {}, 403),
        ({"StringEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}, {}, 403),
    ],
)
def test_conditions_of_a_policy_hold_at_the_api_and_at_the_website(server, s3, bucket, condition, headers, status):
    s3.put_object(Bucket=bucket, Key="index.html", Body=b"hello", Tagging="class=open")
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    police(s3, bucket, statement(bucket, "s3:GetObject", Condition=condition))
    for url in (f"{server.url}/{bucket}/index.html", server.website(bucket)):
        answer = requests.get(url, headers=headers, timeout=10)
        assert (answer.status_code, answer.content == b"hello") == (status, status == 200), url


def test_a_websites_missing_page_is_told_to_who_may_list(server, s3, bucket):
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    police(s3, bucket, statement(bucket, "s3:GetObject"))
    assert requests.get(server.website(bucket, "/none"), timeout=10).status_code == 403
    police(s3, bucket, statement(bucket, "s3:GetObject"), statement(bucket, "s3:ListBucket", ""))
    assert requests.get(server.website(bucket, "/none"), timeout=10).status_code == 404


def test_a_user_learns_of_absence_by_the_right_to_list(server, s3, bucket, name):
    user = User(server, name, own("s3:GetObject", f"{bucket}/*"))
    with refused("AccessDenied", None, 403):
        body(user.s3, bucket, "none")
    user.allow(own("s3:GetObject", f"{bucket}/*"), own("s3:ListBucket", bucket))
    with refused("NoSuchKey", MISSING, 404):
        body(user.s3, bucket, "none")


def test_a_policy_names_users_and_denies_users_what_their_own_allows(server, s3, bucket, name):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    named, free = User(server, name + "-a"), User(server, name + "-b", own("s3:*", f"{bucket}", f"{bucket}/*"))
    with refused("AccessDenied", None, 403):
        body(named.s3, bucket, "k")
    police(
        s3,
        bucket,
        statement(bucket, "s3:GetObject", principal={"AWS": named.arn}),
        statement(bucket, "s3:GetObject", effect="Deny", principal={"AWS": free.arn}),
    )
    assert body(named.s3, bucket, "k") == b"x"
    with pytest.raises(ClientError) as caught:
        body(free.s3, bucket, "k")
    message = caught.value.response["Error"]["Message"]
    assert message.startswith(f"User: {free.arn} is not authorized to perform: s3:GetObject on resource: ")
    assert message.endswith("with an explicit deny in a resource-based policy")
    free.s3.put_object(Bucket=bucket, Key="other", Body=b"")


def test_the_root_is_denied_all_but_the_way_out(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    police(
        s3,
        bucket,
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{bucket}{end}" for end in ("", "/*")]},
    )
    with refused("AccessDenied", None, 403):
        body(s3, bucket, "k")
    with refused("AccessDenied", None, 403):
        s3.list_objects_v2(Bucket=bucket)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    assert body(s3, bucket, "k") == b"x"


def test_uploads_must_bear_what_the_policy_wants(s3, bucket):
    police(
        s3,
        bucket,
        statement(bucket, "s3:PutObject", effect="Deny", Condition={"Null": {"s3:x-amz-server-side-encryption": "true"}}),
        statement(bucket, "s3:PutObject", effect="Deny", Condition={"StringEquals": {"s3:RequestObjectTag/class": "secret"}}),
    )
    with refused("AccessDenied", None, 403):
        s3.put_object(Bucket=bucket, Key="k", Body=b"")
    with refused("AccessDenied", None, 403):
        s3.put_object(Bucket=bucket, Key="k", Body=b"", ServerSideEncryption="AES256", Tagging="class=secret")
    s3.put_object(Bucket=bucket, Key="k", Body=b"", ServerSideEncryption="AES256", Tagging="class=open")


def test_delete_objects_refuses_key_by_key(server, s3, bucket, name):
    for key in ("mine/a", "yours/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    user = User(server, name, own("s3:DeleteObject", f"{bucket}/mine/*"))
    wanted = {"Objects": [{"Key": "mine/a"}, {"Key": "yours/a"}]}
    answer = user.s3.delete_objects(Bucket=bucket, Delete=wanted)
    assert [each["Key"] for each in answer["Deleted"]] == ["mine/a"]
    assert [(each["Key"], each["Code"]) for each in answer["Errors"]] == [("yours/a", "AccessDenied")]
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["yours/a"]


def test_a_copy_asks_the_policies_of_both_buckets(s3, nobody, bucket, name):
    other = name + "-2"
    s3.create_bucket(Bucket=other)
    s3.delete_public_access_block(Bucket=other)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    police(s3, other, statement(other, "s3:PutObject"))
    copy = {"Bucket": other, "Key": "k", "CopySource": f"{bucket}/k"}
    with refused("AccessDenied", None, 403):
        nobody.copy_object(**copy)
    police(s3, bucket, statement(bucket, "s3:GetObject"))
    nobody.copy_object(**copy)
    assert body(s3, other, "k") == b"x"


# uploads by a form


@pytest.fixture
def poster(server, name):
    """A user who may put objects: forms are never signed by an unknown key."""
    return User(server, name + "-poster", own(["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging"], "*"))


def form(user, bucket, key, fields=None, conditions=None, expires=300):
    conditions = (conditions or []) + [{name: value} for name, value in (fields or {}).items()]
    return user.s3.generate_presigned_post(bucket, key, Fields=dict(fields or {}), Conditions=conditions, ExpiresIn=expires)


def post(made, content=b"content", filename="cat.jpg", **more):
    fields = {**made["fields"], **more}
    files = {"file": (filename, content)}
    return requests.post(made["url"], data=fields, files=files, timeout=30, allow_redirects=False)


def code(answer):
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


def message(answer):
    return answer.text.partition("<Message>")[2].partition("</Message>")[0].replace("&quot;", '"')


def test_a_form_uploads_a_file_with_all_that_its_fields_say(s3, bucket, poster):
    fields = {
        "Content-Type": "image/jpeg",
        "Cache-Control": "no-store",
        "x-amz-meta-who": "ann",
        "tagging": "<Tagging><TagSet><Tag><Key>a b</Key><Value>1+2=3</Value></Tag></TagSet></Tagging>",
        "x-amz-server-side-encryption": "AES256",
    }
    content = bytes(range(256)) * 4096 + b"\r\n--\r\n"
    answer = post(form(poster, bucket, "in/${filename}", fields), content)
    assert answer.status_code == 204 and answer.text == "", answer.text
    found = s3.get_object(Bucket=bucket, Key="in/cat.jpg")
    assert found["Body"].read() == content
    assert (found["ContentType"], found["CacheControl"], found["Metadata"]) == ("image/jpeg", "no-store", {"who": "ann"})
    assert (found["ETag"], found["ServerSideEncryption"]) == (answer.headers["ETag"], "AES256")
    assert s3.get_object_tagging(Bucket=bucket, Key="in/cat.jpg")["TagSet"] == [{"Key": "a b", "Value": "1+2=3"}]
    assert answer.headers["Location"].endswith(f"/{bucket}/in%2Fcat.jpg")


def test_a_form_chooses_its_answer(s3, bucket, poster):
    for asked, status in (("200", 200), ("201", 201), ("204", 204), ("404", 204), ("x", 204)):
        answer = post(form(poster, bucket, "k <&>", {"success_action_status": asked}))
        assert answer.status_code == status, answer.text
        if status == 201:
            assert f"<Bucket>{bucket}</Bucket><Key>k &lt;&amp;&gt;</Key><ETag>&quot;" in answer.text
    answer = post(form(poster, bucket, "k", {"success_action_redirect": "http://site.example/done?a=1"}))
    etag = urllib.parse.quote(s3.head_object(Bucket=bucket, Key="k")["ETag"], safe="")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://site.example/done?a=1&bucket={bucket}&key=k&etag={etag}"
    answer = post(form(poster, bucket, "k", {"success_action_redirect": "javascript:alert(1)"}))
    assert answer.status_code == 204


def test_a_form_is_held_to_its_policy(s3, bucket, poster):
    good = form(poster, bucket, "in/${filename}", {"acl": "private"}, [["content-length-range", 3, 10]])

    def refusal(made, *args, **more):
        answer = post(made, *args, **more)
        return answer.status_code, code(answer), message(answer)

    prefix = "Invalid according to Policy: "
    assert refusal(good, b"x" * 11)[:2] == (400, "EntityTooLarge")
    assert refusal(good, b"xx")[:2] == (400, "EntityTooSmall")
    assert refusal(good, acl="public-read") == (
        403, "AccessDenied", prefix + 'Policy Condition failed: ["eq","$acl","private"]')
    assert refusal(good, key="out/x")[1:] == ("AccessDenied", prefix + 'Policy Condition failed: ["starts-with","$key","in/"]')
    extra = {"x-amz-meta-more": "1"}
    assert refusal(good, **extra) == (403, "AccessDenied", prefix + "Extra input fields: x-amz-meta-more")
    assert refusal(form(poster, bucket, "k", expires=-10)) == (403, "AccessDenied", prefix + "Policy expired.")
    other = form(poster, "another-bucket", "k")
    assert refusal({**other, "url": good["url"]})[1:] == (
        "AccessDenied", prefix + 'Policy Condition failed: ["eq","$bucket","another-bucket"]')
    assert post(good, b"x" * 10, **{"x-ignore-me": "1"}).status_code == 204
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["in/cat.jpg"]


def test_attack_146_a_forms_signature_is_of_a_known_key_over_this_policy(s3, bucket, poster, server):
    good = form(poster, bucket, "k")

    def refusal(**more):
        answer = post(good, **{name.replace("_", "-"): value for name, value in more.items()})
        return answer.status_code, code(answer)

    scope = good["fields"]["x-amz-credential"].split("/")

    def credential(at, value):
        return "/".join([*scope[:at], value, *scope[at + 1 :]])

    signature = good["fields"]["x-amz-signature"]
    flipped = ("0" if signature[0] != "0" else "1") + signature[1:]
    assert refusal(x_amz_signature=flipped) == (403, "SignatureDoesNotMatch")
    assert refusal(x_amz_signature="") == (403, "SignatureDoesNotMatch")
    assert refusal(policy=good["fields"]["policy"][:-4] + "AAAA") == (403, "SignatureDoesNotMatch")
    assert refusal(x_amz_credential=credential(1, "20200101")) == (403, "SignatureDoesNotMatch")
    assert refusal(x_amz_credential=credential(2, "eu-west-1")) == (403, "SignatureDoesNotMatch")
    assert refusal(x_amz_credential=credential(3, "iam")) == (400, "InvalidArgument")
    assert refusal(x_amz_credential="x") == (400, "InvalidArgument")
    # The mode is local: elsewhere unknown keys are the root, but any page may post a form.
    assert refusal(x_amz_credential=credential(0, "test")) == (403, "InvalidAccessKeyId")
    assert refusal(x_amz_security_token="made-up")[0] in (400, 403)
    assert refusal(x_amz_algorithm="AWS2") == (400, "InvalidArgument")
    old = {"url": good["url"], "fields": {"key": "k", "policy": "e30=", "AWSAccessKeyId": "test", "signature": "x"}}
    assert (post(old).status_code, code(post(old))) == (400, "InvalidRequest")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_temporary_credentials_sign_forms(server, s3, bucket, poster):
    poster.allow(own("s3:PutObject", f"{bucket}/mine/*"), {"Effect": "Allow", "Action": "sts:*", "Resource": "*"})
    given = server.client("sts", key=poster.id, secret=poster.secret).get_session_token()["Credentials"]
    session = boto3.client(
        "s3", region_name=REGION, endpoint_url=server.address, aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"], aws_session_token=given["SessionToken"],
        config=Config(signature_version="s3v4"),
    )
    made = session.generate_presigned_post(bucket, "mine/k")
    assert post(made).status_code == 204
    assert code(post(session.generate_presigned_post(bucket, "yours/k"))) == "AccessDenied"
    del made["fields"]["x-amz-security-token"]
    assert post(made).status_code in (400, 403)


def test_anybody_posts_where_the_bucket_allows_it(server, s3, bucket):
    made = {"url": f"{server.url}/{bucket}", "fields": {"key": "in/x"}}
    assert (post(made).status_code, code(post(made))) == (403, "AccessDenied")
    police(s3, bucket, statement(bucket, "s3:PutObject", "/in/*"))
    assert post(made).status_code == 204
    assert code(post(made, key="out/x")) == "AccessDenied"
    assert body(s3, bucket, "in/x") == b"content"


def test_forms_that_are_none_are_refused_and_leave_nothing(server, s3, bucket):
    police(s3, bucket, statement(bucket, "s3:PutObject"))
    url = f"{server.url}/{bucket}"
    assert code(requests.post(url, data={}, files={"file": ("f", b"x")}, timeout=10)) == "InvalidArgument"
    answer = requests.post(url, data={"key": "k"}, files={"other": ("f", b"x")}, timeout=10)
    assert message(answer) == "POST requires exactly one file upload per request."
    big = requests.post(url, data={"key": "k", "x-amz-meta-a": "x" * 21_000}, files={"file": ("f", b"x")}, timeout=10)
    assert code(big) == "MaxPostPreDataLengthExceeded"
    twice = requests.post(url, data=[("key", "a"), ("key", "b")], files={"file": ("f", b"x")}, timeout=10)
    assert code(twice) == "InvalidArgument"
    headers = {"content-type": "multipart/form-data; boundary=b"}
    cut = b'--b\r\ncontent-disposition: form-data; name="key"\r\n\r\nk\r\n--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nhalf'
    assert code(requests.post(url, data=cut, headers=headers, timeout=10)) == "MalformedPOSTRequest"
    assert code(requests.post(url, data=b"", headers=headers, timeout=10)) in ("MalformedPOSTRequest", "InvalidArgument")
    # No field becomes a header that would make another operation of it.
    fields = {"key": "k", "x-amz-copy-source": "a/b", "x-amz-object-lock-mode": "GOVERNANCE"}
    assert requests.post(url, data=fields, files={"file": ("f", b"x")}, timeout=10).status_code == 204
    assert body(s3, bucket, "k") == b"x"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["k"]


# keys, tenants, headers of proxies


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/../../b", "/", "//", ".", "..", "a//b", "a/./b", "\\..\\x", "%2e%2e/x", "a\n"])
def test_no_key_leads_out_of_its_bucket(s3, bucket, key):
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    s3.put_object(Bucket=bucket, Key="plain", Body=b"plain")
    assert body(s3, bucket, key) == key.encode()
    listed = s3.list_objects_v2(Bucket=bucket, EncodingType="url")["Contents"]
    assert sorted(urllib.parse.unquote(o["Key"]) for o in listed) == sorted([key, "plain"])


@pytest.mark.parametrize("character", ["a", "é", "漢", "😀", "\u0301", "\u202e"])
def test_keys_of_1024_bytes_of_any_unicode(s3, bucket, character):
    count, rest = divmod(1024, len(character.encode()))
    key = character * count + "x" * rest
    s3.put_object(Bucket=bucket, Key=key, Body=b"long")
    assert body(s3, bucket, key) == b"long"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    with refused("KeyTooLongError", "Your key is too long", 400):
        s3.put_object(Bucket=bucket, Key=key + "y", Body=b"")


def test_attack_149_what_is_absent_and_what_is_forbidden_look_alike(server, s3, bucket, name):
    s3.put_object(Bucket=bucket, Key="secret", Body=b"x")
    user = User(server, name)
    seen = []
    for key in ("secret", "absent"):
        with pytest.raises(ClientError) as caught:
            body(user.s3, bucket, key)
        error = dict(caught.value.response["Error"])
        seen.append({k: v.replace(key, "KEY") if isinstance(v, str) else v for k, v in error.items()})
    assert seen[0] == seen[1] and seen[0]["Code"] == "AccessDenied"


def test_attack_152_and_153_no_header_of_a_proxy_and_no_path_opens_a_bucket(server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    police(s3, bucket, statement(bucket, "s3:GetObject", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.7/32"}}))
    spoofs = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X_Forwarded_For", "True-Client-IP", "X-Amz-Source-Ip")
    for header in spoofs:
        assert requests.get(f"{server.url}/{bucket}/k", headers={header: "203.0.113.7"}, timeout=10).status_code == 403, header
    for headers in ({"User-Agent": "ELB-HealthChecker/2.0"}, {"User-Agent": "kube-probe/1.30"}, {"X-Original-URL": "/_portcullis/health"}):
        assert requests.get(f"{server.url}/{bucket}/k", headers=headers, timeout=10).status_code == 403
    for path in (f"/_portcullis/health/../../{bucket}/k", f"/_portcullis/metrics/..%2f..%2f{bucket}/k", f"/_portcullis/%2e%2e/{bucket}/k"):
        prepared = requests.Request("GET", server.url + "/").prepare()
        prepared.url = server.url + path
        answer = requests.Session().send(prepared, timeout=10)
        assert answer.status_code in (400, 403, 404) and answer.content != b"x", path
