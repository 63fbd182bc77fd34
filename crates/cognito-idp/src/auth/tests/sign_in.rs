use serde_json::{Value, json};

use super::{Lab, OTHER, PASSWORD, attributes, claims, flows, secret_hash, tokens};
use crate::testing::text;

async fn invited(lab: &Lab, name: &str) -> Value {
    let attributes = json!([{ "Name": "email", "Value": "test@example.com" }]);
    let input = json!({ "TemporaryPassword": PASSWORD, "UserAttributes": attributes });
    lab.admin("AdminCreateUser", name, input).await;
    lab.ok("InitiateAuth", lab.login(name, PASSWORD)).await
}

fn answer(lab: &Lab, challenge: &Value, name: &str, responses: Value) -> Value {
    let mut all = json!({ "USERNAME": name });
    all.as_object_mut().unwrap().extend(responses.as_object().unwrap().clone());
    json!({
        "ClientId": lab.client,
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": challenge["Session"],
        "ChallengeResponses": all,
    })
}

#[tokio::test]
async fn a_temporary_password_leads_to_a_new_one_and_then_to_tokens() {
    let lab = Lab::new().await;
    let challenge = invited(&lab, "alice").await;
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let parameters = &challenge["ChallengeParameters"];
    assert_eq!(parameters["USER_ID_FOR_SRP"], "alice");
    assert_eq!(parameters["requiredAttributes"], "[]");
    let shown: Value = serde_json::from_str(parameters["userAttributes"].as_str().unwrap()).unwrap();
    assert_eq!(shown, json!({ "email": "test@example.com", "email_verified": "false" }));
    let done =
        lab.ok("RespondToAuthChallenge", answer(&lab, &challenge, "alice", json!({ "NEW_PASSWORD": OTHER }))).await;
    assert_eq!(done["ChallengeParameters"], json!({}));
    assert_eq!(done["AuthenticationResult"]["TokenType"], "Bearer");
    assert_eq!(done["AuthenticationResult"]["ExpiresIn"], 3600);
    let user = lab.get_user(&tokens(&done).access).await;
    assert_eq!(user["Username"], "alice");
    assert_eq!(attributes(&user)["email"], "test@example.com");
    assert_eq!(lab.admin("AdminGetUser", "alice", json!({})).await["UserStatus"], "CONFIRMED");
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, "NotAuthorizedException: Incorrect username or password.");
    lab.sign_in("alice", OTHER).await;
}

#[tokio::test]
async fn missing_required_attributes_are_asked_for_and_demanded() {
    let schema = json!([{ "Name": "name", "Required": true }, { "Name": "email", "Required": true }]);
    let lab = Lab::with(json!({ "Schema": schema }), json!({})).await;
    let challenge = invited(&lab, "alice").await;
    assert_eq!(challenge["ChallengeParameters"]["requiredAttributes"], r#"["userAttributes.name"]"#);
    let refused = lab
        .refused("RespondToAuthChallenge", answer(&lab, &challenge, "alice", json!({ "NEW_PASSWORD": OTHER })))
        .await;
    assert_eq!(
        refused,
        "InvalidParameterException: Attributes did not conform to the schema: name.formatted: The attribute \
         name.formatted is required"
    );
    let responses = json!({ "NEW_PASSWORD": OTHER, "userAttributes.name": "Alice" });
    let done = lab.ok("RespondToAuthChallenge", answer(&lab, &challenge, "alice", responses)).await;
    assert_eq!(claims(&tokens(&done).id)["name"], "Alice");
}

#[tokio::test]
async fn attack_82_the_challenge_writes_no_attribute_beyond_the_clients_rights() {
    let schema = json!([{ "Name": "fixed", "AttributeDataType": "String", "Mutable": false }]);
    let client = json!({ "WriteAttributes": ["email", "name"] });
    let lab = Lab::with(json!({ "Schema": schema }), client).await;
    let challenge = invited(&lab, "alice").await;
    for (name, expected) in [
        ("email", "NotAuthorizedException: Cannot modify an already provided email"),
        ("email_verified", "NotAuthorizedException: Cannot modify an already provided email_verified"),
        ("phone_number_verified", "NotAuthorizedException: A client attempted to write unauthorized attribute"),
        ("custom:fixed", "NotAuthorizedException: A client attempted to write unauthorized attribute"),
        ("family_name", "NotAuthorizedException: A client attempted to write unauthorized attribute"),
        ("sub", "NotAuthorizedException: Cannot modify an already provided sub"),
    ] {
        let responses = json!({ "NEW_PASSWORD": OTHER, format!("userAttributes.{name}"): "x" });
        let refused = lab.refused("RespondToAuthChallenge", answer(&lab, &challenge, "alice", responses)).await;
        assert_eq!(refused, expected, "{name}");
    }
    let user = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(attributes(&user).len(), 3);
}

#[tokio::test]
async fn attack_82_an_immutable_attribute_is_not_set_later() {
    let schema = json!([{ "Name": "fixed", "AttributeDataType": "String", "Mutable": false }]);
    let lab = Lab::with(json!({ "Schema": schema }), json!({})).await;
    let challenge = invited(&lab, "alice").await;
    let responses = json!({ "NEW_PASSWORD": OTHER, "userAttributes.custom:fixed": "x" });
    let refused = lab.refused("RespondToAuthChallenge", answer(&lab, &challenge, "alice", responses)).await;
    assert_eq!(refused, "InvalidParameterException: user.custom:fixed: Attribute cannot be updated.");
}

#[tokio::test]
async fn attack_80_a_session_is_good_for_one_client_user_step_time_and_success() {
    let lab = Lab::new().await;
    let challenge = invited(&lab, "alice").await;
    let mut input = answer(&lab, &challenge, "alice", json!({ "NEW_PASSWORD": OTHER }));
    lab.admin("AdminCreateUser", "bob", json!({ "TemporaryPassword": PASSWORD })).await;
    let invalid = "NotAuthorizedException: Invalid session for the user.";
    let respond = "RespondToAuthChallenge";

    let other_client = lab.world.client(&lab.pool, json!({ "ExplicitAuthFlows": flows() })).await;
    let mut foreign = input.clone();
    foreign["ClientId"] = json!(other_client);
    assert_eq!(lab.refused(respond, foreign).await, invalid, "another client");

    let stranger = answer(&lab, &challenge, "bob", json!({ "NEW_PASSWORD": OTHER }));
    assert_eq!(lab.refused(respond, stranger).await, invalid, "another user");

    let mut tampered = input.clone();
    tampered["Session"] = json!(text(&challenge, "/Session").replace(['A', 'B', 'C'], "D"));
    assert_eq!(lab.refused(respond, tampered).await, invalid, "tampered");
    let mut none = input.clone();
    none.as_object_mut().unwrap().remove("Session");
    assert_eq!(lab.refused(respond, none).await, "InvalidParameterException: Missing required parameter Session");

    lab.advance_s(179);
    let lax = answer(&lab, &challenge, "alice", json!({ "NEW_PASSWORD": "short" }));
    let refused = lab.refused(respond, lax).await;
    assert_eq!(refused, "InvalidPasswordException: Password did not conform with policy: Password not long enough");
    lab.ok(respond, input.clone()).await;
    assert_eq!(
        lab.refused(respond, input.clone()).await,
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
    );
    lab.advance_s(1);
    assert_eq!(
        lab.refused(respond, input.clone()).await,
        "NotAuthorizedException: Invalid session for the user, session is expired."
    );
    input["ChallengeName"] = json!("SMS_MFA");
    assert_eq!(lab.refused(respond, input).await, invalid, "another step");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_80_of_32_answers_at_once_one_succeeds() {
    let lab = Lab::new().await;
    for round in 0..10 {
        let name = format!("user{round}");
        let challenge = invited(&lab, &name).await;
        let input = answer(&lab, &challenge, &name, json!({ "NEW_PASSWORD": OTHER }));
        let outcomes = lab.at_once(32, "RespondToAuthChallenge", &input).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
        for error in outcomes.into_iter().filter_map(Result::err) {
            assert!(error.message.starts_with("Invalid session for the user"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_session_dies_with_the_temporary_password_it_proved() {
    let lab = Lab::new().await;
    let challenge = invited(&lab, "alice").await;
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": OTHER })).await;
    let input = answer(&lab, &challenge, "alice", json!({ "NEW_PASSWORD": "M1ne-now!" }));
    assert_eq!(
        lab.refused("RespondToAuthChallenge", input).await,
        "NotAuthorizedException: Invalid session for the user."
    );
}

#[tokio::test]
async fn a_temporary_password_expires_and_can_be_renewed() {
    let lab = Lab::new().await;
    invited(&lab, "alice").await;
    lab.advance_s(7 * 86_400);
    let expired = "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.";
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, expired);
    lab.admin("AdminCreateUser", "alice", json!({ "MessageAction": "RESEND" })).await;
    let again = lab.ok("InitiateAuth", lab.login("alice", &lab.code())).await;
    assert_eq!(again["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

#[tokio::test]
async fn status_and_enabled_decide_after_the_password() {
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    assert_eq!(lab.sign_in_refused("alice", "wrong").await, "NotAuthorizedException: Incorrect username or password.");
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, "UserNotConfirmedException: User is not confirmed.");
    lab.user("bob").await;
    lab.admin("AdminResetUserPassword", "bob", json!({})).await;
    assert_eq!(
        lab.sign_in_refused("bob", PASSWORD).await,
        "PasswordResetRequiredException: Password reset required for the user"
    );
    lab.user("carol").await;
    lab.admin("AdminDisableUser", "carol", json!({})).await;
    for password in [PASSWORD, "wrong"] {
        assert_eq!(lab.sign_in_refused("carol", password).await, "NotAuthorizedException: User is disabled.");
    }
    lab.admin("AdminEnableUser", "carol", json!({})).await;
    lab.sign_in("carol", PASSWORD).await;
    assert_eq!(lab.sign_in_refused("nobody", PASSWORD).await, "UserNotFoundException: User does not exist.");
}

#[tokio::test]
async fn flows_are_those_the_client_allows() {
    let lab = Lab::with(json!({}), json!({ "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"] })).await;
    lab.user("alice").await;
    assert_eq!(
        lab.sign_in_refused("alice", PASSWORD).await,
        "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client"
    );
    assert_eq!(
        lab.refresh_refused("x").await,
        "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client"
    );
    let mut input = lab.login("alice", PASSWORD);
    input["AuthFlow"] = json!("ADMIN_USER_PASSWORD_AUTH");
    assert_eq!(
        lab.refused("InitiateAuth", input.clone()).await,
        "InvalidParameterException: Initiate Auth method not supported."
    );
    input["UserPoolId"] = json!(lab.pool);
    assert_eq!(
        lab.refused("AdminInitiateAuth", input).await,
        "InvalidParameterException: Auth flow not enabled for this client"
    );
}

#[tokio::test]
async fn administrators_sign_users_in_under_both_names_of_the_flow() {
    for (switch, flow) in
        [("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"), ("ADMIN_NO_SRP_AUTH", "ADMIN_NO_SRP_AUTH")]
    {
        let lab = Lab::with(json!({}), json!({ "ExplicitAuthFlows": [switch] })).await;
        lab.admin("AdminCreateUser", "alice", json!({ "TemporaryPassword": PASSWORD })).await;
        let mut input = lab.login("alice", PASSWORD);
        input["UserPoolId"] = json!(lab.pool);
        input["AuthFlow"] = json!(flow);
        let challenge = lab.ok("AdminInitiateAuth", input.clone()).await;
        let mut response = answer(&lab, &challenge, "alice", json!({ "NEW_PASSWORD": OTHER }));
        response["UserPoolId"] = json!(lab.pool);
        tokens(&lab.ok("AdminRespondToAuthChallenge", response).await);
        input["AuthParameters"]["PASSWORD"] = json!(OTHER);
        tokens(&lab.ok("AdminInitiateAuth", input).await);
    }
}

#[tokio::test]
async fn parameters_that_are_missing_are_named() {
    let lab = Lab::new().await;
    for (missing, parameters) in [("USERNAME", json!({ "PASSWORD": "x" })), ("PASSWORD", json!({ "USERNAME": "x" }))] {
        let input = json!({ "ClientId": lab.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        let expected = format!("InvalidParameterException: Missing required parameter {missing}");
        assert_eq!(lab.refused("InitiateAuth", input).await, expected);
    }
    let input = json!({ "ClientId": lab.client, "AuthFlow": "REFRESH_TOKEN", "AuthParameters": {} });
    assert_eq!(
        lab.refused("InitiateAuth", input).await,
        "InvalidParameterException: Missing required parameter REFRESH_TOKEN"
    );
    let challenge = invited(&lab, "alice").await;
    assert_eq!(
        lab.refused("RespondToAuthChallenge", answer(&lab, &challenge, "alice", json!({}))).await,
        "InvalidParameterException: Missing required parameter NEW_PASSWORD"
    );
    let unknown = json!({ "ClientId": "1example", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {} });
    assert_eq!(
        lab.refused("InitiateAuth", unknown).await,
        "ResourceNotFoundException: User pool client 1example does not exist."
    );
}

#[tokio::test]
pub async fn attack_28_a_client_with_a_secret_proves_it_for_the_right_name() {
    let lab = Lab::with(json!({}), json!({ "GenerateSecret": true })).await;
    let described = lab.ok("DescribeUserPoolClient", json!({ "UserPoolId": lab.pool, "ClientId": lab.client })).await;
    let secret = text(&described, "/UserPoolClient/ClientSecret");
    lab.user("alice").await;
    lab.user("bob").await;
    let mut input = lab.login("alice", PASSWORD);
    assert_eq!(
        lab.refused("InitiateAuth", input.clone()).await,
        format!("NotAuthorizedException: Client {} is configured for secret but secret was not received", lab.client)
    );
    let unable = format!("NotAuthorizedException: Unable to verify secret hash for client {}", lab.client);
    for wrong in [secret_hash(&secret, "bob", &lab.client), secret_hash("guess", "alice", &lab.client), "x".to_owned()]
    {
        input["AuthParameters"]["SECRET_HASH"] = json!(wrong);
        assert_eq!(lab.refused("InitiateAuth", input.clone()).await, unable);
    }
    let before = lab.evaluations();
    input["AuthParameters"]["SECRET_HASH"] = json!(secret_hash(&secret, "alice", &lab.client));
    let signed_in = tokens(&lab.ok("InitiateAuth", input).await);
    assert_eq!(lab.evaluations(), before + 1, "only the proven client reached the password");

    let mut refresh = lab.refresh_input(&signed_in.refresh);
    assert!(lab.refused("InitiateAuth", refresh.clone()).await.contains("secret was not received"));
    refresh["AuthParameters"]["SECRET_HASH"] = json!(secret_hash(&secret, "bob", &lab.client));
    assert_eq!(lab.refused("InitiateAuth", refresh.clone()).await, unable);
    refresh["AuthParameters"]["SECRET_HASH"] = json!(secret_hash(&secret, "alice", &lab.client));
    lab.ok("InitiateAuth", refresh).await;

    for operation in ["SignUp", "ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword"] {
        let input = lab.about("alice", json!({ "Password": PASSWORD, "ConfirmationCode": "123456" }));
        assert_eq!(lab.refused(operation, input.clone()).await, unable, "{operation}");
        let mut wrong = input;
        wrong["SecretHash"] = json!(secret_hash(&secret, "bob", &lab.client));
        assert_eq!(lab.refused(operation, wrong).await, unable, "{operation}");
    }
}

#[tokio::test]
async fn a_secret_hash_for_a_client_without_secret_is_refused() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let mut input = lab.login("alice", PASSWORD);
    input["AuthParameters"]["SECRET_HASH"] = json!(secret_hash("x", "alice", &lab.client));
    assert!(lab.refused("InitiateAuth", input).await.contains("Unable to verify secret hash"));
}

#[tokio::test]
pub async fn usernames_compare_without_case_unless_the_pool_says_so() {
    let lab = Lab::new().await;
    lab.user("Alice").await;
    let signed_in = lab.sign_in("aLICE", PASSWORD).await;
    assert_eq!(claims(&signed_in.access)["username"], "Alice");
    let exists = lab.admin_refused("AdminCreateUser", "ALICE", json!({})).await;
    assert_eq!(exists, "UsernameExistsException: User already exists");

    let strict = Lab::with(json!({ "UsernameConfiguration": { "CaseSensitive": true } }), json!({})).await;
    strict.user("Alice").await;
    assert_eq!(strict.sign_in_refused("alice", PASSWORD).await, "UserNotFoundException: User does not exist.");
    strict.user("alice").await;
}

#[tokio::test]
async fn an_alias_signs_in_once_it_is_verified() {
    let lab = Lab::with(json!({ "AliasAttributes": ["email", "preferred_username"] }), json!({})).await;
    lab.user("alice").await;
    let signed_in = lab.sign_in("Alice@Example.com", PASSWORD).await;
    assert_eq!(claims(&signed_in.access)["username"], "alice");
    let sub = text(&Value::from(claims(&signed_in.access)), "/sub");
    lab.sign_in(&sub, PASSWORD).await;
    let unverified = json!([{ "Name": "email_verified", "Value": "false" }]);
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": unverified })).await;
    assert!(lab.sign_in_refused("alice@example.com", PASSWORD).await.starts_with("UserNotFoundException"));
}

#[tokio::test]
async fn an_address_as_the_username_makes_the_sub_the_username() {
    let lab = Lab::with(json!({ "UsernameAttributes": ["email"] }), json!({})).await;
    lab.admin("AdminCreateUser", "a@example.com", json!({ "MessageAction": "SUPPRESS" })).await;
    let set = json!({ "Password": PASSWORD, "Permanent": true });
    lab.admin("AdminSetUserPassword", "a@example.com", set).await;
    let signed_in = lab.sign_in("a@example.com", PASSWORD).await;
    let claims = claims(&signed_in.id);
    assert_eq!(claims["cognito:username"], claims["sub"]);
    assert_eq!(claims["email"], "a@example.com");
    for (name, expected) in [
        ("a@example.com", "UsernameExistsException: An account with the given email already exists."),
        ("alice", "InvalidParameterException: Username should be an email."),
    ] {
        assert_eq!(lab.admin_refused("AdminCreateUser", name, json!({})).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_sign_ins_of_one_user_at_once_all_succeed() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    for outcome in lab.at_once(24, "InitiateAuth", &lab.login("alice", PASSWORD)).await {
        outcome.unwrap();
    }
}
