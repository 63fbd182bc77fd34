//! The access log: a line for each handshake, message and end ("Set up logging for WebSocket APIs").

use execute_api::Doors;
use execute_api::ports::{LogEvent, LogPlace};
use mapping_template::ContextVariables;
use serde_json::json;

use crate::context::Call;
use crate::error::Refusal;
use crate::integration::Answer;

/// Writes the line of a call, however it ended.
pub(crate) fn access(doors: &Doors, call: Call<'_>, outcome: Result<&Answer, &Refusal>) {
    let plan = call.plan;
    let Some(access) = &plan.access_log else { return };
    let context = call.context();
    let refusal = outcome.err();
    let status = outcome.map_or_else(Refusal::status, |answer| answer.status);
    let message = access.format.render_with(|path| match path {
        ["status"] => Some(json!(status)),
        ["accountId"] => Some(json!(plan.account.as_str())),
        ["error", "message"] => refusal.map(|refusal| json!(refusal.sentence())),
        ["error", "messageString"] => refusal.map(|refusal| json!(json!(refusal.sentence()).to_string())),
        ["error", "reason"] | ["integrationErrorMessage"] | ["integration", "error"] => {
            refusal.map(|refusal| json!(refusal.reason))
        }
        other => ContextVariables::get(&context, other),
    });
    let place = LogPlace { account: &plan.account, region: &plan.region };
    access.write(doors.logs.as_ref(), place, LogEvent { at: call.at, message });
}
