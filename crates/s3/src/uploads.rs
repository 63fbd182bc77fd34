//! What all ways of writing an object have in common.

use aws_types::AwsError;

use crate::Cx;
use crate::blobs::{Writing, Written};
use crate::checksum::Checks;
use crate::sealing::CustomerKey;
use crate::versions::{Placed, Unnamed};

/// The customer's key out of a request's members.
macro_rules! customer_key {
    ($input:expr) => {
        $crate::sealing::CustomerKey::read(
            $input.sse_customer_algorithm.as_deref(),
            $input.sse_customer_key.as_deref(),
            $input.sse_customer_key_md5.as_deref(),
        )
    };
}
pub(crate) use customer_key;

/// Says in an answer how an object is sealed.
macro_rules! show_sealing {
    ($output:expr, $object:expr) => {
        match $object.sealed().map(|sealing| sealing.customer_md5.clone()) {
            None => {}
            Some(None) => $output.server_side_encryption = Some(model_s3::ServerSideEncryption::Aes256),
            Some(md5) => {
                $output.sse_customer_algorithm = Some("AES256".to_owned());
                $output.sse_customer_key_md5 = md5;
            }
        }
    };
}
pub(crate) use show_sealing;

impl Cx<'_> {
    /// Writes the call's body to a content of its own.
    pub(crate) async fn write(&self, customer: Option<&CustomerKey>, checks: Checks) -> Result<Written, AwsError> {
        let rng = self.service.doors.rng.as_ref();
        let writing = Writing { sealer: self.store().sealer(), rng, customer, checks };
        self.service.blobs.write(self.take_body(), writing).await
    }

    /// After the commit: files that nothing names any more are removed, or those that nothing came to name. Answers the
    /// version's id.
    pub(crate) async fn settle(
        &self,
        placed: Result<Placed, Unnamed>,
        written: &[String],
    ) -> Result<Option<String>, AwsError> {
        match placed {
            Ok(placed) => {
                self.free(&placed.freed).await;
                Ok(placed.version_id)
            }
            Err(Unnamed::Certainly(error)) => {
                self.free(written).await;
                Err(error)
            }
            Err(Unnamed::Perhaps(error)) => Err(error),
        }
    }

    /// Removes files.
    pub(crate) async fn free(&self, blobs: &[String]) {
        for blob in blobs {
            self.service.blobs.remove(blob).await;
        }
    }
}
