//! Telling a user that threat protection noticed something (guide, "Notification messages"): the templates of the risk
//! configuration, by e-mail, to the proven address. There is no page behind one-click links: their placeholders become
//! the feedback token, which UpdateAuthEventFeedback takes.

use model_cognito_idp::types::RiskDecisionType;
use world::{Channel, Message};

use super::auth_events::AuthEvent;
use super::destination::Destination;
use super::risk::action;
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::{RiskConfiguration, User};
use crate::error::Result;
use crate::message::escape;
use crate::message::sender_address;
use crate::rules::risk::template;

impl CognitoIdp {
    /// Sends the message that goes with an event, where one does.
    ///
    /// # Errors
    /// None where it cannot be sent: that is logged.
    pub(crate) async fn notify(
        &self,
        visit: Visit<'_>,
        user: &User,
        risk: Option<&RiskConfiguration>,
        event: &AuthEvent,
    ) -> Result<()> {
        let configured = event.level.filter(|_| event.decision != RiskDecisionType::NoRisk);
        let Some(action) = configured.and_then(|level| action(risk, level)).filter(|action| action.notify) else {
            return Ok(());
        };
        let settings = risk.and_then(|risk| risk.takeover.as_ref()).and_then(|it| it.notify_configuration.as_ref());
        let Some(email) = settings.and_then(|settings| template(settings, action)) else { return Ok(()) };
        let Some(to) = user.attributes.get("email").filter(|_| user.is_verified("email")) else { return Ok(()) };
        // Nobody's mailbox is flooded by failing sign-ins.
        let target = Destination { attribute: "email", value: to.clone() };
        if self.count_message(visit.pool, &target).await.is_err() {
            tracing::warn!(pool.id = visit.pool.id, "a notice of threat protection was over the limit of messages");
            return Ok(());
        }
        let mail = &visit.pool.settings.email_configuration;
        let body = email.html_body.as_deref().or(email.text_body.as_deref()).unwrap_or_default();
        let message = Message {
            pool: visit.pool.id.clone(),
            user: user.username.clone(),
            to: to.clone(),
            channel: Channel::Email,
            subject: self.fill_notice(visit, user, event, &email.subject),
            body: self.fill_notice(visit, user, event, body),
            from: settings.and_then(|settings| settings.from.clone()).or_else(|| sender_address(mail)),
            reply_to: settings.and_then(|settings| settings.reply_to.clone()),
            configuration_set: mail.configuration_set.clone(),
            sms_origin: None,
            code: None,
            time: self.now(),
        };
        if let Err(cause) = self.doors().messages.send(message).await {
            tracing::warn!(pool.id = visit.pool.id, %cause, "a notice of threat protection was not delivered");
        }
        Ok(())
    }

    fn fill_notice(&self, visit: Visit<'_>, user: &User, event: &AuthEvent, text: &str) -> String {
        let token = self.feedback_token(visit.pool, &user.sub, &event.id);
        let shown = |value: &str| escape(&value.chars().filter(|c| !c.is_control()).collect::<String>());
        let unknown = "unknown".to_owned();
        [
            ("{username}", shown(&user.username)),
            ("{event-id}", event.id.clone()),
            ("{login-time}", event.created.iso8601()),
            ("{ip-address}", event.address.as_deref().map_or_else(|| unknown.clone(), shown)),
            ("{device-name}", event.agent.as_deref().map_or_else(|| unknown.clone(), shown)),
            ("{city}", unknown.clone()),
            ("{country}", unknown.clone()),
            ("{one-click-link-valid}", token.clone()),
            ("{one-click-link-invalid}", token),
        ]
        .iter()
        .fold(text.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
    }
}
