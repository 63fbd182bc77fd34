//! Delivery of a pool's logs (guide, "Exporting logs from Amazon Cognito user pools"): what users do, and messages that
//! could not be handed over. Events go to the log group of the configuration, in a stream of the pool's name, to its bucket
//! or to its delivery stream of Firehose.

use model_cognito_idp::types::{EventSourceName, LogConfigurationType, RiskLevelType};
use serde_json::{Value, json};

use crate::CognitoIdp;
use crate::auth::auth_events::AuthEvent;
use crate::entity::{User, UserPool};
use crate::error::Result;
use crate::table::{LOG_DELIVERIES, LOG_DELIVERY_SK, pool_pk};

impl CognitoIdp {
    /// Tells what a user did.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn log_activity(
        &self,
        pool: &UserPool,
        user: &User,
        client_id: &str,
        event: &AuthEvent,
    ) -> Result<()> {
        let told = || activity(pool, user, client_id, event);
        self.deliver_logs(pool, EventSourceName::UserAuthEvents, ("USER_ACTIVITY", "INFO"), told).await
    }

    /// Tells of a message that was not handed over. What cannot be told is logged: there is another error to answer.
    pub(crate) async fn log_undelivered(&self, pool: &UserPool, cause: &world::SendError) {
        let told = || json!({ "details": cause.to_string() });
        let source = EventSourceName::UserNotification;
        if let Err(error) = self.deliver_logs(pool, source, ("USER_NOTIFICATION", "ERROR"), told).await {
            tracing::warn!(pool.id = pool.id, ?error, "a log was not delivered");
        }
    }

    async fn deliver_logs(
        &self,
        pool: &UserPool,
        source: EventSourceName,
        (name, level): (&str, &str),
        told: impl Fn() -> Value,
    ) -> Result<()> {
        let kept = LOG_DELIVERIES.get(self.store(), &pool_pk(&pool.id), LOG_DELIVERY_SK).await?;
        for one in kept.iter().flat_map(|kept| &kept.configurations).filter(|one| one.event_source == source) {
            let event = json!({
                "eventTimestamp": self.now().ms().to_string(), "eventSource": name, "logLevel": level,
                "message": told(), "logSourceId": { "userPoolId": pool.id },
            });
            match destination(one) {
                Destination::Group(arn) => self.doors().logs.put(arn, &pool.id, (self.now(), event.to_string())),
                Destination::Delivered(arn) => {
                    self.doors().logs.deliver(arn, &pool.arn(), (self.now(), event.to_string()));
                }
            }
        }
        Ok(())
    }
}

enum Destination<'a> {
    Group(&'a str),
    Delivered(&'a str),
}

fn destination(one: &LogConfigurationType) -> Destination<'_> {
    let group = one.cloud_watch_logs_configuration.as_ref().and_then(|place| place.log_group_arn.as_deref());
    let bucket = one.s3_configuration.as_ref().and_then(|place| place.bucket_arn.as_deref());
    let stream = one.firehose_configuration.as_ref().and_then(|place| place.stream_arn.as_deref());
    group.map_or(Destination::Delivered(bucket.or(stream).unwrap_or_default()), Destination::Group)
}

/// Members of the guide's example. Places are unknown.
fn activity(pool: &UserPool, user: &User, client_id: &str, event: &AuthEvent) -> Value {
    let challenges = event.challenges.iter().map(|(name, response)| format!("{}:{}", name.as_str(), response.as_str()));
    json!({
        "version": "1",
        "eventId": event.id,
        "eventType": event.kind.as_str(),
        "userSub": user.sub,
        "userName": user.username,
        "userPoolId": pool.id,
        "clientId": client_id,
        "creationDate": event.created.java_date(),
        "eventResponse": event.response.as_str(),
        "riskLevel": event.level.map_or("", RiskLevelType::as_str),
        "riskDecision": event.decision.as_str(),
        "challenges": challenges.collect::<Vec<String>>(),
        "deviceName": event.agent,
        "ipAddress": event.address,
        "compromisedCredentialDetected": event.compromised.to_string(),
        "hasContextData": event.address.is_some().to_string(),
    })
}
