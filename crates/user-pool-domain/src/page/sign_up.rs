//! `/signup`: registration, where the pool allows it.

use std::collections::BTreeMap;

use aws_types::{AwsError, Secret};
use http::StatusCode;
use oauth2::Params;

use super::{AGAIN, field, is_username, login, username};
use crate::authorization::AuthorizationRequest;
use crate::flow::{self, Flow};
use crate::plan::{Terms, UsernameKind};
use crate::refusal::{Outcome, Refusal, sentence};
use crate::reply::Reply;
use crate::sign_in::{Failed, advance, failed};
use crate::view::{AttributeField, Shell, SignUp, TermsLinks, UsernameField, attribute_field, rules, show};
use crate::visit::Visit;

/// The page.
pub fn get(visit: &Visit<'_>) -> Outcome {
    let auth = authorization(visit)?;
    Ok(page(visit, &auth, AGAIN, (&Params::default(), String::new())))
}

/// The form: to `/confirm` where a code was sent, else signed in.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = authorization(visit)?;
    let form = visit.form()?;
    if !visit.is_own_post(&form) {
        return Ok(page(visit, &auth, StatusCode::FORBIDDEN, (&form, visit.text.stale.to_owned())));
    }
    let (name, password) = (username(&form), field(&form, "password"));
    if !is_username(name) || password.is_empty() {
        return Ok(page(visit, &auth, AGAIN, (&form, visit.text.fields_missing.to_owned())));
    }
    let password = Secret::new(password.to_owned());
    let signed_up = visit.pool.sign_up(visit.cx(auth.client), name, &password, attributes(visit, &form)).await;
    match signed_up {
        Err(error) => Ok(page(visit, &auth, AGAIN, (&form, sentence(visit, error)))),
        Ok(done) if done.confirmed => sign_in(visit, &auth, name, &password).await,
        Ok(done) => {
            let (username, typed, destination) = (done.username, name.to_owned(), done.destination);
            flow::go_on(visit, &auth, Flow::Confirm { username, typed, destination, proven: true, again: false })
        }
    }
}

/// Signs in with a password that was just set.
pub async fn sign_in(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    name: &str,
    password: &Secret<String>,
) -> Outcome {
    match visit.pool.sign_in(visit.cx(auth.client), name, password).await {
        Ok(step) => advance(visit, auth, name, step).await,
        Err(error) => again_at_login(visit, auth, name, error),
    }
}

/// The account stands, the sign-in does not: the person tries it at the sign-in page.
fn again_at_login(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, name: &str, error: AwsError) -> Outcome {
    match failed(visit, auth.client, name, error) {
        Failed::GoOn(flow) => flow::go_on(visit, auth, flow),
        Failed::Again(error) => {
            let shown = login::Shown { username: name.to_owned(), error, ..login::Shown::default() };
            Ok(login::show_login(visit, auth, AGAIN, shown))
        }
    }
}

fn authorization<'a>(visit: &Visit<'a>) -> Result<AuthorizationRequest<'a>, Refusal> {
    let auth = login::authorization(visit)?;
    if !visit.plan.sign_up {
        return Err(Refusal::Page { status: StatusCode::FORBIDDEN, sentence: visit.text.no_sign_up });
    }
    Ok(auth)
}

fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (form, error): (&Params, String),
) -> Reply {
    let tried = Some(field(form, "password")).filter(|password| !password.is_empty());
    let mut shell = Shell::new(visit, visit.text.sign_up_title);
    shell.error = error;
    let view = SignUp {
        shell,
        action: visit.link("/signup", auth),
        login: visit.link("/login", auth),
        username: UsernameField::to_register(visit, username(form)),
        attributes: asked(visit).map(|name| attribute(visit, form, name)).collect(),
        rules: rules(visit.text, &visit.plan.password_policy, tried),
        terms: auth.client.terms.as_ref().and_then(|terms| links(visit, terms)),
    };
    show(visit, auth, status, &view)
}

fn links<'a>(visit: &Visit<'_>, terms: &'a Terms) -> Option<TermsLinks<'a>> {
    let link = |links: &'a BTreeMap<String, String>| {
        links.get(visit.text.cognito_name).or_else(|| links.get("cognito:default")).map(String::as_str)
    };
    Some(TermsLinks { usage: link(&terms.usage)?, privacy: link(&terms.privacy)? })
}

/// The attributes that have a field: the required ones, without the one that the username field holds.
fn asked<'v>(visit: &'v Visit<'_>) -> impl Iterator<Item = &'v str> {
    let is_username = |name: &str| match visit.plan.username_kind {
        UsernameKind::Email => name == "email",
        UsernameKind::Phone => name == "phone_number",
        UsernameKind::Username | UsernameKind::EmailOrPhone => false,
    };
    visit.plan.required_attributes.iter().map(String::as_str).filter(move |name| !is_username(name))
}

fn attribute(visit: &Visit<'_>, form: &Params, name: &str) -> AttributeField {
    let mut shown = AttributeField::new(visit.text, name, field(form, &attribute_field(name)));
    // where either may be the username, the one that is typed there need not be typed again
    let either = visit.plan.username_kind == UsernameKind::EmailOrPhone && matches!(name, "email" | "phone_number");
    shown.required = !either;
    shown
}

/// What was typed into the fields that the page has. A field that it has not is not read.
fn attributes(visit: &Visit<'_>, form: &Params) -> BTreeMap<String, String> {
    let mut given: BTreeMap<String, String> = asked(visit)
        .map(|name| (name.to_owned(), field(form, &attribute_field(name)).trim().to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if visit.plan.username_kind == UsernameKind::EmailOrPhone {
        let name = username(form);
        let kind = if name.contains('@') { "email" } else { "phone_number" };
        if asked(visit).any(|asked| asked == kind) {
            given.entry(kind.to_owned()).or_insert_with(|| name.to_owned());
        }
    }
    given
}
