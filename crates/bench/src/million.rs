//! Whether a million users cost more than a thousand. Most of them are written straight into the store, as copies of one
//! who was made by the API; those who sign in were made like anybody.

use std::path::Path;

use serde_json::{Value, json};
use store::{Expect, Store, Tx};

use crate::report::{Row, Table};
use crate::room::{CHEAP, Room, runtime};
use crate::sizes::Sizes;
use crate::{Bench, Outcome};

const SMALL: usize = 1_000;
const LARGE: usize = 1_000_000;
/// Users who sign in, at even distances among the others.
const PEOPLE: usize = 50;
/// Users a commit.
const BATCH: usize = 2_000;
const SIZES: Sizes = Sizes { small: SMALL, large: LARGE, at_most: 1.3 };
/// MiB that the large pool may add to what is resident: caches of the store, which have a bound.
const MEMORY_MIB: u32 = 32;

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
        ("ListUsers, page after page of 60", Operation::List),
    ] {
        table.push(SIZES.row(what, (bench, &runtime), small.turns(operation), large.turns(operation))?);
    }
    let more = u32::try_from(resident_kib()?.saturating_sub(before) / 1024)?;
    let measured = format!("{grown} MiB when filled, {more} MiB when used");
    let row = Row::new("resident memory above that with 1,000 users", measured);
    table.push(row.at_most(f64::from(more), f64::from(MEMORY_MIB), "MiB"));
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
    /// The operation, each time about another user, or the next page.
    fn turns(&self, operation: Operation) -> impl AsyncFnMut() -> Outcome {
        let (mut number, mut next) = (0, None);
        async move || {
            number += 1;
            match operation {
                Operation::List => self.page(&mut next).await,
                _ => self.run(operation, number).await,
            }
        }
    }

    async fn run(&self, operation: Operation, number: usize) -> Outcome {
        match operation {
            Operation::SignIn => {
                let person = name(number % PEOPLE * (self.size / PEOPLE));
                self.room.sign_in(&self.client, &person).await.map(drop)
            }
            Operation::List => self.page(&mut None).await,
            Operation::Get => {
                let input = json!({ "UserPoolId": self.id, "Username": name(number * 7_919 % self.size) });
                self.room.call("AdminGetUser", input).await.map(drop)
            }
        }
    }

    /// The page after the last one, or the first.
    async fn page(&self, next: &mut Option<Value>) -> Outcome {
        let input = match next.take() {
            Some(token) => json!({ "UserPoolId": self.id, "Limit": 60, "PaginationToken": token }),
            None => json!({ "UserPoolId": self.id, "Limit": 60 }),
        };
        let mut page = self.room.call("ListUsers", input).await?;
        *next = page.get_mut("PaginationToken").map(Value::take);
        let users = page.pointer("/Users").and_then(Value::as_array).map_or(0, Vec::len);
        // The last page is what is left.
        if users == 60 || next.is_none() { Ok(()) } else { Err(format!("{users} users on a page").into()) }
    }
}
