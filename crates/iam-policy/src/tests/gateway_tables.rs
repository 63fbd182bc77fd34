//! API Gateway's outcome tables ("How API Gateway resource policies affect authorization workflow").

use serde_json::{Value, json};

use super::scene::{document, principal};
use crate::{
    Context, Decision, Grant, Outcome, Policy, PolicyKind, Principal, Reason, Request, cross_account, same_account,
};

const ARN: &str = "arn:aws:execute-api:eu-west-1:111122223333:abc123/dev/GET/pets";

/// A policy that allows, denies, or speaks of something else.
fn policy(says: &str, kind: PolicyKind) -> Policy {
    let mut statement =
        json!({"Effect": says, "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:abc123/*"});
    if says == "Silent" {
        statement["Effect"] = json!("Allow");
        statement["Resource"] = json!("arn:aws:execute-api:*:*:other/*");
    }
    if kind == PolicyKind::Resource {
        statement["Principal"] = json!("*");
    }
    Policy::parse(&document("2012-10-17", &statement).to_string(), kind).unwrap()
}

type Combine = for<'a> fn(Outcome<'a>, Outcome<'a>) -> Decision<'a>;

fn check(combine: Combine, identity: &str, resource: &str, expected: Reason) {
    let (identity_policy, resource_policy) =
        (policy(identity, PolicyKind::Identity), policy(resource, PolicyKind::Resource));
    let context = Context::empty();
    let request = Request::new(&Principal::Anonymous, "execute-api:Invoke", ARN, &context);
    let decision = combine(identity_policy.outcome(&request), resource_policy.outcome(&request));
    assert_eq!(decision.reason, expected, "{identity} + {resource}");
}

const NO_IDENTITY: Reason = Reason::ImplicitDeny(PolicyKind::Identity);
const NO_RESOURCE: Reason = Reason::ImplicitDeny(PolicyKind::Resource);
const IDENTITY_DENIES: Reason = Reason::ExplicitDeny(PolicyKind::Identity);
const RESOURCE_DENIES: Reason = Reason::ExplicitDeny(PolicyKind::Resource);

#[test]
fn table_a_holds_for_the_same_account() {
    for (identity, resource, expected) in [
        ("Allow", "Allow", Reason::Allowed),
        ("Allow", "Silent", Reason::Allowed),
        ("Allow", "Deny", RESOURCE_DENIES),
        ("Silent", "Allow", Reason::Allowed),
        ("Silent", "Silent", NO_IDENTITY),
        ("Silent", "Deny", RESOURCE_DENIES),
        ("Deny", "Allow", IDENTITY_DENIES),
        ("Deny", "Silent", IDENTITY_DENIES),
        ("Deny", "Deny", IDENTITY_DENIES),
    ] {
        check(same_account, identity, resource, expected);
    }
}

#[test]
fn table_b_holds_across_accounts() {
    for (identity, resource, expected) in [
        ("Allow", "Allow", Reason::Allowed),
        ("Allow", "Silent", NO_RESOURCE),
        ("Allow", "Deny", RESOURCE_DENIES),
        ("Silent", "Allow", NO_IDENTITY),
        ("Silent", "Silent", NO_IDENTITY),
        ("Silent", "Deny", RESOURCE_DENIES),
        ("Deny", "Allow", IDENTITY_DENIES),
        ("Deny", "Silent", IDENTITY_DENIES),
        ("Deny", "Deny", IDENTITY_DENIES),
    ] {
        check(cross_account, identity, resource, expected);
    }
}

fn alone(statements: Value, context: &Context<'_>, caller: &Principal) -> Reason {
    let policy = Policy::parse(&document("2012-10-17", &statements).to_string(), PolicyKind::Resource).unwrap();
    policy.outcome(&Request::new(caller, "execute-api:Invoke", ARN, context)).alone().reason
}

#[test]
fn a_lone_resource_policy_decides_for_anonymous_callers() {
    let statements = json!([
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/GET/*"},
        {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}},
    ]);
    let from = |address: &'static str| Context::empty().with("aws:SourceIp", address);
    assert_eq!(alone(statements.clone(), &from("192.0.2.7"), &Principal::Anonymous), Reason::Allowed);
    assert_eq!(alone(statements.clone(), &from("192.0.3.7"), &Principal::Anonymous), RESOURCE_DENIES);
    assert_eq!(alone(statements, &Context::empty(), &Principal::Anonymous), RESOURCE_DENIES);
    let others = json!({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"});
    assert_eq!(alone(others.clone(), &Context::empty(), &Principal::Anonymous), NO_RESOURCE);
    assert_eq!(alone(others, &Context::empty(), &principal("user")), Reason::Allowed);
}

#[test]
fn an_outcome_tells_how_the_caller_was_meant() {
    let grant = |element: Value| {
        let statement = json!({"Effect": "Allow", "Principal": element, "Action": "*", "Resource": "*"});
        let text = document("2012-10-17", &statement).to_string();
        let policy = Policy::parse(&text, PolicyKind::Resource).unwrap();
        let (caller, context) = (principal("session"), Context::empty());
        match policy.outcome(&Request::new(&caller, "execute-api:Invoke", ARN, &context)) {
            Outcome::Allow(_, grant) => Some(grant),
            _ => None,
        }
    };
    assert_eq!(grant(json!("*")), Some(Grant::Everyone));
    assert_eq!(grant(json!({"AWS": "111122223333"})), Some(Grant::Account));
    assert_eq!(grant(json!({"AWS": "arn:aws:iam::111122223333:role/team/reader"})), Some(Grant::Role));
    let session = "arn:aws:sts::111122223333:assumed-role/reader/s1";
    assert_eq!(grant(json!({"AWS": ["*", session, "111122223333"]})), Some(Grant::Direct));
    assert_eq!(grant(json!({"AWS": "444455556666"})), None);
}
