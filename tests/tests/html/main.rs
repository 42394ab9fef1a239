//! The page of `evenkeel diff --format html` in a headless Chromium. Left out where none is installed, unless
//! EVENKEEL_REQUIRE_BROWSER is set.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test that starts a browser and writes pages for it"
)]

mod browser;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use browser::Browser;
use evenkeel_cli::Io;
use evenkeel_tests::platform;
use tempfile::TempDir;

/// The page of a comparison, and the folder that it is in.
fn page(args: &[&str]) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("diff.html");
    let more = ["--format", "html", "--output"];
    let args = ["diff"].iter().chain(args).chain(&more).map(Into::into);
    let args = args.chain([file.clone().into()]).collect();
    let mut stderr = Vec::new();
    let code = evenkeel_cli::run(
        args,
        &mut Io {
            stdin: &mut std::io::empty(),
            stdout: &mut std::io::sink(),
            stderr: &mut stderr,
        },
    );
    assert!(code < 2, "{}", String::from_utf8_lossy(&stderr));
    (dir, file)
}

fn of_platform() -> (TempDir, PathBuf) {
    let root = platform::root().display().to_string();
    page(&["local", "prod", "--project", &root])
}

/// Runs the checks of one page in a browser of their own. Whatever they do, the page has nothing to complain of, and
/// everything on it has a name.
fn check((_dir, file): (TempDir, PathBuf), checks: impl Fn(&mut Browser, &Path)) {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    browser.open(&file, "");
    assert_eq!(browser.nameless(), Vec::<String>::new());
    checks(&mut browser, &file);
    assert_eq!(browser.nameless(), Vec::<String>::new());
    assert_eq!(browser.problems, Vec::<String>::new());
}

const SHOWN: &str = "document.querySelectorAll('#list .item').length";

#[test]
fn the_first_screen_says_which_apps_are_off_and_which_differences_are_a_risk() {
    check(of_platform(), |browser, _| {
        let apps = browser.text("document.querySelector('#apps').innerText");
        for part in [
            "prod has 2 fewer than local",
            "ollama",
            "prod has no GPU nodes",
            "Owner: platform · Review: 2027-06-30",
            "vault-dev",
            "the Vault of prod runs outside the cluster",
        ] {
            assert!(apps.contains(part), "no {part:?} in {apps}");
        }
        // Each risk stands there with its kind and its reason.
        browser.wait_for(
            "(() => {
              const data = JSON.parse(document.querySelector('#data').textContent);
              const risks = data.causes.filter((cause) => cause.class === 'security');
              const rows = [...document.querySelectorAll('#security li')].map((row) => row.innerText);
              return risks.length > 0 && rows.length === risks.length && risks.every((risk) =>
                rows.some((row) => [risk.risk, risk.reason, risk.name].every((part) => row.includes(part))));
            })()",
        );
        let below = browser.value(
            "[...document.querySelectorAll('#apps li, #security li')]
              .filter((row) => row.getBoundingClientRect().bottom > innerHeight).length",
        );
        assert_eq!(below, 0, "rows below the first screen");
    });
}

#[test]
fn filters_and_the_search_leave_what_matches() {
    check(of_platform(), |browser, _| {
        let all = browser.value(SHOWN).as_u64().expect("a number");
        browser.value("document.querySelector('.class[data-class=security]').click()");
        browser.wait_for(
            "[...document.querySelectorAll('#list .item')].every((item) => item.dataset.class === 'security')
              && document.querySelector('.class[data-class=security]').ariaPressed === 'true'",
        );
        let security = browser.value(SHOWN).as_u64().expect("a number");
        assert!(0 < security && security < all, "{security} of {all}");

        browser.value("document.querySelector('#reset').click()");
        assert_eq!(browser.value(SHOWN), all);
        for (filter, value) in [("app", "vault-config"), ("kind", "Deployment")] {
            let select = format!(
                "{{ const one = document.querySelector('#{filter}'); one.value = '{value}';
                   one.dispatchEvent(new Event('change')) }}"
            );
            browser.value(&select);
            let left = browser.value(SHOWN).as_u64().expect("a number");
            assert!(0 < left && left < all, "{filter}: {left} of {all}");
            browser.value("document.querySelector('#reset').click()");
        }

        browser.press("/");
        browser.wait_for("document.activeElement.id === 'search'");
        for key in "ollama".chars() {
            browser.press(&key.to_string());
        }
        let found = browser.value(SHOWN).as_u64().expect("a number");
        assert!(0 < found && found < all, "{found} of {all}");
        let status = browser.text("document.querySelector('#status').textContent");
        assert!(
            status.starts_with(&format!("{found} of {all} causes")),
            "{status}"
        );
        browser.press("Escape");
        assert_eq!(browser.value(SHOWN), all);
    });
}

#[test]
fn a_change_opens_its_cause_its_template_line_and_its_layers_of_values() {
    check(of_platform(), |browser, _| {
        browser.value("document.querySelector('#security a').click()");
        browser.wait_for("document.querySelector('.item.open .effect > button') !== null");
        assert_eq!(
            browser.value("document.querySelector('.item.open .head').ariaExpanded"),
            "true"
        );
        let cause = browser.text("document.querySelector('.item.open .facts').innerText");
        assert!(cause.contains("values-prod.yaml:"), "{cause}");
        browser.value("document.querySelector('.item.open .effect > button').click()");
        let story = browser.text("document.querySelector('.item.open .effect').innerText");
        for part in ["Written by", "/templates/", "Layers of values", "✓ used"] {
            assert!(story.contains(part), "no {part:?} in {story}");
        }
        assert!(browser.text("location.hash").starts_with("#change-"));
    });
}

#[test]
fn a_link_opens_what_it_names() {
    check(of_platform(), |browser, file| {
        browser.open(file, "#cause-3");
        browser.wait_for("document.querySelector('#cause-3 .head').ariaExpanded === 'true'");
        // The last difference of all is far from what is drawn first.
        let id = browser.text(
            "(() => {
              const { comparisons, causes } = JSON.parse(document.querySelector('#data').textContent);
              const [c, a, o, l] = causes[causes.length - 1].effects.at(-1);
              return comparisons[c].apps[a].objects[o].changes[l].id;
            })()",
        );
        browser.open(file, &format!("#{id}"));
        browser.wait_for(&format!(
            "(() => {{
              const row = document.getElementById('{id}');
              const box = row.getBoundingClientRect();
              return row.firstElementChild.ariaExpanded === 'true' && box.top >= 0 && box.top < innerHeight;
            }})()"
        ));
    });
}

#[test]
fn keys_do_what_they_say() {
    check(of_platform(), |browser, _| {
        let focus = "document.activeElement.closest('.item')?.id";
        browser.press("j");
        assert_eq!(browser.value(focus), "cause-1");
        browser.press("j");
        browser.press("j");
        browser.press("k");
        assert_eq!(browser.value(focus), "cause-2");
        browser.press("Enter");
        browser.wait_for("document.querySelector('#cause-2 .head').ariaExpanded === 'true'");
        browser.press("Escape");
        browser.wait_for("document.querySelector('#cause-2 .head').ariaExpanded === 'false'");
        browser.press("?");
        browser.wait_for("document.querySelector('#help').open");
    });
}

#[test]
fn both_themes_are_there_and_a_narrow_page_does_not_scroll_sideways() {
    check(of_platform(), |browser, _| {
        let colour = "getComputedStyle(document.body).backgroundColor";
        let before = browser.text(colour);
        browser.value("document.querySelector('#theme').click()");
        assert_ne!(browser.text(colour), before);
        browser.resize(390, 800);
        browser.wait_for("document.documentElement.scrollWidth <= innerWidth");
    });
}

#[test]
fn thousands_of_objects_are_drawn_as_they_are_looked_at() {
    const COUNT: usize = 3000;
    let dir = tempfile::tempdir().expect("a folder");
    let side = |value: &str| {
        let mut text = String::new();
        for i in 0..COUNT {
            let _ = write!(
                text,
                "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: map-{i} }}\n\
                 data: {{ a: '{value}{i}', b: '</script><b>{value}' }}\n"
            );
        }
        let file = dir.path().join(format!("{value}.yaml"));
        std::fs::write(&file, text).expect("it is written");
        file.display().to_string()
    };
    let (before, after) = (side("old"), side("new"));
    check(page(&[&before, &after]), |browser, _| {
        assert_eq!(browser.value(SHOWN), 200);
        assert_eq!(
            browser.value("document.querySelectorAll('#list b').length"),
            0
        );
        browser.value("location.hash = '#object-2500'");
        browser.wait_for("document.querySelector('#object-2500 .head')?.ariaExpanded === 'true'");
        let body = browser.text("document.querySelector('#object-2500 .body').innerText");
        assert!(body.contains("</script><b>new"), "{body}");
    });
}
