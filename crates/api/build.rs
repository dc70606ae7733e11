//! Carries the pages in the binary: the small files beside `src/pages.rs`, and what `make pages` bundled, if it did.
#![allow(clippy::print_stdout, reason = "what a build script prints is for Cargo")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs, io};

/// The pages' own files, served as they are.
const OWN: [&str; 3] = ["page.css", "token.js", "docs.js"];

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    let own = here.join("src/pages");
    let bundle = here.join("../../target/pages");
    // Cargo runs this at every build as long as a path does not exist, and once more if it was made just now.
    if !bundle.exists() {
        fs::create_dir_all(&bundle)?;
        fs::File::open(&bundle)?.set_modified(SystemTime::UNIX_EPOCH)?;
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", bundle.display());

    // What a page calls a file by, and what it is served as: that carries a mark of its content.
    let mut names = BTreeMap::new();
    let mut files = Vec::new();
    for name in OWN {
        let path = own.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        let served = marked(name, &fs::read(&path)?);
        files.push((served.clone(), path, false));
        names.insert(name.to_owned(), served);
    }
    match fs::read_to_string(bundle.join("manifest.txt")) {
        Ok(manifest) => {
            for served in manifest.lines() {
                if let Some(name) = entry(served) {
                    names.insert(name, served.to_owned());
                }
                files.push((served.to_owned(), bundle.join(format!("{served}.gz")), true));
            }
        }
        Err(_) => println!("cargo::warning=GraphiQL is left out of this binary: `make pages` bundles it (it takes Node.js and npm)"),
    }
    fs::write(out.join("pages.rs"), tables(&names, &files))
}

/// `page.css` → `page-0123456789abcdef.css`
fn marked(name: &str, content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let (stem, kind) = name.split_once('.').unwrap_or((name, ""));
    format!("{stem}-{:016x}.{kind}", hasher.finish())
}

/// What a page calls a bundled file by, if any does: `graphiql-0123ABCD.js` → `graphiql.js`
fn entry(served: &str) -> Option<String> {
    let (stem, kind) = served.rsplit_once('.')?;
    let (stem, _) = stem.rsplit_once('-')?;
    ["graphiql", "licenses"].contains(&stem).then(|| format!("{stem}.{kind}"))
}

fn tables(names: &BTreeMap<String, String>, files: &[(String, PathBuf, bool)]) -> String {
    let mut text =
        String::from("/// What a page calls a file by, and what it is served as.\npub(super) const NAMES: &[(&str, &str)] = &[\n");
    for (name, served) in names {
        let _ = writeln!(text, "    ({name:?}, {served:?}),");
    }
    text.push_str("];\n\n/// What is served, whether it is gzipped, and its bytes.\npub(super) const FILES: &[(&str, bool, &[u8])] = &[\n");
    for (served, path, gzipped) in files {
        let _ = writeln!(text, "    ({served:?}, {gzipped}, include_bytes!({:?})),", display(path));
    }
    text.push_str("];\n");
    text
}

fn display(path: &Path) -> String {
    path.display().to_string()
}
