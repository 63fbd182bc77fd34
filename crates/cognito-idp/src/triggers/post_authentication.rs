//! PostAuthentication: after the last proof, before tokens; may refuse.

use serde_json::json;

use super::{Event, Trigger, user_attributes};
use crate::CognitoIdp;
use crate::auth::device::tracks_devices;
use crate::auth::flow::Authenticated;
use crate::auth::visit::Visit;
use crate::error::Result;

impl CognitoIdp {
    /// Tells the function about a sign-in that is complete.
    ///
    /// # Errors
    /// The function's.
    pub(crate) async fn post_authentication(&self, visit: Visit<'_>, signed_in: &Authenticated) -> Result<()> {
        let Authenticated { user, progress, .. } = signed_in;
        // Told of pools that know devices alone (doc).
        let new_device = tracks_devices(visit.pool) && progress.device_key.is_none();
        let event = Event {
            trigger: Trigger::PostAuthentication,
            source: "PostAuthentication_Authentication",
            version: "1",
            user: &user.username,
            said: visit.said,
            request: json!({ "userAttributes": user_attributes(user), "newDeviceUsed": new_device }),
            response: json!({}),
        };
        self.run_trigger(visit.pool, event).await.map(drop)
    }
}
