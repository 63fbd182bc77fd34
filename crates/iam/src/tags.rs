//! Tags, alike for everything that bears them.

use model_iam::types as wire;

use crate::Cx;
use crate::entity::{InstanceProfile, ManagedPolicy, MfaDevice, OidcProvider, Role, SamlProvider, Tag, User};
use crate::error::{Result, duplicate_tags, invalid_input, quota};
use crate::paging::{Page, Paged};
use crate::table::Entity;

/// The most tags of one resource.
const MOST: usize = 50;

/// What bears tags.
pub trait Tagged: Entity {
    /// AWS's name for how many it may bear.
    const TAGS: &'static str;

    /// Its tags.
    fn tags(&mut self) -> &mut Vec<Tag>;
}

macro_rules! tagged {
    ($($entity:ident $quota:literal),*) => {
        $(impl Tagged for $entity {
            const TAGS: &'static str = $quota;

            fn tags(&mut self) -> &mut Vec<Tag> {
                &mut self.tags
            }
        })*
    };
}
tagged!(
    User "TagsPerUser",
    Role "TagsPerRole",
    ManagedPolicy "TagsPerPolicy",
    InstanceProfile "TagsPerInstanceProfile",
    MfaDevice "TagsPerVirtualMFADevice",
    OidcProvider "TagsPerOpenIdConnectProvider",
    SamlProvider "TagsPerSAMLProvider"
);

/// The tags of a new resource.
///
/// # Errors
/// `InvalidInput` for keys that occur twice or belong to AWS, `LimitExceeded`.
pub fn new_tags(name: &str, tags: Option<Vec<wire::Tag>>) -> Result<Vec<Tag>> {
    let tags = tags.unwrap_or_default();
    check(&tags)?;
    if tags.len() > MOST {
        return Err(quota(name, MOST));
    }
    Ok(tags.into_iter().map(|tag| Tag { key: tag.key, value: tag.value }).collect())
}

/// Sets tags; one of a known key (in any case) gets its new value.
///
/// # Errors
/// `NoSuchEntity`, `InvalidInput`, `LimitExceeded`, the store's.
pub async fn tag<E: Tagged>(cx: &Cx<'_>, key: &str, tags: Vec<wire::Tag>) -> Result<()> {
    check(&tags)?;
    let set = |entity: &mut E, _: &mut store::Tx| {
        let kept = entity.tags();
        for tag in &tags {
            match kept.iter_mut().find(|old| same(&old.key, &tag.key)) {
                Some(old) => old.value.clone_from(&tag.value),
                None => kept.push(Tag { key: tag.key.clone(), value: tag.value.clone() }),
            }
        }
        if kept.len() > MOST { Err(quota(E::TAGS, MOST)) } else { Ok(()) }
    };
    cx.change(key, set).await.map(drop)
}

/// Takes tags away; keys that are not there do no harm.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn untag<E: Tagged>(cx: &Cx<'_>, key: &str, keys: &[String]) -> Result<()> {
    let take = |entity: &mut E, _: &mut store::Tx| {
        entity.tags().retain(|tag| !keys.iter().any(|key| same(key, &tag.key)));
        Ok(())
    };
    cx.change(key, take).await.map(drop)
}

/// Which page of tags is asked for, by which operation.
pub struct Question<'a> {
    /// The operation.
    pub operation: &'static str,
    /// The resource.
    pub key: &'a str,
    /// `Marker`.
    pub marker: Option<&'a str>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

/// A page of tags, in order of keys.
///
/// # Errors
/// `NoSuchEntity`, `ValidationError`, the store's.
pub async fn list_tags<E: Tagged>(cx: &Cx<'_>, question: Question<'_>) -> Result<Paged<wire::Tag>> {
    let mut entity = cx.find::<E>(question.key).await?.value;
    let query = format!("{} {}", question.operation, question.key);
    let page = Page::read(cx, query, question.marker, question.max_items)?;
    let mut tags = std::mem::take(entity.tags());
    tags.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(page.of(cx, tags, |tag| tag.key.clone()).map(|tag| tag.to_wire()))
}

fn check(tags: &[wire::Tag]) -> Result<()> {
    if tags.iter().any(|tag| tag.key.get(..4).is_some_and(|start| same(start, "aws:"))) {
        // own: AWS's sentence is not known.
        return Err(invalid_input("Tag keys that begin with aws: are reserved for system use."));
    }
    let twice = |(at, tag): (usize, &wire::Tag)| tags.iter().skip(at + 1).any(|other| same(&tag.key, &other.key));
    if tags.iter().enumerate().any(twice) { Err(duplicate_tags()) } else { Ok(()) }
}

/// Whether two keys are one: case does not count.
pub fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
