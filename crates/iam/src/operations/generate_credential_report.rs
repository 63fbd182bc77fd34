//! GenerateCredentialReport. The report is made at once; one of the last four hours stands.

use model_iam::types::{GenerateCredentialReportResponse, ReportStateType};
use store::Tx;

use crate::Cx;
use crate::credential_report::{GOOD_MS, REPORT_SK, REPORTS, Report, write};
use crate::error::Result;

/// Makes the report.
pub async fn generate_credential_report(cx: &Cx<'_>, (): ()) -> Result<GenerateCredentialReportResponse> {
    let last = REPORTS.get(cx.store(), &cx.pk(), REPORT_SK).await?;
    if last.is_some_and(|report| report.made.plus_ms(GOOD_MS) > cx.call.now) {
        return Ok(GenerateCredentialReportResponse { state: Some(ReportStateType::Complete), description: None });
    }
    let report = Report { made: cx.now_s(), content: write(cx).await? };
    let mut tx = Tx::new();
    REPORTS.put(&mut tx, &cx.pk(), REPORT_SK, &report, Vec::new())?;
    cx.store().commit(tx).await?;
    Ok(GenerateCredentialReportResponse {
        state: Some(ReportStateType::Started),
        description: Some("No report exists. Starting a new report generation task".to_owned()),
    })
}
