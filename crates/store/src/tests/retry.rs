use std::sync::atomic::{AtomicUsize, Ordering};

use aws_types::AwsError;

use crate::{MasterKey, Store, StoreError, retry};

fn store() -> Store {
    Store::in_memory(MasterKey::from_bytes([1; 32])).unwrap()
}

/// Runs an operation that conflicts `conflicts` times; answers its end and how often it ran.
async fn run(conflicts: usize) -> (Result<(), AwsError>, usize) {
    let (store, runs) = (store(), AtomicUsize::new(0));
    let end = retry(&store, || async {
        let run = runs.fetch_add(1, Ordering::Relaxed);
        if run < conflicts { Err(AwsError::from(StoreError::Conflict)) } else { Ok(()) }
    })
    .await;
    (end, runs.into_inner())
}

#[tokio::test]
async fn a_conflict_is_run_again_up_to_eight_times() {
    for conflicts in 0..8 {
        let (end, runs) = run(conflicts).await;
        assert!(end.is_ok());
        assert_eq!(runs, conflicts + 1);
    }
    let (end, runs) = run(8).await;
    assert_eq!((end.unwrap_err().status, runs), (500, 8));
}

#[tokio::test]
async fn any_other_error_is_final() {
    for error in [StoreError::Limit, StoreError::Closed, StoreError::Unavailable(String::new())] {
        let (store, runs) = (store(), AtomicUsize::new(0));
        let end: Result<(), StoreError> = retry(&store, || async {
            runs.fetch_add(1, Ordering::Relaxed);
            Err(error.clone())
        })
        .await;
        assert_eq!((end, runs.into_inner()), (Err(error), 1));
    }
}

#[tokio::test]
async fn a_retry_within_a_retry_does_not_wait_for_itself() {
    let (store, outer, inner) = (store(), AtomicUsize::new(0), AtomicUsize::new(0));
    let end: Result<(), StoreError> = retry(&store, || async {
        retry(&store, || async {
            if inner.fetch_add(1, Ordering::Relaxed) % 2 == 0 { Err(StoreError::Conflict) } else { Ok(()) }
        })
        .await?;
        if outer.fetch_add(1, Ordering::Relaxed) < 2 { Err(StoreError::Conflict) } else { Ok(()) }
    })
    .await;
    assert_eq!(end, Ok(()));
    assert_eq!((outer.into_inner(), inner.into_inner()), (3, 6));
}
