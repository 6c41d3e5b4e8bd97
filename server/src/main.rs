//! The one binary.

fn main() -> std::process::ExitCode {
    provender::cli::main()
}
