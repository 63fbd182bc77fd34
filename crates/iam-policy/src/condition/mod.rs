//! The `Condition` element ("AWS JSON policy elements: Condition operators"): compiled comparisons of a request's keys.

mod operator;
mod value;

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::context::Context;
use crate::glob::Glob;
use crate::pattern::{ArnPattern, BadVariable, Template, Texts};

use operator::{Comparison, Operator, Quantifier, Test};
use value::{Network, Number};

/// One operator with one key and its values.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    key: Box<str>,
    quantifier: Quantifier,
    if_exists: bool,
    negated: bool,
    values: Wanted,
}

/// The policy's values, ready to be compared.
#[derive(Clone, Debug)]
enum Wanted {
    Null(Box<[bool]>),
    Texts(Box<[Template]>),
    TextsIgnoringCase(Box<[Template]>),
    Patterns(Box<[Glob]>),
    Arns(Box<[ArnPattern]>),
    Numbers(Comparison, Box<[Number]>),
    Dates(Comparison, Box<[i64]>),
    Bools(Box<[bool]>),
    Bytes(Box<[Vec<u8>]>),
    Networks(Box<[Network]>),
}

/// Why a condition cannot be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadCondition {
    /// No such operator.
    Operator,
    /// A value that the operator cannot read.
    Value,
}

impl From<BadVariable> for BadCondition {
    fn from(_: BadVariable) -> Self {
        Self::Value
    }
}

impl Condition {
    pub(crate) fn compile(
        operator: &str,
        key: &str,
        values: &[String],
        texts: &mut Texts,
    ) -> Result<Self, BadCondition> {
        let Operator { quantifier, test, negated, if_exists } =
            Operator::parse(operator).ok_or(BadCondition::Operator)?;
        Ok(Self { key: Box::from(key), quantifier, if_exists, negated, values: Wanted::compile(test, values, texts)? })
    }

    /// Whether it holds for fixed values alone of a key that says whence or by whom a request comes: what makes an
    /// allowance not public (S3 user guide, "The meaning of 'public'").
    pub(crate) fn binds(&self) -> bool {
        if self.negated || self.if_exists || self.quantifier == Quantifier::ForAllValues {
            return false;
        }
        let key = self.key.to_ascii_lowercase();
        if key == "aws:sourceip" {
            return matches!(&self.values, Wanted::Networks(wanted) if every(wanted, Network::is_narrow));
        }
        BINDING.contains(&key.as_str()) && self.values.are_fixed(&key)
    }

    /// Whether the request meets it.
    pub(crate) fn holds(&self, context: &Context<'_>) -> bool {
        let values = context.values(&self.key);
        if let Wanted::Null(wanted) = &self.values {
            return wanted.contains(&values.is_empty());
        }
        if values.is_empty() {
            return self.if_exists
                || match self.quantifier {
                    Quantifier::Any => self.negated,
                    Quantifier::ForAllValues => true,
                    Quantifier::ForAnyValue => false,
                };
        }
        let matches = |value: &str| self.values.match_one(value, context);
        match (self.quantifier, self.negated) {
            (Quantifier::Any, negated) => values.iter().any(|value| matches(value)) != negated,
            (Quantifier::ForAllValues, negated) => values.iter().all(|value| matches(value) != negated),
            (Quantifier::ForAnyValue, negated) => values.iter().any(|value| matches(value) != negated),
        }
    }
}

/// Keys that say whence or by whom a request comes, in lower case.
const BINDING: [&str; 9] = [
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

/// Whether there are values and all of them are so.
fn every<T>(values: &[T], so: impl Fn(&T) -> bool) -> bool {
    !values.is_empty() && values.iter().all(so)
}

impl Wanted {
    /// Whether no value holds a wildcard or a variable; but all sessions of one role are fixed, and so are all access
    /// points of one account.
    fn are_fixed(&self, key: &str) -> bool {
        let pattern = |pattern: &Glob| {
            let sessions = |prefix: &str| key == "aws:userid" && prefix.len() > 1 && prefix.ends_with(':');
            pattern.exact().is_some() || pattern.prefix().is_some_and(sessions)
        };
        let arn = |arn: &ArnPattern| arn.is_fixed() || (key == "s3:dataaccesspointarn" && arn.has_fixed_owner());
        match self {
            Self::Texts(wanted) | Self::TextsIgnoringCase(wanted) => {
                every(wanted, |text| matches!(text, Template::Fixed(_)))
            }
            Self::Patterns(wanted) => every(wanted, pattern),
            Self::Arns(wanted) => every(wanted, arn),
            _ => false,
        }
    }

    fn compile(test: Test, values: &[String], texts: &mut Texts) -> Result<Self, BadCondition> {
        Ok(match test {
            Test::Null => Self::Null(all(values, value::truth)?),
            Test::Text => Self::Texts(all_texts(values, |value| texts.text(value))?),
            Test::TextIgnoringCase => Self::TextsIgnoringCase(all_texts(values, |value| texts.text(value))?),
            Test::Pattern => Self::Patterns(all_texts(values, |value| texts.pattern(value))?),
            Test::Arn => Self::Arns(all_texts(values, |value| texts.arn(value))?),
            Test::Number(comparison) => Self::Numbers(comparison, all(values, Number::parse)?),
            Test::Date(comparison) => Self::Dates(comparison, all(values, value::date_ms)?),
            Test::Bool => Self::Bools(all(values, value::truth)?),
            Test::Bytes => Self::Bytes(all(values, value::bytes)?),
            Test::Network => Self::Networks(all(values, Network::parse)?),
        })
    }

    /// Whether one value of the request matches one of the policy's. A value that cannot be read matches none.
    fn match_one(&self, value: &str, context: &Context<'_>) -> bool {
        match self {
            // answered by its caller: it does not look at values
            Self::Null(_) => false,
            Self::Texts(wanted) => wanted.iter().any(|wanted| wanted.fill(context).is_some_and(|text| text == value)),
            Self::TextsIgnoringCase(wanted) => {
                let same = |text: &str| text.eq_ignore_ascii_case(value) || text.to_lowercase() == value.to_lowercase();
                wanted.iter().any(|wanted| wanted.fill(context).is_some_and(|text| same(&text)))
            }
            Self::Patterns(wanted) => wanted.iter().any(|wanted| wanted.matches(value, context)),
            Self::Arns(wanted) => wanted.iter().any(|wanted| wanted.matches(value, context)),
            Self::Numbers(comparison, wanted) => compare(*comparison, Number::parse(value), wanted),
            Self::Dates(comparison, wanted) => compare(*comparison, value::date_ms(value), wanted),
            Self::Bools(wanted) => value::truth(value).is_some_and(|value| wanted.contains(&value)),
            Self::Bytes(wanted) => value::bytes(value).is_some_and(|value| wanted.contains(&value)),
            Self::Networks(wanted) => {
                let address = value.parse().ok().map(|address: IpAddr| address.to_canonical());
                address.is_some_and(|address| wanted.iter().any(|network| network.contains(address)))
            }
        }
    }
}

fn all<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Result<Box<[T]>, BadCondition> {
    values.iter().map(|value| read(value).ok_or(BadCondition::Value)).collect()
}

fn all_texts<T>(
    values: &[String],
    mut read: impl FnMut(&str) -> Result<T, BadVariable>,
) -> Result<Box<[T]>, BadCondition> {
    values.iter().map(|value| read(value).map_err(BadCondition::from)).collect()
}

fn compare<T: Ord>(comparison: Comparison, value: Option<T>, wanted: &[T]) -> bool {
    value.is_some_and(|value| wanted.iter().any(|wanted| comparison.admits(value.cmp(wanted))))
}

impl Comparison {
    fn admits(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}
