//! CreateAuthorizer. Not built: JWT.

use execute_api::catalogue::AuthorizerType;
use model::CreateAuthorizerRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::access;
use crate::entity::{Authorizer, RestApi};
use crate::error::{Result, bad_request, concurrent_modification};
use crate::not_built;
use crate::table::{AUTHORIZER, AUTHORIZERS, part_sk};
use crate::validate;

/// Where a call names no token source.
const DEFAULT_SOURCE: &str = "method.request.header.Authorization";

/// Adds an authorizer to an API.
pub async fn create_authorizer(cx: &Cx<'_>, input: CreateAuthorizerRequest) -> Result<model::Authorizer> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateAuthorizerRequest) -> Result<model::Authorizer> {
    let api = cx.api(&input.rest_api_id).await.map_err(|error| {
        if error.is(&model::errors::NOT_FOUND_EXCEPTION) { concurrent_modification() } else { error }
    })?;
    if input.r#type == model::AuthorizerType::Jwt {
        return Err(not_built::value_of("authorizer type", input.r#type.as_str()));
    }
    not_built::absent("jwtConfiguration", input.jwt_configuration.as_ref())?;
    let request = input.r#type == model::AuthorizerType::Request;
    let cognito = input.r#type == model::AuthorizerType::CognitoUserPools;
    let authorizer = Authorizer {
        id: cx.new_id(6),
        name: input.name.clone(),
        authorizer_type: input.r#type.as_str().to_owned(),
        authorizer_uri: input.authorizer_uri.clone().filter(|uri| !uri.is_empty()),
        authorizer_credentials: input.authorizer_credentials.clone().filter(|role| !role.is_empty()),
        auth_type: input
            .auth_type
            .clone()
            .or_else(|| Some(if cognito { "cognito_user_pools" } else { "custom" }.to_owned())),
        provider_arns: input.provider_ar_ns.clone().unwrap_or_default(),
        identity_source: input
            .identity_source
            .clone()
            .filter(|source| !source.is_empty())
            .or_else(|| (!request).then(|| DEFAULT_SOURCE.to_owned())),
        identity_validation_expression: input.identity_validation_expression.clone().filter(|text| !text.is_empty()),
        result_ttl_s: input.authorizer_result_ttl_in_seconds,
    };
    check(cx, &api, &authorizer).await?;
    let mut change = cx.change(&api)?;
    change.put(&AUTHORIZERS, &part_sk(AUTHORIZER, &authorizer.id), &authorizer)?;
    cx.commit(change).await?;
    Ok(authorizer.output())
}

/// The rules of an authorizer. The sentences are ours but for the name's.
pub(super) async fn check(cx: &Cx<'_>, api: &RestApi, authorizer: &Authorizer) -> Result<()> {
    let length = authorizer.name.chars().count();
    if !(1..=128).contains(&length) {
        return Err(bad_request("Invalid authorizer name, must be between 1 and 128 characters"));
    }
    let others: Vec<Authorizer> = cx.parts(&AUTHORIZERS, &api.id, AUTHORIZER).await?;
    if others.iter().any(|other| other.name == authorizer.name && other.id != authorizer.id) {
        return Err(bad_request(format_args!(
            "Authorizer name must be unique. Authorizer {} already exists in this RestApi.",
            authorizer.name
        )));
    }
    validate::short("authType", authorizer.auth_type.as_deref())?;
    validate::short("identitySource", authorizer.identity_source.as_deref())?;
    validate::short("authorizerUri", authorizer.authorizer_uri.as_deref())?;
    if authorizer.result_ttl_s.is_some_and(|ttl| !(0..=3600).contains(&ttl)) {
        return Err(bad_request("Invalid authorizerResultTtlInSeconds, must be between 0 and 3600"));
    }
    validate::pattern("identityValidationExpression", authorizer.identity_validation_expression.as_deref())?;
    if authorizer.kind() == AuthorizerType::CognitoUserPools {
        check_user_pools(authorizer)
    } else {
        access::check_lambda_authorizer(authorizer)
    }
}

/// The rules of a user pool's authorizer.
fn check_user_pools(authorizer: &Authorizer) -> Result<()> {
    if authorizer.authorizer_uri.is_some() || authorizer.authorizer_credentials.is_some() {
        return Err(bad_request("authorizerUri and authorizerCredentials are for Lambda authorizers"));
    }
    if authorizer.provider_arns.is_empty() || authorizer.provider_arns.len() > 100 {
        return Err(bad_request("Invalid Cognito user pool provider ARNs specified, at least one is required"));
    }
    if let Some(arn) = authorizer.provider_arns.iter().find(|arn| validate::user_pool_id(arn).is_none()) {
        return Err(bad_request(format_args!("Invalid Cognito user pool provider ARN specified: {arn:.200}")));
    }
    let source = authorizer.identity_source.as_deref().unwrap_or_default();
    if validate::token_header(source).is_none() {
        return Err(bad_request("Invalid identity source specified, must be method.request.header.<name>"));
    }
    Ok(())
}
