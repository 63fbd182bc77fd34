//! DeleteLogGroup. The group is gone at once; its events are removed in the background.

use model_logs::types::DeleteLogGroupRequest;
use store::Tx;

use crate::Cx;
use crate::error::{Result, aborted, lost, protected};
use crate::table::{GONE, GONE_PK, GROUPS, Gone, Scope};

/// Deletes a group with its streams and events.
pub async fn delete_log_group(cx: &Cx<'_>, input: DeleteLogGroupRequest) -> Result<()> {
    let run = || async {
        let group = cx.group(&input.log_group_name).await?;
        if group.protected {
            return Err(protected());
        }
        let mut tx = Tx::new();
        GROUPS.delete(&mut tx, &group);
        let scope = Scope::Group(group.id).key();
        let gone = Gone { scope: scope.clone(), group: Some(group.id) };
        GONE.put(&mut tx, GONE_PK, &scope, &gone, Vec::new())?;
        Ok(cx.store().commit(tx).await.map(drop)?)
    };
    store::retry(cx.store(), run).await.map_err(|error| lost(error, aborted))?;
    cx.service.deleted().notify_one();
    Ok(())
}
