//! Resource paths, endpoint URIs, parameter mappings and selection patterns of an API's definition, and paths of
//! requests. The first line is the request's path, the others are of the definition.
#![no_main]

use std::collections::BTreeMap;

use execute_api::parameter_mapping::{ParameterSource, RequestTarget, parse_response_target};
use execute_api::pattern::Pattern;
use execute_api::router::{Router, variable_name};
use execute_api::uri_template::{PathValue, UriTemplate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let path = lines.next().unwrap_or_default();
    let mut router = Router::default();
    for line in lines.take(50) {
        let _ = router.insert(line, line.to_owned());
        let _ = (RequestTarget::parse(line), parse_response_target(line));
        let _ = (ParameterSource::parse_request(line), ParameterSource::parse_response(line));
        let _ = UriTemplate::parse(line).render(&BTreeMap::new(), |name| Some(PathValue::Text(name.to_owned())));
        if line.len() < 64
            && let Ok(pattern) = Pattern::compile(line)
        {
            let _ = pattern.matches(path);
        }
    }
    if let Some(found) = router.find(path, |_| true) {
        let variables = found.resource.split('/').filter(|part| variable_name(part).is_some());
        assert_eq!(variables.count(), found.parameters.len(), "{}", found.resource);
    }
});
