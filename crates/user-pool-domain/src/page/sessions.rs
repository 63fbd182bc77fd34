//! `/sessions`: where somebody is signed in, and how to end that. Cognito has no such page.
//!
//! With `client_id` and `redirect_uri`, somebody who is not signed in is led to the sign-in page and back.

use aws_types::Timestamp;
use http::StatusCode;
use oauth2::Params;

use super::{AGAIN, error, field};
use crate::authorization::Purpose;
use crate::cookie;
use crate::ports::{Access, AccessKind, SignedIn};
use crate::refusal::{Outcome, Refusal};
use crate::reply::{Reply, redirect, with_cookie};
use crate::view::{AccessGroup, AccessRow, Sessions, Shell, show_plain};
use crate::visit::Visit;

/// The longest part of a browser's name that is shown.
const MAX_NAME: usize = 120;
/// The longest id that is looked up.
const MAX_ID: usize = 2048;

/// The page.
pub async fn get(visit: &Visit<'_>) -> Outcome {
    match visit.session().await.map_err(Refusal::Broken)? {
        Some(_) => page(visit, AGAIN, (String::new(), String::new())).await,
        None => sign_in(visit),
    }
}

/// The form: ends one, or all.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let form = visit.form()?;
    let Some(user) = visit.session().await.map_err(Refusal::Broken)? else { return sign_in(visit) };
    if !visit.is_own_post(&form) {
        return page(visit, StatusCode::FORBIDDEN, (visit.text.stale.to_owned(), String::new())).await;
    }
    if form.once("everywhere").ok().flatten().is_some() {
        visit.pool.end_all(&visit.plan.pool_id, &user).await.map_err(Refusal::Broken)?;
        return Ok(signed_out(visit));
    }
    end(visit, &user, &form).await
}

async fn end(visit: &Visit<'_>, user: &SignedIn, form: &Params) -> Outcome {
    let access = field(form, "end").split_once(':').and_then(|(kind, id)| Some((kind_of(kind)?, id)));
    let Some(access) = access.filter(|(_, id)| (1..=MAX_ID).contains(&id.len())) else {
        return page(visit, AGAIN, (visit.text.session_gone.to_owned(), String::new())).await;
    };
    let ended = visit.pool.end_access(&visit.plan.pool_id, user, access).await.map_err(Refusal::Broken)?;
    if visit.session().await.map_err(Refusal::Broken)?.is_none() {
        return Ok(signed_out(visit));
    }
    let text = visit.text;
    let said = if ended {
        (String::new(), text.session_ended.to_owned())
    } else {
        (text.session_gone.to_owned(), String::new())
    };
    page(visit, AGAIN, said).await
}

fn signed_out(visit: &Visit<'_>) -> Reply {
    let reply = error::told(visit, StatusCode::OK, visit.text.signed_out_title, visit.text.signed_out);
    with_cookie(reply, &cookie::clear(&visit.cookies.session))
}

/// To the sign-in page of the client that the query names; without one there is nothing to sign in at.
fn sign_in(visit: &Visit<'_>) -> Outcome {
    if visit.query()?.iter().next().is_none() {
        return Err(Refusal::Page { status: StatusCode::FORBIDDEN, sentence: visit.text.sessions_need });
    }
    let auth = visit.authorization_for(Purpose::Sessions)?;
    Ok(redirect(&visit.link("/login", &auth)))
}

async fn page(visit: &Visit<'_>, status: StatusCode, (error, notice): (String, String)) -> Outcome {
    let id = visit.session_id().unwrap_or_default();
    let found = visit.pool.accesses(&visit.plan.pool_id, id).await.map_err(Refusal::Broken)?;
    let Some(accesses) = found else { return sign_in(visit) };
    let shell = Shell { error, notice, ..Shell::new(visit, visit.text.sessions_title) };
    let groups = groups(visit, &accesses);
    let query = if visit.request.query.is_empty() { String::new() } else { format!("?{}", visit.request.query) };
    let view = Sessions { shell, action: format!("{}{query}", visit.path("/sessions")), groups };
    Ok(show_plain(visit, status, &view, None))
}

fn groups(visit: &Visit<'_>, accesses: &[Access]) -> Vec<AccessGroup> {
    let text = visit.text;
    let kinds = [
        (AccessKind::Browser, text.sessions_browsers, text.session_end),
        (AccessKind::Application, text.sessions_apps, text.session_end),
        (AccessKind::Device, text.sessions_devices, text.session_remove),
        (AccessKind::Passkey, text.sessions_passkeys, text.session_remove),
    ];
    let group = |(kind, title, button)| {
        let rows: Vec<_> =
            accesses.iter().filter(|access| access.kind == kind).map(|access| row(visit, access)).collect();
        let always = matches!(kind, AccessKind::Browser | AccessKind::Application);
        (always || !rows.is_empty()).then_some(AccessGroup { title, button, rows })
    };
    kinds.into_iter().filter_map(group).collect()
}

fn row(visit: &Visit<'_>, access: &Access) -> AccessRow {
    let name = match access.kind {
        AccessKind::Browser => browser(&access.name).unwrap_or_else(|| visit.text.unknown_browser.to_owned()),
        _ => access.name.chars().take(MAX_NAME).collect(),
    };
    let at = Timestamp::from_secs(access.since_s).iso8601();
    let day = format!("{} {} UTC", at.get(..10).unwrap_or_default(), at.get(11..16).unwrap_or_default());
    AccessRow {
        name,
        since: crate::text::fill(visit.text.session_since, &day),
        note: if access.current { visit.text.session_this } else { "" },
        value: format!("{}:{}", kind_name(access.kind), access.id),
    }
}

/// `Firefox, Linux` of a `User-Agent`: enough for its owner to know it again.
fn browser(user_agent: &str) -> Option<String> {
    // the order matters: each of these names the ones after it as well
    let browsers = ["Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari", "curl"];
    let systems = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux"];
    let find = |names: &[&'static str]| names.iter().copied().find(|name| user_agent.contains(name));
    let browser = match find(&browsers)? {
        "Edg" => "Edge",
        "OPR" => "Opera",
        "SamsungBrowser" => "Samsung Internet",
        other => other,
    };
    let system = match find(&systems) {
        Some("Mac OS X") => Some("macOS"),
        Some("CrOS") => Some("ChromeOS"),
        other => other,
    };
    Some(system.map_or_else(|| browser.to_owned(), |system| format!("{browser}, {system}")))
}

const fn kind_name(kind: AccessKind) -> &'static str {
    match kind {
        AccessKind::Browser => "browser",
        AccessKind::Application => "application",
        AccessKind::Device => "device",
        AccessKind::Passkey => "passkey",
    }
}

fn kind_of(name: &str) -> Option<AccessKind> {
    let kinds = [AccessKind::Browser, AccessKind::Application, AccessKind::Device, AccessKind::Passkey];
    kinds.into_iter().find(|kind| kind_name(*kind) == name)
}
