//! What a template can see: the body, the request's parameters, `$context` and the stage variables.

use std::collections::BTreeMap;

/// Everything outside the template that one rendering reads.
pub struct Scope<'a> {
    /// The raw body: of the method request, or in response templates of the integration response.
    /// An empty one reads as `{}`.
    pub body: &'a str,
    /// The method request's parameters, for `$input.params()`.
    pub params: &'a Params,
    /// `$context.*`.
    pub context: &'a dyn ContextVariables,
    /// `$stageVariables.*`.
    pub stage_variables: &'a BTreeMap<String, String>,
}

/// The request parameters that `$input.params()` shows, names as the client sent them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    /// Path parameters.
    pub path: BTreeMap<String, String>,
    /// Query string parameters; of a repeated name the last value.
    pub querystring: BTreeMap<String, String>,
    /// Headers; of a repeated name the last value.
    pub header: BTreeMap<String, String>,
}

impl Params {
    /// `$input.params('x')`: path before query string before header; header names match in any case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&str> {
        let exact = self.path.get(name).or_else(|| self.querystring.get(name)).or_else(|| self.header.get(name));
        exact.map(String::as_str).or_else(|| self.header(name))
    }

    /// A header's value, its name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Gives `$context.a.b` for the path `["a", "b"]`.
///
/// A path that stops early (`["authorizer"]`) should give the whole object, since templates iterate over claims.
pub trait ContextVariables {
    /// The variable's value, or `None` when it is not set.
    fn get(&self, path: &[&str]) -> Option<serde_json::Value>;
}

impl ContextVariables for serde_json::Value {
    fn get(&self, path: &[&str]) -> Option<serde_json::Value> {
        path.iter().try_fold(self, |value, name| value.as_object()?.get(*name)).cloned()
    }
}

/// A rendered template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The output.
    pub text: String,
    /// What the template wrote to `$context.requestOverride` and `$context.responseOverride`.
    pub overrides: Overrides,
}

/// The override variables a template set; see "Use a mapping template to override an API's request and response
/// parameters and status codes".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `$context.requestOverride.header.*`
    pub request_header: BTreeMap<String, String>,
    /// `$context.requestOverride.path.*`
    pub request_path: BTreeMap<String, String>,
    /// `$context.requestOverride.querystring.*`
    pub request_querystring: BTreeMap<String, String>,
    /// `$context.responseOverride.header.*`
    pub response_header: BTreeMap<String, String>,
    /// `$context.responseOverride.status`, 100 to 599
    pub response_status: Option<u16>,
}

impl Overrides {
    /// The map behind `requestOverride.header` and its like.
    pub(crate) fn map(&self, direction: &str, kind: &str) -> Option<&BTreeMap<String, String>> {
        match (direction, kind) {
            ("requestOverride", "header") => Some(&self.request_header),
            ("requestOverride", "path") => Some(&self.request_path),
            ("requestOverride", "querystring") => Some(&self.request_querystring),
            ("responseOverride", "header") => Some(&self.response_header),
            _ => None,
        }
    }

    /// The same, to be written to.
    pub(crate) fn map_mut(&mut self, direction: &str, kind: &str) -> Option<&mut BTreeMap<String, String>> {
        match (direction, kind) {
            ("requestOverride", "header") => Some(&mut self.request_header),
            ("requestOverride", "path") => Some(&mut self.request_path),
            ("requestOverride", "querystring") => Some(&mut self.request_querystring),
            ("responseOverride", "header") => Some(&mut self.response_header),
            _ => None,
        }
    }
}
