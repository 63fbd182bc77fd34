//! Style of the classic hosted pages (SetUICustomization).

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::moment;

/// Style of one client's pages, or of all that have none of their own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UiCustomization {
    /// The pool.
    pub pool_id: String,
    /// A client id, or `ALL`.
    pub client_id: String,
    /// Checked style sheet.
    pub css: Option<String>,
    /// `CSSVersion`: fourteen digits of the time.
    pub css_version: Option<String>,
    /// PNG or JPEG, base64.
    pub image: Option<String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}
