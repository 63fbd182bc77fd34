//! The contract every engine is held to, as cases over the public interface.
//!
//! What comes in: a factory that makes a fresh, empty engine at each call. What goes out: the first case that fails and
//! how. A case knows no engine; what is one engine's own (its files, its full disk) is tested beside that engine.
//!
//! To add a case: an `async fn(Store) -> Outcome` named as a sentence in the file of its subject, and a line in [`run`].
//! To hold an engine to the contract: `conformance::run(|| Arc::new(MyEngine::fresh())).await` in a test on a
//! multi-threaded runtime.

mod concurrency;
mod conditions;
mod counters;
mod feed;
mod indexes;
mod reads;

use std::fmt::Debug;
use std::sync::Arc;

use crate::{Engine, Expect, Index, MasterKey, Store, StoreError, Tx};

/// What a case ends in.
pub type Outcome = Result<(), Failure>;

/// A broken promise.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(format!("unexpected: {error}"))
    }
}

macro_rules! run_cases {
    ($engine:ident: $($case:path;)*) => {
        $(
            let store = Store::with_engine($engine(), MasterKey::from_bytes([1; 32]));
            $case(store).await.map_err(|failure| Failure(format!("{}: {failure}", stringify!($case))))?;
        )*
    };
}

/// Runs every case, each on an engine of its own.
///
/// # Errors
/// The first case that fails.
pub async fn run(engine: impl Fn() -> Arc<dyn Engine>) -> Outcome {
    run_cases! { engine:
        conditions::an_expectation_is_kept_or_the_commit_conflicts;
        conditions::a_refused_transaction_leaves_nothing_behind;
        conditions::conditions_are_judged_against_the_state_before;
        conditions::a_version_never_comes_twice_for_one_place;
        conditions::what_is_too_large_is_refused_before_anything_is_written;
        conditions::a_body_of_any_bytes_up_to_the_bound_comes_back_as_it_was;
        reads::items_are_listed_in_bytewise_order;
        reads::a_prefix_lists_exactly_the_keys_that_begin_with_it;
        reads::a_list_pages_on_after_a_key_without_gap_or_repetition;
        reads::keys_with_odd_characters_are_told_apart;
        reads::expired_items_are_read_until_they_are_purged;
        indexes::a_put_replaces_the_items_entries;
        indexes::lookups_page_in_order;
        indexes::a_range_lists_exactly_the_keys_under_a_prefix;
        indexes::a_reserved_key_has_one_holder;
        indexes::a_reserved_key_can_change_hands_in_one_transaction;
        indexes::deleting_an_item_frees_its_keys;
        counters::additions_sum_up;
        counters::a_bound_is_never_passed;
        counters::expired_items_and_counters_are_purged_up_to_the_limit;
        feed::events_come_in_the_order_of_commits;
        feed::only_the_newest_events_are_kept;
        feed::a_subscriber_learns_the_newest_number;
        concurrency::compare_and_set_loses_no_update;
        concurrency::a_bounded_counter_lets_exactly_so_many_through;
        concurrency::one_of_many_wins_a_key;
        concurrency::a_reader_never_sees_half_a_transaction;
    }
    Ok(())
}

/// Fails unless both are equal.
fn same<T: PartialEq + Debug>(what: &str, got: T, wanted: T) -> Outcome {
    if got == wanted { Ok(()) } else { Err(Failure(format!("{what}: got {got:?}, wanted {wanted:?}"))) }
}

/// A transaction of one put.
fn put(pk: &str, sk: &str, body: &str, expect: Expect, index: Index) -> Tx {
    let mut tx = Tx::new();
    tx.put_raw(pk, sk, body, expect, None, index);
    tx
}

/// Writes one item unconditionally.
async fn write(store: &Store, pk: &str, sk: &str, body: &str) -> Outcome {
    store.commit(put(pk, sk, body, Expect::Any, vec![])).await?;
    Ok(())
}

/// An item's body as text.
async fn body(store: &Store, pk: &str, sk: &str) -> Result<Option<String>, Failure> {
    let item = store.get_item(pk, sk).await?;
    Ok(item.map(|item| String::from_utf8_lossy(&item.body).into_owned()))
}

/// Runs `task` in `n` concurrent tasks and answers what they answered.
async fn together<T, F, Fut>(n: usize, task: F) -> Result<Vec<T>, Failure>
where
    T: Send + 'static,
    F: Fn(usize) -> Fut,
    Fut: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..n {
        tasks.spawn(task(i));
    }
    let mut answers = Vec::with_capacity(n);
    while let Some(done) = tasks.join_next().await {
        answers.push(done.map_err(|error| Failure(error.to_string()))??);
    }
    Ok(answers)
}
