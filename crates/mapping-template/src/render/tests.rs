//! Methods and variables, as cases.

use serde_json::json;

use crate::RenderError;
use crate::tests::{check, check_with, render};

/// Checks what an expression prints.
#[track_caller]
fn value(expression: &str, expected: &str) {
    check(&format!("#set($v = {expression})$v"), expected);
}

#[track_caller]
fn method(receiver: &str, call: &str, expected: &str) {
    check(&format!("#set($v = {receiver})$v.{call}"), expected);
}

#[track_caller]
fn output(template: &str, body: &str, expected: &str) {
    assert_eq!(render(template, body).unwrap().text, expected, "{template}");
}

#[track_caller]
fn throws(template: &str) {
    let result = render(template, "{}");
    assert!(matches!(result, Err(RenderError::Method { .. })), "{template}: {result:?}");
}

#[test]
fn strings_have_javas_methods() {
    for (call, expected) in [
        ("length()", "9"),
        ("isEmpty()", "false"),
        ("toUpperCase()", "SOMETHING"),
        ("substring(3, 6)", "eth"),
        ("substring(4)", "thing"),
        ("charAt(1)", "o"),
        ("indexOf('e')", "3"),
        ("indexOf('x')", "-1"),
        ("indexOf('n', 8)", "-1"),
        ("lastIndexOf('h')", "5"),
        ("startsWith('some')", "true"),
        ("endsWith('some')", "false"),
        ("contains('thin')", "true"),
        ("replace('thing', '$1')", "some$1"),
        ("replaceAll('[aeiou]', '*')", "s*m*th*ng"),
        ("replaceAll('(s)(o)', '$2$1')", "osmething"),
        ("replaceAll('s', '\\$')", "$omething"),
        ("replaceFirst('[mt]', '-')", "so-ething"),
        ("matches('[a-z]+')", "true"),
        ("matches('[a-z]')", "false"),
        ("concat('!').concat(1)", "something!1"),
        ("equals('something')", "true"),
        ("equals(1)", "false"),
        ("equalsIgnoreCase('SOMEthing')", "true"),
        ("compareTo('u')", "-2"),
        ("compareTo('some')", "5"),
        ("split('e')", "[som, thing]"),
        ("toString().trim()", "something"),
        ("unknown()", ""),
        ("length", ""),
    ] {
        method("'something'", call, expected);
    }
    method("'hello'", "hashCode()", "99162322");
    method("'  a '", "trim()", "a");
    method("'a.b+c'", "replaceAll('\\Q.b+\\E', '-')", "a-c");
    method("'a 1_é٣'", "replaceAll('[\\w\\s]', '.')", "....é٣");
    method("'2031-07-04T10:15:00.000Z'", "matches('^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:00\\.000Z$')", "true");
    method("'Grüße 🐉x'", "length()", "9");
    method("'Grüße 🐉x'", "substring(8)", "x");
    method("'Grüße 🐉x'", "indexOf('x')", "8");
    method("\"it\\'s\"", "replaceAll(\"\\\\'\",\"'\")", "it's");
}

#[test]
fn strings_copy_and_compare_regions() {
    for (call, expected) in [
        ("repeat(2)", " a-B  a-B "),
        ("repeat(0)", ""),
        ("strip()", "a-B"),
        ("stripLeading()", "a-B "),
        ("stripTrailing()", " a-B"),
        ("isBlank()", "false"),
        ("blank", "false"),
        ("codePointAt(1)", "97"),
        ("codePointBefore(2)", "97"),
        ("codePointCount(1, 4)", "3"),
        ("compareToIgnoreCase(' A-b ')", "0"),
        ("compareToIgnoreCase(' A-c ')", "-1"),
        ("regionMatches(1, 'xa-', 1, 2)", "true"),
        ("regionMatches(1, 'xA-', 1, 2)", "false"),
        ("regionMatches(true, 1, 'xA-', 1, 2)", "true"),
        ("regionMatches(4, 'x', 0, 2)", "false"),
        ("regionMatches(0, 'x', 0, 0)", "true"),
        ("regionMatches(-1, 'x', 0, 1)", "false"),
        ("regionMatches(9223372036854775807, 'x', 1, 9223372036854775807)", "false"),
        ("subSequence(1, 3)", "a-"),
        ("lastIndexOf(' ', 3)", "0"),
        ("lastIndexOf(' ', 99)", "4"),
        ("lastIndexOf(' ', -1)", "-1"),
        ("lastIndexOf('a-B', 1)", "1"),
        ("lastIndexOf('a-B', 0)", "-1"),
        ("indexOf(97)", "1"),
        ("indexOf(32, 1)", "4"),
        ("join('/', 'x', 1, true)", "x/1/true"),
        ("join('/', ['x', 'y'])", "x/y"),
        ("join('/')", ""),
        ("chars()", ""),
        ("lines()", ""),
        ("class.name", ""),
        ("getClass().forName('java.lang.Runtime').getRuntime().exec('id')", ""),
    ] {
        method("' a-B '", call, expected);
    }
    method("'🐉x'", "codePointAt(0)", "128009");
    method("'🐉x'", "codePointAt(1)", "56329");
    method("'🐉x'", "codePointCount(0, 3)", "2");
    method("'é🐉é'", "lastIndexOf('é', 2)", "0");
    method("'é🐉é'", "lastIndexOf('🐉', 1)", "1");
}

#[test]
fn strings_give_their_bytes_as_a_list() {
    for (call, expected) in [
        ("getBytes()", "[97, -61, -87, -30, -126, -84]"),
        ("bytes.size()", "6"),
        ("getBytes('utf-8').get(1)", "-61"),
        ("getBytes('ISO-8859-1')", "[97, -23, 63]"),
        ("getBytes('US-ASCII')", "[97, 63, 63]"),
        ("getBytes('UTF-16BE')", "[0, 97, 0, -23, 32, -84]"),
        ("getBytes('UTF-16LE')", "[97, 0, -23, 0, -84, 32]"),
        ("getBytes('UTF-16').size()", "8"),
    ] {
        method("'aé€'", call, expected);
    }
    throws("#set($s = 'a')$s.getBytes('EBCDIC')");
}

#[test]
fn formats_follow_java() {
    for (arguments, expected) in [
        ("'plain'", "plain"),
        ("'%s and %s', 'a', 1", "a and 1"),
        ("'%2$s%1$s', 'a', 'b'", "ba"),
        ("'%s-%s', ['a', 'b']", "a-b"),
        ("'%S', 'a'", "A"),
        ("'%5s|%-5s|', 'a', 'b'", "    a|b    |"),
        ("'%.2s', 'abc'", "ab"),
        ("'%d %05d %+d %,d %(d', 1, -42, 3, 1234567, -5", "1 -0042 +3 1,234,567 (5)"),
        ("'%x %X %o', 255, 255, 8", "ff FF 10"),
        ("'%x', -1", "ffffffff"),
        ("'%08.2f|%.0f|%f', 3.14159, 2.5, 1.0", "00003.14|3|1.000000"),
        ("'%.2f %.2f %.1f', 1.005, 0.125, 9.95", "1.01 0.13 10.0"),
        ("'%.3e', 12345.678", "1.235e+04"),
        ("'%,.1f', 1234567.0", "1,234,567.0"),
        ("'%b %b %c %c', true, 'x', 'y', 65", "true true y A"),
        ("'100%% %n'", "100% \n"),
        ("'%h', 'hello'", "5e918d2"),
        ("'é%sé', 'ü'", "éüé"),
    ] {
        method("''", &format!("format({arguments})"), expected);
    }
    for arguments in
        ["'%d', 'x'", "'%s'", "'%q', 1", "'%'", "'%3$s', 1", "'%f', 1", "'%05s', 'a'", "'%-d', 1", "'%c', -1"]
    {
        throws(&format!("#set($s = '')$s.format({arguments})"));
    }
}

#[test]
fn regular_expressions_are_javas() {
    for (text, call, expected) in [
        ("a$b+c", "replaceAll('\\p{Punct}', '-')", "a-b-c"),
        ("aÄ1", "replaceAll('\\p{Alpha}', '-')", "-Ä1"),
        ("aÄ1", "replaceAll('\\P{Alnum}', '-')", "a-1"),
        ("aÄ1", "replaceAll('\\p{L}', '-')", "--1"),
        ("a b", "replaceAll('[\\p{Space}b]', '-')", "a--"),
        ("<a>", "replaceAll('\\<|\\>', '')", "a"),
        ("a-b-c", "replaceAll('(?<x>[a-z])-', '${x}+')", "a+b+c"),
        ("a-b-c", "replaceFirst('-', '')", "ab-c"),
        ("ab", "replaceAll('', '.')", ".a.b."),
        ("aXbx", "split('(?i)x')", "[a, b]"),
    ] {
        method(&format!("'{text}'"), call, expected);
    }
}

#[test]
fn splitting_follows_java() {
    for (text, pattern, expected) in [
        ("a,b,,c,,", "','", "[a, b, , c]"),
        ("a,b,,c,,", "',', -1", "[a, b, , c, , ]"),
        ("a,b,,c,,", "',', 2", "[a, b,,c,,]"),
        ("abc", "''", "[a, b, c]"),
        ("", "','", "[]"),
        ("a1b22c", "'[0-9]+'", "[a, b, c]"),
        ("a|b", "'\\|'", "[a, b]"),
    ] {
        method(&format!("'{text}'"), &format!("split({pattern})"), expected);
    }
    check("#set($s = 'x=1&y=2')#foreach($p in $s.split('&'))$p;#end", "x=1;y=2;");
}

#[test]
fn lists_have_javas_methods() {
    for (call, expected) in [
        ("size()", "3"),
        ("get(1)", "2"),
        ("contains(1)", "true"),
        ("contains(10)", "false"),
        ("isEmpty()", "false"),
        ("indexOf(3)", "2"),
        ("lastIndexOf(9)", "-1"),
        ("subList(1, 3)", "[2, 3]"),
        ("containsAll([1, 3])", "true"),
        ("remove(0)", "1"),
        ("empty", "false"),
        ("toArray()", "[1, 2, 3]"),
        ("toString()", "[1, 2, 3]"),
    ] {
        method("[1, 2, 3]", call, expected);
    }
    check("#set($l = [1])#set($i = $l.add('x'))#set($i = $l.add(0, 5))#set($i = $l.addAll([7]))$l", "[5, 1, x, 7]");
    check(
        "#set($l = [1, 2, 3])#set($i = $l.removeAll([2, 9]))$i$l#set($i = $l.retainAll([3]))$i$l",
        "true[1, 3]true[3]",
    );
    check("#set($l = [1, 2])#set($i = $l.retainAll($l))$i$l#set($i = $l.removeAll($l))$i$l", "false[1, 2]true[]");
    check("#set($l = ['a', 'b'])#set($i = $l.remove('a'))$i$l#set($i = $l.clear())$l", "true[b][]");
    check("#set($l = [1])#set($m = $l)#set($i = $m.add(2))$l", "[1, 2]");
}

#[test]
fn equals_and_hash_code_are_javas() {
    for (receiver, call, expected) in [
        ("[1, 'x']", "equals([1, 'x'])", "true"),
        ("[1, 'x']", "equals(['1', 'x'])", "false"),
        ("[1]", "contains('1')", "false"),
        ("[1]", "contains(1.0)", "false"),
        ("[1, 'x']", "hashCode()", "1112"),
        ("[]", "hashCode()", "1"),
        ("{'a': 1, 'b': 'x'}", "hashCode()", "122"),
        ("{'a': 1}", "equals({'a': 1})", "true"),
        ("{'a': 1}", "equals({'a': '1'})", "false"),
        ("{'a': 1}", "equals({'b': 1})", "false"),
        ("7", "hashCode()", "7"),
        ("4294967296", "hashCode()", "1"),
        ("1.5", "hashCode()", "1073217536"),
        ("true", "hashCode()", "1231"),
        ("7", "equals('7')", "false"),
        ("7", "equals(7.0)", "false"),
    ] {
        method(receiver, call, expected);
    }
    check("#if([1] == ['1'])same#end#if(1 == '1')text#end#if(1 == 1.0)size#end", "textsize");
}

#[test]
fn lists_insert_many_and_iterate() {
    check("#set($l = [1, 4])#set($x = $l.addAll(1, [2, 3]))$x$l#set($x = $l.addAll(0, []))$x", "true[1, 2, 3, 4]false");
    check("#set($l = [1])#set($x = $l.addAll(1, $l))$l", "[1, 1]");
    check("#set($l = ['a', 'b'])#set($i = $l.iterator())$i.hasNext()$i.next()$i.next()$i.hasNext()", "trueabfalse");
    check(
        "#set($l = [1, 2, 3])#set($i = $l.listIterator())$i.next()#foreach($x in $i)<$x>#end$i.hasNext()",
        "1<2><3>false",
    );
    check(
        "#set($l = [1, 2, 3])#set($i = $l.iterator())#set($x = $i.next())#set($x = $i.next())$i.remove()$i.next()$l",
        "3[1, 3]",
    );
    check("#set($m = {'a': 1})#set($i = $m.entrySet().iterator())#set($e = $i.next())$e.key-$e.value-$e", "a-1-a=1");
    check("#set($m = {'a': 1})#set($i = $m.keySet().iterator())#foreach($k in $i)$k#end", "a");
    check(
        "#set($l = [1])#set($i = $l.iterator())$i.equals($i)$i.equals($l)$i.unknown()$i",
        "truefalsejava.util.ArrayList$Itr",
    );
    for template in [
        "#set($l = [1])#set($i = $l.iterator())#set($x = $i.next())$i.next()",
        "#set($l = [1])#set($i = $l.iterator())$i.remove()",
        "#set($l = [1])#set($i = $l.iterator())#set($x = $i.next())$i.remove()$i.remove()",
        "#set($l = [1])#set($i = $l.iterator())#set($x = $l.add(2))$i.next()",
        "#set($l = [1])#set($i = $l.iterator())#set($x = $l.add(2))#foreach($y in $i)#end#set($x = $l.clear())$l.add(9)$i.remove()",
        "#set($l = [1])$l.addAll(2, [1])",
        "#set($l = [1])$l.addAll(-1, [1])",
        "#set($l = [1])$l.subList(0, 2)",
    ] {
        throws(template);
    }
}

#[test]
fn maps_change_by_condition() {
    for (call, expected) in [
        ("putIfAbsent('a', 9)", "{a=1, n=null}"),
        ("putIfAbsent('z', 9)", "9{a=1, n=null, z=9}"),
        ("replace('a', 9)", "{a=9, n=null}"),
        ("replace('z', 9)", "{a=1, n=null}"),
        ("replace('a', 1, 9)", "{a=9, n=null}"),
        ("replace('a', '1', 9)", "{a=1, n=null}"),
        ("remove('a', 2)", "{a=1, n=null}"),
        ("remove('a', 1)", "{n=null}"),
        ("computeIfAbsent('z', 'f')", "{a=1, n=null}"),
        ("merge('a', 1, 'f')", "{a=1, n=null}"),
        ("forEach('f')", "{a=1, n=null}"),
    ] {
        let get = if call.starts_with("putIfAbsent('z") { "$m.z" } else { "" };
        check_with(&format!("#set($x = $m.{call}){get}$m"), &json!({"m": {"a": 1, "n": null}}), expected);
    }
    check_with("#set($x = $m.putIfAbsent('n', 2))$m", &json!({"m": {"n": null}}), "{n=2}");
    check("#set($m = {'a': 1})#foreach($e in $m.entrySet())$e.setValue(5)$e.value#end$m", "15{a=5}");
    check("#set($m = {'a': 1})#foreach($e in $m.entrySet())$e.equals($e)$e.hashCode()$e.unknown()#end", "true96");
}

#[test]
fn maps_have_javas_methods() {
    for (call, expected) in [
        ("size()", "2"),
        ("get('a')", "1"),
        ("get('z')", ""),
        ("getOrDefault('z', 'd')", "d"),
        ("containsKey('a')", "true"),
        ("containsKey('z')", "false"),
        ("containsValue(2)", "true"),
        ("keySet()", "[a, b]"),
        ("values()", "[1, 2]"),
        ("entrySet()", "[a=1, b=2]"),
        ("remove('a')", "1"),
        ("isEmpty()", "false"),
        ("put('a', 5)", "1"),
    ] {
        method("{'a': 1, 'b': 2}", call, expected);
    }
    check(
        "#set($m = {'a': 1, 'b': 2})#foreach($e in $m.entrySet())$e.key=$e.getValue()$e.getKey()$e.value;#end",
        "a=1a1;b=2b2;",
    );
    check("#set($m = {'a': 1, 'b': 2})#set($i = $m.remove('a'))#set($m.c = 3)$m", "{b=2, c=3}");
}

#[test]
fn numbers_have_javas_methods() {
    value("1.9", "1.9");
    method("1.9", "intValue()", "1");
    method("2", "doubleValue()", "2.0");
    method("2", "compareTo(3)", "-1");
    method("0", "parseInt('42')", "42");
    method("0.0", "valueOf('4')", "4.0");
    method("true", "toString().length()", "4");
    method("5", "equals(5)", "true");
    for (receiver, call, expected) in [
        ("4294967297", "intValue()", "1"),
        ("4294967297", "longValue()", "4294967297"),
        ("300", "byteValue()", "44"),
        ("70000", "shortValue()", "4464"),
        ("1.0e30", "intValue()", "2147483647"),
        ("-1.9", "longValue()", "-1"),
        ("0", "parseInt('ff', 16)", "255"),
        ("0", "toHexString(255)", "ff"),
        ("0", "toHexString(-1)", "ffffffff"),
        ("0", "toBinaryString(5)", "101"),
        ("0", "toOctalString(8)", "10"),
        ("0", "toString(7)", "7"),
        ("0", "max(1, 2)", "2"),
        ("0", "min(1, 2)", "1"),
        ("0", "sum(1, 2)", "3"),
        ("0", "compare(1, 2)", "-1"),
        ("0", "signum(-9)", "-1"),
        ("0", "bitCount(7)", "3"),
        ("0.0", "max(1, 2.5)", "2.5"),
        ("0", "parseLong('4294967297')", "4294967297"),
        ("0", "MAX_VALUE", ""),
        ("0", "class.forName('x')", ""),
        ("1.5", "isNaN()", "false"),
        ("true", "compareTo(false)", "1"),
        ("true", "logicalXor(true, false)", "true"),
        ("true", "parseBoolean('TRUE')", "true"),
    ] {
        method(receiver, call, expected);
    }
}

#[test]
fn calls_that_java_would_throw_at_end_the_rendering() {
    for template in [
        "#set($s = 'abc')$s.substring(2, 1)",
        "#set($s = 'abc')$s.substring(-1)",
        "#set($s = 'abc')$s.charAt(3)",
        "#set($s = 'abc')$s.replaceAll('(', 'x')",
        "#set($s = 'abc')$s.replaceAll('(?=a)', 'x')",
        "#set($s = 'abc')$s.replaceAll('a', '$1')",
        "#set($l = [1])$l.get(1)",
        "#set($l = [1])$l.set(-1, 2)",
        "#set($n = 1)$n.parseInt('x')",
        "#set($n = 1)$n.parseInt('4294967297')",
        "#set($n = 1)$n.parseInt('1', 99)",
        "#set($s = 'abc')$s.repeat(-1)",
        "#set($s = 'abc')$s.codePointAt(3)",
        "#set($s = 'abc')$s.codePointBefore(0)",
        "#set($s = 'abc')$s.codePointCount(2, 1)",
        "$util.parseJson('{')",
        "$util.base64Decode('*')",
        "$input.path('')",
        "$input.json('$[')",
    ] {
        throws(template);
    }
}

#[test]
fn input_reads_the_body() {
    let body = r#"{"a": {"foo": "bar", "n": 1}, "l": [{"foo": "bar"}, 2, null], "s": "t\"x", "z": null, "d": 1.50}"#;
    for (template, expected) in [
        ("$input.json('$.a')", r#"{"foo":"bar","n":1}"#),
        ("$input.json('$.s')", r#""t\"x""#),
        ("$input.json('$.z')$input.json('$.d')", "null1.5"),
        ("$input.json('$.missing')", "\"\""),
        ("$input.json('$..foo')", r#"["bar","bar"]"#),
        ("#set($p = '$.a.n')$input.json($p)$input.path($p)", "11"),
        ("$input.path('$.a')", "{foo=bar, n=1}"),
        ("$input.path('$.l')", r#"[{"foo":"bar"},2,null]"#),
        ("$input.path('$.s')", "t\"x"),
        ("$input.path('$.missing')-$input.path('$.z')", "-"),
        ("$input.path('$').a.foo$input.path('$').l.size()$input.path('$').l[0].foo", "bar3bar"),
        ("#set($root = $input.path('$'))#set($root.a = 1)$input.path('$').a", "1"),
        ("#foreach($k in $input.path('$').keySet())$k#end", "alszd"),
        ("$input.unknown$input.unknown('x')$input", ""),
    ] {
        output(template, body, expected);
    }
    output("$input.body", " raw ", " raw ");
    output("$input.body$input.json('$')$input.path('$')", "", "{}{}{}");
}

#[test]
fn a_body_that_is_no_json_fails_only_when_it_is_asked_for() {
    output("$input.body", "no json", "no json");
    let error = render("$input.json('$')", "no json").unwrap_err();
    assert!(error.to_string().starts_with("Could not parse request body into json: "), "{error}");
}

#[test]
fn parameters_are_found_in_path_then_query_then_header() {
    for (template, expected) in [
        ("$input.params('id')", "7"),
        ("$input.params('both')", "from path"),
        ("$input.params('q')", "a b"),
        ("$input.params('x-API-key')", "k-1"),
        ("$input.params('missing')", ""),
        ("$input.params().header.X-Api-Key", "k-1"),
        ("$input.params().header.get('X-Api-Key')", "k-1"),
        ("$input.params().get('querystring').q", "a b"),
        (
            "#foreach($type in $input.params().keySet())#set($p = $input.params().get($type))$type:#foreach($n in $p.keySet())$n=$p.get($n) #end#end",
            "path:both=from path id=7 querystring:both=from query q=a b header:X-Api-Key=k-1 q=from header ",
        ),
    ] {
        output(template, "", expected);
    }
}

#[test]
fn context_and_stage_variables_are_read() {
    for (template, expected) in [
        ("$context.requestId ${context.stage} $context.requestTimeEpoch", "r-1 test 1773342238123"),
        ("$context.identity.sourceIp.length()", "9"),
        ("$context.authorizer.claims.sub $context.authorizer.claims['cognito:username']", "s-1 ann"),
        ("$context.authorizer.claims.get('sub')", "s-1"),
        ("$context.nothing$context.identity.nothing.more", ""),
        ("#set($context.stage = 'x')$context.stage", "test"),
        (
            "$stageVariables.table ${stageVariables['table']} $stageVariables.get('table')$stageVariables.none",
            "dragons dragons dragons",
        ),
    ] {
        output(template, "", expected);
    }
}

#[test]
fn overrides_are_collected_and_can_be_read_back() {
    let rendered = render(
        "#set($context.requestOverride.header.x-b = 'v')#set($context.requestOverride.path.id = 5)\
         #set($context.requestOverride.querystring['a b'] = \"$context.requestOverride.path.id-\")\
         #set($context.responseOverride.status = 418)#set($context.responseOverride.header.H = 'h')\
         $context.responseOverride.status",
        "",
    )
    .unwrap();
    let overrides = rendered.overrides;
    assert_eq!(rendered.text, "418");
    assert_eq!(overrides.request_header["x-b"], "v");
    assert_eq!(overrides.request_path["id"], "5");
    assert_eq!(overrides.request_querystring["a b"], "5-");
    assert_eq!(overrides.response_header["H"], "h");
    assert_eq!(overrides.response_status, Some(418));
    for status in ["'abc'", "42", "99999", "''"] {
        let result = render(&format!("#set($context.responseOverride.status = {status})"), "");
        assert!(matches!(result, Err(RenderError::InvalidStatusOverride(_))), "{status}: {result:?}");
    }
}

#[test]
fn util_has_its_functions() {
    for (template, expected) in [
        (r#"$util.escapeJavaScript("it's ""x"" \ / é")"#, r#"it\'s \"x\" \\ \/ \u00E9"#),
        ("$util.escapeJavaScript($input.body)", r#"{\"a\":[1,{\"b\":\"c d\"}]}"#),
        ("$util.parseJson($input.body).a[1].b", "c d"),
        ("$util.parseJson('[1,{\"x\":null}]')", r#"[1,{"x":null}]"#),
        ("$util.urlEncode('a b&c=ü*~')", "a+b%26c%3D%C3%BC*%7E"),
        ("$util.urlDecode('a+b%26c%3D%C3%BC')", "a b&c=ü"),
        ("$util.base64Encode('héllo')", "aMOpbGxv"),
        ("$util.base64Decode('aMOpbGxv')", "héllo"),
        ("$util.unknown('x')$util", ""),
    ] {
        output(template, "{\"a\":[1,{\"b\":\"c d\"}]}", expected);
    }
}

#[test]
fn lists_of_json_print_as_json_wherever_they_stand() {
    check_with(
        "$m",
        &json!({"m": {"l": ["x", {"y": 1}], "n": null, "o": {"p": true}}}),
        "{l=[\"x\",{\"y\":1}], n=null, o={p=true}}",
    );
    check_with("#set($l = [$m])$l", &json!({"m": ["x"]}), "[[\"x\"]]");
    check_with("#set($i = $l.add({'k': 'v'}))$l", &json!({"l": []}), "[{\"k\":\"v\"}]");
}

#[test]
fn no_method_panics_whatever_its_arguments() {
    let receivers = [
        "'aé🐉b'",
        "[3, 'x', null]",
        "{'a': 1, 'b': [2]}",
        "7",
        "1.5",
        "true",
        "$input.path('$.l')",
        "$e",
        "$e.value.iterator()",
        "$input.params()",
    ];
    let arguments = ["-1", "2", "9223372036854775807", "'x'", "'('", "$v", "null", "{'a': [1]}"];
    let names = "length isEmpty trim toCharArray hashCode substring charAt indexOf lastIndexOf contains startsWith endsWith \
        equalsIgnoreCase compareTo concat valueOf matches split replace replaceAll replaceFirst size get set add addAll remove \
        subList containsAll clear getOrDefault containsKey containsValue keySet values entrySet put putAll putIfAbsent \
        intValue doubleValue parseInt getKey getValue equals toString repeat strip stripLeading codePointAt codePointBefore \
        codePointCount getBytes regionMatches compareToIgnoreCase format join iterator listIterator hasNext next setValue \
        toHexString byteValue max compare logicalAnd hashCode containsAll removeAll retainAll";
    for (receiver, name) in
        receivers.iter().flat_map(|receiver| names.split_whitespace().map(move |name| (receiver, name)))
    {
        let pairs = arguments.iter().flat_map(|first| arguments.iter().map(move |second| format!("{first}, {second}")));
        let lists = pairs.chain(arguments.iter().map(ToString::to_string)).chain([String::new()]);
        let calls: Vec<String> = lists.map(|list| format!("#set($r = $v.{name}({list}))$r$v")).collect();
        for call in calls {
            let prelude = "#set($m = {'k': [1]})#foreach($x in $m.entrySet())#set($e = $x)#end";
            let _ = render(&format!("{prelude}#set($v = {receiver}){call}"), "{\"l\": [1, {\"y\": 2}]}");
        }
    }
}
