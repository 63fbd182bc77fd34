//! One row of the file: what user it makes.

use std::collections::BTreeMap;

use model_cognito_idp::types::UserStatusType;

use super::csv::{MFA_ENABLED, PASSWORD_HASH, USERNAME, fields};
use crate::CognitoIdp;
use crate::auth::attributes::{Attributes, Writer, check_new, check_required};
use crate::auth::foreign_hash;
use crate::auth::naming::NewName;
use crate::entity::user::{MfaFactor, VERIFIABLE, verified_flag};
use crate::entity::user_import_job::Algorithm;
use crate::entity::{User, UserPool};

/// What becomes of a row.
pub(super) enum Made {
    /// A user, if their names are free.
    User(Box<User>),
    /// Nothing, and why, without anything of the row.
    Nothing(String),
}

/// What a job knows of its rows.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub pool: &'a UserPool,
    pub columns: &'a [String],
    pub algorithm: Option<Algorithm>,
}

impl CognitoIdp {
    /// Makes a user of a row; nothing is stored.
    pub(super) fn imported_user(&self, rows: Rows<'_>, row: &str) -> Made {
        match self.try_import(rows, row) {
            Ok(user) => Made::User(Box::new(user)),
            Err(why) => Made::Nothing(why),
        }
    }

    fn try_import(&self, rows: Rows<'_>, row: &str) -> Result<User, String> {
        let values = fields(row).map_err(|_| "The row could not be parsed.".to_owned())?;
        if values.len() != rows.columns.len() {
            return Err("The number of values differs from the number of columns.".to_owned());
        }
        let mut given: BTreeMap<&str, String> = rows
            .columns
            .iter()
            .map(String::as_str)
            .zip(values.into_iter().map(|value| value.trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let username = given.remove(USERNAME).ok_or_else(|| format!("{USERNAME} is required."))?;
        let sms_mfa = flag(given.remove(MFA_ENABLED).as_deref().unwrap_or("false"))
            .ok_or_else(|| format!("{MFA_ENABLED} must be true or false."))?;
        let hash = given.remove(PASSWORD_HASH);
        let attributes = attributes(given)?;
        check_verified(rows.pool, &attributes)?;
        let said = |error: aws_types::AwsError| error.message.into_owned();
        let name = self.new_name(rows.pool, &username, attributes).map_err(said)?;
        let attributes = check_new(rows.pool, name.attributes.clone(), Writer::Admin).map_err(said)?;
        check_required(rows.pool, &attributes).map_err(said)?;
        if sms_mfa && !attributes.contains_key("phone_number") {
            return Err(format!("{MFA_ENABLED} is true and there is no phone_number."));
        }
        let mut user = self.new_user(NewName { attributes, ..name }, UserStatusType::ResetRequired);
        if sms_mfa {
            user.mfa.enabled.insert(MfaFactor::Sms);
        }
        if let Some((hash, algorithm)) = hash.zip(rows.algorithm) {
            let hash = foreign_hash::check(algorithm, &hash).map_err(|error| error.to_string())?;
            user.password = Some(self.seal_foreign_hash(rows.pool, &user, &hash));
            user.status = UserStatusType::Confirmed;
        }
        Ok(user)
    }
}

fn attributes(given: BTreeMap<&str, String>) -> Result<Attributes, String> {
    let is_flag = |name: &str| VERIFIABLE.iter().any(|attribute| verified_flag(attribute) == name);
    let read = |(name, value): (&str, String)| match is_flag(name) {
        false => Ok((name.to_owned(), value)),
        true => match flag(&value) {
            Some(flag) => Ok((name.to_owned(), flag.to_string())),
            None => Err(format!("{name} must be true or false.")),
        },
    };
    // A flag without its address says nothing: files have both columns, and blanks in either.
    let all: Attributes = given.into_iter().map(read).collect::<Result<_, _>>()?;
    let told = |name: &str| {
        VERIFIABLE.iter().all(|attribute| verified_flag(attribute) != name || all.contains_key(*attribute))
    };
    Ok(all.iter().filter(|(name, value)| told(name) || *value == "true").map(|(n, v)| (n.clone(), v.clone())).collect())
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Without a proven address nobody could set a password.
fn check_verified(pool: &UserPool, attributes: &Attributes) -> Result<(), String> {
    let proven = |attribute: &str| {
        pool.auto_verifies(attribute)
            && attributes.contains_key(attribute)
            && attributes.get(&verified_flag(attribute)).is_some_and(|flag| flag == "true")
    };
    if VERIFIABLE.into_iter().any(proven) {
        return Ok(());
    }
    // (doc)
    Err("The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true)."
        .to_owned())
}
