//! The root elements of S3's answers. The model names them only where the answer is one payload member; the names here
//! are those of the S3 API reference's response syntax.

/// Root element of an operation's answer.
pub fn root(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "ListBuckets" => "ListAllMyBucketsResult",
        "ListDirectoryBuckets" => "ListAllMyDirectoryBucketsResult",
        "ListObjects" | "ListObjectsV2" => "ListBucketResult",
        "ListObjectVersions" => "ListVersionsResult",
        "ListParts" => "ListPartsResult",
        "ListMultipartUploads" => "ListMultipartUploadsResult",
        "CreateMultipartUpload" => "InitiateMultipartUploadResult",
        "CompleteMultipartUpload" => "CompleteMultipartUploadResult",
        "DeleteObjects" => "DeleteResult",
        "CreateSession" => "CreateSessionResult",
        "GetBucketAcl" | "GetObjectAcl" => "AccessControlPolicy",
        "GetBucketLocation" => LOCATION,
        "GetBucketTagging" | "GetObjectTagging" => "Tagging",
        "GetBucketWebsite" => "WebsiteConfiguration",
        "GetBucketCors" => "CORSConfiguration",
        "GetBucketVersioning" => "VersioningConfiguration",
        "GetBucketLogging" => "BucketLoggingStatus",
        "GetBucketLifecycle" | "GetBucketLifecycleConfiguration" => "LifecycleConfiguration",
        "GetBucketNotification" | "GetBucketNotificationConfiguration" => "NotificationConfiguration",
        "GetBucketRequestPayment" => "RequestPaymentConfiguration",
        "GetBucketAccelerateConfiguration" => "AccelerateConfiguration",
        "GetObjectAttributes" => "GetObjectAttributesResponse",
        "ListBucketAnalyticsConfigurations" => "ListBucketAnalyticsConfigurationResult",
        "ListBucketIntelligentTieringConfigurations" => "ListBucketIntelligentTieringConfigurationsResult",
        "ListBucketInventoryConfigurations" => "ListInventoryConfigurationsResult",
        "ListBucketMetricsConfigurations" => "ListMetricsConfigurationsResult",
        _ => return None,
    })
}

/// GetBucketLocation's root holds the value itself.
pub const LOCATION: &str = "LocationConstraint";

/// Namespace of S3's documents.
pub const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
