//! DeleteApiKey.

use model_apigateway::DeleteApiKeyRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::table::{API_KEY, part_sk, plan_key_sk};

/// Removes a key from its plans and altogether.
pub async fn delete_api_key(cx: &Cx<'_>, input: DeleteApiKeyRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteApiKeyRequest) -> Result<()> {
    let guard = cx.usage_guard().await?;
    let key = cx.api_key(&input.api_key).await?;
    let keys = guard.as_ref().map_or(0, |guard| guard.keys).saturating_sub(1);
    let mut change = cx.usage_change(guard.as_ref(), keys)?;
    let mut plans = Vec::new();
    for plan_key in cx.plans_of_key(&key.id).await? {
        change.delete(&plan_key_sk(&plan_key.plan_id, &plan_key.key_id));
        plans.push(plan_key.plan_id);
    }
    change.delete(&part_sk(API_KEY, &key.id));
    cx.commit_usage(change, &plans).await
}
