//! A walk over all versions of a bucket's keys: the current ones and, beside them, the former ones, merged by key.

use std::collections::VecDeque;

use aws_types::AwsError;

use crate::Cx;
use crate::entity::{Bucket, Object, Version};
use crate::table::{OBJECTS, VERSIONS, object, objects_pk, versions_of, versions_pk};
use crate::versions::{self, Found};

/// Where a walk goes on: behind a version, or behind all of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The key.
    pub key: String,
    /// The version.
    pub version: Option<String>,
}

/// What a walk finds.
pub enum Entry {
    /// Keys that hold the delimiter, as one.
    Prefix(String),
    /// A version.
    Version {
        /// As it is kept.
        object: Box<Object>,
        /// Whether it is the newest of its key.
        latest: bool,
        /// Whether it is a delete marker.
        marker: bool,
    },
}

/// What is asked.
pub struct Listing<'a> {
    /// Keys begin with this.
    pub prefix: &'a str,
    /// Keys that hold it after the prefix are rolled up.
    pub delimiter: Option<&'a str>,
    /// Versions come after this.
    pub after: Option<Marker>,
    /// Entries in all.
    pub limit: usize,
}

/// What was found.
#[derive(Default)]
pub struct Page {
    /// In order.
    pub entries: Vec<Entry>,
    /// Where the next page begins.
    pub next: Option<Marker>,
}

/// Items read at a time.
const BATCH: usize = 200;
/// Behind every text that begins alike.
const LAST: char = '\u{10FFFF}';

impl Listing<'_> {
    /// Walks.
    ///
    /// # Errors
    /// The store's.
    pub async fn run(self, cx: &Cx<'_>, bucket: &Bucket) -> Result<Page, AwsError> {
        let mut page = Page::default();
        if self.limit == 0 {
            return Ok(page);
        }
        let mut walk = Walk::begin(cx, bucket, self.prefix, self.after.as_ref()).await?;
        // A page that ended with a rolled-up prefix goes on behind all of its keys.
        if let Some(rolled) =
            self.after.as_ref().and_then(|after| self.rolled_up(&after.key).filter(|r| *r == after.key))
        {
            walk.jump(&rolled);
        }
        let mut last = None;
        while let Some((object, marker, latest)) = walk.next(cx).await? {
            if page.entries.len() == self.limit {
                page.next = last;
                return Ok(page);
            }
            if let Some(rolled) = self.rolled_up(&object.key) {
                walk.jump(&rolled);
                last = Some(Marker { key: rolled.clone(), version: None });
                page.entries.push(Entry::Prefix(rolled));
            } else {
                last = Some(Marker { key: object.key.clone(), version: Some(object.version().to_owned()) });
                page.entries.push(Entry::Version { object: Box::new(object), latest, marker });
            }
        }
        Ok(page)
    }

    fn rolled_up(&self, key: &str) -> Option<String> {
        let delimiter = self.delimiter?;
        let (head, _) = key.strip_prefix(self.prefix)?.split_once(delimiter)?;
        Some(format!("{}{head}{delimiter}", self.prefix))
    }
}

/// Both streams, and how far they were read.
struct Walk<'a> {
    bucket: &'a Bucket,
    prefix: &'a str,
    current: VecDeque<Object>,
    former: VecDeque<(String, Version)>,
    after_current: Option<String>,
    after_former: Option<String>,
    current_ended: bool,
    former_ended: bool,
    /// The key whose newest version was told already.
    told: Option<String>,
}

impl<'a> Walk<'a> {
    async fn begin(cx: &Cx<'_>, bucket: &'a Bucket, prefix: &'a str, after: Option<&Marker>) -> Result<Self, AwsError> {
        let mut walk = Self {
            bucket,
            prefix,
            current: VecDeque::new(),
            former: VecDeque::new(),
            after_current: after.map(|after| after.key.clone()),
            after_former: after.map(|after| format!("{}{LAST}", versions_of(&after.key))),
            current_ended: false,
            former_ended: false,
            told: after.map(|after| after.key.clone()),
        };
        let Some(Marker { key, version: Some(version) }) = after else { return Ok(walk) };
        walk.after_former = match versions::find(cx, bucket, key, Some(version)).await {
            Ok(Some(Found::Current(_)) | None) => Some(versions_of(key)),
            Ok(Some(Found::Former(former))) => Some(former.sk),
            // It went meanwhile: what was above it was told, and all else of the key comes again.
            Err(error) if error.code == "NoSuchVersion" && object(cx.store(), bucket, key).await?.is_none() => {
                Some(versions_of(key))
            }
            Err(error) if error.internal.is_none() => Some(format!("{}{LAST}", versions_of(key))),
            Err(error) => return Err(error),
        };
        Ok(walk)
    }

    /// Goes on behind every key that begins with this.
    fn jump(&mut self, rolled: &str) {
        let behind = format!("{rolled}{LAST}");
        self.current.retain(|object| !object.key.starts_with(rolled));
        self.former.retain(|(_, version)| !version.object.key.starts_with(rolled));
        for after in [&mut self.after_current, &mut self.after_former] {
            if after.as_ref().is_none_or(|after| *after < behind) {
                *after = Some(behind.clone());
            }
        }
    }

    /// The next version, whether it is a delete marker, whether it is its key's newest.
    async fn next(&mut self, cx: &Cx<'_>) -> Result<Option<(Object, bool, bool)>, AwsError> {
        self.fill(cx).await?;
        let current_first = match (self.current.front(), self.former.front()) {
            (None, None) => return Ok(None),
            (Some(current), Some((_, former))) => current.key <= former.object.key,
            (current, _) => current.is_some(),
        };
        if current_first {
            let Some(object) = self.current.pop_front() else { return Ok(None) };
            self.told = Some(object.key.clone());
            return Ok(Some((object, false, true)));
        }
        let Some((_, version)) = self.former.pop_front() else { return Ok(None) };
        let latest = self.told.as_ref() != Some(&version.object.key);
        self.told = Some(version.object.key.clone());
        Ok(Some((version.object, version.marker, latest)))
    }

    async fn fill(&mut self, cx: &Cx<'_>) -> Result<(), AwsError> {
        if self.current.is_empty() && !self.current_ended {
            let pk = objects_pk(self.bucket);
            let after = self.after_current.as_deref();
            let found = OBJECTS.list(cx.store(), &pk, self.prefix, after, BATCH).await?;
            self.current_ended = found.len() < BATCH;
            self.after_current = found.last().map(|last| last.sk.clone()).or(self.after_current.take());
            self.current = found.into_iter().map(|object| object.value).collect();
        }
        if self.former.is_empty() && !self.former_ended {
            let pk = versions_pk(self.bucket);
            let after = self.after_former.as_deref();
            let found = VERSIONS.list(cx.store(), &pk, self.prefix, after, BATCH).await?;
            self.former_ended = found.len() < BATCH;
            self.after_former = found.last().map(|last| last.sk.clone()).or(self.after_former.take());
            self.former = found.into_iter().map(|version| (version.sk, version.value)).collect();
        }
        Ok(())
    }
}
