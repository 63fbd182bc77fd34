//! The store on the disk: durable writes one by one and together, reads.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use store::{Expect, MasterKey, Store, Tx};
use tokio::task::JoinSet;

use crate::report::{Row, Table, per_second};
use crate::room::runtime;
use crate::watch::{Begun, Rate};
use crate::{Bench, Outcome};

const ITEMS: usize = 10_000;
const WRITERS: u64 = 64;
/// How long the writers write together.
const TOGETHER_NS: u64 = 2_000_000_000;
/// A document of ordinary size.
const BODY: [u8; 400] = [b'x'; 400];
const STRIDE: usize = 7_919;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Store",
        "SQLite on the disk of the build, every commit synced before it is answered; documents of 400 bytes.",
    );
    let (folder, runtime) = (tempfile::tempdir_in(&bench.scratch)?, runtime()?);
    let store = Store::open(&folder.path().join("data"), MasterKey::from_bytes([7; 32]))?;
    runtime.block_on(fill(&store))?;
    let synced = per_second(syncs(bench, folder.path())?.per_second());
    let single = runtime.block_on(single(bench, &store))?;
    let row = Row::new("durable writes, one caller", per_second(single.per_second()));
    table.push(row.limit(format!("appending 4 KiB and syncing: {synced}")));
    let together = runtime.block_on(together(&store))?;
    table.push(Row::new("durable writes, 64 callers", per_second(together.per_second())));
    let reads = runtime.block_on(reads(bench, &store))?;
    let measured = format!("{} ({:.1} µs)", per_second(reads.per_second()), reads.us());
    table.push(Row::new("point reads of 10,000 items, one caller", measured));
    Ok(table)
}

fn pk(number: usize) -> String {
    format!("item#{number:06}")
}

fn put(pk: String, sk: String) -> Tx {
    let mut tx = Tx::new();
    tx.put_raw(pk, sk, BODY, Expect::Absent, None, Vec::new());
    tx
}

async fn fill(store: &Store) -> Outcome {
    for batch in 0..10 {
        let mut tx = Tx::new();
        for number in (batch..ITEMS).step_by(10) {
            tx.put_raw(pk(number), "-", BODY, Expect::Absent, None, Vec::new());
        }
        store.commit(tx).await?;
    }
    Ok(())
}

async fn single(bench: &Bench, store: &Store) -> Outcome<Rate> {
    let mut number = 0u64;
    let write = async || {
        number += 1;
        store.commit(put("single".to_owned(), number.to_string())).await?;
        Ok(())
    };
    bench.watch.rate_async(write).await
}

async fn together(store: &Store) -> Outcome<Rate> {
    let watch = Arc::new(crate::watch::Watch::new());
    let begun = Begun::now(&watch)?;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, watch) = (store.clone(), Arc::clone(&watch));
        writers.spawn(async move {
            let mut written = 0u64;
            while watch.ns() < TOGETHER_NS {
                store.commit(put(format!("writer-{writer}"), written.to_string())).await?;
                written += 1;
            }
            Ok(written)
        });
    }
    let written = writers.join_all().await.into_iter().sum::<Outcome<u64>>()?;
    begun.end(&watch, written)
}

async fn reads(bench: &Bench, store: &Store) -> Outcome<Rate> {
    let mut number = 0;
    let read = async || {
        number = (number + STRIDE) % ITEMS;
        store.get_item(&pk(number), "-").await?.map(drop).ok_or_else(|| "an item is gone".into())
    };
    bench.watch.rate_async(read).await
}

/// What the disk does: a page appended and synced, over and over.
fn syncs(bench: &Bench, folder: &Path) -> Outcome<Rate> {
    let mut file = File::create(folder.join("synced"))?;
    bench.watch.rate(|| {
        file.write_all(&[0; 4096])?;
        Ok(file.sync_data()?)
    })
}
