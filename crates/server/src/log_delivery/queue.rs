//! Lines that wait for their delivery, by destination: what is due, what is under way, what is given up. It knows no clock
//! and sends nothing.

use std::collections::BTreeMap;

use aws_types::Timestamp;

use super::settings::Bounds;

/// Destinations for which lines may wait at a time.
const MOST_PLACES: usize = 1_000;
/// Bytes of all lines that wait.
const MOST_BYTES: usize = 128 * 1024 * 1024;
/// Times that a batch is sent before it is given up.
const TRIES: u32 = 10;
/// Between the first tries, in milliseconds; doubled each time.
const PAUSE_MS: i64 = 1_000;
/// Between the last ones.
const LONGEST_PAUSE_MS: i64 = 60_000;

/// A destination.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A delivery stream, by its ARN.
    Stream(String),
    /// A bucket for a user pool's logs, with the pool's ARN.
    PoolBucket(String, String),
}

/// Lines that are sent together.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub place: Place,
    /// The same in each try.
    pub id: String,
    /// When the oldest line came.
    pub since: Timestamp,
    /// Each ends with a line's end.
    pub lines: Vec<String>,
    pub bytes: usize,
    tries: u32,
    due: Timestamp,
}

struct Entry {
    bounds: Bounds,
    lines: Vec<String>,
    bytes: usize,
    since: Timestamp,
    /// A batch that failed and waits for its next try.
    held: Option<Batch>,
    under_way: usize,
}

impl Entry {
    const fn waits(&self) -> usize {
        self.bytes + self.under_way
    }
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It waits for its next try.
    Held,
    /// It was tried often enough, or the server stops; so many lines are lost.
    GivenUp(u64),
}

/// All of them.
#[derive(Default)]
pub(super) struct Queue {
    places: BTreeMap<Place, Entry>,
    bytes: usize,
    closing: bool,
}

impl Queue {
    /// Takes a line; `false` where there is no room. Twice a batch may wait for one destination.
    pub(super) fn put(&mut self, place: Place, bounds: Bounds, now: Timestamp, mut line: String) -> bool {
        line.push('\n');
        let room = self.bytes + line.len() <= MOST_BYTES;
        if !room || (self.places.len() >= MOST_PLACES && !self.places.contains_key(&place)) {
            return false;
        }
        let new = || Entry { bounds, lines: Vec::new(), bytes: 0, since: now, held: None, under_way: 0 };
        let entry = self.places.entry(place).or_insert_with(new);
        if entry.waits() + line.len() > bounds.bytes.saturating_mul(2) {
            return false;
        }
        if entry.lines.is_empty() {
            entry.since = now;
        }
        entry.bytes += line.len();
        self.bytes += line.len();
        entry.lines.push(line);
        true
    }

    /// The batches whose time has come; each place has one under way at a time.
    pub(super) fn take_due(&mut self, now: Timestamp, mut id: impl FnMut() -> String) -> Vec<Batch> {
        let mut due = Vec::new();
        for (place, entry) in &mut self.places {
            if entry.held.is_some() {
                due.extend(entry.held.take_if(|held| self.closing || held.due <= now));
                continue;
            }
            let full = entry.bytes >= entry.bounds.bytes;
            let old = now.ms().saturating_sub(entry.since.ms()) >= entry.bounds.wait_ms;
            if entry.under_way > 0 || entry.lines.is_empty() || !(full || old || self.closing) {
                continue;
            }
            entry.under_way = std::mem::take(&mut entry.bytes);
            due.push(Batch {
                place: place.clone(),
                id: id(),
                since: entry.since,
                lines: std::mem::take(&mut entry.lines),
                bytes: entry.under_way,
                tries: 0,
                due: now,
            });
        }
        due
    }

    /// A batch has arrived.
    pub(super) fn delivered(&mut self, batch: &Batch) {
        self.bytes = self.bytes.saturating_sub(batch.bytes);
        if let Some(entry) = self.places.get_mut(&batch.place) {
            entry.under_way = 0;
            if entry.lines.is_empty() {
                self.places.remove(&batch.place);
            }
        }
    }

    /// A batch has not arrived.
    pub(super) fn failed(&mut self, mut batch: Batch, now: Timestamp) -> Settled {
        batch.tries += 1;
        if self.closing || batch.tries >= TRIES {
            self.delivered(&batch);
            return Settled::GivenUp(u64::try_from(batch.lines.len()).unwrap_or(u64::MAX));
        }
        let pause = PAUSE_MS.saturating_mul(1 << batch.tries.saturating_sub(1).min(20)).min(LONGEST_PAUSE_MS);
        batch.due = now.plus_ms(pause);
        if let Some(entry) = self.places.get_mut(&batch.place) {
            entry.held = Some(batch);
        }
        Settled::Held
    }

    /// From now on everything is due, and nothing is tried again.
    pub(super) fn close(&mut self) {
        self.closing = true;
    }

    /// Whether nothing waits and nothing is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Bytes of what waits or is under way.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Lines that wait, without those under way.
    pub(super) fn lines(&self) -> usize {
        let held = |entry: &Entry| entry.held.as_ref().map_or(0, |held| held.lines.len());
        self.places.values().map(|entry| entry.lines.len() + held(entry)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 10, wait_ms: 1_000 };

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn place(name: &str) -> Place {
        Place::Stream(name.to_owned())
    }

    fn due(queue: &mut Queue, ms: i64) -> Vec<Batch> {
        queue.take_due(at(ms), || "id".to_owned())
    }

    #[test]
    fn a_batch_is_due_by_size_or_by_age_and_one_a_place_is_under_way() {
        let mut queue = Queue::default();
        assert!(queue.put(place("a"), BOUNDS, at(0), "1234".to_owned()));
        assert!(due(&mut queue, 999).is_empty());
        assert!(queue.put(place("a"), BOUNDS, at(999), "1234".to_owned()));
        let batch = due(&mut queue, 999).remove(0);
        assert_eq!((batch.lines.concat().as_str(), batch.since), ("1234\n1234\n", at(0)));
        assert!(queue.put(place("a"), BOUNDS, at(999), "5".to_owned()));
        assert!(due(&mut queue, 5_000).is_empty());
        queue.delivered(&batch);
        let batch = due(&mut queue, 1_999).remove(0);
        assert_eq!(batch.lines, ["5\n"]);
        queue.delivered(&batch);
        assert!(queue.is_empty() && queue.bytes() == 0);
    }

    #[test]
    fn twice_a_batch_waits_and_the_rest_is_not_taken() {
        let mut queue = Queue::default();
        let taken = (0..10).filter(|_| queue.put(place("a"), BOUNDS, at(0), "1234".to_owned())).count();
        assert_eq!(taken, 4);
        assert!(queue.put(place("b"), BOUNDS, at(0), "1234".to_owned()));
        let others = (0..MOST_PLACES).filter(|n| queue.put(place(&n.to_string()), BOUNDS, at(0), String::new()));
        assert_eq!(others.count(), MOST_PLACES - 2);
    }

    #[test]
    fn a_batch_that_fails_is_tried_again_with_growing_pauses_and_then_given_up() {
        let mut queue = Queue::default();
        queue.put(place("a"), BOUNDS, at(0), "1".to_owned());
        let mut now = 1_000;
        let mut batch = due(&mut queue, now).remove(0);
        for pause in [1, 2, 4, 8, 16, 32, 60, 60, 60].map(|s| s * 1_000) {
            assert_eq!(queue.failed(batch, at(now)), Settled::Held);
            assert!(due(&mut queue, now + pause - 1).is_empty());
            now += pause;
            batch = due(&mut queue, now).remove(0);
        }
        assert_eq!(queue.failed(batch, at(now)), Settled::GivenUp(1));
        assert!(queue.is_empty() && queue.bytes() == 0);
    }

    #[test]
    fn at_the_end_everything_is_due_and_nothing_is_tried_again() {
        let mut queue = Queue::default();
        queue.put(place("a"), BOUNDS, at(0), "1".to_owned());
        let held = due(&mut queue, 1_000).remove(0);
        queue.failed(held, at(1_000));
        queue.put(place("b"), BOUNDS, at(0), "2".to_owned());
        assert_eq!(queue.lines(), 2);
        queue.close();
        let all = due(&mut queue, 0);
        assert_eq!(all.len(), 2);
        for batch in all {
            assert_eq!(queue.failed(batch, at(0)), Settled::GivenUp(1));
        }
        assert!(queue.is_empty());
    }
}
