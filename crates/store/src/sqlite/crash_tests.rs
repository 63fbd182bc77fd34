//! kill -9, many times. The test starts itself as a child that writes and says what was acknowledged; the child is killed
//! amid its work; then everything acknowledged must be there, and nothing by halves.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::{Expect, MasterKey, Store, StoreError, Tx};

const ROUNDS: u64 = 25;
const WRITERS: usize = 4;
const FOLDER: &str = "STORE_CRASH_TEST_FOLDER";
const ROUND: &str = "STORE_CRASH_TEST_ROUND";

#[test]
#[expect(clippy::disallowed_methods, reason = "the child learns from its environment that it is one")]
fn no_acknowledged_write_is_lost_by_kill_9_and_none_is_halved() {
    if let (Some(folder), Ok(round)) = (std::env::var_os(FOLDER), std::env::var(ROUND)) {
        return runtime().block_on(write_until_killed(Path::new(&folder), &round));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        // From "killed while opening" to "killed after some dozens of commits", the same at every run.
        let enough = usize::try_from(round * round * 7 % 61).unwrap();
        acknowledged.extend(run_and_kill(folder.path(), round, enough));
        runtime().block_on(check(folder.path(), &acknowledged));
    }
    assert!(acknowledged.len() > 25 * 20, "the child hardly wrote: {}", acknowledged.len());
}

/// The system refuses to let any file grow past a bound, as a full disk would, amid whatever the engine writes.
#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "the child learns from its environment that it is one")]
fn attack_160_when_the_disk_refuses_a_write_nothing_acknowledged_is_lost() {
    if let (Some(folder), Ok(round)) = (std::env::var_os(FOLDER), std::env::var(ROUND)) {
        return runtime().block_on(write_until_refused(Path::new(&folder), &round));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for (round, blocks) in [300, 301, 500, 1000, 1001, 2003].into_iter().enumerate() {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -f {blocks} && trap '' XFSZ && exec \"$0\" \"$@\"")]);
        command.arg(std::env::current_exe().unwrap());
        let test = "attack_160_when_the_disk_refuses_a_write_nothing_acknowledged_is_lost";
        let output = as_child(&mut command, test, folder.path(), &round.to_string()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().skip_while(|line| *line != "begin").skip(1);
        acknowledged.extend(lines.take_while(|line| *line != "refused").map(str::to_owned));
        runtime().block_on(check(folder.path(), &acknowledged));
    }
    assert!(acknowledged.len() > 20, "the child hardly wrote: {}", acknowledged.len());
}

/// The child's part: goes on until a write fails; then reads still answer, and the next write fails as well.
async fn write_until_refused(folder: &Path, round: &str) {
    say("\nbegin");
    let key = MasterKey::from_bytes([3; 32]);
    let store = match Store::open(folder, key) {
        Ok(store) => store,
        Err(StoreError::Unavailable(_)) => return say("refused"),
        Err(error) => panic!("{error}"),
    };
    let mut refused = None;
    for n in 0..5000 {
        let id = format!("{round}/0/{n}");
        match store.commit(everything(&id)).await {
            Ok(_) => say(&id),
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    say("refused");
    assert!(matches!(refused, Some(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!(i64::try_from(everything_in(&store, "a").await.unwrap().len()), Ok(store.counter("n").await.unwrap()));
    let mut large = Tx::new();
    large.put_raw("large", "large", vec![0; 2 << 20], Expect::Any, None, vec![]);
    assert!(matches!(store.commit(large).await, Err(StoreError::Unavailable(_))));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap()
}

fn open(folder: &Path) -> Store {
    Store::open(folder, MasterKey::from_bytes([3; 32])).unwrap()
}

/// Answers all that the child acknowledged until it was dead, `enough` or more.
fn run_and_kill(folder: &Path, round: u64, enough: usize) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = "no_acknowledged_write_is_lost_by_kill_9_and_none_is_halved";
    let mut child = as_child(&mut command, test, folder, &round.to_string()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    while line(&mut output).expect("the child ended by itself") != "begin" {}
    let mut acknowledged: Vec<String> = Vec::new();
    while acknowledged.len() < enough {
        acknowledged.push(line(&mut output).expect("the child ended by itself"));
    }
    kill(&mut child);
    acknowledged.extend(std::iter::from_fn(|| line(&mut output)));
    acknowledged
}

/// Makes a command that starts this program run one test as its child.
fn as_child<'a>(command: &'a mut Command, test: &str, folder: &Path, round: &str) -> &'a mut Command {
    command
        .args(["--exact", &format!("sqlite::crash_tests::{test}"), "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(ROUND, round)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(status.code().is_none(), "the child ended by itself: {status}");
}

/// The next whole line; a line cut short by the kill acknowledges nothing.
fn line(output: &mut BufReader<ChildStdout>) -> Option<String> {
    let mut text = String::new();
    output.read_line(&mut text).unwrap();
    text.strip_suffix('\n').map(str::to_owned)
}

async fn write_until_killed(folder: &Path, round: &str) {
    say("\nbegin");
    let store = open(folder);
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (store, round) = (store.clone(), round.to_owned());
        writers.spawn(async move {
            for n in 0..100_000 {
                let id = format!("{round}/{writer}/{n}");
                store.commit(everything(&id)).await.unwrap();
                say(&id);
            }
        });
    }
    writers.join_all().await;
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{text}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// One of every kind of line.
fn everything(id: &str) -> Tx {
    let mut tx = Tx::new();
    tx.put_raw("a", id, id.repeat(50), Expect::Absent, None, vec![("by", id.to_owned())]);
    tx.put_raw("b", id, "", Expect::Absent, None, vec![]);
    tx.reserve("held", id, "a", id);
    tx.add("n", 1, None, None);
    tx.event("written", id);
    tx
}

async fn check(folder: &Path, acknowledged: &BTreeSet<String>) {
    let store = open(folder);
    let a = everything_in(&store, "a").await.unwrap();
    let b = everything_in(&store, "b").await.unwrap();
    assert_eq!(a, b, "a transaction was halved");
    let lost: Vec<_> = acknowledged.difference(&a).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let count = i64::try_from(a.len()).unwrap();
    assert_eq!(store.counter("n").await.unwrap(), count);
    assert_eq!(*store.subscribe().borrow(), count);
    for index in ["by", "held"] {
        assert_eq!(entries(&store, index).await.unwrap(), a, "index {index}");
    }
}

async fn everything_in(store: &Store, pk: &str) -> Result<BTreeSet<String>, StoreError> {
    let mut all = BTreeSet::new();
    loop {
        let page = store.query(pk, "", all.last().map(String::as_str), 1000).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page.into_iter().map(|item| item.sk));
    }
}

async fn entries(store: &Store, index: &str) -> Result<BTreeSet<String>, StoreError> {
    let mut all = BTreeSet::new();
    loop {
        let after = all.last().map(|key: &String| (key.as_str(), "a", key.as_str()));
        let page = store.lookup_range(index, "", after, 1000).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page.into_iter().map(|(key, ..)| key));
    }
}
