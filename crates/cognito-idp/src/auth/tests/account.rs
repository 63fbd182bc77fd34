use serde_json::json;

use super::{Lab, OTHER, PASSWORD, attributes, claims};

fn one(name: &str, value: &str) -> serde_json::Value {
    json!([{ "Name": name, "Value": value }])
}

#[tokio::test]
async fn users_are_made_read_and_removed() {
    let lab = Lab::new().await;
    let made = lab.admin("AdminCreateUser", "alice", json!({ "UserAttributes": one("email", "a@example.com") })).await;
    let user = &made["User"];
    assert_eq!((&user["Username"], &user["UserStatus"]), (&json!("alice"), &json!("FORCE_CHANGE_PASSWORD")));
    assert_eq!((&user["Enabled"], &user["UserCreateDate"]), (&json!(true), &json!(1_767_323_045)));
    assert_eq!(user["Attributes"][0]["Name"], "sub");
    let got = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!(got["UserAttributes"], user["Attributes"]);
    assert!(got.get("UserMFASettingList").is_none());
    let count = lab.ok("DescribeUserPool", json!({ "UserPoolId": lab.pool })).await;
    assert_eq!(count["UserPool"]["EstimatedNumberOfUsers"], 1);
    assert_eq!(
        lab.admin_refused("AdminCreateUser", "Alice", json!({})).await,
        "UsernameExistsException: User already exists"
    );
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    let count = lab.ok("DescribeUserPool", json!({ "UserPoolId": lab.pool })).await;
    assert_eq!(count["UserPool"]["EstimatedNumberOfUsers"], 0);
}

#[tokio::test]
pub async fn every_operation_on_a_user_names_unknown_users_and_pools() {
    let lab = Lab::new().await;
    for operation in [
        "AdminGetUser",
        "AdminDeleteUser",
        "AdminSetUserPassword",
        "AdminConfirmSignUp",
        "AdminEnableUser",
        "AdminDisableUser",
        "AdminResetUserPassword",
        "AdminUpdateUserAttributes",
        "AdminDeleteUserAttributes",
        "AdminUserGlobalSignOut",
    ] {
        let input = json!({ "Password": PASSWORD, "UserAttributes": [], "UserAttributeNames": [] });
        assert_eq!(
            lab.admin_refused(operation, "nobody", input.clone()).await,
            "UserNotFoundException: User does not exist.",
            "{operation}"
        );
        let mut elsewhere = input;
        elsewhere["UserPoolId"] = json!("eu-west-1_nosuchpool");
        elsewhere["Username"] = json!("nobody");
        assert_eq!(
            lab.refused(operation, elsewhere).await,
            "ResourceNotFoundException: User pool eu-west-1_nosuchpool does not exist.",
            "{operation}"
        );
    }
    let resend = lab.admin_refused("AdminCreateUser", "nobody", json!({ "MessageAction": "RESEND" })).await;
    assert_eq!(resend, "UserNotFoundException: User does not exist.");
}

#[tokio::test]
pub async fn an_invitation_is_sent_renewed_or_suppressed() {
    let lab = Lab::new().await;
    let input = json!({ "UserAttributes": one("email", "a@example.com") });
    lab.admin("AdminCreateUser", "alice", input).await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!((message.subject.as_str(), message.to.as_str()), ("Your temporary password", "a@example.com"));
    let first = lab.code();
    assert_eq!(message.body, format!("Your username is alice and temporary password is {first}. "));
    lab.ok("InitiateAuth", lab.login("alice", &first)).await;
    lab.admin("AdminCreateUser", "alice", json!({ "MessageAction": "RESEND" })).await;
    assert!(lab.sign_in_refused("alice", &first).await.contains("Incorrect"));
    lab.ok("InitiateAuth", lab.login("alice", &lab.code())).await;
    let sent = lab.messages();
    lab.user("bob").await;
    assert_eq!(lab.messages(), sent, "suppressed");
    assert_eq!(
        lab.admin_refused("AdminCreateUser", "bob", json!({ "MessageAction": "RESEND" })).await,
        "UnsupportedUserStateException: Resend not possible. bob status is not FORCE_CHANGE_PASSWORD"
    );
    let both =
        json!([{ "Name": "email", "Value": "c@example.com" }, { "Name": "phone_number", "Value": "+15551234567" }]);
    let input = json!({ "UserAttributes": both, "DesiredDeliveryMediums": ["EMAIL", "SMS"] });
    lab.admin("AdminCreateUser", "carol", input).await;
    assert_eq!(lab.messages(), sent + 2);
}

#[tokio::test]
pub async fn what_admin_create_user_refuses() {
    let lab = Lab::with(json!({ "AliasAttributes": ["email"] }), json!({})).await;
    lab.user("alice").await;
    let taken =
        json!([{ "Name": "email", "Value": "ALICE@example.com" }, { "Name": "email_verified", "Value": "true" }]);
    let cases = [
        (
            json!({ "TemporaryPassword": "short" }),
            "InvalidPasswordException: Password did not conform with password policy: Password not long enough",
        ),
        (
            json!({ "UserAttributes": one("custom:no", "x") }),
            "InvalidParameterException: Attributes did not conform to the schema: Type for attribute {custom:no} could \
             not be determined",
        ),
        (
            json!({ "UserAttributes": one("email_verified", "true") }),
            "InvalidParameterException: Email is required to verify/un-verify an email",
        ),
        (
            json!({ "UserAttributes": one("phone_number_verified", "true") }),
            "InvalidParameterException: Phone Number is required to verify/un-verify a phone number",
        ),
        (
            json!({ "UserAttributes": one("sub", "x") }),
            "InvalidParameterException: Cannot modify the non-mutable attribute sub",
        ),
        (json!({ "UserAttributes": taken }), "AliasExistsException: An account with the given email already exists."),
    ];
    for (input, expected) in cases {
        assert_eq!(lab.admin_refused("AdminCreateUser", "bob", input).await, expected);
    }
    lab.admin("AdminCreateUser", "bob", json!({ "UserAttributes": taken, "ForceAliasCreation": true })).await;
    let alice = attributes(&lab.admin("AdminGetUser", "alice", json!({})).await);
    assert_eq!(alice["email_verified"], "false");
    assert_eq!(lab.admin("AdminGetUser", "alice@example.com", json!({})).await["Username"], "bob");
}

#[tokio::test]
async fn a_new_address_is_unverified_and_gets_a_code() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let change = json!({ "AccessToken": access, "UserAttributes": one("email", "new@example.com") });
    let answer = lab.ok("UpdateUserAttributes", change.clone()).await;
    let delivery = json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***" });
    assert_eq!(answer, json!({ "CodeDeliveryDetailsList": [delivery] }));
    let user = attributes(&lab.get_user(&access).await);
    assert_eq!((user["email"].as_str(), user["email_verified"].as_str()), ("new@example.com", "false"));
    let verify = json!({ "AccessToken": access, "AttributeName": "email", "Code": lab.code() });
    lab.ok("VerifyUserAttribute", verify).await;
    assert_eq!(attributes(&lab.get_user(&access).await)["email_verified"], "true");
    assert_eq!(lab.ok("UpdateUserAttributes", change).await, json!({ "CodeDeliveryDetailsList": [] }));
    assert_eq!(attributes(&lab.get_user(&access).await)["email_verified"], "true", "the same address stays proven");
}

#[tokio::test]
async fn a_code_to_a_former_address_proves_nothing_and_says_so() {
    let lab = Lab::with(json!({}), json!({})).await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let ask = json!({ "AccessToken": access, "AttributeName": "email" });
    lab.ok("GetUserAttributeVerificationCode", ask).await;
    let change = json!({ "AccessToken": access, "UserAttributes": one("email", "new@example.com") });
    lab.ok("UpdateUserAttributes", change).await;
    let verify = json!({ "AccessToken": access, "AttributeName": "email", "Code": lab.code() });
    assert_eq!(
        lab.refused("VerifyUserAttribute", verify).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );
    assert_eq!(attributes(&lab.get_user(&access).await)["email_verified"], "false");
}

#[tokio::test]
async fn attack_96_an_address_that_must_be_proven_first_waits_aside() {
    let pool = json!({
        "AutoVerifiedAttributes": ["email"], "AliasAttributes": ["email"],
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
    });
    let lab = Lab::with(pool, json!({})).await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let change = json!({ "AccessToken": access, "UserAttributes": one("email", "new@example.com") });
    lab.ok("UpdateUserAttributes", change).await;
    let user = attributes(&lab.get_user(&access).await);
    assert_eq!((user["email"].as_str(), user["email_verified"].as_str()), ("alice@example.com", "true"));
    lab.sign_in("alice@example.com", PASSWORD).await;
    let verify = json!({ "AccessToken": access, "AttributeName": "email", "Code": lab.code() });
    lab.ok("VerifyUserAttribute", verify).await;
    lab.sign_in("new@example.com", PASSWORD).await;
    assert!(lab.sign_in_refused("alice@example.com", PASSWORD).await.starts_with("UserNotFoundException"));
}

#[tokio::test]
async fn attack_95_nobody_verifies_themselves_by_an_update() {
    let lab = Lab::with(json!({}), json!({})).await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let unauthorized = "NotAuthorizedException: A client attempted to write unauthorized attribute";
    for flag in ["email_verified", "phone_number_verified"] {
        let change = json!({ "AccessToken": access, "UserAttributes": one(flag, "true") });
        assert_eq!(lab.refused("UpdateUserAttributes", change).await, unauthorized);
        let delete = json!({ "AccessToken": access, "UserAttributeNames": [flag] });
        assert_eq!(lab.refused("DeleteUserAttributes", delete).await, unauthorized);
    }
}

#[tokio::test]
async fn what_updates_and_deletions_refuse() {
    let schema = json!([
        { "Name": "email", "Required": true },
        { "Name": "fixed", "AttributeDataType": "String", "Mutable": false },
        { "Name": "level", "AttributeDataType": "Number" },
    ]);
    let client = json!({ "WriteAttributes": ["email", "name", "custom:level"] });
    let lab = Lab::with(json!({ "Schema": schema }), client).await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let unauthorized = "NotAuthorizedException: A client attempted to write unauthorized attribute";
    let update = |name: &str, value: &str| json!({ "AccessToken": access, "UserAttributes": one(name, value) });
    for (name, value, expected) in [
        ("family_name", "x", unauthorized),
        ("custom:fixed", "x", unauthorized),
        ("sub", "x", "InvalidParameterException: Cannot modify the non-mutable attribute sub"),
        (
            "email",
            "",
            "InvalidParameterException: Invalid user attributes: email: Required attribute cannot be deleted. ",
        ),
        ("email", "x", "InvalidParameterException: Invalid email address format."),
        (
            "custom:level",
            "many",
            "InvalidParameterException: Attributes did not conform to the schema: custom:level: Number is out of range \
             or malformed",
        ),
    ] {
        assert_eq!(lab.refused("UpdateUserAttributes", update(name, value)).await, expected, "{name}");
    }
    let admin = json!({ "UserAttributes": one("custom:fixed", "x") });
    assert_eq!(
        lab.admin_refused("AdminUpdateUserAttributes", "alice", admin).await,
        "InvalidParameterException: user.custom:fixed: Attribute cannot be updated."
    );
    lab.ok("UpdateUserAttributes", update("custom:level", "3")).await;
    let delete = |name: &str| json!({ "AccessToken": access, "UserAttributeNames": [name] });
    lab.ok("DeleteUserAttributes", delete("custom:level")).await;
    assert_eq!(
        lab.refused("DeleteUserAttributes", delete("email")).await,
        "InvalidParameterException: Invalid user attributes: email: Required attribute cannot be deleted. "
    );
    assert_eq!(lab.refused("DeleteUserAttributes", delete("family_name")).await, unauthorized);
    let admin = json!({ "UserAttributeNames": ["sub"] });
    assert!(lab.admin_refused("AdminDeleteUserAttributes", "alice", admin).await.contains("non-mutable"));
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": one("family_name", "A") })).await;
    lab.admin("AdminDeleteUserAttributes", "alice", json!({ "UserAttributeNames": ["family_name"] })).await;
    assert!(!attributes(&lab.admin("AdminGetUser", "alice", json!({})).await).contains_key("family_name"));
}

#[tokio::test]
pub async fn codes_for_addresses_are_asked_for_within_limits() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let ask = |name: &str| json!({ "AccessToken": access, "AttributeName": name });
    let unknown = "InvalidParameterException: Invalid attribute name. Only phone_number and email can be verified.";
    assert_eq!(lab.refused("GetUserAttributeVerificationCode", ask("name")).await, unknown);
    let verify = |name: &str, code: &str| json!({ "AccessToken": access, "AttributeName": name, "Code": code });
    assert_eq!(lab.refused("VerifyUserAttribute", verify("name", "123456")).await, unknown);
    assert!(lab.refused("GetUserAttributeVerificationCode", ask("phone_number")).await.starts_with("InvalidParameter"));
    for _ in 0..4 {
        let answer = lab.ok("GetUserAttributeVerificationCode", ask("email")).await;
        assert_eq!(answer["CodeDeliveryDetails"]["AttributeName"], "email");
    }
    let limit = "LimitExceededException: Attempt limit exceeded, please try after some time.";
    assert_eq!(lab.refused("GetUserAttributeVerificationCode", ask("email")).await, limit);
    assert!(lab.refused("VerifyUserAttribute", verify("email", "abc")).await.starts_with("CodeMismatchException"));
    lab.ok("VerifyUserAttribute", verify("email", &lab.code())).await;
}

#[tokio::test]
async fn a_deleted_users_groups_and_names_are_free() {
    let lab = Lab::with(json!({ "AliasAttributes": ["email"] }), json!({})).await;
    lab.user("alice").await;
    lab.ok("CreateGroup", json!({ "UserPoolId": lab.pool, "GroupName": "staff" })).await;
    lab.admin("AdminAddUserToGroup", "alice", json!({ "GroupName": "staff" })).await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.ok("DeleteUser", json!({ "AccessToken": access })).await;
    lab.user("alice").await;
    let again = lab.sign_in("alice@example.com", PASSWORD).await;
    assert!(!claims(&again.access).contains_key("cognito:groups"));
    assert_eq!(lab.get_user_refused(&access).await, "UserNotFoundException: User does not exist.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_at_once_are_all_kept() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let input = |name: &str| json!({ "UserPoolId": lab.pool, "Username": "alice", "UserAttributes": one(name, "x") });
    let names = ["name", "nickname", "given_name", "family_name", "locale", "zoneinfo", "website", "profile"];
    let (a, b) = tokio::join!(
        async {
            for name in names.iter().take(4) {
                lab.ok("AdminUpdateUserAttributes", input(name)).await;
            }
        },
        async {
            for name in names.iter().skip(4) {
                lab.ok("AdminUpdateUserAttributes", input(name)).await;
            }
        }
    );
    let ((), ()) = (a, b);
    let user = attributes(&lab.admin("AdminGetUser", "alice", json!({})).await);
    assert!(names.iter().all(|name| user.contains_key(*name)), "{user:?}");
    assert_ne!(OTHER, PASSWORD);
}

#[tokio::test]
async fn attack_097_nobody_gives_themselves_rights_by_a_custom_attribute() {
    let schema = json!([
        { "Name": "role", "AttributeDataType": "String", "Mutable": true },
        { "Name": "rank", "AttributeDataType": "String", "Mutable": true, "DeveloperOnlyAttribute": true },
    ]);
    let lab = Lab::with(json!({ "Schema": schema }), json!({ "WriteAttributes": ["email", "name"] })).await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let unauthorized = "NotAuthorizedException: A client attempted to write unauthorized attribute";
    for name in ["custom:role", "dev:custom:rank", "cognito:groups"] {
        let update = json!({ "AccessToken": access, "UserAttributes": one(name, "admin") });
        let refused = lab.refused("UpdateUserAttributes", update).await;
        assert!(refused == unauthorized || refused.starts_with("InvalidParameterException"), "{name}: {refused}");
        let sign_up = lab.about("mallory", json!({ "Password": PASSWORD, "UserAttributes": one(name, "admin") }));
        let refused = lab.refused("SignUp", sign_up).await;
        assert!(refused == unauthorized || refused.starts_with("InvalidParameterException"), "{name}: {refused}");
    }
    let user = attributes(&lab.get_user(&access).await);
    assert!(user.keys().all(|name| !name.contains("custom:") && !name.contains("groups")), "{user:?}");
    assert!(lab.admin_refused("AdminGetUser", "mallory", json!({})).await.starts_with("UserNotFoundException"));
    // A client that names no attributes may write all but those that are the developer's.
    let open = Lab::with(json!({ "Schema": schema_of_rank() }), json!({})).await;
    open.user("alice").await;
    let access = open.sign_in("alice", PASSWORD).await.access;
    let update = json!({ "AccessToken": access, "UserAttributes": one("dev:custom:rank", "admin") });
    let refused = open.refused("UpdateUserAttributes", update).await;
    assert!(refused == unauthorized || refused.starts_with("InvalidParameterException"), "{refused}");
}

fn schema_of_rank() -> serde_json::Value {
    json!([{ "Name": "rank", "AttributeDataType": "String", "Mutable": true, "DeveloperOnlyAttribute": true }])
}
