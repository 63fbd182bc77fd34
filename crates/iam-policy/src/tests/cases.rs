//! Cases as data: `testdata/evaluation.json` and `testdata/conditions.json`.

use serde_json::{Value, json};

use super::scene::{Scene, context_of, document, principal};
use super::slow;

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(|value| value.as_str().unwrap().to_owned()).collect(),
        value => vec![value.as_str().unwrap().to_owned()],
    }
}

fn scene(case: &Value) -> Scene {
    let principal = principal(case["as"].as_str().unwrap());
    let version = case["version"].as_str().unwrap_or("2012-10-17");
    let one = |name: &str| case.get(name).map(|statements| document(version, statements));
    let many = |name: &str| {
        case.get(name).map(|policies| policies.as_array().unwrap().iter().map(|one| document(version, one)).collect())
    };
    let text = |name: &str, default: &str| case[name].as_str().unwrap_or(default).to_owned();
    let more: Vec<(String, Vec<String>)> = case["context"]
        .as_object()
        .map(|keys| keys.iter().map(|(key, value)| (key.clone(), texts(value))).collect())
        .unwrap_or_default();
    Scene {
        context: context_of(&principal, &more),
        principal,
        canonical_user: case["canonical"].as_str().map(str::to_owned),
        action: text("action", "s3:GetObject"),
        resource: text("resource", "arn:aws:s3:::b/k"),
        owner: case["owner"].as_str().map(str::to_owned),
        identity: many("identity").unwrap_or_default(),
        resource_policy: one("policy").or(one("trust")),
        is_trust: case.get("trust").is_some(),
        boundary: one("boundary"),
        session: many("session"),
        vpc_endpoint: one("vpc_endpoint"),
    }
}

#[test]
fn every_case_is_decided_as_expected() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../testdata/evaluation.json")).unwrap();
    for case in &cases {
        let scene = scene(case);
        let (verdict, by) = scene.decide();
        assert_eq!(verdict, case["expect"], "{}", case["name"]);
        if let Some(expected) = case["by"].as_str() {
            assert_eq!(by, expected, "{}", case["name"]);
        }
        assert_eq!(slow::verdict(&scene), verdict, "the slow evaluator on: {}", case["name"]);
    }
    assert!(cases.len() > 90);
}

#[test]
fn every_condition_operator_holds_as_expected() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../testdata/conditions.json")).unwrap();
    for case in &cases {
        let [operator, wanted, given, expected] = case.as_array().unwrap().as_slice() else { panic!("{case}") };
        let statement = json!({
            "Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {operator.as_str().unwrap(): {"Test:Key": wanted}},
        });
        let given: Vec<(String, Vec<String>)> = match given {
            Value::Null => Vec::new(),
            values => vec![("test:kEY".to_owned(), texts(values))],
        };
        let scene = Scene {
            context: given,
            identity: vec![document("2012-10-17", &statement)],
            ..scene(&json!({"as": "user"}))
        };
        let expected = if expected == &json!(true) { "allowed" } else { "no identity" };
        assert_eq!(scene.decide().0, expected, "{case}");
        assert_eq!(slow::verdict(&scene), expected, "the slow evaluator on: {case}");
    }
    assert!(cases.len() > 150);
}
