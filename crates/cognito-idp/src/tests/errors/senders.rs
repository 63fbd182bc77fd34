//! Pools that may not send: by their role, or as their address.

use std::sync::Arc;

use serde_json::{Value, json};

use super::functions::admin_login;
use super::{Shown, expect};
use crate::auth::tests::factors::only_sms;
use crate::auth::tests::{Lab, OTHER, PASSWORD};
use crate::ports::SmsRole;
use crate::testing::{World, config};
use crate::{CognitoIdp, Config};

const ROLE: &str = "arn:aws:iam::123456789012:role/sns";
const ANSWERS: [&str; 2] = ["RespondToAuthChallenge", "AdminRespondToAuthChallenge"];

/// What stands in the way.
#[derive(Clone, Copy)]
enum Bar {
    Role(SmsRole),
    Address,
}

impl Bar {
    const fn code(self) -> &'static str {
        match self {
            Self::Role(SmsRole::Untrusting) => "InvalidSmsRoleTrustRelationshipException",
            Self::Role(_) => "InvalidSmsRoleAccessPolicyException",
            Self::Address => "InvalidEmailRoleAccessPolicyException",
        }
    }

    const fn attribute(self) -> &'static str {
        match self {
            Self::Role(_) => "phone_number",
            Self::Address => "email",
        }
    }

    fn pool(self) -> Value {
        let mut pool = self.sender();
        pool["AutoVerifiedAttributes"] = json!([self.attribute()]);
        pool
    }

    /// The settings that are refused.
    fn sender(self) -> Value {
        match self {
            Self::Role(_) => json!({ "SmsConfiguration": { "SnsCallerArn": ROLE, "ExternalId": "shop" } }),
            Self::Address => json!({ "EmailConfiguration": { "From": "The Shop <shop@example.com>" } }),
        }
    }

    fn factor(self) -> Value {
        match self {
            Self::Role(_) => only_sms(),
            Self::Address => json!({ "EmailMfaConfiguration": {} }),
        }
    }

    fn address(self, of: &str) -> Value {
        let value = match self {
            // A number of its own for each name.
            Self::Role(_) => {
                format!("+1555{:07}", of.bytes().fold(7_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 9_999_999))
            }
            Self::Address => format!("{of}@example.net"),
        };
        json!([{ "Name": self.attribute(), "Value": value }])
    }

    fn proven(self, of: &str) -> Value {
        let mut all = self.address(of);
        all.as_array_mut().unwrap().push(json!({ "Name": format!("{}_verified", self.attribute()), "Value": "true" }));
        all
    }

    /// The same lab with the bar down.
    fn lower(self, lab: &Lab) -> World {
        let config = match self {
            Self::Role(_) => config(),
            Self::Address => Config { mail_senders: Some(vec!["@example.org".to_owned()]), ..config() },
        };
        let world = World::over(lab.world.store.clone(), config.clone());
        let doors = crate::Doors { sms_roles: Arc::clone(&world.role) as _, ..lab.world.service.doors().clone() };
        if let Self::Role(role) = self {
            world.role.0.lock().0 = role;
        }
        World { service: CognitoIdp::new(config, doors), ..world }
    }
}

/// Plays them.
pub async fn play(shown: &mut Shown) {
    for bar in [Bar::Role(SmsRole::Untrusting), Bar::Role(SmsRole::Powerless), Bar::Address] {
        settings(shown, bar).await;
        codes(shown, bar).await;
        sign_ins(shown, bar).await;
    }
}

/// What sets a sender.
async fn settings(shown: &mut Shown, bar: Bar) {
    let plus = json!({ "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" } });
    let lab = Lab::with(plus, json!({})).await;
    let world = bar.lower(&lab);
    let mut create = bar.sender();
    create["PoolName"] = json!("demo");
    expect(&world, shown, "CreateUserPool", create, bar.code()).await;
    let mut update = bar.sender();
    update["UserPoolId"] = json!(lab.pool);
    expect(&world, shown, "UpdateUserPool", update, bar.code()).await;
    let (operation, mut input) = match bar {
        Bar::Role(_) => ("SetUserPoolMfaConfig", bar.factor()),
        Bar::Address => {
            let email = json!({ "Subject": "Hello", "TextBody": "Was it you?" });
            let notify = json!({ "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
                "From": "shop@example.com", "NoActionEmail": email });
            let actions = json!({ "LowAction": { "Notify": true, "EventAction": "NO_ACTION" } });
            let takeover = json!({ "Actions": actions, "NotifyConfiguration": notify });
            ("SetRiskConfiguration", json!({ "AccountTakeoverRiskConfiguration": takeover }))
        }
    };
    input["UserPoolId"] = json!(lab.pool);
    if operation == "SetUserPoolMfaConfig" {
        input["MfaConfiguration"] = json!("ON");
    }
    expect(&world, shown, operation, input, bar.code()).await;
}

/// What sends a code to somebody.
async fn codes(shown: &mut Shown, bar: Bar) {
    let lab = Lab::with(bar.pool(), json!({})).await;
    for name in ["alice", "gina"] {
        lab.admin("AdminCreateUser", name, json!({ "UserAttributes": bar.proven(name), "MessageAction": "SUPPRESS" }))
            .await;
        lab.admin("AdminSetUserPassword", name, json!({ "Password": PASSWORD, "Permanent": true })).await;
    }
    let sign_up = |name: &str| lab.about(name, json!({ "Password": PASSWORD, "UserAttributes": bar.address(name) }));
    lab.ok("SignUp", sign_up("carl")).await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let world = bar.lower(&lab);
    let admin = |name: &str, more: Value| {
        let mut input = json!({ "UserPoolId": lab.pool, "Username": name });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let new = bar.address("new");
    let mut calls = vec![
        ("SignUp", sign_up("dora")),
        ("ResendConfirmationCode", lab.about("carl", json!({}))),
        ("ForgotPassword", lab.about("alice", json!({}))),
        ("GetUserAttributeVerificationCode", json!({ "AccessToken": access, "AttributeName": bar.attribute() })),
        ("UpdateUserAttributes", json!({ "AccessToken": access, "UserAttributes": new })),
        ("AdminUpdateUserAttributes", admin("gina", json!({ "UserAttributes": new }))),
        ("AdminResetUserPassword", admin("gina", json!({}))),
    ];
    if let Bar::Role(_) = bar {
        let invited = json!({ "UserAttributes": bar.address("emil"), "DesiredDeliveryMediums": ["SMS"] });
        calls.push(("AdminCreateUser", admin("emil", invited)));
    }
    for (operation, input) in calls {
        expect(&world, shown, operation, input, bar.code()).await;
    }
    let count = lab.ok("DescribeUserPool", json!({ "UserPoolId": lab.pool })).await;
    assert_eq!(count["UserPool"]["EstimatedNumberOfUsers"], 3, "a refusal leaves nobody behind");
    lab.sign_in("gina", PASSWORD).await;
}

/// What asks for a code on the way in.
async fn sign_ins(shown: &mut Shown, bar: Bar) {
    let lab = Lab::with(bar.sender(), json!({})).await;
    lab.set_mfa("ON", bar.factor()).await;
    for name in ["alice", ANSWERS[0], ANSWERS[1]] {
        let invited =
            json!({ "UserAttributes": bar.proven(name), "MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD });
        lab.admin("AdminCreateUser", name, invited).await;
    }
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": PASSWORD, "Permanent": true })).await;
    let asked = [lab.begin(ANSWERS[0]).await, lab.begin(ANSWERS[1]).await];
    let world = bar.lower(&lab);
    expect(&world, shown, "InitiateAuth", lab.login("alice", PASSWORD), bar.code()).await;
    expect(&world, shown, "AdminInitiateAuth", admin_login(&lab, "alice"), bar.code()).await;
    for (door, challenge) in ANSWERS.into_iter().zip(&asked) {
        let mut input = lab.answer(challenge, door, json!({ "NEW_PASSWORD": OTHER }));
        if door.starts_with("Admin") {
            input["UserPoolId"] = json!(lab.pool);
        }
        expect(&world, shown, door, input, bar.code()).await;
    }
}
