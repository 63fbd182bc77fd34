//! execute-api
