//! One file per door: each takes a request as the front door found it and gives a response.

pub mod aws_api;
pub mod bucket_cors;
pub mod execute_api;
pub mod function_url;
mod function_url_event;
pub mod http_api;
pub mod internal;
pub mod issuer;
pub mod multipart_form;
pub mod post_form;
pub mod post_policy;
pub mod upload;
pub mod user_import;
pub mod user_pool_domain;
pub mod website;
pub mod websocket_api;
