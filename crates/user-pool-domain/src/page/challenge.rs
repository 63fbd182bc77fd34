//! `/mfa`: what the pool asks between two steps of a sign-in: a code, a choice, a passkey.

use std::collections::BTreeMap;

use aws_types::{AwsError, Fault};
use http::StatusCode;
use oauth2::Params;

use super::{AGAIN, begin_again, ends_session, field, login};
use crate::authorization::AuthorizationRequest;
use crate::cookie::{self, DEVICE_AGE_S};
use crate::flow::{self, Flow};
use crate::plan::Remember;
use crate::ports::AuthStep;
use crate::refusal::{Outcome, Refusal, sentence};
use crate::reply::{Reply, with_cookie};
use crate::sign_in::{advance, names, sign_in_sentence};
use crate::text::Texts;
use crate::view::{Choice, Code, Factor, Passkey, Shell, show, show_with_script};
use crate::visit::Visit;

/// The challenge that the step before left.
struct Pending {
    username: String,
    session: String,
    ask: Ask,
}

/// What is asked.
enum Ask {
    /// A code, and how its answer is called.
    Code { name: String, member: &'static str, destination: Option<String> },
    /// One of several challenges, or of several second factors.
    Choice { name: String, options: Vec<String> },
    /// A passkey; the browser's options.
    Passkey { options: String },
}

/// Challenges that take a code, and the members their answers go by.
const CODES: [(&str, &str); 4] = [
    ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"),
    ("SMS_MFA", "SMS_MFA_CODE"),
    ("EMAIL_OTP", "EMAIL_OTP_CODE"),
    ("SMS_OTP", "SMS_OTP_CODE"),
];

/// The page; without a challenge, the sign-in page.
pub fn get(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    match pending(visit, &auth)? {
        Some(pending) => Ok(page(visit, &auth, AGAIN, (&pending, String::new()))),
        None => Ok(begin_again(visit, &auth)),
    }
}

/// The form: answers the challenge.
pub async fn post(visit: &Visit<'_>) -> Outcome {
    let auth = login::authorization(visit)?;
    let form = visit.form()?;
    let Some(pending) = pending(visit, &auth)? else { return Ok(begin_again(visit, &auth)) };
    if !visit.is_own_post(&form) {
        return Ok(page(visit, &auth, StatusCode::FORBIDDEN, (&pending, visit.text.stale.to_owned())));
    }
    let Some((name, responses)) = answer(&pending.ask, &form) else {
        return Ok(page(visit, &auth, AGAIN, (&pending, visit.text.fields_missing.to_owned())));
    };
    match visit.pool.respond(visit.cx(auth.client), name, &pending.session, responses).await {
        Ok(step) => finish(visit, &auth, (&pending, &form), step).await,
        Err(error) if ends_session(&error) => Ok(begin_again(visit, &auth)),
        Err(error) => {
            let sentence = refused(visit, &auth, &pending.ask, error);
            Ok(page(visit, &auth, AGAIN, (&pending, sentence)))
        }
    }
}

/// Goes on; a browser whose person has just given a second factor may be remembered.
async fn finish(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    (pending, form): (&Pending, &Params),
    step: AuthStep,
) -> Outcome {
    let wanted = match visit.plan.remember {
        Remember::No => false,
        Remember::Asked => form.once("rememberDevice").ok().flatten().is_some(),
        Remember::Always => true,
    };
    let user = match &step {
        AuthStep::SignedIn(user) if wanted && pending.ask.is_second_factor() => Some(user.clone()),
        _ => None,
    };
    let reply = advance(visit, auth, &pending.username, step).await?;
    let Some(user) = user else { return Ok(reply) };
    // the sign-in stands, whether or not the device can be kept
    match visit.pool.remember_browser(visit.cx(auth.client), &user).await {
        Ok(device) => {
            let cookie = cookie::set(&visit.cookies.device, device.expose(), Some(DEVICE_AGE_S));
            Ok(with_cookie(reply, &cookie))
        }
        Err(cause) => {
            crate::refusal::log(visit, &cause);
            Ok(reply)
        }
    }
}

impl Ask {
    const fn is_second_factor(&self) -> bool {
        matches!(self, Self::Code { .. })
    }
}

/// What a person reads of a refusal: of a passkey, nothing but that it is one; of a choice, what the sign-in page says,
/// since it may be about the account.
fn refused(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, ask: &Ask, error: AwsError) -> String {
    match ask {
        Ask::Passkey { .. } if error.fault == Fault::Sender => visit.text.passkey_failed.to_owned(),
        Ask::Choice { .. } => sign_in_sentence(visit, auth.client, error),
        Ask::Code { .. } | Ask::Passkey { .. } => sentence(visit, error),
    }
}

/// The challenge's name and the answer as in RespondToAuthChallenge; `None` where the form says nothing.
fn answer<'a>(ask: &'a Ask, form: &Params) -> Option<(&'a str, BTreeMap<String, String>)> {
    let given = |name: &str| Some(field(form, name).trim().to_owned()).filter(|text| !text.is_empty());
    match ask {
        Ask::Code { name, member, .. } => Some((name, BTreeMap::from([((*member).to_owned(), given("code")?)]))),
        Ask::Passkey { .. } => Some(("WEB_AUTHN", BTreeMap::from([("CREDENTIAL".to_owned(), given("credential")?)]))),
        Ask::Choice { name, options } => {
            let chosen = given("answer").filter(|chosen| options.contains(chosen))?;
            let password = (chosen == "PASSWORD").then(|| field(form, "password").to_owned());
            if password.as_ref().is_some_and(String::is_empty) {
                return None;
            }
            let password = password.map(|password| ("PASSWORD".to_owned(), password));
            Some((name, [("ANSWER".to_owned(), chosen)].into_iter().chain(password).collect()))
        }
    }
}

fn pending(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>) -> Result<Option<Pending>, Refusal> {
    let Some(Flow::Challenge { username, name, session, parameters, available }) = flow::left(visit, auth) else {
        return Ok(None);
    };
    let unknown = Refusal::Page { status: StatusCode::FORBIDDEN, sentence: visit.text.no_such_step };
    let ask = ask(name, &parameters, available).ok_or(unknown)?;
    Ok(Some(Pending { username, session, ask }))
}

/// `None` for challenges that pages cannot put, such as those of the pool's own functions.
fn ask(name: String, parameters: &BTreeMap<String, String>, available: Vec<String>) -> Option<Ask> {
    if let Some((_, member)) = CODES.iter().find(|(known, _)| *known == name) {
        let destination = parameters.get("CODE_DELIVERY_DESTINATION").cloned();
        return Some(Ask::Code { name, member, destination });
    }
    match name.as_str() {
        "WEB_AUTHN" => Some(Ask::Passkey { options: parameters.get("CREDENTIAL_REQUEST_OPTIONS")?.clone() }),
        "SELECT_MFA_TYPE" => {
            let options = parameters.get("MFAS_CAN_CHOOSE").map(|text| names(text)).unwrap_or(available);
            Some(Ask::Choice { name, options })
        }
        // a password that never travels needs a script; the pages send it
        "SELECT_CHALLENGE" => {
            let options = available.into_iter().filter(|option| option != "PASSWORD_SRP").collect();
            Some(Ask::Choice { name, options })
        }
        _ => None,
    }
}

fn page(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    (pending, error): (&Pending, String),
) -> Reply {
    let text = visit.text;
    let (action, login) = (visit.link("/mfa", auth), visit.link("/login", auth));
    let shell = |title| Shell { error, ..Shell::new(visit, title) };
    match &pending.ask {
        Ask::Code { name, destination, .. } => {
            let shell = shell(text.mfa_title);
            let lead = match destination {
                _ if name == "SOFTWARE_TOKEN_MFA" => text.mfa_app_lead.to_owned(),
                Some(to) => shell.fill(text.mfa_sent_to, to),
                None => text.mfa_sent.to_owned(),
            };
            let remember = visit.plan.remember == Remember::Asked;
            show(visit, auth, status, &Code { shell, action, login, lead, remember })
        }
        Ask::Choice { name, options } => {
            let first = name == "SELECT_CHALLENGE";
            let (title, lead) = if first {
                (text.select_title, text.select_lead)
            } else {
                (text.select_mfa_title, text.select_mfa_lead)
            };
            let factors = options.iter().filter(|option| *option != "PASSWORD").filter_map(|name| factor(text, name));
            let password = options.iter().any(|option| option == "PASSWORD").then(|| pending.username.clone());
            let view = Choice { shell: shell(title), action, login, lead, factors: factors.collect(), password };
            show(visit, auth, status, &view)
        }
        Ask::Passkey { options } => {
            let view = Passkey {
                shell: shell(text.passkey_title),
                action,
                back: login,
                options: options.clone(),
                ceremony: "get",
                lead: text.passkey_lead,
                button: text.passkey_use,
                back_text: text.back_to_sign_in,
                script: visit.path(crate::script::Script::Passkey.path()),
            };
            show_with_script(visit, auth, status, &view)
        }
    }
}

fn factor(text: &Texts, name: &str) -> Option<Factor> {
    let label = match name {
        "SOFTWARE_TOKEN_MFA" => text.factor_app,
        "SMS_MFA" | "SMS_OTP" => text.factor_sms,
        "EMAIL_OTP" | "EMAIL_MFA" => text.factor_email,
        "WEB_AUTHN" => text.factor_passkey,
        _ => return None,
    };
    Some(Factor { name: name.to_owned(), label })
}
