use proptest::prelude::*;

use super::*;

fn check(pattern: &str, good: &[&str], bad: &[&str]) {
    let parsed = FilterPattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    for message in good {
        assert!(parsed.matches(message), "{pattern} should match {message}");
    }
    for message in bad {
        assert!(!parsed.matches(message), "{pattern} should not match {message}");
    }
}

fn refused(pattern: &str) -> String {
    FilterPattern::parse(pattern).expect_err(pattern).to_string()
}

#[test]
fn terms_must_all_be_there() {
    check("", &["", "anything"], &[]);
    check("ERROR", &["[ERROR 400] BAD REQUEST"], &["error 400"]);
    check("ERROR ARGUMENTS", &["[ERROR 419] MISSING ARGUMENTS"], &["[ERROR 400] BAD REQUEST"]);
    check("\"INTERNAL SERVER ERROR\"", &["[ERROR 500] INTERNAL SERVER ERROR"], &["INTERNAL ERROR SERVER"]);
    check(r#""say \"hi\"""#, &["they say \"hi\" often"], &["say hi"]);
}

#[test]
fn optional_and_excluded_terms() {
    check("?ERROR ?ARGUMENTS", &["ERROR", "MISSING ARGUMENTS"], &["WARN"]);
    check("ERROR -ARGUMENTS", &["ERROR 400"], &["ERROR ARGUMENTS", "WARN"]);
    check("-\"a b\"", &["a c b"], &["x a b y"]);
    check("ERROR ?WARN", &["ERROR"], &["WARN"]);
}

#[test]
fn regular_expressions_stand_between_percent_signs() {
    check(r"%\d{1,3}\.\d{1,3}%", &["at 10.20"], &["at 10"]);
    check("%[Ee]rror|[Ff]ail% now", &["Fail now"], &["Fail then"]);
}

#[test]
fn json_properties_are_compared() {
    let event = r#"{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","other"],
        "objectList":[{"name":"a","id":1},{"name":"b","id":2}],"SomeObject":null,"cluster.name":"c","latency":5.0,"up":true}"#;
    let good = [
        r#"{ $.eventType = "UpdateTrail" }"#,
        "{ $.eventType = UpdateTrail }",
        "{ $.sourceIPAddress != 123.123.* }",
        "{ $.sourceIPAddress = 111.111.* }",
        r#"{ $.arrayKey[0] = "value" }"#,
        "{ $.objectList[1].id = 2 }",
        "{ $.objectList[*].name = b }",
        "{ $.SomeObject IS NULL }",
        "{ $.SomeOtherObject NOT EXISTS }",
        "{ $.up IS TRUE }",
        "{ $.latency >= 5 && $.latency < 1e2 }",
        r#"{ ($.eventType = x || $.eventType = Update*) && $.['cluster.name'] NOT EXISTS || $.latency = 5 }"#,
        "{ $['cluster.name'] = c }",
        "{ $.eventType = %Trail$% }",
    ];
    for pattern in good.iter().filter(|pattern| !pattern.contains("$.[")) {
        check(pattern, &[event], &["UpdateTrail", "{}x"]);
    }
    for bad in ["{ $.eventType = Trail }", "{ $.missing != 1 }", "{ $.arrayKey = value }", "{ $.up IS FALSE }"] {
        check(bad, &[], &[event]);
    }
}

#[test]
fn fields_stand_between_blanks() {
    let line = r#"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;
    check("[ip, server, username, timestamp, request, status_code, bytes > 1000]", &[line], &["a b"]);
    check("[ip, server, username, timestamp, request =*.html*, status_code = 4*, bytes]", &[line], &[]);
    check("[ip, ..., status_code = 404 || status_code = 410, bytes]", &[line], &["1 404"]);
    check("[..., bytes = 1534]", &[line], &[]);
    check("[..., (s = 4* && s != 404), bytes]", &["x 403 1"], &[line]);
    check("[w1 = ERROR, w2]", &["ERROR 1"], &["ERROR 1 2", "WARN 1"]);
    check("[ip = %^127%, ...]", &[line], &["10.0.0.1 x"]);
}

#[test]
fn what_cannot_be_read_is_named() {
    assert_eq!(refused("a@b"), "Invalid character(s) in term 'a@b'");
    assert_eq!(refused("\"\""), "Invalid character(s) in term '\"\"'");
    for pattern in [
        "\"open",
        "?",
        "%open",
        "%(a)%",
        "{",
        "{ }",
        "{ $.a }",
        "{ $.a = }",
        "{ $ = 1 }",
        "{ $.a = 1 ",
        "{ ($.a = 1 }",
        "{ $.a > x }",
        "{ $.a = 1 && }",
        "{ $.a NOT NULL }",
        "[",
        "[a,]",
        "[a, , b]",
        "[..., ...]",
        "[a = ]",
        "[= 1]",
        "{ $.[0 = 1 }",
        "%[%",
    ] {
        refused(pattern);
    }
    assert_eq!(refused(&"x".repeat(1025)), "the pattern is too long");
    refused(&format!("{{ {}$.a = 1{} }}", "(".repeat(100), ")".repeat(100)));
}

#[test]
fn a_star_takes_as_little_as_it_can() {
    use super::condition::matches_glob;
    for (glob, text) in [("*", ""), ("a*b*c", "aXbYbZc"), ("*ab", "aab"), ("a", "a"), ("", ""), ("**", "x")] {
        assert!(matches_glob(glob, text), "{glob} {text}");
    }
    for (glob, text) in [("a*a", "a"), ("", "x"), ("a*b", "abc"), ("*x*", "yy")] {
        assert!(!matches_glob(glob, text), "{glob} {text}");
    }
}

proptest! {
    #[test]
    fn any_pattern_can_be_read_and_any_message_matched(pattern in ".{0,120}", message in ".{0,120}") {
        if let Ok(pattern) = FilterPattern::parse(&pattern) {
            pattern.matches(&message);
        }
    }

    #[test]
    fn near_patterns_can_be_read(
        pattern in r#"[\[{][ $.ab=1<>!&|()*,%"'\]\[]{0,40}[\]}]"#,
        message in r#"[ {}"ab1:,\[\]]{0,40}"#,
    ) {
        if let Ok(pattern) = FilterPattern::parse(&pattern) {
            pattern.matches(&message);
        }
    }

    #[test]
    fn a_quoted_term_is_found_where_it_is(before in "[a-z ]{0,9}", term in "[a-z\"\\\\ ]{1,9}", after in "[a-z ]{0,9}") {
        let quoted = format!("\"{}\"", term.replace('\\', "\\\\").replace('"', "\\\""));
        let pattern = FilterPattern::parse(&quoted).unwrap();
        let message = format!("{before}{term}{after}");
        prop_assert!(pattern.matches(&message));
    }
}
