//! CUSTOM_AUTH: a sign-in whose challenges the pool's functions define, make and judge (guide: "Custom authentication
//! challenge Lambda triggers").
//!
//! Between two steps everything lies in the store, sealed: what was asked, what its answer will be judged by, and the
//! results so far. The client holds a session that names it and nothing else, good for one answer, right or wrong.
//! Right answers are not counted towards the lock-out, wrong ones are.

use std::collections::BTreeMap;

use aws_types::{AwsError, Timestamp};
use model_cognito_idp::types::ChallengeNameType;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Table, Tx, Versioned};
use world::rng;

use super::client_auth::names_user;
use super::flow::{Answer, Challenge, Step};
use super::initiate::{Parameters, required};
use super::progress::{First, SignIn};
use super::srp_flow::{Opening, Within};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::table::{pool_pk, user};
use crate::triggers::Said;
use crate::triggers::define_auth_challenge::{Standing, Verdict};

/// Challenges that one sign-in may have; how many make sense is the functions' business.
const MAX_ROUNDS: usize = 25;
/// The model's bound.
const MAX_SESSION_BYTES: usize = 4096;
/// What stands before the first challenge where a password is wanted first.
const SRP_A: &str = "SRP_A";

const ROUNDS: Table<SealedRound> = Table::new("custom-auth-round", 1);

/// A round at rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SealedRound {
    sealed: String,
}

/// A question that waits for its answer.
#[derive(Clone, Serialize, Deserialize)]
struct Round {
    /// Username, or what was typed where there is no user.
    name: String,
    sub: Option<String>,
    epoch: u64,
    history: Vec<Past>,
    private: BTreeMap<String, String>,
    metadata: Option<String>,
    expires_ms: i64,
}

/// A result, as functions see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Past {
    challenge_name: String,
    challenge_result: bool,
    challenge_metadata: Option<String>,
}

impl Past {
    fn passed(challenge: &str) -> Self {
        Self { challenge_name: challenge.to_owned(), challenge_result: true, challenge_metadata: None }
    }
}

/// Somebody in the middle of a custom sign-in.
struct Turn<'a> {
    /// Absent for a name without user.
    user: Option<Versioned<User>>,
    name: String,
    history: Vec<Past>,
    said: Said<'a>,
}

impl Turn<'_> {
    fn session(&self) -> Value {
        json!(self.history)
    }

    fn standing<'a>(&'a self, session: &'a Value) -> Standing<'a> {
        Standing { user: self.user.as_deref(), name: &self.name, session, said: self.said }
    }
}

impl CognitoIdp {
    /// Begins a custom sign-in, or the password proof that stands before one (`CHALLENGE_NAME` = `SRP_A`).
    ///
    /// # Errors
    /// In this order: no such user, PreAuthentication, disabled; then the functions'.
    pub(crate) async fn begin_custom(&self, visit: Visit<'_>, parameters: &Parameters) -> Result<Step> {
        let visit = visit.in_custom_auth();
        let name = required(parameters, "USERNAME")?;
        let found = self.enter(visit, name).await?.user;
        let visit = visit.silent();
        let srp_first = parameters.get("CHALLENGE_NAME").is_some_and(|name| name == SRP_A);
        let srp_a = if srp_first { Some(required(parameters, "SRP_A")?) } else { None };
        let history = srp_a.iter().map(|_| Past::passed(SRP_A)).collect();
        let user_name = found.as_ref().map_or(name, |user| user.username.as_str()).to_owned();
        let turn = Turn { user: found, name: user_name, history, said: visit.said };
        let session = turn.session();
        match (self.define_auth_challenge(visit.pool, turn.standing(&session)).await?, srp_a) {
            (Verdict::PasswordVerifier, Some(srp_a)) => {
                let opening = Opening { user: turn.user.as_deref(), name: &turn.name, srp_a, within: Within::Custom };
                self.open_srp(visit, opening).await
            }
            (verdict, _) => self.follow_verdict(visit, turn, verdict).await,
        }
    }

    /// Goes on after the password was proven.
    ///
    /// # Errors
    /// The functions'.
    pub(crate) async fn continue_custom(&self, visit: Visit<'_>, user: Versioned<User>) -> Result<Step> {
        let visit = visit.in_custom_auth();
        let history = vec![Past::passed(SRP_A), Past::passed(ChallengeNameType::PasswordVerifier.as_str())];
        let turn = Turn { name: user.username.clone(), user: Some(user), history, said: visit.said };
        self.ask_functions(visit, turn).await
    }

    async fn ask_functions(&self, visit: Visit<'_>, turn: Turn<'_>) -> Result<Step> {
        let session = turn.session();
        let verdict = self.define_auth_challenge(visit.pool, turn.standing(&session)).await?;
        self.follow_verdict(visit, turn, verdict).await
    }

    async fn follow_verdict(&self, visit: Visit<'_>, turn: Turn<'_>, verdict: Verdict) -> Result<Step> {
        match (verdict, turn.user) {
            (Verdict::IssueTokens, Some(user)) => self.advance(visit, SignIn::by(First::Custom, user, None)).await,
            // Nobody gets tokens who does not exist, whatever the function says.
            (Verdict::IssueTokens, None) | (Verdict::Fail, _) => Err(error::incorrect_username_or_password()),
            (Verdict::PasswordVerifier, _) => Err(error::unrecognizable_lambda_output()),
            (Verdict::CustomChallenge, user) => self.ask_custom(visit, Turn { user, ..turn }).await,
        }
    }

    async fn ask_custom(&self, visit: Visit<'_>, turn: Turn<'_>) -> Result<Step> {
        let Visit { pool, client, .. } = visit;
        if turn.history.len() >= MAX_ROUNDS {
            return Err(error::incorrect_username_or_password());
        }
        let session = turn.session();
        let question = self.create_auth_challenge(pool, turn.standing(&session)).await?;
        let minutes = i64::from(client.settings.auth_session_validity_minutes);
        let round = Round {
            sub: turn.user.as_ref().map(|user| user.sub.clone()),
            epoch: turn.user.as_ref().map_or(0, |user| user.epoch),
            name: turn.name,
            history: turn.history,
            private: question.private,
            metadata: question.metadata,
            expires_ms: self.now().plus_ms(minutes * 60_000).ms(),
        };
        let mut parameters = question.public;
        parameters.insert("USERNAME".to_owned(), self.shown_name(pool, round.sub.as_deref(), &round.name));
        Ok(Step::Challenge(Challenge {
            name: ChallengeNameType::CustomChallenge,
            session: Some(self.keep_round(pool, client, &round).await?),
            parameters,
            available: Vec::new(),
        }))
    }

    /// The answer to a custom challenge.
    ///
    /// # Errors
    /// NotAuthorizedException for the session and while the name is locked; the functions'.
    pub(crate) async fn answer_custom(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let visit = visit.in_custom_auth();
        let Visit { pool, client, .. } = visit;
        let session = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        let given = required(answer.responses, "ANSWER")?;
        let (kept, mut round) = self.open_round(pool, client, session).await?;
        let user = self.round_user(pool, &round, answer.name).await?;
        let lane = self.device_lane(visit, user.as_deref()).await?;
        let attempt = self.begin_attempt(visit.guess(&round.name, lane)).await?;
        attempt.leave_gate();
        self.spend_round(&kept).await?;
        let mut turn = Turn { user, name: round.name, history: std::mem::take(&mut round.history), said: visit.said };
        let session = turn.session();
        let standing = turn.standing(&session);
        let right = self.verify_auth_challenge_response(pool, standing, &round.private, given).await?;
        if right {
            self.take_back(pool, attempt).await?;
        }
        turn.history.push(Past {
            challenge_name: ChallengeNameType::CustomChallenge.as_str().to_owned(),
            challenge_result: right,
            challenge_metadata: round.metadata,
        });
        self.ask_functions(visit, turn).await
    }

    async fn keep_round(&self, pool: &UserPool, client: &AppClient, round: &Round) -> Result<String> {
        let id = rng::uuid(self.rng());
        let plain = serde_json::to_vec(round).map_err(AwsError::internal)?;
        let sealed = SealedRound { sealed: self.store().sealer().seal_text(&round_context(pool, client, &id), &plain) };
        let mut tx = Tx::new();
        let expires = Timestamp::from_ms(round.expires_ms);
        ROUNDS.insert_expiring(&mut tx, &pool_pk(&pool.id), &round_sk(&id), &sealed, Vec::new(), expires)?;
        self.store().commit(tx).await?;
        Ok(self.store().sealer().seal_text(&session_context(pool, client), id.as_bytes()))
    }

    async fn open_round(
        &self,
        pool: &UserPool,
        client: &AppClient,
        session: &str,
    ) -> Result<(Versioned<SealedRound>, Round)> {
        if session.len() > MAX_SESSION_BYTES {
            return Err(error::invalid_session());
        }
        let opened = self.store().sealer().open_text(&session_context(pool, client), session);
        let id = opened.ok().and_then(|id| String::from_utf8(id.to_vec()).ok()).ok_or_else(error::invalid_session)?;
        let kept = ROUNDS.get(self.store(), &pool_pk(&pool.id), &round_sk(&id)).await?;
        let kept = kept.ok_or_else(error::session_used)?;
        let plain = self.store().sealer().open_text(&round_context(pool, client, &id), &kept.sealed);
        let plain = plain.map_err(AwsError::internal)?;
        let round: Round = serde_json::from_slice(&plain).map_err(AwsError::internal)?;
        if self.now() >= Timestamp::from_ms(round.expires_ms) {
            return Err(error::session_expired());
        }
        Ok((kept, round))
    }

    /// The user of a round, if they may still answer it; none where there was none.
    async fn round_user(&self, pool: &UserPool, round: &Round, given: Option<&str>) -> Result<Option<Versioned<User>>> {
        let Some(sub) = &round.sub else {
            let (typed, shown) = (user::fold(pool, &round.name), self.shown_name(pool, None, &round.name));
            let same = given.is_none_or(|given| user::fold(pool, given) == typed || given == shown);
            return if same { Ok(None) } else { Err(error::invalid_session()) };
        };
        let user = user::by_username(self.store(), pool, &round.name).await?;
        let user = user.filter(|user| user.sub == *sub && user.epoch == round.epoch);
        let user = user.ok_or_else(error::invalid_session)?;
        if given.is_some_and(|given| !names_user(pool, &user, given)) {
            return Err(error::invalid_session());
        }
        if user.enabled { Ok(Some(user)) } else { Err(error::user_is_disabled()) }
    }

    /// Before the answer is looked at: however many come at once, one is judged.
    async fn spend_round(&self, kept: &Versioned<SealedRound>) -> Result<()> {
        let mut tx = Tx::new();
        ROUNDS.delete(&mut tx, kept);
        match self.store().commit(tx).await {
            Err(store::StoreError::Conflict) => Err(error::session_used()),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }
}

fn session_context(pool: &UserPool, client: &AppClient) -> String {
    format!("cognito custom auth session {}/{}", pool.id, client.id)
}

fn round_context(pool: &UserPool, client: &AppClient, id: &str) -> String {
    format!("cognito custom auth round {}/{}/{id}", pool.id, client.id)
}

fn round_sk(id: &str) -> String {
    format!("custom-auth-round#{id}")
}
