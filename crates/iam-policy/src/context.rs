//! The condition keys of a request ("AWS global condition context keys").

use std::borrow::Cow;

use aws_types::Timestamp;

use crate::principal::Principal;

/// Condition keys and their values. Names are compared without regard to case, tag names within them too.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    entries: Vec<(Cow<'a, str>, Values<'a>)>,
}

#[derive(Clone, Debug)]
enum Values<'a> {
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl<'a> Context<'a> {
    /// Without any key: for simulations, which give every key themselves.
    pub fn empty() -> Self {
        Self::default()
    }

    /// With the keys that follow from the caller and the time: `aws:CurrentTime`, `aws:EpochTime`, and, where the
    /// caller has them, `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:userid`, `aws:username`,
    /// `aws:PrincipalIsAWSService`, `aws:PrincipalServiceName`.
    pub fn of(principal: &'a Principal, now: Timestamp) -> Self {
        let mut context = Self { entries: Vec::with_capacity(24) };
        context.set("aws:CurrentTime", now.iso8601());
        context.set("aws:EpochTime", now.secs().to_string());
        if let Some(arn) = principal.principal_arn() {
            context.set("aws:PrincipalArn", arn);
        }
        if let Some(account) = principal.account() {
            context.set("aws:PrincipalAccount", account);
            context.set("aws:PrincipalIsAWSService", "false");
        }
        if let Some(kind) = principal.principal_type() {
            context.set("aws:PrincipalType", kind);
        }
        if let Some(id) = principal.user_id() {
            context.set("aws:userid", id);
        }
        match principal {
            Principal::User { name, .. } => context.set("aws:username", name.as_str()),
            Principal::Service { name } => {
                context.set("aws:PrincipalIsAWSService", "true");
                context.set("aws:PrincipalServiceName", name.as_str());
            }
            _ => {}
        }
        context
    }

    /// Gives a key its one value, in place of any it had.
    pub fn set(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        self.put(key.into(), Values::One(value.into()));
    }

    /// Gives a key a list of values (`aws:TagKeys`), in place of any it had. An empty list is as good as no key.
    pub fn set_many<V: Into<Cow<'a, str>>>(
        &mut self,
        key: impl Into<Cow<'a, str>>,
        values: impl IntoIterator<Item = V>,
    ) {
        self.put(key.into(), Values::Many(values.into_iter().map(Into::into).collect()));
    }

    /// [`Context::set`], for building in one expression.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.set(key, value);
        self
    }

    /// The values of a key; none where it is absent.
    pub fn values(&self, key: &str) -> &[Cow<'a, str>] {
        match self.entries.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            None => &[],
            Some((_, Values::One(value))) => std::slice::from_ref(value),
            Some((_, Values::Many(values))) => values,
        }
    }

    /// The value of a key that has exactly one, as policy variables want it.
    pub fn single(&self, key: &str) -> Option<&str> {
        match self.values(key) {
            [value] => Some(value),
            _ => None,
        }
    }

    fn put(&mut self, key: Cow<'a, str>, values: Values<'a>) {
        match self.entries.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(&key)) {
            Some((_, old)) => *old = values,
            None => self.entries.push((key, values)),
        }
    }
}
