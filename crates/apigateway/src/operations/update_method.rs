//! UpdateMethod.

use model::UpdateMethodRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::Method;
use crate::error::{Result, not_found};
use crate::patch::{Change, EDIT, MEMBERS, REPLACE, Refusal, Rule, patch};

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
        apply: |method, change| edit_flag(&mut method.request_parameters, change),
    },
    Rule { path: "/requestModels/{}", ops: EDIT, apply: |method, change| change.edit(&mut method.request_models) },
    Rule {
        path: "/authorizationScopes",
        ops: MEMBERS,
        apply: |method, change| change.edit_list(&mut method.authorization_scopes),
    },
];

/// Adds, replaces or removes a parameter that is required or not; without a value it is not.
pub(super) fn edit_flag(map: &mut crate::entity::FlagMap, change: &Change<'_>) -> Result<()> {
    if change.op == model::Op::Remove {
        let gone = map.remove(&change.key);
        return gone.map(drop).ok_or_else(|| not_found("Invalid parameter name specified"));
    }
    let required = change.text().is_some() && change.flag()?;
    map.insert(change.key.clone(), required);
    Ok(())
}

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
