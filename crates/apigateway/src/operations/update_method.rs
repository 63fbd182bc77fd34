//! UpdateMethod.

use model::UpdateMethodRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::Method;
use crate::error::Result;
use crate::patch::{EDIT, MEMBERS, REPLACE, Refusal, Rule, patch};

const RULES: &[Rule<Method>] = &[
    Rule {
        path: "/authorizationType",
        ops: REPLACE,
        apply: |method, change| {
            method.authorization_type = change.required()?.to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/authorizerId",
        ops: REPLACE,
        apply: |method, change| {
            method.authorizer_id = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/apiKeyRequired",
        ops: REPLACE,
        apply: |method, change| {
            method.api_key_required = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/requestValidatorId",
        ops: REPLACE,
        apply: |method, change| {
            method.request_validator_id = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/operationName",
        ops: REPLACE,
        apply: |method, change| {
            method.operation_name = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/requestParameters/{}",
        ops: EDIT,
        apply: |method, change| change.edit_flags(&mut method.request_parameters),
    },
    Rule {
        path: "/requestParameters",
        ops: EDIT,
        apply: |method, change| change.edit_flags(&mut method.request_parameters),
    },
    Rule { path: "/requestModels/{}", ops: EDIT, apply: |method, change| change.edit(&mut method.request_models) },
    Rule { path: "/requestModels", ops: EDIT, apply: |method, change| change.edit(&mut method.request_models) },
    Rule {
        path: "/authorizationScopes",
        ops: MEMBERS,
        apply: |method, change| change.edit_list(&mut method.authorization_scopes),
    },
];

/// Changes a method's own settings.
pub async fn update_method(cx: &Cx<'_>, input: UpdateMethodRequest) -> Result<model::Method> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateMethodRequest) -> Result<model::Method> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    patch(&mut method, RULES, Refusal::Short, input.patch_operations.as_deref())?;
    super::put_method::check(cx, &api, &method).await?;
    cx.put_back(&api, resource.value, &method).await?;
    Ok(method.output())
}
