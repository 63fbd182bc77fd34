//! Publishing: `$LATEST` as it is becomes a version that never changes.

use aws_types::Timestamp;
use store::Tx;

use crate::Lambda;
use crate::configuration::count;
use crate::entity::{Function, Version};
use crate::error::Result;
use crate::table::{VERSIONS, code_counter, function_pk, home, version_index, version_sk};

/// Bytes of all zips of an account and region (Lambda quotas, "Function and layer storage").
pub const MOST_CODE: i64 = 75 * 1024 * 1024 * 1024;

/// Adds to the bytes that an account's zips take in a region, or takes away from them.
pub fn count_code(tx: &mut Tx, account: &str, region: &str, by: i64) {
    if by != 0 {
        tx.add(&code_counter(account, region), by, (by > 0).then_some(MOST_CODE), None);
    }
}

/// Calls at once of an account in a region (Lambda quotas, "Concurrent executions").
pub const CONCURRENCY: i64 = 1_000;
/// What of it no function may reserve.
const UNRESERVED: i64 = 100;

/// Counter of what functions of an account reserve in a region.
pub fn reserved_counter(account: &str, region: &str) -> String {
    format!("lambda.reserved#{account}/{region}")
}

/// Adds to what functions reserve, or takes away from it.
pub fn count_reserved(tx: &mut Tx, account: &str, region: &str, by: i64) {
    if by != 0 {
        tx.add(&reserved_counter(account, region), by, (by > 0).then_some(CONCURRENCY - UNRESERVED), None);
    }
}

impl Lambda {
    /// Adds the next version to a transaction that writes the function as well.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn publish(
        &self,
        tx: &mut Tx,
        function: &mut Function,
        description: Option<String>,
        now: Timestamp,
    ) -> Result<Version> {
        function.published = function.published.saturating_add(1);
        function.published_mark = Some(function.latest.mark.clone());
        let mut version = function.latest.clone();
        version.number = function.published.to_string();
        version.mark = self.uuid();
        version.revision = self.uuid();
        version.modified = now;
        if let Some(description) = description {
            version.description = description;
        }
        function.latest.revision = self.uuid();
        let index = version_index(&version, &home(&function.account, &function.region));
        VERSIONS.insert(tx, &function_pk(&function.name()), &version_sk(&version.number), &version, index)?;
        count_code(tx, &function.account, &function.region, count(version.code.size)?);
        Ok(version)
    }
}
