//! Why a policy document is refused, in AWS's sentences.

use crate::document::{MAX_DOCUMENT_BYTES, MAX_STATEMENTS, MAX_VALUE_BYTES, Position};

/// What is wrong with a document. `Display` is IAM's sentence for `MalformedPolicyDocument`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Not JSON, or nested too deep.
    #[error("Syntax errors in policy.")]
    NotJson,
    /// One name twice in one object.
    #[error("Syntax errors in policy.")]
    DuplicateName,
    /// An element that is unknown or has a value of the wrong type.
    #[error("Syntax errors in policy.")]
    Syntax,
    /// Beyond a bound of this engine, not of AWS.
    #[error(
        "The policy is too large: at most {MAX_DOCUMENT_BYTES} bytes, {MAX_STATEMENTS} statements and {MAX_VALUE_BYTES} bytes a value."
    )]
    TooLarge,
    /// `Version` of a managed policy; see [`PolicyError::outdated_version`].
    #[error("Policy document must be version 2012-10-17 or greater.")]
    OutdatedVersion,
    /// A condition value that its operator cannot read, a resource that is half an ARN, a variable without end.
    #[error("The policy failed legacy parsing")]
    LegacyParsing,
    /// An element that this kind of policy needs.
    #[error("Missing required field {0}")]
    Missing(&'static str),
    /// An element that this kind of policy must not have.
    #[error("Has prohibited field {0}")]
    Prohibited(&'static str),
    /// An identity policy's statement without actions.
    #[error("Policy statement must contain actions.")]
    NoActions,
    /// An identity policy's statement without resources.
    #[error("Policy statement must contain resources.")]
    NoResources,
    /// An identity policy names a principal.
    #[error("Policy document should not specify a principal.")]
    PrincipalNotAllowed,
    /// Two statements with one Sid.
    #[error("Statement IDs (SID) in a single policy must be unique.")]
    DuplicateSid,
    /// A Sid with other characters.
    #[error(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
    )]
    InvalidSid,
    /// An action or condition key without service.
    #[error("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")]
    NoVendor,
    /// An action with two colons.
    #[error("Actions/Condition can contain only one colon.")]
    TwoColons,
    /// A service prefix with wildcards or other characters.
    #[error("Vendor {0} is not valid")]
    InvalidVendor(String),
    /// A resource that is no ARN.
    #[error("Resource {0} must be in ARN format or \"*\".")]
    NotAnArn(String),
    /// A partition that AWS does not have.
    #[error("Partition \"{partition}\" is not valid for resource \"{resource}\".")]
    InvalidPartition {
        /// The second field.
        partition: String,
        /// The whole.
        resource: String,
    },
    /// A principal that cannot exist.
    #[error("Invalid principal in policy: \"{kind}\":\"{value}\"")]
    InvalidPrincipal {
        /// `AWS`, `Service`, `Federated`, `CanonicalUser` or what stood there.
        kind: String,
        /// The value.
        value: String,
    },
    /// `NotPrincipal` in a statement that allows.
    #[error("Allow with NotPrincipal is not allowed.")]
    AllowWithNotPrincipal,
    /// A role's trust policy about anything else.
    #[error("AssumeRole policy may only specify STS AssumeRole actions.")]
    NotAnAssumeRoleAction,
}

/// A document that was refused: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct PolicyError {
    fault: Fault,
    place: String,
    position: Position,
}

impl PolicyError {
    pub(crate) fn new(fault: Fault, place: String, position: Position) -> Self {
        Self { fault, place, position }
    }

    /// The refusal of a sound document whose `Version` is too old for what its caller wants (managed policies).
    pub fn outdated_version() -> Self {
        Self::new(Fault::OutdatedVersion, "Version".to_owned(), Position::default())
    }

    /// What is wrong.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The path of the element, `Statement[1].Condition.IpAddress.aws:SourceIp`; empty for the whole document.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Line and column of the element.
    pub fn position(&self) -> Position {
        self.position
    }

    /// IAM's sentence for `MalformedPolicyDocument`.
    pub fn iam_message(&self) -> String {
        self.fault.to_string()
    }

    /// Where the fault is, for a person: `Statement[1].Action (line 4, column 12)`.
    pub fn detail(&self) -> String {
        let Position { line, column } = self.position;
        let whole = if self.place.is_empty() { "document" } else { &self.place };
        if self.position == Position::default() {
            whole.to_owned()
        } else {
            format!("{whole} (line {line}, column {column})")
        }
    }

    /// S3's sentence for `MalformedPolicy`.
    pub fn s3_message(&self) -> String {
        let element = self.place.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']'));
        match &self.fault {
            Fault::NotJson => "Policies must be valid JSON and the first byte must be '{'".to_owned(),
            Fault::InvalidPrincipal { .. } => "Invalid principal in policy".to_owned(),
            Fault::Missing(_) => self.fault.to_string(),
            _ if element.ends_with("Action") => "Policy has invalid action".to_owned(),
            _ if element.ends_with("Resource") => "Policy has invalid resource".to_owned(),
            _ => "Invalid policy syntax.".to_owned(),
        }
    }

    /// API Gateway's sentence, which is the same for every fault.
    pub fn api_gateway_message(&self) -> &'static str {
        "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
    }
}
