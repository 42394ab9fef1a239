use evenkeel_config::Config;
use evenkeel_diagnostics::{FileId, SourceKind};

use super::*;
use crate::CustomRules;

fn compile(rule: &str) -> Result<CustomRules, Vec<String>> {
    let indented = rule.trim().replace('\n', "\n    ");
    let text = format!("rules:\n  - code: ACME-01\n    statement: It holds\n    {indented}\n");
    let sources = SourceMap::new();
    let file = sources.add("rules.yaml", text.as_bytes().into(), SourceKind::File);
    let (rules, wrong) = evenkeel_config::parse_rules(text.as_bytes(), file, &Config::default());
    assert!(wrong.is_empty(), "{wrong:?}");
    CustomRules::compile(vec![rules], &sources).map_err(|wrong| {
        let shown = wrong.iter().map(|diagnostic| {
            let span = diagnostic.primary.span;
            let at = sources.line_column(span.file, span.start).expect("a place");
            let marked = &text[span.start as usize..span.end as usize];
            let help = diagnostic.help.join("; ");
            format!(
                "{}:{} {marked}: {}; {help}",
                at.line, at.column, diagnostic.message
            )
        });
        shown.collect()
    })
}

#[track_caller]
fn refused(rule: &str, want: &str) {
    let found = compile(rule).expect_err("it is wrong");
    assert_eq!(found, [want]);
}

fn judge(rule: &str, object: &str) -> Judgement {
    let rules = compile(rule).expect("it compiles");
    let data = |text: &str| evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("YAML");
    let object = data(object);
    let objects = [object.clone(), data("{kind: Other, count: 2}")];
    let surroundings = Surroundings::new(objects.into_iter(), &data("{name: prod}"));
    let inputs = Inputs {
        object: &object,
        values: Some(&data("{replicas: 2, tags: [a, b]}")),
        app: &data("{name: shop}"),
    };
    let rule = rules.iter().next().expect("a rule");
    rule.program
        .judge(&inputs, &surroundings, &mut Budget::default())
}

/// Whether an expression is true of `{spec: {count: 3, list: [a, b], ratio: 0.5}, none: null}`.
#[track_caller]
fn check(expression: &str, want: bool) {
    let rule = format!("expression: |-\n  {expression}");
    let object = "{kind: It, spec: {count: 3, list: [a, b], ratio: 0.5}, none: null}";
    let keeps = match judge(&rule, object) {
        Judgement::Keeps => true,
        Judgement::Breaks { .. } => false,
        Judgement::Unknown(reason) => panic!("{expression}: {reason}"),
    };
    assert_eq!(keeps, want, "{expression}");
}

#[track_caller]
fn unknown(expression: &str, want: &str) {
    let rule = format!("expression: |-\n  {expression}");
    let Judgement::Unknown(reason) = judge(&rule, "{kind: It}") else {
        panic!("{expression} is evaluated");
    };
    assert!(reason.contains(want), "{expression}: {reason}");
}

#[test]
fn what_users_of_validating_policies_write() {
    check(
        "object.spec.count == 3 && object.spec.count <= values.replicas + 1",
        true,
    );
    check("has(object.spec.missing)", false);
    check("!has(object.spec.missing) || object.spec.missing > 1", true);
    check("object.?spec.?missing.orValue(7) == 7", true);
    check("object.none == null", true);
    check(
        "object.spec.ratio < 1.0 && type(object.spec.count) == int",
        true,
    );
    check(
        "object.spec.list == ['a', 'b'] && ['a', 'b'] == object.spec.list",
        true,
    );
    check("object.spec.list == values.tags", true);
    check("'a' in object.spec.list && 'count' in object.spec", true);
    check("object.spec.list.all(x, x.matches('^[a-z]$'))", true);
    check("object.spec.list.exists_one(x, x == 'b')", true);
    check(
        "object.spec.list.map(x, x + '1').join(',') == 'a1,b1'",
        true,
    );
    check("object.spec.list.filter(x, x > 'a').size() == 1", true);
    check("object.spec.all(key, size(key) > 0)", true);
    check("objects.exists(o, o.kind == 'Other' && o.count == 2)", true);
    check("objects.filter(o, o.kind == object.kind).size() == 1", true);
    check("env.name + '/' + app.name == 'prod/shop'", true);
    check("'A-b'.lowerAscii().split('-').size() == 2", true);
    check(
        "'%s has %d'.format([object.kind, object.spec.count]) == 'It has 3'",
        true,
    );
    check("math.greatest(1, object.spec.count) == 3", true);
    check(
        "[3, 1].sort() == [1, 3] && [[1], [2]].flatten() == [1, 2]",
        true,
    );
    check(
        "dyn(object.spec).count == 3 && string(object.spec.count) == '3'",
        true,
    );
}

#[test]
fn what_cannot_be_evaluated_does_not_pass() {
    unknown("object.spec.count == 3", "No such key: spec");
    unknown("object.kind + 1 == 'It1'", "Unsupported binary operator");
    unknown("object.kind", "gives no bool, but string");
    unknown("objects.all(o, o.count > 1)", "No such key: count");
}

#[test]
fn variables_build_on_one_another() {
    let variables = "variables:\n  - {name: n, expression: object.count}\n  - {name: twice, expression: variables.n * 2}";
    let rule = format!("{variables}\nexpression: variables.twice == 4");
    assert_eq!(judge(&rule, "{count: 2}"), Judgement::Keeps);
    let Judgement::Unknown(reason) = judge(&rule, "{}") else {
        panic!("there is no n");
    };
    assert_eq!(reason, "variables.n: No such key: count");
}

#[test]
fn messages_and_paths() {
    let broken = |rule: &str| match judge(rule, "{count: 2}") {
        Judgement::Breaks { message, path } => (message, path.to_string()),
        other => panic!("{other:?}"),
    };
    let both = |message: &str, path: &str| (message.to_owned(), path.to_owned());
    assert_eq!(
        broken("expression: object.count > 2"),
        both("failed expression: object.count > 2", "")
    );
    assert_eq!(
        broken("expression: object.count > 2\nmessage: too few\npath: spec.count"),
        both("too few", "spec.count")
    );
    assert_eq!(
        broken(
            "expression: object.count > 2\nmessageExpression: string(object.count) + ' is too few'\nmessage: too few"
        ),
        both("2 is too few", "")
    );
    assert_eq!(
        broken("expression: object.count > 2\nmessageExpression: object.missing\nmessage: too few"),
        both("too few", "")
    );
    assert_eq!(
        broken(
            "expression: object.count > 2\nmessage: m\npathExpression: \"'list[' + string(object.count) + ']'\""
        ),
        both("m", "list[2]")
    );
}

#[test]
fn what_is_wrong_with_an_expression_has_its_place() {
    refused(
        "expression: objct.kind == 'A'",
        "4:17 objct: there is no variable `objct`; did you mean `object`?",
    );
    refused(
        "expression: |\n  has(object.kind) &&\n    object.kind.startWith('A')",
        "6:21 startWith: there is no function `startWith`; did you mean `startsWith`?",
    );
    refused(
        "expression: variables.a == 1",
        "4:27 a: there is no `variables.a`; there are none",
    );
    refused(
        "expression: \"'é😀' == objct.kind\"",
        "4:26 objct: there is no variable `objct`; did you mean `object`?",
    );
    refused(
        "expression: lists.range(9) == []",
        "4:23 range: there is no function `lists.range`; docs/custom-rules.md lists the functions",
    );
}

#[test]
fn syntax_errors_have_their_place() {
    let found = compile("expression: object.kind ==").expect_err("it is wrong");
    assert!(found[0].starts_with("4:"), "{found:?}");
    let found = compile("expression: |\n  object.kind == 'A' &&\n  object.kind = 'B'")
        .expect_err("it is wrong");
    assert!(found[0].starts_with("6:"), "{found:?}");
    let deep = format!("expression: {}1{} == 1", "(".repeat(2000), ")".repeat(2000));
    compile(&deep).expect_err("it is too deep");
}

#[test]
fn what_takes_too_long_is_not_evaluated() {
    let mut nested = "true".to_owned();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        nested = format!("[1, 2, 3, 4, 5, 6, 7, 8, 9].all({name}, {nested})");
    }
    unknown(&nested, "too many steps");
    let mut long = "'abcdefghij'".to_owned();
    for _ in 0..20 {
        long = format!("{long}.replace('a', 'aaaaaaaaaa')");
    }
    unknown(&format!("{long} == ''"), "too many steps");
}

#[test]
fn chains_are_no_danger_to_the_stack() {
    for part in ["+1", "-1", "&& true", ".a", "[0]", ".size()", "? 1 : 1"] {
        let chain = part.repeat(16 * 1024 / part.len() - 4);
        let rule = format!("expression: |-\n  1{chain}");
        if compile(&rule).is_ok() {
            judge(&rule, "{kind: It}");
        }
    }
    let longest = "+1".repeat(120);
    check(&format!("1{longest} == 121"), true);
    for open in ["(", "[", "!", "-", "{1: ", "[1].all(a, "] {
        let rule = format!(
            "expression: |-\n  {}",
            open.repeat(16 * 1024 / open.len() - 4)
        );
        compile(&rule).expect_err("it does not end");
    }
}
