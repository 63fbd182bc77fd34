//! CreateLogStream.

use model_logs::types::CreateLogStreamRequest;
use store::Tx;

use crate::Cx;
use crate::append::new_id;
use crate::entity::LogStream;
use crate::error::{Result, lost, stream_exists, unavailable};
use crate::table::{GROUPS, STREAMS, streams_pk};

/// Makes a stream.
pub async fn create_log_stream(cx: &Cx<'_>, input: CreateLogStreamRequest) -> Result<()> {
    let run = || async {
        let group = cx.group(&input.log_group_name).await?;
        let pk = streams_pk(group.id);
        if STREAMS.get(cx.store(), &pk, &input.log_stream_name).await?.is_some() {
            return Err(stream_exists());
        }
        let name = input.log_stream_name.clone();
        let id = new_id(cx.service.rng());
        let stream = LogStream { id, name, created: cx.now(), ..LogStream::default() };
        let mut tx = Tx::new();
        GROUPS.require(&mut tx, &group);
        STREAMS.insert(&mut tx, &pk, &stream.name, &stream, Vec::new())?;
        Ok(cx.store().commit(tx).await.map(drop)?)
    };
    store::retry(cx.store(), run).await.map_err(|error| lost(error, unavailable))
}
