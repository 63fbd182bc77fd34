//! restXml as s3 speaks it.

use aws_types::AwsError;
use http::Request;
use http::request::Builder;
use model_s3::MODEL;
use serde_json::json;

use super::{answer, header, input, operation, read, refused, text};
use crate::{Protocol, has_streaming_input, has_streaming_output};

fn on(method: &str, uri: &str) -> Builder {
    Request::builder().method(method).uri(uri)
}

#[test]
fn the_most_specific_operation_is_meant() {
    for (method, uri, wanted) in [
        ("GET", "/", "ListBuckets"),
        ("GET", "/?x-id=ListBuckets", "ListBuckets"),
        ("GET", "/?x-id=ListDirectoryBuckets", "ListDirectoryBuckets"),
        ("GET", "/b", "ListObjects"),
        ("GET", "/b/", "ListObjects"),
        ("GET", "/b?list-type=2&prefix=a", "ListObjectsV2"),
        ("GET", "/b/?list-type=2", "ListObjectsV2"),
        ("GET", "/b?list-type=1", "ListObjects"),
        ("GET", "/b?location", "GetBucketLocation"),
        ("GET", "/b?location=", "GetBucketLocation"),
        ("GET", "/b?website", "GetBucketWebsite"),
        ("GET", "/b?analytics", "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?analytics&id=x", "GetBucketAnalyticsConfiguration"),
        ("GET", "/b?lifecycle", "GetBucketLifecycleConfiguration"),
        ("GET", "/b/k?x-id=GetObject", "GetObject"),
        ("GET", "/b/k?uploadId=u", "ListParts"),
        ("GET", "/b/k?attributes", "GetObjectAttributes"),
        ("GET", "/b/k?acl&versionId=3", "GetObjectAcl"),
        ("HEAD", "/b", "HeadBucket"),
        ("HEAD", "/b/k", "HeadObject"),
        ("PUT", "/b", "CreateBucket"),
        ("PUT", "/b?publicAccessBlock", "PutPublicAccessBlock"),
        ("PUT", "/b?analytics", "PutBucketAnalyticsConfiguration"),
        ("PUT", "/b/k", "PutObject"),
        ("PUT", "/b/k?partNumber=1&uploadId=u", "UploadPart"),
        ("PUT", "/b/k?acl", "PutObjectAcl"),
        ("POST", "/b?delete", "DeleteObjects"),
        ("POST", "/b/k?uploads", "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=u", "CompleteMultipartUpload"),
        ("DELETE", "/b", "DeleteBucket"),
        ("DELETE", "/b/k", "DeleteObject"),
        ("DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"),
        ("DELETE", "/b/k?tagging", "DeleteObjectTagging"),
    ] {
        assert_eq!(operation(&MODEL, on(method, uri)), wanted, "{method} {uri}");
    }
}

#[test]
fn headers_tell_a_copy_from_a_put() {
    let copy = |uri| on("PUT", uri).header("x-amz-copy-source", "/b/other");
    assert_eq!(operation(&MODEL, copy("/b/k")), "CopyObject");
    assert_eq!(operation(&MODEL, copy("/b/k?x-id=CopyObject")), "CopyObject");
    assert_eq!(operation(&MODEL, copy("/b/k?partNumber=1&uploadId=u")), "UploadPartCopy");
}

#[test]
fn keys_are_decoded_once_and_keep_their_slashes() {
    for (path, key) in [
        ("/b/a", "a"),
        ("/b/a/b/", "a/b/"),
        ("/b//a", "/a"),
        ("/b/a//b", "a//b"),
        ("/b/a%2Fb%20c+d", "a/b c+d"),
        ("/b/a%252F", "a%2F"),
        ("/b/..%2f..", "../.."),
        ("/b/%E2%82%AC", "€"),
        ("/b/100%", "100%"),
    ] {
        let read = input(&MODEL, on("GET", path), "");
        assert_eq!(read, json!({"Bucket": "b", "Key": key}), "{path}");
    }
    assert_eq!(refused(&MODEL, on("GET", "/b/%ff"), "").0, "InvalidURI");
}

#[test]
fn streams_are_left_alone_and_headers_are_read() {
    let builder = on("PUT", "/b/k")
        .header("x-amz-meta-Color", "blue")
        .header("x-amz-meta-size", "9")
        .header("Content-Type", "text/html")
        .header("x-amz-acl", "public-read")
        .header("Expires", "whenever");
    let (routed, read) = read(&MODEL, builder, "<not xml").unwrap();
    assert!(has_streaming_input(routed.operation) && !has_streaming_output(routed.operation));
    assert_eq!(
        read,
        json!({
            "ACL": "public-read", "Bucket": "b", "ContentType": "text/html", "Expires": "whenever", "Key": "k",
            "Metadata": {"color": "blue", "size": "9"},
        })
    );
    let builder =
        on("GET", "/b/k").header("If-Modified-Since", "Fri, 02 Jan 2026 03:04:05 GMT").header("Range", "bytes=0-1");
    assert_eq!(
        input(&MODEL, builder, ""),
        json!({"Bucket": "b", "IfModifiedSince": 1_767_323_045, "Key": "k", "Range": "bytes=0-1"})
    );
    let builder = on("GET", "/b/k").header("If-Modified-Since", "whenever");
    assert_eq!(input(&MODEL, builder, ""), json!({"Bucket": "b", "Key": "k"}));
    let builder = on("GET", "/b/k?attributes").header("x-amz-object-attributes", "ETag, ObjectSize");
    assert_eq!(input(&MODEL, builder, "")["ObjectAttributes"], json!(["ETag", "ObjectSize"]));
}

#[test]
fn documents_are_read_by_shape() {
    let body = r#"<?xml version="1.0"?>
        <WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
          <!-- one --> <IndexDocument><Suffix>index.html</Suffix></IndexDocument>
          <RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a &amp; &#98;</KeyPrefixEquals></Condition>
            <Redirect><HostName><![CDATA[<h>]]></HostName></Redirect></RoutingRule></RoutingRules>
          <Unknown>1</Unknown>
        </WebsiteConfiguration>"#;
    let read = input(&MODEL, on("PUT", "/b?website"), body);
    assert_eq!(
        read["WebsiteConfiguration"],
        json!({
            "IndexDocument": {"Suffix": "index.html"},
            "RoutingRules": [{"Condition": {"KeyPrefixEquals": "a & b"}, "Redirect": {"HostName": "<h>"}}],
        })
    );
    let body = r#"<Delete><Object><Key>a</Key></Object><Object><Key> b </Key></Object><Quiet>true</Quiet></Delete>"#;
    let read = input(&MODEL, on("POST", "/b?delete"), body);
    assert_eq!(read["Delete"], json!({"Objects": [{"Key": "a"}, {"Key": " b "}], "Quiet": true}));
    let body = r#"<AccessControlPolicy><AccessControlList><Grant>
        <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>u</URI></Grantee>
        <Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"#;
    let read = input(&MODEL, on("PUT", "/b?acl"), body);
    assert_eq!(
        read["AccessControlPolicy"]["Grants"],
        json!([{"Grantee": {"Type": "Group", "URI": "u"}, "Permission": "READ"}])
    );
}

#[test]
fn a_policy_is_text() {
    let read = input(&MODEL, on("PUT", "/b?policy"), "{\"Version\":\"2012-10-17\"}");
    assert_eq!(read, json!({"Bucket": "b", "Policy": "{\"Version\":\"2012-10-17\"}"}));
}

#[test]
fn bodies_that_the_schema_does_not_admit_are_malformed() {
    let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaa\">]><Delete><Object><Key>&a;</Key></Object></Delete>";
    let deep = format!("{}{}", "<Delete>".repeat(100), "</Delete>".repeat(100));
    for body in [
        "x",
        "<Delete>",
        "<Delete></Other>",
        "<Other/>",
        "<Delete/>",
        "<Delete/><Delete/>",
        "<Delete><Object/></Delete>",
        "<Delete><Object><Key>&unknown;</Key></Object></Delete>",
        "<Delete><Object><Key><b/></Key></Object></Delete>",
        "<Delete><Object><Key>k</Key></Object><Quiet>maybe</Quiet></Delete>",
        bomb,
        &deep,
    ] {
        let (code, message) = refused(&MODEL, on("POST", "/b?delete"), body);
        assert_eq!(code, "MalformedXML", "{body}");
        assert!(message.starts_with("The XML you provided was not well-formed"), "{message}");
    }
    assert_eq!(refused(&MODEL, on("POST", "/b?delete"), "").0, "MissingRequestBodyError");
    assert_eq!(input(&MODEL, on("PUT", "/b"), ""), json!({"Bucket": "b"}));
}

#[test]
fn arguments_are_checked_in_s3s_words() {
    let (code, message) = refused(&MODEL, on("GET", "/b?list-type=2&max-keys=many"), "");
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("InvalidArgument", "Provided max-keys not an integer or within integer range")
    );
    let put = on("PUT", "/b/k").header("x-amz-storage-class", "COLD");
    assert_eq!(refused(&MODEL, put, "").0, "InvalidStorageClass");
    let put = on("PUT", "/b/k").header("x-amz-acl", "everyone");
    let error = read(&MODEL, put, "").unwrap_err();
    assert_eq!(error.code, "InvalidArgument");
    assert_eq!(error.fields, [("ArgumentName", json!("x-amz-acl")), ("ArgumentValue", json!("everyone"))]);
    assert_eq!(refused(&MODEL, on("PUT", "/b?analytics"), "").0, "MissingRequestBodyError");
    assert_eq!(refused(&MODEL, on("GET", "/b/k?attributes"), "").0, "InvalidRequest");
    assert_eq!(refused(&MODEL, on("POST", "/b/k"), "").0, "InvalidArgument");
    assert_eq!(refused(&MODEL, on("POST", "/b"), "").0, "MethodNotAllowed");
}

#[test]
fn which_regions_there_are_is_left_to_the_service() {
    let body =
        "<CreateBucketConfiguration><LocationConstraint>xx-new-9</LocationConstraint></CreateBucketConfiguration>";
    let read = input(&MODEL, on("PUT", "/b"), body);
    assert_eq!(read["CreateBucketConfiguration"]["LocationConstraint"], "xx-new-9");
}

#[test]
fn answers_have_s3s_roots_namespace_and_moments() {
    let output = json!({
        "Name": "b", "IsTruncated": false, "KeyCount": 1, "MaxKeys": 1000,
        "Contents": [{"Key": "a<b\r", "Size": 3, "LastModified": 1_767_323_045, "ETag": "\"x\""}],
        "CommonPrefixes": [{"Prefix": "p/"}, {"Prefix": "q/"}],
    });
    let response = answer(&MODEL, "ListObjectsV2", output);
    assert_eq!(header(&response, "content-type"), "application/xml");
    assert_eq!(header(&response, "x-amz-request-id"), "req-1");
    assert!(!header(&response, "x-amz-id-2").is_empty());
    assert_eq!(
        text(&response),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <IsTruncated>false</IsTruncated><Contents><Key>a&lt;b&#xd;</Key>\
         <LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;x&quot;</ETag><Size>3</Size></Contents>\
         <Name>b</Name><MaxKeys>1000</MaxKeys><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>\
         <CommonPrefixes><Prefix>q/</Prefix></CommonPrefixes><KeyCount>1</KeyCount></ListBucketResult>"
    );
}

#[test]
fn the_location_is_the_text_of_its_root() {
    let response = answer(&MODEL, "GetBucketLocation", json!({"LocationConstraint": "eu-west-1"}));
    assert!(text(&response).ends_with(
        "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>"
    ));
    assert!(text(&answer(&MODEL, "GetBucketLocation", json!({}))).contains("2006-03-01/\"></LocationConstraint>"));
}

#[test]
fn grantees_bear_their_type_as_an_attribute() {
    let grant = json!({"Grantee": {"Type": "CanonicalUser", "ID": "1"}, "Permission": "FULL_CONTROL"});
    let response = answer(&MODEL, "GetBucketAcl", json!({"Owner": {"ID": "1"}, "Grants": [grant]}));
    let body = text(&response);
    assert!(
        body.contains(
            "<AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xsi:type=\"CanonicalUser\"><ID>1</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>"
        ),
        "{body}"
    );
}

#[test]
fn payloads_of_answers_are_their_own_documents() {
    let response = answer(&MODEL, "CopyObject", json!({"CopyObjectResult": {"ETag": "e"}, "VersionId": "v"}));
    assert_eq!(header(&response, "x-amz-version-id"), "v");
    assert!(text(&response).contains("<CopyObjectResult xmlns="), "{}", text(&response));
    let response = answer(&MODEL, "GetBucketPolicy", json!({"Policy": "{}"}));
    assert_eq!((header(&response, "content-type"), text(&response)), ("application/json", "{}"));
}

#[test]
fn a_streaming_answer_has_its_headers_made_here() {
    let output = json!({
        "ContentLength": 5, "ContentType": "text/html", "ETag": "\"e\"", "LastModified": 1_767_323_045,
        "Metadata": {"color": "blue\r\nX-Evil: 1"}, "ContentRange": "bytes 0-4/9",
    });
    let response = Protocol::new(&MODEL).encode(MODEL.operation("GetObject").unwrap(), output, Some(206), "r");
    assert!(has_streaming_output(MODEL.operation("GetObject").unwrap()));
    assert_eq!(response.status(), 206);
    assert_eq!(header(&response, "content-type"), "text/html");
    assert_eq!(header(&response, "content-length"), "5");
    assert_eq!(header(&response, "last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
    assert_eq!(header(&response, "x-amz-meta-color"), "blueX-Evil: 1");
    assert_eq!(header(&response, "x-evil"), "");
    assert!(response.body().is_empty());
}

#[test]
fn operations_without_members_answer_nothing() {
    let response = answer(&MODEL, "DeleteObject", json!({}));
    assert_eq!((response.status().as_u16(), text(&response)), (204, ""));
    let response = answer(&MODEL, "PutObject", json!({"ETag": "\"e\""}));
    assert_eq!((header(&response, "etag"), text(&response)), ("\"e\"", ""));
    assert_eq!(header(&answer(&MODEL, "CreateBucket", json!({"Location": "/b"})), "location"), "/b");
}

#[test]
fn errors_are_documents_with_their_members() {
    let error = AwsError::sender("NoSuchBucket", 404, "The specified bucket does not exist").with("BucketName", "b&c");
    let response = Protocol::new(&MODEL).encode_error(&error, "req-1");
    assert_eq!(response.status(), 404);
    let body = text(&response);
    assert!(
        body.starts_with(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket \
             does not exist</Message><BucketName>b&amp;c</BucketName><RequestId>req-1</RequestId><HostId>"
        ),
        "{body}"
    );
    assert_eq!(header(&response, "x-amz-request-id"), "req-1");
    let internal = Protocol::new(&MODEL).encode_error(&AwsError::internal("x"), "r");
    assert!(text(&internal).contains("<Code>InternalError</Code><Message>We encountered an internal error."));
}

#[test]
fn what_is_unchanged_is_told_without_a_type() {
    let operation = MODEL.operation("GetObject").unwrap();
    let response = Protocol::new(&MODEL).encode(operation, json!({ "ETag": "\"e\"" }), Some(304), "r");
    assert_eq!((response.status().as_u16(), header(&response, "etag")), (304, "\"e\""));
    assert!(!response.headers().contains_key("content-type"));
}
