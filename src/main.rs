//! The `evenkeel` binary: a thin shell over `evenkeel-cli`.

use std::process::ExitCode;

// The GNU C library's allocator is as fast here and is set up already when the program starts; those of
// other systems are not.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    evenkeel_cli::main()
}
