//! UpdateIntegration.

use model::UpdateIntegrationRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::Integration;
use crate::error::{Result, bad_request, integration_not_found, invalid_patch_path};
use crate::patch::{Change, EDIT, REPLACE, Refusal, Rule, patch};
use crate::validate;

const RULES: &[Rule<Integration>] = &[
    Rule {
        path: "/httpMethod",
        ops: REPLACE,
        apply: |integration, change| {
            not_of_mock(integration, change)?;
            integration.http_method = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/uri",
        ops: REPLACE,
        apply: |integration, change| {
            not_of_mock(integration, change)?;
            integration.uri = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/passthroughBehavior",
        ops: REPLACE,
        apply: |integration, change| {
            integration.passthrough_behavior = change.required()?.to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/timeoutInMillis",
        ops: REPLACE,
        apply: |integration, change| {
            integration.timeout_ms = change.number()?;
            Ok(())
        },
    },
    Rule {
        path: "/cacheNamespace",
        ops: REPLACE,
        apply: |integration, change| {
            integration.cache_namespace = change.required()?.to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/connectionType",
        ops: REPLACE,
        apply: |integration, change| {
            let kind = model::ConnectionType::parse(change.required()?);
            let kind = kind.ok_or_else(|| bad_request("Invalid connectionType specified"))?;
            integration.connection_type = Some(kind.as_str().to_owned());
            Ok(())
        },
    },
    Rule {
        path: "/connectionId",
        ops: REPLACE,
        apply: |integration, change| {
            integration.connection_id = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/integrationTarget",
        ops: REPLACE,
        apply: |integration, change| {
            integration.integration_target = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/responseTransferMode",
        ops: REPLACE,
        apply: |integration, change| {
            let mode = model::ResponseTransferMode::parse(change.required()?);
            let mode = mode.ok_or_else(|| bad_request("Invalid responseTransferMode specified"))?;
            integration.response_transfer_mode = Some(mode.as_str().to_owned());
            Ok(())
        },
    },
    Rule {
        path: "/credentials",
        ops: REPLACE,
        apply: |integration, change| {
            integration.credentials = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/contentHandling",
        ops: REPLACE,
        apply: |integration, change| {
            integration.content_handling = validate::content_handling(change.text())?;
            Ok(())
        },
    },
    Rule {
        path: "/tlsConfig/insecureSkipVerification",
        ops: REPLACE,
        apply: |integration, change| {
            integration.insecure_skip_verification = if change.text().is_some() { Some(change.flag()?) } else { None };
            Ok(())
        },
    },
    Rule {
        path: "/requestParameters/{}",
        ops: EDIT,
        apply: |integration, change| change.edit(&mut integration.request_parameters),
    },
    Rule {
        path: "/requestParameters",
        ops: EDIT,
        apply: |integration, change| change.edit(&mut integration.request_parameters),
    },
    Rule {
        path: "/requestTemplates",
        ops: EDIT,
        apply: |integration, change| change.edit(&mut integration.request_templates),
    },
    Rule {
        path: "/cacheKeyParameters",
        ops: EDIT,
        apply: |integration, change| change.edit_list(&mut integration.cache_key_parameters),
    },
    Rule {
        path: "/requestTemplates/{}",
        ops: EDIT,
        apply: |integration, change| change.edit(&mut integration.request_templates),
    },
    Rule {
        path: "/cacheKeyParameters/{}",
        ops: EDIT,
        apply: |integration, change| change.edit_list(&mut integration.cache_key_parameters),
    },
];

/// Refuses what a MOCK has not.
fn not_of_mock(integration: &Integration, change: &Change<'_>) -> Result<()> {
    if integration.kind == model::IntegrationType::Mock.as_str() {
        Err(invalid_patch_path(change.path))
    } else {
        Ok(())
    }
}

/// Changes an integration's own settings.
pub async fn update_integration(cx: &Cx<'_>, input: UpdateIntegrationRequest) -> Result<model::Integration> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateIntegrationRequest) -> Result<model::Integration> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    let mut integration = method.integration.take().ok_or_else(integration_not_found)?;
    patch(&mut integration, RULES, Refusal::Short, input.patch_operations.as_deref())?;
    super::put_integration::check(&integration)?;
    method.integration = Some(integration.clone());
    cx.put_back(&api, resource.value, &method).await?;
    Ok(integration.output())
}
