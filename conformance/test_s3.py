"""Buckets, objects and websites, by boto3 and the aws cli."""

import hashlib
import socket

import boto3
import pytest
import requests

from aws_cli import Aws
from refusal import refused

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


@pytest.fixture
def public(s3, name):
    """A bucket whose objects may be made public, as for a website."""
    s3.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=name)
    return name


def test_buckets_come_and_go(s3, name):
    s3.create_bucket(Bucket=name)
    assert name in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    s3.put_object(Bucket=name, Key="a", Body=b"")
    with refused("BucketNotEmpty", None, 409):
        s3.delete_bucket(Bucket=name)
    s3.delete_object(Bucket=name, Key="a")
    s3.delete_bucket(Bucket=name)
    with refused("404", None, 404):
        s3.head_bucket(Bucket=name)
    with refused("NoSuchBucket", "The specified bucket does not exist", 404):
        s3.list_objects_v2(Bucket=name)


def test_a_bucket_has_its_region(server, name):
    there = server.client("s3", region="eu-west-1")
    there.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert there.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-1"


@pytest.mark.parametrize("bad", ["ab", "Upper", "-begin", "two..dots", "192.168.5.4"])
def test_bad_bucket_names_are_refused(s3, bad):
    with refused("InvalidBucketName", None, 400):
        s3.create_bucket(Bucket=bad)


def test_objects_come_and_go(s3, bucket):
    body = b"hello, world"
    put = s3.put_object(Bucket=bucket, Key="a b/ü.txt", Body=body, ContentType="text/plain", Metadata={"mine": "7"})
    etag = f'"{hashlib.md5(body).hexdigest()}"'
    assert put["ETag"] == etag
    got = s3.get_object(Bucket=bucket, Key="a b/ü.txt")
    assert got["Body"].read() == body
    assert (got["ETag"], got["ContentType"], got["ContentLength"]) == (etag, "text/plain", len(body))
    assert (got["Metadata"], got["AcceptRanges"]) == ({"mine": "7"}, "bytes")
    head = s3.head_object(Bucket=bucket, Key="a b/ü.txt")
    assert (head["ETag"], head["LastModified"]) == (etag, got["LastModified"])
    s3.delete_object(Bucket=bucket, Key="a b/ü.txt")
    s3.delete_object(Bucket=bucket, Key="a b/ü.txt")
    with refused("NoSuchKey", "The specified key does not exist.", 404):
        s3.get_object(Bucket=bucket, Key="a b/ü.txt")
    with refused("404", None, 404):
        s3.head_object(Bucket=bucket, Key="a b/ü.txt")


def test_an_object_without_type_is_a_stream_of_bytes(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert s3.head_object(Bucket=bucket, Key="k")["ContentType"] == "binary/octet-stream"


def test_a_put_replaces(s3, bucket):
    for body in (b"one", b"two"):
        s3.put_object(Bucket=bucket, Key="k", Body=body)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"two"
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_ranges(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")

    def part(text):
        answer = s3.get_object(Bucket=bucket, Key="k", Range=text)
        return answer["ResponseMetadata"]["HTTPStatusCode"], answer["ContentRange"], answer["Body"].read()

    assert part("bytes=2-4") == (206, "bytes 2-4/10", b"234")
    assert part("bytes=7-") == (206, "bytes 7-9/10", b"789")
    assert part("bytes=-3") == (206, "bytes 7-9/10", b"789")
    assert part("bytes=8-99") == (206, "bytes 8-9/10", b"89")
    with refused("InvalidRange", None, 416):
        part("bytes=10-")


def test_conditions(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=etag)["Body"].read() == b"x"
    with refused("304", None, 304):
        s3.get_object(Bucket=bucket, Key="k", IfNoneMatch=etag)
    with refused("PreconditionFailed", None, 412):
        s3.get_object(Bucket=bucket, Key="k", IfMatch='"0"')


def test_lists_page_and_fold(s3, bucket):
    keys = ["a.txt", "b/1", "b/2", "c/1/x", "d.txt", "é"]
    for key in reversed(keys):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    listed = s3.list_objects_v2(Bucket=bucket)
    assert [item["Key"] for item in listed["Contents"]] == keys
    assert listed["IsTruncated"] is False
    folded = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [item["Key"] for item in folded["Contents"]] == ["a.txt", "d.txt", "é"]
    assert [item["Prefix"] for item in folded["CommonPrefixes"]] == ["b/", "c/"]
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix="b/")["Contents"]] == ["b/1", "b/2"]
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 4}))
    assert [len(page["Contents"]) for page in pages] == [4, 2]
    assert [item["Key"] for page in pages for item in page["Contents"]] == keys
    after = s3.list_objects_v2(Bucket=bucket, StartAfter="c")
    assert [item["Key"] for item in after["Contents"]] == ["c/1/x", "d.txt", "é"]


def test_many_objects_are_deleted_at_once(s3, bucket):
    for key in "abc":
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}, {"Key": "none"}]})
    assert {item["Key"] for item in answer["Deleted"]} == {"a", "b", "none"}
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["c"]


def test_objects_are_copied(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", ContentType="text/css", Metadata={"m": "1"})
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    copied = s3.get_object(Bucket=bucket, Key="b")
    assert (copied["Body"].read(), copied["ContentType"], copied["Metadata"]) == (b"x", "text/css", {"m": "1"})


def test_checksums_are_compared(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"hello", ChecksumAlgorithm="SHA256")
    assert put["ChecksumSHA256"] == "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
    with refused("BadDigest", None, 400):
        s3.put_object(
            Bucket=bucket, Key="k", Body=b"hello", ChecksumSHA256="AAAAul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
        )
    with refused("BadDigest", None, 400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"hello", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==")
    assert s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["Body"].read() == b"hello"


def test_new_buckets_are_closed(s3, bucket):
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert block == dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    rules = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    with refused("AccessControlListNotSupported", "The bucket does not allow ACLs", 400):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="public-read")
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    with refused("AccessDenied", None, 403):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="public-read")


def test_the_block_can_be_removed(s3, bucket):
    s3.delete_public_access_block(Bucket=bucket)
    with refused("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", 404):
        s3.get_public_access_block(Bucket=bucket)


def test_acls_open_what_they_name(server, s3, public):
    url = f"{server.address}/{public}/"
    s3.put_object(Bucket=public, Key="open", Body=b"x", ACL="public-read")
    s3.put_object(Bucket=public, Key="shut", Body=b"x")
    assert requests.get(url + "open", timeout=10).content == b"x"
    shut = requests.get(url + "shut", timeout=10)
    assert shut.status_code == 403
    assert "<Code>AccessDenied</Code><Message>Access Denied</Message>" in shut.text
    assert requests.get(url + "none", timeout=10).status_code == 403
    assert requests.get(url, timeout=10).status_code == 403
    assert requests.put(url + "open", data=b"y", timeout=10).status_code == 403
    assert requests.delete(url + "open", timeout=10).status_code == 403
    grants = s3.get_object_acl(Bucket=public, Key="open")["Grants"]
    assert {(grant["Grantee"].get("URI"), grant["Permission"]) for grant in grants} == {
        (None, "FULL_CONTROL"),
        (ALL_USERS, "READ"),
    }
    s3.put_object_acl(Bucket=public, Key="open", ACL="private")
    assert requests.get(url + "open", timeout=10).status_code == 403
    s3.put_bucket_acl(Bucket=public, ACL="public-read")
    assert "<Key>shut</Key>" in requests.get(url, timeout=10).text
    assert requests.get(url + "none", timeout=10).status_code == 404
    s3.put_object_acl(Bucket=public, Key="open", ACL="public-read")
    s3.put_public_access_block(Bucket=public, PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    assert requests.get(url + "open", timeout=10).status_code == 403


class TestWebsite:
    @pytest.fixture
    def site(self, server, s3, public):
        for key, body in {"index.html": "home", "docs/index.html": "docs", "error.html": "lost"}.items():
            s3.put_object(Bucket=public, Key=key, Body=body, ContentType="text/html", ACL="public-read")
        s3.put_object(Bucket=public, Key="secret.html", Body="hidden", ContentType="text/html")
        s3.put_bucket_website(
            Bucket=public,
            WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}},
        )
        return public

    def get(self, server, site, path, **more):
        return requests.get(server.website(site, path), allow_redirects=False, timeout=10, **more)

    def test_serves_index_documents(self, server, site):
        home = self.get(server, site, "/")
        assert (home.status_code, home.text, home.headers["Content-Type"]) == (200, "home", "text/html")
        assert self.get(server, site, "/docs/").text == "docs"
        moved = self.get(server, site, "/docs")
        assert (moved.status_code, moved.headers["Location"].endswith("/docs/")) == (302, True)

    def test_serves_by_host_name(self, server, site):
        for host in (
            f"{site}.s3-website-us-east-1.amazonaws.com",
            f"{site}.s3-website-us-east-1.localhost:{server.port}",
        ):
            assert requests.get(server.url + "/", headers={"Host": host}, timeout=10).text == "home"

    def test_serves_the_error_document_under_the_status(self, server, site):
        for path in ("/nothing.html", "/secret.html"):
            answer = self.get(server, site, path)
            assert (answer.status_code, answer.text) == (403, "lost")

    def test_has_error_pages_of_its_own(self, server, s3, site):
        s3.put_bucket_website(Bucket=site, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
        s3.put_bucket_acl(Bucket=site, ACL="public-read")
        page = self.get(server, site, "/nothing.html")
        assert page.status_code == 404
        for text in (
            "<head><title>404 Not Found</title></head>",
            "<h1>404 Not Found</h1>",
            "<li>Code: NoSuchKey</li>",
            "<li>Message: The specified key does not exist.</li>",
            "<li>Key: nothing.html</li>",
            "<li>RequestId: ",
            "<li>HostId: ",
        ):
            assert text in page.text
        assert "<li>Code: AccessDenied</li>" in self.get(server, site, "/secret.html").text

    def test_is_read_only(self, server, site):
        answer = requests.post(server.website(site, "/index.html"), data="x", timeout=10)
        assert answer.status_code == 405

    def test_redirects_by_rule_and_as_a_whole(self, server, s3, site):
        rule = {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "docs/"}}
        s3.put_bucket_website(
            Bucket=site,
            WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, "RoutingRules": [rule]},
        )
        moved = self.get(server, site, "/old/a.html")
        assert (moved.status_code, moved.headers["Location"].endswith("/docs/a.html")) == (301, True)
        whole = {"RedirectAllRequestsTo": {"HostName": "www.example.com", "Protocol": "https"}}
        s3.put_bucket_website(Bucket=site, WebsiteConfiguration=whole)
        assert self.get(server, site, "/a?b=c").headers["Location"].startswith("https://www.example.com/a")

    def test_is_configured_and_taken_away(self, server, s3, site):
        assert s3.get_bucket_website(Bucket=site)["ErrorDocument"] == {"Key": "error.html"}
        s3.delete_bucket_website(Bucket=site)
        with refused("NoSuchWebsiteConfiguration", None, 404):
            s3.get_bucket_website(Bucket=site)
        assert "<li>Code: NoSuchWebsiteConfiguration</li>" in self.get(server, site, "/").text
        with refused("InvalidArgument", "The IndexDocument Suffix is not well formed", 400):
            s3.put_bucket_website(Bucket=site, WebsiteConfiguration={"IndexDocument": {"Suffix": "a/b"}})


class TestPresigned:
    def url(self, s3, bucket, seconds=300, **more):
        return s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k", **more}, ExpiresIn=seconds)

    def test_url_reads_a_private_object(self, server, bucket):
        s3 = server.client("s3", signature_version="s3v4")
        s3.put_object(Bucket=bucket, Key="k", Body=b"mine")
        assert requests.get(self.url(s3, bucket), timeout=10).content == b"mine"
        renamed = requests.get(self.url(s3, bucket, ResponseContentType="text/css"), timeout=10)
        assert renamed.headers["Content-Type"] == "text/css"

    def test_url_is_verified_where_keys_are_known(self, start, name):
        keys = {"PORTCULLIS_ROOT_ACCESS_KEY_ID": "AKIAROOT", "PORTCULLIS_ROOT_SECRET_ACCESS_KEY": "s3cr3t"}
        server = start("serve", "--enforced", env=keys)
        s3 = server.client("s3", key="AKIAROOT", secret="s3cr3t", signature_version="s3v4")
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="k", Body=b"mine")
        url = self.url(s3, name)
        assert requests.get(url, timeout=10).content == b"mine"
        forged = requests.get(url[:-4] + ("0000" if url[-4:] != "0000" else "1111"), timeout=10)
        assert (forged.status_code, "<Code>SignatureDoesNotMatch</Code>" in forged.text) == (403, True)
        moved = requests.get(url.replace("/k?", "/other?"), timeout=10)
        assert (moved.status_code, "<Code>SignatureDoesNotMatch</Code>" in moved.text) == (403, True)


def test_buckets_in_the_host_name(server, monkeypatch, name):
    """Names under localhost are this machine (RFC 6761); resolvers of some systems do not know it."""
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: real("127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **more),
    )
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=f"http://s3.localhost:{server.port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="a/b", Body=b"x")
    assert s3.get_object(Bucket=name, Key="a/b")["Body"].read() == b"x"
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=name)["Contents"]] == ["a/b"]


def test_the_cli_copies_lists_syncs_and_removes(server, tmp_path, name):
    aws = Aws(server)
    site = tmp_path / "site"
    (site / "css").mkdir(parents=True)
    (site / "index.html").write_text("<h1>hi</h1>")
    (site / "css" / "a.css").write_text("a{}")
    aws.text("s3", "mb", f"s3://{name}")
    aws.text("s3", "cp", str(site / "index.html"), f"s3://{name}/index.html")
    assert aws.text("s3", "ls", f"s3://{name}/").split()[-1] == "index.html"
    synced = aws.text("s3", "sync", str(site), f"s3://{name}")
    assert "css/a.css" in synced
    assert aws.text("s3", "sync", str(site), f"s3://{name}", "--size-only") == ""
    head = aws("s3api", "head-object", "--bucket", name, "--key", "css/a.css")
    assert head["ContentType"] == "text/css"
    there = tmp_path / "there"
    aws.text("s3", "sync", f"s3://{name}", str(there))
    assert (there / "css" / "a.css").read_text() == "a{}"
    aws.text("s3", "rm", f"s3://{name}", "--recursive")
    assert aws.text("s3", "ls", f"s3://{name}/") == ""
    aws.text("s3", "rb", f"s3://{name}")
    assert name not in aws.text("s3", "ls")
