//! What belongs to the account itself.

use model_iam::types as wire;
use serde::{Deserialize, Serialize};

/// The account's own settings.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// The one alias that an account may have.
    pub alias: Option<String>,
    /// Rules for console passwords. Kept and given back: there are no console passwords here.
    pub password_policy: Option<PasswordPolicy>,
    /// Ids of the root's access keys.
    pub root_keys: Vec<String>,
}

/// Rules for console passwords.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members are AWS's")]
pub struct PasswordPolicy {
    /// 6 to 128.
    pub minimum_length: i32,
    /// `RequireSymbols`.
    pub require_symbols: bool,
    /// `RequireNumbers`.
    pub require_numbers: bool,
    /// `RequireUppercaseCharacters`.
    pub require_uppercase: bool,
    /// `RequireLowercaseCharacters`.
    pub require_lowercase: bool,
    /// `AllowUsersToChangePassword`.
    pub allow_change: bool,
    /// Days until a password ends.
    pub max_age_d: Option<i32>,
    /// How many old ones may not come back.
    pub reuse_prevention: Option<i32>,
    /// `HardExpiry`.
    pub hard_expiry: Option<bool>,
}

impl PasswordPolicy {
    /// As the API shows it.
    pub fn to_wire(&self) -> wire::PasswordPolicy {
        wire::PasswordPolicy {
            minimum_password_length: Some(self.minimum_length),
            require_symbols: Some(self.require_symbols),
            require_numbers: Some(self.require_numbers),
            require_uppercase_characters: Some(self.require_uppercase),
            require_lowercase_characters: Some(self.require_lowercase),
            allow_users_to_change_password: Some(self.allow_change),
            expire_passwords: Some(self.max_age_d.is_some()),
            max_password_age: self.max_age_d,
            password_reuse_prevention: self.reuse_prevention,
            hard_expiry: self.hard_expiry,
        }
    }
}
