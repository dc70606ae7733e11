//! The black-box tests: every story through the doors, on both databases.

mod access;
mod alumni;
mod batches;
mod check;
mod command_line;
mod contracts;
mod departures;
mod doorway;
mod import;
mod migrations;
mod operating;
mod statements;
mod tls;
mod tokens;
