//! The engine and the slow evaluator agree on random scenes; no text makes the parser panic.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::scene::{Scene, context_of, document, principal};
use super::slow;
use crate::{Context, Policy, PolicyKind, Principal, Request};

/// How many random scenes each run decides. Raise it to a million for a long run, which takes some minutes.
const SCENES: u32 = 1_000;
/// How many random texts are offered to the parser.
const TEXTS: u32 = 250;

/// Choices drawn from words: fewer or smaller words make simpler scenes, so that failures shrink.
struct Dice {
    bytes: std::vec::IntoIter<u8>,
}

impl Dice {
    fn new(words: &[u64]) -> Self {
        Self { bytes: words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>().into_iter() }
    }

    fn roll(&mut self, sides: usize) -> usize {
        usize::from(self.bytes.next().unwrap_or(0)) % sides
    }

    fn pick<'o>(&mut self, options: &[&'o str]) -> &'o str {
        options[self.roll(options.len())]
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.roll(n) == n - 1
    }

    /// A value, or a list of up to three.
    fn some(&mut self, options: &[&str]) -> Value {
        if self.one_in(3) {
            let count = self.roll(3) + 1;
            return (0..count).map(|_| self.pick(options)).collect();
        }
        json!(self.pick(options))
    }
}

const ACTIONS: [&str; 4] = ["s3:GetObject", "s3:PutObject", "S3:getobject", "iam:Get"];
const ACTION_PATTERNS: [&str; 9] =
    ["*", "s3:*", "s3:Get*", "s3:?etObject", "S3:*OBJECT", "s3:PutObject", "iam:*", "s3:*t*b*", "*:*"];
const TRUST_ACTIONS: [&str; 3] = ["sts:AssumeRole", "sts:AssumeRole*", "sts:AssumeRoleWithWebIdentity"];
const RESOURCES: [&str; 8] = [
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/alice/k",
    "arn:aws:s3:::b/a:b",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:eu:111122223333:b",
    "*",
    "arn:aws:s3:::b/${x}",
    "arn:aws:s3:::b/ü",
];
const RESOURCE_PATTERNS: [&str; 17] = [
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::*",
    "arn:aws:s3:*",
    "arn:*:s3:*:*:b*",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::b/${aws:username, 'alice'}/k",
    "arn:aws:s3:::b/${t:tag}*",
    "arn:aws:s3:::b/${*}",
    "arn:aws:s3:::?/?",
    "arn:aws:s3:::b/?*:?",
    "arn:aws:s3:?u:1111*:b",
    "arn:*",
    "arn:aws:s3:::${t:list, 'b'}/k",
    "arn:aws:s3:::b/*a*",
    "arn:aws:s3:::b/${$}{x}",
];
const PRINCIPALS: [&str; 7] = ["user", "session", "root", "anonymous", "federated", "service", "web"];
const AWS_PRINCIPALS: [&str; 11] = [
    "*",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "444455556666",
    "arn:aws:iam::111122223333:user/dev/alice",
    "arn:aws:iam::111122223333:user/dev/eve",
    "arn:aws:iam::111122223333:role/team/reader",
    "arn:aws:sts::111122223333:assumed-role/reader/s1",
    "arn:aws:sts::111122223333:federated-user/bob",
    "AIDAEXAMPLEALICE00001",
    "AROAEXAMPLEREADER0001",
];
const CANONICAL: &str = "a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4";

/// Families of operators, policy values and request values that suit each other.
const FAMILIES: [(&[&str], &[&str], &[&str]); 8] = [
    (
        &["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
        &["a", "A", "b", "*", "${aws:username}", "${t:tag}", "${t:list, 'b'}", "a${?}", ""],
        &["a", "A", "b", "*", "alice", "a?", "c"],
    ),
    (
        &["StringLike", "StringNotLike"],
        &["a*", "*b", "?", "a*b*c", "${aws:username}*", "${*}", "*", "b", "*a?c*"],
        &["a", "ab", "abc", "aXbYc", "alice", "*", "b", "", "aaac"],
    ),
    (
        &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        &["1", "1.5", "-2", "10", "10.0", "0"],
        &["1", "1.50", "-2", "-3", "9", "10", "x", "-0"],
    ),
    (
        &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        &["2026-01-02", "2026-01-02T03:04:05Z", "1767323045", "2026-01-03", "2026-01-02T03:04:06Z"],
        &["2026-01-02T00:00:00Z", "1767323046", "2026-01-02T04:04:05+01:00", "never", "2026-01-02T03:04:04.999Z"],
    ),
    (&["Bool"], &["true", "false", "True"], &["true", "false", "TRUE", "x"]),
    (&["BinaryEquals"], &["QQ==", "QUI=", ""], &["QQ==", "QUI=", "QUM="]),
    (
        &["IpAddress", "NotIpAddress"],
        &["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32", "::ffff:10.1.0.0/112", "::/0"],
        &["10.1.2.3", "10.200.0.1", "11.0.0.1", "2001:db8::5", "::ffff:10.1.9.9", "x", "::1"],
    ),
    (
        &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
        &[
            "arn:aws:iam::*:role/*",
            "arn:aws:iam::1:role/a",
            "*",
            "arn:aws:*:::x*",
            "arn:aws:iam::${t:tag}:role/?",
            "arn:*",
        ],
        &["arn:aws:iam::1:role/a", "arn:aws:iam::a:role/b", "arn:aws:s3:::x:y", "x", "arn:aws:iam::1:user/a"],
    ),
];
const KEYS: [&str; 4] = ["t:one", "t:two", "T:ONE", "t:absent"];

fn conditions(dice: &mut Dice) -> Value {
    let mut block = Map::new();
    for _ in 0..dice.roll(3) {
        if dice.one_in(8) {
            block.insert("Null".to_owned(), json!({dice.pick(&KEYS): dice.some(&["true", "false"])}));
            continue;
        }
        let (operators, wanted, _) = FAMILIES[dice.roll(FAMILIES.len())];
        let prefix = dice.pick(&["", "", "ForAllValues:", "ForAnyValue:"]);
        let suffix = dice.pick(&["", "", "IfExists"]);
        let operator = format!("{prefix}{}{suffix}", dice.pick(operators));
        let mut keys = Map::new();
        for _ in 0..=dice.roll(2) {
            keys.insert(dice.pick(&KEYS).to_owned(), dice.some(wanted));
        }
        block.insert(operator, Value::Object(keys));
    }
    Value::Object(block)
}

fn principal_element(dice: &mut Dice) -> Value {
    match dice.roll(8) {
        0 => json!("*"),
        1 => json!({"Service": dice.some(&["apigateway.amazonaws.com", "s3.amazonaws.com"])}),
        2 => json!({"Federated": "cognito-identity.amazonaws.com", "AWS": dice.some(&AWS_PRINCIPALS)}),
        3 => json!({"CanonicalUser": CANONICAL}),
        4 => {
            let all: Vec<&str> = (0..4).map(|_| dice.pick(&AWS_PRINCIPALS)).collect();
            json!({"AWS": all})
        }
        _ => json!({"AWS": dice.some(&AWS_PRINCIPALS)}),
    }
}

fn statement(dice: &mut Dice, kind: PolicyKind) -> Value {
    let mut statement = Map::new();
    let deny = dice.one_in(4);
    statement.insert("Effect".to_owned(), json!(if deny { "Deny" } else { "Allow" }));
    let trust = kind == PolicyKind::Trust;
    if trust || matches!(kind, PolicyKind::Resource | PolicyKind::VpcEndpoint) {
        let name = if deny && dice.one_in(2) { "NotPrincipal" } else { "Principal" };
        statement.insert(name.to_owned(), principal_element(dice));
    }
    let (actions, negation): (&[&str], _) =
        if trust { (&TRUST_ACTIONS, "Action") } else { (&ACTION_PATTERNS, "NotAction") };
    let name = if dice.one_in(5) { negation } else { "Action" };
    statement.insert(name.to_owned(), dice.some(actions));
    if !trust {
        let name = if dice.one_in(5) { "NotResource" } else { "Resource" };
        statement.insert(name.to_owned(), dice.some(&RESOURCE_PATTERNS));
    }
    if dice.one_in(2) {
        statement.insert("Condition".to_owned(), conditions(dice));
    }
    Value::Object(statement)
}

fn policy(dice: &mut Dice, kind: PolicyKind) -> Value {
    let version = if dice.one_in(6) { "2008-10-17" } else { "2012-10-17" };
    let statements: Vec<Value> = (0..=dice.roll(3)).map(|_| statement(dice, kind)).collect();
    document(version, &Value::Array(statements))
}

fn context(dice: &mut Dice, principal: &Principal) -> Vec<(String, Vec<String>)> {
    let mut more = Vec::new();
    for key in ["t:one", "t:two"] {
        let (_, _, given) = FAMILIES[dice.roll(FAMILIES.len())];
        let count = [1, 1, 1, 0, 2, 3][dice.roll(6)];
        if !dice.one_in(5) {
            more.push((key.to_owned(), (0..count).map(|_| dice.pick(given).to_owned()).collect()));
        }
    }
    if dice.one_in(2) {
        more.push(("t:Tag".to_owned(), vec![dice.pick(&["a", "*", "alice", "a:b"]).to_owned()]));
    }
    if dice.one_in(2) {
        more.push(("t:list".to_owned(), vec!["b".to_owned(); dice.roll(3)]));
    }
    context_of(principal, &more)
}

fn scene(dice: &mut Dice) -> Scene {
    let principal = principal(dice.pick(&PRINCIPALS));
    let maybe = |dice: &mut Dice, odds, kind| dice.one_in(odds).then(|| policy(dice, kind));
    let is_trust = dice.one_in(5);
    let resource_kind = if is_trust { PolicyKind::Trust } else { PolicyKind::Resource };
    let resource_policy = maybe(dice, 2, resource_kind);
    let identity = (0..dice.roll(3)).map(|_| policy(dice, PolicyKind::Identity)).collect();
    Scene {
        context: context(dice, &principal),
        principal,
        canonical_user: dice.one_in(3).then(|| CANONICAL.to_owned()),
        action: dice
            .pick(if is_trust { &["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"] } else { &ACTIONS })
            .to_owned(),
        resource: dice.pick(&RESOURCES).to_owned(),
        owner: [None, None, Some("111122223333"), Some("444455556666")][dice.roll(4)].map(str::to_owned),
        identity,
        is_trust: is_trust && resource_policy.is_some(),
        resource_policy,
        boundary: maybe(dice, 3, PolicyKind::Boundary),
        session: dice.one_in(3).then(|| (0..dice.roll(3)).map(|_| policy(dice, PolicyKind::Session)).collect()),
        vpc_endpoint: maybe(dice, 5, PolicyKind::VpcEndpoint),
    }
}

/// Pieces of documents, in any order: nearer to the parser's heart than noise is.
const SCRAPS: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u",
    "d8",
    "\"Statement\"",
    "\"Effect\":\"Allow\"",
    "\"Action\":\"s3:*\"",
    "\"Resource\":\"*\"",
    "\"Condition\":{",
    "\"StringLike\":{",
    "\"a:b\":",
    "\"${\"",
    "null",
    "-1e5",
    "\"Principal\":\"*\"",
    "\u{0}",
    "ü",
    " ",
];

const KINDS: [PolicyKind; 6] = [
    PolicyKind::Identity,
    PolicyKind::Resource,
    PolicyKind::Trust,
    PolicyKind::Boundary,
    PolicyKind::Session,
    PolicyKind::VpcEndpoint,
];

/// Parses under every kind and asks whatever parsed.
fn offer(text: &str) {
    for kind in KINDS {
        match Policy::parse(text, kind) {
            Ok(policy) => {
                let user = principal("user");
                let context = Context::empty().with("a:b", text).with("aws:username", "ü*");
                let request = Request::new(&user, "s3:GetObject", text, &context);
                policy.outcome(&request);
                policy.matching(&request);
            }
            Err(error) => assert!(!error.iam_message().is_empty() && !error.s3_message().is_empty()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: SCENES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_and_the_slow_evaluator_agree(words in proptest::collection::vec(any::<u64>(), 0..64)) {
        let scene = scene(&mut Dice::new(&words));
        let (verdict, by) = scene.decide();
        prop_assert_eq!(&verdict, &slow::verdict(&scene), "{:#?} by {}", scene, by);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: TEXTS, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>(), scraps in proptest::collection::vec(0..SCRAPS.len(), 0..40)) {
        offer(&text);
        offer(&scraps.iter().map(|scrap| SCRAPS[*scrap]).collect::<String>());
    }

    #[test]
    fn no_value_anywhere_makes_the_engine_panic(value in any::<String>()) {
        for element in ["Action", "Resource", "Sid", "Effect"] {
            let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
            statement[element] = json!(value);
            offer(&document("2012-10-17", &statement).to_string());
        }
        for (operators, wanted, _) in FAMILIES {
            let condition = json!({operators[0]: {"a:b": [value, wanted[0]]}});
            let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
            offer(&document("2012-10-17", &statement).to_string());
        }
        let principal = json!({"AWS": value});
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": principal});
        offer(&document("2012-10-17", &statement).to_string());
    }

    #[test]
    fn any_sound_json_is_read_as_serde_reads_it(words in proptest::collection::vec(any::<u64>(), 0..24)) {
        let document = policy(&mut Dice::new(&words), PolicyKind::Resource);
        let text = serde_json::to_string_pretty(&document).unwrap();
        prop_assert_eq!(as_serde(&crate::json::parse(&text).unwrap()), document);
    }

    #[test]
    fn every_string_survives_its_escapes(value in any::<String>()) {
        let text = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(as_serde(&crate::json::parse(&text).unwrap()), json!(value));
        let escaped: String = value.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
        prop_assert_eq!(as_serde(&crate::json::parse(&format!("\"{escaped}\"")).unwrap()), json!(value));
    }

    #[test]
    fn what_is_no_json_to_serde_is_none_here(scraps in proptest::collection::vec(0..SCRAPS.len(), 0..12)) {
        let text: String = scraps.iter().map(|scrap| SCRAPS[*scrap]).collect();
        let ours = crate::json::parse(&text);
        let theirs = serde_json::from_str::<Value>(&text);
        let duplicate = matches!(ours, Err(error) if error.duplicate_name);
        prop_assert!(duplicate || ours.is_ok() == theirs.is_ok(), "{}", text);
    }
}

/// Agreement would mean little if all scenes ended alike.
#[test]
fn random_scenes_reach_every_verdict() {
    let mut word = 1u64;
    let mut next = || {
        word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        word ^ (word >> 29)
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..1_500 {
        let words: Vec<u64> = (0..64).map(|_| next()).collect();
        *seen.entry(scene(&mut Dice::new(&words)).decide().0).or_default() += 1;
    }
    let kinds = ["identity", "resource", "trust", "boundary", "session", "vpc"];
    let all = kinds.iter().flat_map(|kind| [format!("deny {kind}"), format!("no {kind}")]);
    for verdict in all.chain(["allowed".to_owned()]) {
        assert!(seen.get(&verdict).is_some_and(|count| *count >= 5), "{verdict}: {seen:?}");
    }
}

fn as_serde(node: &crate::json::Node) -> Value {
    use crate::json::Value as Ours;
    match &node.value {
        Ours::Null => Value::Null,
        Ours::Bool(truth) => json!(truth),
        Ours::Number(digits) => serde_json::from_str(digits).unwrap(),
        Ours::Text(text) => json!(text),
        Ours::List(nodes) => nodes.iter().map(as_serde).collect(),
        Ours::Object(members) => {
            Value::Object(members.iter().map(|(name, node)| (name.clone(), as_serde(node))).collect())
        }
    }
}
