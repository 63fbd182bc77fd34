use serde_json::json;

use super::{Lab, OTHER, PASSWORD, ROUNDS, attributes, flows};

const MISMATCH: &str = "CodeMismatchException: Invalid verification code provided, please try again.";
const EXPIRED: &str = "ExpiredCodeException: Invalid code provided, please request a code again.";
const LIMIT: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";

/// A six-digit code that is not this one.
fn wrong(code: &str) -> String {
    code.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).collect()
}

fn confirmation(lab: &Lab, name: &str, code: &str) -> serde_json::Value {
    lab.about(name, json!({ "ConfirmationCode": code }))
}

#[tokio::test]
async fn a_person_signs_up_confirms_and_signs_in() {
    let lab = Lab::new().await;
    let answer = lab.sign_up("alice").await;
    let sub = answer["UserSub"].as_str().unwrap().to_owned();
    let delivery = json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***" });
    assert_eq!(answer, json!({ "UserConfirmed": false, "CodeDeliveryDetails": delivery, "UserSub": sub }));
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    let code = lab.code();
    assert_eq!(message.to, "alice@example.com");
    assert_eq!((message.subject.as_str(), message.user.as_str()), ("Your verification code", "alice"));
    assert_eq!(message.body, format!("Your verification code is {code}. "));
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    let user = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!(user["UserStatus"], "UNCONFIRMED");
    assert_eq!(user["UserAttributes"][0], json!({ "Name": "sub", "Value": sub }));
    assert_eq!(attributes(&user)["email_verified"], "false");

    assert_eq!(lab.refused("ConfirmSignUp", confirmation(&lab, "alice", &wrong(&code))).await, MISMATCH);
    assert_eq!(lab.ok("ConfirmSignUp", confirmation(&lab, "alice", &code)).await, json!({}));
    let user = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(attributes(&user)["email_verified"], "true");
    assert_eq!(
        lab.refused("ConfirmSignUp", confirmation(&lab, "alice", &code)).await,
        "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED"
    );
    lab.sign_in("alice", PASSWORD).await;
}

#[tokio::test]
pub async fn what_sign_up_refuses() {
    let schema = json!([
        { "Name": "name", "Required": true },
        { "Name": "email", "Required": true },
        { "Name": "age", "AttributeDataType": "Number", "NumberAttributeConstraints": { "MinValue": "18" } },
        { "Name": "birthdate" },
    ]);
    let lab = Lab::with(json!({ "Schema": schema }), json!({})).await;
    let good = json!([{ "Name": "name", "Value": "A" }, { "Name": "email", "Value": "a@example.com" }]);
    let input = |password: &str, more: serde_json::Value| {
        let mut list = good.clone();
        list.as_array_mut().unwrap().extend(more.as_array().unwrap().clone());
        lab.about("alice", json!({ "Password": password, "UserAttributes": list }))
    };
    let one = |name: &str, value: &str| json!([{ "Name": name, "Value": value }]);
    let schema = "InvalidParameterException: Attributes did not conform to the schema: ";
    let cases = [
        (
            input("short", json!([])),
            "InvalidPasswordException: Password did not conform with policy: Password not long enough".to_owned(),
        ),
        (
            input("passw0rd!", json!([])),
            "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters"
                .to_owned(),
        ),
        (
            input(PASSWORD, one("custom:no", "x")),
            format!("{schema}custom:no: Attribute does not exist in the schema.\n"),
        ),
        (input(PASSWORD, one("custom:age", "17")), format!("{schema}custom:age: Number is out of range or malformed")),
        (
            input(PASSWORD, one("birthdate", "1.1.70")),
            format!("{schema}birthdate: String must be between 10 and 10 characters"),
        ),
        (
            input(PASSWORD, one("email", "nobody")),
            "InvalidParameterException: Invalid email address format.".to_owned(),
        ),
        (
            input(PASSWORD, one("phone_number", "555")),
            "InvalidParameterException: Invalid phone number format.".to_owned(),
        ),
        (
            input(PASSWORD, one("sub", "x")),
            "NotAuthorizedException: A client attempted to write unauthorized attribute".to_owned(),
        ),
        (
            lab.about("alice", json!({ "Password": PASSWORD })),
            format!(
                "{schema}name.formatted: The attribute name.formatted is required\nemail: The attribute is required"
            ),
        ),
        (lab.about("alice", json!({})), "InvalidParameterException: Missing required parameter PASSWORD".to_owned()),
    ];
    for (input, expected) in cases {
        assert_eq!(lab.refused("SignUp", input).await, expected);
    }
    lab.ok("SignUp", input(PASSWORD, one("custom:age", "18"))).await;
    assert_eq!(lab.refused("SignUp", input(PASSWORD, json!([]))).await, "UsernameExistsException: User already exists");
}

#[tokio::test]
async fn attack_95_nobody_verifies_themselves_at_sign_up() {
    let lab = Lab::new().await;
    for flag in ["email_verified", "phone_number_verified"] {
        let list = json!([{ "Name": "email", "Value": "a@example.com" }, { "Name": flag, "Value": "true" }]);
        let input = lab.about("alice", json!({ "Password": PASSWORD, "UserAttributes": list }));
        assert_eq!(
            lab.refused("SignUp", input).await,
            "NotAuthorizedException: A client attempted to write unauthorized attribute"
        );
    }
}

#[tokio::test]
async fn a_pool_for_administrators_takes_nobody_in() {
    let lab = Lab::with(json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } }), json!({})).await;
    assert_eq!(
        lab.refused("SignUp", lab.about("alice", json!({ "Password": PASSWORD }))).await,
        "NotAuthorizedException: SignUp is not permitted for this user pool"
    );
}

#[tokio::test]
async fn without_an_attribute_to_verify_no_code_is_sent() {
    let lab = Lab::with(json!({}), json!({})).await;
    let answer = lab.sign_up("alice").await;
    assert!(answer.get("CodeDeliveryDetails").is_none(), "{answer}");
    assert_eq!(lab.messages(), 0);
    assert_eq!(
        lab.refused("ResendConfirmationCode", lab.about("alice", json!({}))).await,
        "InvalidParameterException: Cannot resend codes. Auto verification not turned on."
    );
    lab.admin("AdminConfirmSignUp", "alice", json!({})).await;
    lab.sign_in("alice", PASSWORD).await;
    assert_eq!(
        lab.admin_refused("AdminConfirmSignUp", "alice", json!({})).await,
        "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED"
    );
}

#[tokio::test]
async fn a_new_code_ends_the_old_one() {
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    let old = lab.code();
    let answer = lab.ok("ResendConfirmationCode", lab.about("alice", json!({}))).await;
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "a***@e***");
    assert_ne!(lab.code(), old);
    assert_eq!(lab.refused("ConfirmSignUp", confirmation(&lab, "alice", &old)).await, MISMATCH);
    lab.ok("ConfirmSignUp", confirmation(&lab, "alice", &lab.code())).await;
    assert_eq!(
        lab.refused("ResendConfirmationCode", lab.about("alice", json!({}))).await,
        "InvalidParameterException: User is already confirmed."
    );
}

#[tokio::test]
async fn a_code_lives_for_a_day() {
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    lab.advance_s(86_400);
    assert_eq!(lab.refused("ConfirmSignUp", confirmation(&lab, "alice", &lab.code())).await, EXPIRED);
}

#[tokio::test]
async fn attack_90_a_code_survives_five_wrong_tries() {
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    let code = lab.code();
    for _ in 0..5 {
        assert_eq!(lab.refused("ConfirmSignUp", confirmation(&lab, "alice", &wrong(&code))).await, MISMATCH);
    }
    assert_eq!(lab.refused("ConfirmSignUp", confirmation(&lab, "alice", &code)).await, LIMIT);
    lab.ok("ResendConfirmationCode", lab.about("alice", json!({}))).await;
    lab.ok("ConfirmSignUp", confirmation(&lab, "alice", &lab.code())).await;
}

#[tokio::test]
pub async fn attack_90_new_codes_do_not_buy_endless_tries() {
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    for _ in 0..5 {
        lab.ok("ResendConfirmationCode", lab.about("alice", json!({}))).await;
    }
    assert_eq!(lab.refused("ResendConfirmationCode", lab.about("alice", json!({}))).await, LIMIT);
    let mut judged = 0;
    for _ in 0..30 {
        let refused = lab.refused("ConfirmSignUp", confirmation(&lab, "alice", &wrong(&lab.code()))).await;
        judged += usize::from(refused == MISMATCH);
    }
    assert_eq!(judged, 5);
    lab.advance_s(3600);
    lab.ok("ResendConfirmationCode", lab.about("alice", json!({}))).await;
    lab.ok("ConfirmSignUp", confirmation(&lab, "alice", &lab.code())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_90_parallel_guesses_are_counted_before_they_are_judged() {
    let lab = Lab::new().await;
    for round in 0..ROUNDS {
        let name = format!("user{round}");
        lab.sign_up(&name).await;
        let guess = confirmation(&lab, &name, &wrong(&lab.code()));
        let outcomes = lab.at_once(32, "ConfirmSignUp", &guess).await;
        let judged = outcomes.iter().filter(|o| o.as_ref().is_err_and(|e| e.code == "CodeMismatchException")).count();
        assert!((1..=5).contains(&judged), "round {round}: {judged}");
        assert!(outcomes.iter().all(Result::is_err));
        lab.advance_s(3600);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_32_confirmations_at_once_one_succeeds() {
    let lab = Lab::new().await;
    for round in 0..10 {
        let name = format!("user{round}");
        lab.sign_up(&name).await;
        let outcomes = lab.at_once(32, "ConfirmSignUp", &confirmation(&lab, &name, &lab.code())).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
    }
}

#[tokio::test]
pub async fn attack_91_a_code_is_good_for_its_purpose_alone() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let signed_in = lab.sign_in("alice", PASSWORD).await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let reset = lab.code();
    let verify = |code: &str| json!({ "AccessToken": signed_in.access, "AttributeName": "email", "Code": code });
    assert_eq!(lab.refused("VerifyUserAttribute", verify(&reset)).await, EXPIRED);
    let ask = json!({ "AccessToken": signed_in.access, "AttributeName": "email" });
    lab.ok("GetUserAttributeVerificationCode", ask).await;
    assert_eq!(lab.refused("VerifyUserAttribute", verify(&reset)).await, MISMATCH);
    let attribute = lab.code();
    let input = lab.about("alice", json!({ "ConfirmationCode": attribute, "Password": OTHER }));
    assert_eq!(lab.refused("ConfirmForgotPassword", input).await, MISMATCH);
    lab.sign_up("bob").await;
    let sign_up = lab.code();
    let input = lab.about("bob", json!({ "ConfirmationCode": sign_up, "Password": OTHER }));
    assert_eq!(lab.refused("ConfirmForgotPassword", input).await, EXPIRED);
}

#[tokio::test]
async fn attack_92_a_code_is_good_for_its_user_alone_and_once() {
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    let alices = lab.code();
    lab.sign_up("bob").await;
    assert_eq!(lab.refused("ConfirmSignUp", confirmation(&lab, "bob", &alices)).await, MISMATCH);
    lab.user("carol").await;
    lab.ok("ForgotPassword", lab.about("carol", json!({}))).await;
    let input = lab.about("carol", json!({ "ConfirmationCode": lab.code(), "Password": OTHER }));
    lab.ok("ConfirmForgotPassword", input.clone()).await;
    assert_eq!(lab.refused("ConfirmForgotPassword", input).await, EXPIRED);
}

#[tokio::test]
async fn attack_92_a_code_of_a_deleted_user_is_nobodys() {
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    let code = lab.code();
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    lab.sign_up("alice").await;
    assert_eq!(lab.refused("ConfirmSignUp", confirmation(&lab, "alice", &code)).await, MISMATCH);
}

#[tokio::test]
pub async fn an_alias_is_taken_at_confirmation_and_moves_only_by_force() {
    let pool = json!({ "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"] });
    let lab = Lab::with(pool, json!({})).await;
    let sign_up = |name: &str| {
        let list = json!([{ "Name": "email", "Value": "shared@example.com" }]);
        lab.about(name, json!({ "Password": PASSWORD, "UserAttributes": list }))
    };
    lab.ok("SignUp", sign_up("alice")).await;
    lab.ok("ConfirmSignUp", confirmation(&lab, "alice", &lab.code())).await;
    lab.ok("SignUp", sign_up("bob")).await;
    assert_eq!(
        lab.refused("ConfirmSignUp", confirmation(&lab, "bob", &lab.code())).await,
        "AliasExistsException: An account with the given email already exists."
    );
    let mut force = confirmation(&lab, "bob", &lab.code());
    force["ForceAliasCreation"] = json!(true);
    lab.ok("ConfirmSignUp", force).await;
    let claims = super::claims(&lab.sign_in("shared@example.com", PASSWORD).await.access);
    assert_eq!(claims["username"], "bob");
    let alice = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!(attributes(&alice)["email_verified"], "false");
    assert_eq!(
        lab.refused("SignUp", lab.about("x@example.com", json!({ "Password": PASSWORD }))).await,
        "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias."
    );
}

#[tokio::test]
async fn attack_86_a_username_is_never_another_users_sub_or_alias() {
    let lab = Lab::with(json!({ "AliasAttributes": ["preferred_username"] }), json!({})).await;
    lab.user("alice").await;
    let sub = attributes(&lab.admin("AdminGetUser", "alice", json!({})).await)["sub"].clone();
    let alias = json!([{ "Name": "preferred_username", "Value": "ally" }]);
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": alias })).await;
    for name in [sub.as_str(), "Ally", "ALICE"] {
        let input = lab.about(name, json!({ "Password": PASSWORD }));
        assert_eq!(lab.refused("SignUp", input).await, "UsernameExistsException: User already exists", "{name}");
    }
    lab.user("bob").await;
    for value in ["ally", "alice"] {
        let alias = json!([{ "Name": "preferred_username", "Value": value }]);
        assert_eq!(
            lab.admin_refused("AdminUpdateUserAttributes", "bob", json!({ "UserAttributes": alias })).await,
            "AliasExistsException: An account with the given preferred_username already exists."
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_32_sign_ups_of_one_address_at_once_one_succeeds() {
    let lab = Lab::with(json!({ "UsernameAttributes": ["email"] }), json!({ "ExplicitAuthFlows": flows() })).await;
    for round in 0..10 {
        let input = lab.about(&format!("a{round}@example.com"), json!({ "Password": PASSWORD }));
        let outcomes = lab.at_once(32, "SignUp", &input).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
        for error in outcomes.into_iter().filter_map(Result::err) {
            assert_eq!(error.to_string(), "UsernameExistsException: An account with the given email already exists.");
        }
    }
}

#[tokio::test]
async fn the_form_of_a_username_is_the_pools() {
    let phone = "Username should be a phone number.";
    let either = "Username should be either an email or a phone number.";
    let alias = "Username cannot be of phone number format, since user pool is configured for phone number alias.";
    for (pool, name, expected) in [
        (json!({ "UsernameAttributes": ["phone_number"] }), "a@example.com", phone),
        (json!({ "UsernameAttributes": ["phone_number", "email"] }), "alice", either),
        (json!({ "AliasAttributes": ["phone_number"] }), "+15551234567", alias),
    ] {
        let lab = Lab::with(pool, json!({})).await;
        let refused = lab.refused("SignUp", lab.about(name, json!({ "Password": PASSWORD }))).await;
        assert_eq!(refused, format!("InvalidParameterException: {expected}"));
    }
    let lab = Lab::with(json!({ "UsernameAttributes": ["phone_number"] }), json!({})).await;
    let good = lab.about("+15551234567", json!({ "Password": PASSWORD }));
    lab.ok("SignUp", good.clone()).await;
    assert_eq!(
        lab.refused("SignUp", good).await,
        "UsernameExistsException: An account with the given phone_number already exists."
    );
    let email = Lab::with(json!({ "UsernameAttributes": ["email"] }), json!({})).await;
    let other = json!([{ "Name": "email", "Value": "b@example.com" }]);
    let input = email.about("a@example.com", json!({ "Password": PASSWORD, "UserAttributes": other }));
    assert!(email.refused("SignUp", input).await.starts_with("InvalidParameterException"));
}

#[tokio::test]
pub async fn attack_86_a_preferred_username_is_nobody_elses_address() {
    let lab = Lab::with(json!({ "AliasAttributes": ["email", "preferred_username"] }), json!({})).await;
    lab.user("alice").await;
    lab.user("bob").await;
    for value in ["alice@example.com", "ALICE@example.com"] {
        let list = json!([{ "Name": "preferred_username", "Value": value }]);
        assert_eq!(
            lab.admin_refused("AdminUpdateUserAttributes", "bob", json!({ "UserAttributes": list })).await,
            "AliasExistsException: An account with the given preferred_username already exists.",
            "{value}"
        );
    }
}

/// Both had looked before the other wrote: the store decides.
#[tokio::test]
async fn attack_85_of_a_username_and_an_alias_alike_the_store_takes_one() {
    use crate::table::user;
    let lab = Lab::with(json!({ "AliasAttributes": ["preferred_username"] }), json!({})).await;
    lab.user("bob").await;
    let (service, store) = (&lab.world.service, &lab.world.store);
    let pool = service.any_pool(&lab.pool).await.unwrap();
    let bob = user::by_username(store, &pool, "bob").await.unwrap().unwrap();
    let stranger = |name: &str| {
        let mut user = bob.value.clone();
        (user.username, user.sub) = (name.to_owned(), format!("sub-of-{name}"));
        user.attributes.clear();
        user
    };
    let mut preferred = bob.value.clone();
    preferred.attributes.insert("preferred_username".to_owned(), "Carol".to_owned());
    let mut tx = store::Tx::new();
    user::update(&mut tx, &pool, &bob, &preferred).unwrap();
    store.commit(tx).await.unwrap();
    let mut tx = store::Tx::new();
    user::insert(&mut tx, &pool, &stranger("carol")).unwrap();
    assert!(matches!(store.commit(tx).await, Err(store::StoreError::Conflict)), "the alias was first");
    let mut tx = store::Tx::new();
    user::insert(&mut tx, &pool, &stranger("dave")).unwrap();
    store.commit(tx).await.unwrap();
    let bob = user::by_username(store, &pool, "bob").await.unwrap().unwrap();
    preferred.attributes.insert("preferred_username".to_owned(), "dave".to_owned());
    let mut tx = store::Tx::new();
    user::update(&mut tx, &pool, &bob, &preferred).unwrap();
    assert!(matches!(store.commit(tx).await, Err(store::StoreError::Conflict)), "the username was first");
    let own = json!([{ "Name": "preferred_username", "Value": "Bob" }]);
    lab.admin("AdminUpdateUserAttributes", "bob", json!({ "UserAttributes": own })).await;
    lab.admin("AdminDeleteUserAttributes", "bob", json!({ "UserAttributeNames": ["preferred_username"] })).await;
    lab.admin("AdminDeleteUser", "bob", json!({})).await;
    lab.user("bob").await;
}

#[tokio::test]
async fn a_preferred_username_that_signs_in_is_chosen_after_confirmation() {
    let lab = Lab::with(json!({ "AliasAttributes": ["preferred_username"] }), json!({})).await;
    let list = json!([{ "Name": "preferred_username", "Value": "ally" }]);
    let input = lab.about("alice", json!({ "Password": PASSWORD, "UserAttributes": list }));
    assert_eq!(
        lab.refused("SignUp", input).await,
        "InvalidParameterException: User attribute preferred_username can only be set after the user is confirmed."
    );
}

#[tokio::test]
async fn a_phone_gets_the_code_before_the_mailbox() {
    let lab = Lab::with(json!({ "AutoVerifiedAttributes": ["email", "phone_number"] }), json!({})).await;
    let list =
        json!([{ "Name": "email", "Value": "a@example.com" }, { "Name": "phone_number", "Value": "+15551234567" }]);
    let input = lab.about("alice", json!({ "Password": PASSWORD, "UserAttributes": list }));
    let answer = lab.ok("SignUp", input).await;
    let delivery = json!({ "AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+*******4567" });
    assert_eq!(answer["CodeDeliveryDetails"], delivery);
    lab.ok("ConfirmSignUp", confirmation(&lab, "alice", &lab.code())).await;
    let user = attributes(&lab.admin("AdminGetUser", "alice", json!({})).await);
    assert_eq!((user["phone_number_verified"].as_str(), user["email_verified"].as_str()), ("true", "false"));
}

#[tokio::test]
async fn a_value_keeps_the_bounds_of_its_attribute() {
    let schema = json!([
        { "Name": "code", "AttributeDataType": "String", "Mutable": true,
            "StringAttributeConstraints": { "MinLength": "2", "MaxLength": "4" } },
        { "Name": "age", "AttributeDataType": "Number", "Mutable": true,
            "NumberAttributeConstraints": { "MinValue": "18", "MaxValue": "99" } },
    ]);
    let lab = Lab::with(json!({ "Schema": schema }), json!({})).await;
    let sign_up = |name: String, attribute: &str, value: &str| {
        let attributes = json!([{ "Name": format!("custom:{attribute}"), "Value": value }]);
        lab.about(&name, json!({ "Password": PASSWORD, "UserAttributes": attributes }))
    };
    for (at, (attribute, value)) in [("code", "ab"), ("code", "äöüß"), ("age", "18"), ("age", "99")].iter().enumerate()
    {
        lab.ok("SignUp", sign_up(format!("user{at}"), attribute, value)).await;
    }
    for (attribute, value) in [("code", "a"), ("code", "abcde"), ("age", "17"), ("age", "100"), ("age", "old")] {
        let refused = lab.refused("SignUp", sign_up("nobody".to_owned(), attribute, value)).await;
        let expected =
            format!("InvalidParameterException: Attributes did not conform to the schema: custom:{attribute}");
        assert!(refused.starts_with(&expected), "{value}: {refused}");
    }
}

#[tokio::test]
async fn a_new_password_keeps_each_rule_of_the_policy() {
    for (rule, breaks, keeps) in [
        (json!({ "MinimumLength": 10 }), "aaaaaaaaa", "aaaaaaaaaa"),
        (json!({ "MinimumLength": 6, "RequireUppercase": true }), "aaaaaa", "aaaaaA"),
        (json!({ "MinimumLength": 6, "RequireLowercase": true }), "AAAAAA", "AAAAAa"),
        (json!({ "MinimumLength": 6, "RequireNumbers": true }), "aaaaaa", "aaaaa1"),
        (json!({ "MinimumLength": 6, "RequireSymbols": true }), "aaaaaa", "aaaaa!"),
    ] {
        let lab = Lab::with(json!({ "Policies": { "PasswordPolicy": rule } }), json!({})).await;
        let refused = lab.refused("SignUp", lab.about("alice", json!({ "Password": breaks }))).await;
        assert!(refused.starts_with("InvalidPasswordException: "), "{refused}");
        lab.ok("SignUp", lab.about("alice", json!({ "Password": keeps }))).await;
    }
}

#[tokio::test]
async fn a_temporary_password_lives_as_long_as_either_setting_says() {
    let newer = json!({ "Policies": { "PasswordPolicy": { "MinimumLength": 8, "TemporaryPasswordValidityDays": 2 } } });
    let older = json!({ "AdminCreateUserConfig": { "UnusedAccountValidityDays": 2 } });
    for pool in [newer, older] {
        let lab = Lab::with(pool, json!({})).await;
        lab.admin("AdminCreateUser", "alice", json!({ "TemporaryPassword": PASSWORD })).await;
        lab.advance_s(2 * 86_400 - 1);
        let asked = lab.ok("InitiateAuth", lab.login("alice", PASSWORD)).await;
        assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
        lab.advance_s(1);
        let refused = lab.sign_in_refused("alice", PASSWORD).await;
        assert!(refused.starts_with("NotAuthorizedException: Temporary password has expired"), "{refused}");
    }
}
