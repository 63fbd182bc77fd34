"""Users: made by administrators, by themselves, listed, changed, by boto3."""

import re

import pytest

from refusal import refused
from user_pool import PASSWORD, Pool, attributes, secret_hash, values

MISMATCH = "Invalid verification code provided, please try again."
EXPIRED = "Invalid code provided, please request a code again."
COMBINATION = "Username/client id combination not found."


@pytest.fixture
def mailing(server, name):
    """A pool that sends codes to new users' addresses."""
    return Pool(server, name, AutoVerifiedAttributes=["email"])


def sign_up(pool, username, client=None, **more):
    return pool.idp.sign_up(
        ClientId=client or pool.app,
        Username=username,
        Password=PASSWORD,
        UserAttributes=attributes({"email": f"{username}@example.com"}),
        **more,
    )


def wrong(code):
    return f"{(int(code) + 1) % 1000000:06}"


def test_an_administrator_makes_a_user(server, idp, pool):
    made = idp.admin_create_user(
        UserPoolId=pool.id,
        Username="ann",
        UserAttributes=attributes({"email": "ann@example.com", "email_verified": "true"}),
        DesiredDeliveryMediums=["EMAIL"],
    )["User"]
    assert (made["Username"], made["UserStatus"], made["Enabled"]) == ("ann", "FORCE_CHANGE_PASSWORD", True)
    invitation = server.messages(pool=pool.id, to="ann@example.com")[0]
    assert invitation["channel"].lower() == "email"
    assert "ann" in invitation["body"]
    found = pool.describe("ann")
    listed = [item["Name"] for item in found["UserAttributes"]]
    assert listed[0] == "sub"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", values(found["UserAttributes"])["sub"])
    assert "UserMFASettingList" not in found and "PreferredMfaSetting" not in found
    with refused("UsernameExistsException"):
        idp.admin_create_user(UserPoolId=pool.id, Username="ann")
    with refused("UserNotFoundException", "User does not exist."):
        pool.describe("bob")


def test_usernames_differ_in_more_than_case(idp, pool):
    pool.user("Ann")
    with refused("UsernameExistsException"):
        idp.admin_create_user(UserPoolId=pool.id, Username="aNN", MessageAction="SUPPRESS")
    assert pool.tokens("ANN")["AccessToken"]


def test_weak_passwords_of_administrators_are_refused(idp, pool):
    pool.user("ann")
    reasons = {
        "Ab1!": "Password not long enough",
        "lower-case-1": "Password must have uppercase characters",
        "UPPER-CASE-1": "Password must have lowercase characters",
        "No-Numbers-Here": "Password must have numeric characters",
        "NoSymbols123": "Password must have symbol characters",
    }
    for password, reason in reasons.items():
        with refused("InvalidPasswordException", "Password did not conform with password policy: " + reason):
            idp.admin_set_user_password(UserPoolId=pool.id, Username="ann", Password=password, Permanent=True)
    assert pool.tokens("ann")


def test_weak_passwords_of_users_are_refused(pool):
    with refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough"):
        pool.idp.sign_up(ClientId=pool.app, Username="ann", Password="Ab1!")
    with refused("UserNotFoundException"):
        pool.describe("ann")


def test_a_user_signs_up_with_the_code_from_the_inbox(server, idp, mailing):
    answer = sign_up(mailing, "ann")
    assert answer["UserConfirmed"] is False
    assert answer["CodeDeliveryDetails"] == {
        "AttributeName": "email",
        "DeliveryMedium": "EMAIL",
        "Destination": "a***@e***",
    }
    assert values(mailing.describe("ann")["UserAttributes"])["sub"] == answer["UserSub"]
    with refused("UserNotConfirmedException", "User is not confirmed."):
        mailing.sign_in("ann")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        mailing.sign_in("ann", "Wrong-Password-1")
    code = server.code(pool=mailing.id, to="ann@example.com")
    assert re.fullmatch(r"\d{6}", code)
    with refused("CodeMismatchException", MISMATCH):
        idp.confirm_sign_up(ClientId=mailing.app, Username="ann", ConfirmationCode=wrong(code))
    idp.confirm_sign_up(ClientId=mailing.app, Username="ann", ConfirmationCode=code)
    found = mailing.describe("ann")
    assert found["UserStatus"] == "CONFIRMED"
    assert values(found["UserAttributes"])["email_verified"] == "true"
    assert mailing.tokens("ann")["IdToken"]
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        idp.confirm_sign_up(ClientId=mailing.app, Username="ann", ConfirmationCode=code)
    with refused("UsernameExistsException", "User already exists"):
        sign_up(mailing, "ann")


def test_a_new_code_ends_the_old_one(server, idp, mailing):
    sign_up(mailing, "ann")
    old = server.code(pool=mailing.id, to="ann@example.com")
    sent = idp.resend_confirmation_code(ClientId=mailing.app, Username="ann")
    assert sent["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    new = server.code(pool=mailing.id, to="ann@example.com")
    if old != new:
        with refused("CodeMismatchException", MISMATCH):
            idp.confirm_sign_up(ClientId=mailing.app, Username="ann", ConfirmationCode=old)
    idp.confirm_sign_up(ClientId=mailing.app, Username="ann", ConfirmationCode=new)
    with refused("InvalidParameterException", "User is already confirmed."):
        idp.resend_confirmation_code(ClientId=mailing.app, Username="ann")


def test_a_code_of_a_day_ago_has_expired(start, name):
    pool = Pool(start(), name, AutoVerifiedAttributes=["email"])
    sign_up(pool, "ann")
    code = pool.server.code(pool=pool.id, to="ann@example.com")
    pool.server.advance(24 * 3600 + 1)
    with refused("ExpiredCodeException", EXPIRED):
        pool.idp.confirm_sign_up(ClientId=pool.app, Username="ann", ConfirmationCode=code)


def test_no_code_is_sent_where_nothing_is_verified(server, pool):
    assert "CodeDeliveryDetails" not in sign_up(pool, "ann")
    assert server.messages(pool=pool.id) == []
    pool.idp.admin_confirm_sign_up(UserPoolId=pool.id, Username="ann")
    found = pool.describe("ann")
    assert found["UserStatus"] == "CONFIRMED"
    assert values(found["UserAttributes"]).get("email_verified") != "true"


def test_sign_up_may_be_left_to_administrators(server, name):
    pool = Pool(server, name, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        sign_up(pool, "ann")


def test_a_required_attribute_is_required(server, name):
    schema = [{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}]
    pool = Pool(server, name, Schema=schema)
    with refused(
        "InvalidParameterException", "Attributes did not conform to the schema: email: The attribute is required"
    ):
        pool.idp.sign_up(ClientId=pool.app, Username="ann", Password=PASSWORD)


def test_the_forgotten_password_is_reset_by_code(server, idp, mailing):
    mailing.user("ann", email="ann@example.com", email_verified="true")
    sent = idp.forgot_password(ClientId=mailing.app, Username="ann")["CodeDeliveryDetails"]
    assert sent == {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"}
    code = server.code(pool=mailing.id, to="ann@example.com")
    new = {"ClientId": mailing.app, "Username": "ann", "Password": "Brand-New-Pass-1"}
    with refused("CodeMismatchException", MISMATCH):
        idp.confirm_forgot_password(**new, ConfirmationCode=wrong(code))
    with refused("InvalidPasswordException"):
        idp.confirm_forgot_password(**{**new, "Password": "weak"}, ConfirmationCode=code)
    idp.confirm_forgot_password(**new, ConfirmationCode=code)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        mailing.sign_in("ann")
    assert mailing.tokens("ann", "Brand-New-Pass-1")
    with refused("ExpiredCodeException", EXPIRED):
        idp.confirm_forgot_password(**new, ConfirmationCode=code)


def test_without_a_verified_address_nothing_can_be_reset(idp, pool):
    pool.user("ann", email="ann@example.com")
    with refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    ):
        idp.forgot_password(ClientId=pool.app, Username="ann")


def test_an_administrators_reset_demands_a_new_password(server, idp, mailing):
    mailing.user("ann", email="ann@example.com", email_verified="true")
    idp.admin_reset_user_password(UserPoolId=mailing.id, Username="ann")
    assert mailing.describe("ann")["UserStatus"] == "RESET_REQUIRED"
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        mailing.sign_in("ann")
    code = server.code(pool=mailing.id, to="ann@example.com")
    idp.confirm_forgot_password(ClientId=mailing.app, Username="ann", Password=PASSWORD, ConfirmationCode=code)
    assert mailing.describe("ann")["UserStatus"] == "CONFIRMED"


def test_a_client_with_secret_wants_the_hash_everywhere(idp, mailing):
    client = mailing.client(GenerateSecret=True, ClientName="secret")
    who = {"ClientId": client["ClientId"], "Username": "ann"}
    unable = f"Unable to verify secret hash for client {client['ClientId']}"
    with refused("NotAuthorizedException", unable):
        idp.sign_up(**who, Password=PASSWORD)
    good = secret_hash(client, "ann")
    idp.sign_up(**who, Password=PASSWORD, SecretHash=good, UserAttributes=attributes({"email": "ann@example.com"}))
    for operation in (idp.resend_confirmation_code, idp.forgot_password):
        with refused("NotAuthorizedException"):
            operation(**who)
        with refused("NotAuthorizedException", unable):
            operation(**who, SecretHash=secret_hash(client, "bob"))
    idp.resend_confirmation_code(**who, SecretHash=good)
    code = mailing.server.code(pool=mailing.id, to="ann@example.com")
    idp.confirm_sign_up(**who, SecretHash=good, ConfirmationCode=code)


def test_users_are_listed_in_pages(idp, pool):
    names = {f"user-{number:02}" for number in range(13)}
    for each in names:
        idp.admin_create_user(UserPoolId=pool.id, Username=each, MessageAction="SUPPRESS")
    seen, token, pages = [], {}, 0
    while True:
        answer = idp.list_users(UserPoolId=pool.id, Limit=5, **token)
        seen += [user["Username"] for user in answer["Users"]]
        pages += 1
        if "PaginationToken" not in answer:
            break
        token = {"PaginationToken": answer["PaginationToken"]}
    assert (len(seen), set(seen), pages) == (13, names, 3)
    with refused("InvalidParameterException"):
        idp.list_users(UserPoolId=pool.id, PaginationToken="Zm9yZ2Vk")


def test_users_are_found_by_filters(idp, pool):
    pool.user("ann", email="ann@example.com", name="Ann", family_name="Lee")
    pool.user("anton", email="anton@example.com", name="Anton")
    sub = pool.user("bob", email="bob@example.org", phone_number="+14255550123")
    idp.admin_create_user(UserPoolId=pool.id, Username="new", MessageAction="SUPPRESS")
    idp.admin_disable_user(UserPoolId=pool.id, Username="bob")

    def found(text):
        return sorted(user["Username"] for user in idp.list_users(UserPoolId=pool.id, Filter=text)["Users"])

    assert found('username = "ann"') == ["ann"]
    assert found('username ^= "an"') == ["ann", "anton"]
    assert found('email = "bob@example.org"') == ["bob"]
    assert found('email ^= "an"') == ["ann", "anton"]
    assert found('family_name="Lee"') == ["ann"]
    assert found('phone_number ^= "+1425"') == ["bob"]
    assert found(f'sub = "{sub}"') == ["bob"]
    assert found('status = "Disabled"') == ["bob"]
    assert found('cognito:user_status = "force_change_password"') == ["new"]
    assert found('name = "nobody"') == []
    for bad in ("ann", 'username ~ "a"', 'custom:x = "a"', 'username = "a" or username = "b"', 'username = "a'):
        with refused("InvalidParameterException"):
            found(bad)


def test_a_list_names_only_the_attributes_asked_for(idp, pool):
    pool.user("ann", email="ann@example.com", name="Ann")
    user = idp.list_users(UserPoolId=pool.id, AttributesToGet=["email"])["Users"][0]
    assert values(user["Attributes"]) == {"email": "ann@example.com"}


def test_attributes_are_changed_and_deleted(idp, pool):
    pool.user("ann", email="ann@example.com", nickname="a")
    idp.admin_update_user_attributes(
        UserPoolId=pool.id, Username="ann", UserAttributes=attributes({"nickname": "b", "email_verified": "true"})
    )
    assert values(pool.describe("ann")["UserAttributes"])["nickname"] == "b"
    idp.admin_delete_user_attributes(UserPoolId=pool.id, Username="ann", UserAttributeNames=["nickname"])
    assert "nickname" not in values(pool.describe("ann")["UserAttributes"])
    token = pool.tokens("ann")["AccessToken"]
    idp.update_user_attributes(AccessToken=token, UserAttributes=attributes({"email": "new@example.com"}))
    own = values(idp.get_user(AccessToken=token)["UserAttributes"])
    assert (own["email"], own["email_verified"]) == ("new@example.com", "false")
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        idp.update_user_attributes(AccessToken=token, UserAttributes=attributes({"email_verified": "true"}))


def test_disabled_users_do_not_sign_in(idp, pool):
    pool.user("ann")
    idp.admin_disable_user(UserPoolId=pool.id, Username="ann")
    assert pool.describe("ann")["Enabled"] is False
    with refused("NotAuthorizedException", "User is disabled."):
        pool.sign_in("ann")
    idp.admin_enable_user(UserPoolId=pool.id, Username="ann")
    assert pool.tokens("ann")


def test_deleted_users_are_gone_with_their_tokens(idp, pool):
    pool.user("ann")
    pool.user("bob")
    ann, bob = pool.tokens("ann")["AccessToken"], pool.tokens("bob")["AccessToken"]
    idp.admin_delete_user(UserPoolId=pool.id, Username="ann")
    idp.delete_user(AccessToken=bob)
    for who, token in (("ann", ann), ("bob", bob)):
        with refused("UserNotFoundException", "User does not exist."):
            pool.describe(who)
        with refused("UserNotFoundException", "User does not exist."):
            pool.sign_in(who)
        with pytest.raises((idp.exceptions.UserNotFoundException, idp.exceptions.NotAuthorizedException)):
            idp.get_user(AccessToken=token)


def test_email_addresses_as_usernames(server, idp, name):
    pool = Pool(server, name, UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    with refused("InvalidParameterException", "Username should be an email."):
        pool.idp.sign_up(ClientId=pool.app, Username="ann", Password=PASSWORD)
    answer = pool.idp.sign_up(ClientId=pool.app, Username="ann@example.com", Password=PASSWORD)
    code = server.code(pool=pool.id, to="ann@example.com")
    idp.confirm_sign_up(ClientId=pool.app, Username="ann@example.com", ConfirmationCode=code)
    token = pool.tokens("ann@example.com")["AccessToken"]
    own = idp.get_user(AccessToken=token)
    assert own["Username"] == answer["UserSub"]
    assert values(own["UserAttributes"])["email"] == "ann@example.com"
    with refused("UsernameExistsException", "An account with the given email already exists."):
        pool.idp.sign_up(ClientId=pool.app, Username="ann@example.com", Password=PASSWORD)


class TestPreventUserExistenceErrors:
    """Attack 65 on the AWS operations; the shapes are compared in test_attacks.py too."""

    def test_legacy_clients_are_told(self, idp, pool):
        with refused("UserNotFoundException", "User does not exist."):
            pool.sign_in("nobody")
        with refused("UserNotFoundException", COMBINATION):
            idp.forgot_password(ClientId=pool.app, Username="nobody")
        with refused("UserNotFoundException", COMBINATION):
            idp.resend_confirmation_code(ClientId=pool.app, Username="nobody")
        with refused("UserNotFoundException", COMBINATION):
            idp.confirm_sign_up(ClientId=pool.app, Username="nobody", ConfirmationCode="123456")

    def test_quiet_clients_are_not(self, idp, mailing):
        quiet = mailing.client(PreventUserExistenceErrors="ENABLED")["ClientId"]
        with refused("NotAuthorizedException", "Incorrect username or password."):
            mailing.sign_in("nobody", client=quiet)
        first = idp.forgot_password(ClientId=quiet, Username="nobody")["CodeDeliveryDetails"]
        again = idp.forgot_password(ClientId=quiet, Username="nobody")["CodeDeliveryDetails"]
        assert first == again
        assert first["DeliveryMedium"] == "EMAIL"
        assert idp.resend_confirmation_code(ClientId=quiet, Username="nobody")["CodeDeliveryDetails"]
        with pytest.raises((idp.exceptions.CodeMismatchException, idp.exceptions.ExpiredCodeException)):
            idp.confirm_forgot_password(ClientId=quiet, Username="nobody", ConfirmationCode="123456", Password=PASSWORD)
        assert mailing.server.messages(pool=mailing.id) == []
