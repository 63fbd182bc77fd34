//! `String.format`: Java's conversions `%s %S %d %x %X %o %c %b %h %e %E %f %g %n %%` with flags, width and precision.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use super::{Outcome, Renderer};
use crate::limits::RenderError;
use crate::value::Value;

/// Digits after the point beyond which a double has none: the rest are zeros.
const MOST_DIGITS: usize = 350;

/// One `%[argument$][flags][width][.precision]conversion`.
#[derive(Debug, Default)]
struct Directive {
    argument: Option<usize>,
    flags: String,
    width: usize,
    precision: Option<usize>,
    conversion: char,
}

impl Directive {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }
}

impl Renderer<'_, '_> {
    /// `String.format(format, values…)`; one list stands for all values, as an array would.
    pub(super) fn format(&mut self, format: &str, values: &[Value]) -> Outcome<Value> {
        let values = match values {
            [Value::List(list)] => list.items.borrow().clone(),
            _ => values.to_vec(),
        };
        let (mut out, mut ordinary) = (String::new(), 0);
        let mut rest = format;
        while let Some((before, after)) = rest.split_once('%') {
            self.charge_steps(1 + before.len() / 1024)?;
            self.push(&mut out, before)?;
            let mut chars = after.chars().peekable();
            let directive = directive(&mut chars).ok_or_else(|| wrong("UnknownFormatConversionException"))?;
            let left: usize = chars.map(char::len_utf8).sum();
            rest = after.get(after.len() - left..).unwrap_or_default();
            let text = match directive.conversion {
                'n' => "\n".to_owned(),
                '%' => "%".to_owned(),
                _ => {
                    let at = directive.argument.unwrap_or_else(|| {
                        ordinary += 1;
                        ordinary
                    });
                    let value = at.checked_sub(1).and_then(|at| values.get(at));
                    let value = value.ok_or_else(|| wrong("MissingFormatArgumentException"))?;
                    self.converted(&directive, value)?
                }
            };
            self.padded(&mut out, &text, &directive)?;
        }
        self.push(&mut out, rest)?;
        self.new_text(&out)
    }

    fn padded(&self, out: &mut String, text: &str, directive: &Directive) -> Outcome<()> {
        let missing = directive.width.saturating_sub(text.chars().count());
        if missing > self.limits.output_bytes {
            return Err(RenderError::OutputTooLarge);
        }
        match (directive.has('-'), directive.has('0')) {
            (true, _) => {
                self.push(out, text)?;
                self.push(out, &" ".repeat(missing))
            }
            (false, true) => {
                let digits = text.trim_start_matches(['-', '+', ' ']);
                self.push(out, text.get(..text.len() - digits.len()).unwrap_or_default())?;
                self.push(out, &"0".repeat(missing))?;
                self.push(out, digits)
            }
            (false, false) => {
                self.push(out, &" ".repeat(missing))?;
                self.push(out, text)
            }
        }
    }

    fn converted(&mut self, directive: &Directive, value: &Value) -> Outcome<String> {
        let lower = directive.conversion.to_ascii_lowercase();
        let text = match (lower, value) {
            ('b', Value::Bool(value)) => value.to_string(),
            ('b', value) => (!value.is_null()).to_string(),
            ('s', value) => cut(&self.text_of(value)?, directive.precision),
            (_, Value::Null) => "null".to_owned(),
            ('h', value) => format!("{:x}", self.hash_code(value)?),
            ('c', Value::Text(text)) if text.chars().count() == 1 => text.to_string(),
            ('c', Value::Int(number)) => u32::try_from(*number)
                .ok()
                .and_then(char::from_u32)
                .map(String::from)
                .ok_or_else(|| wrong("IllegalFormatCodePointException"))?,
            ('d', Value::Int(number)) => {
                signed(directive, *number < 0, grouped(directive, &number.unsigned_abs().to_string()))
            }
            ('x', Value::Int(number)) => format!("{:x}", bits(*number)),
            ('o', Value::Int(number)) => format!("{:o}", bits(*number)),
            ('e' | 'f' | 'g', Value::Double(number)) => self.decimal(directive, *number)?,
            _ => return Err(wrong("IllegalFormatConversionException")),
        };
        Ok(if directive.conversion.is_ascii_uppercase() { text.to_uppercase() } else { text })
    }

    fn decimal(&self, directive: &Directive, number: f64) -> Outcome<String> {
        if !number.is_finite() {
            return Ok(super::print::java_double(number));
        }
        let precision = directive.precision.unwrap_or(6);
        if precision > self.limits.output_bytes {
            return Err(RenderError::OutputTooLarge);
        }
        let (kept, zeros) = (precision.min(MOST_DIGITS), precision.saturating_sub(MOST_DIGITS));
        let size = number.abs();
        let scientific = match directive.conversion.to_ascii_lowercase() {
            'e' => true,
            'g' => size != 0.0 && !(1e-4..1e10).contains(&size),
            _ => false,
        };
        let text = if scientific {
            let text = format!("{size:.kept$e}");
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
            format!("{mantissa}{}e{sign}{digits:0>2}", "0".repeat(zeros))
        } else {
            let text = rounded(&format!("{size}"), kept);
            let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
            let mut text = grouped(directive, whole);
            if let Some(fraction) = fraction {
                // Writing to a String cannot fail.
                let _ = write!(text, ".{fraction}{}", "0".repeat(zeros));
            }
            text
        };
        Ok(signed(directive, number.is_sign_negative(), text))
    }
}

fn wrong(exception: &str) -> RenderError {
    RenderError::method("format", exception)
}

fn cut(text: &str, precision: Option<usize>) -> String {
    precision.map_or_else(|| text.to_owned(), |most| text.chars().take(most).collect())
}

/// A decimal with so many digits after its point, rounded half up as Java does it: from the digits that print.
fn rounded(plain: &str, digits: usize) -> String {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let point = if digits == 0 { "" } else { "." };
    let Some(kept) = fraction.get(..digits) else { return format!("{whole}{point}{fraction:0<digits$}") };
    let up = fraction.as_bytes().get(digits).is_some_and(|next| *next >= b'5');
    let mut text = format!("{whole}{point}{kept}").into_bytes();
    let mut carry = up;
    for digit in text.iter_mut().rev().filter(|digit| digit.is_ascii_digit()) {
        if !carry {
            break;
        }
        carry = *digit == b'9';
        *digit = if carry { b'0' } else { *digit + 1 };
    }
    let text = String::from_utf8_lossy(&text);
    if carry { format!("1{text}") } else { text.into_owned() }
}

/// The bits of an Integer, or of a Long when it is too large for one.
fn bits(number: i64) -> u64 {
    i32::try_from(number).map_or(number.cast_unsigned(), |number| u64::from(number.cast_unsigned()))
}

fn signed(directive: &Directive, negative: bool, text: String) -> String {
    match negative {
        true if directive.has('(') => format!("({text})"),
        true => format!("-{text}"),
        false if directive.has('+') => format!("+{text}"),
        false if directive.has(' ') => format!(" {text}"),
        false => text,
    }
}

/// The digits in groups of three if the flag `,` asks for it.
fn grouped(directive: &Directive, digits: &str) -> String {
    if !directive.has(',') {
        return digits.to_owned();
    }
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn number(chars: &mut Peekable<Chars<'_>>) -> Option<usize> {
    let mut number = None;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        number = Some(number.unwrap_or(0usize).saturating_mul(10).saturating_add(digit as usize));
        chars.next();
    }
    number
}

/// Reads what stands after `%`.
fn directive(chars: &mut Peekable<Chars<'_>>) -> Option<Directive> {
    let mut found = Directive::default();
    let mut start = chars.clone();
    if let Some(argument) = number(&mut start).filter(|_| start.peek() == Some(&'$')) {
        start.next();
        *chars = start;
        found.argument = Some(argument);
    }
    while let Some(flag) = chars.next_if(|c| "-#+ 0,(".contains(*c)) {
        if found.has(flag) {
            return None;
        }
        found.flags.push(flag);
    }
    found.width = number(chars).unwrap_or(0);
    if chars.next_if_eq(&'.').is_some() {
        found.precision = Some(number(chars)?);
    }
    found.conversion = chars.next()?;
    let known = "bBhHsScCdoxXeEfgGn%".contains(found.conversion);
    let plain = "bBhHsScC".contains(found.conversion);
    let numeric_flags = "+ 0,(".contains(|flag| found.has(flag));
    let without_width = found.width == 0 && (found.has('-') || found.has('0'));
    (known && !(plain && numeric_flags) && !without_width).then_some(found)
}
