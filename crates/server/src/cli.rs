//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::Overrides;
use crate::keys::Act;

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
    /// Make the data folder of an enforced server: the account, its master key, and the root's access key, shown once.
    Init(InitArgs),
    /// List, make, rotate, disable and revoke access keys, while the server does not run.
    Keys(KeysArgs),
    /// Print which operations are built, as JSON.
    #[command(hide = true)]
    Coverage,
}

/// Where a server's data is.
#[derive(Clone, Debug, Args)]
pub struct DataArgs {
    /// A TOML file with settings.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Data folder [default: portcullis-data].
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

impl DataArgs {
    /// As the configuration takes them.
    pub fn overrides(&self) -> Overrides {
        Overrides { file: self.config.clone(), data: self.data.clone(), ..Overrides::default() }
    }
}

/// What to make.
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// Where.
    #[command(flatten)]
    pub place: DataArgs,
    /// The account's twelve digits [default: the configured one, or 123456789012].
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
}

/// What to do with keys, and whose.
#[derive(Clone, Debug, Args)]
pub struct KeysArgs {
    /// Where.
    #[command(flatten)]
    pub place: DataArgs,
    /// What.
    #[command(subcommand)]
    pub act: KeysCommand,
}

/// What to do with keys.
#[derive(Clone, Debug, Subcommand)]
pub enum KeysCommand {
    /// Show the access keys of the root and of all users, without their secrets.
    List,
    /// Make a further key of the root (two at most).
    Create,
    /// Make a new key for the owner of this one, then delete this one.
    Rotate {
        /// `AKIA…`.
        access_key_id: String,
    },
    /// Switch a key off.
    Disable {
        /// `AKIA…`.
        access_key_id: String,
    },
    /// Switch a key on.
    Enable {
        /// `AKIA…`.
        access_key_id: String,
    },
    /// Delete a key.
    Revoke {
        /// `AKIA…`.
        access_key_id: String,
    },
}

impl From<KeysCommand> for Act {
    fn from(command: KeysCommand) -> Self {
        match command {
            KeysCommand::List => Self::List,
            KeysCommand::Create => Self::Create,
            KeysCommand::Rotate { access_key_id } => Self::Rotate(access_key_id),
            KeysCommand::Disable { access_key_id } => Self::Disable(access_key_id),
            KeysCommand::Enable { access_key_id } => Self::Enable(access_key_id),
            KeysCommand::Revoke { access_key_id } => Self::Revoke(access_key_id),
        }
    }
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
            account: None,
        }
    }
}
