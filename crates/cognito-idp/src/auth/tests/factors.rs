//! What tests of second factors share: pools that have them, and people who have them.

use serde_json::{Value, json};

use super::{Lab, PASSWORD, Tokens, tokens};
use crate::testing::text;

pub const MISMATCH: &str = "CodeMismatchException: Invalid code or auth state for the user.";
pub const INVALID_SESSION: &str = "NotAuthorizedException: Invalid session for the user.";
pub const USED_SESSION: &str = "NotAuthorizedException: Invalid session for the user, session can only be used once.";
pub const RESPOND: &str = "RespondToAuthChallenge";
pub const PHONE: &str = "+15550001234";

/// All factors there are.
pub fn all_factors() -> Value {
    json!({
        "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sns" } },
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "EmailMfaConfiguration": { "Message": "Use {####}, {username}", "Subject": "Sign in" },
    })
}

pub fn only_sms() -> Value {
    json!({ "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sns" } } })
}

pub fn only_token() -> Value {
    json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } })
}

impl Lab {
    /// A pool with second factors and `alice`, who has mail and phone proven.
    pub async fn with_mfa(mode: &str, factors: Value) -> Self {
        let lab = Self::with(json!({}), json!({})).await;
        lab.set_mfa(mode, factors).await;
        lab.user_with_phone("alice").await;
        lab
    }

    pub async fn set_mfa(&self, mode: &str, factors: Value) {
        let mut input = factors;
        input["UserPoolId"] = json!(self.pool);
        input["MfaConfiguration"] = json!(mode);
        self.ok("SetUserPoolMfaConfig", input).await;
    }

    pub async fn user_with_phone(&self, name: &str) {
        self.user(name).await;
        let attributes =
            json!([{ "Name": "phone_number", "Value": PHONE }, { "Name": "phone_number_verified", "Value": "true" }]);
        self.admin("AdminUpdateUserAttributes", name, json!({ "UserAttributes": attributes })).await;
    }

    /// Input of RespondToAuthChallenge: the next answer to a challenge.
    pub fn answer(&self, challenge: &Value, name: &str, responses: Value) -> Value {
        let mut all = json!({ "USERNAME": name });
        all.as_object_mut().unwrap().extend(responses.as_object().unwrap().clone());
        json!({
            "ClientId": self.client, "ChallengeName": challenge["ChallengeName"],
            "Session": challenge["Session"], "ChallengeResponses": all,
        })
    }

    pub async fn meet(&self, challenge: &Value, name: &str, responses: Value) -> Value {
        self.ok(RESPOND, self.answer(challenge, name, responses)).await
    }

    pub async fn meet_refused(&self, challenge: &Value, name: &str, responses: Value) -> String {
        self.refused(RESPOND, self.answer(challenge, name, responses)).await
    }

    /// The challenge after the password.
    pub async fn begin(&self, name: &str) -> Value {
        self.ok("InitiateAuth", self.login(name, PASSWORD)).await
    }

    /// The code of a secret now, so many steps away.
    pub fn code_of(&self, secret: &str, steps: i64) -> String {
        totp::at(&unbase32(secret), totp::step_of(self.world.service.now().secs()) + steps)
    }

    /// Sets up a software token for somebody who is signed in; its secret. The code's step is over afterwards.
    pub async fn enrol(&self, access: &str) -> String {
        let secret = text(&self.ok("AssociateSoftwareToken", json!({ "AccessToken": access })).await, "/SecretCode");
        let input = json!({
            "AccessToken": access, "UserCode": self.code_of(&secret, 0), "FriendlyDeviceName": "my phone",
        });
        assert_eq!(self.ok("VerifySoftwareToken", input).await, json!({ "Status": "SUCCESS" }));
        self.advance_s(30);
        secret
    }

    /// A software token that is on; its secret.
    pub async fn enrol_and_prefer(&self, name: &str) -> String {
        let signed_in = self.sign_in(name, PASSWORD).await;
        let secret = self.enrol(&signed_in.access).await;
        let settings = json!({ "Enabled": true, "PreferredMfa": true });
        let input = json!({ "AccessToken": signed_in.access, "SoftwareTokenMfaSettings": settings });
        self.ok("SetUserMFAPreference", input).await;
        secret
    }

    /// A whole sign-in with a software token. The code's step is over afterwards.
    pub async fn sign_in_with(&self, name: &str, secret: &str) -> Tokens {
        let challenge = self.begin(name).await;
        let code = json!({ "SOFTWARE_TOKEN_MFA_CODE": self.code_of(secret, 0) });
        let done = tokens(&self.meet(&challenge, name, code).await);
        self.advance_s(30);
        done
    }

    /// Switches factors on by an administrator; the last one named is preferred where `preferred` says so.
    pub async fn prefer(&self, name: &str, settings: Value) {
        self.admin("AdminSetUserMFAPreference", name, settings).await;
    }

    /// A code that is certainly wrong, as long as a right one.
    pub fn wrong_code(&self) -> String {
        self.code().chars().map(|digit| if digit == '1' { '2' } else { '1' }).collect()
    }
}

pub fn unbase32(text: &str) -> Vec<u8> {
    let (mut bytes, mut word, mut bits) = (Vec::new(), 0_u32, 0);
    for c in text.bytes() {
        let five = if c >= b'A' { c - b'A' } else { c - b'2' + 26 };
        word = (word << 5) | u32::from(five);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((word >> bits) & 255).unwrap());
        }
    }
    bytes
}
