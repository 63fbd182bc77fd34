//! A mail server of a few lines, plain, with STARTTLS and with TLS from the first byte.

use std::sync::Arc;

use aws_types::Secret;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::super::smtp::{Protection, Smtp, SmtpSettings};
use super::super::{Message, Route as _, RouteError};
use super::email;
use crate::lock::Lock;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    Plain,
    StartTls,
    Implicit,
}

/// What a server heard, line by line.
type Heard = Arc<Lock<Vec<String>>>;

struct Server {
    port: u16,
    heard: Heard,
    authority: Vec<u8>,
}

/// Answers `refusal` to RCPT TO, or takes everything.
async fn server(offer: Offer, refusal: Option<&'static str>) -> Server {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let authority = made.cert.pem().into_bytes();
    let key = rustls_pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let told = Arc::clone(&heard);
    drop(crate::spawn("smtp", async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (told, acceptor) = (Arc::clone(&told), acceptor.clone());
            drop(crate::spawn("smtp connection", async move {
                let talk = Talk { told, refusal };
                match offer {
                    Offer::Plain => drop(talk.hold(socket, true, false).await),
                    Offer::Implicit => {
                        let Ok(secure) = acceptor.accept(socket).await else { return };
                        drop(talk.hold(secure, true, false).await);
                    }
                    Offer::StartTls => {
                        let Some(socket) = talk.hold(socket, true, true).await else { return };
                        let Ok(secure) = acceptor.accept(socket).await else { return };
                        drop(talk.hold(secure, false, false).await);
                    }
                }
            }));
        }
    }));
    Server { port, heard, authority }
}

struct Talk {
    told: Heard,
    refusal: Option<&'static str>,
}

impl Talk {
    /// Holds the conversation; gives the stream back where STARTTLS was said.
    async fn hold<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S, greet: bool, starttls: bool) -> Option<S> {
        let mut stream = BufReader::new(stream);
        if greet {
            stream.write_all(b"220 here\r\n").await.ok()?;
        }
        let mut in_data = false;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_owned();
            self.told.lock().push(line.clone());
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match word.as_str() {
                _ if in_data && line != "." => continue,
                "." => "250 taken",
                "EHLO" if starttls => "250-here\r\n250 STARTTLS",
                "EHLO" => "250-here\r\n250 AUTH PLAIN",
                "STARTTLS" => "220 go",
                "AUTH" => "235 welcome",
                "RCPT" => self.refusal.unwrap_or("250 ok"),
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            in_data = word == "DATA";
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
            if word == "STARTTLS" {
                return Some(stream.into_inner());
            }
        }
    }
}

fn settings(server: &Server, protection: Protection) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: server.port,
        protection,
        credentials: None,
        from: "Portcullis <no-reply@example.org>".to_owned(),
        authority_pem: (protection != Protection::Plain).then(|| server.authority.clone()),
        timeout_ms: 10_000,
    }
}

async fn carry(settings: SmtpSettings, message: &Message) -> Result<(), RouteError> {
    Smtp::new(settings).unwrap().carry(message).await
}

fn heard(server: &Server) -> String {
    server.heard.lock().join("\n")
}

#[tokio::test]
async fn a_mail_is_handed_in_with_its_headers() {
    let server = server(Offer::Plain, None).await;
    let message = Message {
        from: Some("Shop <shop@example.com>".to_owned()),
        reply_to: Some("help@example.com".to_owned()),
        configuration_set: Some("newsletters".to_owned()),
        ..email("alice@example.com")
    };
    carry(settings(&server, Protection::Plain), &message).await.unwrap();
    let told = heard(&server);
    for expected in [
        "MAIL FROM:<shop@example.com>",
        "RCPT TO:<alice@example.com>",
        "From: \"Shop\" <shop@example.com>",
        "Reply-To: help@example.com",
        "X-SES-CONFIGURATION-SET: newsletters",
        "Subject: Your verification code",
        "Content-Type: text/html; charset=utf-8",
        "<b>123456</b>",
    ] {
        assert!(
            told.contains(expected) || told.replace('"', "").contains(&expected.replace('"', "")),
            "{expected} not in {told}"
        );
    }
}

#[tokio::test]
async fn a_pool_without_sender_sends_as_the_server() {
    let server = server(Offer::Plain, None).await;
    carry(settings(&server, Protection::Plain), &email("alice@example.com")).await.unwrap();
    assert!(heard(&server).contains("MAIL FROM:<no-reply@example.org>"));
}

#[tokio::test]
async fn mail_goes_over_tls_from_the_first_byte_and_by_starttls() {
    for (offer, protection) in [(Offer::Implicit, Protection::Implicit), (Offer::StartTls, Protection::StartTls)] {
        let server = server(offer, None).await;
        let credentials = Some(("mailer".to_owned(), Secret::new("pass".to_owned())));
        let wanted = SmtpSettings { credentials, ..settings(&server, protection) };
        carry(wanted, &email("alice@example.com")).await.unwrap();
        let told = heard(&server);
        assert!(told.contains("AUTH PLAIN"), "{told}");
        let before_tls = told.split("STARTTLS").next().unwrap();
        assert!(offer == Offer::Implicit || !before_tls.contains("AUTH"), "no password before TLS: {told}");
    }
}

#[tokio::test]
async fn mail_is_not_sent_where_tls_is_wanted_and_not_had() {
    let stripped = server(Offer::Plain, None).await;
    assert!(carry(settings(&stripped, Protection::StartTls), &email("alice@example.com")).await.is_err());
    assert!(!heard(&stripped).contains("RCPT"), "a server without STARTTLS gets nothing");
    let unknown = server(Offer::Implicit, None).await;
    let wanted = SmtpSettings { authority_pem: None, ..settings(&unknown, Protection::Implicit) };
    assert!(carry(wanted, &email("alice@example.com")).await.is_err(), "a certificate of an unknown authority");
    assert!(heard(&unknown).is_empty());
}

#[tokio::test]
async fn a_servers_refusal_says_whether_another_try_may_help() {
    let busy = server(Offer::Plain, Some("451 later")).await;
    let later = carry(settings(&busy, Protection::Plain), &email("alice@example.com")).await;
    assert!(matches!(later, Err(RouteError::Again(_))), "{later:?}");
    let gone = server(Offer::Plain, Some("550 no alice@example.com here")).await;
    let never = carry(settings(&gone, Protection::Plain), &email("alice@example.com")).await.unwrap_err();
    assert!(matches!(never, RouteError::Never(_)));
    assert!(!never.to_string().contains("alice"), "{never}");
}

#[tokio::test]
async fn attack_099_no_header_comes_in_through_a_mails_parts() {
    let server = server(Offer::Plain, None).await;
    let attacks = [
        Message { to: "a@example.com\r\nRCPT TO:<b@example.com>".to_owned(), ..email("x") },
        Message { from: Some("a@example.com\r\nBcc: b@example.com".to_owned()), ..email("alice@example.com") },
        Message { reply_to: Some("a@example.com\nBcc: b@example.com".to_owned()), ..email("alice@example.com") },
    ];
    for attack in &attacks {
        let refused = carry(settings(&server, Protection::Plain), attack).await;
        assert!(matches!(refused, Err(RouteError::Never(_))), "{refused:?}");
    }
    let folded = Message { subject: "Hi\r\nBcc: b@example.com".to_owned(), ..email("alice@example.com") };
    let _ = carry(settings(&server, Protection::Plain), &folded).await;
    let told = server.heard.lock().clone();
    assert!(!told.iter().any(|line| line.starts_with("Bcc") || line.contains("RCPT TO:<b@")), "{told:?}");
}
