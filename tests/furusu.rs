//! The black-box tests: every story through the doors, on both databases.

mod access;
mod alumni;
mod attackers;
mod batches;
mod check;
mod command_line;
mod consents;
mod contracts;
mod departures;
mod doorway;
mod etags;
mod graphql;
mod import;
mod issuers;
mod migrations;
mod operating;
mod organization;
mod pages;
mod quotas;
mod rest;
mod returning_applicants;
mod statements;
mod telemetry;
mod tls;
mod tokens;
mod writes;
