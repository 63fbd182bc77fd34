//! Each setting of pools and clients has its effect, or is refused by name: a line for every member, at any depth, of
//! the four operations that set them, with the test that shows it.

use std::collections::BTreeSet;
use std::path::Path;

use aws_types::schema::{Kind, Shape};
use serde_json::{Value, json};

use crate::auth::tests::{Lab, PASSWORD, secret_hash};
use crate::testing::{World, text};

const REFUSED: &str = "what_is_not_on_this_server_is_refused_by_name";

const TOLD: &str = "whoever_carries_messages_is_told_of_the_pools_senders";

/// Members, by their path from the request, and the test that shows the effect of all that lies below.
const SHOWN: [(&str, &str); 99] = [
    ("AccessTokenValidity", "lifetimes_are_the_clients"),
    ("AccountRecoverySetting.RecoveryMechanisms", "the_pool_says_where_a_reset_code_goes"),
    ("AcrConfiguration", REFUSED),
    ("AdminCreateUserConfig.AllowAdminCreateUserOnly", "a_pool_for_administrators_takes_nobody_in"),
    ("AdminCreateUserConfig.InviteMessageTemplate.EmailMessage", "the_pools_own_texts_are_sent"),
    ("AdminCreateUserConfig.InviteMessageTemplate.EmailSubject", "the_pools_own_texts_are_sent"),
    ("AdminCreateUserConfig.InviteMessageTemplate.SMSMessage", "the_pools_own_texts_are_sent_by_sms"),
    ("AdminCreateUserConfig.UnusedAccountValidityDays", "a_temporary_password_lives_as_long_as_either_setting_says"),
    ("AliasAttributes", "an_alias_signs_in_once_it_is_verified"),
    ("AllowedOAuthFlows", "machines_get_their_clients_custom_scopes"),
    ("AllowedOAuthFlowsUserPoolClient", "a_machine_gets_its_token_by_an_operation"),
    ("AllowedOAuthScopes", "attack_33_scopes_of_a_resource_server_that_is_gone_are_not_granted"),
    ("AnalyticsConfiguration", REFUSED),
    ("AuthSessionValidity", "a_session_lives_as_long_as_the_client_says"),
    ("AutoVerifiedAttributes", "attack_96_an_address_that_must_be_proven_first_waits_aside"),
    ("CallbackURLs", "test_attack_01_look_alike_host"),
    ("ClientId", "attack_149_a_client_of_another_pool_does_not_exist"),
    ("ClientName", "an_update_replaces_all_but_name_and_secret"),
    ("ClientSecret", "an_own_secret_is_taken_and_not_repeated"),
    ("DcrConfiguration", REFUSED),
    ("DefaultRedirectURI", "test_attack_10_missing_redirect_uri"),
    ("DeletionProtection", "deletion_is_refused_under_protection_and_with_a_domain"),
    ("DeviceConfiguration.ChallengeRequiredOnNewDevice", "a_remembered_device_stands_for_the_second_factor"),
    ("DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt", "a_device_remembered_on_prompt_waits_for_it"),
    ("EmailConfiguration.ConfigurationSet", TOLD),
    ("EmailConfiguration.EmailSendingAccount", "a_mail_is_from_the_pools_sender"),
    ("EmailConfiguration.From", "a_mail_is_from_the_pools_sender"),
    ("EmailConfiguration.ReplyToEmailAddress", "a_mail_is_from_the_pools_sender"),
    ("EmailConfiguration.SourceArn", "a_mail_is_from_the_pools_sender"),
    ("EmailVerificationMessage", "the_older_names_of_a_verification_mail_are_sent_too"),
    ("EmailVerificationSubject", "the_older_names_of_a_verification_mail_are_sent_too"),
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
    ("LambdaConfig.CreateAuthChallenge", "functions_lead_through_a_sign_in"),
    ("LambdaConfig.CustomEmailSender", "a_custom_sender_is_told_the_code_encrypted_and_nothing_else_is_sent"),
    ("LambdaConfig.CustomMessage", "custom_message_is_told_what_is_sent_and_writes_it"),
    ("LambdaConfig.CustomSMSSender", "a_custom_sender_is_told_the_code_encrypted_and_nothing_else_is_sent"),
    ("LambdaConfig.DefineAuthChallenge", "functions_lead_through_a_sign_in"),
    ("LambdaConfig.InboundFederation", REFUSED),
    ("LambdaConfig.KMSKeyID", "a_custom_sender_is_told_the_code_encrypted_and_nothing_else_is_sent"),
    ("LambdaConfig.PostAuthentication", "authentication_triggers_are_told_who_comes"),
    ("LambdaConfig.PostConfirmation", "a_confirmation_stands_though_its_function_fails"),
    ("LambdaConfig.PreAuthentication", "authentication_triggers_are_told_who_comes"),
    ("LambdaConfig.PreSignUp", "pre_sign_up_is_told_what_was_given"),
    ("LambdaConfig.PreTokenGeneration", "version_1_is_told_groups_and_changes_the_id_token"),
    ("LambdaConfig.PreTokenGenerationConfig", "version_2_changes_the_access_token_and_its_scopes"),
    ("LambdaConfig.UserMigration", "a_stranger_who_is_known_elsewhere_moves_in"),
    ("LambdaConfig.VerifyAuthChallengeResponse", "functions_lead_through_a_sign_in"),
    ("LogoutURLs", "test_attack_16_open_redirect_at_logout"),
    ("MfaConfiguration", "factors_are_demanded_as_the_pools_setting_says"),
    ("Policies.PasswordPolicy.MinimumLength", "a_new_password_keeps_each_rule_of_the_policy"),
    ("Policies.PasswordPolicy.PasswordHistorySize", "former_passwords_do_not_come_again_where_the_pool_says_so"),
    ("Policies.PasswordPolicy.RequireLowercase", "a_new_password_keeps_each_rule_of_the_policy"),
    ("Policies.PasswordPolicy.RequireNumbers", "a_new_password_keeps_each_rule_of_the_policy"),
    ("Policies.PasswordPolicy.RequireSymbols", "a_new_password_keeps_each_rule_of_the_policy"),
    ("Policies.PasswordPolicy.RequireUppercase", "a_new_password_keeps_each_rule_of_the_policy"),
    (
        "Policies.PasswordPolicy.TemporaryPasswordValidityDays",
        "a_temporary_password_lives_as_long_as_either_setting_says",
    ),
    ("Policies.SignInPolicy.AllowedFirstAuthFactors", "test_codes_are_first_factors_where_the_pool_allows_it"),
    ("PoolName", "a_pool_may_be_renamed"),
    ("PreventUserExistenceErrors", "attack_65_a_name_without_user_is_asked_the_same"),
    ("ReadAttributes", "attack_98_what_a_client_may_not_read_is_left_out"),
    ("RefreshTokenRotation.Feature", "attack_55_a_rotated_refresh_token_comes_again_and_ends_its_chain"),
    (
        "RefreshTokenRotation.RetryGracePeriodSeconds",
        "attack_55_a_rotated_refresh_token_comes_again_and_ends_its_chain",
    ),
    ("RefreshTokenValidity", "lifetimes_are_the_clients"),
    ("Schema.AttributeDataType", "a_value_keeps_the_bounds_of_its_attribute"),
    ("Schema.DeveloperOnlyAttribute", "attack_097_nobody_gives_themselves_rights_by_a_custom_attribute"),
    ("Schema.Mutable", "attack_82_an_immutable_attribute_is_not_set_later"),
    ("Schema.Name", "a_value_keeps_the_bounds_of_its_attribute"),
    ("Schema.NumberAttributeConstraints", "a_value_keeps_the_bounds_of_its_attribute"),
    ("Schema.Required", "missing_required_attributes_are_asked_for_and_demanded"),
    ("Schema.StringAttributeConstraints", "a_value_keeps_the_bounds_of_its_attribute"),
    ("SmsAuthenticationMessage", "a_code_by_sms_is_asked_for_with_the_pools_words"),
    ("SmsConfiguration.EumsSms", REFUSED),
    ("SmsConfiguration.ExternalId", TOLD),
    ("SmsConfiguration.SnsCallerArn", TOLD),
    ("SmsConfiguration.SnsRegion", TOLD),
    ("SmsVerificationMessage", "the_pools_own_texts_are_sent_by_sms"),
    ("SupportedIdentityProviders", "the_pages_of_a_client_without_cognito_take_no_local_users"),
    ("TokenValidityUnits", "lifetimes_are_the_clients"),
    ("UserAttributeUpdateSettings", "attack_96_an_address_that_must_be_proven_first_waits_aside"),
    (
        "UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode",
        "custom_sign_ins_are_watched_where_the_pool_says_so",
    ),
    ("UserPoolAddOns.AdvancedSecurityMode", "unusual_sign_ins_meet_the_action_of_their_level"),
    ("UserPoolId", "attack_149_a_client_of_another_pool_does_not_exist"),
    ("UserPoolTags", "attack_79_a_pool_without_srp_keeps_no_verifiers"),
    ("UserPoolTier", "a_lite_pool_has_no_choice"),
    ("UsernameAttributes", "an_address_as_the_username_makes_the_sub_the_username"),
    ("UsernameConfiguration.CaseSensitive", "usernames_compare_without_case_unless_the_pool_says_so"),
    ("VerificationMessageTemplate.DefaultEmailOption", "attack_89_a_link_leads_to_the_pools_own_domain"),
    ("VerificationMessageTemplate.EmailMessage", "the_pools_own_texts_are_sent"),
    ("VerificationMessageTemplate.EmailMessageByLink", "a_link_has_texts_of_its_own"),
    ("VerificationMessageTemplate.EmailSubject", "the_pools_own_texts_are_sent"),
    ("VerificationMessageTemplate.EmailSubjectByLink", "a_link_has_texts_of_its_own"),
    ("VerificationMessageTemplate.SmsMessage", "the_pools_own_texts_are_sent_by_sms"),
    ("WriteAttributes", "attack_82_the_challenge_writes_no_attribute_beyond_the_clients_rights"),
];

#[test]
fn every_setting_of_pools_and_clients_has_a_test_of_its_effect() {
    let mut paths = BTreeSet::new();
    for operation in ["CreateUserPool", "UpdateUserPool", "CreateUserPoolClient", "UpdateUserPoolClient"] {
        let shape = model_cognito_idp::MODEL.operation(operation).and_then(|operation| operation.input).unwrap();
        leaves(shape, "", &mut paths);
    }
    let covers = |listed: &str, path: &str| {
        path == listed || path.strip_prefix(listed).is_some_and(|rest| rest.starts_with('.'))
    };
    let bare: Vec<_> = paths.iter().filter(|path| !SHOWN.iter().any(|(listed, _)| covers(listed, path))).collect();
    assert!(bare.is_empty(), "members without a line: {bare:?}");
    let sources = sources();
    for (listed, test) in SHOWN {
        assert!(paths.iter().any(|path| covers(listed, path)), "a line without a member: {listed}");
        let is_test = |source: &&String| ["fn ", "def "].iter().any(|word| source.contains(&format!("{word}{test}(")));
        let found = sources.iter().find(is_test).unwrap_or_else(|| panic!("{listed}: there is no test {test}"));
        let name = listed.rsplit('.').next().unwrap();
        // The table itself proves nothing.
        let rest =
            found.split_once("const SHOWN").map_or(found.as_str(), |(_, rest)| rest.split_once("\n];").unwrap().1);
        assert!(rest.contains(name), "{listed}: the file of {test} does not name {name}");
    }
}

/// Paths of all members below a shape that have none themselves.
fn leaves(shape: &Shape, path: &str, found: &mut BTreeSet<String>) {
    match &shape.kind {
        Kind::Structure(structure) => structure.members.iter().for_each(|member| {
            let dot = if path.is_empty() { "" } else { "." };
            leaves(member.shape, &format!("{path}{dot}{}", member.name), found);
        }),
        Kind::List(list) => leaves(list.member, path, found),
        _ => {
            found.insert(path.to_owned());
        }
    }
}

/// The files of all tests of this crate and of the conformance suite, whole.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src"), root.join("../../conformance")];
    let mut all = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            match extension {
                None if path.is_dir() && !path.ends_with("node_modules") => folders.push(path),
                Some("rs" | "py") => all.push(std::fs::read_to_string(&path).unwrap()),
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
            json!({ "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sns",
                "EumsSms": { "CallerArn": "arn:aws:iam::123456789012:role/sms" } } }),
            "SmsConfiguration with EumsSms",
        ),
        (
            json!({ "LambdaConfig": { "InboundFederation": { "LambdaVersion": "V1_0",
                "LambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:f" } } }),
            "LambdaConfig.InboundFederation",
        ),
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

#[tokio::test]
async fn whoever_carries_messages_is_told_of_the_pools_senders() {
    let role = "arn:aws:iam::123456789012:role/sns";
    let given = json!({ "AutoVerifiedAttributes": ["phone_number", "email"],
        "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "shop", "SnsRegion": "eu-west-1" },
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT", "ConfigurationSet": "set" } });
    let lab = Lab::with(given.clone(), json!({})).await;
    let shown = lab.ok("DescribeUserPool", json!({ "UserPoolId": lab.pool })).await["UserPool"].clone();
    for (member, value) in given.as_object().unwrap() {
        assert_eq!(&shown[member], value);
    }
    lab.sign_up("alice").await;
    let mail = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!((mail.configuration_set.as_deref(), mail.channel.as_str()), (Some("set"), "EMAIL"));
    let attributes = json!([{ "Name": "phone_number", "Value": "+15555550100" }]);
    lab.ok("SignUp", lab.about("bob", json!({ "Password": PASSWORD, "UserAttributes": attributes }))).await;
    let sms = lab.world.inbox.newest(1, |_| true).remove(0);
    let origin = world::SmsOrigin {
        caller_arn: role.to_owned(),
        external_id: Some("shop".to_owned()),
        region: Some("eu-west-1".to_owned()),
    };
    assert_eq!((sms.sms_origin, sms.channel.as_str()), (Some(origin), "SMS"));
    let asked = lab.world.role.0.lock().1.clone();
    assert_eq!(asked, vec![Some("shop".to_owned()); 2], "once when the pool was made, once before the message");
}

#[tokio::test]
async fn factors_are_demanded_as_the_pools_setting_says() {
    for (mode, challenge) in [("OFF", None), ("OPTIONAL", None), ("ON", Some("SMS_MFA"))] {
        let pool = json!({ "MfaConfiguration": mode,
            "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sns" } });
        let lab = Lab::with(pool, json!({})).await;
        lab.user_with_phone("alice").await;
        let asked = lab.ok("InitiateAuth", lab.login("alice", PASSWORD)).await;
        assert_eq!(asked.get("ChallengeName").and_then(Value::as_str), challenge, "{mode}");
    }
}

#[tokio::test]
async fn a_session_lives_as_long_as_the_client_says() {
    let client = json!({ "AuthSessionValidity": 10, "ExplicitAuthFlows": crate::auth::tests::flows() });
    let lab = Lab::with(json!({}), client).await;
    for (late_s, taken) in [(599, true), (600, false)] {
        let name = format!("user{late_s}");
        lab.admin("AdminCreateUser", &name, json!({ "TemporaryPassword": PASSWORD })).await;
        let asked = lab.begin(&name).await;
        lab.advance_s(late_s);
        let answer = lab.answer(&asked, &name, json!({ "NEW_PASSWORD": crate::auth::tests::OTHER }));
        assert_eq!(lab.world.call("RespondToAuthChallenge", answer).await.is_ok(), taken, "after {late_s} s");
    }
}
