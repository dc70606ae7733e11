//! People: what is said of who they are, and how they read from a day.

mod alumnus;
mod edit;
mod filter;
mod fold;
mod particulars;

pub use alumnus::{Alumnus, Viewpoint};
pub use edit::{Edit, edit};
pub use filter::{AlumniFilter, AlumniOrder, AlumniPosition, DepartureFilter, DepartureOrder, DeparturePosition, SortValue};
pub use fold::{fold, is_cjk};
pub use particulars::{
    Email, Origin, Particulars, PersonName, Phone, Told, certainly_the_same, listed_name, office_words, search_keys, search_prefix,
    sort_key,
};
