//! The service as the server holds it.

use std::sync::Arc;

use aws_types::{Arn, AwsError};
use control_plane::TextMap;
use store::{Store, Tx, Versioned};
use tokio::sync::Notify;
use world::{Clock, Rng};

use crate::entity::{LogGroup, LogStream};
use crate::error::{Result, aborted, invalid_parameter, lost, no_group, no_stream};
use crate::sweep::Size;
use crate::table::{GROUPS, STREAMS, group_index, groups_of, streams_pk};
use crate::writer::Writer;
use crate::{BUILT, dispatch};

/// Bytes that all events may have together unless a configuration says otherwise.
pub const DEFAULT_MAX_BYTES: u64 = 1024 * 1024 * 1024;

/// Settings.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Bytes that all events may have together; the oldest go first.
    pub max_bytes: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { max_bytes: DEFAULT_MAX_BYTES }
    }
}

/// Doors.
pub struct Doors {
    /// Where everything is kept. One of its own, so that logs never stand in the way of anything else.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub rng: Arc<dyn Rng>,
}

/// Logs.
pub struct Logs {
    doors: Doors,
    config: Config,
    size: Arc<Size>,
    writer: Arc<Writer>,
    deleted: Notify,
}

impl Logs {
    /// The service over its doors. Nothing is read yet.
    pub fn new(config: Config, doors: Doors) -> Arc<Self> {
        let size = Arc::<Size>::default();
        let writer =
            Writer::new(doors.store.clone(), Arc::clone(&doors.clock), Arc::clone(&doors.rng), Arc::clone(&size));
        Arc::new(Self { doors, config, size, writer: Arc::new(writer), deleted: Notify::new() })
    }

    /// For what this server has to log by itself.
    pub const fn writer(&self) -> &Arc<Writer> {
        &self.writer
    }

    /// Bytes of all events.
    pub fn stored_bytes(&self) -> u64 {
        self.size.get()
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.doors.store
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.doors.clock
    }

    pub(crate) fn rng(&self) -> &dyn Rng {
        &*self.doors.rng
    }

    pub(crate) fn size(&self) -> &Size {
        &self.size
    }

    pub(crate) const fn max_bytes(&self) -> u64 {
        self.config.max_bytes
    }

    pub(crate) const fn deleted(&self) -> &Notify {
        &self.deleted
    }
}

control_plane::service! { Logs, model_logs::MODEL, tags: tags_of }

/// The group in `arn:aws:logs:us-east-1:123456789012:log-group:name[:…]`.
fn name_in_arn(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn).filter(|arn| arn.service == "logs")?;
    let rest = arn.resource.strip_prefix("log-group:")?;
    Some(rest.split(':').next().unwrap_or(rest).to_owned())
}

impl Cx<'_> {
    /// Tags of what an ARN means.
    async fn tags_of(&self, arn: &str) -> Result<TextMap> {
        let Some(name) = name_in_arn(arn) else { return Ok(TextMap::new()) };
        let group = GROUPS.get(self.store(), &groups_of(self.call), &name).await?;
        Ok(group.map(|group| group.value.tags).unwrap_or_default())
    }

    pub(crate) const fn store(&self) -> &Store {
        self.service.store()
    }

    /// When the call arrived, in milliseconds.
    pub(crate) const fn now(&self) -> i64 {
        self.call.now.ms()
    }

    /// A group.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, the store's.
    pub(crate) async fn group(&self, name: &str) -> Result<Versioned<LogGroup>> {
        GROUPS.get(self.store(), &groups_of(self.call), name).await?.ok_or_else(no_group)
    }

    /// A group by name or by identifier, of which a call gives one.
    ///
    /// # Errors
    /// `InvalidParameterException`, `ResourceNotFoundException`, the store's.
    pub(crate) async fn named(&self, name: Option<&str>, identifier: Option<&str>) -> Result<Versioned<LogGroup>> {
        match (name, identifier) {
            (Some(name), None) => self.group(name).await,
            (None, Some(identifier)) if identifier.starts_with("arn:") => self.by_arn(identifier).await,
            (None, Some(name)) => self.group(name).await,
            _ => Err(invalid_parameter("Exactly one of logGroupName and logGroupIdentifier must be specified.")),
        }
    }

    /// A group by its ARN.
    ///
    /// # Errors
    /// `InvalidParameterException`, `ResourceNotFoundException`, the store's.
    pub(crate) async fn by_arn(&self, arn: &str) -> Result<Versioned<LogGroup>> {
        let name = name_in_arn(arn).ok_or_else(|| invalid_parameter(format_args!("Invalid resource ARN: {arn}")))?;
        let group = self.group(&name).await?;
        // One of another account or region is none of ours.
        let own = arn == group.arn() || arn.strip_suffix(":*") == Some(&group.arn());
        if own { Ok(group) } else { Err(no_group()) }
    }

    /// A stream of a group.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, the store's.
    pub(crate) async fn stream(&self, group: &LogGroup, name: &str) -> Result<Versioned<LogStream>> {
        STREAMS.get(self.store(), &streams_pk(group.id), name).await?.ok_or_else(no_stream)
    }

    /// Changes a group that `find` finds.
    ///
    /// # Errors
    /// What `find` and `change` answer, `OperationAbortedException`, the store's.
    pub(crate) async fn change(
        &self,
        group: Versioned<LogGroup>,
        change: impl Fn(&mut LogGroup) -> Result<()> + Send + Sync,
    ) -> Result<()> {
        let name = group.name.clone();
        let run = || async {
            let current = self.group(&name).await?;
            let mut group = current.value.clone();
            change(&mut group)?;
            let mut tx = Tx::new();
            GROUPS.update(&mut tx, &current, &group, group_index(&group))?;
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(())
        };
        store::retry(self.store(), run).await.map_err(|error| lost(error, aborted))
    }
}
