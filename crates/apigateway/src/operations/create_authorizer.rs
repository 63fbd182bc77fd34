//! CreateAuthorizer. Built: COGNITO_USER_POOLS.

use model::CreateAuthorizerRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
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
    if input.r#type != model::AuthorizerType::CognitoUserPools {
        return Err(not_built::value_of("authorizer type", input.r#type.as_str()));
    }
    not_built::absent("jwtConfiguration", input.jwt_configuration.as_ref())?;
    not_built::absent("authorizerUri of a user pool authorizer", input.authorizer_uri.as_ref())?;
    not_built::absent("authorizerCredentials of a user pool authorizer", input.authorizer_credentials.as_ref())?;
    let authorizer = Authorizer {
        id: cx.new_id(6),
        name: input.name.clone(),
        auth_type: input.auth_type.clone().or_else(|| Some("cognito_user_pools".to_owned())),
        provider_arns: input.provider_ar_ns.clone().unwrap_or_default(),
        identity_source: input.identity_source.clone().or_else(|| Some(DEFAULT_SOURCE.to_owned())),
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
    if authorizer.provider_arns.is_empty() || authorizer.provider_arns.len() > 100 {
        return Err(bad_request("Invalid Cognito user pool provider ARNs specified, at least one is required"));
    }
    if let Some(arn) = authorizer.provider_arns.iter().find(|arn| validate::user_pool_id(arn).is_none()) {
        return Err(bad_request(format_args!("Invalid Cognito user pool provider ARN specified: {arn:.200}")));
    }
    validate::short("authType", authorizer.auth_type.as_deref())?;
    validate::short("identitySource", authorizer.identity_source.as_deref())?;
    let source = authorizer.identity_source.as_deref().unwrap_or_default();
    if validate::token_header(source).is_none() {
        return Err(bad_request("Invalid identity source specified, must be method.request.header.<name>"));
    }
    if authorizer.result_ttl_s.is_some_and(|ttl| !(0..=3600).contains(&ttl)) {
        return Err(bad_request("Invalid authorizerResultTtlInSeconds, must be between 0 and 3600"));
    }
    validate::pattern("identityValidationExpression", authorizer.identity_validation_expression.as_deref())
}
