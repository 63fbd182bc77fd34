//! What guards an API beside its user pools, from the definition to the plan: Lambda authorizers, the resource policy,
//! private endpoints.

use std::sync::Arc;

use execute_api::access_plan::{DEFAULT_TTL_S, IdentitySource, LambdaInput, MAX_TTL_S, Reach, function_of};
use execute_api::catalogue::AuthorizerType;
use execute_api::pattern::Pattern;
use execute_api::plan::{CognitoAuthorizer, LambdaAuthorizer};
use iam_policy::{Policy, PolicyKind};
use serde_json::Value;

use crate::compile::{self, CompileError, error};
use crate::entity::{Authorizer, DomainName, RestApi};
use crate::error::{Result, bad_request};
use crate::validate::token_header;

/// Longest resource policy, in characters (quota).
const MAX_POLICY: usize = 8_192;
/// What stands for the API's own ARN in its policy.
const SHORT: &str = "execute-api:/";

/// An authorizer, compiled.
#[derive(Clone, Debug)]
pub enum AuthorizerPlan {
    /// Tokens of user pools.
    Cognito(Arc<CognitoAuthorizer>),
    /// A function.
    Lambda(Arc<LambdaAuthorizer>),
}

/// Compiles an authorizer of any type.
///
/// # Errors
/// [`CompileError`].
pub fn authorizer(entity: &Authorizer) -> Result<AuthorizerPlan, CompileError> {
    if entity.kind() == AuthorizerType::CognitoUserPools {
        return compile::authorizer(entity).map(|plan| AuthorizerPlan::Cognito(Arc::new(plan)));
    }
    lambda(entity).map(|plan| AuthorizerPlan::Lambda(Arc::new(plan)))
}

fn lambda(entity: &Authorizer) -> Result<LambdaAuthorizer, CompileError> {
    let what = || format!("authorizer {}", entity.name);
    let source = entity.identity_source.as_deref().unwrap_or_default();
    let input = if entity.kind() == AuthorizerType::Token {
        let header = token_header(source).ok_or_else(|| error(what(), "its token source is no header"))?;
        let expression = entity.identity_validation_expression.as_deref().filter(|text| !text.is_empty());
        let validation = expression.map(Pattern::compile).transpose();
        LambdaInput::Token { header, validation: validation.map_err(|cause| error(what(), cause.to_string()))? }
    } else {
        let sources = IdentitySource::parse_list(source);
        LambdaInput::Request { sources: sources.ok_or_else(|| error(what(), "an identity source cannot be read"))? }
    };
    let function = function_of(entity.authorizer_uri.as_deref().unwrap_or_default());
    Ok(LambdaAuthorizer {
        id: entity.id.clone(),
        input,
        function: function.ok_or_else(|| error(what(), "its URI names no function"))?,
        credentials: entity.authorizer_credentials.clone(),
        ttl_s: entity.result_ttl_s.map_or(DEFAULT_TTL_S, i64::from).clamp(0, MAX_TTL_S),
    })
}

/// The rules of a Lambda authorizer. The sentences are ours.
pub fn check_lambda_authorizer(entity: &Authorizer) -> Result<()> {
    if !entity.provider_arns.is_empty() {
        return Err(bad_request("providerARNs are for authorizers of type COGNITO_USER_POOLS"));
    }
    if function_of(entity.authorizer_uri.as_deref().unwrap_or_default()).is_none() {
        return Err(bad_request("Invalid Authorizer URI specified. It must be the URI of a Lambda function"));
    }
    check_credentials(entity.authorizer_credentials.as_deref())?;
    let source = entity.identity_source.as_deref().unwrap_or_default();
    if entity.kind() == AuthorizerType::Token {
        return match token_header(source) {
            Some(_) => Ok(()),
            None => Err(bad_request("Invalid identity source specified, must be method.request.header.<name>")),
        };
    }
    if entity.identity_validation_expression.is_some() {
        return Err(bad_request("identityValidationExpression does not apply to authorizers of type REQUEST"));
    }
    let sources = IdentitySource::parse_list(source).filter(|sources| sources.len() <= 30);
    let sources =
        sources.ok_or_else(|| bad_request(format_args!("Invalid identity source specified: {source:.200}")))?;
    if sources.is_empty() && entity.result_ttl_s != Some(0) {
        return Err(bad_request("An identity source is required when authorization caching is enabled"));
    }
    Ok(())
}

/// The role that API Gateway takes to call the function.
fn check_credentials(role: Option<&str>) -> Result<()> {
    let Some(role) = role else { return Ok(()) };
    let good = aws_types::Arn::parse(role).is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"));
    if good { Ok(()) } else { Err(bad_request("Invalid authorizer credentials specified. It must be a role's ARN")) }
}

/// `arn:aws:execute-api:us-east-1:123456789012:abcd123456`
pub fn arn_of_api(api: &RestApi) -> String {
    format!("arn:aws:execute-api:{}:{}:{}", api.region, api.account, api.id)
}

/// A resource policy as it is kept: the short forms of its resources written out. Empty text is no policy.
pub fn resource_policy(api: &RestApi, text: &str) -> Result<Option<String>> {
    let own = arn_of_api(api);
    written_policy(text, &|rest| Some(format!("{own}/{rest}")))
}

/// The policy of a private domain name as it is kept. It speaks of the name as a whole, so that its short form is
/// `execute-api:/*` alone. Empty text is no policy.
pub fn domain_policy(domain: &DomainName, text: &str) -> Result<Option<String>> {
    if !text.is_empty() && !domain.is_private() {
        return Err(bad_request("policy is only supported for private domain names"));
    }
    written_policy(text, &|rest| (rest == "*").then(|| domain.policy_arn()))
}

/// The management policy of a private domain name as it is kept: who may make access associations with it. It speaks of
/// the name by its ARN. Empty text is no policy.
pub fn management_policy(domain: &DomainName, text: &str) -> Result<Option<String>> {
    if !text.is_empty() && !domain.is_private() {
        return Err(bad_request("managementPolicy is only supported for private domain names"));
    }
    written_policy(text, &|_| None)
}

/// A policy with the short forms of its resources written out.
fn written_policy(text: &str, own: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > MAX_POLICY {
        return Err(bad_request("Invalid policy document. The policy can be at most 8192 characters"));
    }
    let mut document: Value = serde_json::from_str(text).map_err(|_| invalid_policy())?;
    let statements = document.get_mut("Statement");
    let statements: Vec<&mut Value> = match statements {
        Some(Value::Array(all)) => all.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for statement in statements {
        for name in ["Resource", "NotResource"] {
            if let Some(resource) = statement.get_mut(name) {
                write_out(resource, own)?;
            }
        }
    }
    let written = document.to_string();
    compiled_policy(&written)?;
    Ok(Some(written))
}

fn write_out(resource: &mut Value, own: &dyn Fn(&str) -> Option<String>) -> Result<()> {
    match resource {
        Value::String(text) => {
            if let Some(rest) = text.strip_prefix(SHORT) {
                *text = own(rest).ok_or_else(invalid_policy)?;
            }
            Ok(())
        }
        Value::Array(all) => all.iter_mut().try_for_each(|one| write_out(one, own)),
        _ => Ok(()),
    }
}

fn invalid_policy() -> aws_types::AwsError {
    bad_request("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.")
}

/// A kept policy, compiled.
pub fn compiled_policy(text: &str) -> Result<Policy> {
    Policy::parse(text, PolicyKind::Resource).map_err(|error| bad_request(error.api_gateway_message()))
}

/// A policy as AWS shows it: its quotes escaped once more. (recorded)
pub fn shown_policy(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Who can reach an API.
pub fn reach(api: &RestApi) -> Reach {
    if api.endpoint_type == "PRIVATE" {
        Reach::Private { vpc_endpoint_ids: api.vpc_endpoint_ids.clone() }
    } else {
        Reach::Public
    }
}

/// `vpce-` and what follows.
pub fn check_vpc_endpoint_ids(api: &RestApi) -> Result<()> {
    if !api.vpc_endpoint_ids.is_empty() && api.endpoint_type != "PRIVATE" {
        return Err(bad_request("VPCEndpoints can only be specified with PRIVATE apis."));
    }
    let good = |id: &String| {
        let rest = id.strip_prefix("vpce-").unwrap_or_default();
        (1..=64).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if api.vpc_endpoint_ids.len() > 100 || !api.vpc_endpoint_ids.iter().all(good) {
        return Err(bad_request("Invalid VPC endpoint id specified"));
    }
    Ok(())
}
