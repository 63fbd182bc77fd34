//! Starts the server, says so, serves until told to stop, drains.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use aws_types::Secret;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::app::App;
use crate::config::Config;
use crate::lab;
use crate::listener::{self, Speaks};
use crate::tls::Tls;
use crate::wiring::{self, Doors, StartError};

/// Whether the labs are set up before the server says it is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// As the data folder is.
    None,
    /// The labs of [`crate::lab`].
    Labs,
}

/// How long a server that stops waits for messages under way, ms.
const LAST_MESSAGES_MS: u64 = 10_000;

/// How long it waits for log lines on their way to buckets and delivery streams, ms.
const LAST_LINES_MS: u64 = 10_000;

/// A server that serves.
pub struct Running {
    /// Where HTTP is spoken.
    pub http: SocketAddr,
    /// Where HTTPS is spoken.
    pub https: Option<SocketAddr>,
    /// What clients reach it by.
    pub base_url: String,
    /// The front door.
    pub app: Arc<App>,
    stop: watch::Sender<bool>,
    listeners: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    /// Stops accepting, lets requests under way finish, returns when all is closed and the data folder is free again.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for listener in self.listeners {
            let _ = listener.await;
        }
        self.app.rooms.runner.shutdown().await;
        self.app.outbox.finish(LAST_MESSAGES_MS).await;
        self.app.delivery.finish(LAST_LINES_MS).await;
        self.app.stop_background().await;
        self.app.access.finish().await;
    }
}

/// Binds the sockets, opens the data folder and begins to serve.
pub async fn start(config: &Config, doors: Doors) -> Result<Running, StartError> {
    let http = bind(config.http_address()).await?;
    let http_address = address(&http, config.http_address())?;
    let https = match config.https_port {
        Some(port) => Some(bind(SocketAddr::new(config.listen, port)).await?),
        None => None,
    };
    let base_url = config.base_url(http_address.port());
    let mut endpoints = Vec::new();
    for settings in &config.vpc_endpoints {
        let endpoint = settings.endpoint().map_err(StartError::Data)?;
        endpoints.push((bind(settings.listen).await?, Arc::new(endpoint)));
    }
    let app = wiring::build(config, doors, &base_url).await?;
    let (stop, stopped) = watch::channel(false);
    let slots = Arc::new(Semaphore::new(listener::MAX_CONNECTIONS));
    let plain = listener::serve(http, Speaks::default(), Arc::clone(&app), Arc::clone(&slots), stopped.clone());
    let mut listeners = vec![world::spawn("http", plain)];
    let tls = match &https {
        Some(_) => {
            let plans = Arc::clone(app.rooms.gateway.plans());
            let tls = Tls::open(&config.data.join("tls"), &config.host_names, app.clock.clone(), plans)?;
            Some(Arc::new(tls))
        }
        None => None,
    };
    for (socket, endpoint) in endpoints {
        let speaks = Speaks { tls: tls.clone(), vpc_endpoint: Some(endpoint) };
        let served = listener::serve(socket, speaks, Arc::clone(&app), Arc::clone(&slots), stopped.clone());
        listeners.push(world::spawn("vpc endpoint", served));
    }
    let mut https_address = None;
    if let Some(https) = https {
        https_address = Some(address(&https, config.http_address())?);
        let secure = listener::serve(https, Speaks { tls, vpc_endpoint: None }, Arc::clone(&app), slots, stopped);
        listeners.push(world::spawn("https", secure));
    }
    Ok(Running { http: http_address, https: https_address, base_url, app, stop, listeners })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen(address, error))
}

fn address(listener: &TcpListener, wanted: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|error| StartError::Listen(wanted, error))
}

/// `portcullis serve` and `portcullis lab`: serves until SIGINT or SIGTERM.
pub async fn run(config: Config, setup: Setup) -> Result<(), Box<dyn std::error::Error>> {
    let doors = Doors::real(config.mode);
    let (http, clock) = (Arc::clone(&doors.http), doors.clock.clone());
    let running = start(&config, doors).await?;
    say(&format!("Portcullis listens on http://localhost:{}", running.http.port()));
    if let Some(https) = running.https {
        let authority = config.data.join("tls/ca.pem");
        say(&format!("and on https://localhost:{} (development CA: {})", https.port(), authority.display()));
    }
    if setup == Setup::Labs {
        let key = match config.root_keys.first() {
            Some(key) => (key.access_key_id.clone(), key.secret.clone()),
            None => ("test".to_owned(), Secret::new("test".to_owned())),
        };
        let client = lab::Client::new(http, clock, key, format!("http://{}", running.http), running.base_url.clone());
        say(&lab::set_up(&client).await?);
    }
    say("Ready. Stop with Ctrl-C.");
    stopped().await;
    running.stop().await;
    Ok(())
}

/// A line for the person at the terminal; a closed terminal is no reason to stop.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
