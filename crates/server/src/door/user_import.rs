//! Where the file of a user import job is put, and what the job said of its lines is read: a URL that the job's own
//! operations give out, signed and ending. `PUT` takes the file, `GET` answers the log.

use cognito_idp::import::upload::{Target, UploadError};
use http::{Method, Response, StatusCode};

use crate::access::BodyProof;
use crate::app::{App, Arrival, text};
use crate::body::{RequestBody, ResponseBody};
use crate::door::upload;

/// Answers `/_aws/user-import/{pool}/{job}`.
pub async fn answer(app: &App, arrival: &Arrival, body: RequestBody, pool: &str, job: &str) -> Response<ResponseBody> {
    let query = arrival.parts.uri.query().unwrap_or_default();
    let target = Target { pool_id: pool, job_id: job, query };
    let service = &app.rooms.cognito_idp;
    let outcome = match arrival.parts.method {
        Method::PUT => match upload::open(&arrival.parts.headers, BodyProof::Any, body) {
            Ok(body) => service.receive_import_file(target, body).await.map(|()| String::new()),
            Err(_) => Err(UploadError::TooLarge),
        },
        Method::GET => service.import_log(target).await,
        _ => return plain(StatusCode::METHOD_NOT_ALLOWED, "PUT the file, or GET the log."),
    };
    match outcome {
        Ok(said) => plain(StatusCode::OK, said),
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &UploadError) -> Response<ResponseBody> {
    let status = match error {
        UploadError::Refused => StatusCode::FORBIDDEN,
        UploadError::NotWaiting => StatusCode::CONFLICT,
        UploadError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        UploadError::Broken => StatusCode::BAD_REQUEST,
        UploadError::Internal(cause) => {
            tracing::error!(?cause, "the file of a user import was not taken");
            return plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");
        }
    };
    plain(status, error.to_string())
}

fn plain(status: StatusCode, said: impl Into<String>) -> Response<ResponseBody> {
    let mut response = text(status, "text/plain; charset=utf-8", said.into());
    response.headers_mut().insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    response
}
