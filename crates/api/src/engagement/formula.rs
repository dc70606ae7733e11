//! What activities are worth: read, and changed version by version.

use furusu_domain::engagement::{EditFormula, FormulaState, FormulaVersion};
use furusu_domain::error::Error;

use crate::cx::Cx;
use crate::idempotency::Receipt;

/// Every version of the formula, the newest first.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.formulas", skip_all)]
pub async fn all(cx: &Cx) -> Result<Vec<FormulaVersion>, Error> {
    cx.may("engagement.formulas")?;
    cx.read().engagement().formulas().await
}

/// Adds a version. Figures by it are made in the background, while those by the version in use are served; if another was being
/// made, it is given up. What says nothing new makes no version.
///
/// # Errors
/// [`Error::Invalid`] if what is to be otherwise does not go with what stays; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "engagement.change_formula", skip_all)]
pub async fn change(cx: &Cx, edit: EditFormula, receipt: Receipt<i32>) -> Result<FormulaVersion, Error> {
    cx.may("engagement.change_formula")?;
    let by = cx.actor().caller.to_string();
    let changed = cx.write(async move |tx| {
        tx.activities().alone().await?;
        let newest = tx.engagement().formulas().await?.into_iter().next().unwrap_or_else(FormulaVersion::first);
        let after = newest.formula.edited(edit).map_err(Error::Invalid)?;
        if after == newest.formula {
            receipt.keep(tx, &newest.version).await?;
            return Ok(newest);
        }
        let version = newest.version + 1;
        tx.engagement().insert_formula(version, &after, &by).await?;
        receipt.keep(tx, &version).await?;
        let (state, made_at, made_by) = (FormulaState::Building, Some(tx.now()), Some(by));
        Ok(FormulaVersion { version, formula: after, state, made_at, made_by, in_use_at: None })
    });
    let changed = changed.await?;
    cx.app().figures.notify_one();
    Ok(changed)
}

/// A version that was made before, as it is now.
///
/// # Errors
/// [`Error::NotFound`] if there is no such version.
pub async fn changed(cx: &Cx, version: i32) -> Result<FormulaVersion, Error> {
    cx.may("engagement.change_formula")?;
    cx.read().engagement().formulas().await?.into_iter().find(|v| v.version == version).ok_or(Error::NotFound)
}
