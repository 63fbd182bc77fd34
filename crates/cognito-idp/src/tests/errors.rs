//! Each error that the model lists for an operation with code is either provoked by a test of this crate, or cannot
//! occur here for a reason that is given, or stands in a list of what is still to be shown, which only shrinks.
//!
//! Scenes that are the same for many operations are played here. For the others the tests' sources are read: a test that
//! names the operation and the error's code in one function provokes it.

use std::collections::BTreeSet;

use aws_types::schema::{Auth, Kind, Operation, Shape};
use serde_json::{Map, Value, json};

use crate::testing::World;

/// Errors that no operation can end in here, with the reason.
const NEVER: &[(&str, &str)] = &[
    ("InternalErrorException", "what breaks on our side has no scene of its own: its cause is logged"),
    ("InternalServerException", "what breaks on our side has no scene of its own: its cause is logged"),
    ("AccessDeniedException", "the caller's policies are judged before the service is asked"),
    ("ForbiddenException", "no web access control list stands before the user pools yet"),
    ("TooManyRequestsException", "rates of operations are not limited; where guesses and codes are, tests say so"),
    ("InvalidSmsRoleAccessPolicyException", "roles of SNS are not tried out"),
    ("InvalidSmsRoleTrustRelationshipException", "roles of SNS are not tried out"),
    ("InvalidEmailRoleAccessPolicyException", "identities of SES are not tried out"),
];

/// Why `NotAuthorizedException` of a signed operation is not its own: the caller's policies answer first, with
/// AccessDeniedException.
const SIGNED: &str = "NotAuthorizedException";

fn built() -> impl Iterator<Item = &'static Operation> {
    crate::BUILT.iter().map(|(name, _)| model_cognito_idp::MODEL.operation(name).expect("an operation of the model"))
}

/// An input that reads: required members alone, with ids that exist nowhere.
fn input(operation: &Operation) -> Value {
    operation.input.map_or_else(|| json!({}), |shape| sample(shape, ""))
}

fn sample(shape: &Shape, name: &str) -> Value {
    match name {
        "UserPoolId" => return json!("eu-west-1_AbsentPool"),
        "ResourceArn" => return json!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbsentPool"),
        _ => {}
    }
    match &shape.kind {
        Kind::Structure(structure) => {
            let required = structure.members.iter().filter(|member| member.required);
            let members = required.map(|member| (member.name.to_owned(), sample(member.shape, member.name)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Kind::List(_) => json!([]),
        Kind::Map(_) => json!({}),
        Kind::Boolean => json!(false),
        Kind::String(text) => json!(text.values.first().copied().unwrap_or("absent")),
        Kind::Blob(_) => json!(""),
        _ => json!(1),
    }
}

/// Plays the scenes that are the same for many operations; answers what was provoked.
async fn played() -> BTreeSet<(String, String)> {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolReplica", json!({"UserPoolId": pool, "RegionName": "eu-central-1"})).await;
    let there = world.context("eu-central-1");
    let mut provoked = BTreeSet::new();
    for operation in built() {
        let absent = input(operation);
        let mut present = absent.clone();
        if present.get("UserPoolId").is_some() {
            present["UserPoolId"] = json!(pool);
        }
        let mut tried =
            vec![world.call(operation.name, absent).await, world.call(operation.name, present.clone()).await];
        tried.push(world.call_as(&there, operation.name, present).await);
        for refusal in tried.into_iter().filter_map(Result::err) {
            assert!(refusal.internal.is_none(), "{}: {refusal:?}", operation.name);
            provoked.insert((operation.name.to_owned(), refusal.code.to_string()));
        }
    }
    provoked
}

/// Which (operation, error) some test function names together, over all sources of this crate.
fn named_by_tests() -> BTreeSet<(String, String)> {
    let mut named = BTreeSet::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests/errors.rs")
            {
                let source = std::fs::read_to_string(&path).unwrap();
                source.split("#[tokio::test]").skip(1).for_each(|test| read_test(test, &mut named));
            }
        }
    }
    named
}

fn read_test(source: &str, named: &mut BTreeSet<(String, String)>) {
    let quoted: BTreeSet<&str> = source.split('"').collect();
    for operation in built().filter(|operation| quoted.contains(operation.name)) {
        for error in operation.errors.iter().filter(|error| source.contains(error.name)) {
            named.insert((operation.name.to_owned(), error.name.to_owned()));
        }
    }
}

fn cannot_occur(operation: &Operation, error: &str) -> bool {
    NEVER.iter().any(|(never, _)| *never == error) || (operation.auth == Auth::SigV4 && error == SIGNED)
}

/// Still to be shown, `Operation Error`, one a line: this list only shrinks.
const OPEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/errors_to_show.txt");

#[tokio::test]
async fn every_modelled_error_is_provoked_or_explained() {
    let shown: BTreeSet<_> = played().await.union(&named_by_tests()).cloned().collect();
    let list = std::fs::read_to_string(OPEN).unwrap();
    let open: BTreeSet<&str> = list.lines().collect();
    let mut missing: BTreeSet<String> = BTreeSet::new();
    for operation in built() {
        for error in operation.errors.iter().filter(|error| !cannot_occur(operation, error.name)) {
            let pair = (operation.name.to_owned(), error.name.to_owned());
            if !shown.contains(&pair) {
                missing.insert(format!("{} {}", operation.name, error.name));
            }
        }
    }
    let new: Vec<_> = missing.iter().filter(|pair| !open.contains(pair.as_str())).collect();
    assert!(
        new.is_empty(),
        "no test provokes these errors, and no reason is given:\n{}",
        new.iter().map(|pair| pair.as_str()).collect::<Vec<_>>().join("\n")
    );
}
