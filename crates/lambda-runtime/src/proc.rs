//! What `/proc` says of processes: who belongs to a function, what they take, and who is at the other end of a connection.

use std::collections::HashMap;
use std::net::SocketAddr;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, waitpid};

/// One line of the table of processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) pid: i32,
    pub(crate) parent: i32,
    pub(crate) group: i32,
    pub(crate) session: i32,
    pub(crate) zombie: bool,
}

/// All processes of the machine that we may see.
pub(crate) fn table() -> Vec<Row> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter_map(|pid| row(pid, &std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)).collect()
}

/// The name may hold anything, so the fields are counted from its last parenthesis.
fn row(pid: i32, stat: &str) -> Option<Row> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let zombie = fields.next()? == "Z";
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let session = fields.next()?.parse().ok()?;
    Some(Row { pid, parent, group, session, zombie })
}

/// The leader above each process that has one, by `is_leader`: with the leaders themselves. Whoever loses its parent falls to the
/// leader, which has asked for that, so nobody leaves a tree by leaving a session.
pub(crate) fn trees(table: &[Row], is_leader: impl Fn(i32) -> bool) -> Vec<(i32, i32)> {
    const DEEPEST: usize = 4096;
    let parents: HashMap<i32, i32> = table.iter().map(|row| (row.pid, row.parent)).collect();
    let leader = |pid: i32| {
        let above = std::iter::successors(Some(pid), |pid| parents.get(pid).copied().filter(|parent| *parent > 1));
        above.take(DEEPEST).find(|pid| is_leader(*pid))
    };
    table.iter().filter_map(|row| Some((row.pid, leader(row.pid)?))).collect()
}

/// Memory of its own that a process has in use, bytes; 0 where it is gone.
pub(crate) fn own_memory(pid: i32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    let mut fields = text.split_ascii_whitespace().skip(1).map_while(|field| field.parse::<u64>().ok());
    let (resident, shared) = (fields.next().unwrap_or(0), fields.next().unwrap_or(0));
    resident.saturating_sub(shared) * page_size()
}

fn page_size() -> u64 {
    u64::try_from(rustix::param::page_size()).unwrap_or(4096)
}

/// The most memory a process ever had, megabytes.
pub(crate) fn peak_memory_mib(pid: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().unwrap_or(0);
    kib.div_ceil(1024)
}

/// Ends a process and its group at once.
pub(crate) fn kill(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process_group(pid, Signal::KILL);
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Ends what is left of a group whose leader has ended.
pub(crate) fn kill_group(leader: i32) {
    if let Some(group) = Pid::from_raw(leader) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Who belonged to a function that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leftovers {
    /// The process that led the session.
    pub(crate) leader: i32,
    /// A user that is the function's alone.
    pub(crate) user: Option<u32>,
}

/// Ends whatever a function has left behind: its session, and all of its user's, in as many rounds as it takes (a process that
/// forks faster than we look is slower than its user's limit of processes). `orphans` are processes that have become ours.
pub(crate) fn sweep(left: Leftovers, orphans: &dyn Fn(&Row) -> bool) {
    const ROUNDS: usize = 50;
    for _ in 0..ROUNDS {
        let found: Vec<Row> = table().into_iter().filter(|row| belongs(row, left) || orphans(row)).collect();
        if found.is_empty() {
            return;
        }
        for row in found {
            let Some(pid) = Pid::from_raw(row.pid).filter(|_| row.pid != left.leader) else { continue };
            if !row.zombie {
                let _ = kill_process(pid, Signal::KILL);
            }
            // Only those that have become ours answer; others have their own parents.
            let _ = waitpid(Some(pid), WaitOptions::NOHANG);
        }
    }
    tracing::warn!(leader = left.leader, "processes of a function could not all be ended");
}

fn belongs(row: &Row, left: Leftovers) -> bool {
    let theirs = (row.session == left.leader || row.group == left.leader) && row.pid != left.leader;
    let users = || left.user.is_some_and(|user| user_of(row.pid) == Some(user));
    (theirs || users()) && !row.zombie
}

fn user_of(pid: i32) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(format!("/proc/{pid}")).ok().map(|meta| meta.uid())
}

/// Whom a connection must come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    /// The process that leads the session.
    pub(crate) leader: i32,
    /// A user that is the function's alone.
    pub(crate) user: Option<u32>,
}

/// Whether a connection over loopback was made by the function: by its user where that is its alone, else by a process of
/// its session that holds the socket.
pub(crate) fn is_from(peer: SocketAddr, local: SocketAddr, owner: Owner) -> bool {
    let table_of_sockets = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let Some((user, inode)) = socket(&table_of_sockets, peer, local) else { return false };
    if owner.user.is_some() {
        return owner.user == Some(user);
    }
    let socket = format!("socket:[{inode}]");
    let holds = |pid: i32| {
        let entries = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        entries.filter_map(|entry| std::fs::read_link(entry.path()).ok()).any(|link| link.to_str() == Some(&socket))
    };
    holds(owner.leader) || table().iter().filter(|row| row.session == owner.leader).any(|row| holds(row.pid))
}

/// User and inode of the socket that is bound to `peer` and connected to `local`.
fn socket(table: &str, peer: SocketAddr, local: SocketAddr) -> Option<(u32, u64)> {
    let (peer, local) = (hex(peer)?, hex(local)?);
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let matches = fields.next() == Some(&peer) && fields.next() == Some(&local);
        let user = fields.nth(4)?.parse().ok()?;
        let inode = fields.nth(1)?.parse().ok()?;
        matches.then_some((user, inode))
    })
}

/// `0100007F:1F90`, as the table writes 127.0.0.1:8080 on this machine.
fn hex(address: SocketAddr) -> Option<String> {
    match address {
        SocketAddr::V4(v4) => Some(format!("{:08X}:{:04X}", u32::from_ne_bytes(v4.ip().octets()), v4.port())),
        SocketAddr::V6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_parentheses_do_not_move_the_fields() {
        let stat = "7 (a) b) S 3 7 9 0 -1 4194304";
        assert_eq!(row(7, stat), Some(Row { pid: 7, parent: 3, group: 7, session: 9, zombie: false }));
        assert_eq!(row(7, "7 (sh"), None);
    }

    #[test]
    fn a_tree_holds_whoever_left_the_session() {
        let row = |pid, parent| Row { pid, parent, group: pid, session: pid, zombie: false };
        let table = [row(1, 0), row(10, 1), row(20, 10), row(21, 20), row(22, 21), row(30, 10)];
        assert_eq!(trees(&table, |pid| pid == 20), [(20, 20), (21, 20), (22, 20)]);
    }

    #[test]
    fn sockets_are_found_by_both_ends() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                     0: 0100007F:1F90 0100007F:0050 01 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0\n";
        let (peer, local) = ("127.0.0.1:8080".parse().unwrap(), "127.0.0.1:80".parse().unwrap());
        if cfg!(target_endian = "little") {
            assert_eq!(socket(table, peer, local), Some((1000, 4242)));
        }
        assert_eq!(socket(table, local, peer), None);
    }

    #[test]
    fn a_connection_of_our_own_is_known_as_ours() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let local = listener.local_addr().unwrap();
        let client = std::net::TcpStream::connect(local).unwrap();
        let (me, peer) = (i32::try_from(std::process::id()).unwrap(), client.local_addr().unwrap());
        assert!(is_from(peer, local, Owner { leader: me, user: None }));
        assert!(!is_from(peer, local, Owner { leader: 1, user: Some(4_000_000_000) }));
        assert!(own_memory(me) > 0 && peak_memory_mib(me) > 0);
    }
}
