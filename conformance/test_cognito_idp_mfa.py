"""Second factors and choice-based sign-in, by boto3 and by pycognito (SRP, TOTP, SMS)."""

import json

import pytest
from pycognito import Cognito
from pycognito.exceptions import SMSMFAChallengeException, SoftwareTokenMFAChallengeException

from refusal import refused
from totp import totp
from user_pool import FLOWS, PASSWORD, Pool

PHONE = "+15550001234"
SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sns"}}
ALL_FLOWS = [*FLOWS, "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]


class Site:
    """A pool with second factors and a client for every flow."""

    def __init__(self, server, name, mode="OPTIONAL", **settings):
        self.server = server
        self.pool = Pool(server, name, **settings)
        self.idp = self.pool.idp
        self.client = self.pool.client(ExplicitAuthFlows=ALL_FLOWS)["ClientId"]
        self.idp.set_user_pool_mfa_config(
            UserPoolId=self.pool.id,
            MfaConfiguration=mode,
            SmsMfaConfiguration={**SMS, "SmsAuthenticationMessage": "Sign in with {####}"},
            SoftwareTokenMfaConfiguration={"Enabled": True},
            EmailMfaConfiguration={"Message": "Use {####}", "Subject": "Sign in"},
        )
        given = {"email": "ann@example.com", "email_verified": "true"}
        self.pool.user("ann", **given, phone_number=PHONE, phone_number_verified="true")

    def sign_in(self, username="ann"):
        return self.pool.sign_in(username, client=self.client)

    def start(self, **parameters):
        return self.idp.initiate_auth(
            ClientId=self.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "ann", **parameters}
        )

    def respond(self, challenge, username="ann", name=None, **responses):
        return self.idp.respond_to_auth_challenge(
            ClientId=self.client,
            ChallengeName=name or challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": username, **responses},
        )

    def prefer(self, **settings):
        self.idp.admin_set_user_mfa_preference(UserPoolId=self.pool.id, Username="ann", **settings)

    def code(self):
        return self.server.code(pool=self.pool.id)

    def pycognito(self):
        return Cognito(
            self.pool.id, self.client, username="ann", boto3_client_kwargs={"endpoint_url": self.server.url}
        )


@pytest.fixture
def site(server, name):
    return Site(server, name)


def wrong(code):
    return "".join("2" if digit == "1" else "1" for digit in code)


def test_a_software_token_is_set_up_and_asked_for(site):
    access = site.sign_in()["AuthenticationResult"]["AccessToken"]
    secret = site.idp.associate_software_token(AccessToken=access)["SecretCode"]
    assert len(secret) == 52
    with refused("EnableSoftwareTokenMFAException"):
        site.idp.verify_software_token(AccessToken=access, UserCode=totp(secret, 9))
    # One code a step, each later than the last one: the clock's drift of a step makes room for three.
    verified = site.idp.verify_software_token(
        AccessToken=access, UserCode=totp(secret, -1), FriendlyDeviceName="phone"
    )
    assert verified["Status"] == "SUCCESS"
    site.idp.set_user_mfa_preference(
        AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    user = site.idp.get_user(AccessToken=access)
    assert user["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    assert user["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
    challenge = site.sign_in()
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert challenge["ChallengeParameters"] == {"USER_ID_FOR_SRP": "ann", "FRIENDLY_DEVICE_NAME": "phone"}
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        site.respond(challenge, SOFTWARE_TOKEN_MFA_CODE=totp(secret, 9))
    code = totp(secret, 0)
    assert "AuthenticationResult" in site.respond(challenge, SOFTWARE_TOKEN_MFA_CODE=code)
    with refused("ExpiredCodeException", "Your software token has already been used once."):
        site.respond(site.sign_in(), SOFTWARE_TOKEN_MFA_CODE=code)


def test_a_demanded_token_is_set_up_before_any_token(server, name):
    site = Site(server, name)
    site.idp.set_user_pool_mfa_config(
        UserPoolId=site.pool.id, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    challenge = site.sign_in()
    assert challenge["ChallengeName"] == "MFA_SETUP"
    assert json.loads(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"]) == ["SOFTWARE_TOKEN_MFA"]
    with refused("NotAuthorizedException"):
        site.respond(challenge)
    associated = site.idp.associate_software_token(Session=challenge["Session"])
    code = totp(associated["SecretCode"], -1)
    verified = site.idp.verify_software_token(Session=associated["Session"], UserCode=code)
    done = site.respond({"ChallengeName": "MFA_SETUP", "Session": verified["Session"]})
    assert done["AuthenticationResult"]["AccessToken"]
    assert site.sign_in()["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_codes_by_sms_and_mail_are_second_factors(site):
    site.prefer(SMSMfaSettings={"Enabled": True}, EmailMfaSettings={"Enabled": True})
    choice = site.sign_in()
    assert choice["ChallengeName"] == "SELECT_MFA_TYPE"
    assert json.loads(choice["ChallengeParameters"]["MFAS_CAN_CHOOSE"]) == ["SMS_MFA", "EMAIL_OTP"]
    challenge = site.respond(choice, ANSWER="EMAIL_OTP")
    assert challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "a***@e***"
    message = site.server.messages(pool=site.pool.id)[0]
    assert (message["subject"], message["body"]) == ("Sign in", f"Use {message['code']}")
    assert "AuthenticationResult" in site.respond(challenge, EMAIL_OTP_CODE=site.code())
    site.prefer(SMSMfaSettings={"Enabled": True, "PreferredMfa": True})
    challenge = site.sign_in()
    assert challenge["ChallengeName"] == "SMS_MFA"
    assert challenge["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "+*******1234"
    with refused("CodeMismatchException"):
        site.respond(challenge, SMS_MFA_CODE=wrong(site.code()))
    assert "AuthenticationResult" in site.respond(challenge, SMS_MFA_CODE=site.code())
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        site.respond(challenge, SMS_MFA_CODE=site.code())


def test_codes_are_first_factors_where_the_pool_allows_it(server, name):
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}
    site = Site(server, name, Policies=policy, SmsConfiguration=SMS["SmsConfiguration"])
    choice = site.start()
    assert choice["ChallengeName"] == "SELECT_CHALLENGE"
    assert choice["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]
    challenge = site.respond(choice, ANSWER="SMS_OTP")
    assert "AuthenticationResult" in site.respond(challenge, SMS_OTP_CODE=site.code())
    challenge = site.start(PREFERRED_CHALLENGE="EMAIL_OTP")
    assert challenge["ChallengeName"] == "EMAIL_OTP"
    assert "AuthenticationResult" in site.respond(challenge, EMAIL_OTP_CODE=site.code())
    factors = site.idp.admin_get_user_auth_factors(UserPoolId=site.pool.id, Username="ann")
    assert factors["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]


def test_pycognito_signs_up_signs_in_and_recovers(server, name):
    pool = Pool(server, name, AutoVerifiedAttributes=["email"])
    client = pool.client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["ClientId"]

    def somebody():
        return Cognito(pool.id, client, username="bea", boto3_client_kwargs={"endpoint_url": server.url})

    bea = somebody()
    bea.set_base_attributes(email="bea@example.com")
    bea.register("bea", PASSWORD)
    with pytest.raises(bea.client.exceptions.UserNotConfirmedException):
        bea.authenticate(PASSWORD)
    bea.confirm_sign_up(server.code(pool=pool.id))
    bea.authenticate(PASSWORD)
    assert bea.id_claims["email"] == "bea@example.com"
    before = bea.access_token
    bea.renew_access_token()
    assert bea.access_token != before
    bea.verify_token(bea.access_token, "access_token", "access")
    assert bea.get_user().email_verified
    bea.change_password(PASSWORD, "Brand-New-Pass-1")
    bea.initiate_forgot_password()
    bea.confirm_forgot_password(server.code(pool=pool.id), "Recovered-Pass-2")
    again = somebody()
    with pytest.raises(again.client.exceptions.NotAuthorizedException):
        again.authenticate("Brand-New-Pass-1")
    again.authenticate("Recovered-Pass-2")
    again.logout()
    with pytest.raises(again.client.exceptions.NotAuthorizedException):
        again.client.get_user(AccessToken=before)


def test_pycognito_signs_in_with_an_authenticator_app(site):
    ann = site.pycognito()
    ann.authenticate(PASSWORD)
    secret = ann.associate_software_token()
    assert ann.verify_software_token(totp(secret, -1), "phone")
    ann.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")
    again = site.pycognito()
    with pytest.raises(SoftwareTokenMFAChallengeException):
        again.authenticate(PASSWORD)
    again.respond_to_software_token_mfa_challenge(totp(secret, 0))
    assert again.access_claims["username"] == "ann"
    again.set_user_mfa_preference(sms_mfa=False, software_token_mfa=False)
    once_more = site.pycognito()
    once_more.authenticate(PASSWORD)
    assert once_more.id_claims["email"] == "ann@example.com"


def test_pycognito_signs_in_with_a_code_by_sms(site):
    ann = site.pycognito()
    ann.authenticate(PASSWORD)
    ann.set_user_mfa_preference(sms_mfa=True, software_token_mfa=False, preferred="SMS")
    again = site.pycognito()
    with pytest.raises(SMSMFAChallengeException):
        again.authenticate(PASSWORD)
    again.respond_to_sms_mfa_challenge(site.code())
    assert again.access_claims["username"] == "ann"
