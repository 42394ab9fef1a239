//! Depth, aliases and size: where Go stops, and where we do.

use evenkeel_diagnostics::FileId;
use evenkeel_yaml::{Document, ErrorKind, Input, Limits, ReadOptions, decode, decode_with};

/// Runs on a stack as big as rendering has it: values are dropped recursively.
fn on_a_large_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(test);
    thread.expect("a thread").join().expect("the test passes");
}

fn outcome(text: &str) -> Result<(), String> {
    decode(text.as_bytes(), FileId::NONE)
        .map(drop)
        .map_err(|e| e.text().to_owned())
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    open.repeat(depth) + inner + &close.repeat(depth)
}

#[test]
fn depth_ends_where_go_yaml_and_json_end_it() {
    on_a_large_stack(|| {
        let scanner = "error converting YAML to JSON: yaml: exceeded max depth of 10000";
        let json = |c: char| {
            let place = "error unmarshaling JSON: while decoding JSON";
            format!("{place}: invalid character '{c}' exceeded max depth")
        };
        assert_eq!(outcome(&nested("[", "", "]", 10_000)), Ok(()));
        assert_eq!(
            outcome(&nested("[", "", "]", 10_001)),
            Err(scanner.to_owned())
        );
        assert_eq!(outcome(&nested("{a: ", "", "}", 10_000)), Ok(()));
        assert_eq!(outcome(&nested("- ", "a", "", 10_000)), Ok(()));
        assert_eq!(
            outcome(&nested("- ", "a", "", 10_001)),
            Err(scanner.to_owned())
        );
        assert_eq!(outcome(&nested("[a: ", "", "]", 5_001)), Err(json('[')));
        let half = nested("[", "", "]", 6_000);
        let aliased = nested("[", "*a", "]", 6_000);
        assert_eq!(
            outcome(&format!("a: &a {half}\nb: {aliased}\n")),
            Err(json('['))
        );
        assert_eq!(
            outcome(&format!("a: &a {half}\nb: {aliased}\nb: 1\n")),
            Ok(())
        );
    });
}

#[test]
fn documents_that_are_mostly_aliases_are_refused() {
    let mut text = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (name, of) in ('b'..='g').zip('a'..) {
        text +=
            &format!("{name}: &{name} [*{of},*{of},*{of},*{of},*{of},*{of},*{of},*{of},*{of}]\n");
    }
    let expected = "error converting YAML to JSON: yaml: document contains excessive aliasing";
    assert_eq!(outcome(&text), Err(expected.to_owned()));
}

#[test]
fn too_many_nodes_are_a_budget_error() {
    let limits = Limits { nodes: 100 };
    let options = ReadOptions {
        limits,
        ..ReadOptions::new(FileId::NONE)
    };
    let text = "[".to_owned() + &"1,".repeat(99) + "]";
    assert!(decode_with(text.as_bytes(), &options).is_ok());
    let text = "[".to_owned() + &"1,".repeat(100) + "]";
    let error = decode_with(text.as_bytes(), &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Budget);
    let text = "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n";
    let error = decode_with(text.as_bytes(), &options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Budget);
}

#[test]
fn nodes_know_where_they_stand() {
    let text = b"# c\na: &x [1, {b: 'c'}] # d\ne:\n  - f: |\n      g\n  # h\ni: *x\n";
    let input = Input::new(text);
    let document = Document::parse(&input, FileId::NONE, Limits::default()).unwrap();
    let root = document.root().unwrap();
    let shown = |node: evenkeel_yaml::NodeRef<'_>| {
        let span = node.span();
        String::from_utf8_lossy(&text[span.start as usize..span.end as usize]).into_owned()
    };
    let values: Vec<String> = root
        .entries()
        .map(|(k, v)| shown(k) + "=" + &shown(v))
        .collect();
    assert_eq!(
        values,
        ["a=&x [1, {b: 'c'}]", "e=- f: |\n      g\n", "i=*x"]
    );
    assert_eq!(shown(root.get("i").unwrap()), "&x [1, {b: 'c'}]");
    let inner = root.get("a").unwrap().children().nth(1).unwrap();
    assert_eq!(shown(inner.get("b").unwrap()), "'c'");
    assert_eq!(inner.get("b").unwrap().text(), b"c");
}
