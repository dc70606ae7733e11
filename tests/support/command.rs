//! The command line, as an operator uses it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

/// The binary `furusu`, built if it is not.
#[must_use]
pub fn binary() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        // The tests lie in target/PROFILE/deps, the binary two floors up.
        let me = std::env::current_exe().expect("a test binary");
        let profile = me.parent().and_then(Path::parent).expect("target/PROFILE/deps");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--package", "furusu-api", "--bin", "furusu", "--target-dir"]);
        cargo.arg(profile.parent().expect("target")).current_dir(env!("CARGO_MANIFEST_DIR"));
        assert!(cargo.status().expect("cargo runs").success(), "the binary can be built");
        profile.join("furusu")
    })
}

/// An operator in a folder, with a database.
pub struct Operator {
    folder: PathBuf,
    database: String,
    environment: Vec<(String, String)>,
}

impl Operator {
    /// At work in that folder, on that database.
    #[must_use]
    pub fn new(folder: &Path, database: &str) -> Self {
        Self { folder: folder.to_owned(), database: database.to_owned(), environment: Vec::new() }
    }

    /// The same operator, with a variable of the environment set.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(args).current_dir(&self.folder).env_clear().env("FURUSU_DATABASE_URL", &self.database);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let key = self.folder.join("master.key");
        if key.exists() {
            command.env("FURUSU_MASTER_KEY_FILE", key);
        }
        command
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// It cannot be started.
    #[must_use]
    pub fn runs(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().expect("furusu runs")
    }

    /// The standard output of a command that must succeed.
    ///
    /// # Panics
    /// It fails.
    #[must_use]
    #[track_caller]
    pub fn gets(&self, args: &[&str]) -> String {
        let output = self.runs(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// The standard error of a command that must fail with that code.
    ///
    /// # Panics
    /// It does not.
    #[must_use]
    #[track_caller]
    pub fn fails(&self, code: i32, args: &[&str]) -> String {
        let output = self.runs(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        said
    }

    /// Starts a command that goes on; its output is piped.
    ///
    /// # Panics
    /// It cannot be started.
    #[must_use]
    pub fn starts(&self, args: &[&str]) -> Child {
        self.command(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("furusu starts")
    }
}
