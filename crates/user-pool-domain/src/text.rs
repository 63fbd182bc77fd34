//! Every sentence of the pages, once.
//!
//! To add a language: a `static` of [`Texts`] beside [`ENGLISH`], and a line in [`LANGUAGES`]. The compiler lists what is
//! missing. Sentences of the pool itself (a wrong code, a weak password) come from its errors and are AWS's.

use http::header::ACCEPT_LANGUAGE;

use crate::domains::DomainRequest;
use crate::plan::UsernameKind;

/// Languages by their tag; the first one is the fallback.
static LANGUAGES: [&Texts; 1] = [&ENGLISH];

/// The language of `lang` in the query (managed login's parameter), else of the browser, else English.
pub fn choose(request: &DomainRequest) -> &'static Texts {
    let asked = oauth2::Params::parse(request.query.as_bytes()).ok();
    let asked = asked.as_ref().and_then(|params| params.all("lang").next());
    let accepted = request.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wanted = asked.into_iter().chain(accepted.split(',').take(20));
    let tags = wanted.map(|tag| tag.split(';').next().unwrap_or_default().trim());
    tags.filter_map(find).next().unwrap_or(&ENGLISH)
}

fn find(tag: &str) -> Option<&'static Texts> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let exact = LANGUAGES.into_iter().find(|texts| texts.lang.eq_ignore_ascii_case(tag));
    exact.or_else(|| LANGUAGES.into_iter().find(|texts| primary(texts.lang) == primary(tag)))
}

/// One language. `{}` stands for a value.
pub struct Texts {
    /// BCP 47.
    pub lang: &'static str,

    pub sign_in_title: &'static str,
    pub sign_in_lead: &'static str,
    pub sign_in: &'static str,
    pub signed_in_as: &'static str,
    pub go_on_as: &'static str,
    pub signed_in: &'static str,
    pub go_on: &'static str,
    pub other_account: &'static str,
    pub forgot_link: &'static str,
    pub sign_up_question: &'static str,
    pub sign_up_link: &'static str,
    pub back_to_sign_in: &'static str,

    pub sign_up_title: &'static str,
    pub sign_up_lead: &'static str,
    pub sign_up: &'static str,
    pub sign_in_question: &'static str,

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
    pub broken: &'static str,
    pub bad_form: &'static str,
    pub no_such_page: &'static str,
    pub no_such_domain: &'static str,
    pub error_title: &'static str,
    pub error_lead: &'static str,
    pub error_code: &'static str,
    pub bad_logout: &'static str,
    pub bad_link: &'static str,
    pub logout_without_target: &'static str,

    attributes: &'static [(&'static str, &'static str)],
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

static ENGLISH: Texts = Texts {
    lang: "en",

    sign_in_title: "Sign in",
    sign_in_lead: "Welcome. Use your account to continue.",
    sign_in: "Sign in",
    signed_in_as: "You are signed in as {}.",
    go_on_as: "Continue as {}",
    signed_in: "You are signed in.",
    go_on: "Continue",
    other_account: "Or use another account",
    forgot_link: "Forgot your password?",
    sign_up_question: "No account yet?",
    sign_up_link: "Sign up",
    back_to_sign_in: "Back to sign in",

    sign_up_title: "Create your account",
    sign_up_lead: "It takes a minute.",
    sign_up: "Sign up",
    sign_in_question: "Already have an account?",

    confirm_title: "Confirm your account",
    confirm_sent_to: "We sent a code to {}. Enter it here to confirm your account.",
    confirm_sent: "Enter the code we sent you to confirm your account.",
    confirm: "Confirm",
    code: "Code",
    resend_question: "Didn't receive a code?",
    resend: "Send it again",
    resend_title: "Send a new code",
    resend_lead: "We will send a new code, and the old one stops working.",
    sent_again: "A new code is on its way.",
    confirmed: "Your account is confirmed. You can sign in now.",

    forgot_title: "Reset your password",
    forgot_lead: "Tell us who you are, and we will send a code to the address we know.",
    forgot: "Reset my password",

    reset_title: "Choose a new password",
    reset_sent_to: "We sent a code to {}. Enter it here with your new password.",
    reset_sent: "If there is such an account, we sent a code to its address. Enter it here with your new password.",
    reset_demanded: "Your password has to be reset. Enter the code we sent you with your new password.",
    reset_again: "Get a new code",
    reset: "Change password",
    password_changed: "Your password is changed. You can sign in with it now.",

    new_password_title: "Choose a new password",
    new_password_lead: "You signed in with a temporary password. Choose your own to continue.",

    account: "Account",
    username: "Username",
    email: "Email",
    phone: "Phone number",
    email_or_phone: "Email or phone number",
    phone_hint: "With country code, for example +14255550123",
    password: "Password",
    new_password: "New password",
    repeat_password: "New password again",

    rules: "The password needs",
    rule_length: "at least {} characters",
    rule_lower: "a lower case letter",
    rule_upper: "an upper case letter",
    rule_number: "a number",
    rule_symbol: "a special character",
    rule_met: "met",
    rule_unmet: "not met yet",

    incorrect: "Incorrect username or password.",
    stale: "This page was open for too long or your browser sends no cookies. Please try again.",
    gone: "This step has ended. Please sign in again.",
    passwords_differ: "The two passwords are not the same.",
    fields_missing: "Please fill in every field.",
    no_sign_up: "SignUp is not permitted for this user pool",
    no_local_users: "Login pages unavailable. Please contact an administrator.",
    broken: "Something went wrong on our side. Please try again.",
    bad_form: "The form that arrived cannot be read. Please go back and try again.",
    no_such_page: "There is no such page.",
    no_such_domain: "There is no user pool behind this address.",
    error_title: "An error was encountered with the requested page.",
    error_lead: "The application that sent you here asked for something that is not set up. Please tell its owner.",
    error_code: "Error",
    bad_link: "The link is not complete. Please open it again as it stands in the message.",
    bad_logout: "The sign-out address is not one of the application's. Please tell its owner.",
    logout_without_target: "Required String parameter 'redirect_uri' is not present",

    attributes: &[
        ("address", "Address"),
        ("birthdate", "Date of birth"),
        ("email", "Email"),
        ("family_name", "Family name"),
        ("gender", "Gender"),
        ("given_name", "Given name"),
        ("locale", "Language"),
        ("middle_name", "Middle name"),
        ("name", "Name"),
        ("nickname", "Nickname"),
        ("phone_number", "Phone number"),
        ("picture", "Picture (URL)"),
        ("preferred_username", "Preferred username"),
        ("profile", "Profile (URL)"),
        ("updated_at", "Updated at"),
        ("website", "Website"),
        ("zoneinfo", "Time zone"),
    ],
};
