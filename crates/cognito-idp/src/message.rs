//! What people are sent: codes and invitations (guide: "Email and SMS message settings"), from the pool's templates or
//! the defaults.
//!
//! What comes in: the pool, the user, what it is about; the function CustomMessage may write the texts. What goes out:
//! one [`world::Message`], handed to the sender, or one event for the pool's custom sender.
//! What it must not know: how mail travels.
//!
//! Handing over waits for no mail server, so that the time of an answer does not tell who got a message. What is refused
//! at once (no route, a country that is not served, a full queue, a limit) is refused for a pretended message as well:
//! [`CognitoIdp::check_sending`].
//!
//! Values are put into e-mails as HTML text, because Cognito's e-mails are HTML; control characters never come through.

pub(crate) mod limit;
pub(crate) mod sender;

use aws_types::AwsError;
use model_cognito_idp::types::{DefaultEmailOptionType, EmailConfigurationType};
use world::{Channel, Message, SendError};

use crate::CognitoIdp;
use crate::auth::destination::Destination;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::triggers::Said;
use crate::triggers::custom_message::Texts;
use crate::triggers::custom_sender::CustomSender;

pub(crate) const CODE: &str = "{####}";
pub(crate) const USERNAME: &str = "{username}";
/// Defaults of Cognito.
const VERIFY_SUBJECT: &str = "Your verification code";
const VERIFY_BODY: &str = "Your verification code is {####}. ";
const LINK_SUBJECT: &str = "Your verification link";
const LINK_BODY: &str = "Please click the link below to verify your email address. {##Verify Email##} ";
const SIGN_IN_SUBJECT: &str = "Your authentication code";
const SIGN_IN_BODY: &str = "Your authentication code is {####}. ";
const INVITE_SUBJECT: &str = "Your temporary password";
const INVITE_BODY: &str = "Your username is {username} and temporary password is {####}. ";

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About<'a> {
    /// A code, typed in somewhere.
    Code,
    /// A code of sign-up, which the pool may want as a link that this client's user follows.
    SignUp { client_id: &'a str },
    /// A code that signs somebody in: a second factor, or a one-time password.
    SignIn,
    /// A new user's temporary password.
    Invitation,
}

/// A message to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draft<'a> {
    /// The inbox files the message under their username.
    pub user: &'a User,
    /// What the person knows as their username: the address, where that is the username.
    pub name: &'a str,
    pub destination: &'a Destination,
    pub about: About<'a>,
    /// The code or temporary password.
    pub code: &'a str,
    /// `triggerSource` of CustomMessage.
    pub source: &'static str,
    pub said: Said<'a>,
}

impl CognitoIdp {
    /// Writes a message and hands it over: to the pool's custom sender where it has one, else to the server's own.
    ///
    /// # Errors
    /// CustomMessage's; CodeDeliveryFailureException where it could not be; LimitExceededException where the address or
    /// the pool has had its share of this hour.
    pub(crate) async fn deliver(&self, pool: &UserPool, draft: Draft<'_>) -> Result<()> {
        self.check_sending(pool, draft.destination).await?;
        if let Some(sender) = CustomSender::of(pool, draft.destination.channel()) {
            return self.hand_to_custom_sender(pool, sender, draft);
        }
        let texts = self.custom_message(pool, draft).await?;
        let (subject, body) = self.compose(pool, draft, texts);
        let mail = &pool.settings.email_configuration;
        let message = Message {
            pool: pool.id.clone(),
            user: draft.user.username.clone(),
            to: draft.destination.value.clone(),
            channel: draft.destination.channel(),
            subject,
            body,
            from: sender_address(mail),
            reply_to: mail.reply_to_email_address.clone(),
            configuration_set: mail.configuration_set.clone(),
            sms_origin: sender::sms_origin(pool),
            code: Some(draft.code.to_owned()),
            time: self.now(),
        };
        match self.doors().messages.send(message).await {
            Ok(()) => Ok(()),
            Err(cause) => Err(self.not_delivered(pool, &cause).await),
        }
    }

    /// Whether a message to that address may go out now; counts it. For a message that is only pretended, too.
    ///
    /// # Errors
    /// CodeDeliveryFailureException, LimitExceededException; those of [`Self::check_sender`].
    pub(crate) async fn check_sending(&self, pool: &UserPool, to: &Destination) -> Result<()> {
        if CustomSender::of(pool, to.channel()).is_none() {
            self.check_sender(pool, to.channel()).await?;
            if let Err(cause) = self.doors().messages.check(to.channel(), &to.value) {
                return Err(self.not_delivered(pool, &cause).await);
            }
        }
        self.count_message(pool, to).await
    }

    async fn not_delivered(&self, pool: &UserPool, cause: &SendError) -> AwsError {
        tracing::warn!(pool.id = pool.id, %cause, "a message was not delivered");
        self.log_undelivered(pool, cause).await;
        error::code_delivery_failed()
    }

    fn compose(&self, pool: &UserPool, draft: Draft<'_>, texts: Texts) -> (String, String) {
        let channel = draft.destination.channel();
        let (subject, body) = templates(pool, draft.about, channel);
        let (subject, body) = (texts.subject.unwrap_or(subject), texts.body.unwrap_or(body));
        let username = clean(draft.name, channel);
        let fill = |template: &str| template.replace(CODE, draft.code).replace(USERNAME, &username);
        let body = match draft.about {
            About::SignUp { client_id } => self.fill_link(pool, &body, client_id, draft),
            About::Code | About::SignIn | About::Invitation => body,
        };
        (fill(&subject), fill(&body))
    }

    /// Puts a link in the place of `{##text##}`; where the pool has no domain the code itself stands there.
    fn fill_link(&self, pool: &UserPool, body: &str, client_id: &str, draft: Draft<'_>) -> String {
        let Some((before, rest)) = body.split_once("{##") else { return body.to_owned() };
        let Some((text, after)) = rest.split_once("##}") else { return body.to_owned() };
        let Some(base) = self.domain_url(pool) else { return format!("{before}{CODE}{after}") };
        let url = format!(
            "{base}/confirmUser?client_id={}&amp;user_name={}&amp;confirmation_code={}",
            percent(client_id),
            percent(draft.name),
            percent(draft.code)
        );
        format!("{before}<a href=\"{url}\">{}</a>{after}", escape(text))
    }
}

fn templates(pool: &UserPool, about: About<'_>, channel: Channel) -> (String, String) {
    let verify = &pool.settings.verification_template;
    let invite = pool.settings.admin_create_user.invite_message_template.as_ref();
    let or = |own: Option<&String>, default: &str| own.cloned().unwrap_or_else(|| default.to_owned());
    let link = verify.default_email_option == Some(DefaultEmailOptionType::ConfirmWithLink);
    match (about, channel) {
        (About::Invitation, Channel::Sms) => {
            (String::new(), or(invite.and_then(|invite| invite.sms_message.as_ref()), INVITE_BODY))
        }
        (About::Invitation, Channel::Email) => (
            or(invite.and_then(|invite| invite.email_subject.as_ref()), INVITE_SUBJECT),
            or(invite.and_then(|invite| invite.email_message.as_ref()), INVITE_BODY),
        ),
        (About::SignIn, Channel::Sms) => {
            (String::new(), or(pool.settings.sms_authentication_message.as_ref(), SIGN_IN_BODY))
        }
        (About::SignIn, Channel::Email) => {
            let own = pool.mfa.email.as_ref();
            let (subject, body) =
                (own.and_then(|mail| mail.subject.as_ref()), own.and_then(|mail| mail.message.as_ref()));
            (or(subject, SIGN_IN_SUBJECT), or(body, SIGN_IN_BODY))
        }
        (_, Channel::Sms) => (String::new(), or(verify.sms_message.as_ref(), VERIFY_BODY)),
        (About::SignUp { .. }, Channel::Email) if link => (
            or(verify.email_subject_by_link.as_ref(), LINK_SUBJECT),
            or(verify.email_message_by_link.as_ref(), LINK_BODY),
        ),
        (_, Channel::Email) => {
            (or(verify.email_subject.as_ref(), VERIFY_SUBJECT), or(verify.email_message.as_ref(), VERIFY_BODY))
        }
    }
}

/// `EmailConfiguration.From`, else the address of its `SourceArn`
/// (`arn:aws:ses:eu-west-1:123456789012:identity/shop@example.com`), else the server's own.
pub(crate) fn sender_address(mail: &EmailConfigurationType) -> Option<String> {
    let identity = || mail.source_arn.as_deref()?.rsplit_once("identity/").map(|(_, identity)| identity);
    let given = mail.from.as_deref().or_else(|| identity().filter(|identity| identity.contains('@')));
    given.filter(|given| !given.is_empty()).map(str::to_owned)
}

fn clean(value: &str, channel: Channel) -> String {
    let printable: String = value.chars().filter(|c| !c.is_control()).collect();
    match channel {
        Channel::Email => escape(&printable),
        Channel::Sms => printable,
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn percent(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_99_markup_and_line_breaks_do_not_come_through() {
        assert_eq!(clean("<b>a</b>\r\nBcc: x\"", Channel::Email), "&lt;b&gt;a&lt;/b&gt;Bcc: x&quot;");
        assert_eq!(clean("a\nb<c>", Channel::Sms), "ab<c>");
        assert_eq!(percent("a b&c=ü"), "a%20b%26c%3D%C3%BC");
    }
}
