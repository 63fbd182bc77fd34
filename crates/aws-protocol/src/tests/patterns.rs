//! Java's patterns say the same here.

use crate::pattern::compile;

fn check(java: &str, matching: &[&str], not_matching: &[&str]) {
    let pattern = compile(java).unwrap();
    for text in matching {
        assert!(pattern.matches(text), "{java} should match {text:?}");
    }
    for text in not_matching {
        assert!(!pattern.matches(text), "{java} should not match {text:?}");
    }
}

#[test]
fn the_whole_value_must_match() {
    check("[0-9]+", &["1", "123"], &["", "1a", "a1", "1\n"]);
    check("a|bc", &["a", "bc"], &["ab", "abc"]);
    check("^a$", &["a"], &["a\n", "ba"]);
}

#[test]
fn classes_are_ascii_as_in_java() {
    check(r"[\w-]+", &["a_Z-9"], &["é", "٣", ""]);
    check(r"\d{12}", &["123456789012"], &["١٢٣٤٥٦٧٨٩٠١٢"]);
    check(r"[\S]+", &["é", "a\u{a0}b", "p@ss"], &["a b", "a\tb", ""]);
    check(r"[\w\s+=,.@-]+", &["My pool-1"], &["a/b"]);
}

#[test]
fn unicode_properties_hold_beyond_ascii() {
    check(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", &["Jürgen", "日本語", "a+b", "1"], &["a b", "\u{0}"]);
}

#[test]
fn a_hyphen_that_makes_no_range_is_itself() {
    check("[0-9a-zA-Z-_]+", &["a-b_c"], &["a.b"]);
    check(r"[A-Za-z0-9-_=.]+", &["a-b_=.c"], &["a+b"]);
    check(r"[a\-z]+", &["a-z"], &["b"]);
    check(r"[\w+=,.@:\/-]*", &["arn:aws:iam::1:role/x", ""], &["a b"]);
}

#[test]
fn set_operators_of_our_syntax_are_characters_in_javas() {
    check("[a~~b]+", &["a~b"], &["c"]);
    check("[!-~--]+", &["a-b"], &[" "]);
}

#[test]
fn a_dot_stops_at_javas_line_ends_unless_told_otherwise() {
    check(".*", &["abc", ""], &["a\nb", "a\rb", "a\u{2028}b"]);
    check("(?s).*", &["a\nb"], &[]);
}

#[test]
fn code_units_are_read() {
    check(r"[\u0020-\u00FF]+", &["aé "], &["\t", "Ā"]);
    check(r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", &["/", "/a/b/"], &["", "/a", "a/"]);
    check(r"[\x21\x23-\x5B\x5D-\x7E]+", &["openid", "a/b"], &["a b", "a\"b", "a\\b"]);
}

#[test]
fn look_around_at_the_edges_forbids() {
    check(r"^[0-9A-Za-z\.\-_]*(?<!\.)$", &["a.b", ""], &["a.", "."]);
    check("((?!^\\d+$)^[0-9a-zA-Z-_]+$)", &["live", "1a"], &["12", ""]);
    check("(?!^[0-9]+$)([a-zA-Z0-9-_]+)", &["live", "v1"], &["12", "a b"]);
    check(r"(^(?!(system\x2e)))(^[_a-zA-Z0-9])([^$]*)", &["mine", "system"], &["system.x", "$"]);
}

#[test]
fn no_two_hyphens_in_a_row() {
    check("^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$", &["a-b", "abc", "a-b-c"], &["a--b", "-ab", "ab-", "ab"]);
}

#[test]
fn a_qualifier_is_not_of_digits_alone() {
    let java = "([a-zA-Z0-9-_]{1,64})(:((?!\\d+$)[0-9a-zA-Z-_]+))?";
    check(java, &["f", "f:live", "f:1a", "f:a1"], &["f:1", "f:", "f:12"]);
}

#[test]
fn what_has_no_linear_form_is_refused() {
    for java in ["a(?=b)c", "a(?!b)c", "(a)\\1", "[a", "[a&&b]", "(?i)a", "(?<!a)b", "\\", "\\u12"] {
        assert!(compile(java).is_err(), "{java}");
    }
}
