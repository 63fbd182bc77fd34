//! GetUICustomization.

use model_cognito_idp::types::{GetUICustomizationRequest, GetUICustomizationResponse, UICustomizationType};

use crate::Cx;
use crate::entity::UiCustomization;
use crate::error::Result;
use crate::table::{UI, pool_pk, ui_sk};

/// What stands for all clients that have no style of their own.
pub(crate) const ALL: &str = "ALL";

/// Shows a client's style, or that of all clients where it has none.
pub async fn get_ui_customization(cx: &Cx<'_>, input: GetUICustomizationRequest) -> Result<GetUICustomizationResponse> {
    let pool_id = &input.user_pool_id;
    cx.pool(pool_id).await?;
    let client_id = input.client_id.unwrap_or_else(|| ALL.to_owned());
    if client_id != ALL {
        cx.client(pool_id, &client_id).await?;
    }
    let pk = pool_pk(pool_id);
    let found = match UI.get(cx.store(), &pk, &ui_sk(&client_id)).await? {
        Some(own) => Some(own),
        None => UI.get(cx.store(), &pk, &ui_sk(ALL)).await?,
    };
    let nothing = || UICustomizationType {
        user_pool_id: Some(pool_id.clone()),
        client_id: Some(client_id.clone()),
        ..UICustomizationType::default()
    };
    Ok(GetUICustomizationResponse { ui_customization: Some(found.map_or_else(nothing, |found| view(&found))) })
}

/// A style as both operations show it. The image is shown by itself: there is no outside place to fetch it from.
pub(crate) fn view(style: &UiCustomization) -> UICustomizationType {
    UICustomizationType {
        user_pool_id: Some(style.pool_id.clone()),
        client_id: Some(style.client_id.clone()),
        image_url: style.image.clone(),
        css: style.css.clone(),
        css_version: style.css_version.clone(),
        last_modified_date: Some(style.modified),
        creation_date: Some(style.created),
    }
}
