//! Buckets as websites (Amazon S3 user guide, "Hosting a static website using Amazon S3"): index and error documents,
//! redirects, and nothing but what anybody may read.
//!
//! What comes in: a GET or HEAD for a path of a bucket. What goes out: a page, a redirect, or S3's HTML error.
//! What it must not know: how objects are stored, who may administer them, signatures (a website endpoint takes none).
//! To add a rule of the website configuration: a field in [`plan`], its effect in [`answer`].

mod answer;
mod html;
pub mod plan;
pub mod ports;

pub use answer::{Body, WebsiteRequest, answer};
pub use plan::WebsitePlan;
pub use ports::{PublicObject, Unreadable, Visitor, WebsiteSource};

#[cfg(test)]
mod tests;
