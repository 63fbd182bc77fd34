//! GetCredentialReport.

use aws_types::AwsError;
use aws_types::wire::Blob;
use model_iam::errors::{CREDENTIAL_REPORT_EXPIRED_EXCEPTION, CREDENTIAL_REPORT_NOT_PRESENT_EXCEPTION};
use model_iam::types::{GetCredentialReportResponse, ReportFormatType};

use crate::Cx;
use crate::credential_report::{GOOD_MS, REPORT_SK, REPORTS};
use crate::error::Result;

/// Shows the report. Sentences: memory.
pub async fn get_credential_report(cx: &Cx<'_>, (): ()) -> Result<GetCredentialReportResponse> {
    let absent = || AwsError::of(&CREDENTIAL_REPORT_NOT_PRESENT_EXCEPTION, "No report exists. Generate a new report.");
    let report = REPORTS.get(cx.store(), &cx.pk(), REPORT_SK).await?.ok_or_else(absent)?.value;
    if report.made.plus_ms(GOOD_MS) <= cx.call.now {
        let message = "The report has expired. Generate a new report.";
        return Err(AwsError::of(&CREDENTIAL_REPORT_EXPIRED_EXCEPTION, message));
    }
    Ok(GetCredentialReportResponse {
        content: Some(Blob(report.content.into_bytes())),
        report_format: Some(ReportFormatType::TextCsv),
        generated_time: Some(report.made),
    })
}
