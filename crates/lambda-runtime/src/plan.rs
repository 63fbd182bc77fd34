//! What the control plane compiles a function's version to.

use std::collections::BTreeMap;

/// One version of a function, ready to be run. All invocations of one version share it, whatever alias they came by.
#[derive(Clone, PartialEq, Eq)]
pub struct FunctionPlan {
    /// `arn:aws:lambda:eu-west-1:123456789012:function:check`, without qualifier.
    pub arn: String,
    /// `check`.
    pub name: String,
    /// `$LATEST` or a number.
    pub version: String,
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// `python3.12`, `nodejs22.x`, `provided.al2023`; any that [`family`] knows.
    pub runtime: String,
    /// `app.handler`.
    pub handler: String,
    /// Lower-case hexadecimal SHA-256 of the zip: asked of [`crate::ports::CodeSource`], and the name of the unpacked folder.
    pub code_sha256: String,
    /// The same of the layers' zips, in their order.
    pub layers: Vec<String>,
    /// What the owner set. May hold secrets: never logged.
    pub environment: BTreeMap<String, String>,
    /// Seconds, 1 to 900.
    pub timeout_s: u32,
    /// Megabytes, 128 to 10,240.
    pub memory_mib: u32,
    /// Megabytes of the temporary folder, 512 to 10,240.
    pub ephemeral_mib: u32,
    /// `/aws/lambda/check`.
    pub log_group: String,
    /// ARN of the execution role.
    pub role: String,
    /// At most so many invocations of the function at once, all versions together; 0: none at all.
    pub reserved_concurrency: Option<u32>,
    /// Changes with code or configuration: processes of another revision are not used for this plan.
    pub revision: String,
}

impl std::fmt::Debug for FunctionPlan {
    /// Without the environment.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FunctionPlan({}:{}, {}, revision {})", self.arn, self.version, self.runtime, self.revision)
    }
}

/// How a runtime is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// `python3.*`: the machine's `python3`, 3.8 or later.
    Python,
    /// `nodejs*`: the machine's `node`, 16 or later.
    Node,
    /// `provided*`: the zip's own `bootstrap`.
    Provided,
}

/// The family of a runtime's name; `None` for those that are stored but not run here (Java, .NET, Ruby).
pub fn family(runtime: &str) -> Option<Family> {
    match runtime {
        _ if runtime.starts_with("python3.") => Some(Family::Python),
        _ if runtime.starts_with("nodejs") => Some(Family::Node),
        _ if runtime.starts_with("provided") => Some(Family::Provided),
        _ => None,
    }
}
