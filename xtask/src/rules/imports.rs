//! Who may import whom. Dependencies of tests are free; those of code and build scripts are judged.

use std::collections::BTreeSet;

use serde_json::Value;

/// Where a crate stands; a crate that stands nowhere is a breach, so that each new one is placed on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Floor {
    /// Pure: no I/O, no clock, no async.
    Ground,
    /// Generated wire types.
    Model,
    /// Protocols, store, doors to the world.
    Spine,
    /// Executes plans.
    DataPlane,
    /// Holds configuration and compiles it to plans.
    Service,
    /// The binary, and what measures it.
    Top,
    /// Helps tests; nobody's dependency but a test's.
    TestKit,
    /// The project's own tools.
    Tool,
}

fn floor(name: &str) -> Option<Floor> {
    Some(match name {
        "aws-types" | "sigv4" | "iam-policy" | "jose" | "oauth2" | "mapping-template" | "openapi-document" | "saml"
        | "srp" | "totp" | "waf-rules" | "webauthn" => Floor::Ground,
        "aws-protocol" | "control-plane" | "store" | "world" => Floor::Spine,
        "execute-api" | "http-api" | "websocket-api" | "lambda-runtime" | "user-pool-domain" | "s3-website" => {
            Floor::DataPlane
        }
        "cognito-idp" | "cognito-identity" | "apigateway" | "apigatewayv2" | "iam" | "s3" | "wafv2" | "lambda"
        | "logs" => Floor::Service,
        "server" | "bench" => Floor::Top,
        "testkit" => Floor::TestKit,
        "xtask" => Floor::Tool,
        _ if name.starts_with("model-") => Floor::Model,
        _ => return None,
    })
}

/// Whether one of our crates may import another.
fn may_import(from: &str, to: &str) -> bool {
    let (Some(below), Some(floor)) = (floor(to), floor(from)) else { return false };
    match floor {
        Floor::Ground => (to == "aws-types" && from != "aws-types") || (from, to) == ("oauth2", "jose"),
        Floor::Model => to == "aws-types",
        Floor::Spine => below == Floor::Ground || (from, to) == ("store", "world"),
        Floor::DataPlane => below == Floor::Ground || to == "world" || shares_stages(from, to),
        Floor::Service => {
            below == Floor::Ground
                || matches!(to, "control-plane" | "store" | "world")
                || owns_model(from, to)
                || compiles_for(from, to)
        }
        Floor::Top => !matches!(below, Floor::TestKit | Floor::Tool),
        Floor::TestKit => matches!(below, Floor::Ground | Floor::Spine | Floor::Model),
        Floor::Tool => false,
    }
}

fn owns_model(service: &str, model: &str) -> bool {
    model.strip_prefix("model-") == Some(service) || (service, model) == ("iam", "model-sts")
}

/// A control plane sees the plan of its data plane, never the reverse.
fn compiles_for(service: &str, plane: &str) -> bool {
    matches!(
        (service, plane),
        ("cognito-idp", "user-pool-domain")
            | ("apigateway", "execute-api")
            | ("apigatewayv2", "execute-api" | "http-api" | "websocket-api")
            | ("lambda", "lambda-runtime")
            | ("s3", "s3-website")
    )
}

/// The three kinds of APIs share what they have in common: upstream connections, function authorizers, access logs.
fn shares_stages(from: &str, to: &str) -> bool {
    matches!(from, "http-api" | "websocket-api") && to == "execute-api" || (from, to) == ("websocket-api", "http-api")
}

/// Crates from outside that only some of ours may import.
const RESERVED: [(&[&str], &[&str]); 3] = [
    (
        &["http", "http-body", "http-body-util"],
        &[
            "server",
            "bench",
            "aws-protocol",
            "execute-api",
            "http-api",
            "websocket-api",
            "lambda-runtime",
            "user-pool-domain",
            "s3-website",
            "world",
            "testkit",
        ],
    ),
    (&["rusqlite", "libsqlite3-sys"], &["store"]),
    (
        &["hyper", "hyper-util", "hyper-rustls", "tokio-rustls", "socket2", "mio", "axum", "reqwest"],
        &["server", "bench", "world", "lambda-runtime"],
    ),
];

/// Crates that the ground floor must not import: with them come I/O, clocks, or tasks.
const NOT_ON_THE_GROUND: [&str; 9] =
    ["tokio", "tokio-util", "async-std", "smol", "hyper", "http", "rusqlite", "chrono", "rand"];

/// All that a model crate may import from outside.
const MODEL_MAY: [&str; 2] = ["serde", "serde_json"];

/// Crates that must not be in the tree at all.
const NOWHERE: [&str; 4] = ["ring", "openssl", "openssl-sys", "native-tls"];

/// Breaches of the rules, by the output of `cargo metadata`.
pub fn breaches(metadata: &Value) -> Vec<String> {
    let members: BTreeSet<&str> = list(&metadata["workspace_members"]).filter_map(Value::as_str).collect();
    let ours: Vec<&Value> =
        list(&metadata["packages"]).filter(|package| members.contains(text(package, "id"))).collect();
    let names: BTreeSet<&str> = ours.iter().map(|package| text(package, "name")).collect();
    let mut breaches = Vec::new();
    for package in &ours {
        breaches.extend(package_breaches(package, &names));
    }
    breaches
}

fn package_breaches(package: &Value, ours: &BTreeSet<&str>) -> Vec<String> {
    let name = text(package, "name");
    let Some(floor) = floor(name) else {
        return vec![format!("{name}: stands on no floor; give it one in xtask/src/rules/imports.rs")];
    };
    let imports = list(&package["dependencies"]).filter(|dependency| dependency["kind"] != "dev");
    imports
        .map(|dependency| text(dependency, "name"))
        .filter(|import| if ours.contains(import) { !may_import(name, import) } else { !may_use(name, floor, import) })
        .map(|import| format!("{name}: must not import {import}"))
        .collect()
}

fn may_use(name: &str, floor: Floor, import: &str) -> bool {
    let reserved = RESERVED.iter().any(|(crates, users)| crates.contains(&import) && !users.contains(&name));
    let floor_allows = match floor {
        Floor::Ground => !NOT_ON_THE_GROUND.contains(&import),
        Floor::Model => MODEL_MAY.contains(&import),
        _ => true,
    };
    floor_allows && !reserved
}

/// Crates of the tree that are banned outright, by the output of `cargo tree --prefix none`. (`cargo metadata` also
/// resolves optional dependencies that no feature switches on.)
pub fn unwanted(tree: &str) -> Vec<String> {
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let found = NOWHERE.iter().filter(|name| names.contains(*name));
    found.map(|name| format!("{name} must not be in the tree: see `cargo tree --target all --invert {name}`")).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(from: &str, kind: Value, to: &str, expected: &[&str]) {
        let package = |name: &str, dependencies: Value| json!({"id": name, "name": name, "dependencies": dependencies});
        let members: Vec<&str> = if floor(to).is_some() { vec![from, to] } else { vec![from] };
        let found = breaches(&json!({
            "workspace_members": members,
            "packages": [package(from, json!([{"name": to, "kind": kind}])), package(to, json!([]))],
        }));
        assert_eq!(found, expected, "{from} -> {to}");
    }

    #[test]
    fn what_the_house_allows_passes() {
        for (from, to) in [
            ("oauth2", "jose"),
            ("model-s3", "serde_json"),
            ("cognito-idp", "user-pool-domain"),
            ("apigateway", "execute-api"),
            ("s3", "s3-website"),
            ("store", "world"),
            ("logs", "control-plane"),
            ("store", "rusqlite"),
            ("world", "hyper-util"),
            ("server", "cognito-idp"),
            ("execute-api", "http"),
        ] {
            check(from, Value::Null, to, &[]);
        }
    }

    #[test]
    fn each_breach_is_named() {
        for (from, to) in [
            ("jose", "oauth2"),
            ("sigv4", "store"),
            ("jose", "tokio"),
            ("sigv4", "http"),
            ("model-s3", "regex"),
            ("model-s3", "model-iam"),
            ("s3", "cognito-idp"),
            ("s3", "model-iam"),
            ("s3", "execute-api"),
            ("execute-api", "apigateway"),
            ("execute-api", "store"),
            ("execute-api", "control-plane"),
            ("control-plane", "store"),
            ("cognito-idp", "http"),
            ("apigateway", "rusqlite"),
            ("aws-protocol", "hyper"),
            ("aws-protocol", "model-s3"),
            ("cognito-idp", "aws-protocol"),
            ("cognito-idp", "server"),
            ("server", "testkit"),
        ] {
            check(from, Value::Null, to, &[&format!("{from}: must not import {to}")]);
        }
    }

    #[test]
    fn tests_may_import_more() {
        check("cognito-idp", json!("dev"), "testkit", &[]);
        check("cognito-idp", json!("build"), "testkit", &["cognito-idp: must not import testkit"]);
    }

    #[test]
    fn a_banned_crate_in_the_tree_is_named() {
        assert!(unwanted("server v0.0.0 (/somewhere)\nspring v1.0.0\n").is_empty());
        assert_eq!(
            unwanted("server v0.0.0 (/somewhere)\nring v0.17.14\n"),
            ["ring must not be in the tree: see `cargo tree --target all --invert ring`"]
        );
    }

    #[test]
    fn a_crate_without_floor_is_named() {
        let metadata = json!({"workspace_members": ["shed"], "packages": [{"id": "shed", "name": "shed"}]});
        assert_eq!(breaches(&metadata), ["shed: stands on no floor; give it one in xtask/src/rules/imports.rs"]);
    }
}
