//! What a deleted API leaves behind.

use serde::{Deserialize, Serialize};
use store::{Leftover, Store, Table};

use crate::error::Result;
use crate::table::api_pk;

/// All of a deleted API.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeletedApi {
    pub api_id: String,
}

impl Leftover for DeletedApi {
    const MARKS_PK: &'static str = "apigatewayv2.swept";
    const MARKS: Table<Self> = Table::new("http-api-swept", 1);

    fn mark_sk(&self) -> String {
        self.api_id.clone()
    }

    fn partition(&self) -> String {
        api_pk(&self.api_id)
    }
}

/// Takes up all sweeps that were broken off.
///
/// # Errors
/// The store's.
pub async fn resume(store: &Store) -> Result<()> {
    for api in store::broken_off::<DeletedApi>(store).await? {
        store::sweep(store, &api).await?;
    }
    Ok(())
}
