//! A virtual MFA device: an authenticator app.

use aws_types::Timestamp;
use model_iam::types as wire;
use serde::{Deserialize, Serialize};

use super::{Tag, moment};

/// A virtual MFA device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MfaDevice {
    /// The account.
    pub account: String,
    /// `/division/`.
    pub path: String,
    /// `VirtualMFADeviceName`.
    pub name: String,
    /// The seed, sealed for [`MfaDevice::context`].
    pub seed: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// Whose it is, once it is enabled.
    pub enabled: Option<Enabled>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// A device in use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Enabled {
    /// Name of the user; it follows when the user is renamed.
    pub user: String,
    /// Since when.
    #[serde(with = "moment")]
    pub since: Timestamp,
    /// By how many steps its clock is ahead of ours.
    pub ahead: i64,
    /// The step of the last code that was taken, by its clock.
    pub last_step: i64,
    /// Codes that were refused since the last one that was taken.
    #[serde(default)]
    pub failures: u32,
    /// From when on it is asked again, after too many of these: milliseconds since the epoch.
    #[serde(default)]
    pub closed_until_ms: i64,
}

impl MfaDevice {
    /// `SerialNumber`: `arn:aws:iam::123456789012:mfa/division/name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:mfa{}{}", self.account, self.path, self.name)
    }

    /// What a device's seed is sealed for.
    pub fn context(arn: &str) -> String {
        format!("iam mfa device {arn}")
    }

    /// Whether a user has it.
    pub fn is_of(&self, user: &str) -> bool {
        self.enabled.as_ref().is_some_and(|enabled| enabled.user.eq_ignore_ascii_case(user))
    }

    /// As `ListMFADevices` shows it; none where nobody has it.
    pub fn to_wire(&self) -> Option<wire::MFADevice> {
        self.enabled.as_ref().map(|enabled| wire::MFADevice {
            user_name: Some(enabled.user.clone()),
            serial_number: Some(self.arn()),
            enable_date: Some(enabled.since),
        })
    }
}
