//! One process of a function, from its start to the last of what it leaves behind.

use std::collections::HashSet;
use std::num::NonZeroI32;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use aws_types::Timestamp;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::io::unix::AsyncFd;
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use world::Lock;

use crate::code::remove;
use crate::output::Output;
use crate::plan::FunctionPlan;
use crate::proc::{self, Leftovers, Owner};
use crate::runtime_api::RuntimeApi;
use crate::users::User;

/// Connections of one process to its Runtime API at once.
const CONNECTIONS: usize = 8;

/// A process that runs, or has run.
pub(crate) struct Process {
    pub(crate) plan: Arc<FunctionPlan>,
    pub(crate) pid: i32,
    pub(crate) api: Arc<RuntimeApi>,
    pub(crate) output: Arc<Output>,
    /// Its own folder; `tmp` is in it.
    pub(crate) folder: PathBuf,
    /// When its credentials end.
    pub(crate) expires: Option<Timestamp>,
    /// Whom it runs as, where we are root.
    pub(crate) user: Option<User>,
    /// The most memory it was seen to have, megabytes.
    pub(crate) peak_mib: AtomicU64,
    /// Set once it has ended and its output has been read.
    pub(crate) exit: watch::Receiver<Option<Exit>>,
    /// It takes no further invocation.
    pub(crate) retired: AtomicBool,
}

/// How a process ended; without status where even that could not be learnt.
pub(crate) type Exit = Option<ExitStatus>;

/// Processes of ours that lead sessions: whatever else has us as its parent was left behind by one that has ended.
#[derive(Default)]
pub(crate) struct Leaders(Lock<HashSet<i32>>);

impl Leaders {
    /// Starts a process; a sweep waits until it is known.
    pub(crate) fn start(&self, command: &mut Command) -> std::io::Result<Child> {
        let mut known = self.0.lock();
        let child = command.spawn()?;
        known.extend(i32::try_from(child.id()));
        Ok(child)
    }

    /// Does something that has processes of its own; no sweep takes them for left behind.
    pub(crate) fn undisturbed<T>(&self, work: impl FnOnce() -> T) -> T {
        let _known = self.0.lock();
        work()
    }

    fn end(&self, left: Leftovers, adopts: Adopts) {
        let known = self.0.lock();
        let me = i32::try_from(std::process::id()).unwrap_or(-1);
        let orphan = |row: &proc::Row| adopts == Adopts::Yes && row.parent == me && !known.contains(&row.pid);
        proc::sweep(left, &orphan);
    }

    /// It has ended and been waited for.
    pub(crate) fn forget(&self, pid: i32) {
        self.0.lock().remove(&pid);
    }
}

/// Whether processes without parent become ours: whether we are their subreaper, and take every child that we do not know
/// for one that a function has left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Adopts {
    /// They do.
    Yes,
    /// They become init's.
    #[default]
    No,
}

/// What watches over a process until it is gone.
pub(crate) struct Keeper {
    pub(crate) child: Child,
    pub(crate) process: Arc<Process>,
    pub(crate) exit: watch::Sender<Option<Exit>>,
    pub(crate) leaders: Arc<Leaders>,
    pub(crate) adopts: Adopts,
}

impl Process {
    /// Ends it, with its group. What has left the group is ended when the process is gone.
    pub(crate) fn kill(&self) {
        self.retired.store(true, Ordering::SeqCst);
        if self.exit.borrow().is_none() {
            proc::kill(self.pid);
        }
    }

    /// Whether it may be given a further event.
    pub(crate) fn can_work(&self) -> bool {
        !self.retired.load(Ordering::SeqCst) && self.exit.borrow().is_none()
    }

    /// A user that is this process's alone.
    fn own_user(&self) -> Option<u32> {
        self.user.as_ref().and_then(User::exclusive)
    }

    /// The most memory it ever had, megabytes; the last that was seen where it has ended.
    pub(crate) fn peak_mib(&self) -> u64 {
        let now = if self.exit.borrow().is_none() { proc::peak_memory_mib(self.pid) } else { 0 };
        self.peak_mib.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// Waits until it has ended.
    pub(crate) async fn exited(&self) -> Exit {
        let mut exit = self.exit.clone();
        exit.wait_for(Option::is_some).await.map_or(None, |exit| exit.flatten())
    }

    /// Speaks the Runtime API over the socket that is its standard input.
    pub(crate) async fn serve_socket(self: Arc<Self>, socket: std::os::unix::net::UnixStream) {
        let ready = socket.set_nonblocking(true).and_then(|()| UnixStream::from_std(socket));
        match ready {
            Ok(socket) => Arc::clone(&self.api).serve(socket).await,
            Err(error) => tracing::error!(%error, "a function's socket cannot be served"),
        }
    }

    /// Speaks the Runtime API over loopback, with nobody but the process.
    pub(crate) async fn serve_loopback(self: Arc<Self>, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let Ok((stream, peer)) = listener.accept().await else { return };
            let process = Arc::clone(&self);
            world::spawn("function-connection", async move {
                let _place = place;
                let local = stream.local_addr();
                let owner = Owner { leader: process.pid, user: process.own_user() };
                let known =
                    tokio::task::spawn_blocking(move || local.is_ok_and(|local| proc::is_from(peer, local, owner)));
                if known.await.unwrap_or(false) {
                    let _ = stream.set_nodelay(true);
                    let mut exit = process.exit.clone();
                    tokio::select! {
                        () = Arc::clone(&process.api).serve(stream) => {}
                        _ = exit.wait_for(Option::is_some) => {}
                    }
                } else {
                    tracing::warn!(
                        function = process.plan.arn,
                        "somebody else spoke to a function's Runtime API and was refused"
                    );
                }
            });
        }
    }
}

impl Keeper {
    /// Waits for the end, ends what is left, and removes its folder. Done when nothing is left.
    pub(crate) async fn keep(mut self) {
        let output = Arc::clone(&self.process.output);
        let status = {
            let reading = output.read();
            let ending = ended(&mut self.child);
            tokio::pin!(reading, ending);
            tokio::select! {
                status = &mut ending => status,
                () = &mut reading => ending.await,
            }
        };
        self.process.retired.store(true, Ordering::SeqCst);
        output.end(&[]);
        self.exit.send_replace(Some(status));
        let (process, leaders, adopts) = (self.process, self.leaders, self.adopts);
        let cleaning = move || {
            leaders.end(Leftovers { leader: process.pid, user: process.own_user() }, adopts);
            leaders.forget(process.pid);
            remove(&process.folder);
        };
        if tokio::task::spawn_blocking(cleaning).await.is_err() {
            tracing::error!("what a function left behind could not be removed");
        }
    }
}

/// Its status once it has ended.
#[expect(deprecated, reason = "an OwnedFd owns its descriptor, which is what `AsyncFd::new` cannot know of others")]
async fn ended(child: &mut Child) -> Exit {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pidfd = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()).and_then(|fd| AsyncFd::new(fd).ok());
    match pidfd {
        Some(pidfd) => {
            let _ = pidfd.readable().await;
            // Not waited for yet: the number is still its own.
            pid.map(Pid::as_raw_nonzero).map(NonZeroI32::get).into_iter().for_each(proc::kill_group);
        }
        None => tracing::error!("a function's end cannot be waited for"),
    }
    child.wait().ok()
}
