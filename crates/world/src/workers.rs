//! Threads for work that takes milliseconds of a core and more: passwords' hashes, powers of large numbers. They stand
//! back behind the threads that serve requests, so that a flood of such work delays nobody else's call.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::oneshot;

use crate::lock::Lock;
use crate::task::Panicked;

/// Added to the process's niceness: a tenth of the weight of a thread that serves, so that such a thread runs at once when
/// it wakes, and the work still goes on beside busy ones.
#[cfg(target_os = "linux")]
const NICER: i32 = 10;

type Job = Box<dyn FnOnce() + Send>;

/// Some threads, started at the first use; they end with this value and the work it was given.
#[derive(Debug)]
pub struct Workers {
    name: &'static str,
    threads: usize,
    jobs: Lock<Option<Sender<Job>>>,
}

impl Workers {
    /// At least one thread.
    pub const fn new(name: &'static str, threads: usize) -> Self {
        Self { name, threads, jobs: Lock::new(None) }
    }

    /// Runs `work` on a thread that is free, or as soon as one is. It goes on to its end where the caller leaves. What waits
    /// is not bounded here: the caller does that.
    ///
    /// # Errors
    /// [`Panicked`] where it did; also where the system gives no thread.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Panicked>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move || {
            if let Ok(done) = std::panic::catch_unwind(AssertUnwindSafe(work)) {
                // The caller may have left.
                drop(answer.send(done));
            }
        });
        self.give(job)?;
        answered.await.map_err(|_| Panicked)
    }

    fn give(&self, job: Job) -> Result<(), Panicked> {
        let mut jobs = self.jobs.lock();
        if jobs.is_none() {
            let started = self.start().inspect_err(|error| tracing::error!(name = self.name, %error, "no thread"));
            *jobs = Some(started.map_err(|_| Panicked)?);
        }
        jobs.as_ref().ok_or(Panicked)?.send(job).map_err(|_| Panicked)
    }

    fn start(&self) -> io::Result<Sender<Job>> {
        let (give, take) = channel();
        let take = Arc::new(Lock::new(take));
        for _ in 0..self.threads.max(1) {
            let take = Arc::clone(&take);
            std::thread::Builder::new().name(self.name.to_owned()).spawn(move || work_off(&take))?;
        }
        Ok(give)
    }
}

fn work_off(jobs: &Lock<Receiver<Job>>) {
    stand_back();
    loop {
        // Held while waiting: those who wait for the lock wait for the same.
        let job = jobs.lock().recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

/// Lowers the priority of this thread alone (on Linux, a thread's id names it to setpriority(2)).
#[cfg(target_os = "linux")]
fn stand_back() {
    let thread = Some(rustix::thread::gettid());
    let lowered = rustix::process::getpriority_process(thread)
        .and_then(|now| rustix::process::setpriority_process(thread, now.saturating_add(NICER)));
    if let Err(error) = lowered {
        tracing::debug!(%error, "the priority of a worker stays as it is");
    }
}

#[cfg(not(target_os = "linux"))]
const fn stand_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_done_and_a_panic_takes_no_thread_away() {
        let workers = Workers::new("test", 1);
        assert_eq!(workers.run(|| 7).await, Ok(7));
        assert_eq!(workers.run(|| panic!("on purpose")).await.map(|(): ()| ()), Err(Panicked));
        assert_eq!(workers.run(|| 8).await, Ok(8));
    }

    #[tokio::test]
    async fn work_goes_on_where_the_caller_leaves() {
        let workers = Workers::new("test", 1);
        let (say, said) = oneshot::channel();
        let (go, gone) = channel();
        let left = workers.run(move || {
            let _: Result<(), _> = gone.recv();
            say.send(9)
        });
        tokio::pin!(left);
        assert!(std::future::poll_fn(|cx| std::task::Poll::Ready(left.as_mut().poll(cx).is_pending())).await);
        go.send(()).unwrap();
        assert_eq!(said.await, Ok(9));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_threads_stand_back_and_the_callers_do_not() {
        let priority = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let mine = priority();
        let theirs = Workers::new("test", 2).run(priority).await.unwrap();
        assert_eq!(theirs, (mine + NICER).min(19));
        assert_eq!(priority(), mine);
    }
}
