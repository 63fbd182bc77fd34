//! What is kept: buckets, objects' heads, and who may read them.

pub mod acl;
pub mod bucket;
pub mod object;
pub mod upload;
pub mod version;

pub use acl::{Acl, Grant, Grantee, Permission};
pub use bucket::{Bucket, Ownership, PublicAccessBlock, Versioning};
pub use object::{Object, Part, Piece, Sealing};
pub use upload::Upload;
pub use version::Version;
