//! PutBucketWebsite, with the rules that S3 checks of the document.

use aws_types::AwsError;
use model_s3::{PutBucketWebsiteRequest, RoutingRule, WebsiteConfiguration};

use crate::Cx;
use crate::error;
use crate::table::change_bucket;

/// Routing rules in one configuration (S3 user guide, "Configuring advanced conditional redirects").
const MAX_RULES: usize = 50;

/// Makes a bucket a website.
pub async fn put_bucket_website(cx: &Cx<'_>, input: PutBucketWebsiteRequest) -> Result<(), AwsError> {
    check(&input.website_configuration)?;
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.website = Some(input.website_configuration.clone());
        Ok(())
    })
    .await
}

fn check(website: &WebsiteConfiguration) -> Result<(), AwsError> {
    let rules = website.routing_rules.as_deref().unwrap_or_default();
    if website.redirect_all_requests_to.is_some() {
        if website.index_document.is_some() || website.error_document.is_some() || !rules.is_empty() {
            let message = "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.";
            return Err(error::invalid_argument(message, "RedirectAllRequestsTo", "not null"));
        }
        return Ok(());
    }
    let Some(index) = &website.index_document else {
        let message = "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty";
        return Err(error::invalid_argument(message, "IndexDocument", "null"));
    };
    if index.suffix.is_empty() || index.suffix.contains('/') {
        let message = "The IndexDocument Suffix is not well formed";
        return Err(error::invalid_argument(message, "IndexDocument", &index.suffix));
    }
    if rules.len() > MAX_RULES {
        return Err(error::malformed_xml());
    }
    rules.iter().try_for_each(check_rule)
}

fn check_rule(rule: &RoutingRule) -> Result<(), AwsError> {
    if rule.redirect.replace_key_prefix_with.is_some() && rule.redirect.replace_key_with.is_some() {
        return Err(error::invalid_request("You can only define ReplaceKeyPrefix or ReplaceKey but not both."));
    }
    let empty = |c: &model_s3::Condition| c.http_error_code_returned_equals.is_none() && c.key_prefix_equals.is_none();
    if rule.condition.as_ref().is_some_and(empty) {
        return Err(error::invalid_request(
            "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
        ));
    }
    let error_code = rule.condition.as_ref().and_then(|c| c.http_error_code_returned_equals.as_deref());
    let in_range = |code: &str, from: u16, to: u16| code.parse::<u16>().is_ok_and(|code| (from..=to).contains(&code));
    if error_code.is_some_and(|code| !in_range(code, 400, 599)) {
        let message = "The provided HTTP error code is not valid. Valid codes are 4XX or 5XX.";
        return Err(error::invalid_request(message));
    }
    if rule.redirect.http_redirect_code.as_deref().is_some_and(|code| !in_range(code, 301, 399)) {
        let message = "The provided HTTP redirect code is not valid. Valid codes are 3XX except 300.";
        return Err(error::invalid_request(message));
    }
    Ok(())
}
