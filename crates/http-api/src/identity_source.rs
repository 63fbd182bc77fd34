//! Identity sources of authorizers: `$request.header.Authorization`, `$request.querystring.token`, `$context.identity.sourceIp`,
//! `$stageVariables.x`.

use http::HeaderName;

/// Where an authorizer finds a piece of the caller's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentitySource {
    /// `$request.header.x`
    Header(HeaderName),
    /// `$request.querystring.x`
    Query(String),
    /// `$context.a.b`
    Context(Vec<String>),
    /// `$stageVariables.x`
    StageVariable(String),
}

impl IdentitySource {
    /// Reads one; also in braces, `${request.header.x}`. `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('$')?;
        let inner = inner.strip_prefix('{').map_or(Some(inner), |inner| inner.strip_suffix('}'))?;
        let named = |prefix: &str| inner.strip_prefix(prefix).filter(|name| !name.is_empty());
        if let Some(name) = named("request.header.") {
            return HeaderName::from_bytes(name.as_bytes()).ok().map(Self::Header);
        }
        if let Some(name) = named("request.querystring.") {
            return Some(Self::Query(name.to_owned()));
        }
        if let Some(name) = named("stageVariables.") {
            return Some(Self::StageVariable(name.to_owned()));
        }
        let path: Vec<String> = named("context.")?.split('.').map(str::to_owned).collect();
        path.iter().all(|part| !part.is_empty()).then_some(Self::Context(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_and_what_is_none_is_refused() {
        assert_eq!(
            IdentitySource::parse("$request.header.Authorization"),
            Some(IdentitySource::Header(http::header::AUTHORIZATION))
        );
        for good in
            ["$request.querystring.token", "${request.header.x}", "$context.identity.sourceIp", "$stageVariables.a"]
        {
            assert!(IdentitySource::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "$",
            "request.header.x",
            "$request.header.",
            "$request.header.a b",
            "$request.path.id",
            "$context..a",
            "${context.a",
        ] {
            assert_eq!(IdentitySource::parse(bad), None, "{bad}");
        }
    }
}
