//! UpdateAuthorizer.

use model::{Op, UpdateAuthorizerRequest};
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::Authorizer;
use crate::error::Result;
use crate::not_built;
use crate::patch::{EDIT, MEMBERS, REPLACE, Refusal, Rule, patch};
use crate::table::{AUTHORIZER, AUTHORIZERS, part_sk};

const RULES: &[Rule<Authorizer>] = &[
    Rule {
        path: "/name",
        ops: REPLACE,
        apply: |authorizer, change| {
            authorizer.name = change.required()?.to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/type",
        ops: REPLACE,
        apply: |authorizer, change| match model::AuthorizerType::parse(change.required()?) {
            Some(model::AuthorizerType::Jwt) => Err(not_built::value_of("authorizer type", "JWT")),
            Some(kind) => {
                authorizer.authorizer_type = kind.as_str().to_owned();
                Ok(())
            }
            None => Err(crate::error::bad_request("Invalid authorizer type specified")),
        },
    },
    Rule {
        path: "/authType",
        ops: REPLACE,
        apply: |authorizer, change| {
            authorizer.auth_type = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/providerARNs",
        ops: MEMBERS,
        apply: |authorizer, change| change.edit_list(&mut authorizer.provider_arns),
    },
    Rule {
        path: "/identitySource",
        ops: EDIT,
        apply: |authorizer, change| {
            authorizer.identity_source = change.text().filter(|_| change.op != Op::Remove);
            Ok(())
        },
    },
    Rule {
        path: "/identityValidationExpression",
        ops: REPLACE,
        apply: |authorizer, change| {
            authorizer.identity_validation_expression = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/authorizerResultTtlInSeconds",
        ops: REPLACE,
        apply: |authorizer, change| {
            authorizer.result_ttl_s = Some(change.number()?);
            Ok(())
        },
    },
    Rule {
        path: "/authorizerUri",
        ops: REPLACE,
        apply: |authorizer, change| {
            authorizer.authorizer_uri = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/authorizerCredentials",
        ops: REPLACE,
        apply: |authorizer, change| {
            authorizer.authorizer_credentials = change.text();
            Ok(())
        },
    },
];

/// Changes an authorizer.
pub async fn update_authorizer(cx: &Cx<'_>, input: UpdateAuthorizerRequest) -> Result<model::Authorizer> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateAuthorizerRequest) -> Result<model::Authorizer> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut authorizer = cx.authorizer(&api, &input.authorizer_id).await?.value;
    patch(&mut authorizer, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    super::create_authorizer::check(cx, &api, &authorizer).await?;
    let mut change = cx.change(&api)?;
    change.put(&AUTHORIZERS, &part_sk(AUTHORIZER, &authorizer.id), &authorizer)?;
    cx.commit(change).await?;
    Ok(authorizer.output())
}
