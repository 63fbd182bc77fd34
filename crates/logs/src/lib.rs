//! CloudWatch Logs: groups, streams, events and retention (API reference 2014-03-28; user guide, "Working with log groups
//! and log streams" and "Filter pattern syntax").
//!
//! What comes in: calls whose constraints the model has checked, and what this server itself has to log, by a [`Writer`]
//! that never makes anybody wait. What goes out: events in the order of their time.
//! What it must not know: HTTP, who writes (functions, gateways), other services.
//!
//! - `operations/`: one file an operation. `entity.rs`: what is kept. `table.rs`: where it lies. `error.rs`: each sentence
//!   once.
//! - Events lie in chunks, each of one stream and of ten minutes at most. `append.rs` fills them, `read.rs` merges them in
//!   order, `sweep.rs` removes what retention, deletions and the bound on the disk leave behind.
//! - `writer.rs`: the queue of events from inside. `filter/`: filter patterns.
//!
//! To add an operation: a file in `operations/`, its line there, its line in the table below, its tests.

mod append;
mod entity;
mod error;
pub mod filter;
mod operations;
mod read;
mod service;
mod sweep;
mod table;
mod writer;

#[cfg(test)]
mod tests;

pub use service::{Config, Cx, DEFAULT_MAX_BYTES, Doors, Logs};
pub use writer::{Line, Place, Writer};

aws_types::operations! { Cx =>
    CreateLogGroup: create_log_group, partial("no KMS keys");
    CreateLogStream: create_log_stream, done;
    DeleteLogGroup: delete_log_group, done;
    DeleteLogStream: delete_log_stream, done;
    DeleteRetentionPolicy: delete_retention_policy, done;
    DescribeLogGroups: describe_log_groups, partial("one account");
    DescribeLogStreams: describe_log_streams, done;
    FilterLogEvents: filter_log_events, done;
    GetLogEvents: get_log_events, done;
    ListTagsForResource: list_tags_for_resource, partial("log groups alone");
    ListTagsLogGroup: list_tags_log_group, done;
    PutLogEvents: put_log_events, done;
    PutLogGroupDeletionProtection: put_log_group_deletion_protection, done;
    PutRetentionPolicy: put_retention_policy, done;
    TagLogGroup: tag_log_group, done;
    TagResource: tag_resource, partial("log groups alone");
    UntagLogGroup: untag_log_group, done;
    UntagResource: untag_resource, partial("log groups alone");
}
