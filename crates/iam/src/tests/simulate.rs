//! The policy simulator.

use serde_json::{Value, json};

use crate::testing::{World, document};

fn decisions(answer: &Value) -> Vec<String> {
    let results = answer["EvaluationResults"].as_array().unwrap();
    results.iter().map(|result| result["EvalDecision"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn custom_policies_are_judged_by_the_real_engine() {
    let world = World::new();
    let allow = document("Allow", "s3:Get*", "arn:aws:s3:::b/*");
    let deny = document("Deny", "s3:GetObject", "arn:aws:s3:::b/secret");
    let answer = world
        .ok(
            "SimulateCustomPolicy",
            json!({"PolicyInputList": [allow, deny], "ActionNames": ["s3:GetObject", "s3:PutObject"],
                "ResourceArns": ["arn:aws:s3:::b/k", "arn:aws:s3:::b/secret"]}),
        )
        .await;
    assert_eq!(decisions(&answer), ["allowed", "explicitDeny", "implicitDeny", "implicitDeny"]);
    let first = &answer["EvaluationResults"][0];
    assert_eq!(
        (&first["EvalActionName"], &first["EvalResourceName"]),
        (&json!("s3:GetObject"), &json!("arn:aws:s3:::b/k"))
    );
    let statement = &first["MatchedStatements"][0];
    assert_eq!(statement["SourcePolicyId"], "PolicyInputList.1");
    assert!(statement["StartPosition"]["Column"].as_i64().unwrap() > 0);
    assert_eq!(answer["EvaluationResults"][1]["MatchedStatements"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn conditions_boundaries_and_resource_policies_count() {
    let world = World::new();
    let conditional = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}});
    let mut input = json!({"PolicyInputList": [conditional.to_string()], "ActionNames": ["s3:GetObject"]});
    let answer = world.ok("SimulateCustomPolicy", input.clone()).await;
    assert_eq!(decisions(&answer), ["implicitDeny"]);
    assert_eq!(answer["EvaluationResults"][0]["MissingContextValues"], json!(["aws:PrincipalTag/team"]));
    assert_eq!(answer["EvaluationResults"][0]["EvalResourceName"], "*");
    input["ContextEntries"] =
        json!([{"ContextKeyName": "aws:principaltag/team", "ContextKeyValues": ["a"], "ContextKeyType": "string"}]);
    let answer = world.ok("SimulateCustomPolicy", input.clone()).await;
    assert_eq!(decisions(&answer), ["allowed"]);
    assert_eq!(answer["EvaluationResults"][0]["MissingContextValues"], json!([]));
    input["PermissionsBoundaryPolicyInputList"] = json!([document("Allow", "ec2:*", "*")]);
    let answer = world.ok("SimulateCustomPolicy", input).await;
    assert_eq!(decisions(&answer), ["implicitDeny"]);
    let detail = &answer["EvaluationResults"][0]["PermissionsBoundaryDecisionDetail"];
    assert_eq!(detail["AllowedByPermissionsBoundary"], false);
    let resource = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/u"},
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/k"}});
    let input = json!({"PolicyInputList": [], "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::b/k"],
        "ResourcePolicy": resource.to_string(), "CallerArn": "arn:aws:iam::123456789012:user/u"});
    let answer = world.ok("SimulateCustomPolicy", input).await;
    assert_eq!(decisions(&answer), ["allowed"]);
    assert_eq!(answer["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyId"], "ResourcePolicy");
}

#[tokio::test]
async fn principals_are_judged_with_their_groups() {
    let world = World::new();
    world
        .ok("CreateUser", json!({"UserName": "u", "PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"}))
        .await;
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "u"})).await;
    let policy = json!({"GroupName": "g", "PolicyName": "p", "PolicyDocument": document("Allow", "*", "*")});
    world.ok("PutGroupPolicy", policy).await;
    world.role("r", json!({"AWS": "*"})).await;
    world
        .ok("AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}))
        .await;
    let ask = |source: &str| json!({"PolicySourceArn": format!("arn:aws:iam::123456789012:{source}"), "ActionNames": ["s3:GetObject", "iam:CreateUser"]});
    let user = world.ok("SimulatePrincipalPolicy", ask("user/u")).await;
    assert_eq!(decisions(&user), ["allowed", "implicitDeny"]);
    let statement = &user["EvaluationResults"][0]["MatchedStatements"][0];
    assert_eq!((&statement["SourcePolicyId"], &statement["SourcePolicyType"]), (&json!("group_g_p"), &json!("group")));
    assert_eq!(decisions(&world.ok("SimulatePrincipalPolicy", ask("group/g")).await), ["allowed", "allowed"]);
    let role = world.ok("SimulatePrincipalPolicy", ask("role/r")).await;
    assert_eq!(decisions(&role), ["allowed", "implicitDeny"]);
    let mut more = ask("role/r");
    more["PolicyInputList"] = json!([document("Allow", "iam:*", "*")]);
    assert_eq!(decisions(&world.ok("SimulatePrincipalPolicy", more).await), ["allowed", "allowed"]);
    for source in ["user/none", "role/none"] {
        assert!(world.refused("SimulatePrincipalPolicy", ask(source)).await.starts_with("NoSuchEntity: "));
    }
    assert!(world.refused("SimulatePrincipalPolicy", ask("oidc-provider/x")).await.starts_with("InvalidInput: "));
}

#[tokio::test]
async fn simulations_have_pages_and_bounds() {
    let world = World::new();
    let base = json!({"PolicyInputList": [document("Allow", "s3:*", "*")], "ActionNames": ["s3:A", "s3:B", "s3:C"], "MaxItems": 2});
    let page = world.ok("SimulateCustomPolicy", base.clone()).await;
    assert_eq!((page["EvaluationResults"].as_array().unwrap().len(), &page["IsTruncated"]), (2, &json!(true)));
    let mut next = base.clone();
    next["Marker"] = page["Marker"].clone();
    let page = world.ok("SimulateCustomPolicy", next).await;
    assert_eq!(page["EvaluationResults"][0]["EvalActionName"], "s3:C");
    let with = |key: &str, value: Value| {
        let mut input = base.clone();
        input[key] = value;
        input
    };
    let boundary = document("Allow", "*", "*");
    for bad in [
        with("PolicyInputList", json!(["{"])),
        with("CallerArn", json!("nobody")),
        with("PermissionsBoundaryPolicyInputList", json!([boundary, boundary])),
        with("ResourcePolicy", json!("{")),
        with("OrderedOrganizationPolicyInputList", json!([{"ServiceControlPolicyInputList": []}])),
        with("ResourceArns", json!(vec!["*"; 5_000])),
    ] {
        assert!(world.refused("SimulateCustomPolicy", bad).await.starts_with("InvalidInput: "));
    }
}

#[tokio::test]
async fn context_keys_are_listed_once() {
    let world = World::new();
    let policy = |key: &str| {
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
            "Condition": {"StringEquals": {key: "a"}}}})
        .to_string()
    };
    let list =
        json!({"PolicyInputList": [policy("aws:SourceVpc"), policy("aws:PrincipalTag/x"), policy("AWS:sourcevpc")]});
    let keys = world.ok("GetContextKeysForCustomPolicy", list).await;
    assert_eq!(keys["ContextKeyNames"].as_array().unwrap().len(), 2);
    world.ok("CreateUser", json!({"UserName": "u"})).await;
    let put = json!({"UserName": "u", "PolicyName": "p", "PolicyDocument": policy("aws:SourceVpc")});
    world.ok("PutUserPolicy", put).await;
    let source =
        json!({"PolicySourceArn": "arn:aws:iam::123456789012:user/u", "PolicyInputList": [policy("aws:Referer")]});
    let keys = world.ok("GetContextKeysForPrincipalPolicy", source).await;
    assert_eq!(keys["ContextKeyNames"], json!(["aws:Referer", "aws:SourceVpc"]));
    assert!(
        world
            .refused("GetContextKeysForCustomPolicy", json!({"PolicyInputList": ["{"]}))
            .await
            .starts_with("InvalidInput: ")
    );
    let none = json!({"PolicySourceArn": "arn:aws:iam::123456789012:user/none"});
    assert!(world.refused("GetContextKeysForPrincipalPolicy", none).await.starts_with("NoSuchEntity: "));
}

#[tokio::test]
async fn policies_are_left_out_of_a_simulation() {
    let world = World::new();
    let boundary = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    world.ok("CreateUser", json!({"UserName": "u", "PermissionsBoundary": boundary})).await;
    let inline = json!({"UserName": "u", "PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")});
    world.ok("PutUserPolicy", inline).await;
    let arn = "arn:aws:iam::123456789012:policy/mine";
    let made = json!({"PolicyName": "mine", "PolicyDocument": document("Deny", "s3:GetObject", "*")});
    world.ok("CreatePolicy", made).await;
    world.ok("AttachUserPolicy", json!({"UserName": "u", "PolicyArn": arn})).await;
    let ask = |excluded: Value| {
        json!({"PolicySourceArn": "arn:aws:iam::123456789012:user/u",
        "ActionNames": ["s3:GetObject", "s3:PutObject"], "PolicyExclusionList": excluded})
    };
    let named = |kind: &str, name: &str| {
        json!([{"InlinePolicyIdentifier":
        {"PolicyName": "p", "AttachmentType": kind, "AttachmentName": name}}, {"PolicyArn": arn}])
    };
    for (excluded, wanted) in [
        (json!([]), ["explicitDeny", "implicitDeny"]),
        (json!([{"PolicyArn": "arn:aws:iam::123456789012:policy/m*e"}]), ["allowed", "implicitDeny"]),
        (json!([{"PolicyType": "user-managed"}]), ["allowed", "implicitDeny"]),
        (json!([{"PolicyType": "permission-boundary"}]), ["explicitDeny", "allowed"]),
        (json!([{"PolicyType": "aws-managed"}, {"PolicyType": "rcp"}]), ["explicitDeny", "implicitDeny"]),
        (json!([{"PolicyType": "inline"}, {"PolicyType": "user-managed"}]), ["implicitDeny", "implicitDeny"]),
        (named("user", "?"), ["implicitDeny", "implicitDeny"]),
        (named("role", "u"), ["allowed", "implicitDeny"]),
        (json!([{"PolicyArn": "arn:aws:iam::123456789012:policy/other"}]), ["explicitDeny", "implicitDeny"]),
    ] {
        let answer = world.ok("SimulatePrincipalPolicy", ask(excluded.clone())).await;
        assert_eq!(decisions(&answer), wanted, "{excluded}");
    }
    for wrong in
        [json!({}), json!({"PolicyArn": arn, "PolicyType": "inline"}), json!({"PolicyArn": "arn:aws:iam::*:policy/x"})]
    {
        let refusal = world.refused("SimulatePrincipalPolicy", ask(json!([wrong]))).await;
        assert!(refusal.starts_with("InvalidInput: Invalid policy identifier"), "{refusal}");
    }
}
