use std::cmp::Reverse;

use proptest::prelude::*;

use super::*;

fn router(keys: &[&str]) -> Router<String> {
    let mut router = Router::default();
    for key in keys {
        router.insert(&RouteKey::parse(key).unwrap(), (*key).to_owned()).unwrap();
    }
    router
}

fn check(router: &Router<String>, request: &str, expected: Option<&str>) {
    let (verb, path) = request.split_once(' ').unwrap();
    assert_eq!(router.find(verb, path).map(|found| found.route.as_str()), expected, "{request}");
}

#[test]
fn the_guides_examples() {
    let all = router(&["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"]);
    check(&all, "GET /pets/dog/1", Some("GET /pets/dog/1"));
    check(&all, "GET /pets/dog/2", Some("GET /pets/dog/{id}"));
    check(&all, "GET /pets/cat/1", Some("GET /pets/{proxy+}"));
    check(&all, "POST /test/5", Some("ANY /{proxy+}"));
    check(&all, "GET /", Some("$default"));
    let own = router(&["GET /a/{id}", "GET /a/b", "ANY /{p+}", "$default"]);
    check(&own, "GET /a/b", Some("GET /a/b"));
    check(&own, "GET /a/x", Some("GET /a/{id}"));
    check(&own, "POST /a/x", Some("ANY /{p+}"));
    check(&own, "GET /", Some("$default"));
}

#[test]
fn a_full_match_goes_before_a_greedy_one_wherever_it_stands() {
    let all = router(&["GET /a/{rest+}", "GET /{x}/b/c"]);
    check(&all, "GET /a/b/c", Some("GET /{x}/b/c"));
    check(&all, "GET /a/b/d", Some("GET /a/{rest+}"));
}

#[test]
fn on_one_path_the_verb_goes_before_any_and_a_path_that_lacks_the_verb_gives_way() {
    let all = router(&["ANY /a", "GET /a", "POST /b", "GET /{x}"]);
    check(&all, "GET /a", Some("GET /a"));
    check(&all, "PATCH /a", Some("ANY /a"));
    check(&all, "GET /b", Some("GET /{x}"));
    check(&all, "DELETE /b", None);
    check(&all, "ANY /b", None);
}

#[test]
fn a_trailing_slash_counts_and_variables_are_never_empty() {
    let all = router(&["GET /pets", "GET /pets/{id}", "GET /dogs/", "GET /cats/{rest+}"]);
    check(&all, "GET /pets/", None);
    check(&all, "GET /dogs/", Some("GET /dogs/"));
    check(&all, "GET /dogs", None);
    check(&all, "GET /cats/", None);
    check(&all, "GET /cats//", Some("GET /cats/{rest+}"));
    check(&all, "GET /pets/1/", None);
}

#[test]
fn variables_are_filled_decoded_and_named_by_their_own_route() {
    let all = router(&["GET /a/{id}/{rest+}", "POST /a/{other}/x"]);
    let found = all.find("GET", "/a/%C3%A9%2Fx/b/c%20d").unwrap();
    let parameters: Vec<_> = found.parameters.iter().map(|p| (&*p.name, &*p.raw, &*p.value)).collect();
    assert_eq!(parameters, [("id", "%C3%A9%2Fx", "é/x"), ("rest", "b/c%20d", "b/c d")]);
    assert_eq!(all.find("POST", "/a/7/x").unwrap().parameters[0].name, "other");
}

#[test]
fn static_parts_match_however_they_are_spelled() {
    check(&router(&["GET /pets"]), "GET /%70ets", Some("GET /pets"));
}

#[test]
fn routes_of_one_key_conflict() {
    let mut all = router(&["GET /a/{id}", "$default"]);
    for key in ["GET /a/{other}", "$default"] {
        assert_eq!(all.insert(&RouteKey::parse(key).unwrap(), String::new()), Err(Conflict), "{key}");
    }
}

/// The slow way: every route is held against the path, and the best of those that fit is taken.
fn oracle<'k>(keys: &'k [String], verb: &str, path: &str) -> Option<&'k str> {
    let parts: Vec<&str> = path.strip_prefix('/').unwrap().split('/').collect();
    let fits = |key: &&'k String| -> Option<(Vec<u8>, Reverse<bool>, &'k str)> {
        let (method, pattern) = key.split_once(' ')?;
        if method != verb && method != "ANY" {
            return None;
        }
        let wanted: Vec<&str> = pattern.strip_prefix('/').unwrap().split('/').collect();
        let mut rank = vec![u8::from(!pattern.ends_with("+}"))];
        for (at, part) in wanted.iter().enumerate() {
            if part.ends_with("+}") {
                let rest = parts.get(at..).filter(|rest| !rest.is_empty() && !rest.join("/").is_empty());
                rest?;
                rank.push(1);
                return Some((rank, Reverse(method == "ANY"), key.as_str()));
            }
            let given = parts.get(at)?;
            if part.starts_with('{') {
                (!given.is_empty()).then_some(())?;
                rank.push(2);
            } else {
                (part == given).then_some(())?;
                rank.push(3);
            }
        }
        (wanted.len() == parts.len()).then_some((rank, Reverse(method == "ANY"), key.as_str()))
    };
    let best = keys.iter().filter_map(|key| fits(&key)).max();
    best.map(|(_, _, key)| key).or_else(|| keys.iter().find(|key| *key == "$default").map(String::as_str))
}

fn key() -> impl Strategy<Value = String> {
    let part = prop_oneof![Just("a"), Just("b"), Just("{v}")];
    let last = prop_oneof![Just(""), Just("/{p+}"), Just("/a"), Just("/")];
    let verb = prop_oneof![Just("GET"), Just("POST"), Just("ANY")];
    (verb, proptest::collection::vec(part, 0..3), last).prop_map(|(verb, parts, last)| {
        let named = parts.iter().enumerate().map(|(at, part)| part.replace("v", &format!("v{at}")));
        let path: String = named.map(|part| format!("/{part}")).collect();
        let path = format!("{path}{last}");
        if path.is_empty() { format!("{verb} /") } else { format!("{verb} {path}") }
    })
}

proptest! {
    #[test]
    fn the_tree_finds_what_the_slow_search_finds(
        keys in proptest::collection::vec(key(), 0..12),
        default in any::<bool>(),
        verb in prop_oneof![Just("GET"), Just("POST"), Just("PUT")],
        parts in proptest::collection::vec(prop_oneof![Just("a"), Just("b"), Just("c"), Just("")], 1..5),
    ) {
        let mut keys: Vec<String> = keys;
        keys.extend(default.then(|| "$default".to_owned()));
        let mut router = Router::default();
        keys.retain(|key| router.insert(&RouteKey::parse(key).unwrap(), key.clone()).is_ok());
        let path = format!("/{}", parts.join("/"));
        let found = router.find(verb, &path).map(|found| found.route.as_str());
        prop_assert_eq!(found, oracle(&keys, verb, &path), "{} {} of {:?}", verb, path, keys);
    }

    #[test]
    fn any_path_can_be_looked_up(path in ".{0,60}") {
        let all = router(&["GET /a/{id}", "GET /{p+}"]);
        let _ = all.find("GET", &path);
    }
}
