//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::Overrides;

/// API gateway and identity provider in one, speaking Amazon's wire protocols.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve until told to stop.
    Serve(ServeArgs),
    /// Serve, with the two labs set up through the public APIs: a website, a user pool and a protected API.
    Lab(ServeArgs),
    /// Print which operations are built, as JSON.
    #[command(hide = true)]
    Coverage,
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// A TOML file with settings.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1].
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<IpAddr>,
    /// HTTP port; 0 lets the system choose [default: 4566].
    #[arg(long)]
    pub port: Option<u16>,
    /// HTTPS port; 0 lets the system choose [default: 4567].
    #[arg(long)]
    pub https_port: Option<u16>,
    /// Serve plain HTTP only.
    #[arg(long)]
    pub no_https: bool,
    /// Data folder [default: portcullis-data].
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Demand a known access key for every signed call.
    #[arg(long)]
    pub enforced: bool,
    /// Allow local mode, in which every caller is root, on an address that other machines reach.
    #[arg(long)]
    pub local_mode_on_open_address: bool,
    /// What clients reach the server by, for links and issuers [default: http://localhost:PORT].
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Where the functions of triggers are invoked: an endpoint that speaks Lambda's Invoke API.
    #[arg(long, value_name = "URL")]
    pub functions_endpoint: Option<String>,
    /// Issue tokens under AWS's issuer name, as aws-jwt-verify wants it.
    #[arg(long)]
    pub aws_issuer: bool,
}

impl ServeArgs {
    /// As the configuration takes them.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            file: self.config.clone(),
            listen: self.listen,
            port: self.port,
            https_port: self.https_port,
            no_https: self.no_https,
            data: self.data.clone(),
            enforced: self.enforced,
            local_on_open_address: self.local_mode_on_open_address,
            base_url: self.base_url.clone(),
            functions_endpoint: self.functions_endpoint.clone(),
            aws_issuer: self.aws_issuer,
        }
    }
}
