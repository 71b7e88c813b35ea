//! Errors as responses.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use noorm::{Error, ErrorKind};

/// What a handler fails with.
pub struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match self.0.kind() {
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            // Every problem at once, each with its field.
            ErrorKind::Invalid => {
                return (StatusCode::UNPROCESSABLE_ENTITY, Json(self.0.report())).into_response();
            }
            ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => StatusCode::CONFLICT,
            // What went wrong inside is nobody's business.
            _ => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
        (status, self.0.message().to_owned()).into_response()
    }
}
