//! Versions of what activities are worth.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::engagement::{Formula, FormulaState, FormulaVersion};
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, OrganizationId};
use furusu_domain::sql::Json;
use furusu_domain::time::Moment;

use super::Engagement;
use crate::document;
use crate::schema::engagement_formula;

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement_formula, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    version: i32,
    document: Json,
    made_at: Moment,
    made_by: String,
    in_use_at: Option<Moment>,
    built_through: Option<AlumnusId>,
}

/// The formulas by which figures are kept now.
#[derive(Clone, PartialEq, Debug)]
pub struct Alive {
    /// The one by which they are read.
    pub in_use: FormulaVersion,
    /// The one by which they are being made, and how far that is.
    pub building: Option<(FormulaVersion, Option<AlumnusId>)>,
}

impl Alive {
    /// By which versions figures of somebody are kept.
    pub fn of(&self, id: AlumnusId) -> impl Iterator<Item = (i32, &Formula)> {
        let building = self.building.iter().filter(move |(_, through)| through.is_some_and(|through| id <= through));
        std::iter::once(&self.in_use).chain(building.map(|(version, _)| version)).map(|v| (v.version, &v.formula))
    }

    /// All of them, with their versions.
    pub fn all(&self) -> impl Iterator<Item = (i32, &Formula)> {
        std::iter::once(&self.in_use).chain(self.building.iter().map(|(version, _)| version)).map(|v| (v.version, &v.formula))
    }

    /// The versions of all of them.
    #[must_use]
    pub fn versions(&self) -> Vec<i32> {
        self.all().map(|(version, _)| version).collect()
    }

    /// The newest: activities are of its kinds, which are those of all before it and perhaps more.
    #[must_use]
    pub fn newest(&self) -> &Formula {
        self.building.as_ref().map_or(&self.in_use.formula, |(version, _)| &version.formula)
    }
}

impl Engagement<'_> {
    /// Every version of the formula, the newest first; the last is what every organization begins with.
    ///
    /// # Errors
    /// As every statement.
    pub async fn formulas(self) -> Result<Vec<FormulaVersion>, Error> {
        Ok(self.versions().await?.into_iter().map(|(version, _)| version).collect())
    }

    /// The formulas by which figures are kept now.
    ///
    /// # Errors
    /// As every statement.
    pub async fn alive(self) -> Result<Alive, Error> {
        let mut versions = self.versions().await?;
        let building = versions.iter().position(|(v, _)| v.state == FormulaState::Building).map(|n| versions.remove(n));
        let in_use = versions.into_iter().find(|(v, _)| v.state == FormulaState::InUse);
        Ok(Alive { in_use: in_use.map_or_else(FormulaVersion::first, |(v, _)| v), building })
    }

    async fn versions(self) -> Result<Vec<(FormulaVersion, Option<AlumnusId>)>, Error> {
        let rows: Vec<Row> = on!(self, |db| {
            engagement_formula::table
                .filter(engagement_formula::organization_id.eq(self.0.organization))
                .order(engagement_formula::version.desc())
                .select(Row::as_select())
                .load(db)
                .await
        })?;
        let newest = rows.iter().map(|row| row.version).max();
        let in_use = rows.iter().filter(|row| row.in_use_at.is_some()).map(|row| row.version).max().unwrap_or(1);
        let mut versions = Vec::with_capacity(rows.len() + 1);
        for Row { organization_id: _, version, document, made_at, made_by, in_use_at, built_through } in rows {
            let formula = document::read(format_args!("version {version} of the formula"), &document)?;
            let state = if version == in_use {
                FormulaState::InUse
            } else if Some(version) == newest {
                FormulaState::Building
            } else {
                FormulaState::Past
            };
            let (made_at, made_by) = (Some(made_at), Some(made_by));
            versions.push((FormulaVersion { version, formula, state, made_at, made_by, in_use_at }, built_through));
        }
        let state = if in_use == 1 { FormulaState::InUse } else { FormulaState::Past };
        versions.push((FormulaVersion { state, ..FormulaVersion::first() }, None));
        Ok(versions)
    }

    /// Adds a version, by which figures are made from now on. In a unit of work that is [alone](super::Activities::alone).
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert_formula(self, version: i32, formula: &Formula, made_by: &str) -> Result<(), Error> {
        let row = Row {
            organization_id: self.0.organization,
            version,
            document: document::write(formula)?,
            made_at: self.0.now(),
            made_by: made_by.to_owned(),
            in_use_at: None,
            built_through: None,
        };
        on!(self, |db| diesel::insert_into(engagement_formula::table).values(row).execute(db).await)?;
        Ok(())
    }

    /// Notes how far figures by a version have been made.
    ///
    /// # Errors
    /// As every statement.
    pub async fn built_through(self, version: i32, through: AlumnusId) -> Result<(), Error> {
        on!(self, |db| {
            diesel::update(engagement_formula::table.find((self.0.organization, version)))
                .set(engagement_formula::built_through.eq(Some(through)))
                .execute(db)
                .await
        })?;
        Ok(())
    }

    /// From now on figures are by this version.
    ///
    /// # Errors
    /// As every statement.
    pub async fn use_formula(self, version: i32) -> Result<(), Error> {
        on!(self, |db| {
            diesel::update(engagement_formula::table.find((self.0.organization, version)))
                .set(engagement_formula::in_use_at.eq(Some(self.0.now())))
                .execute(db)
                .await
        })?;
        Ok(())
    }
}
