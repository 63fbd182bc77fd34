//! The public suite for draft 4 (testdata, MIT), and what a hostile schema or body may try.

use serde_json::{Value, json};

use super::*;

/// Groups of the suite that need `id`s that move the base of references, or a fetch.
const SKIPPED: [&str; 16] = [
    "Location-independent identifier",
    "Location-independent identifier with base URI change in subschema",
    "refs with relative uris and defs",
    "relative refs with absolute uris and defs",
    "Recursive references between schemas",
    "Reference an anchor with a non-relative URI",
    "naive replacement of $ref with its value",
    "id must be resolved against nearest parent, not just immediate parent",
    "id with file URI still resolves pointers - *nix",
    "id with file URI still resolves pointers - windows",
    "remote ref, containing refs itself",
    "$ref prevents a sibling id from changing the base uri",
    "base URI change - change folder",
    "validate definition against metaschema",
    "simple URN base URI with $ref via the URN",
    "empty tokens in $ref json-pointer",
];

#[test]
fn the_public_suite_for_draft_4_passes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/json-schema-draft4");
    let (mut run, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let groups: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for group in groups.iter().filter(|group| !SKIPPED.contains(&group["description"].as_str().unwrap())) {
            let schema = Models::compile_text(&group["schema"].to_string());
            for test in group["tests"].as_array().unwrap() {
                run += 1;
                let place =
                    format!("{:?} {}: {}", path.file_name().unwrap(), group["description"], test["description"]);
                match &schema {
                    Ok(schema) if schema.complaints(&test["data"]).is_empty() == test["valid"] => {}
                    Ok(schema) => wrong.push(format!("{place}: {:?}", schema.complaints(&test["data"]))),
                    Err(error) => wrong.push(format!("{place}: {error}")),
                }
            }
        }
    }
    assert!(run > 400, "{run}");
    assert!(wrong.is_empty(), "{} of {run}:\n{}", wrong.len(), wrong.join("\n"));
}

fn complaints(schema: &Value, body: &Value) -> Vec<String> {
    Models::compile_text(&schema.to_string()).unwrap().complaints(body)
}

#[test]
fn complaints_are_the_validators_own_sentences() {
    let pet = json!({
        "type": "object", "required": ["price", "type"],
        "properties": {"price": {"type": "number", "minimum": 1}, "type": {"enum": ["cat", "dog"]}, "tag": {"pattern": "^a"}},
        "additionalProperties": false,
    });
    let cases = [
        (json!({}), vec![r#"object has missing required properties (["price","type"])"#]),
        (json!([]), vec![r#"instance type (array) does not match any allowed primitive type (allowed: ["object"])"#]),
        (
            json!({"price": 0, "type": "cow"}),
            vec![
                "numeric instance is lower than the required minimum (minimum: 1, found: 0)",
                r#"instance value ("cow") not found in enum (possible values: ["cat","dog"])"#,
            ],
        ),
        (
            json!({"price": 2, "type": "cat", "x": 1, "tag": "b"}),
            vec![
                r#"ECMA 262 regex "^a" does not match input string "b""#,
                r#"object instance has properties which are not allowed by the schema: ["x"]"#,
            ],
        ),
        (json!({"price": 2, "type": "cat"}), vec![]),
    ];
    for (body, expected) in cases {
        assert_eq!(complaints(&pet, &body), expected, "{body}");
    }
}

#[test]
fn models_refer_to_other_models_of_their_api() {
    let address = |name: &str| format!("https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/{name}");
    let pets = json!({"type": "array", "items": {"$ref": address("Pet")}}).to_string();
    let pet = json!({"type": "object", "properties": {"friends": {"$ref": address("Pets")}, "age": {"$ref": "#/definitions/age"}},
                     "definitions": {"age": {"type": "integer"}}})
    .to_string();
    let models = Models::new([("Pets", pets.as_str()), ("Pet", pet.as_str())]);
    let schema = models.compile("Pets").unwrap();
    assert!(schema.complaints(&json!([{"friends": [{"friends": [], "age": 3}]}])).is_empty());
    assert_eq!(schema.complaints(&json!([{"friends": [{"age": "3"}]}])).len(), 1);
    for reference in [
        address("None"),
        "https://apigateway.amazonaws.com/restapis/x/models/".to_owned(),
        "https://evil.test/schema.json".to_owned(),
        "file:///etc/passwd".to_owned(),
        "#/nowhere".to_owned(),
    ] {
        let model = json!({"$ref": reference}).to_string();
        let refused = Models::new([("A", model.as_str())]).compile("A").unwrap_err();
        assert!(matches!(refused, SchemaError::Reference(_)), "{reference}: {refused}");
    }
}

#[test]
fn hostile_schemas_are_refused_or_bounded() {
    let itself = json!({"$ref": "#"}).to_string();
    assert!(Models::compile_text(&itself).is_err());
    let two = json!({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}, "$ref": "#/definitions/a"});
    assert!(Models::compile_text(&two.to_string()).is_err());
    // Each level asks twice for the next: two to the thirtieth judgements, unless they are counted.
    let level = |n: usize| json!({"allOf": [{"$ref": format!("#/definitions/{}", n + 1)}, {"$ref": format!("#/definitions/{}", n + 1)}]});
    let mut definitions = serde_json::Map::new();
    for n in 0..30 {
        definitions.insert(n.to_string(), level(n));
    }
    definitions.insert("30".to_owned(), json!({"type": "integer"}));
    let bomb = json!({"definitions": definitions, "$ref": "#/definitions/0"});
    assert_eq!(complaints(&bomb, &json!(1)), ["instance is too complex for its schema"]);
    // Judged against itself for ever.
    let endless = json!({"allOf": [{"$ref": "#"}]});
    assert_eq!(complaints(&endless, &json!(1)), ["instance is too complex for its schema"]);
    let deep = "{\"not\":".repeat(120) + "{}" + &"}".repeat(120);
    assert!(Models::compile_text(&deep).is_err());
    let wide =
        json!({"properties": (0..10_001).map(|n| (n.to_string(), json!({}))).collect::<serde_json::Map<_, _>>()});
    assert_eq!(Models::compile_text(&wide.to_string()).unwrap_err(), SchemaError::TooLarge);
    for pattern in ["(a+)+$", "(?=a)b"] {
        let schema = json!({"pattern": pattern}).to_string();
        let compiled = Models::compile_text(&schema);
        assert_eq!(compiled.is_ok(), pattern == "(a+)+$");
        if let Ok(schema) = compiled {
            assert_eq!(schema.complaints(&Value::from("a".repeat(100_000) + "!")).len(), 1);
        }
    }
}
