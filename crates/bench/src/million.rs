//! Whether a million users cost more than a thousand. Most of them are written straight into the store, as copies of one
//! who was made by the API; those who sign in were made like anybody.

use std::path::Path;

use serde_json::json;
use store::{Expect, Store, Tx};
use tokio::runtime::Runtime;

use crate::report::{Row, Table};
use crate::room::{CHEAP, Room, runtime};
use crate::{Bench, Outcome};

const SMALL: usize = 1_000;
const LARGE: usize = 1_000_000;
/// Users who sign in, at even distances among the others.
const PEOPLE: usize = 50;
/// Users a commit.
const BATCH: usize = 2_000;
const ROUNDS: usize = 3;

struct Pool {
    room: Room,
    id: String,
    client: String,
    size: usize,
}

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "A million users",
        "In process, over a store on the disk; a pool of 1,000 users and one of 1,000,000, measured in turn: CPU time a \
         call, the best of 3 rounds of a second each. Passwords are cheap here, so that the rest of a sign-in shows.",
    );
    let (folder, runtime) = (tempfile::tempdir_in(&bench.scratch)?, runtime()?);
    let small = runtime.block_on(fill(&folder.path().join("small"), SMALL))?;
    let before = resident_kib()?;
    let large = runtime.block_on(fill(&folder.path().join("large"), LARGE))?;
    let grown = resident_kib()?.saturating_sub(before) / 1024;
    for (what, operation) in [
        ("sign-in by password", Operation::SignIn),
        ("AdminGetUser", Operation::Get),
        ("ListUsers, a page of 60", Operation::List),
    ] {
        table.push(ratio(what, (bench, &runtime), (&small, &large), operation)?);
    }
    let more = resident_kib()?.saturating_sub(before) / 1024;
    let measured = format!("{grown} MiB when filled, {more} MiB when used");
    table.push(Row::new("resident memory above that with 1,000 users", measured));
    Ok(table)
}

fn resident_kib() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn name(number: usize) -> String {
    format!("user-{number:07}")
}

async fn fill(data: &Path, size: usize) -> Outcome<Pool> {
    let room = Room::open(data, CHEAP)?;
    let id = room.pool().await?;
    let client = room.client(&id).await?;
    for person in 0..PEOPLE {
        room.user(&id, &name(person * (size / PEOPLE))).await?;
    }
    copies(room.store(), &id, size).await?;
    Ok(Pool { room, id, client, size })
}

/// Fills the places between.
async fn copies(store: &Store, pool_id: &str, size: usize) -> Outcome {
    let pk = place_of(store, pool_id).await?;
    let model = store.get_item(&pk, &format!("user#{}", name(0))).await?.ok_or("the first user is not there")?;
    let body = String::from_utf8(model.body)?;
    let sub = body.split("\"sub\":\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("a user without sub")?;
    let mut tx = Tx::new();
    for number in 0..size {
        if number % (size / PEOPLE) == 0 {
            continue;
        }
        let (name, own) = (name(number), format!("00000000-0000-4000-8000-{number:012}"));
        let copy = body.replace(sub, &own).replace(&self::name(0), &name);
        let key = |value: &str| format!("{pool_id}/{value}");
        let index = vec![
            ("cognito.user.sub", key(&own)),
            ("cognito.user.email", key(&format!("{name}@example.com"))),
            ("cognito.user.user_status", key("confirmed")),
            ("cognito.user.status", key("enabled")),
        ];
        tx.put_raw(&pk, format!("user#{name}"), copy, Expect::Absent, None, index);
        if number % BATCH == BATCH - 1 {
            store.commit(std::mem::take(&mut tx)).await?;
        }
    }
    store.commit(tx).await?;
    Ok(())
}

/// The partition in which the pool's users lie.
async fn place_of(store: &Store, pool_id: &str) -> Outcome<String> {
    let found = store.lookup("cognito.user.email", &format!("{pool_id}/{}@example.com", name(0)), None, 1).await?;
    Ok(found.first().ok_or("the first user is in no index")?.0.clone())
}

#[derive(Clone, Copy)]
enum Operation {
    SignIn,
    Get,
    List,
}

impl Pool {
    async fn run(&self, operation: Operation, number: usize) -> Outcome {
        let somebody = name(number * 7_919 % self.size);
        match operation {
            Operation::SignIn => {
                let person = name(number % PEOPLE * (self.size / PEOPLE));
                self.room.sign_in(&self.client, &person).await.map(drop)
            }
            Operation::Get => {
                let input = json!({ "UserPoolId": self.id, "Username": somebody });
                self.room.call("AdminGetUser", input).await.map(drop)
            }
            Operation::List => {
                let page = self.room.call("ListUsers", json!({ "UserPoolId": self.id, "Limit": 60 })).await?;
                let users = page.pointer("/Users").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
                if users == 60 { Ok(()) } else { Err(format!("{users} users on a page").into()) }
            }
        }
    }
}

fn ratio(
    what: &str,
    (bench, runtime): (&Bench, &Runtime),
    (small, large): (&Pool, &Pool),
    operation: Operation,
) -> Outcome<Row> {
    let (mut at_small, mut at_large) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        at_small = at_small.min(runtime.block_on(us(bench, small, operation))?);
        at_large = at_large.min(runtime.block_on(us(bench, large, operation))?);
    }
    let ratio = at_large / at_small;
    let measured = format!("{at_small:.1} µs at 1,000, {at_large:.1} µs at 1,000,000: {ratio:.2} times");
    Ok(Row::new(what, measured).at_most(ratio, 1.3, "times"))
}

async fn us(bench: &Bench, pool: &Pool, operation: Operation) -> Outcome<f64> {
    let mut number = 0;
    let one = async || {
        number += 1;
        pool.run(operation, number).await
    };
    Ok(bench.watch.rate_async(one).await?.cpu_us())
}
