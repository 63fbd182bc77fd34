//! The language, as cases: template in, text out. Those under "recorded" are what API Gateway itself answered.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{CompileError, Limits, Params, RenderError, Rendered, Scope, Template, UndefinedReferences};

fn params() -> Params {
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Params {
        path: map(&[("id", "7"), ("both", "from path")]),
        querystring: map(&[("q", "a b"), ("both", "from query")]),
        header: map(&[("X-Api-Key", "k-1"), ("q", "from header")]),
    }
}

fn context() -> Value {
    json!({
        "requestId": "r-1",
        "stage": "test",
        "requestTimeEpoch": 1_773_342_238_123_i64,
        "identity": {"sourceIp": "192.0.2.1"},
        "authorizer": {"claims": {"sub": "s-1", "cognito:username": "ann"}},
    })
}

fn run(template: &Template, body: &str, limits: Limits) -> Result<Rendered, RenderError> {
    let stage_variables = BTreeMap::from([("table".to_owned(), "dragons".to_owned())]);
    let (params, context) = (params(), context());
    let scope = Scope { body, params: &params, context: &context, stage_variables: &stage_variables };
    template.render(&scope, limits)
}

pub(crate) fn render(template: &str, body: &str) -> Result<Rendered, RenderError> {
    let compiled = Template::compile(template).unwrap_or_else(|error| panic!("{template}: {error}"));
    run(&compiled, body, Limits::default())
}

/// Renders with the body's members as variables of the same names.
#[track_caller]
pub(crate) fn check_with(template: &str, body: &Value, expected: &str) {
    let sets: String = body
        .as_object()
        .into_iter()
        .flat_map(|members| members.keys())
        .fold(String::new(), |sets, key| sets + &format!("#set(${key} = $input.path('$.{key}'))"));
    let rendered = render(&(sets + template), &body.to_string()).unwrap_or_else(|error| panic!("{template}: {error}"));
    assert_eq!(rendered.text, expected, "{template}");
}

#[track_caller]
pub(crate) fn check(template: &str, expected: &str) {
    check_with(template, &json!({}), expected);
}

#[track_caller]
fn refused(template: &str) -> CompileError {
    Template::compile(template).err().unwrap_or_else(|| panic!("{template} compiles"))
}

#[test]
fn text_without_velocity_is_given_back() {
    for text in
        ["", "<html></html>", "{\"a\": 1}\n", "Hi $ ", "$", "#", "\"#\"", "<a href=\"#\">", "$1 $. ${", "a#0a1b2c"]
    {
        check(text, text);
    }
}

#[test]
fn references_print_as_recorded() {
    check_with("Hi $name", &json!({"name": "Ann"}), "Hi Ann");
    check("Hi $name", "Hi ");
    check("Hi $!name", "Hi ");
    check_with("Hi ${name}.", &json!({"name": "World"}), "Hi World.");
    check_with("Hi $name}.", &json!({"name": "World"}), "Hi World}.");
    check_with("$!{name}", &json!({"name": "World"}), "World");
    check_with("$value", &json!({"value": "Süßes"}), "Süßes");
    check("$Something$0", "$0");
    check_with(" $user.name ", &json!({"user": {"items": "p;q"}}), "  ");
    check_with("$a[1]", &json!({"a": ["foo", "bar"]}), "bar");
    check_with("$a[1][1]", &json!({"a": ["foo", ["bar1", "bar2"]]}), "bar2");
    check_with("$a[1].bar1", &json!({"a": ["foo", {"bar1": "bar2"}]}), "bar2");
    check_with("$a[\"foo\"]", &json!({"a": {"foo": "bar"}}), "bar");
    check_with("$a.b.c['foo:bar']", &json!({"a": {"b": {"c": {"foo:bar": "baz"}}}}), "baz");
    check_with("#set($i = 1)$a[ $i ]", &json!({"a": ["foo", "bar"]}), "bar");
}

#[test]
fn undefined_references_print_themselves_in_plain_velocity() {
    let plain = |source: &str| {
        let template = Template::compile_with(source, UndefinedReferences::Literal).unwrap();
        run(&template, "{}", Limits::default()).unwrap().text
    };
    assert_eq!(plain("$a $!a ${a.b('x')[0]} $!{a}"), "$a  ${a.b('x')[0]} ");
    assert_eq!(plain("#if($a)yes#{else}no#end"), "no");
    assert_eq!(plain("#set($s = \"-$a-\")$s"), "-$a-");
}

#[test]
fn conditions_behave_as_recorded() {
    let shown = json!({"name": "Bob", "show": true, "hide": false, "nothing": null});
    for (template, expected) in [
        ("Hi #if ($name)you are ${name}#end Good", "Hi you are Bob Good"),
        ("Hi #if ($hide)you are ${name}#end Good", "Hi  Good"),
        ("#if ($undefined)shown#end", "shown"),
        ("#if ($nothing)shown#end", "shown"),
        ("#if(${a.b.c})yes!#end#if($!{a.b.c})yes!#end#if($!a.b.c)yes!#end", "yes!yes!yes!"),
        ("#if ( !$hide )yes#end#if ( not $show )no#end#if ( !$nothing )no#end", "yes"),
        ("#if ($show) true #else false #end", " true "),
        ("#if($hide)true#{else}false#{end}tail", "falsetail"),
        ("#if ($hide) one #elseif ($show) two #elseif($show) three #end", " two "),
        ("#if ($hide) one #elseif ($hide) two #else three #end", " three "),
        ("#if ( !$hide && !$show )yes#else#if(!!$show)deep#end#end", "deep"),
        ("#if ( ($show) )yes#end", "yes"),
        ("#if(\"\")yes#end#if(0)yes#end", "yesyes"),
    ] {
        check_with(template, &shown, expected);
    }
}

#[test]
fn comparisons_know_signs_and_words() {
    for (left, expected) in
        [(0, "falsefalsetruetruefalsetrue"), (1, "falsetruefalsetruetruefalse"), (2, "truetruefalsefalsefalsetrue")]
    {
        for operators in [[">", ">=", "<", "<=", "==", "!="], ["gt", "ge", "lt", "le", "eq", "ne"]] {
            let template: String = operators.iter().map(|op| format!("#set($r = $v {op} 1)$r")).collect();
            check_with(&template, &json!({"v": left}), expected);
        }
    }
    for (template, expected) in [
        ("#if(false || true)a#end#if(false or true)b#end#if(true && false)c#end#if(true and true)d#end", "abd"),
        ("#set($a = 1 == '1')$a", "true"),
        ("#set($a = 1.0 == 1)$a", "true"),
        ("#set($a = [1, 2] == [1, 2])$a", "true"),
        ("#set($a = {'x': 1} == {'x': 2})$a", "false"),
        ("#set($a = 'b' > 'a')$a", "false"),
        ("#if($x == $null)a#end#if($x == '')b#end#if('a' != $null)c#end", "abc"),
    ] {
        check(template, expected);
    }
}

#[test]
fn arithmetic_follows_java() {
    for (expression, expected) in [
        ("5 + 4", "9"),
        ("(5 + 4) > 2", "true"),
        ("4 > 2 + 5", "false"),
        ("5 * 4 - 2", "18"),
        ("2 + 5 * 4", "22"),
        ("7 / 2", "3"),
        ("-7 % 3", "-1"),
        ("7 - 2 - 1", "4"),
        ("100.0 / 50", "2.0"),
        (".5*.1", "0.05"),
        ("1.5e3 * 10000", "1.5E7"),
        ("1 / 0", ""),
        ("'a' * 2", ""),
        ("'a' + 1 + 2", "a12"),
        ("1 + 2 + 'a'", "3a"),
        ("9223372036854775807 + 1", "9.223372036854776E18"),
        ("0.0001", "1.0E-4"),
        ("10000000.0", "1.0E7"),
    ] {
        check(&format!("#set($x = {expression})$x"), expected);
    }
}

#[test]
fn strings_interpolate_in_double_quotes_only() {
    for (template, expected) in [
        (r#"#set($n = "Bob")#set($h="oh, $n it is")$h"#, "oh, Bob it is"),
        (r#"#set($n = "Bob")#set($h="oh, \$n it is")$h"#, "oh, $n it is"),
        ("#set($n = 1)#set($h='$n')$h", "$n"),
        (r#"#set($d = "{""a"": 2}")$d"#, r#"{"a": 2}"#),
        (r#"#set($d = "1\\""2""3")$d"#, r#"1\\"2"3"#),
        (r#"#set ($name = "\\salt\nand pepper")$name"#, r"\\salt\nand pepper"),
        ("#set($d = 'it''s')$d", "it's"),
        ("#set( $v = \"\" )#set( $y = '' ).$v.$y.", "..."),
        (r##"#set($s = "#if(true)yes#end-#foreach($i in [1..3])$i#end")$s"##, "yes-123"),
        (r##"#set($s = "#")$s#set($s = "$")$s"##, "#$"),
    ] {
        check(template, expected);
    }
}

#[test]
fn loops_behave_as_recorded() {
    let lists = json!({"words": ["Hi", "Bye"], "names": ["Ann", "Bob"], "items": [2, 3, 4], "m": {"a": 1, "b": 2}});
    for (template, expected) in [
        ("#foreach ($name in $names)Hi $name. #end$name", "Hi Ann. Hi Bob. "),
        ("#foreach ($w in $words)$w to#foreach ($w in $names) $w#end. #end", "Hi to Ann Bob. Bye to Ann Bob. "),
        ("#foreach ($w in $words)$velocityCount,#end", "1,2,"),
        ("#foreach ($i in [1, 2, 3])$i. #if ($velocityHasNext)yes#end, #end", "1. yes, 2. yes, 3. , "),
        ("#foreach ($w in $words)$foreach.count$foreach.index,#end", "10,21,"),
        ("#foreach ($i in [1, 2, 3])$i. #if ($foreach.hasNext)yes#end, #end", "1. yes, 2. yes, 3. , "),
        ("#foreach ($i in [1, 2, 3])$foreach.first-$foreach.last #end", "true-false false-false false-true "),
        ("#foreach ($j in [1,2])#foreach ($i in [3, 4])$foreach.count,#end$foreach.count|#end", "1,2,1|1,2,2|"),
        ("#foreach ($j in [1,2])#foreach ($i in [3, 4])$foreach.parent.count#end#end", "1122"),
        ("#set($var = 1)#foreach ($i in $items)$var,#set($var = $i)#end$var", "1,2,3,4"),
        ("#set($i = 1)$i,#foreach ($i in [2, 3, 4])$i,#set($i = $i)#end$i", "1,2,3,4,1"),
        ("#foreach($value in $values)foo#end", ""),
        ("#foreach($value in $m)$value#end", "12"),
        ("#foreach( $v in [1..5] )$v\n#end", "1\n2\n3\n4\n5\n"),
        ("#foreach( $v in [5..-2] )$v,#end", "5,4,3,2,1,0,-1,-2,"),
        ("#set($s = 2)#set($e = 4)#foreach($i in [$s .. $e])$i#end", "234"),
        ("#foreach($i in [1..9])#if($i == 4)#break#end$i#end.", "123."),
        ("#foreach($j in [1..2])#foreach($i in [1..9])#if($i == 2)#break($foreach)#end$i#end.#end", "1.1."),
        ("#foreach($j in [1..3])#foreach($i in [1..9])#if($i == 2)#break($foreach.parent)#end$i#end.#end!", "1!"),
        (
            "#foreach($k in [1..2])#foreach($j in [1..3])#foreach($i in [1..9])#break($foreach.getParent())#end.#end-#end!",
            "--!",
        ),
        (
            "#foreach($k in [1..2])#foreach($j in [1..3])#foreach($i in [1..9])$i#break($foreach.topmost)#end.#end-#end!",
            "1!",
        ),
        ("#foreach($i in [1..3])$i#break($foreach.parent.parent)#end!", "1!"),
        ("a#break b", "a"),
        ("#define($d)x#break y#end#foreach($i in [1..2])$d#end!", "xx!"),
        ("#define($d)x#stop y#end#foreach($i in [1..2])$d#end!", "x"),
        ("#foreach($i in [1..3])$foreach.stop()$foreach.stop#end$i.", "."),
        (
            "#foreach($i in [1..2])$foreach.getIndex()$foreach.getCount()$foreach.isFirst()$foreach.isLast()#end",
            "01truefalse12falsetrue",
        ),
        (
            "#foreach($j in [1..2])#foreach($i in [1])$foreach.getParent().count$foreach.topmost.hasNext#end#end",
            "1true2false",
        ),
        ("tea #stop world", "tea "),
        ("#foreach($i in [1..9])$i#if($i == 2)#stop#end#end.", "12"),
    ] {
        check_with(template, &lists, expected);
    }
}

#[test]
fn a_loop_ends_quietly_after_a_thousand_turns() {
    check("#foreach($i in [1..2000])#set($n = $i)#end$n", "1000");
}

#[test]
fn literals_make_lists_and_maps() {
    for (template, expected) in [
        ("#set($v = [1..5])$v#set($v = [2..-2])$v", "[1, 2, 3, 4, 5][2, 1, 0, -1, -2]"),
        ("#set($a = {\"dog\": \"cat\" , \"horse\":15})$a.dog$a.horse", "cat15"),
        ("#set($h = 'cow')#set($a = {\"dog\": \"$h\"})$a.dog", "cow"),
        ("#set($v = [[\"Hi \", \"Bob\"], [1]])#foreach($p in $v)#foreach($w in $p)$w#end. #end", "Hi Bob. 1. "),
        ("#set($a = {})$a#set($b = [])$b", "{}[]"),
        ("#set($m = {'k1': 'v1', 'k2': [1, 'x', true, 1.5]})$m", "{k1=v1, k2=[1, x, true, 1.5]}"),
    ] {
        check(template, expected);
    }
}

#[test]
fn assignments_reach_into_lists_maps_and_properties() {
    for (template, expected) in [
        ("#set($d = {} )#set($key = 'bar')#set( $d[$key] = 'foo' )$d.toString()", "{bar=foo}"),
        ("#set($d = {} )#set($key = 'bar')#set( $d[\"$key\"] = 'foo' )$d", "{bar=foo}"),
        (
            "#set($d = {})#set($k = 'bar')#set( $d[\"$k\"] = {} )#set($d[\"$k\"].nested = \"foo\")$d.bar[\"nested\"]",
            "foo",
        ),
        ("#set($d = {})#set($d[\"$key\"] = \"foo\")$d.toString()", "{=foo}"),
        ("#set($l = ['one', 'two', 'three'] )#set($i = 1)#set( $l[$i] = 'X' )#foreach ($x in $l)$x#end", "oneXthree"),
        ("#set($l = ['one', 'two', 'three'] )$l.set(1, 'X')#foreach ($x in $l)$x#end", "twooneXthree"),
        ("#set($d = {'k': 'old'})#set( $ignore = $d.put('k', 'new') )$ignore - $d.k", "old - new"),
        ("#set($m = {})#set($ignore = $m.put('k', null))#if(\"$m.k\" == \"\")none#else some#end", "none"),
        ("#set($d = {'k1':'v1'})#set($i = $d.putAll({'k1': 'v3', 'k2': 'v2'}))$d.k1 - $d.k2", "v3 - v2"),
        ("#set($l = [1,2])#set($l[-1] = 5)#set($l[9] = 5)$l$l[-2]", "[1, 5]1"),
    ] {
        check(template, expected);
    }
}

#[test]
fn directives_swallow_blanks_and_one_line_end_after_them() {
    for (template, expected) in [
        ("a\n#if(true)  \ntea##\n#end\nb", "a\nteab"),
        ("a#if(false)\nx\n#else\ny\n#end\n\nb", "ay\n\nb"),
        ("#foreach($i in [1..2])\r\n$i\r\n#end\r\n.", "1\r\n2\r\n."),
        ("\n  #set($x = {\n  'a': 1\n} )\n  {$x.a}", "\n    {1}"),
        ("#set($x = 1) $x", " 1"),
        ("## comment\nStuff\nMore stuff## more $shout", "Stuff\nMore stuff"),
        ("Stuff#*\n more *#\n and", "Stuff\n and"),
        ("#[[ $raw #if ]]#!", " $raw #if !"),
        ("#if (true)${u}x.\n#if(true)Sunny\n#end.\n#end Off", "x.\nSunny\n.\n Off"),
    ] {
        check(template, expected);
    }
}

#[test]
fn backslashes_escape_references_and_known_directives() {
    for (template, expected) in [
        (
            "#set( $mail = \"foo\" )\n$mail\n\\$mail\n\\\\$mail\n\\\n\\\\ \\# \\$\n",
            "foo\n$mail\n\\foo\n\\\n\\\\ \\# \\$\n",
        ),
        (
            "#set( $mail = \"foo\" )\\#end\n\\# end\n\\#set( $mail = \"foo\" )\n",
            "#end\n\\# end\n#set( foo = \"foo\" )\n",
        ),
        ("\\${a.b(\"$x\")}", "${a.b(\"$x\")}"),
        ("\\\\#if(true)x#end", "\\x"),
    ] {
        check(template, expected);
    }
}

#[test]
fn defined_blocks_are_rendered_where_they_are_read() {
    for (template, expected) in [
        ("#define ( $tea)hi#end$tea()$tea()", "hi()hi()"),
        ("#define( $show )$foreach.index#end#foreach($x in [1,2,3])$show#end", "012"),
        ("#define( $f )$ctx#end\n#set( $ctx = 'foo' )\n$f\n#set( $ctx = 'bar' )\n$f\n", "foo\nbar\n"),
        ("#define($d)abc#end#set($x = $d)$d.length()-$x.toUpperCase()", "3-ABC"),
    ] {
        check(template, expected);
    }
}

#[test]
fn macros_define_nothing_and_unknown_directives_print_as_written() {
    check("\n#macro ( shout )\ntea##\n#end\n#shout()", "\n#shout()");
    check("#macro(again $n)#if($n > 0)#again($n)X#end#end#again(5)", "#again(5)");
    check("#set($d = 'x')#return($d) #foo $d", "#return($d) #foo x");
}

#[test]
fn bad_templates_are_refused_with_their_place() {
    let error = refused("{\n  \"a\": #if($x\n}");
    assert_eq!((error.line, error.column), (3, 1), "{error}");
    for template in [
        "#if(true)x",
        "#foreach($x in [1])",
        "#end",
        "a #else b",
        "#elseif(true)",
        "#set($x = )",
        "#set($x 1)",
        "#set(x = 1)",
        "#if(1 +)#end",
        "#if true #end",
        "#foreach(x in $y)#end",
        "#foreach($x of $y)#end",
        "${foo",
        "$foo.bar(",
        "$foo.bar(1",
        "$foo[1",
        "#*",
        "#[[",
        "#set($x = \"abc)",
        "#set($x = 'abc)",
        "#set($x = [1)",
        "#set($x = {'a' 1})",
        "#include('x')",
        "#parse('x')",
        "#set($d = 'x')#evaluate($d)",
        "#evaluate(\"#stop\")",
        "#macro()#end",
        "#set($x = foo)",
        "#set($x = \"#if(true)\")",
        "#set($x = 99999999999999999999)",
        "#foreach($x in [1])#else#end",
    ] {
        refused(template);
    }
    refused(&"x".repeat(300 * 1024 + 1));
}

#[test]
fn nesting_beyond_the_bound_is_refused() {
    refused(&format!("{}x{}", "#if(true)".repeat(100), "#end".repeat(100)));
    refused(&format!("#set($x = {}1{})", "(".repeat(5_000), ")".repeat(5_000)));
    refused(&format!("#set($x = {}", "[".repeat(100_000)));
    refused(&format!("#set($x = {}", "$a[".repeat(100_000)));
}

#[test]
fn long_flat_expressions_need_no_deep_stack() {
    check(&format!("#set($x = 0{})$x", "+1".repeat(20_000)), "20000");
    check(&format!("#set($x = {}true)$x", "!".repeat(100_001)), "false");
    check(&format!("#if(false){}#end", "#elseif(false)".repeat(5_000)), "");
}

/// Renders a bomb: it must end in an error, and soon.
#[track_caller]
fn explodes(template: &str) -> RenderError {
    let (sender, receiver) = std::sync::mpsc::channel();
    let source = template.to_owned();
    std::thread::spawn(move || sender.send(render(&source, "{}").map(|rendered| rendered.text.len())));
    match receiver.recv_timeout(Duration::from_secs(20)) {
        Ok(Err(error)) => error,
        Ok(Ok(length)) => panic!("{template} gave {length} bytes"),
        Err(_) => panic!("{template} takes too long or overflowed the stack"),
    }
}

#[test]
fn bombs_end_in_errors() {
    let loops = "#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])#end#end#end";
    assert!(matches!(explodes(loops), RenderError::TooManySteps | RenderError::TooMuchMemory));
    let loops = "#set($l = [1..1000])#foreach($i in $l)#foreach($j in $l)#foreach($k in $l)#end#end#end";
    assert_eq!(explodes(loops), RenderError::TooManySteps);
    let doubling = "#set($s = 'ab')#foreach($i in [1..100])#set($s = \"$s$s\")#end";
    assert!(matches!(explodes(doubling), RenderError::OutputTooLarge | RenderError::TooMuchMemory));
    let adding = "#set($s = 'ab')#foreach($i in [1..100])#set($s = $s + $s)#end";
    assert!(matches!(explodes(adding), RenderError::OutputTooLarge | RenderError::TooMuchMemory));
    let replacing = "#set($s = 'aa')#foreach($i in [1..100])#set($s = $s.replace('a', $s))#end";
    assert!(matches!(explodes(replacing), RenderError::OutputTooLarge | RenderError::TooMuchMemory));
    assert_eq!(
        explodes("#set($l = [1])#foreach($i in [1..1000])#set($x = $l.addAll($l))#end"),
        RenderError::TooMuchMemory
    );
    assert_eq!(explodes("#set($x = [1..2000000000])"), RenderError::TooMuchMemory);
    assert_eq!(explodes("#set($x = [-9223372036854775807..9223372036854775807])"), RenderError::TooMuchMemory);
}

#[test]
fn methods_that_multiply_their_text_end_in_errors() {
    let long = "#set($s = 'ab'.repeat(1))";
    assert!(Template::compile(long).is_err());
    for template in [
        "#set($s = 'ab')#set($s = $s.repeat(9223372036854775807))",
        "#set($s = 'ab')$s.repeat(5300000)",
        "#set($s = 'a')$s.format('%2000000000d', 1)",
        "#set($s = 'a')$s.format('%99999999999999999999s', 1)",
        "#set($s = 'a')$s.format('%.2000000000f', 1.5)",
    ] {
        assert_eq!(explodes(template), RenderError::OutputTooLarge, "{template}");
    }
    let limits = Limits { steps: 20_000, ..Limits::default() };
    let swell = |step: &str| {
        let source = format!("#set($s = 'ab')#foreach($i in [1..1000])#set($s = {step})#end");
        let found = run(&Template::compile(&source).unwrap(), "{}", limits).unwrap_err();
        let bounded = [RenderError::OutputTooLarge, RenderError::TooMuchMemory, RenderError::TooManySteps];
        assert!(bounded.contains(&found), "{step}: {found}");
    };
    for step in [
        "$s.repeat(2)",
        "$s.replaceAll('a', $s)",
        "$s.replaceAll('', $s)",
        "$s.replaceAll('(.)', '$1$1$1')",
        "$s.format('%s%s', $s, $s)",
        "$s.format('%1$s%1$s%1$s', $s)",
        "$s.join($s, $s, $s)",
        "$s.concat($s)",
        "\"$s.getBytes()$s\"",
        "$s.split('').toString()",
    ] {
        swell(step);
    }
    // Nothing is made of nothing, however often.
    check("#set($s = '')[$s.repeat(9223372036854775807)]", "[]");
}

#[test]
fn hashes_and_iterators_of_endless_values_end_in_errors() {
    assert_eq!(explodes("#set($m = {})#set($m.m = $m)$m.hashCode()"), RenderError::TooDeep);
    let wide = "#set($a = [1])#foreach($i in [1..40])#set($a = [$a, $a])#end$a.hashCode()";
    assert_eq!(explodes(wide), RenderError::TooManySteps);
    let searched = "#set($l = [1..1000])#foreach($i in $l)#set($x = $l.containsAll($l))#end";
    assert_eq!(explodes(searched), RenderError::TooManySteps);
    // An iterator in the list that it runs over, and in itself.
    check("#set($l = [])#set($i = $l.iterator())#set($x = $l.add($i))#foreach($y in $l)$y.equals($i)#end", "true");
    check("#foreach($i in [1..10])#foreach($j in [1..1000])#set($l = [$l])#set($l = [$l.iterator()])#end#end.", ".");
}

#[test]
fn costly_bodies_and_expressions_end_in_errors() {
    let limits = Limits { steps: 10_000, ..Limits::default() };
    let explodes_on =
        |template: &str, body: &str| run(&Template::compile(template).unwrap(), body, limits).unwrap_err();
    let list = format!("[{}1]", "{\"a\":1},".repeat(20_000));
    let query = "#foreach($i in [1..1000])#set($x = $input.path('$..[?(@.a == 2)]'))#end";
    assert_eq!(explodes_on(query, &list), RenderError::TooManySteps);
    let text = "aB".repeat(100_000);
    let search = "#set($s = $input.body)#set($x = $s.replaceAll('[a-zA-Z]*9|[a-zA-Z]', '-'))";
    assert_eq!(explodes_on(search, &text), RenderError::TooManySteps);
    let ones = format!("[{}1]", "1,".repeat(3_000_000));
    assert_eq!(explodes_on("$input.path('$[0]')", &ones), RenderError::TooMuchMemory);
}

#[test]
fn values_that_contain_themselves_end_in_errors() {
    assert_eq!(explodes("#set($m = {})#set($m.m = $m)$m"), RenderError::TooDeep);
    assert_eq!(
        explodes("#set($l = [])#set($x = $l.add($l))#set($k = [$l])#set($x = $k.add($k))#if($l == $k)#end$l"),
        RenderError::TooDeep
    );
    assert_eq!(explodes("#define($d)$d#end$d"), RenderError::TooDeep);
    assert_eq!(explodes("#define($d)#set($x = \"$d\")#end$d"), RenderError::TooDeep);
    let wide = "#set($a = [1])#foreach($i in [1..40])#set($a = [$a, $a])#end$a";
    assert_eq!(explodes(wide), RenderError::OutputTooLarge);
    let compared = "#set($a = [1])#set($b = [1])#foreach($i in [1..40])#set($a = [$a, $a])#set($b = [$b, $b])#end#if($a == $b)#end";
    assert_eq!(explodes(compared), RenderError::TooManySteps);
}

#[test]
fn deep_values_are_dropped_without_a_deep_stack() {
    let deep = "#set($a = [])#foreach($i in [1..100])#foreach($j in [1..1000])#set($a = [$a])#end#end.";
    let error = render(deep, "{}");
    assert!(matches!(error, Err(RenderError::TooManySteps)), "{error:?}");
    check("#set($a = [])#foreach($i in [1..30])#foreach($j in [1..1000])#set($a = [$a])#end#end.", ".");
}

#[test]
fn compiled_templates_are_shared_between_threads() {
    fn shared<T: Send + Sync>(value: T) -> T {
        value
    }
    let template = shared(Template::compile("$input.path('$..[?(@.a =~ /x/)]')").unwrap());
    assert_eq!(run(&template, "[{\"a\":\"x\"}]", Limits::default()).unwrap().text, "[{\"a\":\"x\"}]");
}

#[test]
fn the_output_is_bounded() {
    let template = Template::compile("0123456789").unwrap();
    let limits = |output_bytes| Limits { output_bytes, ..Limits::default() };
    assert_eq!(run(&template, "", limits(10)).unwrap().text, "0123456789");
    assert_eq!(run(&template, "", limits(9)), Err(RenderError::OutputTooLarge));
    let template = Template::compile("$input.json('$')").unwrap();
    assert_eq!(run(&template, "[1,2,3]", limits(6)), Err(RenderError::OutputTooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn arbitrary_text_never_panics(source in "\\PC{0,60}") {
        if let Ok(template) = Template::compile(&source) {
            let _ = run(&template, "{\"a\":[1,{\"b\":\"c\"}]}", Limits::default());
        }
    }

    #[test]
    fn arbitrary_velocity_never_panics(parts in prop::collection::vec(prop::sample::select(&[
        "#set(", "$x", "=", "1", ")", "#if(", "#end", "#else", "#foreach(", " in ", "[1..3]", "$!{", "}", "\"", "'", ".put(",
        ".get(", "[", "]", "{", ":", ",", "$input.path('$.a')", "$input.json('$..*')", "\\", "#", "$", "+", "*", "==", "&&",
        "not ", "-1", ".5", "#[[", "]]#", "##", "\n", "#*", "*#", "$util.urlDecode(", "é", ".substring(", "#stop", "#define($x)",
    ][..]), 0..40)) {
        let source = parts.concat();
        if let Ok(template) = Template::compile(&source) {
            let limits = Limits { output_bytes: 10_000, ..Limits::default() };
            if let Ok(rendered) = run(&template, "{\"a\":[1,{\"b\":\"c\"}]}", limits) {
                prop_assert!(rendered.text.len() <= 10_000);
            }
        }
    }

    #[test]
    fn text_without_dollar_hash_and_backslash_is_kept(text in "[^$#\\\\]{0,80}") {
        prop_assert_eq!(render(&text, "").unwrap().text, text);
    }
}
