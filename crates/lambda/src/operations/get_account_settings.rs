//! GetAccountSettings.

use model_lambda::types::{AccountLimit, AccountUsage, GetAccountSettingsRequest, GetAccountSettingsResponse};

use crate::Cx;
use crate::error::Result;
use crate::table::{FUNCTIONS_OF, code_counter, home};
use crate::upload::MOST_INLINE;
use crate::versions::{CONCURRENCY, MOST_CODE, reserved_counter};

/// Functions that are counted at once.
const PAGE: usize = 500;

/// Shows the account's bounds and what of them is taken.
pub async fn get_account_settings(cx: &Cx<'_>, _: GetAccountSettingsRequest) -> Result<GetAccountSettingsResponse> {
    let (account, region) = (cx.call.account.as_str(), cx.call.region.as_str());
    let reserved = cx.store().counter(&reserved_counter(account, region)).await?;
    Ok(GetAccountSettingsResponse {
        account_limit: Some(AccountLimit {
            total_code_size: Some(MOST_CODE),
            code_size_unzipped: Some(250 * 1024 * 1024),
            code_size_zipped: i64::try_from(MOST_INLINE).ok(),
            concurrent_executions: i32::try_from(CONCURRENCY).ok(),
            unreserved_concurrent_executions: i32::try_from(CONCURRENCY - reserved).ok(),
        }),
        account_usage: Some(AccountUsage {
            total_code_size: Some(cx.store().counter(&code_counter(account, region)).await?),
            function_count: Some(functions(cx, &home(account, region)).await?),
        }),
    })
}

async fn functions(cx: &Cx<'_>, home: &str) -> Result<i64> {
    let mut count = 0_usize;
    let mut after: Option<(String, String)> = None;
    loop {
        let from = after.as_ref().map(|(pk, sk)| (pk.as_str(), sk.as_str()));
        let page = cx.store().lookup(FUNCTIONS_OF, home, from, PAGE).await?;
        count = count.saturating_add(page.len());
        match page.into_iter().last() {
            Some(last) => after = Some(last),
            None => return Ok(i64::try_from(count).unwrap_or(i64::MAX)),
        }
    }
}
