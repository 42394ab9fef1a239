//! A headless Chromium, driven by its DevTools protocol over a pipe: no port, no driver, no dependency.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// What Chromium is called where it is installed.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// CI sets it, so that a machine without a browser is no pass.
const REQUIRED: &str = "EVENKEEL_REQUIRE_BROWSER";

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Roles of the accessibility tree whose elements need a name.
const NAMED: [&str; 8] = [
    "button",
    "link",
    "heading",
    "searchbox",
    "combobox",
    "dialog",
    "region",
    "search",
];

pub(crate) struct Browser {
    process: Child,
    pipe: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    last: u64,
    /// What went wrong on the page: exceptions, errors of the console, what the policy has stopped.
    pub(crate) problems: Vec<String>,
    _profile: TempDir,
}

impl Browser {
    /// A browser with an empty page of 1280×800; `None`, and a message, where none is installed.
    pub(crate) fn start() -> Option<Browser> {
        let Some(program) = program() else {
            assert!(
                std::env::var_os(REQUIRED).is_none(),
                "{REQUIRED} is set, and no Chromium is installed"
            );
            eprintln!("left out: no Chromium is installed");
            return None;
        };
        let profile = tempfile::tempdir().expect("a folder");
        // The protocol is spoken on descriptors 3 and 4, which only a shell can set up without `unsafe`.
        let mut process = Command::new("sh")
            .args([
                "-c",
                "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null",
            ])
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args(["--disable-dev-shm-usage", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let pipe = process.stdin.take().expect("it is piped");
        let answers = process.stdout.take().expect("it is piped");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(answers).split(0).map_while(Result::ok) {
                let message = serde_json::from_slice(&message).expect("JSON");
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Browser {
            process,
            pipe,
            messages,
            session: None,
            last: 0,
            problems: Vec::new(),
            _profile: profile,
        };
        browser.attach();
        Some(browser)
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = self.call(
            "Target.attachToTarget",
            json!({ "targetId": target["targetId"], "flatten": true }),
        );
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Accessibility"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
        self.resize(1280, 800);
    }

    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        );
    }

    /// Opens a file, with what stands behind `#`, and waits until it is shown.
    pub(crate) fn open(&mut self, file: &Path, fragment: &str) {
        let url = format!("file://{}{fragment}", file.display());
        self.call("Page.navigate", json!({ "url": "about:blank" }));
        self.call("Page.navigate", json!({ "url": url }));
        let ready = "document.readyState === 'complete' && location.protocol === 'file:'";
        self.wait_for(ready);
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, expression: &str) {
        for _ in 0..600 {
            if self.value(expression) == true {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("never true: {expression}");
    }

    /// The value of an expression of the page, as JSON.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let mut result = self.call(
            "Runtime.evaluate",
            json!({ "expression": expression, "returnByValue": true, "userGesture": true }),
        );
        let exception = &result["exceptionDetails"];
        assert!(exception.is_null(), "{expression}: {exception:#}");
        result["result"]["value"].take()
    }

    #[track_caller]
    pub(crate) fn text(&mut self, expression: &str) -> String {
        let value = self.value(expression);
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Presses a key where the focus is.
    pub(crate) fn press(&mut self, key: &str) {
        let text = match key {
            "Enter" => "\r",
            key if key.chars().count() == 1 => key,
            _ => "",
        };
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            _ => 0,
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code });
            if kind == "keyDown" {
                event["text"] = text.into();
            }
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// The elements that a screen reader has no name for.
    pub(crate) fn nameless(&mut self) -> Vec<String> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        assert!(nodes.len() > 20, "a tree of {} nodes", nodes.len());
        let is_nameless = |node: &&Value| {
            let role = node["role"]["value"].as_str().unwrap_or_default();
            let name = node["name"]["value"].as_str().unwrap_or_default();
            node["ignored"] != true && NAMED.contains(&role) && name.trim().is_empty()
        };
        let nameless = nodes.iter().filter(is_nameless);
        nameless.map(|node| format!("{node}")).collect()
    }

    #[track_caller]
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        write!(self.pipe, "{message}\0").expect("the browser runs");
        loop {
            let answer = self.messages.recv_timeout(PATIENCE);
            let mut answer = answer.unwrap_or_else(|error| panic!("{method}: {error}"));
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            self.note(&answer);
        }
    }

    fn note(&mut self, event: &Value) {
        let params = &event["params"];
        let is_problem = match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => params["type"] != "log",
            Some("Log.entryAdded") => params["entry"]["level"] == "error",
            _ => false,
        };
        if is_problem {
            self.problems.push(params.to_string());
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It is gone already where it has crashed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let files = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}
