//! What this room asks of its neighbours beside the doors of [`crate::Doors`]; the server wires it to the room that knows.

use aws_types::Timestamp;

/// The log groups that pools' logs are delivered to (SetLogDeliveryConfiguration).
pub trait LogGroups: Send + Sync {
    /// Takes an event for a stream of a group, by the group's ARN. Never waits: what cannot be kept is dropped.
    fn put(&self, group_arn: &str, stream: &str, event: (Timestamp, String));
}

/// Where there are no log groups.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLogGroups;

impl LogGroups for NoLogGroups {
    fn put(&self, _: &str, _: &str, _: (Timestamp, String)) {}
}
