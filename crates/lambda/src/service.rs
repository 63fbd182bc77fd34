//! The service as the server holds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::schema::ServiceModel;
use aws_types::service::{BoxFuture, Built};
use aws_types::{AccountId, Answer, AwsError, ByteStream, CallContext, Service, Timestamp};
use bytes::{Bytes, BytesMut};
use serde_json::Value;
use store::{Store, Tx};
use world::{Clock, Rng};

use crate::code::CodeStore;
use crate::compile::PlanCache;
use crate::entity::Function;
use crate::error::{Result, lost, no_function};
use crate::name::{FunctionName, Reference};
use crate::permission::PolicyCache;
use crate::ports::{Objects, Roles, Runs};
use crate::queue::Queue;
use crate::table::{FUNCTION_SK, FUNCTIONS, function_index, function_pk};

/// Settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The account whose functions these are.
    pub account: AccountId,
    /// What clients reach the server by, without a final slash.
    pub base_url: String,
}

/// Doors.
pub struct Doors {
    /// Where everything is kept.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids, and which version of an alias is called.
    pub rng: Arc<dyn Rng>,
    /// Zips.
    pub code: Arc<CodeStore>,
    /// Runs functions.
    pub runs: Arc<dyn Runs>,
    /// Buckets that code is taken from.
    pub objects: Arc<dyn Objects>,
    /// Execution roles.
    pub roles: Arc<dyn Roles>,
}

/// Functions.
pub struct Lambda {
    pub(crate) config: Config,
    pub(crate) doors: Doors,
    pub(crate) plans: PlanCache,
    pub(crate) policies: PolicyCache,
    pub(crate) queue: Queue,
}

impl Lambda {
    /// The service over its doors. Nothing is read yet.
    pub fn new(config: Config, doors: Doors) -> Arc<Self> {
        Arc::new(Self {
            config,
            doors,
            plans: PlanCache::default(),
            policies: PolicyCache::default(),
            queue: Queue::default(),
        })
    }

    /// Removes code that a crash left behind. For the time after a start.
    ///
    /// # Errors
    /// What the disk says, the store's.
    pub async fn sweep(&self) -> Result<()> {
        self.doors.code.sweep().await
    }

    /// Throws away unpacked code that no function names any more; for now and then.
    ///
    /// # Errors
    /// The store's.
    pub async fn keep_house(&self) -> Result<()> {
        self.doors.code.prune_unpacked(&*self.doors.runs).await
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.doors.store
    }

    pub(crate) fn uuid(&self) -> String {
        world::rng::uuid(&*self.doors.rng)
    }
}

impl std::fmt::Debug for Lambda {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lambda")
    }
}

impl Service for Lambda {
    fn model(&self) -> &'static ServiceModel {
        &model_lambda::MODEL
    }

    fn built(&self) -> &'static [(&'static str, Built)] {
        crate::BUILT
    }

    fn resource_tags<'a>(
        &'a self,
        call: &'a CallContext,
        arn: &'a str,
    ) -> BoxFuture<'a, Result<BTreeMap<String, String>, AwsError>> {
        Box::pin(async move {
            let Some(reference) = Reference::of_arn(arn) else { return Ok(BTreeMap::new()) };
            if reference.function.account != call.account.as_str() {
                return Ok(BTreeMap::new());
            }
            let found = FUNCTIONS.get_kept(self.store(), &function_pk(&reference.function), FUNCTION_SK).await?;
            Ok(found.map(|function| function.tags.clone()).unwrap_or_default())
        })
    }

    fn call<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'a str,
        input: Value,
        body: Option<ByteStream>,
    ) -> BoxFuture<'a, Result<Answer, AwsError>> {
        Box::pin(async move {
            let body = match body {
                Some(stream) => Some(whole(stream).await?),
                None => None,
            };
            let cx = Cx { call, service: self, body: body.as_ref() };
            crate::dispatch(&cx, operation, input).await
        })
    }
}

/// Reads a payload that the model calls a stream (`InvokeAsync`); the server bounds it.
async fn whole(mut stream: ByteStream) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(piece) = std::future::poll_fn(|cx| stream.0.as_mut().poll_next(cx)).await {
        all.extend_from_slice(&piece.map_err(AwsError::internal)?);
    }
    Ok(all.freeze())
}

/// One call: what every operation is given.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// Who calls, when, from where.
    pub call: &'a CallContext,
    /// The service.
    pub service: &'a Lambda,
    /// The payload of `InvokeAsync`.
    pub body: Option<&'a Bytes>,
}

impl Cx<'_> {
    /// When the call arrived.
    pub(crate) const fn now(&self) -> Timestamp {
        self.call.now
    }

    pub(crate) const fn store(&self) -> &Store {
        self.service.store()
    }

    /// What the call names.
    ///
    /// # Errors
    /// As [`Reference::read`].
    pub(crate) fn reference(&self, name: &str, qualifier: Option<&str>) -> Result<Reference> {
        Reference::read(&self.call.account, &self.call.region, name, qualifier)
    }

    /// A function.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, the store's.
    pub(crate) async fn function(&self, name: &FunctionName) -> Result<store::Versioned<Function>> {
        let found = FUNCTIONS.get(self.store(), &function_pk(name), FUNCTION_SK).await?;
        found.ok_or_else(|| no_function(name))
    }

    /// Changes a function, with whatever else belongs to the change; answers it as it is then.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, what `change` answers, the store's.
    pub(crate) async fn change<T: Send>(
        &self,
        name: &FunctionName,
        change: impl Fn(&mut Function, &mut Tx) -> Result<T> + Send + Sync,
    ) -> Result<(Function, T)> {
        let run = || async {
            let current = self.function(name).await?;
            let mut function = current.value.clone();
            let mut tx = Tx::new();
            let answer = change(&mut function, &mut tx)?;
            FUNCTIONS.update(&mut tx, &current, &function, function_index(&function))?;
            self.commit(tx).await?;
            Ok::<_, AwsError>((function, answer))
        };
        store::retry(self.store(), run).await.map_err(lost)
    }

    /// Commits; the only limit that a transaction of functions may pass is that of all code together.
    ///
    /// # Errors
    /// `CodeStorageExceededException`, the store's.
    pub(crate) async fn commit(&self, tx: Tx) -> Result<()> {
        match self.store().commit(tx).await {
            Ok(_) => Ok(()),
            Err(store::StoreError::Limit) => Err(crate::error::code_storage_exceeded()),
            Err(error) => Err(error.into()),
        }
    }
}
