//! Documents that are refused: what is wrong, where, and in which words.

use serde_json::{Value, json};

use super::scene::document;
use crate::{Effect, Fault, Policy, PolicyError, PolicyKind, Position, Version, non_blank_len};

fn refused(text: &str, kind: PolicyKind) -> PolicyError {
    match Policy::parse(text, kind) {
        Err(error) => error,
        Ok(_) => panic!("{text} was accepted as {kind:?}"),
    }
}

/// A sound statement of the kind with elements set, or taken away by null.
fn statement(kind: PolicyKind, changes: &Value) -> String {
    let mut statement = match kind {
        PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => {
            json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
        }
        PolicyKind::Resource | PolicyKind::VpcEndpoint => {
            json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"})
        }
        PolicyKind::Trust => {
            json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}})
        }
    };
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => {
                statement.as_object_mut().unwrap().remove(name);
            }
            value => statement[name] = value.clone(),
        }
    }
    document("2012-10-17", &json!([statement])).to_string()
}

fn check(kind: PolicyKind, changes: Value, place: &str, sentence: &str) {
    let text = statement(kind, &changes);
    let error = refused(&text, kind);
    assert_eq!(error.iam_message(), sentence, "{text}");
    assert_eq!(error.to_string(), sentence, "{text}");
    assert_eq!(error.place(), place, "{text}");
}

use PolicyKind::{Identity, Resource, Trust, VpcEndpoint};

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";

#[test]
fn sound_documents_of_every_kind_are_accepted() {
    for kind in [Identity, PolicyKind::Boundary, PolicyKind::Session, Resource, Trust, VpcEndpoint] {
        let policy = Policy::parse(&statement(kind, &json!({"Sid": "Abc1"})), kind).unwrap();
        assert_eq!((policy.kind(), policy.version(), policy.statement_count()), (kind, Version::V2012, 1));
    }
    let bare =
        Policy::parse(r#"{"Id":"x","Statement":{"Effect":"Deny","Action":["s3:*"],"Resource":["*"]}}"#, Identity);
    let bare = bare.unwrap();
    assert_eq!((bare.version(), bare.id()), (Version::V2008, Some("x")));
    let blanks = statement(Resource, &json!({"Sid": "Public read 1"}));
    assert!(Policy::parse(&blanks, Resource).is_ok());
}

#[test]
fn text_that_is_no_json_is_refused_with_its_place() {
    for text in ["", " ", "x", "{", "{}x", "\"a\"", "[]", "null", "{\"Statement\":[}", "{'a':1}", "\u{feff}{}"] {
        let error = refused(text, Identity);
        assert_eq!(error.fault(), &Fault::NotJson, "{text}");
        assert_eq!(error.iam_message(), SYNTAX);
        assert_eq!(error.s3_message(), "Policies must be valid JSON and the first byte must be '{'");
    }
    let error = refused("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": oops\n}", Identity);
    assert_eq!(error.position(), Position { line: 3, column: 16 });
    assert_eq!(error.detail(), "document (line 3, column 16)");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(1_000));
    assert_eq!(refused(&deep, Identity).fault(), &Fault::NotJson);
}

#[test]
fn a_name_given_twice_is_refused() {
    let twice = r#"{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let error = refused(twice, Identity);
    assert_eq!(error.fault(), &Fault::DuplicateName);
    assert_eq!(error.position(), Position { line: 1, column: 31 });
    let escaped = r#"{"Statement":{"Effect":"Deny","\u0045ffect":"Allow","Action":"*","Resource":"*"}}"#;
    assert_eq!(refused(escaped, Identity).fault(), &Fault::DuplicateName);
    let keys = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true","a:b":"false"}}}}"#;
    assert_eq!(refused(keys, Identity).iam_message(), SYNTAX);
}

#[test]
fn the_document_itself_is_checked() {
    let whole = |text: &str, kind| (refused(text, kind).place().to_owned(), refused(text, kind).iam_message());
    let two = |place: &str, message: &str| (place.to_owned(), message.to_owned());
    assert_eq!(whole("{}", Identity), two("", SYNTAX));
    assert_eq!(whole("{}", Resource), two("", "Missing required field Statement"));
    assert_eq!(refused("{}", Resource).s3_message(), "Missing required field Statement");
    assert_eq!(whole(r#"{"Version":"2012-10-18","Statement":[]}"#, Identity), two("Version", SYNTAX));
    assert_eq!(whole(r#"{"Version":2012,"Statement":[]}"#, Identity), two("Version", SYNTAX));
    assert_eq!(whole(r#"{"Id":[],"Statement":[]}"#, Identity), two("Id", SYNTAX));
    assert_eq!(whole(r#"{"Statement":[]}"#, Identity), two("Statement", SYNTAX));
    assert_eq!(whole(r#"{"Statement":"x"}"#, Identity), two("Statement", SYNTAX));
    assert_eq!(whole(r#"{"Statement":["x"]}"#, Identity), two("Statement[0]", SYNTAX));
    assert_eq!(whole(r#"{"Statements":[]}"#, Identity), two("Statements", SYNTAX));
    assert_eq!(PolicyError::outdated_version().iam_message(), "Policy document must be version 2012-10-17 or greater.");
}

#[test]
fn elements_of_a_statement_are_checked() {
    check(Identity, json!({"Effect": null}), "Statement[0]", SYNTAX);
    check(Resource, json!({"Effect": null}), "Statement[0]", "Missing required field Effect");
    check(Identity, json!({"Effect": "allow"}), "Statement[0].Effect", SYNTAX);
    check(Identity, json!({"Effect": ["Allow"]}), "Statement[0].Effect", SYNTAX);
    check(Identity, json!({"Nonsense": 1}), "Statement[0].Nonsense", SYNTAX);
    check(Identity, json!({"Action": null}), "Statement[0]", "Policy statement must contain actions.");
    check(Identity, json!({"Action": []}), "Statement[0].Action", "Policy statement must contain actions.");
    check(Trust, json!({"Action": null}), "Statement[0]", "Missing required field Action");
    check(Identity, json!({"NotAction": "s3:*"}), "Statement[0].NotAction", SYNTAX);
    check(Identity, json!({"Resource": null}), "Statement[0]", "Policy statement must contain resources.");
    check(Identity, json!({"Resource": []}), "Statement[0].Resource", "Policy statement must contain resources.");
    check(Resource, json!({"Resource": null}), "Statement[0]", "Missing required field Resource");
    check(Identity, json!({"NotResource": "*"}), "Statement[0].NotResource", SYNTAX);
    check(Trust, json!({"Resource": "*"}), "Statement[0].Resource", "Has prohibited field Resource");
    check(Trust, json!({"NotResource": "*"}), "Statement[0].NotResource", "Has prohibited field NotResource");
    let not_action = json!({"Action": null, "NotAction": "sts:AssumeRole"});
    check(Trust, not_action, "Statement[0].NotAction", "Has prohibited field NotAction");
    check(Identity, json!({"Condition": []}), "Statement[0].Condition", SYNTAX);
}

#[test]
fn sids_are_checked() {
    let sentence = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
    check(Identity, json!({"Sid": "a b"}), "Statement[0].Sid", sentence);
    check(Identity, json!({"Sid": "é"}), "Statement[0].Sid", sentence);
    check(Identity, json!({"Sid": 5}), "Statement[0].Sid", SYNTAX);
    let one = json!({"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"});
    let error = refused(&document("2012-10-17", &json!([one, one])).to_string(), Identity);
    assert_eq!(error.place(), "Statement[1]");
    assert_eq!(error.iam_message(), "Statement IDs (SID) in a single policy must be unique.");
    let empty = json!({"Sid": "", "Effect": "Allow", "Action": "*", "Resource": "*"});
    assert!(Policy::parse(&document("2012-10-17", &json!([empty, empty])).to_string(), Identity).is_ok());
}

#[test]
fn actions_are_checked() {
    let prefaced = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    check(Identity, json!({"Action": ["s3:*", "GetObject"]}), "Statement[0].Action[1]", prefaced);
    check(Identity, json!({"Action": ""}), "Statement[0].Action", prefaced);
    check(Identity, json!({"Action": ":Get"}), "Statement[0].Action", prefaced);
    check(
        Identity,
        json!({"Action": "s3:a:b"}),
        "Statement[0].Action",
        "Actions/Condition can contain only one colon.",
    );
    check(Identity, json!({"Action": "s*:Get"}), "Statement[0].Action", "Vendor s* is not valid");
    check(Identity, json!({"Action": "s3:"}), "Statement[0].Action", SYNTAX);
    check(Identity, json!({"Action": "s3:Get Object"}), "Statement[0].Action", SYNTAX);
    check(Identity, json!({"Action": 5}), "Statement[0].Action", SYNTAX);
    check(Identity, json!({"Action": [["s3:*"]]}), "Statement[0].Action[0]", SYNTAX);
    let s3 = |changes: Value| refused(&statement(Resource, &changes), Resource).s3_message();
    assert_eq!(s3(json!({"Action": ["s3:*", "GetObject"]})), "Policy has invalid action");
    assert_eq!(s3(json!({"Resource": ["*", "b"]})), "Policy has invalid resource");
    assert_eq!(s3(json!({"Effect": "Perhaps"})), "Invalid policy syntax.");
    let assume = "AssumeRole policy may only specify STS AssumeRole actions.";
    for action in ["*", "sts:*", "s3:GetObject", "sts:GetCallerIdentity"] {
        check(Trust, json!({"Action": action}), "Statement[0].Action", assume);
    }
    for action in ["sts:AssumeRole", "sts:assumerolewithsaml", "sts:TagSession", "sts:SetSourceIdentity"] {
        assert!(Policy::parse(&statement(Trust, &json!({"Action": action})), Trust).is_ok(), "{action}");
    }
}

#[test]
fn resources_are_checked() {
    let arn = |resource: &str| format!("Resource {resource} must be in ARN format or \"*\".");
    for resource in ["nothing", "", "arn", "execute-api:/dev/GET/", "**", "Arn:aws:s3:::b"] {
        check(Identity, json!({"Resource": resource}), "Statement[0].Resource", &arn(resource));
    }
    let partition = "Partition \"error\" is not valid for resource \"arn:error:s3:::b\".";
    check(Identity, json!({"Resource": ["*", "arn:error:s3:::b"]}), "Statement[0].Resource[1]", partition);
    check(Identity, json!({"Resource": "arn:aws:s3"}), "Statement[0].Resource", LEGACY);
    check(Identity, json!({"Resource": "arn:aws:s3:::${aws:username"}), "Statement[0].Resource", LEGACY);
    check(Identity, json!({"Resource": "arn:aws:s3:::${}"}), "Statement[0].Resource", LEGACY);
    check(Identity, json!({"Resource": "arn:aws:s3:::${a, b}"}), "Statement[0].Resource", LEGACY);
    check(Identity, json!({"NotResource": 5, "Resource": null}), "Statement[0].NotResource", SYNTAX);
    for resource in ["arn:aws-cn:s3:::b", "arn:*:s3:::b", "arn:aws:s3:*", "arn:aws:s3:::${a:b, 'c'}"] {
        assert!(Policy::parse(&statement(Identity, &json!({"Resource": resource})), Identity).is_ok(), "{resource}");
    }
}

#[test]
fn principals_are_checked() {
    let prohibited = "Policy document should not specify a principal.";
    check(Identity, json!({"Principal": "*"}), "Statement[0].Principal", prohibited);
    check(Identity, json!({"NotPrincipal": "*"}), "Statement[0].NotPrincipal", prohibited);
    check(Resource, json!({"Principal": null}), "Statement[0]", "Missing required field Principal");
    check(Trust, json!({"Principal": null}), "Statement[0]", "Missing required field Principal");
    check(Resource, json!({"Principal": {}}), "Statement[0].Principal", SYNTAX);
    check(Resource, json!({"Principal": ["*"]}), "Statement[0].Principal", SYNTAX);
    let allow = json!({"Principal": null, "NotPrincipal": "*"});
    check(Resource, allow, "Statement[0].NotPrincipal", "Allow with NotPrincipal is not allowed.");
    for value in [
        "",
        "alice",
        "12345",
        "arn:aws:iam::111122223333:user/*",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:iam::1111:user/a",
        "arn:aws:iam::111122223333:group/g",
        "arn:aws:sts::111122223333:assumed-role/r",
        "arn:aws:iam:eu-west-1:111122223333:root",
        "arn:other:iam::111122223333:root",
        "AIDA",
    ] {
        let sentence = format!("Invalid principal in policy: \"AWS\":\"{value}\"");
        check(Resource, json!({"Principal": {"AWS": value}}), "Statement[0].Principal.AWS", &sentence);
        check(Trust, json!({"Principal": {"AWS": ["*", value]}}), "Statement[0].Principal.AWS[1]", &sentence);
    }
    let service = "Invalid principal in policy: \"Service\":\"*\"";
    check(Trust, json!({"Principal": {"Service": "*"}}), "Statement[0].Principal.Service", service);
    check(
        Trust,
        json!({"Principal": {"Who": "x"}}),
        "Statement[0].Principal.Who",
        "Invalid principal in policy: \"Who\":\"x\"",
    );
    check(Trust, json!({"Principal": "me"}), "Statement[0].Principal", "Invalid principal in policy: \"AWS\":\"me\"");
    let error = refused(&statement(Resource, &json!({"Principal": {"AWS": "x"}})), Resource);
    assert_eq!(error.s3_message(), "Invalid principal in policy");
    assert_eq!(
        error.api_gateway_message(),
        "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
    );
}

#[test]
fn conditions_are_checked() {
    let place = |rest: &str| format!("Statement[0].Condition.{rest}");
    for operator in
        ["StringEqual", "stringequals", "ForSomeValues:StringEquals", "NullIfExists", "ForAnyValue:Null", ""]
    {
        check(Identity, json!({"Condition": {operator: {"a:b": "true"}}}), &place(operator), SYNTAX);
    }
    for (operator, value) in [
        ("NumericEquals", json!("one")),
        ("NumericEquals", json!("")),
        ("NumericEquals", json!("1.")),
        ("NumericLessThan", json!("${aws:x}")),
        ("DateEquals", json!("tomorrow")),
        ("DateEquals", json!("2026-02-30")),
        ("DateEquals", json!("99999999999999999999")),
        ("DateEquals", json!("2026-01-02T00:00:00+99:99999999999999999")),
        ("Bool", json!("yes")),
        ("Null", json!("maybe")),
        ("BinaryEquals", json!("?")),
        ("IpAddress", json!("10.0.0.0/33")),
        ("IpAddress", json!("10.0.0/8")),
        ("IpAddress", json!("::1/129")),
        ("NotIpAddress", json!("10.0.0.0/+8")),
        ("StringLike", json!("${aws:username")),
        ("ArnLike", json!("arn:${}")),
    ] {
        check(Identity, json!({"Condition": {operator: {"a:b": [value]}}}), &place(&format!("{operator}.a:b")), LEGACY);
    }
    check(Identity, json!({"Condition": {"Bool": {"a:b": null}}}), &place("Bool.a:b"), SYNTAX);
    check(Identity, json!({"Condition": {"Bool": {"a:b": [["true"]]}}}), &place("Bool.a:b[0]"), SYNTAX);
    check(Identity, json!({"Condition": {"Bool": "true"}}), &place("Bool"), SYNTAX);
    let prefaced = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    check(
        Identity,
        json!({"Condition": {"Bool": {"SecureTransport": "true"}}}),
        &place("Bool.SecureTransport"),
        prefaced,
    );
}

#[test]
fn places_and_keys_of_a_document_can_be_asked() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "ü", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}
   ,{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
     "Condition": {"StringLike": {"AWS:UserName": "${t:x, 'y'}", "s3:prefix": "*"}}}
  ]
}"#;
    assert_eq!(refused(text, Resource).position(), Position { line: 4, column: 13 });
    let policy = Policy::parse(&text.replace('ü', "u"), Resource).unwrap();
    assert_eq!(policy.context_keys().collect::<Vec<_>>(), ["aws:username", "s3:prefix", "t:x"]);
    let (start, end) = policy.statement_place(1).unwrap();
    assert_eq!((start, end), (Position { line: 5, column: 5 }, Position { line: 6, column: 85 }));
    assert_eq!(policy.statement_place(2), None);
    let user = super::scene::principal("user");
    let context = crate::Context::empty().with("aws:username", "alice").with("s3:prefix", "").with("t:x", "alice");
    let request = crate::Request::new(&user, "s3:GetObject", "arn:aws:s3:::b/alice", &context);
    let matching: Vec<_> = policy.matching(&request).into_iter().map(|(effect, by)| (effect, by.statement)).collect();
    assert_eq!(matching, [(Effect::Allow, 0), (Effect::Deny, 1)]);
}

#[test]
fn blanks_do_not_count() {
    assert_eq!(non_blank_len(" {\n\t\"a\" : \"ü b\"\r\n} "), 10);
}
