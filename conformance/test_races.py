"""Many clients at once: what may happen once happens once, and bounds hold whoever hurries."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from rest_api import Api
from user_pool import PASSWORD, Pool, attributes

AT_ONCE = 32


@pytest.fixture(scope="module")
def many():
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield pool


def outcomes(many, call, times=AT_ONCE):
    """How often each outcome came: `None` for an answer, else the error's code and message."""

    def attempt(number):
        try:
            call(number)
        except ClientError as refused:
            return refused.response["Error"]["Code"], refused.response["Error"]["Message"]
        return None

    return Counter(many.map(attempt, range(times)))


def codes(counted):
    found = Counter()
    for outcome, times in counted.items():
        found[outcome and outcome[0]] += times
    return found


def test_a_username_is_taken_once(many, pool):
    def make(number):
        if number % 2:
            pool.idp.sign_up(ClientId=pool.app, Username="ann", Password=PASSWORD)
        else:
            pool.idp.admin_create_user(UserPoolId=pool.id, Username="ANN", MessageAction="SUPPRESS")

    assert pool.app
    assert codes(outcomes(many, make)) == {None: 1, "UsernameExistsException": AT_ONCE - 1}
    assert len(pool.idp.list_users(UserPoolId=pool.id)["Users"]) == 1


def test_an_address_is_taken_once_where_it_is_the_username(many, server, name):
    pool = Pool(server, name, UsernameAttributes=["email"])
    assert pool.app

    def make(_):
        pool.idp.sign_up(ClientId=pool.app, Username="ann@example.com", Password=PASSWORD)

    assert codes(outcomes(many, make)) == {None: 1, "UsernameExistsException": AT_ONCE - 1}


def test_a_domain_is_taken_once(many, server, name):
    pools = [Pool(server, name) for _ in range(8)]

    def take(number):
        pools[number].idp.create_user_pool_domain(Domain=name, UserPoolId=pools[number].id)

    assert codes(outcomes(many, take, 8)) == {None: 1, "InvalidParameterException": 7}


def test_a_resource_is_made_once(many, server, name):
    api = Api(server, name)
    made = codes(outcomes(many, lambda _: api.resource("pets")))
    assert made[None] == 1
    assert set(made) <= {None, "ConflictException"}
    assert len(api.client.get_resources(restApiId=api.id)["items"]) == 2


def test_every_deployment_counts(many, server, name):
    api = Api(server, name)
    api.mock(api.root)
    assert outcomes(many, lambda number: api.deploy(f"stage{number % 4}"), 16) == {None: 16}
    assert len(api.client.get_deployments(restApiId=api.id, limit=100)["items"]) == 16
    assert {item["stageName"] for item in api.client.get_stages(restApiId=api.id)["item"]} == {
        f"stage{number}" for number in range(4)
    }
    assert all(api.call(stage=f"stage{number}").status_code == 200 for number in range(4))


def test_attack_73_no_more_guesses_than_the_limit(many, start, name):
    pool = Pool(start(), name)
    pool.user("ann")
    assert pool.app
    counted = outcomes(many, lambda number: pool.sign_in("ann", f"Wrong-Password-{number}"), 64)
    evaluated = counted[("NotAuthorizedException", "Incorrect username or password.")]
    assert 1 <= evaluated <= 6
    assert counted[("NotAuthorizedException", "Password attempts exceeded")] == 64 - evaluated


def test_the_right_password_many_times_at_once_locks_nobody_out(many, pool):
    pool.user("ann")
    assert pool.app
    assert outcomes(many, lambda _: pool.sign_in("ann")) == {None: AT_ONCE}


def test_attack_90_no_more_codes_than_the_limit(many, server, name):
    pool = Pool(server, name, AutoVerifiedAttributes=["email"])
    pool.idp.sign_up(
        ClientId=pool.app, Username="ann", Password=PASSWORD, UserAttributes=attributes({"email": "ann@example.com"})
    )
    code = int(server.code(pool=pool.id))

    def guess(number):
        pool.idp.confirm_sign_up(
            ClientId=pool.app, Username="ann", ConfirmationCode=f"{(code + 1 + number) % 1000000:06}"
        )

    counted = codes(outcomes(many, guess, 64))
    assert set(counted) == {"CodeMismatchException", "LimitExceededException"}
    assert counted["CodeMismatchException"] <= 15


def test_a_confirmation_code_is_good_once(many, server, name):
    pool = Pool(server, name, AutoVerifiedAttributes=["email"])
    pool.idp.sign_up(
        ClientId=pool.app, Username="ann", Password=PASSWORD, UserAttributes=attributes({"email": "ann@example.com"})
    )
    code = server.code(pool=pool.id)

    def confirm(_):
        pool.idp.confirm_sign_up(ClientId=pool.app, Username="ann", ConfirmationCode=code)

    counted = codes(outcomes(many, confirm))
    assert counted[None] == 1, counted


def test_attribute_changes_at_once_lose_none(many, pool):
    pool.user("ann")
    names = ["given_name", "family_name", "nickname", "website", "locale", "gender", "zoneinfo", "middle_name"]

    def change(number):
        pool.idp.admin_update_user_attributes(
            UserPoolId=pool.id, Username="ann", UserAttributes=attributes({names[number]: f"v{number}"})
        )

    assert outcomes(many, change, len(names)) == {None: len(names)}
    found = {item["Name"]: item["Value"] for item in pool.describe("ann")["UserAttributes"]}
    assert {name: found.get(name) for name in names} == {name: f"v{number}" for number, name in enumerate(names)}
