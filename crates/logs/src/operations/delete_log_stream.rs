//! DeleteLogStream. When it answers, the stream's events are gone too.

use model_logs::types::DeleteLogStreamRequest;
use store::Tx;

use crate::Cx;
use crate::error::{Result, aborted, lost};
use crate::table::{GONE, GONE_PK, Gone, STREAMS, Scope};

/// Deletes a stream with its events.
pub async fn delete_log_stream(cx: &Cx<'_>, input: DeleteLogStreamRequest) -> Result<()> {
    let run = || async {
        let group = cx.group(&input.log_group_name).await?;
        let stream = cx.stream(&group, &input.log_stream_name).await?;
        let mut tx = Tx::new();
        STREAMS.delete(&mut tx, &stream);
        let scope = Scope::Stream(stream.id).key();
        // Noted, so that a crash in between leaves nothing behind.
        GONE.put(&mut tx, GONE_PK, &scope, &Gone { scope: scope.clone(), group: None }, Vec::new())?;
        cx.store().commit(tx).await?;
        Ok(scope)
    };
    let scope = store::retry(cx.store(), run).await.map_err(|error| lost(error, aborted))?;
    cx.service.remove_all(&scope).await?;
    cx.service.deleted().notify_one();
    Ok(())
}
