//! PostAuthentication: after the last proof, before tokens; may refuse.

use serde_json::json;

use super::{Event, Said, Trigger, user_attributes};
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::Result;

impl CognitoIdp {
    /// Tells the function about a sign-in that is complete.
    ///
    /// # Errors
    /// The function's.
    pub(crate) async fn post_authentication(&self, pool: &UserPool, user: &User, said: Said<'_>) -> Result<()> {
        let event = Event {
            trigger: Trigger::PostAuthentication,
            source: "PostAuthentication_Authentication",
            version: "1",
            user: &user.username,
            said,
            request: json!({ "userAttributes": user_attributes(user), "newDeviceUsed": false }),
            response: json!({}),
        };
        self.run_trigger(pool, event).await.map(drop)
    }
}
