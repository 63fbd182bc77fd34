//! Events in the order of their time, of a stream or of all streams of a group. Chunks overlap, so the best events so far
//! are kept until no further chunk can hold better ones; what is held is bounded by what an answer may hold.

use std::collections::BTreeMap;

use store::Store;

use crate::append::SPAN_MS;
use crate::entity::{Chunk, EVENT_OVERHEAD, Kept};
use crate::error::Result;
use crate::table::{BACK, CHUNKS, FORWARD, Scope, ahead, behind, span_ahead, span_behind};

/// Most bytes of events in an answer (API reference, GetLogEvents).
const MAX_BYTES: usize = 1024 * 1024;
/// Chunks that one call opens before it answers what it has.
const MAX_CHUNKS: usize = 400;
/// Entries of an index that are read at a time.
const ENTRIES: usize = 256;

/// Where an event stands among all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Its time.
    pub at: i64,
    /// Its stream's id.
    pub stream: u64,
    /// Its number there.
    pub n: u64,
}

impl Position {
    /// Before all events of a time.
    pub const fn before(at: i64) -> Self {
        Self { at, stream: 0, n: 0 }
    }

    /// After all events of a time.
    pub const fn after(at: i64) -> Self {
        Self { at, stream: u64::MAX, n: u64::MAX }
    }

    /// 56 digits, as event ids have them.
    pub fn digits(self) -> String {
        format!("{:014}{:020}{:022}", self.at.max(0), self.stream, self.n)
    }

    /// What [`Self::digits`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 56 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (at, rest) = text.split_at_checked(14)?;
        let (stream, n) = rest.split_at_checked(20)?;
        Some(Self { at: at.parse().ok()?, stream: stream.parse().ok()?, n: n.parse().ok()? })
    }
}

/// Which way to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Earliest first.
    Forward,
    /// Latest first.
    Back,
}

/// What is wanted.
pub struct Question<'a> {
    /// Whose events.
    pub scope: Scope,
    /// Not before this time.
    pub from: i64,
    /// Not at this time or later.
    pub until: i64,
    /// Beyond this event, in the direction.
    pub beyond: Option<Position>,
    /// Which way.
    pub direction: Direction,
    /// At most so many.
    pub limit: usize,
    /// Streams by name.
    pub streams: &'a (dyn Fn(&str) -> bool + Send + Sync),
    /// Events by message.
    pub events: &'a (dyn Fn(&str) -> bool + Send + Sync),
}

/// An event that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its stream.
    pub stream: String,
    /// The event.
    pub event: Kept,
}

/// What was found.
#[derive(Debug)]
pub struct Page {
    /// Earliest first, whichever way they were read.
    pub events: Vec<(Position, Found)>,
    /// Where to read on; none where all was seen.
    pub next: Option<Position>,
}

/// The best events so far.
struct Best<'q> {
    question: &'q Question<'q>,
    events: BTreeMap<Position, Found>,
    bytes: usize,
    /// Worse ones were left out.
    full: bool,
}

impl Question<'_> {
    fn wants(&self, position: Position) -> bool {
        let beyond = self.beyond.is_none_or(|beyond| match self.direction {
            Direction::Forward => position > beyond,
            Direction::Back => position < beyond,
        });
        beyond && (self.from..self.until).contains(&position.at)
    }

    /// Whether a chunk may hold anything that is wanted.
    fn may_hold(&self, (first, last): (i64, i64)) -> bool {
        let beyond = self.beyond.is_none_or(|beyond| match self.direction {
            Direction::Forward => last >= beyond.at,
            Direction::Back => first <= beyond.at,
        });
        beyond && last >= self.from && first < self.until
    }

    /// The time from which on chunks are looked at, and the key before them.
    fn start(&self) -> (i64, String) {
        let scope = self.scope.key();
        match self.direction {
            Direction::Forward => {
                let at = self.beyond.map_or(self.from, |beyond| beyond.at.max(self.from));
                (at, format!("{scope}{}", ahead(at.saturating_sub(SPAN_MS))))
            }
            Direction::Back => {
                let at = self.beyond.map_or(self.until, |beyond| beyond.at.min(self.until));
                (at, format!("{scope}{}", behind(at.saturating_add(SPAN_MS))))
            }
        }
    }
}

impl Best<'_> {
    fn add(&mut self, chunk: Chunk) {
        if !(self.question.streams)(&chunk.name) {
            return;
        }
        for event in chunk.events {
            let position = Position { at: event.t, stream: chunk.stream, n: event.n };
            if self.question.wants(position) && (self.question.events)(&event.m) {
                self.bytes += event.m.len() + EVENT_OVERHEAD;
                self.events.insert(position, Found { stream: chunk.name.clone(), event });
                self.trim();
            }
        }
    }

    fn trim(&mut self) {
        while self.events.len() > self.question.limit || (self.bytes > MAX_BYTES && self.events.len() > 1) {
            let worst = match self.question.direction {
                Direction::Forward => self.events.pop_last(),
                Direction::Back => self.events.pop_first(),
            };
            let Some((_, worst)) = worst else { return };
            self.bytes -= worst.event.m.len() + EVENT_OVERHEAD;
            self.full = true;
        }
    }

    /// Whether no chunk that begins (or, backwards, ends) at `edge` or beyond can hold better events.
    fn is_settled(&self, edge: i64) -> bool {
        let worst = match self.question.direction {
            Direction::Forward => self.events.last_key_value().map(|(position, _)| edge > position.at),
            Direction::Back => self.events.first_key_value().map(|(position, _)| edge < position.at),
        };
        self.full && worst.unwrap_or(false)
    }

    /// All that is known to be complete when the next chunk begins (or ends) at `edge`.
    fn cut(mut self, edge: i64) -> Page {
        let next = match self.question.direction {
            Direction::Forward => {
                self.events.split_off(&Position::before(edge));
                Position::after(edge.saturating_sub(1))
            }
            Direction::Back => {
                self.events = self.events.split_off(&Position::after(edge));
                Position::before(edge.saturating_add(1))
            }
        };
        Page { events: self.events.into_iter().collect(), next: Some(next) }
    }

    fn end(self) -> Page {
        let last = match self.question.direction {
            Direction::Forward => self.events.last_key_value(),
            Direction::Back => self.events.first_key_value(),
        };
        let next = last.map(|(position, _)| *position).filter(|_| self.full);
        Page { events: self.events.into_iter().collect(), next }
    }
}

/// Reads events.
///
/// # Errors
/// The store's.
pub async fn read(store: &Store, question: &Question<'_>) -> Result<Page> {
    let (index, span) = match question.direction {
        Direction::Forward => (FORWARD, span_ahead as fn(&str) -> Option<(i64, i64)>),
        Direction::Back => (BACK, span_behind as fn(&str) -> Option<(i64, i64)>),
    };
    let (scope, (start, first_key)) = (question.scope.key(), question.start());
    let mut best = Best { question, events: BTreeMap::new(), bytes: 0, full: false };
    let mut after = (first_key, String::new(), String::new());
    let mut opened = 0;
    loop {
        let from = (after.0.as_str(), after.1.as_str(), after.2.as_str());
        let entries = store.lookup_range(index, &scope, Some(from), ENTRIES).await?;
        let Some(last) = entries.last().cloned() else { return Ok(best.end()) };
        for (key, pk, sk) in &entries {
            let Some((first, last)) = span(key) else { continue };
            let (edge, passed) = match question.direction {
                Direction::Forward => (first, first >= question.until),
                Direction::Back => (last, last < question.from),
            };
            if passed || best.is_settled(edge) {
                return Ok(best.end());
            }
            if !question.may_hold((first, last)) {
                continue;
            }
            let progress = if question.direction == Direction::Forward { edge > start } else { edge < start };
            if opened >= MAX_CHUNKS && progress {
                return Ok(best.cut(edge));
            }
            opened += 1;
            // One that goes meanwhile is left out.
            if let Some(chunk) = CHUNKS.get(store, pk, sk).await? {
                best.add(chunk.value);
            }
        }
        after = last;
    }
}
