//! The binary `furusu`.

fn main() -> std::process::ExitCode {
    furusu_api::cli::main()
}
