//! ListDevices. In order of keys.

use model_cognito_idp::types::{DeviceType, ListDevicesRequest, ListDevicesResponse};

use crate::Cx;
use crate::entity::{User, UserPool};
use crate::error::Result;
use crate::paging::{MAX_PAGE, Page};
use crate::table::device::{DEVICES, devices_prefix};
use crate::table::pool_pk;

/// Lists the devices of the user behind an access token.
pub async fn list_devices(cx: &Cx<'_>, input: ListDevicesRequest) -> Result<ListDevicesResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let asked = (input.pagination_token.as_deref(), input.limit);
    let (devices, next) = page_of(cx, &bearer.pool, &bearer.user, asked).await?;
    Ok(ListDevicesResponse { devices: Some(devices), pagination_token: next })
}

/// A page of a user's devices, and the next one's token.
///
/// # Errors
/// `InvalidParameterException` for the token.
pub(crate) async fn page_of(
    cx: &Cx<'_>,
    pool: &UserPool,
    user: &User,
    (token, limit): (Option<&str>, Option<i32>),
) -> Result<(Vec<DeviceType>, Option<String>)> {
    let query = format!("ListDevices {} {}", pool.id, user.sub);
    let page = Page::read(cx.store(), query, token, limit, MAX_PAGE)?;
    let (devices, next) = page.list(cx.store(), &DEVICES, &pool_pk(&pool.id), &devices_prefix(user)).await?;
    Ok((devices.iter().map(|device| device.to_wire(pool, user)).collect(), next))
}
