//! `portcullis users`: all users of a pool to a sealed file and back, with everything that makes them who they are. Opens
//! the data folder itself, so the server must not run.
//!
//! An import reads the file twice: first to its end, so that a wrong key, a changed file or one that is cut off leaves no
//! trace; then it takes the users in, a batch a transaction, and tells what became of each line.

pub mod key;
pub mod sealed;

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_types::AwsError;
use cognito_idp::CognitoIdp;
use cognito_idp::transfer::{Existing, Importer, Line, Outcome, Page};
use store::Store;
use world::{Inbox, NoFunctions, Rng, SystemClock, SystemRng, rng};

pub use key::{KeyError, KeySource};
pub use sealed::SealedError;

use crate::account::{self, AccountError};
use crate::config::Config;
use crate::wiring::{StartError, open_store};
use key::{Cost, Given, SALT_BYTES};
use sealed::{Reader, Writer};

/// Lines of a transaction.
const BATCH: usize = 50;
/// Errors of a check that are shown.
const MOST_SHOWN: usize = 20;

/// Why a command did nothing, or not all.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// The data folder.
    #[error("{0}")]
    Start(#[from] StartError),
    /// There is no data folder: an export does not make one.
    #[error("{0}: there is no data folder")]
    NoData(PathBuf),
    /// The account.
    #[error("{0}")]
    Account(#[from] AccountError),
    /// The key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The file.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// What is in it.
    #[error("{0}: {1}")]
    Sealed(PathBuf, SealedError),
    /// The pool's refusal.
    #[error("{0}")]
    Refused(String),
    /// Lines that do not fit: nothing was imported.
    #[error("nothing was imported; lines that do not fit: {0}")]
    Misfits(usize),
    /// Lines that were refused; the others are in.
    #[error("lines that were not imported: {0}")]
    NotAll(usize),
    /// The terminal.
    #[error("{0}")]
    Output(#[from] io::Error),
}

impl From<AwsError> for UsersError {
    fn from(error: AwsError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// What is done with users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Writes a pool's users to a new file.
    Export,
    /// Takes users in.
    Import(Existing),
}

/// A pool, a file and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The pool's id.
    pub pool: String,
    /// The file.
    pub file: PathBuf,
    /// Where its key is.
    pub key: KeySource,
    /// What to do.
    pub act: Act,
}

/// Does it.
///
/// # Errors
/// [`UsersError`].
pub async fn users(config: &Config, job: &Job, out: &mut (dyn Write + Send)) -> Result<(), UsersError> {
    let given = Given::read(&job.key)?;
    if !config.data.is_dir() {
        return Err(UsersError::NoData(config.data.clone()));
    }
    let random = SystemRng::new();
    let store = open_store(config, &random)?;
    let account = account::settle(&store, config.account.as_ref()).await?;
    let pools = pools(&store, account);
    match job.act {
        Act::Export => export(&pools, job, &given, &random, out).await,
        Act::Import(existing) => import(&pools, job, (&given, existing), out).await,
    }
}

/// User pools without a server around them: nothing is sent, no function is asked.
fn pools(store: &Store, account: aws_types::AccountId) -> Arc<CognitoIdp> {
    let config = cognito_idp::Config { account, reserve_keys: 0, ..cognito_idp::Config::default() };
    let doors = cognito_idp::Doors {
        store: store.clone(),
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(SystemRng::new()),
        messages: Arc::new(Inbox::new(1)),
        functions: Arc::new(NoFunctions),
        logs: Arc::new(cognito_idp::ports::NoLogDestinations),
        sms_roles: Arc::new(cognito_idp::ports::NoRoles),
    };
    CognitoIdp::new(config, doors)
}

async fn export(
    pools: &CognitoIdp,
    job: &Job,
    given: &Given,
    random: &dyn Rng,
    out: &mut (dyn Write + Send),
) -> Result<(), UsersError> {
    let head = pools.export_head(&job.pool).await?;
    let failed = |error| UsersError::File(job.file.clone(), error);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&job.file).map_err(failed)?;
    match write_export(pools, job, (given, rng::bytes(random)), head, file).await {
        Ok((groups, users)) => Ok(writeln!(out, "Exported {users} users and {groups} groups of {}", job.pool)?),
        Err(error) => {
            drop(std::fs::remove_file(&job.file));
            Err(error)
        }
    }
}

async fn write_export(
    pools: &CognitoIdp,
    job: &Job,
    (given, salt): (&Given, [u8; SALT_BYTES]),
    head: Line,
    file: File,
) -> Result<(usize, usize), UsersError> {
    let sealed = |error| UsersError::Sealed(job.file.clone(), error);
    let failed = |error| UsersError::File(job.file.clone(), error);
    let mut writer = Writer::begin(BufWriter::new(file), given, salt, Cost::DEFAULT).map_err(sealed)?;
    writer.line(&head).map_err(sealed)?;
    let (mut groups, mut users) = (0, 0);
    let mut after = None;
    loop {
        let page = pools.export_groups(&job.pool, after.as_deref()).await?;
        groups += write_page(&mut writer, &page).map_err(sealed)?;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    loop {
        let page = pools.export_users(&job.pool, after.as_deref()).await?;
        users += write_page(&mut writer, &page).map_err(sealed)?;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let file = writer.end().map_err(sealed)?.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok((groups, users))
}

fn write_page(writer: &mut Writer<BufWriter<File>>, page: &Page) -> Result<usize, SealedError> {
    for line in &page.lines {
        writer.line(line)?;
    }
    Ok(page.lines.len())
}

async fn import(
    pools: &CognitoIdp,
    job: &Job,
    (given, existing): (&Given, Existing),
    out: &mut (dyn Write + Send),
) -> Result<(), UsersError> {
    let mut file = File::open(&job.file).map_err(|error| UsersError::File(job.file.clone(), error))?;
    {
        let (mut lines, importer) = open(pools, job, (given, existing), &file).await?;
        check(&mut lines, &importer, job, out).await?;
    }
    file.rewind().map_err(|error| UsersError::File(job.file.clone(), error))?;
    let (mut lines, mut importer) = open(pools, job, (given, existing), &file).await?;
    take(&mut lines, &mut importer, job, out).await
}

type Lines<'f> = Reader<BufReader<&'f File>>;

/// The file's reader behind its first line.
async fn open<'p, 'f>(
    pools: &'p CognitoIdp,
    job: &Job,
    (given, existing): (&Given, Existing),
    file: &'f File,
) -> Result<(Lines<'f>, Importer<'p>), UsersError> {
    let sealed = |error| UsersError::Sealed(job.file.clone(), error);
    let mut lines = Reader::begin(BufReader::new(file), given).map_err(sealed)?;
    let head = lines.line().map_err(sealed)?.ok_or_else(|| sealed(SealedError::Line))?;
    let importer = Importer::begin(pools, &job.pool, &head, existing).await?;
    Ok((lines, importer))
}

/// Reads to the end, writing nothing.
async fn check(
    lines: &mut Lines<'_>,
    importer: &Importer<'_>,
    job: &Job,
    out: &mut (dyn Write + Send),
) -> Result<(), UsersError> {
    let (mut number, mut misfits) = (1_usize, Vec::new());
    while let Some(line) = next(lines, &job.file)? {
        number += 1;
        if let Some(why) = importer.check(&line).await? {
            misfits.push((number, why));
        }
    }
    if misfits.is_empty() {
        return Ok(());
    }
    for (number, why) in misfits.iter().take(MOST_SHOWN) {
        writeln!(out, "line {number}: {why}")?;
    }
    Err(UsersError::Misfits(misfits.len()))
}

/// Reads again, and takes in.
async fn take(
    lines: &mut Lines<'_>,
    importer: &mut Importer<'_>,
    job: &Job,
    out: &mut (dyn Write + Send),
) -> Result<(), UsersError> {
    let (mut number, mut taken, mut refused) = (1, 0, 0);
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH
            && let Some(line) = next(lines, &job.file)?
        {
            batch.push(line);
        }
        if batch.is_empty() {
            break;
        }
        for (name, outcome) in importer.take(&batch).await? {
            number += 1;
            refused += usize::from(matches!(outcome, Outcome::Refused(_)));
            taken += usize::from(matches!(outcome, Outcome::Made | Outcome::Replaced));
            writeln!(out, "line {number}: {} {name:?}", described(&outcome))?;
        }
    }
    writeln!(out, "Imported {taken} of {} lines into {}", number - 1, job.pool)?;
    if refused > 0 { Err(UsersError::NotAll(refused)) } else { Ok(()) }
}

fn next(lines: &mut Lines<'_>, file: &Path) -> Result<Option<Line>, UsersError> {
    lines.line().map_err(|error| UsersError::Sealed(file.to_owned(), error))
}

fn described(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Made => "imported".to_owned(),
        Outcome::Replaced => "replaced".to_owned(),
        Outcome::Skipped => "kept as it is".to_owned(),
        Outcome::Refused(why) => format!("refused, {why}:"),
    }
}
