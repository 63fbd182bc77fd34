use std::sync::Arc;

use lambda_runtime::{Bounds, FunctionPlan, RunError, Throttle};

use crate::house::{House, lives, until};

const APP: &str = "import os, time\ndef handler(event, context):\n    time.sleep(event)\n    return os.getpid()";

#[tokio::test]
async fn load_is_met_with_processes_and_the_last_that_worked_works_first() {
    let house = House::new();
    let plan = house.python(APP);
    let (one, two) = tokio::join!(house.answer(&plan, "0.3"), house.answer(&plan, "0.5"));
    assert_ne!(one, two, "one request at a time");
    assert_eq!(house.answer(&plan, "0").await, two);
    assert_eq!(house.runner.processes(), 2);
}

#[tokio::test]
async fn reserved_concurrency_and_the_account_s_are_bounds() {
    let house = House::with(Bounds { account_concurrency: 1, ..Bounds::default() });
    let plan = house.python(APP);
    let none = FunctionPlan { reserved_concurrency: Some(0), ..plan.clone() };
    let reserved = RunError::TooManyRequests(Throttle::ReservedFunctionConcurrentInvocationLimitExceeded);
    assert_eq!(house.try_invoke(&none, "0").await.unwrap_err(), reserved);
    let (first, second) = tokio::join!(house.try_invoke(&plan, "0.5"), house.try_invoke(&plan, "0"));
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err(), RunError::TooManyRequests(Throttle::ConcurrentInvocationLimitExceeded));
    assert!(house.try_invoke(&plan, "0").await.is_ok(), "the place is given back");
}

#[tokio::test]
async fn idle_processes_make_room_and_end_when_their_time_has_come() {
    let house = House::with(Bounds { processes: 1, ..Bounds::default() });
    let (one, two) = (house.python(APP), house.python(APP));
    let first = house.answer(&one, "0").await;
    let second = house.answer(&two, "0").await;
    assert_ne!(first, second);
    until("the first made room", || !lives(&first)).await;
    house.clock.advance(601_000).unwrap();
    until("the second waited too long", || !lives(&second) && house.runner.processes() == 0).await;
}

#[tokio::test]
async fn a_new_revision_has_new_processes() {
    let house = House::new();
    let old = house.python(APP);
    let new = FunctionPlan { revision: "new".to_owned(), ..old.clone() };
    let before = house.answer(&old, "0").await;
    assert_ne!(house.answer(&new, "0").await, before);
    house.runner.forget(&new.arn, Some("new"));
    until("the old one is gone", || !lives(&before) && house.runner.processes() == 1).await;
}

#[tokio::test]
async fn a_process_that_died_while_it_waited_costs_nobody_an_answer() {
    let house = House::new();
    let plan = house.python("import os, threading\ndef handler(event, context):\n    if event: threading.Timer(0.05, lambda: os._exit(1)).start()\n    return os.getpid()");
    let first = house.answer(&plan, "1").await;
    until("it died", || !lives(&first)).await;
    assert_ne!(house.answer(&plan, "0").await, first);
}

#[tokio::test]
async fn a_caller_that_goes_away_stops_nothing() {
    let house = Arc::new(House::new());
    let plan = house.python("import time\ndef handler(event, context):\n    time.sleep(0.3)\n    print('to the end')");
    let calling = house.clone();
    let called = plan.clone();
    let call = tokio::spawn(async move { calling.try_invoke(&called, "0").await });
    until("it runs", || house.log().contains("START ")).await;
    call.abort();
    until("it ran to its end", || house.log().contains("to the end\n")).await;
    house.runner.shutdown().await;
    assert!(matches!(house.try_invoke(&plan, "0").await, Err(RunError::Unavailable(_))));
}
