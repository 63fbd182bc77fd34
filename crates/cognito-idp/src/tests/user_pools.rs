//! CreateUserPool, DescribeUserPool, ListUserPools, DeleteUserPool, AddCustomAttributes.

use serde_json::{Value, json};

use crate::testing::{World, text};

#[tokio::test]
async fn a_new_pool_has_every_default() {
    let world = World::new();
    let made = world.ok("CreateUserPool", json!({"PoolName": "demo"})).await;
    let pool = &made["UserPool"];
    let id = text(pool, "/Id");
    let (region, tail) = id.split_once('_').unwrap();
    assert_eq!((region, tail.len()), ("eu-west-1", 9));
    assert!(tail.bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_eq!(pool["Arn"], format!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{id}"));
    assert_eq!(
        pool["Policies"],
        json!({
            "PasswordPolicy": {
                "MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
                "RequireSymbols": true, "TemporaryPasswordValidityDays": 7
            },
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}
        })
    );
    assert_eq!(pool["LambdaConfig"], json!({}));
    assert_eq!(pool["MfaConfiguration"], "OFF");
    assert_eq!(pool["EstimatedNumberOfUsers"], 0);
    assert_eq!(pool["DeletionProtection"], "INACTIVE");
    assert_eq!(pool["UserPoolTier"], "ESSENTIALS");
    assert_eq!(pool["UserPoolTags"], json!({}));
    assert_eq!(pool["EmailConfiguration"], json!({"EmailSendingAccount": "COGNITO_DEFAULT"}));
    assert_eq!(pool["VerificationMessageTemplate"], json!({"DefaultEmailOption": "CONFIRM_WITH_CODE"}));
    assert_eq!(
        pool["AdminCreateUserConfig"],
        json!({"AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7})
    );
    assert_eq!(pool["CreationDate"], 1_767_323_045);
    for absent in ["AutoVerifiedAttributes", "AliasAttributes", "UsernameAttributes", "Domain", "UsernameConfiguration"]
    {
        assert_eq!(pool[absent], Value::Null, "{absent}");
    }
    assert_eq!(world.ok("DescribeUserPool", json!({"UserPoolId": id})).await, made);
}

#[tokio::test]
async fn the_schema_begins_with_sub_and_holds_all_standard_attributes() {
    let world = World::new();
    let made = world.ok("CreateUserPool", json!({"PoolName": "demo"})).await;
    let schema = made["UserPool"]["SchemaAttributes"].as_array().unwrap();
    let names: Vec<_> = schema.iter().map(|attribute| attribute["Name"].as_str().unwrap()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names[0], "sub");
    assert_eq!(
        sorted,
        [
            "address",
            "birthdate",
            "email",
            "email_verified",
            "family_name",
            "gender",
            "given_name",
            "locale",
            "middle_name",
            "name",
            "nickname",
            "phone_number",
            "phone_number_verified",
            "picture",
            "preferred_username",
            "profile",
            "sub",
            "updated_at",
            "website",
            "zoneinfo"
        ]
    );
    assert_eq!(
        schema[0],
        json!({
            "Name": "sub", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": false,
            "Required": true, "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"}
        })
    );
    let find = |name: &str| schema.iter().find(|attribute| attribute["Name"] == name).unwrap();
    assert_eq!(find("birthdate")["StringAttributeConstraints"], json!({"MinLength": "10", "MaxLength": "10"}));
    assert_eq!(find("updated_at")["NumberAttributeConstraints"], json!({"MinValue": "0"}));
    assert_eq!(find("email_verified")["AttributeDataType"], "Boolean");
}

#[tokio::test]
async fn a_given_password_policy_switches_off_what_it_does_not_name() {
    let world = World::new();
    let made = world
        .ok(
            "CreateUserPool",
            json!({"PoolName": "demo", "Policies": {"PasswordPolicy": {"MinimumLength": 6, "RequireNumbers": true}},
                   "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true, "UnusedAccountValidityDays": 3}}),
        )
        .await;
    let policy = &made["UserPool"]["Policies"]["PasswordPolicy"];
    assert_eq!(policy["MinimumLength"], 6);
    assert_eq!(policy["RequireNumbers"], true);
    assert_eq!(policy["RequireSymbols"], false);
    assert_eq!(policy["TemporaryPasswordValidityDays"], 3);
    assert_eq!(made["UserPool"]["AdminCreateUserConfig"]["UnusedAccountValidityDays"], 3);
}

#[tokio::test]
async fn verification_texts_stand_under_both_names() {
    let world = World::new();
    let made = world
        .ok(
            "CreateUserPool",
            json!({"PoolName": "demo", "EmailVerificationMessage": "Take {####}.", "EmailVerificationSubject": "Code"}),
        )
        .await;
    assert_eq!(made["UserPool"]["VerificationMessageTemplate"]["EmailMessage"], "Take {####}.");
    assert_eq!(made["UserPool"]["EmailVerificationMessage"], "Take {####}.");
    assert_eq!(made["UserPool"]["VerificationMessageTemplate"]["EmailSubject"], "Code");
}

#[tokio::test]
pub async fn settings_that_cannot_be_are_refused() {
    let cases = [
        (
            json!({"AliasAttributes": ["email"], "UsernameAttributes": ["email"]}),
            "InvalidParameterException: Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ),
        (
            json!({"MfaConfiguration": "ON"}),
            "InvalidParameterException: User pool does not have SMS configuration to send messages.",
        ),
        (
            json!({"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 5}},
                   "AdminCreateUserConfig": {"UnusedAccountValidityDays": 6}}),
            "InvalidParameterException: UnusedAccountValidityDays and TemporaryPasswordValidityDays must not differ.",
        ),
        (
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}}),
            "InvalidParameterException: AllowedFirstAuthFactors must contain PASSWORD.",
        ),
        (
            json!({"UserPoolTier": "LITE", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}),
            "FeatureUnavailableInTierException: ",
        ),
        (json!({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}), "FeatureUnavailableInTierException: "),
        (
            json!({"EmailVerificationMessage": "a {####}", "VerificationMessageTemplate": {"EmailMessage": "b {####}"}}),
            "InvalidParameterException: EmailVerificationMessage must not differ",
        ),
        (
            json!({"AdminCreateUserConfig": {"InviteMessageTemplate": {"EmailMessage": "Welcome {username}"}}}),
            "InvalidParameterException: The EmailMessage of InviteMessageTemplate must contain {username} and {####}.",
        ),
        (
            json!({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}),
            "InvalidParameterException: SourceArn is required",
        ),
        (
            json!({"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}),
            "InvalidParameterException: AttributesRequireVerificationBeforeUpdate",
        ),
        (
            json!({"AccountRecoverySetting": {"RecoveryMechanisms": [
                {"Priority": 1, "Name": "admin_only"}, {"Priority": 2, "Name": "verified_email"}]}}),
            "InvalidParameterException: The recovery option admin_only cannot be combined",
        ),
        (
            json!({"AccountRecoverySetting": {"RecoveryMechanisms": [
                {"Priority": 1, "Name": "verified_email"}, {"Priority": 1, "Name": "verified_phone_number"}]}}),
            "InvalidParameterException: Recovery options must differ",
        ),
        (
            json!({"LambdaConfig": {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": "arn:aws:lambda:eu-west-1:1:function:f"}}}),
            "InvalidParameterException: KMSKeyID is required for CustomEmailSender and CustomSMSSender.",
        ),
        (
            json!({"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY"}}),
            "InvalidParameterException: KmsKeyArn is required",
        ),
        (json!({"UserPoolTags": {"aws:x": "y"}}), "UserPoolTaggingException: "),
    ];
    let world = World::new();
    for (mut settings, expected) in cases {
        settings["PoolName"] = json!("demo");
        let refusal = world.refused("CreateUserPool", settings.clone()).await;
        assert!(refusal.starts_with(expected), "{settings}: {refusal}");
    }
    let left = world.ok("ListUserPools", json!({"MaxResults": 60})).await;
    assert_eq!(left["UserPools"], json!([]), "a refusal leaves nothing behind");
}

#[tokio::test]
async fn schema_attributes_follow_the_rules() {
    let cases = [
        (
            json!([{"Name": "email", "AttributeDataType": "Number"}]),
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            json!([{"Name": "email", "DeveloperOnlyAttribute": true}]),
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (json!([{"Name": "sub", "Mutable": true}]), "You can not change the standard schema attribute sub"),
        (json!([{"Name": "team", "Required": true}]), "Required custom attributes are not supported currently."),
        (json!([{"Name": "team"}, {"Name": "team"}]), "custom:team: Existing attribute already has name custom:team."),
        (json!([{"AttributeDataType": "String"}]), "A schema attribute must have a Name."),
        (
            json!([{"Name": "team", "StringAttributeConstraints": {"MinLength": "5", "MaxLength": "4"}}]),
            "custom:team: MinLength and MaxLength must be in order and at most 2048.",
        ),
        (
            json!([{"Name": "team", "StringAttributeConstraints": {"MaxLength": "many"}}]),
            "custom:team: MaxLength is no length.",
        ),
        (
            json!([{"Name": "n", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "NaN"}}]),
            "custom:n: MinValue and MaxValue must be finite.",
        ),
        (
            json!([{"Name": "n", "AttributeDataType": "Boolean", "NumberAttributeConstraints": {}}]),
            "custom:n: Constraints do not fit the attribute's data type.",
        ),
    ];
    let world = World::new();
    for (schema, expected) in cases {
        let refusal = world.refused("CreateUserPool", json!({"PoolName": "demo", "Schema": schema})).await;
        assert_eq!(refusal, format!("InvalidParameterException: {expected}"));
    }
}

#[tokio::test]
async fn custom_attributes_are_added_once_and_up_to_fifty() {
    let world = World::new();
    let id = world.pool(json!({"Schema": [{"Name": "email", "Required": true}, {"Name": "team"}]})).await;
    let add = |schema: Value| json!({"UserPoolId": id, "CustomAttributes": schema});
    let dev =
        json!([{"Name": "rank", "AttributeDataType": "Number", "DeveloperOnlyAttribute": true, "Mutable": false}]);
    assert_eq!(world.ok("AddCustomAttributes", add(dev)).await, json!({}));
    let pool = world.ok("DescribeUserPool", json!({"UserPoolId": id})).await;
    let schema = pool["UserPool"]["SchemaAttributes"].as_array().unwrap();
    let find = |name: &str| schema.iter().find(|attribute| attribute["Name"] == name).unwrap();
    assert_eq!(find("email")["Required"], true);
    assert_eq!(find("custom:team")["StringAttributeConstraints"], json!({}));
    assert_eq!(find("dev:custom:rank")["Mutable"], false);
    assert_eq!(
        world.refused("AddCustomAttributes", add(json!([{"Name": "team"}]))).await,
        "InvalidParameterException: custom:team: Existing attribute already has name custom:team."
    );
    for from in [0, 24] {
        let more: Vec<_> = (from..from + 24).map(|i| json!({"Name": format!("a{i}")})).collect();
        world.ok("AddCustomAttributes", add(json!(more))).await;
    }
    assert_eq!(
        world.refused("AddCustomAttributes", add(json!([{"Name": "one_too_many"}]))).await,
        "InvalidParameterException: A user pool can have at most 50 custom attributes."
    );
    assert_eq!(
        world.refused("AddCustomAttributes", json!({"UserPoolId": "eu-west-1_none", "CustomAttributes": []})).await,
        "ResourceNotFoundException: User pool eu-west-1_none does not exist."
    );
}

#[tokio::test]
async fn a_pool_is_seen_only_from_its_region_and_account() {
    let world = World::new();
    let id = world.pool(json!({})).await;
    let elsewhere = world.context("us-east-1");
    let refusal = world.call_as(&elsewhere, "DescribeUserPool", json!({"UserPoolId": id})).await.unwrap_err();
    assert_eq!(refusal.to_string(), format!("ResourceNotFoundException: User pool {id} does not exist."));
    let list = world.call_as(&elsewhere, "ListUserPools", json!({"MaxResults": 60})).await.unwrap();
    assert_eq!(list["UserPools"], json!([]));
    let mut other = world.context("eu-west-1");
    other.account = aws_types::AccountId::parse("999999999999").unwrap();
    assert!(world.call_as(&other, "DescribeUserPool", json!({"UserPoolId": id})).await.is_err());
}

#[tokio::test]
async fn a_list_shows_names_and_dates() {
    let world = World::new();
    let id = world.pool(json!({"PoolName": "one"})).await;
    let list = world.ok("ListUserPools", json!({"MaxResults": 1})).await;
    assert_eq!(
        list,
        json!({"UserPools": [{"Id": id, "Name": "one", "LambdaConfig": {}, "CreationDate": 1_767_323_045,
                              "LastModifiedDate": 1_767_323_045}]})
    );
}

#[tokio::test]
async fn deletion_is_refused_under_protection_and_with_a_domain() {
    let world = World::new();
    let id = world.pool(json!({"DeletionProtection": "ACTIVE"})).await;
    let delete = json!({"UserPoolId": id});
    assert_eq!(
        world.refused("DeleteUserPool", delete.clone()).await,
        "InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. \
         Deletion protection must be inactivated first."
    );
    world.ok("UpdateUserPool", json!({"UserPoolId": id})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": id, "Domain": "demo"})).await;
    assert_eq!(
        world.refused("DeleteUserPool", delete.clone()).await,
        "InvalidParameterException: User pool cannot be deleted. It has a domain configured that should be deleted first."
    );
    world.ok("DeleteUserPoolDomain", json!({"UserPoolId": id, "Domain": "demo"})).await;
    assert_eq!(world.ok("DeleteUserPool", delete.clone()).await, json!({}));
    assert_eq!(
        world.refused("DeleteUserPool", delete).await,
        format!("ResourceNotFoundException: User pool {id} does not exist.")
    );
}

#[tokio::test]
pub async fn the_thousand_and_first_pool_is_refused() {
    let world = World::new();
    let mut tx = store::Tx::new();
    tx.add(&crate::table::pools_counter("123456789012", "eu-west-1"), 1000, None, None);
    world.store.commit(tx).await.unwrap();
    let refusal = world.refused("CreateUserPool", json!({"PoolName": "demo"})).await;
    assert!(refusal.starts_with("LimitExceededException: "), "{refusal}");
    let elsewhere = world.context("us-east-1");
    world.call_as(&elsewhere, "CreateUserPool", json!({"PoolName": "demo"})).await.unwrap();
}

#[tokio::test]
async fn a_sender_that_is_no_address_is_refused() {
    let world = World::new();
    let settings = |from: &str| json!({"PoolName": "demo", "EmailConfiguration": {"From": from}});
    for from in [
        "the shop",
        "Shop <shop@example.com>\r\nBcc: x@evil.test",
        "<a@b.example> <c@d.example>",
        "a@b.example, c@d.example",
    ] {
        let refusal = world.refused("CreateUserPool", settings(from)).await;
        assert_eq!(refusal, "InvalidParameterException: From must be an email address.", "{from}");
    }
    for from in ["shop@example.com", "The Shop <shop@example.com>"] {
        let made = world.ok("CreateUserPool", settings(from)).await;
        assert_eq!(made["UserPool"]["EmailConfiguration"]["From"], from);
    }
}
