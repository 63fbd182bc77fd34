//! E-mail through a mail server that takes it in over SMTP (RFC 5321, RFC 3207, RFC 8314).

use std::time::Duration;

use async_trait::async_trait;
use aws_types::Secret;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::{Message, Route, RouteError};

/// How the connection is kept from listeners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Plain first, then STARTTLS, which the server must offer.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// None: for a server on this machine.
    Plain,
}

/// Where mail is handed in.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Host name; certificates are checked against it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is kept from listeners.
    pub protection: Protection,
    /// Username and password.
    pub credentials: Option<(String, Secret<String>)>,
    /// `Name <address>` of mails whose pool names no sender.
    pub from: String,
    /// PEM of the one authority that the server's certificate may come from; else Mozilla's are believed.
    pub authority_pem: Option<Vec<u8>>,
    /// Longest time of each step, ms.
    pub timeout_ms: u64,
}

/// The settings make no mail server.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SmtpSettingsError(String);

/// Hands mail to one server, a connection a mail.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The whole exchange, however many steps it has.
    limit: Duration,
}

/// What a mail server of SES, or one that acts as one, reads the set of its settings from (SES guide, "Specifying a
/// configuration set when you send email").
const CONFIGURATION_SET: &str = "X-SES-CONFIGURATION-SET";
/// Steps that a mail may take the time of: connecting, greeting, TLS, signing in, handing in.
const STEPS: u32 = 4;

impl Smtp {
    /// Prepares the settings. Nothing is connected yet.
    ///
    /// # Errors
    /// Where sender or authority cannot be read.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let wrong = |what: &str, error: &dyn std::fmt::Display| SmtpSettingsError(format!("{what}: {error}"));
        let from = settings.from.parse().map_err(|error: lettre::address::AddressError| wrong("from", &error))?;
        let tls = match settings.protection {
            Protection::Plain => Tls::None,
            Protection::StartTls => Tls::Required(tls(&settings)?),
            Protection::Implicit => Tls::Wrapper(tls(&settings)?),
        };
        let timeout = Duration::from_millis(settings.timeout_ms);
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(timeout));
        if let Some((name, password)) = settings.credentials {
            builder = builder.credentials(Credentials::new(name, password.expose().clone()));
        }
        Ok(Self { transport: builder.build(), from, limit: timeout.saturating_mul(STEPS) })
    }

    fn letter(&self, message: &Message) -> Result<lettre::Message, RouteError> {
        let never = |what: &'static str| move |_| RouteError::Never(what.to_owned());
        let from = match &message.from {
            Some(text) => text.parse().map_err(never("the pool's sender is no address"))?,
            None => self.from.clone(),
        };
        let to: Mailbox = Mailbox::new(None, message.to.parse().map_err(never("the address is none"))?);
        let mut letter =
            lettre::Message::builder().from(from).to(to).subject(message.subject.as_str()).message_id(None);
        if let Some(reply_to) = &message.reply_to {
            letter = letter.reply_to(reply_to.parse().map_err(never("the pool's ReplyToEmailAddress is no address"))?);
        }
        if let Some(set) = &message.configuration_set {
            letter =
                letter.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(CONFIGURATION_SET), set.clone()));
        }
        let body = letter.header(ContentType::TEXT_HTML).body(message.body.clone());
        body.map_err(|_| RouteError::Never("the mail could not be written".to_owned()))
    }
}

fn tls(settings: &SmtpSettings) -> Result<TlsParameters, SmtpSettingsError> {
    let wrong = |error: lettre::transport::smtp::Error| SmtpSettingsError(format!("TLS: {error}"));
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.authority_pem {
        builder = builder.certificate_store(CertificateStore::None);
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(wrong)?);
    }
    builder.build_rustls().map_err(wrong)
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Smtp")
    }
}

#[async_trait]
impl Route for Smtp {
    async fn carry(&self, message: &Message) -> Result<(), RouteError> {
        let letter = self.letter(message)?;
        match tokio::time::timeout(self.limit, self.transport.send(letter)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judged(&error)),
            Err(_) => Err(RouteError::Again("the mail server took too long".to_owned())),
        }
    }
}

/// The server's own words may quote the address, so only its code is told.
fn judged(error: &lettre::transport::smtp::Error) -> RouteError {
    let code = error.status().map(|code| code.to_string());
    let words = match code {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_tls() => "TLS failed".to_owned(),
        None => "the mail server could not be spoken to".to_owned(),
    };
    if error.is_permanent() || error.is_client() { RouteError::Never(words) } else { RouteError::Again(words) }
}
