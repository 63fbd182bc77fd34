//! A device that a user signs in with (guide: "Working with user devices in your user pool").

use aws_types::Timestamp;
use model_cognito_idp::types::{AttributeType, DeviceRememberedStatusType, DeviceType};
use serde::{Deserialize, Serialize};

use super::{User, UserPool, moment};

/// A confirmed device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Device {
    /// `eu-west-1_` and a UUID.
    pub key: String,
    /// `DeviceName`.
    pub name: Option<String>,
    /// Whether it may sign in by itself: [`Device::is_trusted`] says whether it can.
    pub remembered: bool,
    /// Salt and verifier of the device's SRP, sealed; none where ConfirmDevice brought none.
    pub verifier_sealed: Option<String>,
    /// Hash of the secret in a browser's cookie, for devices of the hosted pages.
    #[serde(default)]
    pub browser_hash: Option<String>,
    /// `last_ip_used`.
    pub last_ip: Option<String>,
    /// When it was confirmed.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
    /// When somebody last signed in with it.
    #[serde(with = "moment")]
    pub authenticated: Timestamp,
}

impl Device {
    /// Whether it may be asked for its proof in place of a second factor.
    pub const fn is_trusted(&self) -> bool {
        self.remembered && self.verifier_sealed.is_some()
    }

    /// As GetDevice shows it.
    pub fn to_wire(&self, pool: &UserPool, user: &User) -> DeviceType {
        let status = match self.remembered {
            true => DeviceRememberedStatusType::Remembered,
            false => DeviceRememberedStatusType::NotRemembered,
        };
        let owner = format!("{}.{}", user.username, pool.id);
        let arn = pool.arn();
        let head = arn.split_once(":userpool/").map_or(arn.as_str(), |(head, _)| head);
        let attributes = [
            ("device_status", Some("valid".to_owned())),
            ("device_name", self.name.clone()),
            ("dev:device_arn", Some(format!("{head}:owner/{owner}/device/{}", self.key))),
            ("dev:device_owner", Some(owner)),
            ("last_ip_used", self.last_ip.clone()),
            ("dev:device_remembered_status", Some(status.as_str().to_owned())),
            ("dev:device_sdk", Some("aws-sdk".to_owned())),
        ];
        let attribute = |(name, value): (&str, Option<String>)| {
            value.map(|value| AttributeType { name: name.to_owned(), value: Some(value) })
        };
        DeviceType {
            device_key: Some(self.key.clone()),
            device_attributes: Some(attributes.into_iter().filter_map(attribute).collect()),
            device_create_date: Some(self.created),
            device_last_modified_date: Some(self.modified),
            device_last_authenticated_date: Some(self.authenticated),
        }
    }
}
