//! Id tokens as identity pools take them with `ServerSideTokenCheck`: the token is proven elsewhere; here it is asked
//! whether pool, client, user and chain still stand behind it.

use jose::Claims;

use crate::CognitoIdp;
use crate::error::Result;
use crate::table::user;

impl CognitoIdp {
    /// Whether the user of a proven id token is still signed in: neither signed out everywhere since, nor disabled, nor
    /// deleted.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_signed_in(&self, pool_id: &str, claims: &Claims) -> Result<bool> {
        let pool = match self.any_pool(pool_id).await {
            Err(error) if error.internal.is_none() => return Ok(false),
            pool => pool?,
        };
        let named = (claims.str("sub"), claims.str("cognito:username"), claims.str("event_id"), claims.str("aud"));
        let (Some(sub), Some(username), Some(event_id), Some(client_id)) = named else { return Ok(false) };
        match self.client(&pool.id, client_id).await {
            Err(error) if error.internal.is_none() => return Ok(false),
            client => drop(client?),
        }
        let user = user::by_username(self.store(), &pool, username).await?;
        let Some(user) = user.filter(|user| user.sub == sub && user.enabled) else { return Ok(false) };
        Ok(self.chain(&pool, sub, event_id).await?.is_some_and(|chain| chain.is_current(&user)))
    }
}
