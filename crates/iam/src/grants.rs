//! What users, groups and roles are granted, alike for all three: inline policies, attached policies, boundaries.

use aws_types::AwsError;
use store::{Tx, Versioned, retry};

use crate::Cx;
use crate::aws_managed;
use crate::entity::{Grants, Group, ManagedPolicy, Role, User, arn_name, arn_path};
use crate::error::{
    Result, concurrent, limit_exceeded, no_such_entity, no_such_policy, not_attachable, protected_role, quota,
};
use crate::paging::{Page, Paged};
use crate::policy::{self, Document};
use crate::table::{Entity, attached_counter, boundary_counter};

/// The most managed policies on one principal.
const MOST_ATTACHED: usize = 10;

/// What can be granted something.
pub trait Holder: Entity {
    /// As sentences name it: `user`.
    const KIND: &'static str;
    /// AWS's name for how many policies may be attached.
    const ATTACHED: &'static str;
    /// Characters of all its inline documents together, blanks not counted.
    const INLINE_SIZE: usize;

    /// What it was granted.
    fn grants(&self) -> &Grants;

    /// What it was granted, to be changed.
    fn grants_mut(&mut self) -> &mut Grants;

    /// Its name as made.
    fn name(&self) -> &str;

    /// Whether its account may change what it is granted.
    ///
    /// # Errors
    /// `UnmodifiableEntity` of a service-linked role.
    fn may_change(&self) -> Result<()>;
}

macro_rules! holder {
    ($($entity:ident $kind:literal $quota:literal $size:literal),*) => {
        $(impl Holder for $entity {
            const KIND: &'static str = $kind;
            const ATTACHED: &'static str = $quota;
            const INLINE_SIZE: usize = $size;

            fn grants(&self) -> &Grants {
                &self.grants
            }

            fn grants_mut(&mut self) -> &mut Grants {
                &mut self.grants
            }

            fn name(&self) -> &str {
                &self.name
            }

            fn may_change(&self) -> Result<()> {
                check_service_link(self)
            }
        })*
    };
}
holder!(
    User "user" "PoliciesPerUser" 2_048,
    Group "group" "PoliciesPerGroup" 5_120,
    Role "role" "PoliciesPerRole" 10_240
);

/// What a service owns.
trait ServiceLink {
    /// Its name where a service owns it.
    fn owned_name(&self) -> Option<&str> {
        None
    }
}

impl ServiceLink for User {}
impl ServiceLink for Group {}

impl ServiceLink for Role {
    fn owned_name(&self) -> Option<&str> {
        self.service.as_ref().map(|_| self.name.as_str())
    }
}

fn check_service_link(holder: &impl ServiceLink) -> Result<()> {
    holder.owned_name().map_or(Ok(()), |name| Err(protected_role(name)))
}

/// What may have a permission boundary.
pub trait Bounded: Holder {
    /// ARN of its boundary.
    fn boundary(&mut self) -> &mut Option<String>;
}

impl Bounded for User {
    fn boundary(&mut self) -> &mut Option<String> {
        &mut self.boundary
    }
}

impl Bounded for Role {
    fn boundary(&mut self) -> &mut Option<String> {
        &mut self.boundary
    }
}

/// Sets an inline policy.
///
/// # Errors
/// `NoSuchEntity`, `MalformedPolicyDocument`, `LimitExceeded`, the store's.
pub async fn put_inline<H: Holder>(cx: &Cx<'_>, holder: &str, name: &str, document: &str) -> Result<()> {
    cx.find::<H>(holder).await?;
    policy::check(Document::Identity, document)?;
    let put = |holder: &mut H, _: &mut Tx| {
        holder.may_change()?;
        holder.grants_mut().inline.insert(name.to_owned(), document.to_owned());
        let size: usize = holder.grants().inline.values().map(|document| policy::size(document)).sum();
        if size > H::INLINE_SIZE {
            return Err(inline_too_long::<H>(holder.name()));
        }
        Ok(())
    };
    cx.change(holder, put).await.map(drop)
}

/// The holder's name and an inline policy's document.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn get_inline<H: Holder>(cx: &Cx<'_>, holder: &str, name: &str) -> Result<(String, String)> {
    let found = cx.find::<H>(holder).await?;
    let document = found.grants().inline.get(name).ok_or_else(|| no_inline::<H>(name))?;
    Ok((found.name().to_owned(), document.clone()))
}

/// Takes an inline policy away.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn delete_inline<H: Holder>(cx: &Cx<'_>, holder: &str, name: &str) -> Result<()> {
    let delete = |holder: &mut H, _: &mut Tx| {
        holder.may_change()?;
        holder.grants_mut().inline.remove(name).map(drop).ok_or_else(|| no_inline::<H>(name))
    };
    cx.change(holder, delete).await.map(drop)
}

/// Which page of a holder's policies is asked for, by which operation.
pub struct Question<'a> {
    /// The operation.
    pub operation: &'static str,
    /// The holder.
    pub holder: &'a str,
    /// `PathPrefix`, for attached policies.
    pub path_prefix: Option<&'a str>,
    /// `Marker`.
    pub marker: Option<&'a str>,
    /// `MaxItems`.
    pub max_items: Option<i32>,
}

impl Question<'_> {
    fn page(&self, cx: &Cx<'_>) -> Result<Page> {
        let query = format!("{} {} {}", self.operation, self.holder, self.path_prefix.unwrap_or_default());
        Page::read(cx, query, self.marker, self.max_items)
    }
}

/// A page of names of inline policies, in order.
///
/// # Errors
/// `NoSuchEntity`, `ValidationError`, the store's.
pub async fn list_inline<H: Holder>(cx: &Cx<'_>, question: Question<'_>) -> Result<Paged<String>> {
    let holder = cx.find::<H>(question.holder).await?;
    let names = holder.grants().inline.keys().cloned().collect();
    Ok(question.page(cx)?.of(cx, names, String::clone))
}

/// A page of ARNs of attached policies, in order of names.
///
/// # Errors
/// `NoSuchEntity`, `ValidationError`, the store's.
pub async fn list_attached<H: Holder>(cx: &Cx<'_>, question: Question<'_>) -> Result<Paged<String>> {
    let holder = cx.find::<H>(question.holder).await?;
    let prefix = question.path_prefix.unwrap_or_default();
    let mut arns: Vec<String> = holder.grants().attached.clone();
    arns.retain(|arn| arn_path(arn).starts_with(prefix));
    let key = |arn: &String| format!("{} {arn}", arn_name(arn));
    arns.sort_by_key(key);
    Ok(question.page(cx)?.of(cx, arns, key))
}

/// Attaches a managed policy; one that is attached already stays so.
///
/// # Errors
/// `NoSuchEntity`, `LimitExceeded`, the store's.
pub async fn attach<H: Holder>(cx: &Cx<'_>, holder: &str, arn: &str) -> Result<()> {
    retry(cx.store(), || async {
        let current = cx.find::<H>(holder).await?;
        current.may_change()?;
        let policy = policy_for_use(cx, arn).await?;
        let mut changed = current.value.clone();
        let attached = &mut changed.grants_mut().attached;
        if attached.iter().any(|other| other == arn) {
            return Ok(());
        }
        if attached.len() >= MOST_ATTACHED {
            return Err(quota(H::ATTACHED, MOST_ATTACHED));
        }
        attached.push(arn.to_owned());
        let mut tx = Tx::new();
        H::TABLE.update(&mut tx, &current, &changed, changed.index())?;
        count_use(cx, &mut tx, policy.as_ref(), &attached_counter(cx.account(), arn))?;
        cx.commit(tx, &current.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}

/// Detaches a managed policy.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn detach<H: Holder>(cx: &Cx<'_>, holder: &str, arn: &str) -> Result<()> {
    let counter = attached_counter(cx.account(), arn);
    let detach = |holder: &mut H, tx: &mut Tx| {
        holder.may_change()?;
        let attached = &mut holder.grants_mut().attached;
        let at = attached.iter().position(|other| other == arn).ok_or_else(|| no_such_policy(arn))?;
        attached.remove(at);
        tx.add(&counter, -1, None, None);
        Ok(())
    };
    cx.change(holder, detach).await.map(drop)
}

/// Sets a permission boundary, in place of the one that was.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn put_boundary<B: Bounded>(cx: &Cx<'_>, holder: &str, arn: &str) -> Result<()> {
    retry(cx.store(), || async {
        let current = cx.find::<B>(holder).await?;
        current.may_change()?;
        let policy = policy_for_use(cx, arn).await?;
        let (mut changed, mut tx) = (current.value.clone(), Tx::new());
        let before = changed.boundary().replace(arn.to_owned());
        B::TABLE.update(&mut tx, &current, &changed, changed.index())?;
        if let Some(before) = before {
            tx.add(&boundary_counter(cx.account(), &before), -1, None, None);
        }
        count_use(cx, &mut tx, policy.as_ref(), &boundary_counter(cx.account(), arn))?;
        cx.commit(tx, &current.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}

/// Takes the permission boundary away.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn delete_boundary<B: Bounded>(cx: &Cx<'_>, holder: &str) -> Result<()> {
    let delete = |bounded: &mut B, tx: &mut Tx| {
        bounded.may_change()?;
        // own: AWS's sentence is not known.
        let missing = || no_such_entity(format_args!("The {} {holder} has no permissions boundary.", B::KIND));
        let before = bounded.boundary().take().ok_or_else(missing)?;
        tx.add(&boundary_counter(cx.account(), &before), -1, None, None);
        Ok(())
    };
    cx.change(holder, delete).await.map(drop)
}

/// The account's policy of that ARN, none where it is one of AWS's.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn policy_for_use(cx: &Cx<'_>, arn: &str) -> Result<Option<Versioned<ManagedPolicy>>> {
    if aws_managed::find(arn).is_some() {
        return Ok(None);
    }
    cx.get::<ManagedPolicy>(arn).await?.map(Some).ok_or_else(|| not_attachable(arn))
}

/// Counts one more use of a policy and keeps it from being deleted meanwhile.
///
/// # Errors
/// The store's.
pub fn count_use(cx: &Cx<'_>, tx: &mut Tx, policy: Option<&Versioned<ManagedPolicy>>, counter: &str) -> Result<()> {
    if let Some(policy) = policy {
        cx.touch(tx, policy)?;
    }
    tx.add(counter, 1, None, None);
    Ok(())
}

/// No such inline policy. (field)
fn no_inline<H: Holder>(name: &str) -> AwsError {
    no_such_entity(format_args!("The {} policy with name {name} cannot be found.", H::KIND))
}

/// Inline documents over the bound. (field)
fn inline_too_long<H: Holder>(name: &str) -> AwsError {
    limit_exceeded(format_args!("Maximum policy size of {} bytes exceeded for {} {name}", H::INLINE_SIZE, H::KIND))
}
