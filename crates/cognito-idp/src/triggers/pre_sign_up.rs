//! PreSignUp: before a user is made; may refuse, confirm, or vouch for addresses.

use model_cognito_idp::types::UserStatusType;
use serde_json::{Map, Value, json};

use super::{Event, Metadata, Said, Trigger, given_attributes};
use crate::CognitoIdp;
use crate::entity::user::{VERIFIABLE, Verified, verified_flag};
use crate::entity::{User, UserPool};
use crate::error::{self, Result};

/// Who makes the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Maker {
    /// SignUp.
    Person,
    /// AdminCreateUser; the answer's flags are ignored.
    Admin,
}

impl CognitoIdp {
    /// Asks the function about a user to be, and does what it says.
    ///
    /// # Errors
    /// The function's; InvalidParameterException where it vouches for an address that is not there.
    pub(crate) async fn pre_sign_up(
        &self,
        pool: &UserPool,
        user: &mut User,
        maker: Maker,
        validation: Option<&Metadata>,
        said: Said<'_>,
    ) -> Result<()> {
        let event = Event {
            trigger: Trigger::PreSignUp,
            source: match maker {
                Maker::Person => "PreSignUp_SignUp",
                Maker::Admin => "PreSignUp_AdminCreateUser",
            },
            version: "1",
            user: &user.username,
            said,
            request: json!({ "userAttributes": given(user), "validationData": validation }),
            response: json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false }),
        };
        let Some(response) = self.run_trigger(pool, event).await? else { return Ok(()) };
        let confirm = response.flag("autoConfirmUser")?;
        let (email, phone) = (response.flag("autoVerifyEmail")?, response.flag("autoVerifyPhone")?);
        if maker == Maker::Admin {
            return Ok(());
        }
        if email {
            vouch(user, "email").ok_or_else(error::email_missing_for_verification)?;
        }
        if phone {
            vouch(user, "phone_number").ok_or_else(error::phone_missing_for_verification)?;
        }
        if confirm {
            user.status = UserStatusType::Confirmed;
        }
        Ok(())
    }
}

/// What was given: flags of addresses that nobody vouched for were not.
fn given(user: &User) -> Map<String, Value> {
    let mut given = given_attributes(&user.attributes);
    for attribute in VERIFIABLE.into_iter().filter(|attribute| !user.is_verified(attribute)) {
        given.remove(&verified_flag(attribute));
    }
    given
}

fn vouch(user: &mut User, attribute: &str) -> Option<()> {
    user.attributes.get(attribute).filter(|value| !value.is_empty())?;
    user.set_verified(attribute, Verified::Yes);
    Some(())
}
