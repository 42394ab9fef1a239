//! Calls that ask for too much are refused before they take memory or time, and values that hold
//! themselves come to an end.

use evenkeel_template::ErrorKind;

use crate::support::{self, kind_of_failure};

#[track_caller]
fn refused(text: &'static str) {
    let kind = support::on_large_stack(move || kind_of_failure(text, evenkeel_functions::helm4()));
    assert_eq!(kind, Some(ErrorKind::Budget), "{text}");
}

#[test]
fn huge_lists() {
    refused("{{ until 1000000000 }}");
    refused("{{ untilStep 0 9223372036854775807 1 }}");
    refused("{{ seq 0 1000000000 }}");
    refused("{{ $l := until 100000 }}{{ range until 1000 }}{{ $_ := uniq $l }}{{ end }}");
}

#[test]
fn huge_texts() {
    refused(r#"{{ repeat 1000000000 "x" }}"#);
    refused(r#"{{ indent 1000000000 "x" }}"#);
    refused(r#"{{ $s := "x" }}{{ range until 60 }}{{ $s = cat $s $s }}{{ end }}"#);
    refused(r#"{{ $s := "xx" }}{{ range until 60 }}{{ $s = replace "x" "xx" $s }}{{ end }}"#);
    refused(
        r#"{{ $s := "xx" }}{{ range until 60 }}{{ $s = regexReplaceAll "x" $s "xxx" }}{{ end }}"#,
    );
    refused(r#"{{ $s := "\"" }}{{ range until 60 }}{{ $s = quote $s }}{{ end }}"#);
}

#[test]
fn values_that_hold_themselves() {
    refused(r#"{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ deepCopy $d }}"#);
    refused(
        r#"{{ $a := dict }}{{ $_ := set $a "a" $a }}{{ $b := dict }}{{ $_ := set $b "a" $b }}{{ merge $a $b }}"#,
    );
}

#[test]
fn expressions_that_repeat_themselves() {
    refused(r#"{{ regexMatch "\\pL{1000}\\pL{1000}\\pL{1000}\\pL{1000}\\pL{1000}" "x" }}"#);
}
