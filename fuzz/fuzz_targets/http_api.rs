//! Route keys, identity sources and parameter mappings of an HTTP API's definition, and paths of requests. The first line is
//! the request's path, the others are of the definition.
#![no_main]

use http_api::parameter_mapping::{RequestMapping, ResponseMapping};
use http_api::plan::{IdentitySource, RouteKey, Router};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let path = lines.next().unwrap_or_default();
    let mut router = Router::default();
    for line in lines.take(50) {
        if let Ok(key) = RouteKey::parse(line) {
            assert_eq!(key.to_string(), line);
            let _ = router.insert(&key, key.clone());
        }
        let _ = IdentitySource::parse(line);
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let _ = (RequestMapping::parse(key, value), ResponseMapping::parse(key, value));
    }
    if let Some(found) = router.find("GET", path) {
        assert_eq!(found.route.variables().count(), found.parameters.len(), "{}", found.route);
    }
});
