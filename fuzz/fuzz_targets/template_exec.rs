//! Any template renders, fails, or uses up its budget.

#![no_main]

use std::sync::{Arc, LazyLock};

use evenkeel_chart::Chart;
use evenkeel_fuzz::{chart, with_template};
use evenkeel_renderer::{Budget, Renderer, Request, UserValues};
use libfuzzer_sys::fuzz_target;

static CHART: LazyLock<Arc<Chart>> = LazyLock::new(|| chart(&Renderer::new()));

/// Functions that make RSA keys or hash passwords would take all the time.
const SLOW: [&str; 4] = ["gen", "htpasswd", "bcrypt", "derivePassword"];

fuzz_target!(|text: &[u8]| {
    if SLOW.iter().any(|name| text.windows(name.len()).any(|part| part == name.as_bytes())) {
        return;
    }
    let budget = Budget { steps: 100_000, output: 1 << 20, depth: 200 };
    let request = Request { budget, seed: Some(1), ..Request::default() };
    let chart = with_template(&CHART, text);
    let _ = Renderer::new().render(&chart, &UserValues::default(), &request);
});
