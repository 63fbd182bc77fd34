//! Whether a large pool costs more than a small one.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use crate::report::{Row, Table, per_second};
use crate::room::{CHEAP, Room, runtime};
use crate::sizes::Sizes;
use crate::watch::Rate;
use crate::{Bench, Outcome};

const SMALL: usize = 100;
const LARGE: usize = 10_000;
/// Users that are made at the same time.
const TOGETHER: usize = 64;
const SIZES: Sizes = Sizes { small: SMALL, large: LARGE, at_most: 1.2 };
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
    for (what, operation) in [
        ("AdminGetUser", Operation::GetUser),
        ("ListUsers, a page of 60", Operation::ListUsers),
        ("ListUsers by e-mail", Operation::FindUser),
    ] {
        table.push(SIZES.row(what, (bench, &runtime), small.turns(operation), large.turns(operation))?);
    }
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

    /// The operation, each time about another user.
    fn turns(&self, operation: Operation) -> impl AsyncFnMut() -> Outcome {
        let mut number = 0;
        async move || {
            number = (number + STRIDE) % self.size;
            self.run(operation, number).await
        }
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
