//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use cognito_idp::transfer::Existing;

use crate::config::Overrides;
use crate::keys::Act;
use crate::users;

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
    /// Write all users of a pool to a sealed file, or take them into a pool, while the server does not run.
    Users(UsersArgs),
    /// Print which operations are built, as JSON.
    #[command(hide = true)]
    Coverage,
    /// Shut this process in and become a function. The server starts it; it is of no use to anybody else.
    #[command(hide = true)]
    RunFunction,
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

/// What to do with a pool's users.
#[derive(Clone, Debug, Args)]
pub struct UsersArgs {
    /// Where.
    #[command(flatten)]
    pub place: DataArgs,
    /// What.
    #[command(subcommand)]
    pub act: UsersCommand,
}

/// What to do with a pool's users.
#[derive(Clone, Debug, Subcommand)]
pub enum UsersCommand {
    /// Write all users with their hashes, second factors, devices, passkeys and groups to a new file.
    Export(UsersFile),
    /// Take users of such a file into a pool.
    Import {
        /// Which.
        #[command(flatten)]
        file: UsersFile,
        /// What becomes of users that the pool has; `fail`: nothing is imported where there is one.
        #[arg(long, value_enum, default_value = "fail")]
        existing: ExistingUsers,
    },
}

/// A pool and a file.
#[derive(Clone, Debug, Args)]
pub struct UsersFile {
    /// The pool's id.
    #[arg(long, value_name = "ID")]
    pub pool: String,
    /// A file of 32 random bytes, or their 64 hexadecimal digits: the key of the export.
    #[arg(long, value_name = "FILE", required_unless_present = "passphrase_file")]
    pub key_file: Option<PathBuf>,
    /// A file with a passphrase in its one line, instead of a key.
    #[arg(long, value_name = "FILE", conflicts_with = "key_file")]
    pub passphrase_file: Option<PathBuf>,
    /// The export.
    pub file: PathBuf,
}

/// What becomes of users that the pool has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExistingUsers {
    /// They stay as they are.
    Skip,
    /// Nothing is imported.
    Fail,
    /// They become what the file says.
    Replace,
}

impl UsersArgs {
    /// What is to be done.
    pub fn job(self) -> users::Job {
        let (file, act) = match self.act {
            UsersCommand::Export(file) => (file, users::Act::Export),
            UsersCommand::Import { file, existing } => (file, users::Act::Import(existing.into())),
        };
        let key = match (file.key_file, file.passphrase_file) {
            (_, Some(passphrase)) => users::KeySource::Passphrase(passphrase),
            // Without either the command line is refused before it comes here.
            (key, None) => users::KeySource::Key(key.unwrap_or_default()),
        };
        users::Job { pool: file.pool, file: file.file, key, act }
    }
}

impl From<ExistingUsers> for Existing {
    fn from(existing: ExistingUsers) -> Self {
        match existing {
            ExistingUsers::Skip => Self::Skip,
            ExistingUsers::Fail => Self::Fail,
            ExistingUsers::Replace => Self::Replace,
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
