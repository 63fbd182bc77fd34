//! Functions that fail, that answer nonsense, and that are not there, for every operation that waits for one.

use serde_json::{Value, json};
use world::InvokeError;

use super::{Shown, expect};
use crate::auth::tests::{Lab, OTHER, PASSWORD};
use crate::triggers::tests::{answers, arn, breaks, lab_of, returns, throws};

/// Operation, the function it waits for.
const SCENES: [(&str, &str); 17] = [
    ("AdminConfirmSignUp", "PostConfirmation"),
    ("AdminCreateUser", "PreSignUp"),
    ("AdminInitiateAuth", "PreAuthentication"),
    ("AdminResetUserPassword", "CustomMessage"),
    ("AdminRespondToAuthChallenge", "PreTokenGeneration"),
    ("AdminUpdateUserAttributes", "CustomMessage"),
    ("ConfirmForgotPassword", "PostConfirmation"),
    ("ConfirmSignUp", "PostConfirmation"),
    ("ForgotPassword", "CustomMessage"),
    ("GetDerivedToken", "PreTokenGeneration"),
    ("GetTokensFromRefreshToken", "PreTokenGeneration"),
    ("GetUserAttributeVerificationCode", "CustomMessage"),
    ("InitiateAuth", "PreAuthentication"),
    ("ResendConfirmationCode", "CustomMessage"),
    ("RespondToAuthChallenge", "PreTokenGeneration"),
    ("SignUp", "PreSignUp"),
    ("UpdateUserAttributes", "CustomMessage"),
];

/// Plays them.
pub async fn play(shown: &mut Shown) {
    for (operation, trigger) in SCENES {
        let lab = place(trigger).await;
        for (name, code) in [
            ("anna", "UserLambdaValidationException"),
            ("bert", "InvalidLambdaResponseException"),
            ("cleo", "UnexpectedLambdaException"),
        ] {
            answers(&lab, trigger, |_| {});
            let input = prepared(&lab, operation, name).await;
            match code {
                "UserLambdaValidationException" => throws(&lab, trigger, "no"),
                "InvalidLambdaResponseException" => returns(&lab, trigger, "[]"),
                _ => breaks(&lab, trigger, InvokeError::NotFound),
            }
            expect(&lab.world, shown, operation, input, code).await;
        }
    }
}

async fn place(trigger: &str) -> Lab {
    let pool = json!({ "LambdaConfig": { trigger: arn(trigger) }, "AutoVerifiedAttributes": ["email"] });
    let flows = [
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
    ];
    lab_of(pool, json!({ "ExplicitAuthFlows": flows })).await
}

/// The world before the call, and the call's input.
async fn prepared(lab: &Lab, operation: &str, name: &str) -> Value {
    let address = json!([{ "Name": "email", "Value": format!("{name}.new@example.com") }]);
    let about_user = json!({ "UserPoolId": lab.pool, "Username": name });
    let about = |input: Value| lab.about(name, input);
    match operation {
        "AdminCreateUser" => about_user,
        "SignUp" => about(json!({ "Password": PASSWORD, "UserAttributes": address })),
        "AdminConfirmSignUp" => {
            lab.sign_up(name).await;
            about_user
        }
        "ConfirmSignUp" => {
            lab.sign_up(name).await;
            about(json!({ "ConfirmationCode": lab.code() }))
        }
        "ResendConfirmationCode" => {
            lab.sign_up(name).await;
            about(json!({}))
        }
        "RespondToAuthChallenge" | "AdminRespondToAuthChallenge" => {
            lab.admin("AdminCreateUser", name, json!({ "TemporaryPassword": PASSWORD })).await;
            let challenge = lab.begin(name).await;
            let mut input = lab.answer(&challenge, name, json!({ "NEW_PASSWORD": OTHER }));
            if operation.starts_with("Admin") {
                input["UserPoolId"] = json!(lab.pool);
            }
            input
        }
        _ => {
            lab.user(name).await;
            of_user(lab, operation, name, address).await
        }
    }
}

async fn of_user(lab: &Lab, operation: &str, name: &str, address: Value) -> Value {
    let about_user = json!({ "UserPoolId": lab.pool, "Username": name });
    let about = |input: Value| lab.about(name, input);
    match operation {
        "AdminResetUserPassword" => about_user,
        "AdminUpdateUserAttributes" => {
            json!({ "UserPoolId": lab.pool, "Username": name, "UserAttributes": address })
        }
        "ForgotPassword" => about(json!({})),
        "ConfirmForgotPassword" => {
            lab.ok("ForgotPassword", about(json!({}))).await;
            about(json!({ "ConfirmationCode": lab.code(), "Password": OTHER }))
        }
        "InitiateAuth" => lab.login(name, PASSWORD),
        "AdminInitiateAuth" => admin_login(lab, name),
        "GetTokensFromRefreshToken" => {
            let refresh = lab.sign_in(name, PASSWORD).await.refresh;
            json!({ "ClientId": lab.client, "RefreshToken": refresh })
        }
        "GetDerivedToken" => {
            let access = lab.sign_in(name, PASSWORD).await.access;
            json!({ "ClientId": lab.client, "SubjectToken": access, "SubjectTokenType": "ACCESS_TOKEN" })
        }
        "GetUserAttributeVerificationCode" => {
            let access = lab.sign_in(name, PASSWORD).await.access;
            json!({ "AccessToken": access, "AttributeName": "email" })
        }
        "UpdateUserAttributes" => {
            let access = lab.sign_in(name, PASSWORD).await.access;
            json!({ "AccessToken": access, "UserAttributes": address })
        }
        other => panic!("no scene for {other}"),
    }
}

/// Input of AdminInitiateAuth.
pub fn admin_login(lab: &Lab, name: &str) -> Value {
    let mut input = lab.login(name, PASSWORD);
    input["AuthFlow"] = json!("ADMIN_USER_PASSWORD_AUTH");
    input["UserPoolId"] = json!(lab.pool);
    input
}
