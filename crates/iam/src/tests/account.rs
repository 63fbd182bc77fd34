//! The account itself: alias, password policy, summary, authorization details.

use aws_types::{AccountId, Caller, Service as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::testing::{World, document};

#[tokio::test]
async fn an_account_has_one_alias() {
    let world = World::new();
    assert_eq!(world.ok("ListAccountAliases", json!({})).await["AccountAliases"], json!([]));
    for alias in ["first", "second", "second"] {
        world.ok("CreateAccountAlias", json!({"AccountAlias": alias})).await;
    }
    assert_eq!(world.ok("ListAccountAliases", json!({})).await["AccountAliases"], json!(["second"]));
    let mut other = world.context(Caller::Root);
    other.account = AccountId::parse("999999999999").unwrap();
    let claim = |alias: &str| json!({"AccountAlias": alias});
    let refused = world.rooms.iam.call(&other, "CreateAccountAlias", claim("second"), None).await.unwrap_err();
    assert_eq!(refused.to_string(), "EntityAlreadyExists: The account alias second already exists.");
    world.rooms.iam.call(&other, "CreateAccountAlias", claim("first"), None).await.unwrap();
    assert_eq!(
        world.refused("DeleteAccountAlias", claim("first")).await,
        "NoSuchEntity: The account alias with name first cannot be found."
    );
    world.ok("DeleteAccountAlias", claim("second")).await;
    assert_eq!(world.ok("ListAccountAliases", json!({})).await["AccountAliases"], json!([]));
}

#[tokio::test]
async fn the_password_policy_is_kept() {
    let world = World::new();
    let none = "NoSuchEntity: The Password Policy with domain name 123456789012 cannot be found.";
    assert_eq!(world.refused("GetAccountPasswordPolicy", Value::Null).await, none);
    assert_eq!(world.refused("DeleteAccountPasswordPolicy", Value::Null).await, none);
    let input = json!({"MinimumPasswordLength": 12, "RequireSymbols": true, "MaxPasswordAge": 90});
    world.ok("UpdateAccountPasswordPolicy", input).await;
    let shown = world.ok("GetAccountPasswordPolicy", Value::Null).await;
    assert_eq!(
        shown["PasswordPolicy"],
        json!({"MinimumPasswordLength": 12, "RequireSymbols": true, "RequireNumbers": false,
            "RequireUppercaseCharacters": false, "RequireLowercaseCharacters": false,
            "AllowUsersToChangePassword": false, "ExpirePasswords": true, "MaxPasswordAge": 90})
    );
    world.ok("UpdateAccountPasswordPolicy", json!({})).await;
    let shown = world.ok("GetAccountPasswordPolicy", Value::Null).await;
    assert_eq!(
        (&shown["PasswordPolicy"]["MinimumPasswordLength"], &shown["PasswordPolicy"]["ExpirePasswords"]),
        (&json!(6), &json!(false))
    );
    world.ok("DeleteAccountPasswordPolicy", Value::Null).await;
    assert_eq!(world.refused("GetAccountPasswordPolicy", Value::Null).await, none);
}

#[tokio::test]
async fn the_summary_counts() {
    let world = World::new();
    world.user("alice").await;
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    world.role("r", json!({"AWS": "*"})).await;
    world.ok("CreatePolicy", json!({"PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")})).await;
    world.ok("CreateInstanceProfile", json!({"InstanceProfileName": "i"})).await;
    world.ok("CreateOpenIDConnectProvider", json!({"Url": "https://accounts.example.com"})).await;
    let map = world.ok("GetAccountSummary", Value::Null).await["SummaryMap"].clone();
    for key in ["Users", "Groups", "Roles", "Policies", "PolicyVersionsInUse", "InstanceProfiles", "Providers"] {
        assert_eq!(map[key], 1, "{key}");
    }
    assert_eq!((&map["UsersQuota"], &map["AccountAccessKeysPresent"]), (&json!(5_000), &json!(0)));
}

#[tokio::test]
async fn authorization_details_show_everything_by_page_and_filter() {
    let world = World::new();
    world.user("alice").await;
    world.allow("alice", "s3:*", "*").await;
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    world.role("r", json!({"AWS": "*"})).await;
    world.ok("CreateInstanceProfile", json!({"InstanceProfileName": "i"})).await;
    world.ok("AddRoleToInstanceProfile", json!({"InstanceProfileName": "i", "RoleName": "r"})).await;
    world.ok("CreatePolicy", json!({"PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")})).await;
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    world.ok("AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": arn})).await;
    let all = world.ok("GetAccountAuthorizationDetails", json!({})).await;
    assert_eq!(all["UserDetailList"][0]["GroupList"], json!(["g"]));
    assert!(all["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"].as_str().unwrap().starts_with("%7B"));
    assert_eq!(all["GroupDetailList"][0]["GroupName"], "g");
    assert_eq!(all["RoleDetailList"][0]["InstanceProfileList"][0]["InstanceProfileName"], "i");
    assert_eq!(all["RoleDetailList"][0]["AttachedManagedPolicies"][0]["PolicyArn"], arn);
    let names: Vec<_> = all["Policies"].as_array().unwrap().iter().map(|policy| policy["PolicyName"].clone()).collect();
    assert_eq!(names, ["p", "ReadOnlyAccess"]);
    assert!(all["Policies"][0]["PolicyVersionList"][0]["Document"].as_str().unwrap().starts_with("%7B"));

    let (mut seen, mut input) = (0, json!({"MaxItems": 2}));
    loop {
        let page = world.ok("GetAccountAuthorizationDetails", input.clone()).await;
        let lists = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
        let count: usize = lists.iter().map(|list| page[*list].as_array().unwrap().len()).sum();
        assert!(count <= 2);
        seen += count;
        if page["IsTruncated"] == false {
            break;
        }
        input["Marker"] = page["Marker"].clone();
    }
    assert_eq!(seen, 5);
    let roles = world.ok("GetAccountAuthorizationDetails", json!({"Filter": ["Role", "AWSManagedPolicy"]})).await;
    assert_eq!((&roles["UserDetailList"], &roles["GroupDetailList"]), (&json!([]), &json!([])));
    assert_eq!(roles["RoleDetailList"].as_array().unwrap().len(), 1);
    assert_eq!(roles["Policies"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn attack_149_another_accounts_things_do_not_exist() {
    let world = World::new();
    world.user("alice").await;
    world.role("r", json!({"AWS": "*"})).await;
    world.ok("CreatePolicy", json!({"PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")})).await;
    let key =
        world.ok("ListAccessKeys", json!({"UserName": "alice"})).await["AccessKeyMetadata"][0]["AccessKeyId"].clone();
    let mut other = world.context(Caller::Root);
    other.account = AccountId::parse("999999999999").unwrap();
    let arn = "arn:aws:iam::123456789012:policy/p";
    for operation in [
        "GetUser",
        "DeleteUser",
        "GetRole",
        "DeleteRole",
        "GetPolicy",
        "DeletePolicy",
        "GetAccessKeyLastUsed",
        "DeleteAccessKey",
    ] {
        let input = json!({"UserName": "alice", "RoleName": "r", "PolicyArn": arn, "AccessKeyId": key});
        let refused = world.rooms.iam.call(&other, operation, input, None).await.unwrap_err();
        assert_eq!(refused.code, "NoSuchEntity", "{operation}");
    }
    world.rooms.iam.call(&other, "CreateUser", json!({"UserName": "bob"}), None).await.unwrap();
    let attach = json!({"UserName": "bob", "PolicyArn": arn});
    let refused = world.rooms.iam.call(&other, "AttachUserPolicy", attach, None).await.unwrap_err();
    assert_eq!(refused.code, "NoSuchEntity");
    let users = world.rooms.iam.call(&other, "ListUsers", json!({}), None).await.unwrap().output;
    assert_eq!(users["Users"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_credential_report_tells_of_every_key() {
    let world = World::new();
    assert_eq!(
        world.refused("GetCredentialReport", Value::Null).await,
        "ReportNotPresent: No report exists. Generate a new report."
    );
    world.user("alice").await;
    assert_eq!(world.ok("GenerateCredentialReport", Value::Null).await["State"], "STARTED");
    assert_eq!(world.ok("GenerateCredentialReport", Value::Null).await["State"], "COMPLETE");
    let report = world.ok("GetCredentialReport", Value::Null).await;
    assert_eq!((&report["ReportFormat"], &report["GeneratedTime"]), (&json!("text/csv"), &json!(1_767_323_045)));
    let content = STANDARD.decode(report["Content"].as_str().unwrap()).unwrap();
    let text = String::from_utf8(content).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.split(',').count() == 22), "{text}");
    assert!(lines[1].starts_with("<root_account>,arn:aws:iam::123456789012:root,"));
    assert!(lines[2].contains(",false,true,2026-01-02T03:04:05Z,N/A,N/A,N/A,false,N/A"), "{text}");
    world.clock.advance_s(4 * 3_600);
    assert_eq!(
        world.refused("GetCredentialReport", Value::Null).await,
        "ReportExpired: The report has expired. Generate a new report."
    );
    assert_eq!(world.ok("GenerateCredentialReport", Value::Null).await["State"], "STARTED");
}
