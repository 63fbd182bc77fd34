//! A server of its own for each test.

use std::net::SocketAddr;

use aws_types::Secret;
use server::config::{Config, Overrides};
use server::run::{Running, start};
use server::wiring::Doors;
use sigv4::{BodyHash, Credentials, SignedRequest, Signer, Style};
use tempfile::TempDir;
use testkit::raw::{Answer, exchange, request};
use world::{Clock as _, SystemClock};

/// A running server and its folder.
pub struct Server {
    pub running: Running,
    pub folder: TempDir,
}

/// Starts with the given lines of configuration.
pub async fn server(settings: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&config(&folder, settings), Doors::default()).await.unwrap();
    Server { running, folder }
}

/// The configuration over a folder.
pub fn config(folder: &TempDir, settings: &str) -> Config {
    let file = folder.path().join("portcullis.toml");
    std::fs::write(&file, settings).unwrap();
    let https = settings.contains("https_port");
    Config::load(&Overrides {
        file: Some(file),
        port: Some(0),
        no_https: !https,
        data: Some(folder.path().join("data")),
        ..Overrides::default()
    })
    .unwrap()
}

/// Headers of a signed awsJson call.
pub struct Signed<'a> {
    pub key: (&'a str, &'a str),
    pub target: &'a str,
    pub body: &'a str,
    pub session_token: Option<&'a str>,
}

impl Server {
    pub fn address(&self) -> SocketAddr {
        self.running.http
    }

    /// One exchange; `host` stands in front of all other headers.
    pub async fn send(&self, method: &str, target: &str, host: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut all = vec![("Host", host)];
        all.extend_from_slice(headers);
        exchange(self.address(), &request(method, target, &all, body)).await.unwrap()
    }

    /// A signed call of a cognito-idp operation, with further headers that are not signed.
    pub async fn call(&self, signed: &Signed<'_>, more: &[(&str, &str)]) -> Answer {
        let host = format!("localhost:{}", self.address().port());
        let mut headers: Vec<(String, String)> = vec![
            ("host".into(), host.clone()),
            ("content-type".into(), "application/x-amz-json-1.1".into()),
            ("x-amz-target".into(), format!("AWSCognitoIdentityProviderService.{}", signed.target)),
        ];
        let credentials = Credentials {
            access_key_id: signed.key.0.into(),
            secret: Secret::new(signed.key.1.into()),
            session_token: signed.session_token.map(str::to_owned),
        };
        let clock = SystemClock::new();
        let signer = Signer {
            credentials: &credentials,
            region: "us-east-1",
            service: "cognito-idp",
            now: clock.real(),
            style: Style::Normalised,
        };
        let body = BodyHash::Bytes(signed.body.as_bytes());
        let added = signer.sign(&SignedRequest { method: "POST", path: "/", query: "", headers: &headers, body });
        headers.extend(added);
        let mut all: Vec<(&str, &str)> = headers.iter().skip(1).map(|(n, v)| (n.as_str(), v.as_str())).collect();
        all.extend_from_slice(more);
        let host = more.iter().find(|(name, _)| *name == "Host").map_or(host.as_str(), |(_, value)| value);
        let all: Vec<(&str, &str)> = all.into_iter().filter(|(name, _)| *name != "Host").collect();
        self.send("POST", "/", host, &all, signed.body).await
    }

    /// A signed call of a query-protocol operation.
    pub async fn query(&self, service: &str, key: (&str, &str), form: &str) -> Answer {
        let host = format!("localhost:{}", self.address().port());
        let form_type = "application/x-www-form-urlencoded";
        let headers = vec![("host".to_owned(), host.clone()), ("content-type".to_owned(), form_type.to_owned())];
        let (access_key_id, secret) = (key.0.to_owned(), Secret::new(key.1.to_owned()));
        let credentials = Credentials { access_key_id, secret, session_token: None };
        let now = SystemClock::new().real();
        let signer = Signer { credentials: &credentials, region: "us-east-1", service, now, style: Style::Normalised };
        let body = BodyHash::Bytes(form.as_bytes());
        let added = signer.sign(&SignedRequest { method: "POST", path: "/", query: "", headers: &headers, body });
        let mut all: Vec<(&str, &str)> = vec![("Content-Type", form_type)];
        all.extend(added.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.send("POST", "/", &host, &all, form).await
    }

    /// A signed call of S3.
    pub async fn s3(
        &self,
        key: (&str, &str),
        (method, target): (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let host = format!("localhost:{}", self.address().port());
        let mut given = vec![("host".to_owned(), host.clone())];
        given.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (access_key_id, secret) = (key.0.to_owned(), Secret::new(key.1.to_owned()));
        let credentials = Credentials { access_key_id, secret, session_token: None };
        let now = SystemClock::new().real();
        let signer = Signer { credentials: &credentials, region: "us-east-1", service: "s3", now, style: Style::S3 };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let body_hash = BodyHash::Bytes(body.as_bytes());
        let added = signer.sign(&SignedRequest { method, path, query, headers: &given, body: body_hash });
        let mut all = headers.to_vec();
        all.extend(added.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.send(method, target, &host, &all, body).await
    }

    /// A call as any key, which in local mode is root.
    pub async fn root(&self, target: &str, body: &str) -> Answer {
        self.call(&Signed { key: ("test", "test"), target, body, session_token: None }, &[]).await
    }
}
