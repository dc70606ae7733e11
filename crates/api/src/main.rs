//! The binary `furusu`.

// Records and answers are made of many small texts.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    furusu_api::cli::main()
}
