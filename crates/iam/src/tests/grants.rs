//! Inline policies, attached policies and boundaries of users, groups and roles.

use serde_json::{Value, json};

use crate::testing::{World, document};

/// The three holders: kind, member that names it, quota.
const HOLDERS: [(&str, &str, &str, usize); 3] = [
    ("User", "UserName", "PoliciesPerUser", 2_048),
    ("Group", "GroupName", "PoliciesPerGroup", 5_120),
    ("Role", "RoleName", "PoliciesPerRole", 10_240),
];

async fn world() -> World {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "x"})).await;
    world.ok("CreateGroup", json!({"GroupName": "x"})).await;
    world.role("x", json!({"AWS": "123456789012"})).await;
    world
}

fn with(member: &str, holder: &str, more: Value) -> Value {
    let mut input = more;
    input[member] = json!(holder);
    input
}

#[tokio::test]
async fn inline_policies_are_put_shown_replaced_listed_and_deleted() {
    let world = world().await;
    for (kind, member, ..) in HOLDERS {
        for name in ["b", "a", "b"] {
            let input = json!({"PolicyName": name, "PolicyDocument": document("Allow", "s3:GetObject", "*")});
            world.ok(&format!("Put{kind}Policy"), with(member, "x", input)).await;
        }
        let listed = world.ok(&format!("List{kind}Policies"), with(member, "x", json!({}))).await;
        assert_eq!(listed, json!({"PolicyNames": ["a", "b"], "IsTruncated": false}));
        let shown = world.ok(&format!("Get{kind}Policy"), with(member, "x", json!({"PolicyName": "a"}))).await;
        assert!(shown["PolicyDocument"].as_str().unwrap().starts_with("%7B%22Version%22%3A%222012-10-17%22"));
        assert_eq!(shown[member], "x");
        world.ok(&format!("Delete{kind}Policy"), with(member, "x", json!({"PolicyName": "a"}))).await;
        for operation in ["Get", "Delete"] {
            assert_eq!(
                world.refused(&format!("{operation}{kind}Policy"), with(member, "x", json!({"PolicyName": "a"}))).await,
                format!("NoSuchEntity: The {} policy with name a cannot be found.", kind.to_lowercase())
            );
        }
    }
}

#[tokio::test]
async fn holders_that_are_not_there_are_told_so() {
    let world = world().await;
    let document = document("Allow", "s3:*", "*");
    for (kind, member, ..) in HOLDERS {
        let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        for operation in [
            format!("Put{kind}Policy"),
            format!("Get{kind}Policy"),
            format!("Delete{kind}Policy"),
            format!("List{kind}Policies"),
            format!("ListAttached{kind}Policies"),
            format!("Attach{kind}Policy"),
            format!("Detach{kind}Policy"),
        ] {
            let input = json!({"PolicyName": "p", "PolicyDocument": document, "PolicyArn": arn});
            assert_eq!(
                world.refused(&operation, with(member, "none", input)).await,
                format!("NoSuchEntity: The {} with name none cannot be found.", kind.to_lowercase()),
                "{operation}"
            );
        }
    }
}

#[tokio::test]
async fn broken_documents_are_refused() {
    let world = world().await;
    for (kind, member, ..) in HOLDERS {
        for broken in
            ["", "{", "[]", r#"{"Version":"2012-10-17"}"#, r#"{"Statement":{"Effect":"Allow","Action":"s3:*"}}"#]
        {
            let input = json!({"PolicyName": "p", "PolicyDocument": broken});
            let refusal = world.refused(&format!("Put{kind}Policy"), with(member, "x", input)).await;
            assert!(refusal.starts_with("MalformedPolicyDocument: "), "{broken}: {refusal}");
        }
    }
}

#[tokio::test]
async fn inline_documents_together_have_a_bound_that_counts_no_blanks() {
    let world = world().await;
    for (kind, member, _, most) in HOLDERS {
        let put =
            |name: &str, document: String| with(member, "x", json!({"PolicyName": name, "PolicyDocument": document}));
        let blanks = of_size(most).replace(":[", ":  \n [");
        world.ok(&format!("Put{kind}Policy"), put("a", blanks)).await;
        let refusal =
            world.refused(&format!("Put{kind}Policy"), put("b", document("Allow", "s3:GetObject", "*"))).await;
        let expected =
            format!("LimitExceeded: Maximum policy size of {most} bytes exceeded for {} x", kind.to_lowercase());
        assert_eq!(refusal, expected);
        assert_eq!(world.refused(&format!("Put{kind}Policy"), put("a", of_size(most + 1))).await, expected);
    }
}

#[tokio::test]
async fn managed_policies_are_attached_listed_and_detached() {
    let world = world().await;
    let own = json!({"PolicyName": "Mine", "Path": "/p/", "PolicyDocument": document("Allow", "s3:*", "*")});
    world.ok("CreatePolicy", own).await;
    let (own, aws) = ("arn:aws:iam::123456789012:policy/p/Mine", "arn:aws:iam::aws:policy/ReadOnlyAccess");
    for (kind, member, ..) in HOLDERS {
        for arn in [aws, own, aws] {
            world.ok(&format!("Attach{kind}Policy"), with(member, "x", json!({"PolicyArn": arn}))).await;
        }
        let list = format!("ListAttached{kind}Policies");
        let listed = world.ok(&list, with(member, "x", json!({}))).await;
        assert_eq!(
            listed["AttachedPolicies"],
            json!([{"PolicyName": "Mine", "PolicyArn": own}, {"PolicyName": "ReadOnlyAccess", "PolicyArn": aws}])
        );
        let listed = world.ok(&list, with(member, "x", json!({"PathPrefix": "/p/"}))).await;
        assert_eq!(listed["AttachedPolicies"], json!([{"PolicyName": "Mine", "PolicyArn": own}]));
    }
    for arn in [own, aws] {
        assert_eq!(world.ok("GetPolicy", json!({"PolicyArn": arn})).await["Policy"]["AttachmentCount"], 3);
        let entities = world.ok("ListEntitiesForPolicy", json!({"PolicyArn": arn})).await;
        assert_eq!(entities["PolicyUsers"][0]["UserName"], "x");
        assert_eq!(entities["PolicyGroups"][0]["GroupName"], "x");
        assert_eq!(entities["PolicyRoles"][0]["RoleName"], "x");
        let roles = world.ok("ListEntitiesForPolicy", json!({"PolicyArn": arn, "EntityFilter": "Role"})).await;
        assert_eq!((&roles["PolicyUsers"], roles["PolicyRoles"].as_array().unwrap().len()), (&json!([]), 1));
    }
    for (kind, member, ..) in HOLDERS {
        for arn in [own, aws] {
            let input = with(member, "x", json!({"PolicyArn": arn}));
            world.ok(&format!("Detach{kind}Policy"), input.clone()).await;
            assert_eq!(
                world.refused(&format!("Detach{kind}Policy"), input).await,
                format!("NoSuchEntity: Policy {arn} was not found.")
            );
        }
    }
    assert_eq!(world.ok("GetPolicy", json!({"PolicyArn": own})).await["Policy"]["AttachmentCount"], 0);
}

#[tokio::test]
async fn only_what_is_there_is_attached_and_ten_at_most() {
    let world = world().await;
    for n in 0..11 {
        let input = json!({"PolicyName": format!("p{n}"), "PolicyDocument": document("Allow", "s3:*", "*")});
        world.ok("CreatePolicy", input).await;
    }
    for (kind, member, quota, _) in HOLDERS {
        let operation = format!("Attach{kind}Policy");
        for arn in [
            "arn:aws:iam::123456789012:policy/none",
            "arn:aws:iam::123456789012:policy/x/p0",
            "arn:aws:iam::aws:policy/None",
        ] {
            assert_eq!(
                world.refused(&operation, with(member, "x", json!({"PolicyArn": arn}))).await,
                format!("NoSuchEntity: Policy {arn} does not exist or is not attachable.")
            );
        }
        for n in 0..11 {
            let arn = format!("arn:aws:iam::123456789012:policy/p{n}");
            let input = with(member, "x", json!({"PolicyArn": arn}));
            if n < 10 {
                world.ok(&operation, input).await;
            } else {
                let expected = format!("LimitExceeded: Cannot exceed quota for {quota}: 10");
                assert_eq!(world.refused(&operation, input).await, expected);
            }
        }
    }
}

#[tokio::test]
async fn boundaries_are_set_replaced_counted_and_taken_away() {
    let world = world().await;
    let (a, b) = ("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/PowerUserAccess");
    for (kind, member) in [("User", "UserName"), ("Role", "RoleName")] {
        let put = format!("Put{kind}PermissionsBoundary");
        for arn in [a, b] {
            world.ok(&put, with(member, "x", json!({"PermissionsBoundary": arn}))).await;
        }
        let shown = world.ok(&format!("Get{kind}"), with(member, "x", json!({}))).await;
        assert_eq!(
            shown[kind]["PermissionsBoundary"],
            json!({"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": b})
        );
        let count = world.ok("GetPolicy", json!({"PolicyArn": b})).await;
        assert_eq!(count["Policy"]["PermissionsBoundaryUsageCount"], 1);
        let bounded = json!({"PolicyArn": b, "PolicyUsageFilter": "PermissionsBoundary"});
        let list = format!("Policy{kind}s");
        assert_eq!(world.ok("ListEntitiesForPolicy", bounded).await[&list].as_array().unwrap().len(), 1);
        let permitted = json!({"PolicyArn": b, "PolicyUsageFilter": "PermissionsPolicy"});
        assert_eq!(world.ok("ListEntitiesForPolicy", permitted).await[&list], json!([]));
        let delete = format!("Delete{kind}PermissionsBoundary");
        world.ok(&delete, with(member, "x", json!({}))).await;
        assert!(world.refused(&delete, with(member, "x", json!({}))).await.starts_with("NoSuchEntity: "));
        let none = format!("NoSuchEntity: The {} with name none cannot be found.", kind.to_lowercase());
        assert_eq!(world.refused(&delete, with(member, "none", json!({}))).await, none);
        let input = with(member, "none", json!({"PermissionsBoundary": a}));
        assert_eq!(world.refused(&put, input).await, none);
        let input = with(member, "x", json!({"PermissionsBoundary": "arn:aws:iam::aws:policy/None"}));
        assert_eq!(
            world.refused(&put, input).await,
            "NoSuchEntity: Policy arn:aws:iam::aws:policy/None does not exist or is not attachable."
        );
        let count = world.ok("GetPolicy", json!({"PolicyArn": b})).await;
        assert_eq!(count["Policy"]["PermissionsBoundaryUsageCount"], 0);
    }
}

/// A document of so many characters, blanks not counted, with no long value in it.
fn of_size(size: usize) -> String {
    let of = |fills: &[usize]| {
        let resources: Vec<String> = fills.iter().map(|len| format!("arn:aws:s3:::b/{}", "k".repeat(*len))).collect();
        let statement = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": resources});
        json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
    };
    let left = size - of(&[0; 4]).len();
    of(&[left / 4, left / 4, left / 4, left - left / 4 * 3])
}
