//! One way to write an enumeration of the trade: its words are the same in JSON, SQL and documents.

/// Declares an enumeration whose values are lower-snake-case words, with its SQL, GraphQL and OpenAPI traits.
macro_rules! words {
    ($(#[doc = $doc:literal])+ pub enum $name:ident { $($(#[doc = $item_doc:literal])+ $item:ident = $word:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
        #[cfg_attr(feature = "sql", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
        #[cfg_attr(feature = "sql", diesel(sql_type = diesel::sql_types::Text))]
        pub enum $name { $($(#[doc = $item_doc])+ #[serde(rename = $word)] $item,)+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$item,)+];
            /// Every word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// What each means, in the same order.
            pub const MEANINGS: &'static [&'static str] = &[$(concat!($($item_doc),+),)+];

            /// The word for it, everywhere outside Rust.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$item => $word,)+ }
            }

            /// The value a word stands for.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$item),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::words::schema(concat!($($doc),+), Self::WORDS, Self::MEANINGS).into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        $crate::words::sql_word!($name);
    };
}

/// An enumeration in OpenAPI: its words, and what each means.
#[cfg(feature = "openapi")]
#[must_use]
pub(crate) fn schema(about: &str, words: &[&str], meanings: &[&str]) -> utoipa::openapi::schema::Object {
    let each = words.iter().zip(meanings).map(|(word, meaning)| format!("\n- `{word}`:{meaning}"));
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .description(Some(format!("{}\n{}", about.trim(), each.collect::<String>())))
        .enum_values(Some(words.iter().copied()))
        .build()
}

/// A word in SQL is `text` on both databases.
#[cfg(feature = "sql")]
macro_rules! sql_word {
    ($name:ident) => {
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }
        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = String::from_sql(raw)?;
                Self::from_word(&word).ok_or_else(|| concat!("an unknown ", stringify!($name)).into())
            }
        }
    };
}

#[cfg(not(feature = "sql"))]
macro_rules! sql_word {
    ($name:ident) => {};
}

pub(crate) use sql_word;
pub(crate) use words;
