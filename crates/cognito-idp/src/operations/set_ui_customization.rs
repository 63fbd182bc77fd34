//! SetUICustomization: checked, kept, and worn by the classic pages at once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model_cognito_idp::types::{SetUICustomizationRequest, SetUICustomizationResponse};
use store::{Tx, retry};

use super::get_ui_customization::{ALL, view};
use crate::Cx;
use crate::entity::UiCustomization;
use crate::error::{Result, invalid_parameter};
use crate::rules::image::{self, Format};
use crate::rules::{css, domain};
use crate::table::{CHANGED, POOLS, UI, ui_sk};

/// Bytes of an image (guide).
const MAX_IMAGE_BYTES: usize = 100 * 1024;

/// Sets a client's style, or that of all clients without their own. An absent member leaves what was there.
pub async fn set_ui_customization(cx: &Cx<'_>, input: SetUICustomizationRequest) -> Result<SetUICustomizationResponse> {
    input.css.as_deref().map_or(Ok(()), css::check)?;
    let image = input.image_file.as_ref().map(|file| image_url(&file.0)).transpose()?;
    let (style, seq) = retry(cx.store(), || set(cx, &input, image.as_deref())).await?;
    cx.service.reflect(&style.pool_id, seq).await?;
    Ok(SetUICustomizationResponse { ui_customization: Some(view(&style)) })
}

async fn set(
    cx: &Cx<'_>,
    input: &SetUICustomizationRequest,
    image: Option<&str>,
) -> Result<(UiCustomization, Option<i64>)> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let client_id = input.client_id.as_deref().unwrap_or(ALL);
    if client_id != ALL {
        cx.client(&pool.id, client_id).await?;
    }
    if pool.domain.is_none() && pool.custom_domain.is_none() {
        return Err(invalid_parameter("There has to be an existing domain associated with this user pool."));
    }
    let current = UI.get(cx.store(), &pool.pk, &ui_sk(client_id)).await?;
    let before = current.as_ref().map(|current| current.value.clone());
    let style = UiCustomization {
        pool_id: pool.id.clone(),
        client_id: client_id.to_owned(),
        css_version: input
            .css
            .as_ref()
            .map(|_| domain::version(cx.now()))
            .or_else(|| before.as_ref()?.css_version.clone()),
        css: input.css.clone().or_else(|| before.as_ref()?.css.clone()),
        image: image.map(str::to_owned).or_else(|| before.as_ref()?.image.clone()),
        created: before.as_ref().map_or(cx.now(), |before| before.created),
        modified: cx.now(),
    };
    let mut tx = Tx::new();
    POOLS.require(&mut tx, &pool);
    match &current {
        Some(current) => UI.update(&mut tx, current, &style, Vec::new())?,
        None => UI.insert(&mut tx, &pool.pk, &ui_sk(client_id), &style, Vec::new())?,
    }
    tx.event(CHANGED, &pool.id);
    let committed = cx.store().commit(tx).await?;
    Ok((style, committed.event_seq))
}

fn image_url(bytes: &[u8]) -> Result<String> {
    if bytes.len() > MAX_IMAGE_BYTES {
        return Err(invalid_parameter("The image must not be larger than 100 KB."));
    }
    let format = match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Format::Png,
        [0xff, 0xd8, 0xff, ..] => Format::Jpeg,
        _ => return Err(invalid_parameter("The image must be a PNG or a JPEG file.")),
    };
    image::check(format, bytes).map_err(|why| invalid_parameter(format_args!("The image {why}.")))?;
    let kind = if format == Format::Png { "png" } else { "jpeg" };
    Ok(format!("data:image/{kind};base64,{}", STANDARD.encode(bytes)))
}
