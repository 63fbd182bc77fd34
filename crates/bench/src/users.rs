//! Whether a large pool costs more than a small one.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::report::{Row, Table, per_second};
use crate::room::{CHEAP, Room, runtime};
use crate::watch::Rate;
use crate::{Bench, Outcome};

const SMALL: usize = 100;
const LARGE: usize = 10_000;
/// Users that are made at the same time.
const TOGETHER: usize = 64;
/// Both pools are measured in turn, so often.
const ROUNDS: usize = 3;
/// Has no factor in common with the sizes, so that steps of it visit every user in no order.
const STRIDE: usize = 7_919;

struct Pool {
    room: Room,
    id: String,
    size: usize,
}

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Large pools",
        "In process, over a store on the disk; a pool of 100 users and one of 10,000, measured in turn: CPU time \
         a call, the best of 3 rounds of a second each.",
    );
    let (folder, runtime) = (tempfile::tempdir_in(&bench.scratch)?, runtime()?);
    let small = runtime.block_on(fill(&folder.path().join("small"), SMALL))?;
    let begun = bench.watch.ns();
    let large = runtime.block_on(fill(&folder.path().join("large"), LARGE))?;
    let filled = Rate { operations: u64::try_from(LARGE)?, wall_ns: bench.watch.ns() - begun, cpu_ns: 0 };
    table.push(ratio("AdminGetUser", bench, &runtime, (&small, &large), Operation::GetUser)?);
    table.push(ratio("ListUsers, a page of 60", bench, &runtime, (&small, &large), Operation::ListUsers)?);
    table.push(ratio("ListUsers by e-mail", bench, &runtime, (&small, &large), Operation::FindUser)?);
    table.push(Row::new("AdminCreateUser, 64 callers, cheap passwords", per_second(filled.per_second())));
    Ok(table)
}

async fn fill(data: &Path, size: usize) -> Outcome<Arc<Pool>> {
    let room = Room::open(data, CHEAP)?;
    let id = room.pool().await?;
    let pool = Arc::new(Pool { room, id, size });
    let mut callers = JoinSet::new();
    for first in 0..TOGETHER {
        let pool = Arc::clone(&pool);
        callers.spawn(async move {
            for number in (first..pool.size).step_by(TOGETHER) {
                pool.create(number).await?;
            }
            Ok(())
        });
    }
    callers.join_all().await.into_iter().collect::<Outcome<Vec<()>>>()?;
    Ok(pool)
}

#[derive(Clone, Copy)]
enum Operation {
    GetUser,
    ListUsers,
    FindUser,
}

impl Pool {
    async fn create(&self, number: usize) -> Outcome {
        let attributes = json!([{ "Name": "email", "Value": email(number) }]);
        let user = json!({
            "UserPoolId": self.id, "Username": name(number), "MessageAction": "SUPPRESS", "UserAttributes": attributes,
        });
        self.room.call("AdminCreateUser", user).await.map(drop)
    }

    async fn run(&self, operation: Operation, number: usize) -> Outcome {
        let (operation, input) = match operation {
            Operation::GetUser => ("AdminGetUser", json!({ "UserPoolId": self.id, "Username": name(number) })),
            Operation::ListUsers => ("ListUsers", json!({ "UserPoolId": self.id, "Limit": 60 })),
            Operation::FindUser => {
                let filter = format!("email = \"{}\"", email(number));
                ("ListUsers", json!({ "UserPoolId": self.id, "Filter": filter }))
            }
        };
        self.room.call(operation, input).await.map(drop)
    }
}

fn name(number: usize) -> String {
    format!("user-{number:05}")
}

fn email(number: usize) -> String {
    format!("user-{number:05}@example.com")
}

fn ratio(
    what: &str,
    bench: &Bench,
    runtime: &Runtime,
    (small, large): (&Pool, &Pool),
    operation: Operation,
) -> Outcome<Row> {
    let (mut at_small, mut at_large) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        at_small = at_small.min(runtime.block_on(us(bench, small, operation))?);
        at_large = at_large.min(runtime.block_on(us(bench, large, operation))?);
    }
    let ratio = at_large / at_small;
    let measured = format!("{at_small:.1} µs at {SMALL}, {at_large:.1} µs at {LARGE}: {ratio:.2} times");
    Ok(Row::new(what, measured).at_most(ratio, 1.2, "times"))
}

async fn us(bench: &Bench, pool: &Pool, operation: Operation) -> Outcome<f64> {
    let mut number = 0;
    let one = async || {
        number = (number + STRIDE) % pool.size;
        pool.run(operation, number).await
    };
    Ok(bench.watch.rate_async(one).await?.cpu_us())
}
