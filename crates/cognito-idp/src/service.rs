//! The service as the server holds it.

use std::sync::{Arc, Weak};

use aws_types::{Answer, AwsError, Timestamp};
use control_plane::{TextMap, if_found};
use serde_json::Value;
use store::Store;
use tokio::sync::Semaphore;
use user_pool_domain::plan::DomainPlan;
use user_pool_domain::ports::DomainPlans;
use world::Rng;

use crate::auth::AuthState;
use crate::compile::Plans;
use crate::config::{Config, Doors};
use crate::key_ring::KeyRing;
use crate::rates::Rates;
use crate::refresh::Followed;
use crate::{BUILT, dispatch};

/// User pools. One per process; see [`CognitoIdp::load`] and [`CognitoIdp::follow`] for its start.
pub struct CognitoIdp {
    config: Config,
    doors: Doors,
    keys: Arc<KeyRing>,
    plans: Plans,
    auth: AuthState,
    /// Events of custom senders that may be under way.
    sender_events: Arc<Semaphore>,
    rates: Rates,
    pub(crate) followed: Followed,
    /// For tasks that outlive a call.
    me: Weak<Self>,
}

/// Events of custom senders under way at a time; more are refused.
const SENDER_EVENTS: usize = 256;

impl CognitoIdp {
    /// The service over its doors. Nothing is read yet.
    pub fn new(config: Config, doors: Doors) -> Arc<Self> {
        let keys = KeyRing::new(&config, doors.store.clone());
        let auth = AuthState::new(config.hash);
        let sender_events = Arc::new(Semaphore::new(SENDER_EVENTS));
        let (plans, followed) = (Plans::default(), Followed::default());
        Arc::new_cyclic(|me| {
            let me = Weak::clone(me);
            let rates = Rates::default();
            Self { config, doors, keys, plans, auth, sender_events, rates, followed, me }
        })
    }

    /// The service for a task of its own; `None` while the process ends.
    pub(crate) fn shared(&self) -> Option<Arc<Self>> {
        self.me.upgrade()
    }

    /// Turns of events that nobody waits for.
    pub(crate) const fn sender_events(&self) -> &Arc<Semaphore> {
        &self.sender_events
    }

    /// Hashing slots and turns of sign-in.
    pub(crate) const fn auth(&self) -> &AuthState {
        &self.auth
    }

    /// Calls of operations by category.
    pub(crate) const fn rates(&self) -> &Rates {
        &self.rates
    }

    /// Settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Where everything is kept.
    pub const fn store(&self) -> &Store {
        &self.doors.store
    }

    /// The server's time.
    pub fn now(&self) -> Timestamp {
        self.doors.clock.now()
    }

    /// Randomness.
    pub fn rng(&self) -> &dyn Rng {
        &*self.doors.rng
    }

    /// All doors.
    pub const fn doors(&self) -> &Doors {
        &self.doors
    }

    /// Signing and verifying keys.
    pub const fn keys(&self) -> &Arc<KeyRing> {
        &self.keys
    }

    /// Plans of the domains.
    pub const fn plans(&self) -> &Plans {
        &self.plans
    }
}

impl DomainPlans for CognitoIdp {
    fn by_domain(&self, domain: &str) -> Option<Arc<DomainPlan>> {
        self.plans.by_domain(domain)
    }
}

control_plane::service! { CognitoIdp, model_cognito_idp::MODEL, tags: tags_of, run: run }

impl Cx<'_> {
    /// Tags of what an ARN means.
    async fn tags_of(&self, arn: &str) -> Result<TextMap, AwsError> {
        let Ok(pool_id) = crate::rules::tags::pool_id(arn) else { return Ok(TextMap::new()) };
        let pool = if_found(self.service.any_pool(&pool_id).await)?;
        let own = pool.filter(|pool| pool.account == self.call.account.as_str());
        Ok(own.map(|pool| pool.tags.clone()).unwrap_or_default())
    }

    /// Runs an operation where the account's rate and the pool's region allow it.
    async fn run(&self, operation: &str, input: Value) -> Result<Answer, AwsError> {
        self.check_rate(operation).await?;
        self.check_region(operation, &input).await?;
        dispatch(self, operation, input).await.map_err(|error| crate::error::contested(operation, error))
    }

    /// When the call arrived.
    pub const fn now(&self) -> Timestamp {
        self.call.now
    }

    /// Where everything is kept.
    pub const fn store(&self) -> &Store {
        self.service.store()
    }
}
