//! Managed policies and their versions.

use serde_json::{Value, json};

use crate::testing::{World, document, text};

const ARN: &str = "arn:aws:iam::123456789012:policy/p/Mine";

async fn world() -> World {
    let world = World::new();
    let input = json!({"PolicyName": "Mine", "Path": "/p/", "PolicyDocument": document("Allow", "s3:*", "*"),
        "Description": "mine", "Tags": [{"Key": "k", "Value": "v"}]});
    let made = world.ok("CreatePolicy", input).await;
    assert_eq!((&made["Policy"]["Arn"], &made["Policy"]["DefaultVersionId"]), (&json!(ARN), &json!("v1")));
    assert_eq!((&made["Policy"]["AttachmentCount"], &made["Policy"]["IsAttachable"]), (&json!(0), &json!(true)));
    assert!(text(&made, "/Policy/PolicyId").starts_with("ANPA"));
    world
}

fn version(document: String, default: bool) -> Value {
    json!({"PolicyArn": ARN, "PolicyDocument": document, "SetAsDefault": default})
}

#[tokio::test]
async fn a_policy_is_shown_listed_and_deleted() {
    let world = world().await;
    let shown = world.ok("GetPolicy", json!({"PolicyArn": ARN})).await;
    assert_eq!(
        (&shown["Policy"]["Description"], &shown["Policy"]["Tags"]),
        (&json!("mine"), &json!([{"Key": "k", "Value": "v"}]))
    );
    let taken = json!({"PolicyName": "MINE", "PolicyDocument": document("Allow", "s3:*", "*")});
    assert_eq!(
        world.refused("CreatePolicy", taken).await,
        "EntityAlreadyExists: A policy called MINE already exists. Duplicate names are not allowed."
    );
    let local = world.ok("ListPolicies", json!({"Scope": "Local"})).await;
    assert_eq!(local["Policies"].as_array().unwrap().len(), 1);
    let attached = world.ok("ListPolicies", json!({"OnlyAttached": true})).await;
    assert_eq!(attached["Policies"], json!([]));
    world.ok("CreateUser", json!({"UserName": "u", "PermissionsBoundary": ARN})).await;
    for (filter, count) in [("PermissionsBoundary", 1), ("PermissionsPolicy", 0)] {
        let listed = world.ok("ListPolicies", json!({"OnlyAttached": true, "PolicyUsageFilter": filter})).await;
        assert_eq!(listed["Policies"].as_array().unwrap().len(), count, "{filter}");
    }
    assert_eq!(
        world.refused("DeletePolicy", json!({"PolicyArn": ARN})).await,
        "DeleteConflict: Cannot delete a policy attached to entities."
    );
    world.ok("DeleteUser", json!({"UserName": "u"})).await;
    world.ok("DeletePolicy", json!({"PolicyArn": ARN})).await;
    assert_eq!(world.ok("ListPolicies", json!({"Scope": "Local"})).await["Policies"], json!([]));
    for operation in [
        "GetPolicy",
        "DeletePolicy",
        "ListPolicyVersions",
        "ListEntitiesForPolicy",
        "GetPolicyVersion",
        "DeletePolicyVersion",
        "SetDefaultPolicyVersion",
        "CreatePolicyVersion",
    ] {
        let input = json!({"PolicyArn": ARN, "VersionId": "v1", "PolicyDocument": document("Allow", "s3:*", "*")});
        assert_eq!(
            world.refused(operation, input).await,
            format!("NoSuchEntity: Policy {ARN} was not found."),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn versions_come_and_go_and_their_numbers_never_return() {
    let world = world().await;
    let made = world.ok("CreatePolicyVersion", version(document("Deny", "s3:*", "*"), false)).await;
    assert_eq!(
        made["PolicyVersion"],
        json!({"VersionId": "v2", "IsDefaultVersion": false, "CreateDate": 1_767_323_045})
    );
    let made = world.ok("CreatePolicyVersion", version(document("Allow", "s3:Get*", "*"), true)).await;
    assert_eq!(
        (&made["PolicyVersion"]["VersionId"], &made["PolicyVersion"]["IsDefaultVersion"]),
        (&json!("v3"), &json!(true))
    );
    let listed = world.ok("ListPolicyVersions", json!({"PolicyArn": ARN})).await;
    let ids: Vec<_> = listed["Versions"].as_array().unwrap().iter().map(|v| v["VersionId"].clone()).collect();
    assert_eq!(ids, ["v3", "v2", "v1"]);
    assert_eq!(
        world.refused("DeletePolicyVersion", json!({"PolicyArn": ARN, "VersionId": "v3"})).await,
        "DeleteConflict: Cannot delete the default version of a policy."
    );
    assert!(world.refused("DeletePolicy", json!({"PolicyArn": ARN})).await.starts_with(
        "DeleteConflict: This policy has more than one version. Before you delete a policy, you must delete the policy's"
    ));
    world.ok("DeletePolicyVersion", json!({"PolicyArn": ARN, "VersionId": "v2"})).await;
    let made = world.ok("CreatePolicyVersion", version(document("Deny", "s3:*", "*"), false)).await;
    assert_eq!(made["PolicyVersion"]["VersionId"], "v4");
    world.ok("SetDefaultPolicyVersion", json!({"PolicyArn": ARN, "VersionId": "v1"})).await;
    assert_eq!(world.ok("GetPolicy", json!({"PolicyArn": ARN})).await["Policy"]["DefaultVersionId"], "v1");
    let shown = world.ok("GetPolicyVersion", json!({"PolicyArn": ARN, "VersionId": "v3"})).await;
    assert!(text(&shown, "/PolicyVersion/Document").contains("s3%3AGet%2A"));
    for operation in ["GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"] {
        assert_eq!(
            world.refused(operation, json!({"PolicyArn": ARN, "VersionId": "v9"})).await,
            format!("NoSuchEntity: Policy {ARN} version v9 does not exist or is not attachable.")
        );
    }
}

#[tokio::test]
async fn a_policy_has_five_versions_at_most() {
    let world = world().await;
    for _ in 0..4 {
        world.ok("CreatePolicyVersion", version(document("Allow", "s3:*", "*"), false)).await;
    }
    let refusal = world.refused("CreatePolicyVersion", version(document("Allow", "s3:*", "*"), false)).await;
    assert_eq!(
        refusal,
        "LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an \
         existing version."
    );
}

#[tokio::test]
async fn documents_are_judged() {
    let world = world().await;
    let long = document("Allow", "s3:*", &format!("arn:aws:s3:::{}", "k".repeat(6_144)));
    let old = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    for (document, expected) in [
        ("{", "MalformedPolicyDocument: Syntax errors in policy."),
        (old, "MalformedPolicyDocument: Policy document must be version 2012-10-17 or greater."),
        // a value of this length is beyond the engine's own bound, which comes first
        (&long, "MalformedPolicyDocument: The policy is too large"),
    ] {
        for input in [version(document.to_owned(), false), json!({"PolicyName": "new", "PolicyDocument": document})] {
            let operation = if input.get("PolicyName").is_some() { "CreatePolicy" } else { "CreatePolicyVersion" };
            let refusal = world.refused(operation, input).await;
            assert!(refusal.starts_with(expected), "{refusal}");
        }
    }
    let key = "k".repeat(3_000);
    let resources = [format!("arn:aws:s3:::a{key}"), format!("arn:aws:s3:::b{key}"), format!("arn:aws:s3:::c{key}")];
    let statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": resources});
    let long = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    assert_eq!(
        world.refused("CreatePolicy", json!({"PolicyName": "new", "PolicyDocument": long})).await,
        "LimitExceeded: Cannot exceed quota for PolicySize: 6144"
    );
}

#[tokio::test]
async fn aws_policies_are_there_and_cannot_be_changed() {
    let world = World::new();
    let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    let shown = world.ok("GetPolicy", json!({"PolicyArn": arn})).await;
    assert_eq!(
        (&shown["Policy"]["Path"], &shown["Policy"]["DefaultVersionId"]),
        (&json!("/service-role/"), &json!("v1"))
    );
    let version = world.ok("GetPolicyVersion", json!({"PolicyArn": arn, "VersionId": "v1"})).await;
    assert!(text(&version, "/PolicyVersion/Document").contains("logs%3ACreateLogGroup"));
    assert_eq!(
        world.ok("ListPolicyVersions", json!({"PolicyArn": arn})).await["Versions"].as_array().unwrap().len(),
        1
    );
    let listed = world.ok("ListPolicies", json!({"Scope": "AWS", "MaxItems": 1000})).await;
    assert_eq!(listed["Policies"].as_array().unwrap().len(), crate::aws_managed::all().count());
    for operation in [
        "DeletePolicy",
        "CreatePolicyVersion",
        "DeletePolicyVersion",
        "SetDefaultPolicyVersion",
        "TagPolicy",
        "UntagPolicy",
    ] {
        let input = json!({"PolicyArn": arn, "VersionId": "v1", "PolicyDocument": "{}", "Tags": [], "TagKeys": []});
        assert!(world.refused(operation, input).await.starts_with("AccessDenied: "), "{operation}");
    }
}

#[tokio::test]
async fn a_malformed_document_is_refused_with_its_place_in_every_position() {
    let world = World::new();
    world.user("alice").await;
    let good = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]},
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"], "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    ]});
    for (at, bad, place) in [
        ("/Version", json!("2013-01-01"), "Version"),
        ("/Statement/0/Effect", json!("allow"), "Statement[0].Effect"),
        ("/Statement/0/Action/0", json!("GetObject"), "Statement[0].Action[0]"),
        ("/Statement/1/Resource/0", json!("bucket"), "Statement[1].Resource[0]"),
        ("/Statement/1/Condition/Bool", json!("true"), "Statement[1].Condition.Bool"),
        ("/Statement/1/Condition", json!({"Wrong": {"a:b": "c"}}), "Statement[1].Condition.Wrong"),
    ] {
        let mut document = good.clone();
        *document.pointer_mut(at).unwrap() = bad;
        let text = serde_json::to_string_pretty(&document).unwrap();
        for (operation, input) in [
            ("CreatePolicy", json!({"PolicyName": "p", "PolicyDocument": text})),
            ("PutUserPolicy", json!({"UserName": "alice", "PolicyName": "p", "PolicyDocument": text})),
        ] {
            let error = world.call(aws_types::Caller::Root, operation, input).await.unwrap_err();
            assert_eq!(error.code, "MalformedPolicyDocument", "{operation} {at}");
            let (_, detail) = error.fields.iter().find(|(name, _)| *name == "Detail").unwrap();
            let told = detail.as_str().unwrap();
            assert!(told.starts_with(&format!("{place} (line ")), "{operation} {at}: {told}");
        }
    }
}
