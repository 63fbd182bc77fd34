//! Each setting of pools and clients has its effect, or is refused by name: a line for every member of the four
//! operations that set them, with the test that shows it.

use std::collections::BTreeSet;
use std::path::Path;

use aws_types::schema::Kind;
use serde_json::json;

use crate::auth::tests::{Lab, PASSWORD, secret_hash};
use crate::testing::{World, text};

const REFUSED: &str = "what_is_not_on_this_server_is_refused_by_name";

/// Member, and the test that shows its effect.
const SHOWN: [(&str, &str); 53] = [
    ("AccessTokenValidity", "lifetimes_are_the_clients"),
    ("AccountRecoverySetting", "the_pool_says_where_a_reset_code_goes"),
    ("AcrConfiguration", REFUSED),
    ("AdminCreateUserConfig", "a_pool_for_administrators_takes_nobody_in"),
    ("AliasAttributes", "an_alias_signs_in_once_it_is_verified"),
    ("AllowedOAuthFlows", "machines_get_their_clients_custom_scopes"),
    ("AllowedOAuthFlowsUserPoolClient", "a_machine_gets_its_token_by_an_operation"),
    ("AllowedOAuthScopes", "attack_33_scopes_of_a_resource_server_that_is_gone_are_not_granted"),
    ("AnalyticsConfiguration", REFUSED),
    ("AuthSessionValidity", "attack_80_a_session_is_good_for_one_client_user_step_time_and_success"),
    ("AutoVerifiedAttributes", "attack_96_an_address_that_must_be_proven_first_waits_aside"),
    ("CallbackURLs", "attack_7_and_8_dangerous_redirect_urls_are_not_registered"),
    ("ClientId", "attack_149_a_client_of_another_pool_does_not_exist"),
    ("ClientName", "an_update_replaces_all_but_name_and_secret"),
    ("ClientSecret", "an_own_secret_is_taken_and_not_repeated"),
    ("DcrConfiguration", REFUSED),
    ("DefaultRedirectURI", "test_attack_10_missing_redirect_uri"),
    ("DeletionProtection", "deletion_is_refused_under_protection_and_with_a_domain"),
    ("DeviceConfiguration", "a_device_is_confirmed_and_proves_itself_at_the_next_sign_in"),
    ("EmailConfiguration", "a_mail_is_from_the_pools_sender"),
    ("EmailVerificationMessage", "verification_texts_stand_under_both_names"),
    ("EmailVerificationSubject", "verification_texts_stand_under_both_names"),
    (
        "EnablePropagateAdditionalUserContextData",
        "an_address_that_a_server_passes_on_counts_where_its_client_may_say_so",
    ),
    ("EnableTokenRevocation", "revocation_is_refused_for_other_tokens_clients_and_secrets"),
    ("ExplicitAuthFlows", "flows_are_those_the_client_allows"),
    ("GenerateSecret", "attack_28_a_client_with_a_secret_proves_it_for_the_right_name"),
    ("IdTokenValidity", "lifetimes_are_the_clients"),
    ("IssuerConfiguration", REFUSED),
    ("KeyConfiguration", REFUSED),
    ("LambdaConfig", "functions_lead_through_a_sign_in"),
    ("LogoutURLs", "test_attack_16_open_redirect_at_logout"),
    ("MfaConfiguration", "a_demanded_token_is_set_up_on_the_way"),
    ("Policies", "former_passwords_do_not_come_again_where_the_pool_says_so"),
    ("PoolName", "a_pool_may_be_renamed"),
    ("PreventUserExistenceErrors", "attack_65_a_name_without_user_is_asked_the_same"),
    ("ReadAttributes", "attack_98_what_a_client_may_not_read_is_left_out"),
    ("RefreshTokenRotation", "attack_55_a_rotated_refresh_token_comes_again_and_ends_its_chain"),
    ("RefreshTokenValidity", "lifetimes_are_the_clients"),
    ("Schema", "attack_82_an_immutable_attribute_is_not_set_later"),
    ("SmsAuthenticationMessage", "a_code_by_sms_is_asked_for_with_the_pools_words"),
    ("SmsConfiguration", "factors_that_cannot_be_are_refused"),
    ("SmsVerificationMessage", "an_update_replaces_everything_it_may"),
    ("SupportedIdentityProviders", "clients_name_providers_that_exist"),
    ("TokenValidityUnits", "lifetimes_are_the_clients"),
    ("UserAttributeUpdateSettings", "attack_96_an_address_that_must_be_proven_first_waits_aside"),
    ("UserPoolAddOns", "unusual_sign_ins_meet_the_action_of_their_level"),
    ("UserPoolId", "attack_149_a_client_of_another_pool_does_not_exist"),
    ("UserPoolTags", "attack_79_a_pool_without_srp_keeps_no_verifiers"),
    ("UserPoolTier", "a_lite_pool_has_no_choice"),
    ("UsernameAttributes", "an_address_as_the_username_makes_the_sub_the_username"),
    ("UsernameConfiguration", "usernames_compare_without_case_unless_the_pool_says_so"),
    ("VerificationMessageTemplate", "the_pools_own_texts_are_sent"),
    ("WriteAttributes", "what_updates_and_deletions_refuse"),
];

#[test]
fn every_setting_of_pools_and_clients_has_a_test_of_its_effect() {
    let mut members = BTreeSet::new();
    for operation in ["CreateUserPool", "UpdateUserPool", "CreateUserPoolClient", "UpdateUserPoolClient"] {
        let shape = model_cognito_idp::MODEL.operation(operation).and_then(|operation| operation.input).unwrap();
        let Kind::Structure(structure) = &shape.kind else { panic!("{operation}") };
        members.extend(structure.members.iter().map(|member| member.name));
    }
    let listed: BTreeSet<&str> = SHOWN.iter().map(|(member, _)| *member).collect();
    assert_eq!(members, listed, "members without a line, or lines without a member");
    let sources = sources();
    for (member, test) in SHOWN {
        let known = ["fn ", "def "].iter().any(|word| sources.contains(&format!("{word}{test}(")));
        assert!(known, "{member}: there is no test {test}");
    }
}

/// All tests of this crate and of the conformance suite.
fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("../../conformance")];
    let mut all = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            match extension {
                None if path.is_dir() && !path.ends_with("node_modules") => folders.push(path),
                Some("rs" | "py") => all.push_str(&std::fs::read_to_string(&path).unwrap()),
                _ => {}
            }
        }
    }
    all
}

#[tokio::test]
async fn what_is_not_on_this_server_is_refused_by_name() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    for (settings, name) in [
        (json!({ "DcrConfiguration": {} }), "DcrConfiguration"),
        (json!({ "DcrConfiguration": { "EnableStatus": "Enabled" } }), "DcrConfiguration"),
        (json!({ "IssuerConfiguration": { "Type": "UPDATED" } }), "IssuerConfiguration of type UPDATED"),
        (json!({ "AcrConfiguration": {} }), "AcrConfiguration"),
        (
            json!({ "KeyConfiguration": { "KeyType": "CUSTOMER_MANAGED_KEY",
                "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/x" } }),
            "KeyConfiguration with CUSTOMER_MANAGED_KEY",
        ),
    ] {
        let expected = format!("InvalidParameterException: {name} is not available on this server.");
        let mut create = settings.clone();
        create["PoolName"] = json!("demo");
        assert_eq!(world.refused("CreateUserPool", create).await, expected);
        let mut update = settings;
        update["UserPoolId"] = json!(pool);
        assert_eq!(world.refused("UpdateUserPool", update).await, expected);
    }
    let same = json!({ "DcrConfiguration": { "EnableStatus": "Disabled" }, "IssuerConfiguration": { "Type": "ORIGINAL" },
        "KeyConfiguration": { "KeyType": "AWS_OWNED_KEY" } });
    let id = world.pool(same.clone()).await;
    let shown = world.ok("DescribeUserPool", json!({ "UserPoolId": id })).await["UserPool"].clone();
    for (member, value) in same.as_object().unwrap() {
        assert_eq!(&shown[member], value);
    }
    let client = world.client(&pool, json!({})).await;
    let analytics = json!({ "ApplicationId": "d70b2ba36a8c4dc5a04a0451a31a1e12" });
    let mut settings = json!({ "UserPoolId": pool, "ClientName": "app", "AnalyticsConfiguration": analytics });
    let expected = "InvalidParameterException: AnalyticsConfiguration is not available on this server.";
    assert_eq!(world.refused("CreateUserPoolClient", settings.clone()).await, expected);
    settings["ClientId"] = json!(client);
    assert_eq!(world.refused("UpdateUserPoolClient", settings).await, expected);
}

#[tokio::test]
async fn an_address_that_a_server_passes_on_counts_where_its_client_may_say_so() {
    let pool = json!({ "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } });
    let lab = Lab::with(pool, json!({})).await;
    lab.user("alice").await;
    for (propagates, expected) in [(true, "203.0.113.99"), (false, "127.0.0.1")] {
        let settings = json!({ "UserPoolId": lab.pool, "ClientName": "server", "GenerateSecret": true,
            "ExplicitAuthFlows": crate::auth::tests::flows(), "EnablePropagateAdditionalUserContextData": propagates });
        let made = lab.ok("CreateUserPoolClient", settings).await;
        let (id, secret) = (text(&made, "/UserPoolClient/ClientId"), text(&made, "/UserPoolClient/ClientSecret"));
        let mut login = lab.login("alice", PASSWORD);
        login["ClientId"] = json!(id);
        login["AuthParameters"]["SECRET_HASH"] = json!(secret_hash(&secret, "alice", &id));
        login["UserContextData"] = json!({ "IpAddress": "203.0.113.99" });
        lab.ok("InitiateAuth", login).await;
        let events = lab.admin("AdminListUserAuthEvents", "alice", json!({ "MaxResults": 1 })).await;
        assert_eq!(text(&events, "/AuthEvents/0/EventContextData/IpAddress"), expected);
        lab.advance_s(5);
    }
}
