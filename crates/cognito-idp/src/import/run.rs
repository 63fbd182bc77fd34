//! The job at work: row by row, a transaction each.

use std::sync::Arc;

use aws_types::AwsError;
use store::{Tx, Versioned, retry};

use super::csv::{self, Hashes, MAX_ROW_BYTES};
use super::line::{Made, Rows};
use super::upload::PIECE_BYTES;
use crate::CognitoIdp;
use crate::entity::user_import_job::Status;
use crate::entity::{UserImportJob, UserPool};
use crate::error::Result;
use crate::table::user;
use crate::table::user_import_job::{IMPORT_JOBS, IMPORT_LOG, IMPORTS_RUNNING, job_index, log_sk};

/// Users of one file (guide: "Quotas").
const MAX_USERS: u64 = 500_000;
/// Lines whose outcome is kept; the counts know all.
const MAX_LOGGED: u64 = 10_000;
/// Jobs taken up again at a time.
const RESUMED: usize = 100;
/// (field)
const SUCCEEDED: &str = "Import Job Completed Successfully.";
/// (doc)
const STOPPED: &str = "The Import Job was stopped by the developer.";
const BAD_HEADER: &str = "The header of the file does not match the attributes of the user pool.";
const BAD_FILE: &str = "The file could not be parsed.";
const TOO_MANY: &str = "The file has more than 500,000 users.";
const BROKEN: &str = "The Import Job failed by an internal error.";

/// A row of the file and where the next one begins.
struct Row {
    text: String,
    next: u64,
}

/// What was read at an offset.
enum Read {
    Row(Row),
    End,
    Malformed,
}

/// Where a job stands between two rows.
enum Step {
    Again,
    Over,
}

/// The piece that is read from, kept between rows.
#[derive(Default)]
struct Window {
    piece: Option<(u64, Vec<u8>)>,
}

impl CognitoIdp {
    /// Works on a job in the background until it is over.
    pub(crate) fn begin_import(&self, pool_id: &str, job_id: &str) {
        let Some(service) = self.shared() else { return };
        let (pool_id, job_id) = (pool_id.to_owned(), job_id.to_owned());
        drop(world::spawn("cognito-idp: user import", async move { service.import(&pool_id, &job_id).await }));
    }

    /// Takes up all jobs that a stop of the server broke off.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn resume_imports(&self) -> Result<()> {
        let running = self.store().lookup_range(IMPORTS_RUNNING, "", None, RESUMED).await?;
        for (_, pk, sk) in &running {
            let Some(job) = IMPORT_JOBS.get(self.store(), pk, sk).await? else { continue };
            self.begin_import(&job.pool_id, &job.id);
        }
        Ok(())
    }

    async fn import(self: Arc<Self>, pool_id: &str, job_id: &str) {
        if let Err(error) = self.import_rows(pool_id, job_id).await {
            tracing::warn!(pool.id = pool_id, job.id = job_id, ?error, "a user import broke off");
            let ended = self.end(pool_id, job_id, Status::Failed, BROKEN).await;
            if let Err(error) = ended {
                tracing::warn!(pool.id = pool_id, job.id = job_id, ?error, "it goes on at the next start");
            }
        }
    }

    async fn import_rows(&self, pool_id: &str, job_id: &str) -> Result<()> {
        let mut window = Window::default();
        let mut columns: Option<Vec<String>> = None;
        loop {
            let job = self.import_job(pool_id, job_id).await?;
            match job.status {
                Status::Stopping => return self.end(pool_id, job_id, Status::Stopped, STOPPED).await,
                Status::Pending | Status::InProgress => {}
                _ => return Ok(()),
            }
            let pool = self.any_pool(pool_id).await?;
            if columns.is_none() {
                columns = self.read_header(&pool, &job).await?;
            }
            let Some(columns) = &columns else { return self.end(pool_id, job_id, Status::Failed, BAD_HEADER).await };
            if let Step::Over = self.import_row(&pool, &job, columns, &mut window).await? {
                return Ok(());
            }
        }
    }

    async fn read_header(&self, pool: &UserPool, job: &UserImportJob) -> Result<Option<Vec<String>>> {
        let Read::Row(row) = self.read_row(job, 0, &mut Window::default()).await? else { return Ok(None) };
        let hashes = if job.algorithm.is_some() { Hashes::Allowed } else { Hashes::Refused };
        Ok(csv::columns(pool, &row.text, hashes))
    }

    async fn import_row(
        &self,
        pool: &UserPool,
        job: &UserImportJob,
        columns: &[String],
        window: &mut Window,
    ) -> Result<Step> {
        let over = |status, message| async move {
            self.end(&job.pool_id, &job.id, status, message).await?;
            Ok(Step::Over)
        };
        let row = match self.read_row(job, job.offset, window).await? {
            Read::Row(row) => row,
            Read::End => return over(Status::Succeeded, SUCCEEDED).await,
            Read::Malformed => return over(Status::Failed, BAD_FILE).await,
        };
        if job.line > MAX_USERS {
            return over(Status::Failed, TOO_MANY).await;
        }
        let made = match job.line {
            // The header, and blank lines at the end.
            0 => None,
            _ if row.text.trim().is_empty() => None,
            _ => Some(self.imported_user(Rows { pool, columns, algorithm: job.algorithm }, &row.text)),
        };
        retry(self.store(), || self.take_row(pool, job, made.as_ref(), row.next)).await?;
        Ok(Step::Again)
    }

    /// Stores a user and moves the job on, together. Where somebody else moved the job meanwhile nothing is done.
    async fn take_row(&self, pool: &UserPool, read: &UserImportJob, made: Option<&Made>, next: u64) -> Result<()> {
        let current = self.import_job(&read.pool_id, &read.id).await?;
        if current.offset != read.offset || !matches!(current.status, Status::Pending | Status::InProgress) {
            return Ok(());
        }
        let mut job = UserImportJob { status: Status::InProgress, offset: next, ..current.value.clone() };
        job.line += 1;
        let mut tx = Tx::new();
        if let Some(made) = made {
            let said = self.stage_user(&mut tx, pool, &mut job, made).await?;
            if job.line <= MAX_LOGGED {
                let text = format!("[{}] Line Number {} - {}", said.0, job.line, said.1);
                IMPORT_LOG.put(&mut tx, &current.pk, &log_sk(&job.id, job.line), &text, Vec::new())?;
            }
        }
        IMPORT_JOBS.update(&mut tx, &current, &job, job_index(&job))?;
        self.store().commit(tx).await?;
        Ok(())
    }

    async fn stage_user(
        &self,
        tx: &mut Tx,
        pool: &UserPool,
        job: &mut UserImportJob,
        made: &Made,
    ) -> Result<(&'static str, String)> {
        let (user, why) = match made {
            Made::User(user) => (user, self.check_names_free(pool, user).await.err()),
            Made::Nothing(why) => {
                job.failed += 1;
                return Ok(("FAILED", why.clone()));
            }
        };
        match why {
            None => {
                user::insert(tx, pool, user)?;
                job.imported += 1;
                Ok(("SUCCEEDED", "The import succeeded.".to_owned()))
            }
            Some(error) if error.internal.is_some() => Err(error),
            Some(error) if error.code == "UsernameExistsException" => {
                job.skipped += 1;
                Ok(("SKIPPED", "The user already exists.".to_owned()))
            }
            Some(error) => {
                job.failed += 1;
                Ok(("FAILED", error.message.into_owned()))
            }
        }
    }

    async fn end(&self, pool_id: &str, job_id: &str, status: Status, message: &str) -> Result<()> {
        retry(self.store(), || async {
            let current: Versioned<UserImportJob> = self.import_job(pool_id, job_id).await?;
            let job = UserImportJob {
                status,
                completed_ms: Some(self.now().ms()),
                message: Some(message.to_owned()),
                ..current.value.clone()
            };
            let mut tx = Tx::new();
            IMPORT_JOBS.update(&mut tx, &current, &job, job_index(&job))?;
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(())
        })
        .await
    }

    /// The row at an offset: up to a line end, or the end of the file.
    async fn read_row(&self, job: &UserImportJob, offset: u64, window: &mut Window) -> Result<Read> {
        let mut bytes = Vec::new();
        let mut at = offset;
        loop {
            let rest = self.rest_of_piece(job, at, window).await?;
            if rest.is_empty() && bytes.is_empty() {
                return Ok(Read::End);
            }
            let line_end = rest.iter().position(|byte| *byte == b'\n');
            let taken = line_end.map_or(rest.len(), |end| end + 1);
            bytes.extend(rest.iter().take(taken));
            at += u64::try_from(taken).unwrap_or(0);
            if bytes.len() > MAX_ROW_BYTES {
                return Ok(Read::Malformed);
            }
            if line_end.is_some() || rest.is_empty() {
                return Ok(String::from_utf8(bytes).map_or(Read::Malformed, |text| {
                    Read::Row(Row { text: text.trim_end_matches(['\n', '\r']).to_owned(), next: at })
                }));
            }
        }
    }

    async fn rest_of_piece<'a>(&self, job: &UserImportJob, at: u64, window: &'a mut Window) -> Result<&'a [u8]> {
        let size = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
        let (number, within) = (at / size, usize::try_from(at % size).unwrap_or(0));
        if window.piece.as_ref().is_none_or(|(held, _)| *held != number) {
            window.piece = Some((number, self.import_piece(job, number).await?));
        }
        Ok(window.piece.as_ref().and_then(|(_, bytes)| bytes.get(within..)).unwrap_or_default())
    }
}
