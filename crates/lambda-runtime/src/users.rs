//! Whom functions run as where we are root: each process as a user of its own, so that none can touch another's files,
//! memory or Runtime API.

use std::collections::BTreeSet;
use std::sync::Arc;

use world::Lock;

use crate::runner::{RunError, Throttle};

/// The first of our users: above what systems, containers and directories give out (systemd's "Users, Groups, UIDs and
/// GIDs": unused).
const FIRST: u32 = 1_900_000_000;
/// Users of one server, more than it has processes.
const EACH: u32 = 2_000;
/// Servers of one machine that do not meet: by the number of their process.
const SERVERS: u32 = 100_000;
/// The same within a container, whose user namespace ends with 65,535.
const FIRST_WITHIN: u32 = 60_000;
/// Where there is neither: nobody, shared by all functions.
const NOBODY: u32 = 65_534;

/// The users of one server.
pub(crate) enum Users {
    /// We are no root: functions run as we do.
    Ours,
    /// One each, from the first of this server's on.
    Own(u32, Arc<Lock<BTreeSet<u32>>>),
    /// One for all.
    Shared,
}

/// Whom a process runs as. Given back when dropped.
#[derive(Debug)]
pub(crate) enum User {
    /// Nobody else does.
    Own(u32, Arc<Lock<BTreeSet<u32>>>),
    /// All functions do.
    Shared,
}

impl std::fmt::Debug for Users {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ours => f.write_str("the server's"),
            Self::Own(first, _) => write!(f, "one each from {first} on"),
            Self::Shared => write!(f, "{NOBODY} for all"),
        }
    }
}

impl Users {
    /// By who we are and what users there are.
    pub(crate) fn of_this_process() -> Self {
        if !rustix::process::geteuid().is_root() {
            return Self::Ours;
        }
        let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
        let first = FIRST + std::process::id() % SERVERS * EACH;
        let found = [first, FIRST_WITHIN].into_iter().find(|first| maps(&map, *first));
        found.map_or(Self::Shared, |first| Self::Own(first, Arc::default()))
    }

    /// A user for a process, where we are root.
    pub(crate) fn take(&self) -> Result<Option<User>, RunError> {
        match self {
            Self::Ours => Ok(None),
            Self::Shared => Ok(Some(User::Shared)),
            Self::Own(first, taken) => {
                let mut numbers = taken.lock();
                let free = (*first..first.saturating_add(EACH)).find(|user| !numbers.contains(user));
                let free = free.ok_or(RunError::TooManyRequests(Throttle::ConcurrentInvocationLimitExceeded))?;
                numbers.insert(free);
                Ok(Some(User::Own(free, Arc::clone(taken))))
            }
        }
    }
}

/// Whether a server's users from `first` on are there.
fn maps(uid_map: &str, first: u32) -> bool {
    uid_map.lines().any(|line| {
        let mut fields = line.split_ascii_whitespace().map_while(|field| field.parse::<u64>().ok());
        let (inside, count) = (fields.next(), fields.nth(1));
        let (Some(inside), Some(count)) = (inside, count) else { return false };
        inside <= u64::from(first) && u64::from(first) + u64::from(EACH) <= inside + count
    })
}

impl User {
    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        match self {
            Self::Own(id, _) => *id,
            Self::Shared => NOBODY,
        }
    }

    /// Its number where it is one process's alone.
    pub(crate) fn exclusive(&self) -> Option<u32> {
        match self {
            Self::Own(id, _) => Some(*id),
            Self::Shared => None,
        }
    }
}

impl Drop for User {
    fn drop(&mut self) {
        if let Self::Own(id, taken) = self {
            taken.lock().remove(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(users: &Users) -> Option<User> {
        users.take().unwrap()
    }

    #[test]
    fn each_process_has_its_own_and_gives_it_back() {
        let users = Users::Own(FIRST, Arc::default());
        let (first, second) = (taken(&users).unwrap(), taken(&users).unwrap());
        assert_eq!((first.id(), second.id()), (FIRST, FIRST + 1));
        drop(first);
        assert_eq!(taken(&users).unwrap().exclusive(), Some(FIRST));
        assert_eq!(taken(&Users::Shared).unwrap().exclusive(), None);
        assert!(taken(&Users::Ours).is_none());
    }

    #[test]
    fn a_namespace_without_our_users_is_seen() {
        assert!(maps("         0          0 4294967295\n", FIRST));
        assert!(!maps("         0     100000      65536\n", FIRST));
        assert!(maps("         0     100000      65536\n", FIRST_WITHIN));
        assert!(!maps("         0       1000          1\n", FIRST_WITHIN));
    }
}
