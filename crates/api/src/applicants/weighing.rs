//! What evidence is worth: the shipped weights, or those an organization refitted from its own reviews.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use furusu_domain::account::ReturningApplicants;
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;
use furusu_domain::matching::Weights;
use furusu_persistence::{Refitted, Tx};

/// So many organizations' weights are kept ready; one more, and all are read again.
const KEPT: usize = 1_000;

static SHIPPED: LazyLock<Arc<Weights>> = LazyLock::new(|| Arc::new(Weights::shipped().clone()));

/// What evidence is worth, by organization.
#[derive(Default)]
pub struct Weighing {
    instead: Option<Arc<Weights>>,
    refitted: Mutex<HashMap<OrganizationId, (i32, Arc<Weights>)>>,
}

impl Weighing {
    /// With these weights in the place of the shipped ones and all others.
    #[must_use]
    pub fn with(weights: Weights) -> Self {
        Self { instead: Some(Arc::new(weights)), refitted: Mutex::default() }
    }

    /// The weights of an organization. They are read once for each version.
    ///
    /// # Errors
    /// As every statement.
    pub async fn of(&self, tx: &Tx) -> Result<Arc<Weights>, Error> {
        self.version(tx, tx.applicants().weights_used().await?).await
    }

    /// The refitted weights of an organization, of this version; the shipped ones, if it uses none of its own.
    ///
    /// # Errors
    /// As every statement.
    pub async fn version(&self, tx: &Tx, version: Option<i32>) -> Result<Arc<Weights>, Error> {
        if let Some(instead) = &self.instead {
            return Ok(instead.clone());
        }
        let Some(version) = version else { return Ok(SHIPPED.clone()) };
        let organization = tx.organization();
        let known = self.refitted.lock().unwrap_or_else(PoisonError::into_inner).get(&organization).cloned();
        if let Some((_, weights)) = known.filter(|(known, _)| *known == version) {
            return Ok(weights);
        }
        let Refitted { weights, .. } = tx.applicants().weights(version).await?;
        let weights = Arc::new(weights);
        let mut refitted = self.refitted.lock().unwrap_or_else(PoisonError::into_inner);
        if refitted.len() >= KEPT {
            refitted.clear();
        }
        refitted.insert(organization, (version, weights.clone()));
        Ok(weights)
    }
}

/// The weights as lookups are judged by them: with the share of returners that the organization expects, if it says one.
pub(super) fn expecting(weights: Arc<Weights>, settings: &ReturningApplicants) -> Arc<Weights> {
    settings.expected_share.map_or(weights.clone(), |share| Arc::new(weights.expecting(share.get())))
}
