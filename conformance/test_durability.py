"""What was acknowledged is there after a restart, a second `lab`, and kill -9."""

import itertools
import queue
import threading

import requests

from browser import Browser
from rest_api import Api
from running import Server, free_port
from tokens import keys
from user_pool import CALLBACK, PASSWORD, Pool

# Acknowledged calls after which the server is killed: early, in the middle, late in a batch of parallel writers.
ACKNOWLEDGED = (1, 2, 3, 5, 8, 13, 21, 34)


def test_a_restart_keeps_everything(tmp_path, name):
    # tokens name the issuer by the server's address, so the port stays
    port = str(free_port())
    first = Server("serve", "--port", port, data=tmp_path)
    try:
        pool, api = Pool(first, name), Api(first, name)
        pool.user("ann", email="ann@example.com")
        pool.idp.sign_up(ClientId=pool.app, Username="new", Password=PASSWORD)
        client, domain = pool.oauth_client("implicit")["ClientId"], pool.domain()
        api.mock(api.root, authorizer=api.authorizer(pool.arn))
        api.deploy()
        s3 = first.client("s3")
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="k", Body=b"x" * 100_000)
        result, jwks = pool.tokens("ann"), keys(pool.issuer)
        ended = pool.tokens("ann")
        pool.idp.revoke_token(ClientId=pool.app, Token=ended["RefreshToken"])
        described = pool.idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    finally:
        first.stop()
    second = Server("serve", "--port", port, data=tmp_path)
    try:
        assert pool.idp.describe_user_pool(UserPoolId=pool.id)["UserPool"] == described
        assert keys(pool.issuer) == jwks
        assert api.call(headers={"Authorization": result["IdToken"]}).status_code == 200
        assert pool.idp.get_user(AccessToken=result["AccessToken"])["Username"] == "ann"
        assert pool.refresh(result["RefreshToken"])["AccessToken"]
        for use in (
            lambda: pool.refresh(ended["RefreshToken"]),
            lambda: pool.idp.get_user(AccessToken=ended["AccessToken"]),
        ):
            try:
                use()
            except pool.idp.exceptions.NotAuthorizedException:
                continue
            raise AssertionError("a revoked token came back")
        assert pool.tokens("ann")
        assert pool.describe("new")["UserStatus"] == "UNCONFIRMED"
        landed = Browser(domain).sign_in(
            "ann", PASSWORD, client_id=client, response_type="token", redirect_uri=CALLBACK
        )
        assert landed.fragment["id_token"]
        assert second.client("s3").get_object(Bucket=name, Key="k")["Body"].read() == b"x" * 100_000
    finally:
        second.stop()


def inventory(server):
    """All that the labs make, as the public operations tell it."""
    idp, gateway, s3 = (server.client(service) for service in ("cognito-idp", "apigateway", "s3"))
    found = []
    for listed in idp.list_user_pools(MaxResults=60)["UserPools"]:
        pool = {"UserPoolId": listed["Id"]}
        clients = idp.list_user_pool_clients(**pool, MaxResults=60)["UserPoolClients"]
        found.append(
            (
                idp.describe_user_pool(**pool)["UserPool"],
                [idp.describe_user_pool_client(**pool, ClientId=c["ClientId"])["UserPoolClient"] for c in clients],
                idp.list_users(**pool)["Users"],
            )
        )
    for api in gateway.get_rest_apis()["items"]:
        where = {"restApiId": api["id"]}
        lists = ("get_resources", "get_authorizers", "get_deployments")
        found.append(
            (api, [getattr(gateway, each)(**where)["items"] for each in lists], gateway.get_stages(**where)["item"])
        )
    for bucket in s3.list_buckets()["Buckets"]:
        objects = s3.list_objects_v2(Bucket=bucket["Name"])["Contents"]
        found.append((bucket, objects, s3.get_bucket_website(Bucket=bucket["Name"])["IndexDocument"]))
    return found


def test_a_second_lab_changes_nothing(tmp_path):
    port = str(free_port())
    seen = []
    for _ in range(2):
        server = Server("lab", "--port", port, data=tmp_path)
        try:
            seen.append((inventory(server), server.guide))
        finally:
            server.stop()
    assert len(seen[0][0]) == 5
    assert seen[0] == seen[1]


def test_no_acknowledged_write_is_lost_by_kill_9(tmp_path, name):
    acknowledged = set()
    numbers = itertools.count()
    pool = None
    for acknowledgements in ACKNOWLEDGED:
        server = Server(data=tmp_path)
        try:
            if pool is None:
                pool = Pool(server, name).id
            assert acknowledged <= there(server, pool)
            acknowledged |= write_until_killed(server, pool, numbers, acknowledgements)
        finally:
            server.stop()
    server = Server(data=tmp_path)
    try:
        assert acknowledged <= there(server, pool)
        assert len(acknowledged) >= sum(ACKNOWLEDGED)
        assert requests.get(server.url + f"/{pool}/.well-known/jwks.json", timeout=10).status_code == 200
    finally:
        server.stop()


def there(server, pool):
    pages = server.client("cognito-idp").get_paginator("list_users").paginate(UserPoolId=pool)
    return {user["Username"] for page in pages for user in page["Users"]}


def write_until_killed(server, pool, numbers, acknowledgements):
    """Four clients make users until the server is killed in the midst of it; answers whom it acknowledged."""
    idp = server.client("cognito-idp")
    done = queue.Queue()

    def write():
        while True:
            user = f"user-{next(numbers)}"
            try:
                idp.admin_create_user(UserPoolId=pool, Username=user, MessageAction="SUPPRESS")
            except Exception:  # the server is gone; what it says at the end differs
                done.put(None)
                return
            done.put(user)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    users = [done.get(timeout=60) for _ in range(acknowledgements)]
    server.kill()
    for writer in writers:
        writer.join(timeout=60)
    while not done.empty():
        users.append(done.get())
    return {user for user in users if user}


def test_kill_9_during_uploads_leaves_the_old_object_or_the_new_one(tmp_path, name):
    """Objects of one letter each are replaced at once by whole puts and by uploads in parts while the server is killed."""
    size = 5 << 20
    acknowledged = {"put": None, "parts": None}
    for round_, acknowledgements in enumerate((0, 1, 2, 4)):
        server = Server(data=tmp_path)
        try:
            s3 = server.client("s3")
            if round_ == 0:
                s3.create_bucket(Bucket=name)
            for key, last in acknowledged.items():
                assert_whole(s3, name, key, last)
            replace_until_killed(server, name, size, acknowledged, acknowledgements)
        finally:
            server.stop()
    server = Server(data=tmp_path)
    try:
        for key, last in acknowledged.items():
            assert last is not None
            assert_whole(server.client("s3"), name, key, last)
    finally:
        server.stop()


def assert_whole(s3, bucket, key, last):
    """The object is all of one put: the last that was acknowledged, or a later one."""
    if last is None:
        return
    content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    number = int(content[:8])
    assert number >= last and content == content[:8] * (len(content) // 8), (key, number, last)


def replace_until_killed(server, bucket, size, acknowledged, acknowledgements):
    s3 = server.client("s3")
    done = queue.Queue()

    def content(number):
        return b"%08d" % number * (size // 8)

    def put(number):
        s3.put_object(Bucket=bucket, Key="put", Body=content(number))

    def parts(number):
        upload = {"Bucket": bucket, "Key": "parts", "UploadId": s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]}
        tags = [s3.upload_part(**upload, PartNumber=n, Body=content(number))["ETag"] for n in (1, 2)]
        listed = [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": listed})

    def write(key, store):
        number = (acknowledged[key] or 0) + 1000
        while True:
            number += 1
            try:
                store(number)
            except Exception:  # the server is gone; what it says at the end differs
                done.put(None)
                return
            acknowledged[key] = number
            done.put(key)

    writers = [threading.Thread(target=write, args=pair) for pair in (("put", put), ("parts", parts))]
    for writer in writers:
        writer.start()
    seen = []
    while len(seen) < acknowledgements or not {"put", "parts"} <= set(seen):
        seen.append(done.get(timeout=60))
    server.kill()
    for writer in writers:
        writer.join(timeout=60)
