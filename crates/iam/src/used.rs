//! When keys and roles were last used: noted in memory at each use, written to the store once a minute.

use std::sync::atomic::{AtomicU64, Ordering};

use papaya::HashMap;
use store::Tx;

use crate::entity::LastUsed;
use crate::error::Result;
use crate::service::Shared;
use crate::table::{USED, account_pk, used_sk};

/// The most uses that wait to be written; more are dropped until they are.
const MOST_WAITING: usize = 10_000;
/// Uses written in one transaction.
const BATCH: usize = 500;

/// Uses that wait to be written, by (account, id of key or role).
#[derive(Debug)]
pub struct UsedLog {
    waiting: HashMap<(String, String), LastUsed>,
    /// When they were written last, by the monotonic clock.
    written_ns: AtomicU64,
}

impl UsedLog {
    /// Empty, as of now.
    pub fn new(now_ns: u64) -> Self {
        Self { waiting: HashMap::default(), written_ns: AtomicU64::new(now_ns) }
    }

    /// Whether so much time has passed since this was last true.
    pub fn is_due(&self, now_ns: u64, every_ns: u64) -> bool {
        let due = now_ns.saturating_sub(self.written_ns.load(Ordering::Relaxed)) >= every_ns;
        if due {
            self.written_ns.store(now_ns, Ordering::Relaxed);
        }
        due
    }

    /// Notes a use.
    pub fn note(&self, account: &str, id: &str, used: LastUsed) {
        let waiting = self.waiting.pin();
        if waiting.len() < MOST_WAITING {
            waiting.insert((account.to_owned(), id.to_owned()), used);
        }
    }

    fn waiting(&self, account: &str, id: &str) -> Option<LastUsed> {
        self.waiting.pin().get(&(account.to_owned(), id.to_owned())).cloned()
    }
}

impl Shared {
    /// When a key or role was last used, as far as noted or written.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn last_used(&self, account: &str, id: &str) -> Result<Option<LastUsed>> {
        if let Some(used) = self.used.waiting(account, id) {
            return Ok(Some(used));
        }
        let found = USED.get(self.store(), &account_pk(account), &used_sk(id)).await?;
        Ok(found.map(|used| used.value))
    }

    /// Writes the uses that wait.
    ///
    /// # Errors
    /// The store's; what was not written waits on.
    pub(crate) async fn write_used(&self) -> Result<()> {
        loop {
            let batch: Vec<_> =
                self.used.waiting.pin().iter().take(BATCH).map(|(place, used)| (place.clone(), used.clone())).collect();
            if batch.is_empty() {
                return Ok(());
            }
            let mut tx = Tx::new();
            for ((account, id), used) in &batch {
                USED.put(&mut tx, &account_pk(account), &used_sk(id), used, Vec::new())?;
            }
            self.store().commit(tx).await?;
            let waiting = self.used.waiting.pin();
            for (place, _) in &batch {
                waiting.remove(place);
            }
        }
    }
}
