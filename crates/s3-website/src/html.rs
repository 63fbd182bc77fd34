//! S3's HTML error pages, as recorded at website endpoints.

use http::StatusCode;

/// One error as it is listed on the page.
pub struct Listed<'a> {
    /// `NoSuchKey`.
    pub code: &'a str,
    /// `The specified key does not exist.`
    pub message: &'a str,
    /// Further lines, such as the key.
    pub more: &'a [(&'a str, &'a str)],
}

/// The page. `document_error` is what went wrong with the bucket's own error document, if that was tried.
pub fn page(status: StatusCode, error: &Listed<'_>, document_error: Option<&Listed<'_>>, request_id: &str) -> String {
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"));
    let mut page = format!("<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n");
    page.push_str(&list(error, &[("RequestId", request_id), ("HostId", &host_id(request_id))]));
    if let Some(document_error) = document_error {
        page.push_str("<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n");
        page.push_str(&list(document_error, &[]));
    }
    page.push_str("<hr/>\n</body>\n</html>\n");
    page
}

fn list(error: &Listed<'_>, last: &[(&str, &str)]) -> String {
    let mut out = String::from("<ul>\n");
    for (name, value) in [("Code", error.code), ("Message", error.message)].iter().chain(error.more).chain(last) {
        out.push_str(&format!("<li>{name}: {}</li>\n", escape(value)));
    }
    out.push_str("</ul>\n");
    out
}

/// S3's extended request id; ours says no more than the request id does.
pub fn host_id(request_id: &str) -> String {
    request_id.bytes().filter(u8::is_ascii_alphanumeric).map(char::from).cycle().take(64).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
