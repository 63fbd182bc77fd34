use proptest::prelude::*;

use super::*;

fn router(paths: &[&str]) -> Router<String> {
    let mut router = Router::default();
    for path in paths {
        router.insert(path, (*path).to_owned()).unwrap();
    }
    router
}

fn found(router: &Router<String>, path: &str) -> Option<(String, Vec<(String, String)>)> {
    let hit = router.find(path, |_| true)?;
    Some((hit.resource.clone(), hit.parameters.into_iter().map(|p| (p.name, p.value)).collect()))
}

#[test]
fn a_static_part_stands_before_a_variable_and_that_before_a_greedy_one() {
    let router = router(&["/", "/pets", "/pets/mine", "/pets/{id}", "/pets/{id}/toys", "/{proxy+}"]);
    type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
    let cases: &[Case] = &[
        ("/", "/", &[]),
        ("/pets", "/pets", &[]),
        ("/pets/", "/pets", &[]),
        ("/pets/mine", "/pets/mine", &[]),
        ("/pets/7", "/pets/{id}", &[("id", "7")]),
        ("/pets/a%2Fb", "/pets/{id}", &[("id", "a/b")]),
        ("/p%65ts", "/pets", &[]),
        ("/pets/mine/toys", "/pets/{id}/toys", &[("id", "mine")]),
        ("/pets/7/food", "/{proxy+}", &[("proxy", "pets/7/food")]),
        ("/x/", "/{proxy+}", &[("proxy", "x")]),
        ("//x", "/{proxy+}", &[("proxy", "/x")]),
        ("/a//b", "/{proxy+}", &[("proxy", "a//b")]),
    ];
    for (path, resource, parameters) in cases {
        let expected = parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        assert_eq!(found(&router, path), Some(((*resource).to_owned(), expected)), "{path}");
    }
}

#[test]
fn a_greedy_part_does_not_match_nothing() {
    let router = router(&["/{proxy+}", "/a/{x}"]);
    assert_eq!(found(&router, "/"), None);
    assert_eq!(found(&router, "//"), None);
    assert_eq!(found(&router, ""), None);
    assert_eq!(found(&router, "no-slash"), None);
    assert_eq!(found(&router, "/a/").unwrap().0, "/{proxy+}");
}

#[test]
fn a_resource_that_does_not_serve_the_verb_is_passed_over() {
    let router = router(&["/pets", "/{proxy+}"]);
    let hit = router.find("/pets", |resource| resource != "/pets").unwrap();
    assert_eq!(hit.resource, "/{proxy+}");
}

#[test]
fn malformed_and_conflicting_paths_are_refused() {
    let mut router = router(&["/a/{x}", "/b"]);
    for (path, error) in [
        ("a", RouterError::BadPath),
        ("/a//b", RouterError::BadPath),
        ("/{p+}/x", RouterError::BadPath),
        ("/b", RouterError::Conflict),
        ("/a/{y}", RouterError::Conflict),
    ] {
        assert_eq!(router.insert(path, String::new()), Err(error), "{path}");
    }
}

/// Tries every resource, part by part, and takes the one whose parts are the most exact from left to right.
fn naive<'a>(paths: &'a [String], path: &str) -> Option<&'a String> {
    let parts = split(path)?;
    let rank = |template: &String| -> Option<Vec<u8>> {
        let template = split(template)?;
        let mut ranks = Vec::new();
        for (at, part) in template.iter().enumerate() {
            match variable_name(part) {
                Some(Variable { greedy: true, .. }) => {
                    let rest = parts.get(at..).filter(|rest| !rest.join("/").is_empty())?;
                    assert!(!rest.is_empty());
                    ranks.push(2);
                    return Some(ranks);
                }
                Some(_) => {
                    parts.get(at).filter(|part| !part.is_empty())?;
                    ranks.push(1);
                }
                None => {
                    parts.get(at).filter(|given| *given == part)?;
                    ranks.push(0);
                }
            }
        }
        (template.len() == parts.len()).then_some(ranks)
    };
    paths.iter().filter_map(|template| Some((rank(template)?, template))).min().map(|(_, template)| template)
}

fn template() -> impl Strategy<Value = String> {
    let part = prop_oneof![Just("a"), Just("b"), Just("c"), Just("{x}")];
    let greedy = prop_oneof![Just(""), Just("/{p+}")];
    (prop::collection::vec(part, 0..4), greedy).prop_map(|(parts, tail)| {
        let text = format!("/{}{tail}", parts.join("/"));
        text.replace("//", "/")
    })
}

proptest! {
    #[test]
    fn the_tree_finds_what_a_naive_search_finds(
        templates in prop::collection::btree_set(template(), 0..12),
        parts in prop::collection::vec(prop_oneof![Just("a"), Just("b"), Just("c"), Just("d"), Just("")], 0..6),
    ) {
        let templates: Vec<String> = templates.into_iter().collect();
        let router = router(&templates.iter().map(String::as_str).collect::<Vec<_>>());
        let path = format!("/{}", parts.join("/"));
        prop_assert_eq!(router.find(&path, |_| true).map(|hit| hit.resource), naive(&templates, &path));
    }

    #[test]
    fn no_path_breaks_the_search(path in ".{0,80}") {
        let router = router(&["/", "/{a}/{b}/{c+}", "/x"]);
        if let Some(hit) = router.find(&path, |_| true) {
            prop_assert!(hit.parameters.iter().all(|parameter| !parameter.raw.is_empty()));
        }
    }
}
