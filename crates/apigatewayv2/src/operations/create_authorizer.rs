//! CreateAuthorizer. Whether an issuer answers is asked before the transaction.

use model::{CreateAuthorizerRequest, UpdateAuthorizerRequest};
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::draft::authorizer::{apply, check};
use crate::entity::Authorizer;
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{AUTHORIZER, AUTHORIZERS};

/// Most authorizers of an API (quota).
pub(crate) const MAX_AUTHORIZERS: usize = 10;

/// Makes an authorizer.
pub async fn create_authorizer(cx: &Cx<'_>, input: CreateAuthorizerRequest) -> Result<model::Authorizer> {
    let api = cx.api(&input.api_id).await?;
    let mut authorizer = Authorizer::default();
    apply(&mut authorizer, &change(&input));
    check(&authorizer, api.protocol)?;
    discover(cx, &authorizer).await?;
    retry(cx.store(), || create(cx, &input.api_id, &authorizer)).await
}

async fn create(cx: &Cx<'_>, api_id: &str, authorizer: &Authorizer) -> Result<model::Authorizer> {
    let api = cx.api(api_id).await?;
    let authorizer = Authorizer { id: cx.new_id(6), ..authorizer.clone() };
    let others: Vec<Authorizer> = cx.parts(&AUTHORIZERS, &api.id, AUTHORIZER).await?;
    check_free(&others, &authorizer)?;
    if others.len() >= MAX_AUTHORIZERS {
        return Err(limit_exceeded("authorizers", MAX_AUTHORIZERS));
    }
    let mut change = cx.change(&api)?;
    change.put_authorizer(&authorizer)?;
    cx.commit(change).await?;
    Ok(authorizer.output())
}

/// No other authorizer has this name.
pub(super) fn check_free(others: &[Authorizer], authorizer: &Authorizer) -> Result<()> {
    if others.iter().any(|other| other.id != authorizer.id && other.name == authorizer.name) {
        return Err(conflict(format_args!(
            "Authorizer name must be unique. Authorizer {} already exists in this API",
            authorizer.name
        )));
    }
    Ok(())
}

/// The issuer of a JWT authorizer must answer.
pub(crate) async fn discover(cx: &Cx<'_>, authorizer: &Authorizer) -> Result<()> {
    let Some(issuer) = authorizer.issuer.as_deref() else { return Ok(()) };
    let answer = cx.service.doors().issuers.discover(issuer).await;
    answer.map_err(|why| {
        let base = issuer.trim_end_matches('/');
        bad_request(format_args!(
            "Caught exception when connecting to {base}/.well-known/openid-configuration for issuer {issuer}. Please try \
             again later. Error: {why}"
        ))
    })
}

fn change(input: &CreateAuthorizerRequest) -> UpdateAuthorizerRequest {
    UpdateAuthorizerRequest {
        api_id: input.api_id.clone(),
        authorizer_credentials_arn: input.authorizer_credentials_arn.clone(),
        authorizer_id: String::new(),
        authorizer_payload_format_version: input.authorizer_payload_format_version.clone(),
        authorizer_result_ttl_in_seconds: input.authorizer_result_ttl_in_seconds,
        authorizer_type: Some(input.authorizer_type),
        authorizer_uri: input.authorizer_uri.clone(),
        enable_simple_responses: input.enable_simple_responses,
        identity_source: Some(input.identity_source.clone()),
        identity_validation_expression: input.identity_validation_expression.clone(),
        jwt_configuration: input.jwt_configuration.clone(),
        name: Some(input.name.clone()),
    }
}
