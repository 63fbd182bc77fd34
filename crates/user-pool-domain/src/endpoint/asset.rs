//! `/assets/{style}/{name}`: the pictures of the pages' styles. They were given by whoever may style the pool; whatever
//! they hold, the browser runs none of it (attack: logo with a script in it).

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use http::{HeaderValue, StatusCode};

use crate::look::Look;
use crate::refusal::{Outcome, Refusal};
use crate::reply::picture;
use crate::visit::Visit;

/// The picture, if a style of this pool names it.
pub async fn answer(visit: &Visit<'_>) -> Outcome {
    let missing = || Refusal::Page { status: StatusCode::NOT_FOUND, sentence: visit.text.no_such_page };
    let parts = visit.request.path.strip_prefix("/assets/").and_then(|rest| rest.split_once('/'));
    let (id, name) = parts.ok_or_else(missing)?;
    let own = visit.plan.clients.get(id).and_then(|client| client.look.as_deref());
    let look = own.or(visit.plan.look.as_deref()).filter(|look| knows(look, id, name)).ok_or_else(missing)?;
    let found = visit.pool.picture(&visit.plan.pool_id, &look.id, name).await.map_err(Refusal::Broken)?;
    let mut reply = picture(found.ok_or_else(missing)?);
    let headers = reply.headers_mut();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    Ok(reply)
}

fn knows(look: &Look, id: &str, name: &str) -> bool {
    look.id == id && look.pictures.contains(name)
}
