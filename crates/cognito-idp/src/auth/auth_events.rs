//! Authentication events of a user (guide, "Viewing user event history"): what was tried, how it ended, from where, and
//! what threat protection thought of it. Kept where threat protection watches; the newest hundred, for ninety days.
//!
//! Beside them stands from where the user has signed in before: it outlives the events, so that nobody can push it out
//! by failing often.

use aws_lc_rs::constant_time;
use aws_types::{AwsError, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model_cognito_idp::types::{
    AuthEventType, ChallengeName, ChallengeNameType, ChallengeResponse, ChallengeResponseType, EventContextDataType,
    EventFeedbackType, EventResponseType, EventRiskType, EventType, FeedbackValueType, RiskDecisionType, RiskLevelType,
};
use serde::{Deserialize, Serialize};
use store::{Table, Tx, Versioned, retry};
use world::rng;

use super::risk::{self, Assessment, action, assess, is_known_password};
use super::throttle::network;
use super::visit::Visit;
use crate::entity::{AppClient, RiskConfiguration, User, UserPool, moment};
use crate::error::{self, Result};
use crate::table::{pool_pk, user};
use crate::triggers::Said;
use crate::{CognitoIdp, Cx};

/// Events of a user that are kept.
const MAX_EVENTS: usize = 100;
/// Places from which a user signed in that are kept.
const MAX_KNOWN: usize = 30;
const KEPT_MS: i64 = 90 * 86_400_000;
const MAX_AGENT_CHARS: usize = 256;

const HISTORIES: Table<History> = Table::new("auth-events", 1);

/// What is kept of a user.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct History {
    /// Newest first.
    pub events: Vec<AuthEvent>,
    /// Most recent first.
    pub known: Vec<Known>,
}

/// From where and with what a user signed in, or somebody tried who was not the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub network: String,
    pub agent: Option<String>,
    /// By feedback: it was not the user.
    pub distrusted: bool,
}

/// One event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AuthEvent {
    pub id: String,
    pub kind: EventType,
    #[serde(with = "moment")]
    pub created: Timestamp,
    pub response: EventResponseType,
    pub level: Option<RiskLevelType>,
    pub decision: RiskDecisionType,
    pub compromised: bool,
    pub challenges: Vec<(ChallengeName, ChallengeResponse)>,
    pub address: Option<String>,
    pub agent: Option<String>,
    pub feedback: Option<Feedback>,
}

/// What somebody said of an event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Feedback {
    pub value: FeedbackValueType,
    pub provider: String,
    #[serde(with = "moment")]
    pub given: Timestamp,
}

impl AuthEvent {
    /// As AdminListUserAuthEvents shows it.
    pub fn to_wire(&self) -> AuthEventType {
        let challenge = |(name, response): &(ChallengeName, ChallengeResponse)| ChallengeResponseType {
            challenge_name: Some(*name),
            challenge_response: Some(*response),
        };
        AuthEventType {
            event_id: Some(self.id.clone()),
            event_type: Some(self.kind),
            creation_date: Some(self.created),
            event_response: Some(self.response),
            event_risk: Some(EventRiskType {
                risk_decision: Some(self.decision),
                risk_level: self.level,
                compromised_credentials_detected: Some(self.compromised),
            }),
            challenge_responses: Some(self.challenges.iter().map(challenge).collect()),
            event_context_data: Some(EventContextDataType {
                ip_address: self.address.clone(),
                device_name: self.agent.clone(),
                ..EventContextDataType::default()
            }),
            event_feedback: self.feedback.as_ref().map(|feedback| EventFeedbackType {
                feedback_value: Some(feedback.value),
                provider: Some(feedback.provider.clone()),
                feedback_date: Some(feedback.given),
            }),
        }
    }
}

/// What happened, to be recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Happened<'a> {
    pub kind: EventType,
    /// As typed; events of names without user are not kept.
    pub name: &'a str,
    pub response: EventResponseType,
    /// Where one was given.
    pub password: Option<&'a str>,
    /// What was proven or failed.
    pub challenge: Option<ChallengeName>,
    /// Threat protection refused it.
    pub blocked: bool,
    /// It was a passkey whose counter went back.
    pub copied: bool,
}

impl<'a> Happened<'a> {
    /// The end of a call, by its outcome. A call that was not judged (malformed, locked out, over a limit, broken) is
    /// nothing that happened: it must cost nothing, either.
    pub fn after(kind: EventType, name: &'a str, outcome: Result<EventResponseType, &AwsError>) -> Option<Self> {
        let is = |other: AwsError| outcome.is_err_and(|error| error.message == other.message);
        let (blocked, copied) = (is(error::blocked_for_security()), is(error::passkey_may_be_copied()));
        let response = match outcome {
            Ok(response) => response,
            Err(error) if error.internal.is_some() || !is_judgement(error) => return None,
            Err(_) => EventResponseType::Fail,
        };
        Some(Self { kind, name, response, password: None, challenge: None, blocked, copied })
    }

    /// With the password that was given.
    pub fn with_password(self, password: Option<&'a str>) -> Self {
        let challenge = password.map(|_| ChallengeName::Password).or(self.challenge);
        Self { password, challenge, ..self }
    }

    /// With what was to be proven.
    pub fn with_challenge(self, challenge: Option<ChallengeName>) -> Self {
        Self { challenge: challenge.or(self.challenge), ..self }
    }
}

fn is_judgement(error: &AwsError) -> bool {
    let unjudged = [error::password_attempts_exceeded(), error::too_many_requests(), error::attempt_limit_exceeded()];
    error.code != "InvalidParameterException" && unjudged.iter().all(|other| other.message != error.message)
}

/// How a challenge is called in events.
pub(crate) const fn proven_by(challenge: ChallengeNameType) -> Option<ChallengeName> {
    match challenge {
        ChallengeNameType::PasswordVerifier => Some(ChallengeName::Password),
        ChallengeNameType::SmsMfa | ChallengeNameType::SoftwareTokenMfa | ChallengeNameType::EmailOtp => {
            Some(ChallengeName::Mfa)
        }
        _ => None,
    }
}

impl CognitoIdp {
    /// The user's history; empty where nothing is kept.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn history(&self, pool: &UserPool, sub: &str) -> Result<History> {
        Ok(self.kept_history(pool, sub).await?.map(|kept| kept.value).unwrap_or_default())
    }

    async fn kept_history(&self, pool: &UserPool, sub: &str) -> Result<Option<Versioned<History>>> {
        Ok(HISTORIES.get(self.store(), &pool_pk(&pool.id), &history_sk(sub)).await?)
    }

    /// Records what happened, and tells the user where that is configured. What cannot be recorded is logged: it must not
    /// keep anybody from signing in.
    pub(crate) async fn record(&self, visit: Visit<'_>, happened: Option<Happened<'_>>) {
        let Some(happened) = happened.filter(|_| risk::watches(visit)) else { return };
        if let Err(cause) = self.try_record(visit, happened).await {
            tracing::warn!(pool.id = visit.pool.id, ?cause, "an authentication event was not recorded");
        }
    }

    async fn try_record(&self, visit: Visit<'_>, happened: Happened<'_>) -> Result<()> {
        let Some(user) = user::by_name(self.store(), visit.pool, happened.name).await? else { return Ok(()) };
        let risk = self.risk_configuration(visit.pool, Some(&visit.client.id)).await?;
        let id = rng::uuid(self.rng());
        let event = retry(self.store(), || self.store_event(visit, &user, happened, (&id, risk.as_deref()))).await?;
        self.log_activity(visit.pool, &user, &visit.client.id, &event).await?;
        self.notify(visit, &user, risk.as_deref(), &event).await
    }

    async fn store_event(
        &self,
        visit: Visit<'_>,
        user: &User,
        happened: Happened<'_>,
        (id, risk): (&str, Option<&RiskConfiguration>),
    ) -> Result<AuthEvent> {
        let current = self.kept_history(visit.pool, &user.sub).await?;
        let mut history = current.as_ref().map(|kept| kept.value.clone()).unwrap_or_default();
        let event = self.event(visit, &history, happened, (id, risk));
        if event.kind == EventType::SignIn && event.response == EventResponseType::Pass {
            remember(&mut history, visit, Trust::Yes);
        }
        history.events.insert(0, event.clone());
        history.events.truncate(MAX_EVENTS);
        self.put_history(visit.pool, &user.sub, current.as_ref(), &history).await?;
        Ok(event)
    }

    async fn put_history(
        &self,
        pool: &UserPool,
        sub: &str,
        current: Option<&Versioned<History>>,
        history: &History,
    ) -> Result<()> {
        let expires = self.now().plus_ms(KEPT_MS);
        let mut tx = Tx::new();
        match current {
            Some(current) => HISTORIES.update_expiring(&mut tx, current, history, Vec::new(), Some(expires))?,
            None => {
                HISTORIES.insert_expiring(
                    &mut tx,
                    &pool_pk(&pool.id),
                    &history_sk(sub),
                    history,
                    Vec::new(),
                    expires,
                )?;
            }
        }
        self.store().commit(tx).await?;
        Ok(())
    }

    fn event(
        &self,
        visit: Visit<'_>,
        history: &History,
        happened: Happened<'_>,
        (id, risk): (&str, Option<&RiskConfiguration>),
    ) -> AuthEvent {
        let agent = agent_of(visit);
        let judged = happened.kind == EventType::SignIn;
        let seen = (visit.address, agent.as_deref());
        let mut assessment = if judged { assess(risk, history, seen, self.now()) } else { Assessment::default() };
        if happened.copied {
            // Two authenticators have the same key: there is no higher risk.
            assessment.level = Some(RiskLevelType::High);
        }
        let acted = assessment.level.is_some_and(|level| action(risk, level).is_some());
        let decision = match (happened.blocked, acted || happened.copied) {
            (true, _) => RiskDecisionType::Block,
            (false, true) => RiskDecisionType::AccountTakeover,
            (false, false) => RiskDecisionType::NoRisk,
        };
        let passed = happened.response != EventResponseType::Fail;
        let outcome = if passed { ChallengeResponse::Success } else { ChallengeResponse::Failure };
        AuthEvent {
            id: id.to_owned(),
            kind: happened.kind,
            created: self.now(),
            response: happened.response,
            level: assessment.level,
            decision,
            compromised: happened.password.is_some_and(is_known_password),
            challenges: happened.challenge.map(|name| (name, outcome)).into_iter().collect(),
            address: visit.address.map(|address| address.chars().take(64).collect()),
            agent,
            feedback: None,
        }
    }

    /// Keeps what somebody says of an event, and judges the next sign-ins by it.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where the user has no such event.
    pub(crate) async fn give_feedback(
        &self,
        pool: &UserPool,
        user: &User,
        event_id: &str,
        (value, provider): (FeedbackValueType, &str),
    ) -> Result<()> {
        retry(self.store(), || async {
            let current = self.kept_history(pool, &user.sub).await?.ok_or_else(error::auth_event_not_found)?;
            let mut history = current.value.clone();
            let event = history.events.iter_mut().find(|event| event.id == event_id);
            let event = event.ok_or_else(error::auth_event_not_found)?;
            event.feedback = Some(Feedback { value, provider: provider.to_owned(), given: self.now() });
            if let Some(address) = event.address.clone() {
                let agent = event.agent.clone();
                let trust = if value == FeedbackValueType::Valid { Trust::Yes } else { Trust::No };
                note(&mut history, Known { network: network(&address), agent, distrusted: trust == Trust::No });
            }
            self.put_history(pool, &user.sub, Some(&current), &history).await?;
            Ok::<_, AwsError>(())
        })
        .await
    }

    /// What proves that somebody was told of an event: good for that one event of that one user, whose `sub` it names.
    pub(crate) fn feedback_token(&self, pool: &UserPool, sub: &str, event_id: &str) -> String {
        let proof = self.code_mac(&format!("auth event feedback|{}|{sub}|{event_id}", pool.id));
        format!("{sub}.{}", URL_SAFE_NO_PAD.encode(proof))
    }

    /// The `sub` of whom the event's message went to, where this is its token.
    pub(crate) fn told_of_event<'a>(&self, pool: &UserPool, event_id: &str, given: &'a str) -> Option<&'a str> {
        let (sub, _) = given.split_once('.')?;
        let token = self.feedback_token(pool, sub, event_id);
        let same = constant_time::verify_slices_are_equal(token.as_bytes(), given.as_bytes());
        same.is_ok().then_some(sub)
    }
}

impl Cx<'_> {
    /// Records an event of an operation of the AWS API, by how it ended.
    pub(crate) async fn record<T>(
        &self,
        pool: &UserPool,
        client: &AppClient,
        kind: EventType,
        name: &str,
        outcome: &Result<T>,
    ) {
        let ended = outcome.as_ref().map(|_| EventResponseType::Pass);
        let visit = Visit::new(pool, client, Said::nothing(client));
        let visit = visit.from(Some(&self.call.source_ip)).by_agent(Some(&self.call.user_agent));
        self.service.record(visit, Happened::after(kind, name, ended)).await;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Yes,
    No,
}

fn remember(history: &mut History, visit: Visit<'_>, trust: Trust) {
    let Some(address) = visit.address else { return };
    note(history, Known { network: network(address), agent: agent_of(visit), distrusted: trust == Trust::No });
}

/// The newest word on a place holds.
fn note(history: &mut History, known: Known) {
    history.known.retain(|other| other.network != known.network || other.agent != known.agent);
    history.known.insert(0, known);
    history.known.truncate(MAX_KNOWN);
}

/// `User-Agent`, cut to a bound.
fn agent_of(visit: Visit<'_>) -> Option<String> {
    visit.agent.filter(|agent| !agent.is_empty()).map(|agent| agent.chars().take(MAX_AGENT_CHARS).collect())
}

fn history_sk(sub: &str) -> String {
    format!("auth-events#{sub}")
}
