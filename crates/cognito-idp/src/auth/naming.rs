//! What somebody is called: the username of a new user, and the names that nobody else may hold.

use world::rng;

use super::attributes::{Attributes, is_email, is_phone_number};
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::user::{alias_attributes, by_alias, by_sub, by_username, fold};

/// The model's bound.
const MAX_USERNAME_CHARS: usize = 128;

/// Names of a user to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewName {
    pub username: String,
    pub sub: String,
    /// With the address that was given as the username, where the pool works so.
    pub attributes: Attributes,
}

impl CognitoIdp {
    /// Turns what was given as a username into a username and attributes.
    ///
    /// # Errors
    /// InvalidParameterException where the pool wants another form.
    pub(crate) fn new_name(&self, pool: &UserPool, typed: &str, mut attributes: Attributes) -> Result<NewName> {
        check_username(typed)?;
        let sub = rng::uuid(self.rng());
        if pool.username_attributes.is_empty() {
            if pool.has_alias("email") && is_email(typed) {
                return Err(error::username_is_email());
            }
            if pool.has_alias("phone_number") && is_phone_number(typed) {
                return Err(error::username_is_phone());
            }
            return Ok(NewName { username: typed.to_owned(), sub, attributes });
        }
        let attribute = username_attribute(pool, typed)?;
        let given = attributes.insert(attribute.to_owned(), typed.to_owned());
        if given.is_some_and(|given| fold(pool, &given) != fold(pool, typed)) {
            return Err(error::invalid_parameter(format_args!("The username and the attribute {attribute} differ.")));
        }
        Ok(NewName { username: sub.clone(), sub, attributes })
    }

    /// Refuses a new user whose names are another's. The store refuses the races.
    ///
    /// # Errors
    /// UsernameExistsException, AliasExistsException.
    pub(crate) async fn check_names_free(&self, pool: &UserPool, user: &User) -> Result<()> {
        self.check_username_free(pool, user).await?;
        for (attribute, value) in user.aliases(pool) {
            if self.name_is_taken(pool, value, &user.sub).await? || self.holder(pool, attribute, value, user).await? {
                let taken =
                    if pool.has_username_attribute(attribute) { error::account_exists } else { error::alias_exists };
                return Err(taken(attribute));
            }
        }
        Ok(())
    }

    /// Refuses a new user whose username is another's; aliases are not looked at.
    ///
    /// # Errors
    /// UsernameExistsException.
    pub(crate) async fn check_username_free(&self, pool: &UserPool, user: &User) -> Result<()> {
        if self.name_is_taken(pool, &user.username, &user.sub).await? {
            return Err(error::user_already_exists());
        }
        Ok(())
    }

    /// Refuses a change that takes another's alias.
    ///
    /// # Errors
    /// AliasExistsException.
    pub(crate) async fn check_aliases_free(&self, pool: &UserPool, before: &User, after: &User) -> Result<()> {
        let known = before.aliases(pool);
        for (attribute, value) in after.aliases(pool).into_iter().filter(|alias| !known.contains(alias)) {
            if self.name_is_taken(pool, value, &after.sub).await? || self.holder(pool, attribute, value, after).await? {
                return Err(error::alias_exists(attribute));
            }
        }
        Ok(())
    }

    /// Whether a name is the username, the `sub` or an alias of somebody else.
    async fn name_is_taken(&self, pool: &UserPool, name: &str, sub: &str) -> Result<bool> {
        let store = self.store();
        let mut others = vec![by_username(store, pool, name).await?, by_sub(store, pool, name).await?];
        for attribute in alias_attributes(pool) {
            others.push(by_alias(store, pool, attribute, name).await?);
        }
        Ok(others.iter().flatten().any(|user| user.sub != sub))
    }

    async fn holder(&self, pool: &UserPool, attribute: &str, value: &str, user: &User) -> Result<bool> {
        let holder = by_alias(self.store(), pool, attribute, value).await?;
        Ok(holder.is_some_and(|holder| holder.sub != user.sub))
    }
}

/// The model's bounds, for the pages' sake, which come by no model; and nothing invisible, so that no two names look
/// the same for the lack of it.
fn check_username(typed: &str) -> Result<()> {
    let invisible = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if typed.is_empty() || typed.chars().count() > MAX_USERNAME_CHARS || typed.chars().any(invisible) {
        return Err(error::username_constraints());
    }
    Ok(())
}

fn username_attribute(pool: &UserPool, typed: &str) -> Result<&'static str> {
    let (email, phone) = (pool.has_username_attribute("email"), pool.has_username_attribute("phone_number"));
    match (email, phone) {
        (true, _) if is_email(typed) => Ok("email"),
        (_, true) if is_phone_number(typed) => Ok("phone_number"),
        (true, true) => Err(error::username_should_be_either()),
        (false, true) => Err(error::username_should_be_phone()),
        _ => Err(error::username_should_be_email()),
    }
}
