//! What the black-box tests and the benchmarks stand on: a service on a fresh database, clients of it, a throwaway
//! PostgreSQL.

pub mod client;
pub mod command;
pub mod postgres;
mod records;
pub mod world;

pub use client::{Answer, Client};
pub use world::{Kind, World};

/// One story, told on both databases: `on_both! { fn a_sentence(world) { … } }`. A service that is set up in another way:
/// `on_both! { |settings| settings.workers = 2; fn a_sentence(world) { … } }`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($world:ident) $body:block)+) => {
        $crate::on_both! { |_settings| {}; $($(#[$meta])* fn $name($world) $body)+ }
    };
    (|$settings:ident| $change:expr; $($(#[$meta:meta])* fn $name:ident($world:ident) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                fn story($world: &$crate::World) $body

                #[test]
                fn on_sqlite() {
                    if let Some(world) = $crate::World::set_up($crate::Kind::Sqlite, |$settings| $change) {
                        story(&world);
                    }
                }

                #[test]
                fn on_postgres() {
                    if let Some(world) = $crate::World::set_up($crate::Kind::Postgres, |$settings| $change) {
                        story(&world);
                    }
                }
            }
        )+
    };
}
