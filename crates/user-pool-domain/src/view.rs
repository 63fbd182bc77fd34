//! The pages as templates see them. askama escapes every value; the one thing that is not escaped is our own stylesheet.

use std::sync::LazyLock;

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;

use crate::authorization::AuthorizationRequest;
use crate::cookie::{self, XSRF_TOKEN};
use crate::plan::{PasswordRules, UsernameKind};
use crate::qr::Picture;
use crate::reply::{Reply, empty, page, with_cookie};
use crate::script::Script;
use crate::text::{Texts, fill};
use crate::visit::Visit;

const STYLE: &str = include_str!("../templates/style.css");

/// `'sha256-…'` of the stylesheet, which the content security policy allows and no other.
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| style_hash(STYLE));

fn style_hash(css: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, css.as_bytes())))
}

/// What every page has.
pub struct Shell<'a> {
    /// Sentences.
    pub text: &'static Texts,
    /// The heading.
    pub title: &'static str,
    /// Whose pages these are.
    pub pool_name: &'a str,
    /// For `_csrf`.
    pub csrf: &'a str,
    /// What went wrong; empty where nothing did.
    pub error: String,
    /// What went well; empty likewise.
    pub notice: String,
    /// How it looks.
    pub dress: Dress,
}

/// A style as a page wears it.
#[derive(Default)]
pub struct Dress {
    /// Follows the pages' own sheet; empty for nothing.
    pub css: String,
    /// Address of the logo.
    pub logo: Option<String>,
    /// Address of the tab's picture.
    pub icon: Option<String>,
    /// The bar above all.
    pub header: Option<DressBar>,
    /// The bar below all.
    pub footer: Option<DressBar>,
}

/// A bar across the page.
pub struct DressBar {
    /// Address of its picture.
    pub logo: Option<String>,
}

impl Dress {
    fn of(visit: &Visit<'_>) -> Self {
        let Some(look) = visit.look else { return Self::default() };
        let address = |name: &String| visit.path(&look.address(name));
        let assets = visit.path(&format!("/assets/{}/", look.id));
        Self {
            css: look.css.replace("{assets}", &assets),
            logo: look.logo.as_ref().map(address),
            icon: look.icon.as_ref().map(address),
            header: look.header.as_ref().map(|bar| DressBar { logo: bar.logo.as_ref().map(address) }),
            footer: look.footer.as_ref().map(|bar| DressBar { logo: bar.logo.as_ref().map(address) }),
        }
    }

    /// Whether a bar is above or below the form.
    pub const fn is_framed(&self) -> bool {
        self.header.is_some() || self.footer.is_some()
    }
}

/// A template with its frame.
pub trait Page: Template {
    /// The style it wears.
    fn dress(&self) -> &Dress;
}

macro_rules! pages {
    ($($page:ident),+) => {
        $(impl Page for $page<'_> {
            fn dress(&self) -> &Dress {
                &self.shell.dress
            }
        })+
    };
}

pages!(
    Login,
    SignUp,
    Confirm,
    Forgot,
    Reset,
    NewPassword,
    Error,
    SignOut,
    FormPost,
    Code,
    Choice,
    Passkey,
    SetUp,
    Sessions
);

impl<'a> Shell<'a> {
    /// The frame of a page of this visit.
    pub fn new(visit: &'a Visit<'_>, title: &'static str) -> Self {
        Self {
            text: visit.text,
            title,
            pool_name: &visit.plan.pool_name,
            csrf: &visit.csrf,
            error: String::new(),
            notice: String::new(),
            dress: Dress::of(visit),
        }
    }

    /// For `<style>`.
    pub const fn style(&self) -> &'static str {
        STYLE
    }

    /// The sentence with its value.
    pub fn fill(&self, sentence: &str, value: &str) -> String {
        fill(sentence, value)
    }
}

/// The field in which a person is named.
pub struct UsernameField {
    /// Above it.
    pub label: &'static str,
    /// `type`.
    pub kind: &'static str,
    /// What stands in it.
    pub value: String,
    /// Said below it; empty for nothing.
    pub hint: &'static str,
}

impl UsernameField {
    /// To sign in or to look an account up: aliases may be typed too, so the browser checks no form.
    pub fn to_find(visit: &Visit<'_>, value: &str) -> Self {
        let kind = visit.plan.username_kind;
        Self { label: visit.text.username_label(kind), kind: "text", value: value.to_owned(), hint: "" }
    }

    /// To register.
    pub fn to_register(visit: &Visit<'_>, value: &str) -> Self {
        let (kind, hint) = match visit.plan.username_kind {
            UsernameKind::Email => ("email", ""),
            UsernameKind::Phone => ("tel", visit.text.phone_hint),
            UsernameKind::Username | UsernameKind::EmailOrPhone => ("text", ""),
        };
        Self { kind, hint, ..Self::to_find(visit, value) }
    }
}

/// A field for an attribute.
pub struct AttributeField {
    /// `requiredAttributes[email]`.
    pub field: String,
    /// Unique on the page.
    pub id: String,
    /// Above it.
    pub label: String,
    /// `type`.
    pub kind: &'static str,
    /// `autocomplete`.
    pub autocomplete: &'static str,
    /// What stands in it.
    pub value: String,
    /// Said below it; empty for nothing.
    pub hint: &'static str,
    /// The browser insists on it.
    pub required: bool,
}

impl AttributeField {
    /// A field for the attribute of that name.
    pub fn new(text: &'static Texts, name: &str, value: &str) -> Self {
        let (kind, autocomplete) = match name {
            "email" => ("email", "email"),
            "phone_number" => ("tel", "tel"),
            "birthdate" => ("date", "bday"),
            "name" => ("text", "name"),
            "given_name" => ("text", "given-name"),
            "family_name" => ("text", "family-name"),
            "middle_name" => ("text", "additional-name"),
            "nickname" | "preferred_username" => ("text", "nickname"),
            "address" => ("text", "street-address"),
            "gender" => ("text", "sex"),
            "locale" => ("text", "language"),
            "website" | "profile" => ("url", "url"),
            "picture" => ("url", "photo"),
            _ => ("text", "off"),
        };
        Self {
            field: attribute_field(name),
            id: format!("attribute-{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")),
            label: text.attribute(name).to_owned(),
            kind,
            autocomplete,
            value: value.to_owned(),
            hint: if name == "phone_number" { text.phone_hint } else { "" },
            required: true,
        }
    }
}

/// The name of an attribute's field, as on Cognito's pages.
pub fn attribute_field(name: &str) -> String {
    format!("requiredAttributes[{name}]")
}

/// A rule of the password policy.
pub struct Rule {
    /// In words.
    pub sentence: String,
    /// Its class: neutral before a password was tried.
    pub class: &'static str,
    /// The same for those who see no colour; empty before a password was tried.
    pub state: &'static str,
}

/// The rules beside a password field; `tried` is the password that was refused, so that its faults can be shown.
pub fn rules(text: &'static Texts, policy: &PasswordRules, tried: Option<&str>) -> Vec<Rule> {
    let password = tried.unwrap_or_default();
    let any = |is: fn(char) -> bool| password.chars().any(is);
    let long_enough = password.chars().count() >= usize::try_from(policy.minimum_length).unwrap_or(usize::MAX);
    let rules = [
        (true, fill(text.rule_length, &policy.minimum_length.to_string()), long_enough),
        (policy.lowercase, text.rule_lower.to_owned(), any(|c| c.is_ascii_lowercase())),
        (policy.uppercase, text.rule_upper.to_owned(), any(|c| c.is_ascii_uppercase())),
        (policy.numbers, text.rule_number.to_owned(), any(|c| c.is_ascii_digit())),
        (policy.symbols, text.rule_symbol.to_owned(), any(|c| c.is_ascii_punctuation() || c == ' ')),
    ];
    let shown = rules.into_iter().filter(|(demanded, ..)| *demanded);
    shown.map(|(_, sentence, met)| rule(text, sentence, tried.map(|_| met))).collect()
}

fn rule(text: &'static Texts, sentence: String, met: Option<bool>) -> Rule {
    let (class, state) = match met {
        None => ("passwordCheck", ""),
        Some(true) => ("passwordCheck passwordCheck-valid-customizable", text.rule_met),
        Some(false) => ("passwordCheck passwordCheck-notValid-customizable", text.rule_unmet),
    };
    Rule { sentence, class, state }
}

/// The sign-in page.
#[derive(Template)]
#[template(path = "login.html")]
pub struct Login<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub forgot: String,
    pub sign_up: Option<String>,
    pub username: UsernameField,
    pub known: Option<String>,
    /// Other ways to sign in are offered.
    pub choice: bool,
    /// A passkey is among them.
    pub passkeys: bool,
}

/// The registration page.
#[derive(Template)]
#[template(path = "signup.html")]
pub struct SignUp<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub login: String,
    pub username: UsernameField,
    pub attributes: Vec<AttributeField>,
    pub rules: Vec<Rule>,
    pub terms: Option<TermsLinks<'a>>,
}

/// Addresses of the client's documents, in the language of the page where they are there in it.
pub struct TermsLinks<'a> {
    /// Terms of use.
    pub usage: &'a str,
    /// Privacy policy.
    pub privacy: &'a str,
}

/// The page that takes the code of a registration; also the one that only sends it again.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct Confirm<'a> {
    pub shell: Shell<'a>,
    pub action: Option<String>,
    pub resend: String,
    pub login: String,
    pub lead: String,
    pub username: Option<UsernameField>,
}

/// The page that asks whose password is forgotten.
#[derive(Template)]
#[template(path = "forgot.html")]
pub struct Forgot<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub login: String,
    pub username: UsernameField,
}

/// The page that takes the code of a reset and the new password.
#[derive(Template)]
#[template(path = "reset.html")]
pub struct Reset<'a> {
    pub shell: Shell<'a>,
    pub account: Option<&'a str>,
    pub action: String,
    pub forgot: String,
    pub login: String,
    pub lead: String,
    pub username: Option<UsernameField>,
    pub rules: Vec<Rule>,
}

/// The page of the challenge NEW_PASSWORD_REQUIRED.
#[derive(Template)]
#[template(path = "new_password.html")]
pub struct NewPassword<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub login: String,
    pub username: String,
    pub attributes: Vec<AttributeField>,
    pub rules: Vec<Rule>,
}

/// A page that only tells.
#[derive(Template)]
#[template(path = "error.html")]
pub struct Error<'a> {
    pub shell: Shell<'a>,
    pub sentence: &'a str,
    pub code: &'a str,
}

/// The page that takes the code of a challenge.
#[derive(Template)]
#[template(path = "code.html")]
pub struct Code<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub login: String,
    pub lead: String,
    /// The person may have this browser remembered.
    pub remember: bool,
}

/// One way to prove who one is.
pub struct Factor {
    /// The challenge.
    pub name: String,
    /// For people.
    pub label: &'static str,
}

/// The page that lets a person choose one.
#[derive(Template)]
#[template(path = "choice.html")]
pub struct Choice<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub login: String,
    pub lead: &'static str,
    pub factors: Vec<Factor>,
    /// Whose password may be given as well.
    pub password: Option<String>,
}

/// The page on which the browser speaks to an authenticator.
#[derive(Template)]
#[template(path = "passkey.html")]
pub struct Passkey<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub back: String,
    pub back_text: &'static str,
    /// JSON, as the browser's API takes it.
    pub options: String,
    /// `get` or `create`.
    pub ceremony: &'static str,
    pub lead: &'static str,
    pub button: &'static str,
    pub script: String,
}

/// The page that sets an authenticator app up.
#[derive(Template)]
#[template(path = "set_up.html")]
pub struct SetUp<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub login: String,
    pub picture: Option<Picture>,
    pub secret: String,
}

/// One line of [`Sessions`].
pub struct AccessRow {
    pub name: String,
    pub since: String,
    /// `this browser`, or nothing.
    pub note: &'static str,
    /// `browser:…`
    pub value: String,
}

/// Lines of one kind.
pub struct AccessGroup {
    pub title: &'static str,
    pub button: &'static str,
    pub rows: Vec<AccessRow>,
}

/// The page of what somebody has open.
#[derive(Template)]
#[template(path = "sessions.html")]
pub struct Sessions<'a> {
    pub shell: Shell<'a>,
    pub action: String,
    pub groups: Vec<AccessGroup>,
}

/// The page that asks whether to sign out.
#[derive(Template)]
#[template(path = "sign_out.html")]
pub struct SignOut<'a> {
    pub shell: Shell<'a>,
    pub action: String,
}

/// The page that posts an authorization response.
#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPost<'a> {
    shell: Shell<'a>,
    action: &'a str,
    fields: &'a [(&'a str, &'a str)],
    script: String,
}

/// An authorization response as a form (OAuth 2.0 Form Post Response Mode). The action is the client's registered URI and
/// the policy lets the form go nowhere else.
pub fn show_form_post(visit: &Visit<'_>, action: &str, fields: &[(&str, &str)]) -> Reply {
    let shell = Shell::new(visit, visit.text.sign_in_title);
    let view = FormPost { shell, action, fields, script: visit.path(Script::Submit.path()) };
    let policy = Policy { own_forms: "", target: Some(action), script: true };
    bare(StatusCode::OK, &view, &policy)
}

/// A page with a form of this domain's own, whose answer leads to `target`.
pub fn show_plain(visit: &Visit<'_>, status: StatusCode, view: &impl Page, target: Option<&str>) -> Reply {
    let reply = bare(status, view, &Policy { target, ..Policy::page() });
    with_cookie(reply, &cookie::set(XSRF_TOKEN, &visit.csrf, None))
}

/// A page with a form, under the policy of this authorization request, with the CSRF cookie.
pub fn show(visit: &Visit<'_>, auth: &AuthorizationRequest<'_>, status: StatusCode, view: &impl Page) -> Reply {
    let reply = bare(status, view, &Policy { target: Some(auth.redirect_uri), ..Policy::page() });
    with_cookie(reply, &cookie::set(XSRF_TOKEN, &visit.csrf, None))
}

/// The same, with a script of ours.
pub fn show_with_script(
    visit: &Visit<'_>,
    auth: &AuthorizationRequest<'_>,
    status: StatusCode,
    view: &impl Page,
) -> Reply {
    let policy = Policy { target: Some(auth.redirect_uri), script: true, ..Policy::page() };
    with_cookie(bare(status, view, &policy), &cookie::set(XSRF_TOKEN, &visit.csrf, None))
}

/// A page without a form.
pub fn show_error(status: StatusCode, view: &Error<'_>) -> Reply {
    bare(status, view, &Policy::page())
}

fn bare(status: StatusCode, view: &impl Page, policy: &Policy<'_>) -> Reply {
    match view.render() {
        Ok(html) => page(status, html, &policy.text(&view.dress().css)),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            empty(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// What a page may do: nothing but our stylesheet, pictures of this domain, and forms to this domain. Browsers hold a
/// form's redirect to `form-action` as well, so the origin of the client's redirect URI stands there too: the answer to a
/// sign-in goes there.
struct Policy<'a> {
    /// `'self'`, or nothing.
    own_forms: &'static str,
    target: Option<&'a str>,
    /// Scripts of this domain.
    script: bool,
}

impl Policy<'_> {
    const fn page() -> Self {
        Self { own_forms: "'self'", target: None, script: false }
    }

    /// `css` is the page's second style sheet.
    fn text(&self, css: &str) -> String {
        let target = self.target.map(form_target).unwrap_or_default();
        let forms = format!("{}{target}", self.own_forms);
        let forms = if forms.is_empty() { "'none'" } else { forms.trim() };
        let more = if css.is_empty() { String::new() } else { format!(" {}", style_hash(css)) };
        let style = format!("{}{more}", STYLE_HASH.as_str());
        let script = if self.script { " script-src 'self';" } else { "" };
        format!(
            "default-src 'none'; style-src {style};{script} img-src 'self' data:; form-action {forms}; \
             base-uri 'none'; frame-ancestors 'none'"
        )
    }
}

/// ` https://app.example.com:8443` of a URI, with the blank; only the scheme for what has no host or one that a policy
/// cannot name (an IPv6 literal).
fn form_target(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once(':') else { return String::new() };
    let plain = |text: &str, more: &[u8]| text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b));
    if !plain(scheme, b"+-.") {
        return String::new();
    }
    let authority = rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if scheme.starts_with("http") && !authority.is_empty() && plain(authority, b"-.:") {
        format!(" {scheme}://{authority}")
    } else {
        format!(" {scheme}:")
    }
}
