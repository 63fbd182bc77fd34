//! ListUsers.
//!
//! Users come in the order of their usernames, those of a filter in the order of the filtered value. `=` and `^=` read
//! an index, never all users. A page may be shorter than its limit although another follows.

use aws_types::AwsError;
use model_cognito_idp::types::{AttributeType, ListUsersRequest, ListUsersResponse, UserType};
use store::Versioned;

use crate::Cx;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::rules::user_filter::{Comparison, UserFilter};
use crate::table::pool_pk;
use crate::table::user::{SEARCH, USER_PREFIX, USERS, by_username, fold, search_key};

const MAX_PAGE: usize = 60;

/// Users of a pool, all or by one attribute.
pub async fn list_users(cx: &Cx<'_>, input: ListUsersRequest) -> Result<ListUsersResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let shown = input.attributes_to_get.unwrap_or_default();
    if shown.iter().any(|name| pool.attribute(name).is_none()) {
        return Err(error::invalid_parameter("One or more requested attributes do not exist in user pool."));
    }
    let text = input.filter.unwrap_or_default();
    let filter = UserFilter::parse(&text)?;
    let limit =
        input.limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| (1..=MAX_PAGE).contains(limit));
    let limit = limit.unwrap_or(MAX_PAGE);
    let query = format!("ListUsers/{}/{text}", pool.id);
    let after = read_token(cx, &query, input.pagination_token.as_deref())?;
    let page = page(cx, &pool, filter.as_ref(), after, limit).await?;
    Ok(ListUsersResponse {
        users: Some(page.users.iter().map(|user| view(user, &shown)).collect()),
        pagination_token: page.next.map(|next| write_token(cx, &query, &next)).transpose()?,
    })
}

/// Where a list goes on: the parts of an index entry, or the sort key alone.
type Position = Vec<String>;

struct Page {
    users: Vec<Versioned<User>>,
    next: Option<Position>,
}

fn read_token(cx: &Cx<'_>, query: &str, token: Option<&str>) -> Result<Option<Position>> {
    let Some(token) = token else { return Ok(None) };
    let key = cx.store().sealer().read_page_token(query, token).ok_or_else(error::invalid_page_token)?;
    serde_json::from_str(&key).map(Some).map_err(|_| error::invalid_page_token())
}

fn write_token(cx: &Cx<'_>, query: &str, position: &Position) -> Result<String> {
    let key = serde_json::to_string(position).map_err(AwsError::internal)?;
    Ok(cx.store().sealer().page_token(query, &key))
}

async fn page(
    cx: &Cx<'_>,
    pool: &UserPool,
    filter: Option<&UserFilter>,
    after: Option<Position>,
    limit: usize,
) -> Result<Page> {
    let after = after.unwrap_or_default();
    let Some(filter) = filter else { return by_place(cx, pool, USER_PREFIX, &after, limit).await };
    if filter.attribute == "username" {
        return by_name(cx, pool, filter, &after, limit).await;
    }
    let index = SEARCH.iter().find(|(attribute, _)| *attribute == filter.attribute).map(|(_, index)| *index);
    let index = index.ok_or_else(error::filter_constraints)?;
    let mut page = by_index(cx, pool, index, filter, (&after, limit)).await?;
    page.users.retain(|user| filter.matches(user));
    Ok(page)
}

async fn by_name(cx: &Cx<'_>, pool: &UserPool, filter: &UserFilter, after: &Position, limit: usize) -> Result<Page> {
    let mut page = match filter.comparison {
        Comparison::Equals => {
            let user = by_username(cx.store(), pool, &filter.value).await?;
            Page { users: user.into_iter().collect(), next: None }
        }
        Comparison::StartsWith => {
            let prefix = format!("{USER_PREFIX}{}", fold(pool, &filter.value));
            by_place(cx, pool, &prefix, after, limit).await?
        }
    };
    page.users.retain(|user| filter.matches(user));
    Ok(page)
}

async fn by_place(cx: &Cx<'_>, pool: &UserPool, prefix: &str, after: &Position, limit: usize) -> Result<Page> {
    let after = after.first().map(String::as_str);
    let mut users = USERS.list(cx.store(), &pool_pk(&pool.id), prefix, after, limit + 1).await?;
    let more = users.len() > limit;
    users.truncate(limit);
    let next = users.last().filter(|_| more).map(|user| vec![user.sk.clone()]);
    Ok(Page { users, next })
}

async fn by_index(
    cx: &Cx<'_>,
    pool: &UserPool,
    index: &str,
    filter: &UserFilter,
    (after, limit): (&Position, usize),
) -> Result<Page> {
    let key = search_key(&pool.id, &filter.value);
    let mut entries = match filter.comparison {
        Comparison::Equals => {
            let after = if let [_, pk, sk] = after.as_slice() { Some((pk.as_str(), sk.as_str())) } else { None };
            let found = cx.store().lookup(index, &key, after, limit + 1).await?;
            found.into_iter().map(|(pk, sk)| (key.clone(), pk, sk)).collect()
        }
        Comparison::StartsWith => {
            let after = match after.as_slice() {
                [key, pk, sk] => Some((key.as_str(), pk.as_str(), sk.as_str())),
                _ => None,
            };
            cx.store().lookup_range(index, &key, after, limit + 1).await?
        }
    };
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(|(key, pk, sk)| vec![key.clone(), pk.clone(), sk.clone()]);
    let mut users = Vec::with_capacity(entries.len());
    for (_, pk, sk) in &entries {
        users.extend(USERS.get(cx.store(), pk, sk).await?);
    }
    Ok(Page { users, next })
}

fn view(user: &User, shown: &[String]) -> UserType {
    let mut view = user.to_wire();
    if !shown.is_empty() {
        let wanted = |attribute: &AttributeType| shown.contains(&attribute.name);
        view.attributes = view.attributes.map(|list| list.into_iter().filter(wanted).collect());
    }
    view
}
