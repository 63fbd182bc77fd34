//! PostConfirmation: after a user is confirmed, or has set a forgotten password anew. Its failure reaches the caller;
//! the confirmation stands.

use serde_json::json;

use super::{Event, Said, Trigger, user_attributes};
use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::Result;
use crate::table::user;

/// ConfirmSignUp, AdminConfirmSignUp, and sign-up that PreSignUp confirms.
pub(crate) const SIGN_UP: &str = "PostConfirmation_ConfirmSignUp";
/// ConfirmForgotPassword.
pub(crate) const FORGOT_PASSWORD: &str = "PostConfirmation_ConfirmForgotPassword";

impl CognitoIdp {
    /// Tells the function about the user as they stand now.
    ///
    /// # Errors
    /// The function's.
    pub(crate) async fn post_confirmation(
        &self,
        pool: &UserPool,
        username: &str,
        source: &'static str,
        said: Said<'_>,
    ) -> Result<()> {
        if Trigger::PostConfirmation.function(&pool.settings.lambda_config).is_none() {
            return Ok(());
        }
        let Some(user) = user::by_username(self.store(), pool, username).await? else { return Ok(()) };
        let event = Event {
            trigger: Trigger::PostConfirmation,
            source,
            version: "1",
            user: &user.username,
            said,
            request: json!({ "userAttributes": user_attributes(&user) }),
            response: json!({}),
        };
        self.run_trigger(pool, event).await.map(drop)
    }
}
