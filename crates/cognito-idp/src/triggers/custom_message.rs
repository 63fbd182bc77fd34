//! CustomMessage: before a message is sent; may write its texts. A text must have the place of the code, and that of
//! the username in an invitation.

use serde_json::json;
use world::Channel;

use super::{Event, Trigger, user_attributes};
use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::{Result, unrecognizable_lambda_output};
use crate::message::{About, CODE, Draft, USERNAME};

const MAX_SMS_CHARS: usize = 140;
const MAX_EMAIL_CHARS: usize = 20_000;
const MAX_SUBJECT_CHARS: usize = 140;

/// Texts in place of the pool's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    pub subject: Option<String>,
    pub body: Option<String>,
}

impl CognitoIdp {
    /// Asks the function for the texts of a message.
    ///
    /// # Errors
    /// The function's; InvalidLambdaResponseException for a text without its places, or too long.
    pub(crate) async fn custom_message(&self, pool: &UserPool, draft: Draft<'_>) -> Result<Texts> {
        let invitation = draft.about == About::Invitation;
        let event = Event {
            trigger: Trigger::CustomMessage,
            source: draft.source,
            version: "1",
            user: &draft.user.username,
            said: draft.said,
            request: json!({
                "userAttributes": user_attributes(draft.user),
                "codeParameter": CODE,
                "linkParameter": "{##Click Here##}",
                "usernameParameter": invitation.then_some(USERNAME),
            }),
            response: json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null }),
        };
        let Some(response) = self.run_trigger(pool, event).await? else { return Ok(Texts::default()) };
        let (sms, email) = (response.text("smsMessage")?, response.text("emailMessage")?);
        let subject = response.text("emailSubject")?;
        let fits = within(sms.as_ref(), MAX_SMS_CHARS)
            && within(email.as_ref(), MAX_EMAIL_CHARS)
            && within(subject.as_ref(), MAX_SUBJECT_CHARS)
            && sms.iter().all(|text| has_places(text, draft.about))
            && email.iter().all(|text| has_places(text, draft.about))
            && subject.iter().all(|text| !text.chars().any(char::is_control));
        if !fits {
            return Err(unrecognizable_lambda_output());
        }
        Ok(match draft.destination.channel() {
            Channel::Sms => Texts { subject: None, body: sms },
            Channel::Email => Texts { subject, body: email },
        })
    }
}

fn within(text: Option<&String>, most: usize) -> bool {
    text.is_none_or(|text| text.chars().count() <= most)
}

fn has_places(text: &str, about: About<'_>) -> bool {
    match about {
        About::Invitation => text.contains(CODE) && text.contains(USERNAME),
        About::SignUp { .. } => text.contains(CODE) || has_link(text),
        About::Code | About::SignIn => text.contains(CODE),
    }
}

/// `{##Click Here##}`.
fn has_link(text: &str) -> bool {
    text.split_once("{##").is_some_and(|(_, rest)| rest.contains("##}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_depend_on_what_a_message_is_about() {
        let sign_up = About::SignUp { client_id: "c" };
        for (text, about, expected) in [
            ("code {####}", About::Code, true),
            ("code", About::Code, false),
            ("{##Click##}", About::Code, false),
            ("{##Click##}", sign_up, true),
            ("{##Click", sign_up, false),
            ("{####}", About::Invitation, false),
            ("{username} {####}", About::Invitation, true),
        ] {
            assert_eq!(has_places(text, about), expected, "{text}");
        }
    }
}
