//! What the generated types carry beyond the rule "requests read themselves, answers write themselves".

/// Structures that services keep in stored documents although they travel one way, by service. They get both
/// directions and serde; required members of answers stay optional.
const STORED: [(&str, &[&str]); 1] = [("s3", &["WebsiteConfiguration"])];

/// Whether a structure is listed above.
pub fn is_stored(service: &str, shape: &str) -> bool {
    STORED.iter().any(|(name, shapes)| *name == service && shapes.contains(&shape))
}
