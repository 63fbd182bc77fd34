//! The plan of what guards an API beside its user pools: Lambda authorizers, the resource policy, who can reach it.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::HeaderName;
use iam_policy::Policy;

use crate::execution_log::spelled;
use crate::pattern::Pattern;
use crate::uri_template::UriTemplate;

/// Longest life of a cached answer, in seconds.
pub const MAX_TTL_S: i64 = 3_600;
/// Where a definition names none.
pub const DEFAULT_TTL_S: i64 = 300;

/// An authorizer of type `TOKEN` or `REQUEST`.
#[derive(Debug)]
pub struct LambdaAuthorizer {
    /// Six letters and digits.
    pub id: String,
    /// What it is given.
    pub input: LambdaInput,
    /// The ARN of the function, with stage variables.
    pub function: UriTemplate,
    /// The role by which the function is called.
    pub credentials: Option<String>,
    /// How long an answer is good for; zero asks each time.
    pub ttl_s: i64,
}

/// What a Lambda authorizer is given.
#[derive(Debug)]
pub enum LambdaInput {
    /// One token.
    Token {
        /// The name `x` of `method.request.header.x`.
        header: HeaderName,
        /// What the whole token must match.
        validation: Option<Pattern>,
    },
    /// The request but its body.
    Request {
        /// What must be there, and what answers are kept under.
        sources: Vec<IdentitySource>,
    },
}

/// Where a `REQUEST` authorizer finds a piece of the caller's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentitySource {
    /// `method.request.header.x`
    Header(HeaderName),
    /// `method.request.querystring.x`
    Query(String),
    /// `stageVariables.x`
    StageVariable(String),
    /// `context.a.b`
    Context(Vec<String>),
}

impl std::fmt::Display for IdentitySource {
    /// As the mapping expression has it; a header's name as people write it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Header(name) => write!(f, "method.request.header.{}", spelled(name.as_str())),
            Self::Query(name) => write!(f, "method.request.querystring.{name}"),
            Self::StageVariable(name) => write!(f, "stageVariables.{name}"),
            Self::Context(path) => write!(f, "context.{}", path.join(".")),
        }
    }
}

impl IdentitySource {
    /// Reads one mapping expression; path parameters identify nobody.
    pub fn parse(text: &str) -> Option<Self> {
        let named = |prefix: &str| text.strip_prefix(prefix).filter(|name| !name.is_empty());
        if let Some(name) = named("method.request.header.") {
            return HeaderName::from_bytes(name.as_bytes()).ok().map(Self::Header);
        }
        if let Some(name) = named("method.request.querystring.") {
            return Some(Self::Query(name.to_owned()));
        }
        if let Some(name) = named("stageVariables.") {
            return Some(Self::StageVariable(name.to_owned()));
        }
        let path: Vec<String> = named("context.")?.split('.').map(str::to_owned).collect();
        path.iter().all(|part| !part.is_empty()).then_some(Self::Context(path))
    }

    /// Reads a list with commas between.
    pub fn parse_list(text: &str) -> Option<Vec<Self>> {
        text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(Self::parse).collect()
    }
}

/// The function's ARN out of `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations`.
pub fn function_of(authorizer_uri: &str) -> Option<UriTemplate> {
    let rest = authorizer_uri.strip_prefix("arn:")?;
    let (partition, rest) = rest.split_once(":apigateway:")?;
    let (region, rest) = rest.split_once(":lambda:path/")?;
    let (version, rest) = rest.split_once("/functions/")?;
    let function = rest.strip_suffix("/invocations")?;
    let dated = ["2015-03-31", "2014-11-13"].contains(&version);
    let good = partition.starts_with("aws") && !region.contains(':') && dated && !function.is_empty();
    // A function may be named by its ARN or, where stage variables fill it in, by anything.
    let named = function.starts_with("arn:") || function.contains("${stageVariables.");
    (good && named && !function.contains('/')).then(|| UriTemplate::parse(function))
}

impl LambdaAuthorizer {
    /// The function in a stage.
    pub(crate) fn function_arn(&self, stage_variables: &BTreeMap<String, String>) -> Option<String> {
        let arn = self.function.render(stage_variables, |_| None).ok()?;
        (arn.starts_with("arn:") && arn.split(':').count() >= 7).then_some(arn)
    }
}

/// Who can reach an API at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// `EDGE` and `REGIONAL`: everybody, but not through a VPC endpoint.
    #[default]
    Public,
    /// `PRIVATE`: through a VPC endpoint alone.
    Private {
        /// Endpoints for which the API has names of its own (`{api}-{vpce}`).
        vpc_endpoint_ids: Vec<String>,
    },
}

/// An interface endpoint for `execute-api`: what a listener of its own stands for.
#[derive(Debug)]
pub struct VpcEndpoint {
    /// `vpce-0a1b2c3d`
    pub id: String,
    /// `vpc-0a1b2c3d`
    pub vpc_id: String,
    /// The endpoint's policy; without one everything may pass.
    pub policy: Option<Policy>,
}

/// The way a request came through an endpoint.
#[derive(Clone, Debug)]
pub struct Through {
    /// The endpoint.
    pub endpoint: Arc<VpcEndpoint>,
    /// Whether the host was the name that associates API and endpoint, `{api}-{vpce}.execute-api.…`.
    pub by_associated_name: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_read_from_their_uris() {
        let uri = |function: &str| {
            format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{function}/invocations")
        };
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:check";
        let authorizer = |function: &str| LambdaAuthorizer {
            id: "auth12".to_owned(),
            input: LambdaInput::Request { sources: Vec::new() },
            function: function_of(&uri(function)).unwrap(),
            credentials: None,
            ttl_s: 0,
        };
        let variables = BTreeMap::from([("check".to_owned(), "check".to_owned())]);
        assert_eq!(authorizer(arn).function_arn(&variables).as_deref(), Some(arn));
        let filled = "arn:aws:lambda:eu-west-1:123456789012:function:${stageVariables.check}";
        assert_eq!(authorizer(filled).function_arn(&variables).as_deref(), Some(arn));
        assert_eq!(authorizer("${stageVariables.none}").function_arn(&variables), None);
        for bad in ["", "check", "a/b"] {
            assert!(function_of(&uri(bad)).is_none(), "{bad}");
        }
        for bad in ["", arn, "arn:aws:apigateway:eu-west-1:s3:path/2015-03-31/functions/arn:x/invocations"] {
            assert!(function_of(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn identity_sources_are_listed_with_commas() {
        let list =
            "method.request.header.Auth, method.request.querystring.Name,stageVariables.a,context.identity.sourceIp";
        assert_eq!(IdentitySource::parse_list(list).unwrap().len(), 4);
        assert_eq!(IdentitySource::parse_list("").unwrap(), Vec::new());
        for bad in ["Auth", "method.request.path.id", "method.request.header.", "method.request.header.a b", "context."]
        {
            assert!(IdentitySource::parse_list(bad).is_none(), "{bad}");
        }
    }
}
