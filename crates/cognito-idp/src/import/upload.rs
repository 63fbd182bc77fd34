//! The file on its way in: a URL that is signed, ends after a quarter of an hour and is good for one job; the file is
//! cut into sealed pieces as it comes, so that no size of it takes memory.

use std::future::poll_fn;

use aws_lc_rs::{constant_time, hmac};
use aws_types::{AwsError, ByteStream};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::{Expect, Tx, retry};
use world::rng;

use crate::CognitoIdp;
use crate::entity::UserImportJob;
use crate::entity::user_import_job::{Status, Upload};
use crate::table::pool_pk;
use crate::table::user_import_job::{IMPORT_JOBS, IMPORT_LOG, job_index, log_prefix, piece_sk};

/// Bytes of a piece; all but the last have so many.
pub const PIECE_BYTES: usize = 256 * 1024;
/// Largest file (guide: 100 MB).
pub const MAX_FILE_BYTES: u64 = 100 * 1024 * 1024;
const URL_LIFE_MS: i64 = 15 * 60 * 1000;
/// A file that nobody starts is swept with its job's chance.
const PIECE_LIFE_MS: i64 = 48 * 3_600_000;
/// Lines of a log in one answer.
const MAX_LOG_LINES: usize = 10_000;
const LOG_PAGE: usize = 500;

/// Why a file was not taken, or a log not shown.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The URL is forged, of another job, or its time is over.
    #[error("The request signature does not match, or the URL has expired.")]
    Refused,
    /// The job has its file, or is over.
    #[error("The job does not wait for a file.")]
    NotWaiting,
    /// Over [`MAX_FILE_BYTES`].
    #[error("The file is larger than 100 MB.")]
    TooLarge,
    /// The body broke off.
    #[error("The file broke off.")]
    Broken,
    /// Ours.
    #[error(transparent)]
    Internal(#[from] AwsError),
}

/// What stands in the URL.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The pool.
    pub pool_id: &'a str,
    /// The job.
    pub job_id: &'a str,
    /// The query, raw: `expires=…&signature=…`.
    pub query: &'a str,
}

impl CognitoIdp {
    /// `PreSignedUrl`: from now, for a quarter of an hour.
    pub(crate) fn upload_url(&self, job: &UserImportJob) -> String {
        let expires = self.now().ms().saturating_add(URL_LIFE_MS).div_euclid(1000);
        let signature = self.upload_signature(&job.pool_id, &job.id, &expires.to_string());
        let (base, pool) = (&self.config().base_url, &job.pool_id);
        format!("{base}/_aws/user-import/{pool}/{}?expires={expires}&signature={signature}", job.id)
    }

    fn upload_signature(&self, pool_id: &str, job_id: &str, expires: &str) -> String {
        let key = self.store().sealer().derive("cognito user imports");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, format!("{pool_id}|{job_id}|{expires}").as_bytes()))
    }

    fn prove(&self, target: Target<'_>) -> Result<(), UploadError> {
        let value = |name: &str| target.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let (expires, signature) = value("expires").zip(value("signature")).ok_or(UploadError::Refused)?;
        let right = self.upload_signature(target.pool_id, target.job_id, expires);
        constant_time::verify_slices_are_equal(right.as_bytes(), signature.as_bytes())
            .map_err(|_| UploadError::Refused)?;
        let alive = expires.parse::<i64>().is_ok_and(|expires| self.now().ms() < expires.saturating_mul(1000));
        if alive { Ok(()) } else { Err(UploadError::Refused) }
    }

    /// Takes a job's file. A later one takes the place of an earlier one, until the job starts.
    ///
    /// # Errors
    /// [`UploadError`].
    pub async fn receive_import_file(&self, target: Target<'_>, mut body: ByteStream) -> Result<(), UploadError> {
        self.prove(target)?;
        self.waiting_job(target).await?;
        let generation = rng::pick(self.rng(), rng::LOWER_ALNUM, 12);
        let (mut piece, mut held, mut total) = (0_u64, Vec::with_capacity(PIECE_BYTES), 0_u64);
        while let Some(chunk) = poll_fn(|cx| body.0.as_mut().poll_next(cx)).await {
            let chunk = chunk.map_err(|_| UploadError::Broken)?;
            total = total.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if total > MAX_FILE_BYTES {
                return Err(UploadError::TooLarge);
            }
            held.extend_from_slice(&chunk);
            while held.len() >= PIECE_BYTES {
                let rest = held.split_off(PIECE_BYTES);
                self.keep_piece(target, &generation, piece, &held).await?;
                (held, piece) = (rest, piece + 1);
            }
        }
        if !held.is_empty() {
            self.keep_piece(target, &generation, piece, &held).await?;
        }
        let upload = Upload { generation, bytes: total };
        retry(self.store(), || self.take_upload(target, &upload)).await.map_err(|error| match error.code.as_ref() {
            "PreconditionNotMetException" => UploadError::NotWaiting,
            _ => UploadError::Internal(error),
        })
    }

    async fn waiting_job(&self, target: Target<'_>) -> Result<store::Versioned<UserImportJob>, UploadError> {
        let job = self.import_job(target.pool_id, target.job_id).await.map_err(|_| UploadError::Refused)?;
        let waits = job.status == Status::Created && !job.has_lapsed(self.now());
        if waits { Ok(job) } else { Err(UploadError::NotWaiting) }
    }

    async fn keep_piece(&self, at: Target<'_>, generation: &str, piece: u64, bytes: &[u8]) -> Result<(), UploadError> {
        let sk = piece_sk(at.job_id, generation, piece);
        let sealed = self.store().sealer().seal(&format!("{}/{sk}", at.pool_id), bytes);
        let mut tx = Tx::new();
        let expires = Some(self.now().plus_ms(PIECE_LIFE_MS));
        tx.put_raw(pool_pk(at.pool_id), sk, sealed, Expect::Any, expires, Vec::new());
        self.store().commit(tx).await.map_err(AwsError::from)?;
        Ok(())
    }

    async fn take_upload(&self, target: Target<'_>, upload: &Upload) -> Result<(), AwsError> {
        let job = self.import_job(target.pool_id, target.job_id).await?;
        if job.status != Status::Created {
            return Err(crate::error::import_not_waiting());
        }
        let after = UserImportJob { upload: Some(upload.clone()), ..job.value.clone() };
        let mut tx = Tx::new();
        IMPORT_JOBS.update(&mut tx, &job, &after, job_index(&after))?;
        self.store().commit(tx).await?;
        Ok(())
    }

    /// A piece of a job's file; empty past its end.
    pub(super) async fn import_piece(&self, job: &UserImportJob, piece: u64) -> Result<Vec<u8>, AwsError> {
        let Some(upload) = &job.upload else { return Ok(Vec::new()) };
        let sk = piece_sk(&job.id, &upload.generation, piece);
        let Some(item) = self.store().get_item(&pool_pk(&job.pool_id), &sk).await? else { return Ok(Vec::new()) };
        let opened = self.store().sealer().open(&format!("{}/{sk}", job.pool_id), &item.body);
        Ok(opened.map_err(AwsError::internal)?.to_vec())
    }

    /// What a job said of its lines so far, a line each; the first ten thousand.
    ///
    /// # Errors
    /// [`UploadError`].
    pub async fn import_log(&self, target: Target<'_>) -> Result<String, UploadError> {
        self.prove(target)?;
        let job = self.import_job(target.pool_id, target.job_id).await.map_err(|_| UploadError::Refused)?;
        let (mut text, mut after, mut lines) = (String::new(), None::<String>, 0);
        while lines < MAX_LOG_LINES {
            let prefix = log_prefix(&job.id);
            let page = IMPORT_LOG.list(self.store(), &job.pk, &prefix, after.as_deref(), LOG_PAGE).await;
            let page = page.map_err(AwsError::from)?;
            page.iter().for_each(|line| {
                text.push_str(line);
                text.push('\n');
            });
            lines += page.len();
            match page.into_iter().next_back() {
                Some(last) => after = Some(last.sk),
                None => break,
            }
        }
        Ok(text)
    }
}
