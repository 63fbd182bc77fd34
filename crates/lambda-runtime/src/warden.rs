//! Looks after all processes four times a second: who waits too long, who has more memory or disk than it may.

use std::collections::{HashMap, HashSet};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::proc;
use crate::process::Process;
use crate::run::Shared;

const EVERY: Duration = Duration::from_millis(250);
/// Files and folders of one temporary folder.
const MAX_FILES: usize = 100_000;
const MIB: u64 = 1 << 20;

/// Goes on until the runner is dropped.
pub(crate) async fn watch(shared: Weak<Shared>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(shared) = shared.upgrade() else { return };
        let alive = shared.pool.alive();
        if alive.is_empty() {
            continue;
        }
        shared.pool.reap(shared.doors.clock.now().ms());
        drop(shared);
        if tokio::task::spawn_blocking(move || look(&alive)).await.is_err() {
            tracing::error!("functions are not watched");
        }
    }
}

fn look(alive: &[Arc<Process>]) {
    let leaders: HashSet<i32> = alive.iter().map(|process| process.pid).collect();
    let mut memory: HashMap<i32, u64> = HashMap::new();
    for (pid, leader) in proc::trees(&proc::table(), |pid| leaders.contains(&pid)) {
        *memory.entry(leader).or_default() += proc::own_memory(pid);
    }
    for process in alive.iter().filter(|process| process.exit.borrow().is_none()) {
        let memory_mib = memory.get(&process.pid).copied().unwrap_or(0) / MIB;
        process.peak_mib.fetch_max(memory_mib, Ordering::Relaxed);
        let plan = &process.plan;
        if memory_mib > u64::from(plan.memory_mib) {
            end(process, &format!("Memory: {memory_mib} MB of {} MB are used", plan.memory_mib));
        } else if size(&process.folder.join("tmp")) > u64::from(plan.ephemeral_mib) * MIB {
            end(process, &format!("Ephemeral storage: more than {} MB are used", plan.ephemeral_mib));
        }
    }
}

fn end(process: &Process, why: &str) {
    process.output.line(&format!("{why}; the process is ended\n"));
    process.kill();
}

/// Bytes that a folder takes on the disk; the largest number there is where there are too many files to count.
fn size(folder: &Path) -> u64 {
    let (mut bytes, mut files, mut folders) = (0_u64, 0, vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            files += 1;
            if files > MAX_FILES {
                return u64::MAX;
            }
            let Ok(meta) = entry.metadata() else { continue };
            bytes = bytes.saturating_add(meta.blocks().saturating_mul(512));
            if meta.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    bytes
}
