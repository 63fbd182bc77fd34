//! What leaves the server for people: the settings of mail, text messages and custom senders' keys, and the routes made
//! of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_types::Secret;
use cognito_idp::MessageLimits;
use serde::Deserialize;
use world::message::smtp::{Protection, Smtp, SmtpSettings};
use world::message::webhook::Webhook;
use world::{HttpClient, Inbox, Outbox, Route, Routes};

use crate::config::ConfigError;

const TIMEOUT_MS: u64 = 10_000;
const LONGEST_TIMEOUT_MS: u64 = 60_000;
/// A message that could not be handed over is tried again after this time.
const RETRY_AFTER_MS: u64 = 2_000;
const SHORTEST_SECRET: usize = 16;

/// All settings, decided.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    /// The mail server.
    pub smtp: Option<SmtpSettings>,
    /// The webhook of text messages.
    pub sms: Option<SmsSettings>,
    /// Wrapping keys of custom senders by ARN.
    pub kms_keys: BTreeMap<String, Arc<Secret<[u8; 32]>>>,
    /// How many messages an hour sees.
    pub limits: MessageLimits,
    /// What pools may send mail as; `None` allows all.
    pub mail_senders: Option<Vec<String>>,
}

/// The webhook of text messages.
#[derive(Clone, Debug)]
pub struct SmsSettings {
    /// Where messages are posted.
    pub url: String,
    /// What signs them.
    pub secret: Secret<String>,
    /// What numbers must begin with; `None` allows all.
    pub countries: Option<Vec<String>>,
    /// Longest time of one post, ms.
    pub timeout_ms: u64,
}

/// `[smtp]` of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSmtp {
    host: String,
    port: Option<u16>,
    #[serde(default)]
    tls: FileTls,
    username: Option<String>,
    password_file: Option<PathBuf>,
    from: String,
    /// `["@example.com", "shop@example.org"]`; absent for all.
    senders: Option<Vec<String>>,
    ca_file: Option<PathBuf>,
    timeout_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FileTls {
    #[default]
    Starttls,
    Implicit,
    None,
}

/// `[sms]` of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSms {
    url: String,
    secret_file: PathBuf,
    /// `["+49", "+41"]`, or `["*"]` for all: it must be said.
    countries: Vec<String>,
    timeout_ms: Option<u64>,
}

/// `[messages]` of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLimits {
    per_target_hour: Option<u32>,
    per_pool_hour: Option<u32>,
}

/// The parts of the file that this is made of.
#[derive(Debug, Default)]
pub struct FileOutgoing {
    /// `[smtp]`.
    pub smtp: Option<FileSmtp>,
    /// `[sms]`.
    pub sms: Option<FileSms>,
    /// `[kms_keys]`: ARN to file.
    pub kms_keys: BTreeMap<String, PathBuf>,
    /// `[messages]`.
    pub messages: Option<FileLimits>,
}

impl Outgoing {
    /// Checks the settings and reads the files that they name. `smtp_password` is the environment's.
    ///
    /// # Errors
    /// What is wrong.
    pub fn load(file: FileOutgoing, smtp_password: Option<String>) -> Result<Self, ConfigError> {
        let default = MessageLimits::default();
        let limits = file.messages.unwrap_or_default();
        let limit = |given: Option<u32>, default: i64| given.map_or(default, i64::from);
        let mail_senders = file.smtp.as_ref().map_or(Ok(None), senders)?;
        Ok(Self {
            mail_senders,
            smtp: file.smtp.map(|given| smtp(given, smtp_password)).transpose()?,
            sms: file.sms.map(sms).transpose()?,
            kms_keys: file.kms_keys.into_iter().map(kms_key).collect::<Result<_, _>>()?,
            limits: MessageLimits {
                per_target_hour: limit(limits.per_target_hour, default.per_target_hour),
                per_pool_hour: limit(limits.per_pool_hour, default.per_pool_hour),
            },
        })
    }

    /// Begins to send. In local mode everything lies in the inbox, too.
    ///
    /// # Errors
    /// Where a sender or an authority cannot be read.
    pub fn start(&self, http: &Arc<dyn HttpClient>, inbox: Option<Arc<Inbox>>) -> Result<Arc<Outbox>, ConfigError> {
        let smtp = self.smtp.clone().map(Smtp::new).transpose();
        let smtp = smtp.map_err(|error| invalid(format_args!("smtp: {error}")))?;
        let webhook = |sms: &SmsSettings| Webhook::new(Arc::clone(http), sms.url.clone(), &sms.secret, sms.timeout_ms);
        let routes = Routes {
            email: smtp.map(|smtp| Arc::new(smtp) as Arc<dyn Route>),
            sms: self.sms.as_ref().map(|sms| Arc::new(webhook(sms)) as Arc<dyn Route>),
            countries: self.sms.as_ref().and_then(|sms| sms.countries.clone()),
        };
        Ok(Outbox::start(routes, inbox, RETRY_AFTER_MS))
    }
}

/// Addresses, and domains behind an `@`.
fn senders(given: &FileSmtp) -> Result<Option<Vec<String>>, ConfigError> {
    let senders = given.senders.as_ref();
    let is_sender =
        |one: &String| one.matches('@').count() == 1 && !one.ends_with('@') && !one.contains(char::is_whitespace);
    match senders.and_then(|all| all.iter().find(|one| !is_sender(one))) {
        Some(wrong) => Err(invalid(format_args!("smtp.senders: {wrong} is neither an address nor \"@\" and a domain"))),
        None => Ok(senders.cloned()),
    }
}

fn smtp(given: FileSmtp, password: Option<String>) -> Result<SmtpSettings, ConfigError> {
    let (protection, port) = match given.tls {
        FileTls::Starttls => (Protection::StartTls, 587),
        FileTls::Implicit => (Protection::Implicit, 465),
        FileTls::None if is_loopback(&given.host) => (Protection::Plain, 25),
        FileTls::None => return Err(invalid("smtp.tls may be none for a mail server on this machine only")),
    };
    let password = match (&given.password_file, password) {
        (Some(path), _) => Some(read_secret(path)?),
        (None, password) => password,
    };
    let credentials = match (given.username, password) {
        (Some(name), Some(password)) => Some((name, Secret::new(password))),
        (None, None) => None,
        _ => {
            return Err(invalid("smtp.username needs smtp.password_file or PORTCULLIS_SMTP_PASSWORD, and the reverse"));
        }
    };
    Ok(SmtpSettings {
        host: given.host,
        port: given.port.unwrap_or(port),
        protection,
        credentials,
        from: given.from,
        authority_pem: given.ca_file.map(|path| read(&path)).transpose()?,
        timeout_ms: timeout(given.timeout_ms)?,
    })
}

fn sms(given: FileSms) -> Result<SmsSettings, ConfigError> {
    let plain = given.url.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
    if !given.url.starts_with("https://") && !plain.is_some_and(is_loopback) {
        return Err(invalid("sms.url must be an https URL, or an http one on this machine"));
    }
    let secret = read_secret(&given.secret_file)?;
    if secret.len() < SHORTEST_SECRET {
        return Err(invalid(format_args!("sms.secret_file must hold at least {SHORTEST_SECRET} characters")));
    }
    let all = given.countries.iter().any(|prefix| prefix == "*");
    let is_prefix = |prefix: &String| {
        prefix.strip_prefix('+').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if !all && (given.countries.is_empty() || !given.countries.iter().all(is_prefix)) {
        return Err(invalid("sms.countries must list calling codes such as \"+49\", or be [\"*\"]"));
    }
    Ok(SmsSettings {
        url: given.url,
        secret: Secret::new(secret),
        countries: (!all).then_some(given.countries),
        timeout_ms: timeout(given.timeout_ms)?,
    })
}

type KmsKey = (String, Arc<Secret<[u8; 32]>>);

fn kms_key((arn, path): (String, PathBuf)) -> Result<KmsKey, ConfigError> {
    if !arn.starts_with("arn:") || !arn.contains(":kms:") {
        return Err(invalid(format_args!("kms_keys: {arn} is no ARN of a KMS key")));
    }
    let bytes = read(&path)?;
    let key = <[u8; 32]>::try_from(bytes.as_slice())
        .map_err(|_| invalid(format_args!("kms_keys: {} must hold exactly 32 bytes", path.display())))?;
    Ok((arn, Arc::new(Secret::new(key))))
}

fn timeout(given: Option<u64>) -> Result<u64, ConfigError> {
    let given = given.unwrap_or(TIMEOUT_MS);
    if (1..=LONGEST_TIMEOUT_MS).contains(&given) {
        return Ok(given);
    }
    Err(invalid(format_args!("timeout_ms must be between 1 and {LONGEST_TIMEOUT_MS}")))
}

pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn read(path: &Path) -> Result<Vec<u8>, ConfigError> {
    std::fs::read(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))
}

pub(crate) fn read_secret(path: &Path) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

pub(crate) fn invalid(text: impl std::fmt::Display) -> ConfigError {
    ConfigError::Invalid(text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Deserialize)]
    struct File {
        smtp: Option<FileSmtp>,
        sms: Option<FileSms>,
        #[serde(default)]
        kms_keys: BTreeMap<String, PathBuf>,
    }

    fn load(toml: &str) -> Result<Outgoing, String> {
        let file: File = toml::from_str(toml).map_err(|error| error.to_string())?;
        let file = FileOutgoing { smtp: file.smtp, sms: file.sms, kms_keys: file.kms_keys, messages: None };
        Outgoing::load(file, None).map_err(|error| error.to_string())
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "a secret of some length\n").unwrap();
        std::fs::write(folder.path().join("short"), "short").unwrap();
        std::fs::write(folder.path().join("key"), [7; 32]).unwrap();
        folder
    }

    #[test]
    fn settings_that_send_in_the_open_or_anywhere_are_refused() {
        let folder = folder();
        let file = |name: &str| folder.path().join(name).display().to_string();
        let (secret, short) = (file("secret"), file("short"));
        for (toml, why) in [
            ("[smtp]\nhost = \"mail.example.com\"\ntls = \"none\"\nfrom = \"a@b.c\"".to_owned(), "on this machine"),
            ("[smtp]\nhost = \"m\"\nusername = \"u\"\nfrom = \"a@b.c\"".to_owned(), "password_file"),
            ("[smtp]\nhost = \"m\"\nform = \"a@b.c\"".to_owned(), "form"),
            (
                format!("[sms]\nurl = \"http://sms.example\"\nsecret_file = \"{secret}\"\ncountries = [\"+49\"]"),
                "https",
            ),
            (format!("[sms]\nurl = \"https://sms.example\"\nsecret_file = \"{secret}\"\ncountries = []"), "countries"),
            (
                format!("[sms]\nurl = \"https://sms.example\"\nsecret_file = \"{secret}\"\ncountries = [\"49\"]"),
                "countries",
            ),
            (format!("[sms]\nurl = \"https://sms.example\"\nsecret_file = \"{secret}\""), "countries"),
            (format!("[sms]\nurl = \"https://s\"\nsecret_file = \"{short}\"\ncountries = [\"*\"]"), "16 characters"),
            (format!("[kms_keys]\n\"arn:aws:kms:eu-west-1:1:key/a\" = \"{short}\""), "32 bytes"),
            (format!("[kms_keys]\n\"key\" = \"{secret}\""), "no ARN"),
        ] {
            let refused = load(&toml).unwrap_err();
            assert!(refused.contains(why), "{toml}: {refused}");
        }
    }

    #[test]
    fn settings_are_read_with_their_files() {
        let folder = folder();
        let file = |name: &str| folder.path().join(name).display().to_string();
        let toml = format!(
            "[smtp]\nhost = \"mail.example.com\"\nusername = \"u\"\npassword_file = \"{0}\"\nfrom = \"Us <a@b.c>\"\n\
             [sms]\nurl = \"http://localhost:1/x\"\nsecret_file = \"{0}\"\ncountries = [\"*\"]\n\
             [kms_keys]\n\"arn:aws:kms:eu-west-1:1:key/a\" = \"{1}\"",
            file("secret"),
            file("key")
        );
        let loaded = load(&toml).unwrap();
        let smtp = loaded.smtp.as_ref().unwrap();
        assert_eq!((smtp.port, smtp.protection), (587, Protection::StartTls));
        assert_eq!(smtp.credentials.as_ref().unwrap().1.expose(), "a secret of some length");
        assert!(loaded.sms.as_ref().unwrap().countries.is_none());
        assert_eq!(loaded.kms_keys.len(), 1);
        assert!(!format!("{loaded:?}").contains("some length"));
    }
}
