//! Every sentence of the pages, once per language.
//!
//! To add a sentence: a member of [`Texts`]; the compiler lists the languages that lack it. To add a language: a file like
//! `en.rs`, and a line in [`ALL`]. Sentences of the pool itself (a wrong code, a weak password) come from its errors
//! and are AWS's; the other languages have their own for each kind of refusal.

mod de;
mod en;
mod es;
mod fr;
mod ja;

#[cfg(test)]
mod tests;

use aws_types::AwsError;
use http::header::ACCEPT_LANGUAGE;

use crate::domains::DomainRequest;
use crate::plan::UsernameKind;

/// Languages; the first one is the fallback.
static ALL: [&Texts; 5] = [&en::ENGLISH, &de::GERMAN, &es::SPANISH, &fr::FRENCH, &ja::JAPANESE];

/// Their tags, as `lang` and `ui_locales_supported` name them.
pub const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "ja"];

/// How many languages of a request are looked at.
const MAX_WANTED: usize = 20;

/// The language of `lang` in the query (managed login's parameter) or of `ui_locales` (OpenID Connect's), else of the
/// browser, else English.
pub fn choose(request: &DomainRequest) -> &'static Texts {
    let accepted = request.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tags = accepted.split(',').take(MAX_WANTED).map(|tag| tag.split(';').next().unwrap_or_default().trim());
    asked(request).or_else(|| tags.filter_map(find).next()).unwrap_or(&en::ENGLISH)
}

/// The language that the query names, where it is one of these.
pub fn asked(request: &DomainRequest) -> Option<&'static Texts> {
    let params = oauth2::Params::parse(request.query.as_bytes()).ok()?;
    let named = |name| params.all(name).next().unwrap_or_default();
    let tags = [named("lang")].into_iter().chain(named("ui_locales").split(' ').take(MAX_WANTED));
    tags.filter_map(|tag| find(tag.split(';').next().unwrap_or_default().trim())).next()
}

fn find(tag: &str) -> Option<&'static Texts> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    ALL.into_iter().find(|texts| primary(texts.lang) == primary(tag))
}

/// One language. `{}` stands for a value.
pub struct Texts {
    /// BCP 47.
    pub lang: &'static str,
    /// What AWS calls it in links of terms documents.
    pub cognito_name: &'static str,

    pub sign_in_title: &'static str,
    pub sign_in_lead: &'static str,
    pub sign_in: &'static str,
    pub signed_in_as: &'static str,
    pub go_on_as: &'static str,
    pub signed_in: &'static str,
    pub go_on: &'static str,
    pub other_account: &'static str,
    pub other_ways: &'static str,
    pub forgot_link: &'static str,
    pub sign_up_question: &'static str,
    pub sign_up_link: &'static str,
    pub back_to_sign_in: &'static str,

    pub sign_up_title: &'static str,
    pub sign_up_lead: &'static str,
    pub sign_up: &'static str,
    pub sign_in_question: &'static str,
    pub terms_of_use: &'static str,
    pub privacy_policy: &'static str,

    pub confirm_title: &'static str,
    pub confirm_sent_to: &'static str,
    pub confirm_sent: &'static str,
    pub confirm: &'static str,
    pub code: &'static str,
    pub resend_question: &'static str,
    pub resend: &'static str,
    pub resend_title: &'static str,
    pub resend_lead: &'static str,
    pub sent_again: &'static str,
    pub confirmed: &'static str,

    pub forgot_title: &'static str,
    pub forgot_lead: &'static str,
    pub forgot: &'static str,

    pub reset_title: &'static str,
    pub reset_sent_to: &'static str,
    pub reset_sent: &'static str,
    pub reset_demanded: &'static str,
    pub reset_again: &'static str,
    pub reset: &'static str,
    pub password_changed: &'static str,

    pub new_password_title: &'static str,
    pub new_password_lead: &'static str,

    pub mfa_title: &'static str,
    pub mfa_app_lead: &'static str,
    pub mfa_sent_to: &'static str,
    pub mfa_sent: &'static str,
    pub remember_device: &'static str,
    pub select_mfa_title: &'static str,
    pub select_mfa_lead: &'static str,
    pub select_title: &'static str,
    pub select_lead: &'static str,
    pub factor_app: &'static str,
    pub factor_sms: &'static str,
    pub factor_email: &'static str,
    pub factor_passkey: &'static str,
    pub setup_title: &'static str,
    pub setup_lead: &'static str,
    pub setup_picture: &'static str,
    pub setup_secret: &'static str,
    pub setup_impossible: &'static str,
    pub no_such_step: &'static str,

    pub passkey_title: &'static str,
    pub passkey_lead: &'static str,
    pub passkey_use: &'static str,
    pub passkey_failed: &'static str,
    pub passkey_no_script: &'static str,
    pub passkey_add_title: &'static str,
    pub passkey_add_lead: &'static str,
    pub passkey_create: &'static str,
    pub not_now: &'static str,

    pub sessions_title: &'static str,
    pub sessions_lead: &'static str,
    pub sessions_browsers: &'static str,
    pub sessions_apps: &'static str,
    pub sessions_devices: &'static str,
    pub sessions_passkeys: &'static str,
    pub sessions_none: &'static str,
    pub session_this: &'static str,
    pub session_since: &'static str,
    pub session_end: &'static str,
    pub session_remove: &'static str,
    pub sessions_everywhere: &'static str,
    pub session_ended: &'static str,
    pub session_gone: &'static str,
    pub sessions_need: &'static str,
    pub unknown_browser: &'static str,

    pub sign_out_title: &'static str,
    pub sign_out_lead: &'static str,
    pub sign_out: &'static str,
    pub signed_out_title: &'static str,
    pub signed_out: &'static str,
    pub form_post_lead: &'static str,

    pub account: &'static str,
    pub username: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    pub email_or_phone: &'static str,
    pub phone_hint: &'static str,
    pub password: &'static str,
    pub new_password: &'static str,
    pub repeat_password: &'static str,

    pub rules: &'static str,
    pub rule_length: &'static str,
    pub rule_lower: &'static str,
    pub rule_upper: &'static str,
    pub rule_number: &'static str,
    pub rule_symbol: &'static str,
    pub rule_met: &'static str,
    pub rule_unmet: &'static str,

    pub incorrect: &'static str,
    pub stale: &'static str,
    pub gone: &'static str,
    pub passwords_differ: &'static str,
    pub fields_missing: &'static str,
    pub no_sign_up: &'static str,
    pub no_local_users: &'static str,
    pub no_federation: &'static str,
    pub broken: &'static str,
    pub bad_form: &'static str,
    pub no_such_page: &'static str,
    pub no_such_domain: &'static str,
    pub error_title: &'static str,
    pub error_lead: &'static str,
    pub error_code: &'static str,
    pub bad_link: &'static str,
    pub bad_logout: &'static str,
    pub logout_without_target: &'static str,

    attributes: &'static [(&'static str, &'static str)],
    /// By the code, or the very sentence, of a refusal of the pool.
    refusals: &'static [(&'static str, &'static str)],
}

impl Texts {
    /// The label of the username field.
    pub const fn username_label(&self, kind: UsernameKind) -> &'static str {
        match kind {
            UsernameKind::Username => self.username,
            UsernameKind::Email => self.email,
            UsernameKind::Phone => self.phone,
            UsernameKind::EmailOrPhone => self.email_or_phone,
        }
    }

    /// What a refusal of the pool says in this language; `None` where its own sentence stands.
    pub fn refusal(&self, error: &AwsError) -> Option<&'static str> {
        let find = |name: &str| self.refusals.iter().find(|(known, _)| *known == name).map(|(_, sentence)| *sentence);
        find(&error.message).or_else(|| find(&error.code))
    }

    /// The label of an attribute; of one that is the pool's own, its name.
    pub fn attribute<'a>(&self, name: &'a str) -> &'a str {
        let known = self.attributes.iter().find(|(known, _)| *known == name).map(|(_, label)| *label);
        known.unwrap_or_else(|| name.strip_prefix("custom:").unwrap_or(name))
    }
}

/// A sentence with its value.
pub fn fill(sentence: &str, value: &str) -> String {
    sentence.replacen("{}", value, 1)
}
