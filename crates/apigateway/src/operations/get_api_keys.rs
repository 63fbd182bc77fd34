//! GetApiKeys.

use model::{ApiKeys, GetApiKeysRequest};
use model_apigateway as model;

use crate::Cx;
use crate::entity::ApiKey;
use crate::error::Result;
use crate::page::Page;
use crate::table::{API_KEY, API_KEYS};
use crate::usage::all;

/// Lists the keys of the call's account and region, by the beginning of their name or their customer.
pub async fn get_api_keys(cx: &Cx<'_>, input: GetApiKeysRequest) -> Result<ApiKeys> {
    let owner = cx.owner();
    let query = format!("GetApiKeys {} {:?} {:?}", owner.pk(), input.name_query, input.customer_id);
    let page = Page::read(cx.store(), query, input.position.as_deref(), input.limit)?;
    let wanted = |key: &ApiKey| {
        let named = input
            .name_query
            .as_deref()
            .is_none_or(|prefix| key.name.as_deref().unwrap_or_default().starts_with(prefix));
        let of_customer = input.customer_id.is_none() || input.customer_id == key.customer_id;
        named && of_customer && page.after.as_deref().is_none_or(|after| key.id.as_str() > after)
    };
    let mut keys: Vec<ApiKey> = all(cx.store(), &API_KEYS, &owner, API_KEY).await?;
    keys.retain(wanted);
    keys.truncate(page.fetch());
    let position = page.cut(cx.store(), &mut keys, |key| key.id.as_str());
    let mut items = Vec::with_capacity(keys.len());
    for key in &keys {
        let value = input.include_values.unwrap_or(false).then(|| cx.key_value(key)).transpose()?;
        items.push(model::ApiKey { value, ..key.output() });
    }
    Ok(ApiKeys { warnings: None, position, items: Some(items) })
}
