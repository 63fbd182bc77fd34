use serde_json::{Value, json};

use super::{Lab, PASSWORD};

/// What a stranger sees of an operation: the answer, or the refusal.
async fn seen(lab: &Lab, operation: &str, name: &str, input: Value) -> Value {
    match lab.world.call(operation, lab.about(name, input)).await {
        Ok(answer) => answer,
        Err(error) => json!({ "status": error.status, "error": error.to_string() }),
    }
}

/// The keys of an answer and what they hold, without the values that differ by name.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::String(text) if text.contains("***@") => json!("a masked address"),
        other => other.clone(),
    }
}

/// A user without password to reset, one who is fine, one disabled, one unconfirmed, and nobody.
async fn crowd() -> Lab {
    let lab = Lab::hiding().await;
    lab.user("fine").await;
    lab.user("disabled").await;
    lab.admin("AdminDisableUser", "disabled", json!({})).await;
    lab.admin("AdminCreateUser", "invited", json!({ "TemporaryPassword": PASSWORD })).await;
    lab.sign_up("unconfirmed").await;
    lab
}

const NAMES: [&str; 5] = ["fine", "disabled", "invited", "unconfirmed", "nobody"];

#[tokio::test]
async fn attack_65_codes_are_promised_to_every_name_alike() {
    let lab = crowd().await;
    for operation in ["ForgotPassword", "ResendConfirmationCode"] {
        let first = seen(&lab, operation, "nobody", json!({})).await;
        assert_eq!(first["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
        for name in NAMES {
            let answer = seen(&lab, operation, name, json!({})).await;
            assert_eq!(shape(&answer), shape(&first), "{operation} {name}");
            let again = seen(&lab, operation, name, json!({})).await;
            assert_eq!(again, answer, "{operation} {name}: the destination is stable");
        }
    }
}

#[tokio::test]
async fn attack_65_codes_are_sent_only_where_they_belong() {
    let lab = crowd().await;
    let before = lab.messages();
    for name in ["disabled", "invited", "nobody", "unconfirmed"] {
        seen(&lab, "ForgotPassword", name, json!({})).await;
    }
    for name in ["fine", "disabled", "invited", "nobody"] {
        seen(&lab, "ResendConfirmationCode", name, json!({})).await;
    }
    assert_eq!(lab.messages(), before);
}

#[tokio::test]
async fn attack_65_wrong_codes_are_refused_for_every_name_alike() {
    let lab = crowd().await;
    for (operation, asking) in
        [("ConfirmForgotPassword", "ForgotPassword"), ("ConfirmSignUp", "ResendConfirmationCode")]
    {
        let input = json!({ "ConfirmationCode": "abcdef", "Password": PASSWORD });
        let never = NAMES.into_iter().filter(|name| (operation, *name) != ("ConfirmSignUp", "unconfirmed"));
        for name in never {
            let answer = seen(&lab, operation, name, input.clone()).await;
            assert_eq!(
                answer["error"], "ExpiredCodeException: Invalid code provided, please request a code again.",
                "{operation} {name}: no code was asked for"
            );
        }
        for name in NAMES {
            seen(&lab, asking, name, json!({})).await;
        }
        for attempt in 0..7 {
            for name in NAMES {
                let answer = seen(&lab, operation, name, input.clone()).await;
                let expected = if attempt < 5 {
                    "CodeMismatchException: Invalid verification code provided, please try again."
                } else {
                    "LimitExceededException: Attempt limit exceeded, please try after some time."
                };
                assert_eq!(answer["error"], expected, "{operation} {name} {attempt}");
            }
        }
    }
}

#[tokio::test]
async fn attack_65_passwords_are_refused_for_every_name_alike() {
    let lab = crowd().await;
    for name in ["fine", "invited", "unconfirmed", "nobody"] {
        assert_eq!(
            lab.sign_in_refused(name, "wrong").await,
            "NotAuthorizedException: Incorrect username or password.",
            "{name}"
        );
    }
}

#[tokio::test]
async fn attack_67_an_unknown_user_costs_the_same_hash_work() {
    let lab = crowd().await;
    for name in ["fine", "nobody"] {
        let before = lab.evaluations();
        lab.sign_in_refused(name, "wrong").await;
        assert_eq!(lab.evaluations() - before, 1, "{name}");
    }
}

#[tokio::test]
async fn a_client_that_tells_gives_the_older_answers() {
    let lab = Lab::new().await;
    let input = json!({ "ConfirmationCode": "123456", "Password": PASSWORD });
    for operation in ["ForgotPassword", "ResendConfirmationCode", "ConfirmForgotPassword", "ConfirmSignUp"] {
        let answer = seen(&lab, operation, "nobody", input.clone()).await;
        assert_eq!(answer["error"], "UserNotFoundException: Username/client id combination not found.", "{operation}");
    }
}

#[tokio::test]
async fn an_address_that_is_typed_is_masked_as_typed() {
    let lab = Lab::hiding().await;
    for (name, mask) in [("john@gmail.com", "j***@g***"), ("+15551234567", "+*******4567")] {
        let answer = seen(&lab, "ForgotPassword", name, json!({})).await;
        assert_eq!(answer["CodeDeliveryDetails"]["Destination"], mask);
    }
}
