use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::super::outbox::{Outbox, Routes};
use super::super::{Channel, Inbox, Message, MessageSender as _, Route, RouteError};
use super::{email, sms};

/// Fails so many times, then carries; waits for the gate before each try.
struct Fickle {
    fails: AtomicUsize,
    error: RouteError,
    tries: AtomicUsize,
    carried: AtomicUsize,
    gate: Semaphore,
}

impl Fickle {
    fn new(fails: usize, error: RouteError, open: usize) -> Arc<Self> {
        let (tries, carried) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(Self { fails: AtomicUsize::new(fails), error, tries, carried, gate: Semaphore::new(open) })
    }
}

#[async_trait]
impl Route for Fickle {
    async fn carry(&self, _: &Message) -> Result<(), RouteError> {
        self.gate.acquire().await.unwrap().forget();
        self.tries.fetch_add(1, Ordering::SeqCst);
        let left = self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_ok() {
            return Err(self.error.clone());
        }
        self.carried.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn by_email(route: &Arc<Fickle>) -> Routes {
    Routes { email: Some(Arc::clone(route) as _), ..Routes::default() }
}

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_once_more_and_no_oftener() {
    for (fails, error, tries, carried) in [
        (1, RouteError::Again("busy".to_owned()), 2, 1),
        (9, RouteError::Again("busy".to_owned()), 2, 0),
        (1, RouteError::Never("no such address".to_owned()), 1, 0),
    ] {
        let route = Fickle::new(fails, error, 100);
        let outbox = Outbox::start(by_email(&route), None, 1);
        outbox.send(email("a@example.com")).await.unwrap();
        outbox.finish(60_000).await;
        assert_eq!((route.tries.load(Ordering::SeqCst), route.carried.load(Ordering::SeqCst)), (tries, carried));
    }
}

#[tokio::test]
async fn handing_over_waits_for_nobody_and_a_full_queue_refuses() {
    let route = Fickle::new(0, RouteError::Never(String::new()), 0);
    let outbox = Outbox::with_room(4, by_email(&route), None, 1);
    let mut taken = 0;
    // The route stands still: what is under way and what waits is bounded, and not one send blocks.
    while outbox.send(email("a@example.com")).await.is_ok() {
        taken += 1;
        tokio::task::yield_now().await;
        assert!(taken <= 4 + 16 + 1, "no bound");
    }
    assert!(taken >= 4);
    assert!(outbox.check(Channel::Email, "b@example.com").is_err(), "a pretended message meets the same refusal");
    route.gate.add_permits(1000);
    outbox.finish(60_000).await;
    assert_eq!(route.carried.load(Ordering::SeqCst), taken, "what was taken is carried before the end");
    assert!(outbox.send(email("a@example.com")).await.is_err(), "nothing is taken after it");
}

#[tokio::test]
async fn attack_094_text_messages_reach_listed_countries_only() {
    let route = Fickle::new(0, RouteError::Never(String::new()), 100);
    let countries = Some(vec!["+49".to_owned(), "+41".to_owned()]);
    let routes = Routes { sms: Some(Arc::clone(&route) as _), countries, ..Routes::default() };
    let inbox = Arc::new(Inbox::new(10));
    let outbox = Outbox::start(routes, Some(Arc::clone(&inbox)), 1);
    for wrong in ["+882123456789", "+4", "49170123456", "+39 +49"] {
        assert!(outbox.send(sms(wrong)).await.is_err(), "{wrong}");
        assert!(outbox.check(Channel::Sms, wrong).is_err(), "{wrong}");
    }
    outbox.send(sms("+491701234567")).await.unwrap();
    outbox.finish(60_000).await;
    assert_eq!(route.carried.load(Ordering::SeqCst), 1);
    assert_eq!(inbox.newest(10, |_| true).len(), 1, "what is refused is nowhere");
}

#[tokio::test]
async fn without_a_route_messages_lie_in_the_inbox_or_are_refused() {
    let inbox = Arc::new(Inbox::new(10));
    let local = Outbox::start(Routes::default(), Some(Arc::clone(&inbox)), 1);
    local.send(email("a@example.com")).await.unwrap();
    assert_eq!(inbox.newest(10, |_| true).len(), 1);
    let enforced = Outbox::start(Routes::default(), None, 1);
    assert!(enforced.send(email("a@example.com")).await.unwrap_err().to_string().contains("EMAIL"));
    assert!(enforced.check(Channel::Sms, "+491701234567").is_err());
}
