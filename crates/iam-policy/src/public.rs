//! Whether a bucket's policy is public (S3 user guide, "Blocking public access to your Amazon S3 storage", "The meaning of
//! 'public'"): it is, unless each of its allowances is bound to fixed values, be it of principals or of condition keys.

use crate::policy::{Effect, Policy, Statement};

impl Policy {
    /// Whether some statement allows what is bound to nobody and nowhere. Denials are not weighed against it.
    pub fn is_public(&self) -> bool {
        self.statements.iter().any(Statement::is_public)
    }
}

impl Statement {
    fn is_public(&self) -> bool {
        self.effect == Effect::Allow
            && !self.principals.are_fixed()
            && !self.conditions.iter().any(crate::condition::Condition::binds)
    }
}
