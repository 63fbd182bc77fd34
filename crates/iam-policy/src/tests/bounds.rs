//! What is too large is refused, and what is allowed to be large stays cheap.

use serde_json::{Value, json};

use super::scene::{document, principal};
use crate::glob::Glob;
use crate::{Context, Fault, MAX_DOCUMENT_BYTES, Policy, PolicyKind, Request};

fn fault(text: &str) -> Fault {
    Policy::parse(text, PolicyKind::Identity).unwrap_err().fault().clone()
}

fn allow(resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": "s3:*", "Resource": resource})
}

#[test]
fn documents_statements_and_values_are_bounded() {
    let sound = document("2012-10-17", &allow("*")).to_string();
    let padded = |bytes: usize| format!("{sound}{}", " ".repeat(bytes - sound.len()));
    assert!(Policy::parse(&padded(MAX_DOCUMENT_BYTES), PolicyKind::Identity).is_ok());
    assert_eq!(fault(&padded(MAX_DOCUMENT_BYTES + 1)), Fault::TooLarge);

    let statements = |count: usize| document("2012-10-17", &(0..count).map(|_| allow("*")).collect()).to_string();
    assert!(Policy::parse(&statements(1_024), PolicyKind::Identity).is_ok());
    assert_eq!(fault(&statements(1_025)), Fault::TooLarge);

    let long = |bytes: usize| document("2012-10-17", &allow(&format!("arn:aws:s3:::{}", "x".repeat(bytes - 13))));
    assert!(Policy::parse(&long(4_096).to_string(), PolicyKind::Identity).is_ok());
    assert_eq!(fault(&long(4_097).to_string()), Fault::TooLarge);
    let condition = |key: &str, value: &str| {
        let mut statement = allow("*");
        statement["Condition"] = json!({"StringEquals": {key: value}});
        document("2012-10-17", &statement).to_string()
    };
    assert_eq!(fault(&condition("a:b", &"x".repeat(4_097))), Fault::TooLarge);
    assert_eq!(fault(&condition(&format!("a:{}", "x".repeat(4_097)), "x")), Fault::TooLarge);
    let message = Policy::parse(&long(4_097).to_string(), PolicyKind::Identity).unwrap_err().iam_message();
    assert!(message.contains("4096 bytes a value"), "{message}");
}

/// Going back over stars would take longer than the world has existed.
#[test]
fn many_stars_are_matched_without_going_back() {
    let text = "a".repeat(2_000);
    for pattern in ["a*".repeat(700) + "b", "*a".repeat(700) + "*b", "*a?".repeat(600) + "*b?", "*".repeat(2_000) + "b"]
    {
        assert!(!Glob::of_text(&pattern).matches(&text, &Context::empty()));
    }
    assert!(Glob::of_text(&"*a".repeat(700)).matches(&text, &Context::empty()));
    assert!(Glob::of_text(&"*?".repeat(2_000)).matches(&text, &Context::empty()));
    assert!(!Glob::of_text(&"*?".repeat(2_001)).matches(&text, &Context::empty()));
}

#[test]
fn wildcards_match_whole_characters() {
    for (pattern, text, expected) in [
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("**", "abc", true),
        ("?", "", false),
        ("?", "é", true),
        ("??", "é", false),
        ("*é", "aé", true),
        ("é*", "e", false),
        ("a?c", "aéc", true),
        ("a*a", "a", false),
        ("a*a", "aa", true),
        ("*?a", "a", false),
        ("*?a", "éa", true),
        ("ab*ba", "aba", false),
        ("*ab*", "xaab", true),
        ("*aab*c", "aaabc", true),
        ("a*?", "a", false),
        ("a*?", "aé", true),
        ("?*", "é", true),
        ("abc", "abcd", false),
        ("abc*", "abcd", true),
    ] {
        assert_eq!(Glob::of_text(pattern).matches(text, &Context::empty()), expected, "{pattern} on {text}");
    }
}

/// The largest document IAM's API takes, full of patterns that nearly match.
#[test]
fn the_largest_document_is_parsed_and_asked() {
    let near = format!("arn:aws:s3:::{}b", "*a?".repeat(20));
    let resources: Vec<&str> = (0..1_500).map(|_| near.as_str()).collect();
    let text = document("2012-10-17", &json!({"Effect": "Allow", "Action": "*", "Resource": resources})).to_string();
    assert!(text.len() < MAX_DOCUMENT_BYTES && text.len() > 110_000);
    let policy = Policy::parse(&text, PolicyKind::Identity).unwrap();
    let (user, context) = (principal("user"), Context::empty());
    let object = format!("arn:aws:s3:::{}", "a".repeat(1_024));
    assert!(!policy.outcome(&Request::new(&user, "s3:GetObject", &object, &context)).allows());
}

/// Shapes that would cost far more than their size to a parser that copies or compares carelessly.
#[test]
fn hostile_shapes_cost_no_more_than_their_size() {
    let services: Vec<String> = (0..6_000).map(|n| format!("a{n}:x")).collect();
    let mut statements = vec![json!({"Effect": "Allow", "Action": services, "Resource": "*"})];
    statements.extend((0..1_000).map(|_| json!({"Effect": "Deny", "Action": "*", "Resource": "arn:*"})));
    let text = document("2008-10-17", &Value::Array(statements)).to_string();
    let policy = Policy::parse(&text, PolicyKind::Identity).unwrap();
    let (user, context) = (principal("user"), Context::empty());
    assert!(policy.outcome(&Request::new(&user, "a77:x", "*", &context)).allows());
    assert!(!policy.outcome(&Request::new(&user, "b77:x", "*", &context)).allows());

    let key = format!("a:{}", "k".repeat(4_000));
    let mut statement = allow("*");
    statement["Condition"] = json!({"StringEquals": {&key: vec![""; 40_000]}});
    let text = document("2012-10-17", &statement).to_string();
    assert!(Policy::parse(&text, PolicyKind::Identity).is_ok());

    let mut statement = allow("*");
    statement["Resource"] = (0..5_000).map(|n| json!(format!("arn:aws:s3:::${{a:{n}}}"))).collect();
    let text = document("2012-10-17", &statement).to_string();
    let policy = Policy::parse(&text, PolicyKind::Identity).unwrap();
    assert_eq!(policy.context_keys().count(), 5_000);

    let operator = "x".repeat(60_000);
    let mut statement = allow("*");
    statement["Condition"] = json!({operator: {"a:b": "c"}});
    let text = document("2012-10-17", &statement).to_string();
    let error = Policy::parse(&text, PolicyKind::Identity).unwrap_err();
    assert!(error.place().len() < 200, "{}", error.place());
}
