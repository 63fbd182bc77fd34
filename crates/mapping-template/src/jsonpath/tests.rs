//! Paths as cases over one document.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{JsonPath, JsonPathError};

fn document() -> Value {
    json!({
        "store": {
            "book": [
                {"category": "reference", "author": "Rees", "title": "Sayings", "price": 8.95},
                {"category": "fiction", "author": "Waugh", "title": "Sword", "price": 12.99},
                {"category": "fiction", "author": "Melville", "title": "Moby Dick", "isbn": "0-553", "price": 8.99},
            ],
            "bicycle": {"color": "red", "price": 19.95},
        },
        "limit": 10,
        "odd key": {"x.y": 1},
        "nothing": null,
        "numbers": [3, 1, 2],
    })
}

#[track_caller]
fn check(path: &str, expected: impl Into<Option<Value>>) {
    let compiled = JsonPath::compile(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let document = document();
    assert_eq!(compiled.query(&document).unwrap().into_json(), expected.into(), "{path}");
}

#[test]
fn definite_paths_give_one_value_or_nothing() {
    check("$.limit", json!(10));
    check("store.bicycle.color", json!("red"));
    check("$.['store'].['bicycle']['color']", json!("red"));
    check("$.store.book[0].author", json!("Rees"));
    check("$.store.book[-1].title", json!("Moby Dick"));
    check("$['store']['bicycle'].color", json!("red"));
    check("$[\"odd key\"]['x.y']", json!(1));
    check("$.nothing", json!(null));
    check("$.missing", None);
    check("$.store.book[7]", None);
    check("$.store.book.author", None);
    check("$.limit.x", None);
    check(" $ ", document());
}

#[test]
fn indefinite_paths_give_lists() {
    check("$.store.book[*].author", json!(["Rees", "Waugh", "Melville"]));
    check("$..price", json!([8.95, 12.99, 8.99, 19.95]));
    check("$..book[0,2].title", json!(["Sayings", "Moby Dick"]));
    check("$.store.book[0:2].author", json!(["Rees", "Waugh"]));
    check("$.store.book[-2:].author", json!(["Waugh", "Melville"]));
    check("$.store.book[:1].author", json!(["Rees"]));
    check("$.store.book[2:1].author", json!([]));
    check("$.store.bicycle.*", json!(["red", 19.95]));
    check("$.store.bicycle['color','price']", json!(["red", 19.95]));
    check("$..missing", json!([]));
    check("$.numbers[*]", json!([3, 1, 2]));
    check("$.store..[1].author", json!(["Waugh"]));
}

#[test]
fn filters_select_items() {
    for (filter, expected) in [
        ("@.isbn", json!(["Melville"])),
        ("!@.isbn", json!(["Rees", "Waugh"])),
        ("@.price < 10", json!(["Rees", "Melville"])),
        ("@.price < $.limit && @.category == 'fiction'", json!(["Melville"])),
        ("@.price > 10 || @.category == \"reference\"", json!(["Rees", "Waugh"])),
        ("!(@.price > 10) && @.author != 'Rees'", json!(["Melville"])),
        ("@['author'] =~ /.*e.*l.*/i", json!(["Melville"])),
        ("@.author in ['Rees', 'Nobody']", json!(["Rees"])),
        ("@.author nin ['Rees', 'Nobody']", json!(["Waugh", "Melville"])),
        ("@.isbn == null", json!([])),
        ("@.author.length() == 4", json!(["Rees"])),
    ] {
        check(&format!("$.store.book[?({filter})].author"), expected);
    }
    check("$.numbers[?(@ >= 2)]", json!([3, 2]));
    check("$..[?(@.isbn)].author", json!(["Melville"]));
    check("$..[?(@.color)].price", json!([19.95]));
}

#[test]
fn functions_end_a_path() {
    check("$.store.book.length()", json!(3));
    check("$..author.length()", json!(3));
    check("$.store.bicycle.color.length()", json!(3));
    check("$.store.bicycle.keys()", json!(["color", "price"]));
    check("$.numbers.max()", json!(3.0));
    check("$.numbers.min()", json!(1.0));
    check("$.numbers.sum()", json!(6.0));
    check("$.numbers.avg()", json!(2.0));
    check("$.missing.length()", None);
}

#[test]
fn definiteness_is_known_from_the_path() {
    for (path, definite) in [("$", true), ("$.a[0]", true), ("$.a[*]", false), ("$..a", false), ("$..a.length()", true)]
    {
        assert_eq!(JsonPath::compile(path).unwrap().is_definite(), definite, "{path}");
    }
}

#[test]
fn bad_paths_are_refused() {
    for path in [
        "",
        " ",
        "$.",
        "$[",
        "$['a",
        "$[?]",
        "$[?(]",
        "$[?(@.a ==)]",
        "$.a b",
        "$..",
        "$[1",
        "$.foo()",
        "$[?(@.a =~ /(/)]",
        "$[99999999999999999999]",
        "$[?(@.a in [[1]])]",
    ] {
        assert!(matches!(JsonPath::compile(path), Err(JsonPathError::Syntax { .. })), "{path}");
    }
    assert!(JsonPath::compile(&format!("$[?({}@)]", "(".repeat(1000))).is_err());
    assert!(JsonPath::compile(&format!("${}", ".a".repeat(5_000))).is_err());
    assert!(JsonPath::compile(&"$[?(@".repeat(700)).is_err());
}

#[test]
fn queries_that_match_too_much_give_up() {
    let mut deep = json!([1, 2, 3]);
    for _ in 0..60 {
        deep = json!([deep, 1, 2]);
    }
    let path = JsonPath::compile("$..*..*..*..*..*").unwrap();
    assert_eq!(path.query(&deep), Err(JsonPathError::TooMuch));
}

proptest! {
    #[test]
    fn arbitrary_paths_never_panic(path in "\\$[\\[\\]().@?*:,'a0-9=<>&|! -]{0,30}") {
        if let Ok(path) = JsonPath::compile(&path) {
            let _ = path.query(&document());
        }
    }
}
