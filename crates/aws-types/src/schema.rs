//! The description of a service's wire model: what `cargo x codegen` writes into the `model-*` crates as statics and
//! `aws-protocol` walks to route, decode, check, and encode. (Smithy calls these traits; botocore's JSON is our source.)

/// How a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `application/x-amz-json-1.1`, operation in `X-Amz-Target`.
    AwsJson11,
    /// Form-encoded request with `Action=`, XML answer.
    AwsQuery,
    /// Operation by method and path, JSON bodies.
    RestJson1,
    /// Operation by method and path, XML bodies.
    RestXml,
}

/// One service: `model-<service>` exports one as `MODEL`.
#[derive(Debug)]
pub struct ServiceModel {
    /// Folder name in botocore and ours: `cognito-idp`.
    pub name: &'static str,
    /// The name in credential scopes.
    pub signing_name: &'static str,
    /// First label of the AWS host name.
    pub endpoint_prefix: &'static str,
    /// Wire dialect.
    pub protocol: Protocol,
    /// `AWSCognitoIdentityProviderService` of `X-Amz-Target`.
    pub target_prefix: Option<&'static str>,
    /// `2016-04-18`.
    pub api_version: &'static str,
    /// Namespace of XML documents.
    pub xml_namespace: Option<&'static str>,
    /// Sorted by name.
    pub operations: &'static [Operation],
}

impl ServiceModel {
    /// Finds an operation by its name.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        let at = self.operations.binary_search_by(|op| op.name.cmp(name)).ok()?;
        self.operations.get(at)
    }
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// `SignUp`.
    pub name: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// `/restapis/{restapi_id}/resources/{resource_id}`; `{Key+}` is greedy; may carry a literal query.
    pub uri: &'static str,
    /// Status of success.
    pub status: u16,
    /// Whether a caller must sign.
    pub auth: Auth,
    /// Structure of the request, where the model names one (it may have no members).
    pub input: Option<&'static Shape>,
    /// Structure of the answer.
    pub output: Option<&'static Shape>,
    /// Element around the members of an XML answer (query protocol).
    pub result_wrapper: Option<&'static str>,
    /// Wire name of the request's root element where the model sets one (restXml).
    pub input_location_name: Option<&'static str>,
    /// Errors that the model lists.
    pub errors: &'static [&'static ErrorShape],
}

/// Whether an operation is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Signature Version 4.
    SigV4,
    /// Signature Version 4, the body left out of the signature.
    SigV4UnsignedBody,
    /// Open: the operation checks what its members carry (an access token, a session).
    None,
}

/// A modelled error.
#[derive(Debug)]
pub struct ErrorShape {
    /// Name of the shape, `NotAuthorizedException`.
    pub name: &'static str,
    /// Code on the wire; differs from the name in the query protocol (`NoSuchEntity`).
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Whether the caller is at fault.
    pub sender_fault: bool,
    /// The error's structure.
    pub shape: &'static Shape,
}

/// A named type of the model.
#[derive(Debug)]
pub struct Shape {
    /// Name in the model.
    pub name: &'static str,
    /// Values are left out of messages and logs.
    pub sensitive: bool,
    /// What it is.
    pub kind: Kind,
}

/// What a shape is, with its constraints.
#[derive(Debug)]
pub enum Kind {
    /// Members by name.
    Structure(Structure),
    /// A list.
    List(List),
    /// A map with string keys.
    Map(Map),
    /// Text.
    String(Text),
    /// 32-bit integer.
    Integer(Range),
    /// 64-bit integer.
    Long(Range),
    /// 32-bit float.
    Float(Range),
    /// 64-bit float.
    Double(Range),
    /// true or false.
    Boolean,
    /// A moment.
    Timestamp(TimestampFormat),
    /// Bytes.
    Blob(Blob),
    /// Any JSON value.
    Document,
}

/// Members of a structure or union.
#[derive(Debug)]
pub struct Structure {
    /// In the model's order.
    pub members: &'static [Member],
    /// Name of the member that is the whole HTTP body.
    pub payload: Option<&'static str>,
    /// At most one member may be set.
    pub union: bool,
    /// Namespace of the element that bears this structure.
    pub xml_namespace: Option<XmlNamespace>,
}

/// `xmlns` of an element.
#[derive(Clone, Copy, Debug)]
pub struct XmlNamespace {
    /// `xsi` where one is set.
    pub prefix: Option<&'static str>,
    /// The namespace.
    pub uri: &'static str,
}

/// One member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Name in the model, the key of decoded values.
    pub name: &'static str,
    /// Name on the wire where it differs.
    pub location_name: Option<&'static str>,
    /// Where it travels.
    pub location: Location,
    /// Must be there.
    pub required: bool,
    /// List or map without a wrapping element (XML).
    pub flattened: bool,
    /// An attribute of the element, not a child.
    pub xml_attribute: bool,
    /// Its type.
    pub shape: &'static Shape,
}

impl Member {
    /// The name on the wire.
    pub fn wire_name(&self) -> &'static str {
        self.location_name.unwrap_or(self.name)
    }
}

/// Where a member travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the body.
    Body,
    /// A label of the path.
    Uri,
    /// A query parameter; a map without name takes all that is left.
    QueryString,
    /// A header.
    Header,
    /// All headers that begin with the wire name.
    Headers,
    /// The status code of the answer.
    StatusCode,
}

/// A list and its bounds.
#[derive(Debug)]
pub struct List {
    /// Type of an item.
    pub member: &'static Shape,
    /// Element name of an item in XML (`member` where unset).
    pub location_name: Option<&'static str>,
    /// Items stand without a wrapper (XML).
    pub flattened: bool,
    /// Number of items.
    pub length: Length,
}

/// A map and its bounds.
#[derive(Debug)]
pub struct Map {
    /// Type of a key: always a string shape.
    pub key: &'static Shape,
    /// Type of a value.
    pub value: &'static Shape,
    /// Element name of keys in XML.
    pub key_name: Option<&'static str>,
    /// Element name of values in XML.
    pub value_name: Option<&'static str>,
    /// Entries stand without a wrapper (XML).
    pub flattened: bool,
    /// Number of entries.
    pub length: Length,
}

/// Bounds of a length, inclusive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Length {
    /// At least.
    pub min: Option<u64>,
    /// At most.
    pub max: Option<u64>,
}

/// Bounds of a number, inclusive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Range {
    /// At least.
    pub min: Option<i64>,
    /// At most.
    pub max: Option<i64>,
}

/// Constraints of text.
#[derive(Debug)]
pub struct Text {
    /// In characters.
    pub length: Length,
    /// A Java regular expression, as the model writes it; it must match the whole value.
    pub pattern: Option<&'static str>,
    /// The only values allowed, in the model's order; empty where any is.
    pub values: &'static [&'static str],
}

/// How a moment is written; `Default` leaves it to the protocol and the location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    /// As the protocol has it.
    Default,
    /// `2026-01-02T03:04:05Z`.
    Iso8601,
    /// `Fri, 02 Jan 2026 03:04:05 GMT`.
    Rfc822,
    /// Seconds since the epoch.
    Unix,
}

/// Constraints of bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blob {
    /// In bytes.
    pub length: Length,
    /// Too long to hold: it stays a stream.
    pub streaming: bool,
}
