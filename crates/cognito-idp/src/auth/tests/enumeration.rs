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

const MISMATCH: &str = "CodeMismatchException: Invalid verification code provided, please try again.";
const LIMIT: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";

#[tokio::test]
async fn attack_65_wrong_codes_of_a_reset_are_refused_for_every_name_alike() {
    let lab = crowd().await;
    let input = json!({ "ConfirmationCode": "abcdef", "Password": PASSWORD });
    for name in NAMES {
        let answer = seen(&lab, "ConfirmForgotPassword", name, input.clone()).await;
        let expected = "ExpiredCodeException: Invalid code provided, please request a code again.";
        assert_eq!(answer["error"], expected, "{name}: no code was asked for");
        seen(&lab, "ForgotPassword", name, json!({})).await;
    }
    for attempt in 0..7 {
        for name in NAMES {
            let answer = seen(&lab, "ConfirmForgotPassword", name, input.clone()).await;
            assert_eq!(answer["error"], if attempt < 5 { MISMATCH } else { LIMIT }, "{name} {attempt}");
        }
    }
}

#[tokio::test]
async fn attack_65_wrong_codes_of_a_sign_up_tell_nothing_of_codes_that_were_sent() {
    let lab = crowd().await;
    let input = json!({ "ConfirmationCode": "abcdef" });
    for attempt in 0..17 {
        for name in NAMES {
            let answer = seen(&lab, "ConfirmSignUp", name, input.clone()).await;
            assert_eq!(answer["error"], if attempt < 15 { MISMATCH } else { LIMIT }, "{name} {attempt}");
            if attempt == 2 {
                seen(&lab, "ResendConfirmationCode", name, json!({})).await;
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
pub async fn a_client_that_tells_gives_the_older_answers() {
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

/// SignUp tells that a name is taken, as Cognito does; nothing more, and nothing happens to who has it.
#[tokio::test]
async fn attack_066_sign_up_tells_of_a_taken_name_alike_and_changes_nothing() {
    let lab = crowd().await;
    let (before, mut told) = (lab.messages(), Vec::new());
    for name in ["fine", "disabled", "invited", "unconfirmed"] {
        let user = lab.admin("AdminGetUser", name, json!({})).await;
        let attributes = json!([{ "Name": "email", "Value": "stranger@example.com" }]);
        let input = json!({ "Password": "An0ther-P@ss", "UserAttributes": attributes });
        told.push(seen(&lab, "SignUp", name, input).await);
        assert_eq!(lab.admin("AdminGetUser", name, json!({})).await, user);
    }
    let expected = json!({ "status": 400, "error": "UsernameExistsException: User already exists" });
    assert_eq!(told, vec![expected; 4]);
    assert_eq!(lab.messages(), before, "nobody is written to");
    lab.sign_in("fine", PASSWORD).await;
}
