//! PreAuthentication: before a password is judged; may refuse.

use serde_json::json;

use super::{Event, Said, Trigger, known_attributes};
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::Result;

impl CognitoIdp {
    /// Asks the function about a sign-in. `name` is what was typed, for somebody who does not exist.
    ///
    /// # Errors
    /// The function's.
    pub(crate) async fn pre_authentication(
        &self,
        pool: &UserPool,
        user: Option<&User>,
        name: &str,
        said: Said<'_>,
    ) -> Result<()> {
        let validation = said.metadata.map_or_else(|| json!({}), |metadata| json!(metadata));
        let event = Event {
            trigger: Trigger::PreAuthentication,
            source: "PreAuthentication_Authentication",
            version: "1",
            user: user.map_or(name, |user| &user.username),
            said: said.silent(),
            request: json!({
                "userAttributes": known_attributes(user),
                "validationData": validation,
                "userNotFound": user.is_none(),
            }),
            response: json!({}),
        };
        self.run_trigger(pool, event).await.map(drop)
    }
}
