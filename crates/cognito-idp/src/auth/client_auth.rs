//! How an app client proves itself: by SECRET_HASH in the AWS API, by its secret at the OAuth endpoints.

use aws_lc_rs::constant_time;
use aws_types::Secret;

use super::secret_hash;
use crate::CognitoIdp;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::table::user::fold;

/// Which sentence a missing secret hash gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// InitiateAuth and its kin.
    SignIn,
    /// SignUp and the code operations.
    Other,
}

impl CognitoIdp {
    /// Whether the secret hash is the client's, over one of the names. A client without secret may send none.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) fn check_secret_hash(
        &self,
        client: &AppClient,
        given: Option<&str>,
        names: &[&str],
        asked: Asked,
    ) -> Result<()> {
        let secrets = self.client_secrets(client)?;
        match given {
            None if secrets.is_empty() => Ok(()),
            None if asked == Asked::SignIn => Err(error::missing_secret_hash(&client.id)),
            None => Err(error::bad_secret_hash(&client.id)),
            Some(given) => {
                let secrets = secrets.iter().map(|secret| secret.expose().as_str());
                let right = secret_hash::matches(given, &client.id, secrets, names);
                if right { Ok(()) } else { Err(error::bad_secret_hash(&client.id)) }
            }
        }
    }

    /// Whether this is one of the client's secrets. Where there is no client the same comparison is made.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn is_client_secret(&self, client: Option<&AppClient>, given: &str) -> Result<bool> {
        let mut secrets = client.map_or_else(|| Ok(Vec::new()), |client| self.client_secrets(client))?;
        let known = !secrets.is_empty();
        if !known {
            secrets.push(Secret::new("no such client".to_owned()));
        }
        let given = super::hashed(given);
        let mut found = false;
        for secret in &secrets {
            let secret = super::hashed(secret.expose());
            found |= constant_time::verify_slices_are_equal(secret.as_bytes(), given.as_bytes()).is_ok();
        }
        Ok(found && known)
    }
}

/// Whether a name that a client gave is one of this user's: username, `sub`, or an alias.
pub(crate) fn names_user(pool: &UserPool, user: &User, name: &str) -> bool {
    let name = fold(pool, name);
    name == fold(pool, &user.username)
        || name == user.sub
        || user.aliases(pool).iter().any(|(_, value)| fold(pool, value) == name)
}

/// Names over which a secret hash of this user may be made.
pub(crate) fn hash_names<'a>(pool: &UserPool, user: &'a User, typed: Option<&'a str>) -> Vec<&'a str> {
    let mut names = vec![user.username.as_str(), user.sub.as_str()];
    names.extend(user.aliases(pool).into_iter().map(|(_, value)| value));
    names.extend(typed.filter(|typed| names_user(pool, user, typed)));
    names
}
