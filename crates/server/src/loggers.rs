//! What the rooms tell of themselves, put together: log groups, files, deliveries, traces.

use std::sync::Arc;

use aws_types::AccountId;
use s3::S3;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::log_delivery::{self, LogDelivery, OwnBuckets};
use crate::log_sink::{Logs, Onward, PoolLogs};
use crate::traces::Traces;
use crate::wiring::{Doors, StartError, open_folder};

/// All of them.
pub struct Loggers {
    /// CloudWatch Logs.
    pub groups: Arc<logs::Logs>,
    /// Logs of APIs.
    pub gateway: Arc<Logs>,
    /// Lines for buckets and delivery streams.
    pub delivery: Arc<LogDelivery>,
    /// Segments of traces.
    pub traces: Arc<Traces>,
    /// What writes and sends.
    pub tasks: Vec<JoinHandle<()>>,
}

impl Loggers {
    /// CloudWatch Logs lie over a data file of their own: however much is logged, nothing else waits for it.
    ///
    /// # Errors
    /// The folder, the store's.
    pub async fn start(config: &Config, account: &AccountId, doors: &Doors, s3: &Arc<S3>) -> Result<Self, StartError> {
        let store = open_folder(&config.data.join("logs"), config, doors.rng.as_ref())?;
        let settings = logs::Config { max_bytes: config.log_bytes };
        let groups =
            logs::Logs::new(settings, logs::Doors { store, clock: doors.clock.clone(), rng: Arc::clone(&doors.rng) });
        groups.load().await.map_err(StartError::Load)?;
        let delivery = log_delivery(config, account, doors, s3);
        let onward = Onward { groups: Some(Arc::clone(groups.writer())), streams: Some(Arc::clone(&delivery)) };
        let (gateway, writing) = Logs::new(config.data.join("logs"), onward);
        let (traces, sending) = Traces::new(config.mode, config.xray_daemon.as_deref());
        let mut tasks = vec![
            world::spawn("gateway logs", writing),
            world::spawn("log groups", Arc::clone(&groups).run()),
            world::spawn("log deliveries", Arc::clone(&delivery).run()),
        ];
        tasks.extend(sending.map(|sending| world::spawn("traces", sending)));
        Ok(Self { groups, gateway, delivery, traces, tasks })
    }

    /// Where user pools' logs go.
    pub fn of_pools(&self) -> PoolLogs {
        PoolLogs { groups: Arc::clone(self.groups.writer()), delivery: Arc::clone(&self.delivery) }
    }
}

fn log_delivery(config: &Config, account: &AccountId, doors: &Doors, s3: &Arc<S3>) -> Arc<LogDelivery> {
    let shelf = OwnBuckets {
        s3: Arc::clone(s3),
        account: account.clone(),
        clock: doors.clock.clone(),
        rng: Arc::clone(&doors.rng),
    };
    let doors = log_delivery::Doors {
        clock: doors.clock.clone(),
        rng: Arc::clone(&doors.rng),
        http: Arc::clone(&doors.http),
        shelf: Arc::new(shelf),
    };
    LogDelivery::new(&config.delivery_streams, doors)
}
