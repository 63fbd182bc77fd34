//! What is kept: buckets, objects' heads, and who may read them.

pub mod acl;
pub mod bucket;
pub mod object;

pub use acl::{Acl, Grant, Grantee, Permission};
pub use bucket::{Bucket, Ownership, PublicAccessBlock};
pub use object::Object;
