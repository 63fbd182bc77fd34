//! The credential report: a table of all users and what they sign with (IAM guide, "Generate credential reports").

use std::fmt::Write as _;

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};
use store::{MAX_PAGE, Table};

use crate::Cx;
use crate::entity::{AccessKey, LastUsed, Owner, User, moment};
use crate::error::Result;
use crate::keys::keys_of;
use crate::table::Entity;

/// A report as it was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// When.
    #[serde(with = "moment")]
    pub made: Timestamp,
    /// Comma-separated values.
    pub content: String,
}

/// The newest report: partition of the account, place [`REPORT_SK`].
pub const REPORTS: Table<Report> = Table::new("iam-credential-report", 1);
/// Place of the report.
pub const REPORT_SK: &str = "credential-report";
/// How long a report is good for: four hours.
pub const GOOD_MS: i64 = 4 * 3_600_000;

const HEAD: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                    password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                    access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                    access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                    access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,\
                    cert_2_active,cert_2_last_rotated";
/// There are no certificates here.
const NO_CERTIFICATES: &str = "false,N/A,false,N/A";

/// The report as of now. Passwords do not exist here, and it says so.
///
/// # Errors
/// The store's.
pub async fn write(cx: &Cx<'_>) -> Result<String> {
    let mut text = HEAD.to_owned();
    let account = cx.account();
    let root = format!("<root_account>,arn:aws:iam::{account}:root,{}", Timestamp::from_secs(0).iso8601());
    line(
        cx,
        &mut text,
        &format!("{root},not_supported,no_information,not_supported,not_supported,false"),
        &Owner::Root,
    )
    .await?;
    for user in User::TABLE.list(cx.store(), &cx.pk(), User::PREFIX, None, MAX_PAGE).await? {
        let shown = format!("{},{},{}", user.name, user.arn(), user.created.iso8601());
        let has_mfa = !user.mfa.is_empty();
        let owner = Owner::User(user.value.name);
        line(cx, &mut text, &format!("{shown},false,N/A,N/A,N/A,{has_mfa}"), &owner).await?;
    }
    Ok(text)
}

async fn line(cx: &Cx<'_>, text: &mut String, who: &str, owner: &Owner) -> Result<()> {
    let mut keys = keys_of(cx, owner).await?.into_iter();
    let (first, second) = (keys.next(), keys.next());
    let (first, second) = (key(cx, first).await?, key(cx, second).await?);
    // writing to a text cannot fail
    let _ = write!(text, "\n{who},{first},{second},{NO_CERTIFICATES}");
    Ok(())
}

async fn key(cx: &Cx<'_>, key: Option<AccessKey>) -> Result<String> {
    let Some(key) = key else { return Ok("false,N/A,N/A,N/A,N/A".to_owned()) };
    let used = match cx.last_used(&key.id).await? {
        Some(LastUsed { at, service, region }) => format!("{},{region},{service}", at.iso8601()),
        None => "N/A,N/A,N/A".to_owned(),
    };
    Ok(format!("{},{},{used}", key.active, key.created.iso8601()))
}
