//! Where the database is, as the operator writes it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A database: a SQLite file or a PostgreSQL server.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://PATH`: a file, made if its folder exists.
    Sqlite(PathBuf),
    /// `postgres://…` (or `postgresql://…`), as libpq and most drivers write it.
    Postgres(String),
}

/// A URL of no database that furusu knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownDatabase {
    /// The scheme that came.
    scheme: String,
}

impl fmt::Display for UnknownDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a database URL of the form sqlite://FILE or postgres://USER@HOST/DATABASE was expected, not {:?}", self.scheme)
    }
}

impl std::error::Error for UnknownDatabase {}

impl FromStr for DatabaseUrl {
    type Err = UnknownDatabase;
    fn from_str(url: &str) -> Result<Self, UnknownDatabase> {
        match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => Ok(Self::Postgres(url.to_owned())),
            // Only the scheme is repeated: what follows may be a password.
            Some((scheme, _)) => Err(UnknownDatabase { scheme: format!("{scheme}://…") }),
            None => Err(UnknownDatabase { scheme: "something without ://".to_owned() }),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", ""));
                let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                write!(f, "{scheme}://{}", rest.split('?').next().unwrap_or(""))
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl DatabaseUrl {
    /// Whether the database is a file of this machine, which the service may migrate by itself.
    #[must_use]
    pub const fn is_embedded(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        let url: DatabaseUrl = "postgres://ada:s3cret@db.example.com:5432/furusu?sslmode=require".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://db.example.com:5432/furusu");
        let unknown = "mysql://ada:s3cret@db/furusu".parse::<DatabaseUrl>().unwrap_err().to_string();
        assert!(unknown.contains("mysql") && !unknown.contains("s3cret"));
    }
}
