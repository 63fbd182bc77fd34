//! AssumeRole: trust, own policies, tags, durations, chains.

use aws_types::{AccountId, Caller, Service as _};
use serde_json::{Value, json};

use crate::testing::{World, document, text, trust};
use crate::{Question, RootAssumes};

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";

fn assume(arn: &str) -> Value {
    json!({"RoleArn": arn, "RoleSessionName": "session"})
}

fn with(arn: &str, key: &str, value: Value) -> Value {
    let mut input = assume(arn);
    input[key] = value;
    input
}

fn denied(who: &str, action: &str, arn: &str) -> String {
    format!("AccessDenied: User: {who} is not authorized to perform: {action} on resource: {arn}")
}

#[tokio::test]
async fn whom_the_trust_policy_names_gets_the_role() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": ALICE})).await;
    let answer = world.ok_as(alice, "AssumeRole", assume(&arn)).await;
    assert_eq!(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::123456789012:assumed-role/r/session");
    let id = text(&world.ok("GetRole", json!({"RoleName": "r"})).await, "/Role/RoleId");
    assert_eq!(answer["AssumedRoleUser"]["AssumedRoleId"], format!("{id}:session"));
    assert_eq!(answer["Credentials"]["Expiration"], 1_767_323_045 + 3_600);
    assert!(answer.get("PackedPolicySize").is_none());
    let bob = world.user("bob").await;
    world.allow("bob", "sts:AssumeRole", "*").await;
    let refusal = world.refused_as(bob, "AssumeRole", assume(&arn)).await;
    assert_eq!(refusal, denied("arn:aws:iam::123456789012:user/bob", "sts:AssumeRole", &arn));
}

#[tokio::test]
async fn trust_in_the_account_needs_the_callers_own_policies() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": "123456789012"})).await;
    assert_eq!(
        world.refused_as(alice.clone(), "AssumeRole", assume(&arn)).await,
        denied(ALICE, "sts:AssumeRole", &arn)
    );
    world.allow("alice", "sts:AssumeRole", &arn).await;
    world.ok_as(alice, "AssumeRole", assume(&arn)).await;
}

#[tokio::test]
async fn another_accounts_caller_needs_both_sides() {
    let world = World::new();
    let alice = world.user("alice").await;
    let mut other = world.context(Caller::Root);
    other.account = AccountId::parse("999999999999").unwrap();
    let input = json!({"RoleName": "r", "AssumeRolePolicyDocument": trust(json!({"AWS": ALICE}), &["sts:AssumeRole"])});
    world.rooms.iam.call(&other, "CreateRole", input, None).await.unwrap();
    let arn = "arn:aws:iam::999999999999:role/r";
    assert_eq!(world.refused_as(alice.clone(), "AssumeRole", assume(arn)).await, denied(ALICE, "sts:AssumeRole", arn));
    world.allow("alice", "sts:AssumeRole", arn).await;
    let answer = world.ok_as(alice, "AssumeRole", assume(arn)).await;
    assert_eq!(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::999999999999:assumed-role/r/session");
    assert_eq!(crate::ids::account_of(&text(&answer, "/Credentials/AccessKeyId")).unwrap().as_str(), "999999999999");
}

#[tokio::test]
async fn roles_that_are_not_there_are_refused_alike_and_other_arns_are_invalid() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.allow("alice", "sts:*", "*").await;
    world.role("r", json!({"AWS": ALICE})).await;
    for arn in ["arn:aws:iam::123456789012:role/none", "arn:aws:iam::123456789012:role/path/r"] {
        assert_eq!(
            world.refused_as(alice.clone(), "AssumeRole", assume(arn)).await,
            denied(ALICE, "sts:AssumeRole", arn)
        );
    }
    for arn in [
        "nothing-valid-in-here",
        "arn:aws:iam::123456789012:user/alice",
        "arn:aws:iam::x:role/r",
        "arn:aws:s3:::role/r",
    ] {
        assert_eq!(
            world.refused_as(alice.clone(), "AssumeRole", assume(arn)).await,
            format!("ValidationError: {arn} is invalid")
        );
    }
}

#[tokio::test]
async fn the_root_assumes_nothing_unless_it_is_local_mode() {
    let world = World::new();
    let arn = world.role("r", json!({"AWS": "123456789012"})).await;
    assert_eq!(
        world.refused("AssumeRole", assume(&arn)).await,
        "AccessDenied: Roles may not be assumed by root accounts."
    );
    let local = World::over(world.store.clone(), RootAssumes::ByTrustPolicy);
    local.ok("AssumeRole", assume(&arn)).await;
    let closed = local.role("closed", json!({"AWS": "999999999999"})).await;
    assert_eq!(
        local.refused("AssumeRole", assume(&closed)).await,
        denied("arn:aws:iam::123456789012:root", "sts:AssumeRole", &closed)
    );
}

#[tokio::test]
async fn conditions_of_the_trust_policy_are_put_to_the_request() {
    let world = World::new();
    let alice = world.user("alice").await;
    let statement = json!({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "secret", "sts:RoleSessionName": "session"},
            "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}});
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("CreateRole", json!({"RoleName": "r", "AssumeRolePolicyDocument": document})).await;
    let arn = "arn:aws:iam::123456789012:role/r";
    for wrong in [assume(arn), with(arn, "ExternalId", json!("other"))] {
        let refusal = world.refused_as(alice.clone(), "AssumeRole", wrong).await;
        assert_eq!(refusal, denied(ALICE, "sts:AssumeRole", arn));
    }
    world.ok_as(alice, "AssumeRole", with(arn, "ExternalId", json!("secret"))).await;
}

#[tokio::test]
async fn durations_keep_to_the_role_and_to_the_chain() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": ALICE})).await;
    let both = trust(json!({"AWS": [ALICE, "arn:aws:iam::123456789012:role/r"]}), &["sts:AssumeRole"]);
    world.ok("UpdateAssumeRolePolicy", json!({"RoleName": "r", "PolicyDocument": both})).await;
    let long = with(&arn, "DurationSeconds", json!(7_200));
    assert_eq!(
        world.refused_as(alice.clone(), "AssumeRole", long.clone()).await,
        "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    );
    world.ok("UpdateRole", json!({"RoleName": "r", "MaxSessionDuration": 43_200})).await;
    let answer = world.ok_as(alice, "AssumeRole", long.clone()).await;
    assert_eq!(answer["Credentials"]["Expiration"], 1_767_323_045 + 7_200);
    let session = world.open(&answer);
    assert_eq!(
        world.refused_as(session.clone(), "AssumeRole", long).await,
        "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    );
    world.ok_as(session, "AssumeRole", assume(&arn)).await;
}

#[tokio::test]
async fn attack_145_session_policies_limit_the_role() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": ALICE})).await;
    world
        .ok(
            "PutRolePolicy",
            json!({"RoleName": "r", "PolicyName": "all", "PolicyDocument": document("Allow", "s3:*", "*")}),
        )
        .await;
    let limited = with(&arn, "Policy", json!(document("Allow", "s3:Get*", "*")));
    let answer = world.ok_as(alice.clone(), "AssumeRole", limited).await;
    assert!(answer["PackedPolicySize"].as_i64().unwrap() > 0);
    let now = world.context(Caller::Root).now;
    for (action, may) in [("s3:GetObject", true), ("s3:PutObject", false), ("ec2:Get", false)] {
        let question = Question::new(action, "arn:aws:s3:::b/k", now);
        let verdict = world.rooms.principals.authorize(&world.session(&answer), &question).await.unwrap();
        assert_eq!(verdict.is_allowed(), may, "{action}");
    }
    let own = json!({"PolicyName": "p", "PolicyDocument": document("Allow", "s3:Put*", "*")});
    world.ok("CreatePolicy", own).await;
    let policy = "arn:aws:iam::123456789012:policy/p";
    let answer = world.ok_as(alice, "AssumeRole", with(&arn, "PolicyArns", json!([{"arn": policy}]))).await;
    let question = Question::new("s3:PutObject", "arn:aws:s3:::b/k", now);
    assert!(world.rooms.principals.authorize(&world.session(&answer), &question).await.unwrap().is_allowed());
    world.ok("DeletePolicy", json!({"PolicyArn": policy})).await;
    let verdict = world.rooms.principals.authorize(&world.session(&answer), &question).await.unwrap();
    assert!(!verdict.is_allowed(), "a session policy that is gone allows nothing");
}

#[tokio::test]
async fn tags_are_judged_inherited_and_seen_by_policies() {
    let world = World::new();
    let alice = world.user("alice").await;
    let (first, second) = ("arn:aws:iam::123456789012:role/first", "arn:aws:iam::123456789012:role/second");
    world.role("first", json!({"AWS": ALICE})).await;
    world.role("second", json!({"AWS": first})).await;
    let tags = json!([{"Key": "Team", "Value": "a"}, {"Key": "Own", "Value": "b"}]);
    let mut input = with(first, "Tags", tags);
    input["TransitiveTagKeys"] = json!(["team"]);
    let session = world.open(&world.ok_as(alice.clone(), "AssumeRole", input).await);
    let conflict = with(second, "Tags", json!([{"Key": "TEAM", "Value": "x"}]));
    assert_eq!(
        world.refused_as(session.clone(), "AssumeRole", conflict).await,
        "InvalidParameterValue: One of the specified transitive tag keys can't be set because it conflicts with a \
         transitive tag key from the calling session."
    );
    let answer = world.ok_as(session, "AssumeRole", with(second, "Tags", json!([{"Key": "New", "Value": "n"}]))).await;
    let statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals":
        {"aws:PrincipalTag/Team": "a", "aws:PrincipalTag/New": "n"}, "Null": {"aws:PrincipalTag/Own": "true"}}});
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("PutRolePolicy", json!({"RoleName": "second", "PolicyName": "p", "PolicyDocument": document})).await;
    let question = Question::new("s3:GetObject", "arn:aws:s3:::b/k", world.context(Caller::Root).now);
    assert!(world.rooms.principals.authorize(&world.session(&answer), &question).await.unwrap().is_allowed());

    let twice = with(first, "Tags", json!([{"Key": "k", "Value": "1"}, {"Key": "K", "Value": "2"}]));
    assert_eq!(
        world.refused_as(alice.clone(), "AssumeRole", twice).await,
        "InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case insensitive."
    );
    assert_eq!(
        world.refused_as(alice.clone(), "AssumeRole", with(first, "TransitiveTagKeys", json!(["none"]))).await,
        "InvalidParameterValue: The specified transitive tag key must be included in the requested tags."
    );
    let many: Vec<Value> = (0..51).map(|n| json!({"Key": n.to_string(), "Value": ""})).collect();
    let refusal = world.refused_as(alice, "AssumeRole", with(first, "Tags", json!(many))).await;
    assert!(refusal.starts_with("ValidationError: "), "{refusal}");
}

#[tokio::test]
async fn tags_and_source_identities_need_their_own_permission() {
    let world = World::new();
    let alice = world.user("alice").await;
    let document = trust(json!({"AWS": ALICE}), &["sts:AssumeRole"]);
    world.ok("CreateRole", json!({"RoleName": "r", "AssumeRolePolicyDocument": document})).await;
    let arn = "arn:aws:iam::123456789012:role/r";
    let tagged = with(arn, "Tags", json!([{"Key": "k", "Value": "v"}]));
    assert_eq!(world.refused_as(alice.clone(), "AssumeRole", tagged).await, denied(ALICE, "sts:TagSession", arn));
    let named = with(arn, "SourceIdentity", json!("alice"));
    assert_eq!(world.refused_as(alice, "AssumeRole", named).await, denied(ALICE, "sts:SetSourceIdentity", arn));
}

#[tokio::test]
async fn a_source_identity_stays_along_the_chain() {
    let world = World::new();
    let alice = world.user("alice").await;
    let first = world.role("first", json!({"AWS": ALICE})).await;
    let second = world.role("second", json!({"AWS": first})).await;
    let answer = world.ok_as(alice, "AssumeRole", with(&first, "SourceIdentity", json!("alice"))).await;
    assert_eq!(answer["SourceIdentity"], "alice");
    let session = world.open(&answer);
    assert_eq!(world.ok_as(session.clone(), "AssumeRole", assume(&second)).await["SourceIdentity"], "alice");
    let other = world.refused_as(session, "AssumeRole", with(&second, "SourceIdentity", json!("bob"))).await;
    assert!(other.starts_with("InvalidParameterValue: "), "{other}");
}

#[tokio::test]
async fn other_refusals() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": ALICE})).await;
    let mfa = with(&arn, "SerialNumber", json!("arn:aws:iam::123456789012:mfa/alice"));
    let refusal = world.refused_as(alice.clone(), "AssumeRole", mfa).await;
    assert!(refusal.starts_with("AccessDenied: MultiFactorAuthentication failed"), "{refusal}");
    let broken = with(&arn, "Policy", json!("{"));
    assert_eq!(
        world.refused_as(alice.clone(), "AssumeRole", broken).await,
        "MalformedPolicyDocument: Syntax errors in policy."
    );
    let long = with(&arn, "Policy", json!(document("Allow", "s3:*", &format!("arn:aws:s3:::{}", "k".repeat(2_048)))));
    assert!(world.refused_as(alice, "AssumeRole", long).await.starts_with("PackedPolicyTooLarge: "));
}

#[tokio::test]
async fn trust_follows_who_was_meant_and_not_the_name() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": ALICE})).await;
    world.ok("UpdateUser", json!({"UserName": "alice", "NewUserName": "renamed"})).await;
    let Caller::Principal { access_key_id, .. } = alice else { panic!("a principal") };
    let renamed = Caller::Principal { access_key_id, arn: "arn:aws:iam::123456789012:user/renamed".to_owned() };
    world.ok_as(renamed, "AssumeRole", assume(&arn)).await;
    let namesake = world.user("alice").await;
    assert_eq!(
        world.refused_as(namesake.clone(), "AssumeRole", assume(&arn)).await,
        denied(ALICE, "sts:AssumeRole", &arn)
    );
    let again = trust(json!({"AWS": [ALICE, ALICE]}), &["sts:AssumeRole"]);
    world.ok("UpdateAssumeRolePolicy", json!({"RoleName": "r", "PolicyDocument": again})).await;
    world.ok_as(namesake, "AssumeRole", assume(&arn)).await;
}

#[tokio::test]
async fn tags_of_the_role_are_condition_keys() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": "123456789012"})).await;
    let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}}});
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("PutUserPolicy", json!({"UserName": "alice", "PolicyName": "p", "PolicyDocument": document})).await;
    let refusal = world.refused_as(alice.clone(), "AssumeRole", assume(&arn)).await;
    assert_eq!(refusal, denied(ALICE, "sts:AssumeRole", &arn));
    world.ok("TagRole", json!({"RoleName": "r", "Tags": [{"Key": "team", "Value": "a"}]})).await;
    world.ok_as(alice, "AssumeRole", assume(&arn)).await;
}
