"""Versions, uploads in parts, tags, sealing and checksums of objects, by boto3 and the aws cli."""

import base64
import hashlib
import os
import pathlib
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from boto3.s3.transfer import TransferConfig

from aws_cli import Aws
from refusal import refused

MIB = 1 << 20


@pytest.fixture
def versioned(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def body(s3, bucket, key="k", **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def put(s3, bucket, content, key="k", **more):
    return s3.put_object(Bucket=bucket, Key=key, Body=content, **more)


# versions


def test_versions_are_off_until_they_are_switched_on(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    assert "VersionId" not in put(s3, bucket, b"x")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    with refused("NotImplemented", None, 501):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"}, MFA="x 1")


def test_each_put_makes_a_version_that_stays_readable(s3, versioned):
    first = put(s3, versioned, b"one", Tagging="n=1")["VersionId"]
    second = put(s3, versioned, b"two")["VersionId"]
    assert first != second
    assert body(s3, versioned) == b"two"
    assert body(s3, versioned, VersionId=first) == b"one"
    assert s3.head_object(Bucket=versioned, Key="k", VersionId=first)["VersionId"] == first
    assert s3.get_object_tagging(Bucket=versioned, Key="k", VersionId=first)["TagSet"] == [{"Key": "n", "Value": "1"}]
    listed = s3.list_object_versions(Bucket=versioned)["Versions"]
    assert [(v["VersionId"], v["IsLatest"]) for v in listed] == [(second, True), (first, False)]
    with refused("NoSuchVersion", "The specified version does not exist.", 404):
        body(s3, versioned, VersionId="a" * 32)


def test_deleting_puts_a_marker_and_undeleting_takes_it_off(s3, versioned):
    kept = put(s3, versioned, b"one")["VersionId"]
    marker = s3.delete_object(Bucket=versioned, Key="k")
    assert marker["DeleteMarker"] is True
    with refused("NoSuchKey", None, 404):
        body(s3, versioned)
    with refused("MethodNotAllowed", None, 405):
        body(s3, versioned, VersionId=marker["VersionId"])
    assert "Contents" not in s3.list_objects_v2(Bucket=versioned)
    shown = s3.list_object_versions(Bucket=versioned)
    assert [(m["VersionId"], m["IsLatest"]) for m in shown["DeleteMarkers"]] == [(marker["VersionId"], True)]
    assert [(v["VersionId"], v["IsLatest"]) for v in shown["Versions"]] == [(kept, False)]
    s3.delete_object(Bucket=versioned, Key="k", VersionId=marker["VersionId"])
    assert body(s3, versioned) == b"one"
    assert s3.list_object_versions(Bucket=versioned)["Versions"][0]["IsLatest"] is True


def test_deleting_the_current_version_brings_the_one_before(s3, versioned):
    first = put(s3, versioned, b"one")["VersionId"]
    second = put(s3, versioned, b"two")["VersionId"]
    gone = s3.delete_object(Bucket=versioned, Key="k", VersionId=second)
    assert gone["VersionId"] == second and "DeleteMarker" not in gone
    assert body(s3, versioned) == b"one"
    s3.delete_object(Bucket=versioned, Key="k", VersionId=first)
    with refused("NoSuchKey"):
        body(s3, versioned)
    s3.delete_object(Bucket=versioned, Key="k", VersionId=first)
    s3.delete_bucket(Bucket=versioned)


def test_what_was_put_before_versions_is_the_null_version(s3, bucket):
    put(s3, bucket, b"old")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    put(s3, bucket, b"new")
    assert body(s3, bucket, VersionId="null") == b"old"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert put(s3, bucket, b"suspended")["VersionId"] == "null"
    assert body(s3, bucket, VersionId="null") == b"suspended"
    listed = s3.list_object_versions(Bucket=bucket)["Versions"]
    assert [v["VersionId"] == "null" for v in listed] == [True, False]
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["VersionId"] == "null"
    shown = s3.list_object_versions(Bucket=bucket)
    assert len(shown["Versions"]) == 1 and len(shown["DeleteMarkers"]) == 1


def test_a_bucket_with_versions_is_not_empty(s3, versioned):
    version = put(s3, versioned, b"x")["VersionId"]
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    with refused("BucketNotEmpty", None, 409):
        s3.delete_bucket(Bucket=versioned)
    doomed = [{"Key": "k", "VersionId": version}, {"Key": "k", "VersionId": marker}]
    done = s3.delete_objects(Bucket=versioned, Delete={"Objects": doomed})
    assert len(done["Deleted"]) == 2 and "Errors" not in done
    s3.delete_bucket(Bucket=versioned)


def test_versions_are_listed_by_page_prefix_and_delimiter(s3, versioned):
    for key in ("a/1", "a/2", "b", "c"):
        for content in (b"1", b"2", b"3"):
            put(s3, versioned, content, key)
    s3.delete_object(Bucket=versioned, Key="b")
    whole = s3.list_object_versions(Bucket=versioned)
    expected = [(v["Key"], v["VersionId"]) for v in whole["Versions"] + whole["DeleteMarkers"]]
    seen = []
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=versioned, PaginationConfig={"PageSize": 2})
    for page in pages:
        found = page.get("Versions", []) + page.get("DeleteMarkers", [])
        assert len(found) <= 2
        seen += [(v["Key"], v["VersionId"]) for v in found]
    assert len(seen) == 13 and sorted(seen) == sorted(expected)
    rolled = s3.list_object_versions(Bucket=versioned, Delimiter="/")
    assert [p["Prefix"] for p in rolled["CommonPrefixes"]] == ["a/"]
    assert {v["Key"] for v in rolled["Versions"]} == {"b", "c"}
    assert {v["Key"] for v in s3.list_object_versions(Bucket=versioned, Prefix="a/")["Versions"]} == {"a/1", "a/2"}
    one = s3.list_object_versions(Bucket=versioned, Delimiter="/", MaxKeys=1)
    assert one["IsTruncated"] and one["NextKeyMarker"] == "a/"
    rest = s3.list_object_versions(Bucket=versioned, Delimiter="/", KeyMarker="a/")
    assert "CommonPrefixes" not in rest


def test_32_puts_at_once_make_32_versions(s3, versioned):
    with ThreadPoolExecutor(32) as threads:
        made = list(threads.map(lambda n: put(s3, versioned, str(n).encode())["VersionId"], range(32)))
    listed = s3.list_object_versions(Bucket=versioned)["Versions"]
    assert {v["VersionId"] for v in listed} == set(made)
    assert [v["IsLatest"] for v in listed].count(True) == 1
    assert body(s3, versioned) == body(s3, versioned, VersionId=listed[0]["VersionId"])


def test_a_version_is_copied_back(s3, versioned):
    first = put(s3, versioned, b"one")["VersionId"]
    put(s3, versioned, b"two")
    copied = s3.copy_object(Bucket=versioned, Key="k", CopySource={"Bucket": versioned, "Key": "k", "VersionId": first})
    assert copied["CopySourceVersionId"] == first and copied["VersionId"] not in (first, None)
    assert body(s3, versioned) == b"one"


# uploads in parts


def test_a_large_file_goes_up_in_parts_and_comes_back(s3, bucket):
    content = os.urandom(13 * MIB + 7)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    import io

    s3.upload_fileobj(io.BytesIO(content), bucket, "k", Config=config)
    head = s3.head_object(Bucket=bucket, Key="k")
    parts = [content[i : i + 5 * MIB] for i in range(0, len(content), 5 * MIB)]
    tag = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest() + "-3"
    assert head["ETag"] == f'"{tag}"' and head["ContentLength"] == len(content)
    got = io.BytesIO()
    s3.download_fileobj(bucket, "k", got, Config=config)
    assert got.getvalue() == content
    for first, last in ((0, 9), (5 * MIB - 3, 5 * MIB + 3), (131_071, 131_073), (13 * MIB, 13 * MIB + 6), (0, 13 * MIB)):
        answer = s3.get_object(Bucket=bucket, Key="k", Range=f"bytes={first}-{last}")
        assert answer["Body"].read() == content[first : last + 1]
        assert answer["ContentRange"] == f"bytes {first}-{last}/{len(content)}"
    second = s3.get_object(Bucket=bucket, Key="k", PartNumber=2)
    assert second["Body"].read() == parts[1] and second["PartsCount"] == 3
    with refused("InvalidPartNumber", None, 416):
        s3.get_object(Bucket=bucket, Key="k", PartNumber=4)
    told = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ETag", "ObjectParts", "ObjectSize"])
    assert told["ETag"] == tag and told["ObjectSize"] == len(content) and told["ObjectParts"]["TotalPartsCount"] == 3


def begin(s3, bucket, **more):
    return s3.create_multipart_upload(Bucket=bucket, Key="k", **more)["UploadId"]


def part(s3, bucket, upload, number, content, **more):
    answer = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=content, **more)
    return {"PartNumber": number, "ETag": answer["ETag"]}


def complete(s3, bucket, upload, parts, **more):
    return s3.complete_multipart_upload(
        Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": parts}, **more
    )


def test_what_the_beginning_says_of_the_object_counts(s3, bucket):
    upload = begin(s3, bucket, ContentType="text/plain", Metadata={"m": "1"}, Tagging="a=b", CacheControl="no-store")
    complete(s3, bucket, upload, [part(s3, bucket, upload, 7, b"x")])
    head = s3.head_object(Bucket=bucket, Key="k")
    assert (head["ContentType"], head["Metadata"], head["CacheControl"]) == ("text/plain", {"m": "1"}, "no-store")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_uploads_are_listed_and_aborted(s3, bucket):
    upload = begin(s3, bucket)
    for number in (1, 2, 3):
        part(s3, bucket, upload, number, b"%d" % number)
    part(s3, bucket, upload, 2, b"again")
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]
    assert [(p["PartNumber"], p["Size"]) for p in listed] == [(1, 1), (2, 5), (3, 1)]
    page = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload, MaxParts=2)
    assert page["IsTruncated"] and page["NextPartNumberMarker"] == 2
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    for call in (
        lambda: s3.list_parts(Bucket=bucket, Key="k", UploadId=upload),
        lambda: part(s3, bucket, upload, 1, b"x"),
        lambda: s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload),
        lambda: complete(s3, bucket, upload, [{"PartNumber": 1, "ETag": "x"}]),
    ):
        with refused("NoSuchUpload", None, 404):
            call()
    s3.delete_bucket(Bucket=bucket)


def test_uploads_are_listed_by_page_and_delimiter(s3, bucket):
    made = {key: s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in ("a/1", "a/2", "b", "c")}
    seen = []
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, PaginationConfig={"PageSize": 1}):
        seen += [(u["Key"], u["UploadId"]) for u in page["Uploads"]]
    assert seen == list(made.items())
    rolled = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [p["Prefix"] for p in rolled["CommonPrefixes"]] == ["a/"] and len(rolled["Uploads"]) == 2


def test_parts_that_do_not_fit_are_refused_and_the_upload_goes_on(s3, bucket):
    upload = begin(s3, bucket)
    small, second = part(s3, bucket, upload, 1, b"small"), part(s3, bucket, upload, 2, b"x")
    with refused("EntityTooSmall", None, 400):
        complete(s3, bucket, upload, [small, second])
    with refused("InvalidPartOrder", None, 400):
        complete(s3, bucket, upload, [second, small])
    with refused("InvalidPart", None, 400):
        complete(s3, bucket, upload, [{**small, "ETag": '"' + "0" * 32 + '"'}])
    with refused("InvalidPart", None, 400):
        complete(s3, bucket, upload, [{**small, "PartNumber": 9}])
    with refused("MalformedXML", None, 400):
        complete(s3, bucket, upload, [])
    with refused("InvalidArgument", None, 400):
        part(s3, bucket, upload, 10_001, b"x")
    with refused("NoSuchKey"):
        body(s3, bucket)
    complete(s3, bucket, upload, [second])
    assert body(s3, bucket) == b"x"


def test_one_of_32_completions_at_once_wins(s3, versioned):
    upload = begin(s3, versioned)
    parts = [part(s3, versioned, upload, 1, b"content")]

    def attempt(_):
        try:
            return complete(s3, versioned, upload, parts)["VersionId"]
        except s3.exceptions.ClientError as error:
            return error.response["Error"]["Code"]

    with ThreadPoolExecutor(32) as threads:
        outcomes = list(threads.map(attempt, range(32)))
    made = [v["VersionId"] for v in s3.list_object_versions(Bucket=versioned)["Versions"]]
    assert len(made) == 1 and outcomes.count(made[0]) == 1
    assert set(outcomes) - set(made) <= {"NoSuchUpload", "OperationAborted"}
    assert body(s3, versioned) == b"content"


def test_parts_are_copied_from_objects(s3, bucket):
    content = os.urandom(6 * MIB)
    put(s3, bucket, content, "source")
    upload = begin(s3, bucket)
    parts = []
    for number, span in ((1, f"bytes=0-{5 * MIB - 1}"), (2, f"bytes={5 * MIB}-{6 * MIB - 1}")):
        answer = s3.upload_part_copy(
            Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, CopySourceRange=span,
            CopySource={"Bucket": bucket, "Key": "source"},
        )
        parts.append({"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]})
    complete(s3, bucket, upload, parts)
    assert body(s3, bucket) == content
    with refused("InvalidArgument", None, 400):
        upload = begin(s3, bucket)
        s3.upload_part_copy(
            Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, CopySourceRange=f"bytes=0-{6 * MIB}",
            CopySource={"Bucket": bucket, "Key": "source"},
        )


def test_the_cli_syncs_a_site_there_and_back_byte_for_byte(server, s3, bucket, tmp_path):
    site = tmp_path / "site"
    files = {
        "index.html": b"<h1>dragons</h1>",
        "deep/er/ünïcödé name+%.txt": b"x",
        "empty": b"",
        "big.bin": os.urandom(9 * MIB),
    }
    for name, content in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    aws = Aws(server)
    aws.text("s3", "sync", str(site), f"s3://{bucket}/site")
    back = tmp_path / "back"
    aws.text("s3", "sync", f"s3://{bucket}/site", str(back))
    found = {str(p.relative_to(back)): p.read_bytes() for p in pathlib.Path(back).rglob("*") if p.is_file()}
    assert found == files


# tags


def test_objects_and_buckets_are_tagged(s3, bucket):
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b c", "Value": "x/y"}]
    put(s3, bucket, b"x")
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == tags
    assert s3.head_object(Bucket=bucket, Key="k")["TagCount"] == 2
    copied = s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k")
    assert copied["CopyObjectResult"]["ETag"]
    assert s3.get_object_tagging(Bucket=bucket, Key="c")["TagSet"] == tags
    s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k", TaggingDirective="REPLACE", Tagging="z=1")
    assert s3.get_object_tagging(Bucket=bucket, Key="c")["TagSet"] == [{"Key": "z", "Value": "1"}]
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    with refused("NoSuchTagSet", "The TagSet does not exist", 404):
        s3.get_bucket_tagging(Bucket=bucket)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket=bucket)
    with refused("NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=bucket)


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([("k", "v")] * 2, "InvalidTag"),
        ([(f"k{n}", "v") for n in range(11)], "BadRequest"),
        ([("aws:x", "v")], "InvalidTag"),
        ([("k", "<")], "InvalidTag"),
        ([("k" * 128 + "é", "v")], "InvalidTag"),
    ],
)
def test_tags_that_are_none_are_refused(s3, bucket, tags, code):
    put(s3, bucket, b"x")
    with refused(code, None, 400):
        given = [{"Key": key, "Value": value} for key, value in tags]
        s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": given})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []


# sealing


def test_contents_are_sealed_at_rest(start):
    server = start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="sealed")
    secret = b"the dragons sleep at noon, " * 20_000
    answer = put(s3, "sealed", secret)
    assert answer["ServerSideEncryption"] == "AES256"
    assert s3.head_object(Bucket="sealed", Key="k")["ServerSideEncryption"] == "AES256"
    kept = [path.read_bytes() for path in pathlib.Path(server.data).rglob("*") if path.is_file()]
    assert sum(len(content) for content in kept) > len(secret)
    assert not any(secret[:27] in content for content in kept)
    assert body(s3, "sealed") == secret
    rule = s3.get_bucket_encryption(Bucket="sealed")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    aes = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    s3.put_bucket_encryption(Bucket="sealed", ServerSideEncryptionConfiguration=aes)
    s3.delete_bucket_encryption(Bucket="sealed")
    kms = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
    with refused("NotImplemented", None, 501):
        s3.put_bucket_encryption(Bucket="sealed", ServerSideEncryptionConfiguration=kms)
    with refused("NotImplemented", None, 501):
        put(s3, "sealed", b"x", ServerSideEncryption="aws:kms")


def test_a_changed_content_is_not_served(start):
    server = start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="sealed")
    put(s3, "sealed", b"x" * 300_000)
    (content,) = [p for p in pathlib.Path(server.data, "data", "objects").rglob("*") if p.is_file()]
    changed = bytearray(content.read_bytes())
    changed[200_000] ^= 1
    content.write_bytes(changed)
    with pytest.raises(Exception):
        body(s3, "sealed")


@pytest.fixture
def key():
    return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": os.urandom(32)}


def test_the_customers_key_alone_opens_what_it_sealed(s3, bucket, key):
    md5 = base64.b64encode(hashlib.md5(key["SSECustomerKey"]).digest()).decode()
    answer = put(s3, bucket, b"mine", **key)
    assert answer["SSECustomerAlgorithm"] == "AES256" and answer["SSECustomerKeyMD5"] == md5
    assert body(s3, bucket, **key) == b"mine"
    assert s3.head_object(Bucket=bucket, Key="k", **key)["SSECustomerKeyMD5"] == md5
    with refused("InvalidRequest", None, 400):
        body(s3, bucket)
    with refused("AccessDenied", None, 403):
        body(s3, bucket, SSECustomerAlgorithm="AES256", SSECustomerKey=os.urandom(32))
    with refused("InvalidArgument", None, 400):
        put(s3, bucket, b"x", SSECustomerAlgorithm="AES256", SSECustomerKey=b"short")
    put(s3, bucket, b"open", "plain")
    with refused("InvalidRequest", None, 400):
        body(s3, bucket, "plain", **key)
    source = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": key["SSECustomerKey"]}
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k", **source)
    assert body(s3, bucket, "copy") == b"mine"


def test_the_customers_key_seals_parts(s3, bucket, key):
    upload = begin(s3, bucket, **key)
    with refused("InvalidRequest", None, 400):
        part(s3, bucket, upload, 1, b"x")
    with refused("AccessDenied", None, 403):
        part(s3, bucket, upload, 1, b"x", SSECustomerAlgorithm="AES256", SSECustomerKey=os.urandom(32))
    complete(s3, bucket, upload, [part(s3, bucket, upload, 1, b"mine", **key)])
    assert body(s3, bucket, **key) == b"mine"
    with refused("InvalidRequest", None, 400):
        body(s3, bucket)


# checksums


def crc32(content):
    return base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()


def test_checksums_are_kept_and_told(s3, bucket):
    content = b"dragons" * 1000
    answer = put(s3, bucket, content, ChecksumAlgorithm="CRC32")
    assert answer["ChecksumCRC32"] == crc32(content) and answer["ChecksumType"] == "FULL_OBJECT"
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["ChecksumCRC32"] == crc32(content) and got["Body"].read() == content
    put(s3, bucket, content, "sha", ChecksumAlgorithm="SHA256")
    head = s3.head_object(Bucket=bucket, Key="sha", ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    told = s3.get_object_attributes(Bucket=bucket, Key="sha", ObjectAttributes=["Checksum"])
    assert told["Checksum"]["ChecksumSHA256"] == head["ChecksumSHA256"]


def test_checksums_of_parts_make_that_of_the_whole(s3, bucket):
    parts = [os.urandom(5 * MIB), b"the rest"]

    def go(kind):
        upload = begin(s3, bucket, ChecksumAlgorithm="CRC32", ChecksumType=kind)
        listed = []
        for number, content in enumerate(parts, 1):
            answer = s3.upload_part(
                Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=content, ChecksumAlgorithm="CRC32"
            )
            assert answer["ChecksumCRC32"] == crc32(content)
            listed.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumCRC32": answer["ChecksumCRC32"]})
        return complete(s3, bucket, upload, listed)

    whole = go("FULL_OBJECT")
    assert whole["ChecksumCRC32"] == crc32(b"".join(parts)) and whole["ChecksumType"] == "FULL_OBJECT"
    sums = b"".join(zlib.crc32(part).to_bytes(4, "big") for part in parts)
    composite = go("COMPOSITE")
    assert composite["ChecksumCRC32"] == crc32(sums) + "-2" and composite["ChecksumType"] == "COMPOSITE"
    with refused("InvalidRequest", None, 400):
        begin(s3, bucket, ChecksumAlgorithm="SHA256", ChecksumType="FULL_OBJECT")


# pages of other origins


RULES = {
    "CORSRules": [
        {
            "AllowedOrigins": ["https://*.example.com"],
            "AllowedMethods": ["GET", "PUT"],
            "AllowedHeaders": ["x-amz-*", "content-type"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 300,
        },
        {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]},
    ]
}
NOT_ALLOWED = (
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
    "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
)


def ask(server, bucket, origin=None, method=None, headers=None):
    given = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    given = {name: value for name, value in given.items() if value}
    return requests.options(f"{server.address}/{bucket}/k", headers=given, timeout=10)


def test_a_page_is_told_by_the_buckets_rules_what_it_may_do(server, s3, bucket):
    app = "https://app.example.com"
    answer = ask(server, bucket, app, "PUT")
    assert answer.status_code == 403 and "CORSResponse: CORS is not enabled for this bucket." in answer.text
    with refused("NoSuchCORSConfiguration", None, 404):
        s3.get_bucket_cors(Bucket=bucket)
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=RULES)
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == RULES["CORSRules"]
    answer = ask(server, bucket, app, "PUT", "x-amz-date, Content-Type")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == app
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, PUT"
    assert answer.headers["Access-Control-Allow-Headers"] == "x-amz-date, Content-Type"
    assert answer.headers["Access-Control-Max-Age"] == "300"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in answer.headers["Vary"]
    for refused_one in (("https://evil.test", "PUT", None), (app, "DELETE", None), (app, "PUT", "authorization")):
        answer = ask(server, bucket, *refused_one)
        assert answer.status_code == 403 and NOT_ALLOWED in answer.text, refused_one
    anybody = ask(server, bucket, "https://elsewhere.test", "GET")
    assert anybody.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in anybody.headers
    assert ask(server, bucket).status_code == 400
    assert "CORSResponse: Bucket not found" in ask(server, "no-such-bucket", app, "GET").text
    put(s3, bucket, b"x")
    signer = server.client("s3", signature_version="s3v4")
    link = signer.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    got = requests.get(link, headers={"Origin": "http://localhost:3000"}, timeout=10)
    assert got.text == "x" and got.headers["Access-Control-Allow-Origin"] == "*"
    s3.delete_bucket_cors(Bucket=bucket)
    assert ask(server, bucket, app, "PUT").status_code == 403


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"AllowedOrigins": ["*.*.example.com"], "AllowedMethods": ["GET"]}, "InvalidRequest"),
        ({"AllowedOrigins": ["*"], "AllowedMethods": ["PATCH"]}, "InvalidRequest"),
        ({"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "AllowedHeaders": ["*x*"]}, "InvalidRequest"),
        ({"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "ExposeHeaders": ["*"]}, "InvalidRequest"),
        ({"AllowedOrigins": ["*"], "AllowedMethods": []}, "MalformedXML"),
    ],
)
def test_rules_that_make_no_sense_are_refused(s3, bucket, rule, code):
    with refused(code, None, 400):
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
