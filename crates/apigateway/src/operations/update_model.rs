//! UpdateModel.

use model::UpdateModelRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::Model;
use crate::error::Result;
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::{MODEL, MODELS, part_sk};
use crate::validate;

const RULES: &[Rule<Model>] = &[
    Rule {
        path: "/description",
        ops: REPLACE,
        apply: |model, change| {
            model.description = change.text();
            validate::description(model.description.as_deref())
        },
    },
    Rule {
        path: "/schema",
        ops: REPLACE,
        apply: |model, change| {
            model.schema = change.text();
            super::create_model::check_schema(model.schema.as_deref())
        },
    },
];

/// Changes a model.
pub async fn update_model(cx: &Cx<'_>, input: UpdateModelRequest) -> Result<model::Model> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateModelRequest) -> Result<model::Model> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut model = cx.model(&api, &input.model_name).await?.value;
    patch(&mut model, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    let mut change = cx.change(&api)?;
    change.put(&MODELS, &part_sk(MODEL, &model.name), &model)?;
    cx.commit(change).await?;
    Ok(model.output())
}
