//! How the binary is linked.
//!
//! A small chart takes about two milliseconds from exec to exit, so what the dynamic loader does before
//! `main` counts. With the GNU C library two things are worth it:
//!
//! - a fixed address: else the loader writes to some sixty pages of tables of function pointers, and each of
//!   these writes is a page fault;
//! - the unwinder from the compiler's static library: else the loader maps and binds `libgcc_s` as well.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo tells the target by the environment"
)]

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        println!("cargo::rustc-link-lib=gcc_eh");
    }
}
