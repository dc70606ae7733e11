//! What the black-box tests and the benchmarks stand on: a service on a fresh database, clients of it, a throwaway
//! PostgreSQL.

pub mod client;
pub mod command;
pub mod postgres;
pub mod world;

pub use client::{Answer, Client};
pub use world::{Kind, World};

/// One story, told on both databases: `on_both! { fn a_sentence(world) { … } }`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($world:ident) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                fn story($world: &$crate::World) $body

                #[test]
                fn on_sqlite() {
                    if let Some(world) = $crate::World::on($crate::Kind::Sqlite) {
                        story(&world);
                    }
                }

                #[test]
                fn on_postgres() {
                    if let Some(world) = $crate::World::on($crate::Kind::Postgres) {
                        story(&world);
                    }
                }
            }
        )+
    };
}
