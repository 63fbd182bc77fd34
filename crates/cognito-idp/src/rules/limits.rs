//! The rate limits that can be provisioned (guide, "Quotas in Amazon Cognito": API categories and their default rates).

use std::collections::BTreeMap;

use crate::error::{Result, invalid_parameter};

/// Categories with their default rate, requests per second.
const CATEGORIES: [(&str, i32); 15] = [
    ("UserAuthentication", 120),
    ("UserCreation", 50),
    ("UserFederation", 25),
    ("UserAccountRecovery", 30),
    ("UserRead", 120),
    ("UserUpdate", 25),
    ("UserToken", 120),
    ("UserResourceRead", 50),
    ("UserResourceUpdate", 25),
    ("UserList", 30),
    ("UserPoolRead", 15),
    ("UserPoolUpdate", 15),
    ("UserPoolResourceRead", 20),
    ("UserPoolResourceUpdate", 15),
    ("ClientAuthentication", 150),
];
/// How many times its default an account may provision here.
const MOST_TIMES: i32 = 100;

/// A limit: its category and default rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// `UserAuthentication`.
    pub category: &'static str,
    /// Requests per second.
    pub default: i32,
}

impl Limit {
    /// The greatest rate that can be provisioned.
    pub const fn most(self) -> i32 {
        self.default.saturating_mul(MOST_TIMES)
    }
}

/// The limit that a definition's attributes name.
///
/// # Errors
/// `InvalidParameterException`.
pub fn named(attributes: &BTreeMap<String, String>) -> Result<Limit> {
    let category = attributes.get("Category").ok_or_else(|| invalid_parameter("Attributes must contain Category."))?;
    if attributes.len() != 1 {
        return Err(invalid_parameter("Attributes may contain Category only."));
    }
    let found = CATEGORIES.iter().find(|(name, _)| name == category);
    let found = found.map(|(category, default)| Limit { category, default: *default });
    found.ok_or_else(|| invalid_parameter("The API category does not exist."))
}
