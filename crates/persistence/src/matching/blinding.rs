//! Blinded lookups: which clients look people up blinded and in which periods, and finding the few people somebody may be
//! without hearing who it is.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::alumni::{Particulars, Told};
use furusu_domain::error::Error;
use furusu_domain::event::Event;
use furusu_domain::id::{AlumnusId, ClientId, OrganizationId};
use furusu_domain::matching::{BlindSecret, BlindToken, Blindfold, Habits, Levels, TokenKind, sketch_of};
use furusu_domain::privacy::FindClass;
use furusu_domain::time::Moment;

use super::Matching;
use super::search::rank;
use crate::schema::blinding;

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = blinding, treat_none_as_default_value = false)]
struct BlindingRow {
    organization_id: OrganizationId,
    client_id: ClientId,
    period: String,
    number: i32,
    created_at: Moment,
    retired_at: Option<Moment>,
}

/// A client's period in which people are found blinded.
#[derive(Clone, Debug)]
pub struct Blinding(Blindfold);

/// The people somebody may be of whom only blinded tokens are known.
#[derive(Clone, Debug, Default)]
pub struct SearchedBlindly {
    /// Who, and how far what was sent agrees.
    pub candidates: Vec<(AlumnusId, Levels)>,
    /// The kinds of tokens that so many people share that not everybody who has them was compared.
    pub too_common: BTreeSet<TokenKind>,
    /// How many people there are in all.
    pub people: u64,
}

impl Matching<'_> {
    /// Lets a client look people up blinded in a period, and begins to give everybody keys for it. Gives the secret, which is
    /// the same whenever it is asked for.
    ///
    /// # Errors
    /// As every statement.
    pub async fn blind(self, client: ClientId, period: &str) -> Result<BlindSecret, Error> {
        // Whoever else registers a period waits.
        self.grow(0, 0).await?;
        let organization_id = self.0.organization;
        let secret = Blindfold::secret(&self.0.secret, organization_id, client, period);
        let known: Option<Option<Moment>> = on!(self, |db| {
            let it = blinding::table.find((organization_id, client, period));
            it.select(blinding::retired_at).first(db).await.optional()
        })?;
        if known == Some(None) {
            // Everybody has keys for it, or gets them by the rekeying that it began.
            return Ok(secret);
        }
        if known.is_some() {
            on!(self, |db| {
                let it = blinding::table.find((organization_id, client, period));
                diesel::update(it).set(blinding::retired_at.eq(None::<Moment>)).execute(db).await
            })?;
        } else {
            let least: Option<i32> = on!(self, |db| {
                let all = blinding::table.filter(blinding::organization_id.eq(organization_id));
                all.select(diesel::dsl::min(blinding::number)).first(db).await
            })?;
            let number = least.unwrap_or(0) - 1;
            let (client_id, period, created_at) = (client, period.to_owned(), self.0.now());
            let row = BlindingRow { organization_id, client_id, period, number, created_at, retired_at: None };
            on!(self, |db| diesel::insert_into(blinding::table).values(row).execute(db).await)?;
        }
        self.begin_rekeying_anew().await?;
        Ok(secret)
    }

    /// Ends a client's period: nobody is found in it any more, and its keys are removed with those of the generation before.
    /// `false` if there is none, or it has ended.
    ///
    /// # Errors
    /// As every statement.
    pub async fn retire_blinding(self, client: ClientId, period: &str) -> Result<bool, Error> {
        let retired = on!(self, |db| {
            let it = blinding::table.find((self.0.organization, client, period)).filter(blinding::retired_at.is_null());
            diesel::update(it).set(blinding::retired_at.eq(Some(self.0.now()))).execute(db).await
        })?;
        if retired > 0 {
            self.begin_rekeying_anew().await?;
        }
        Ok(retired > 0)
    }

    /// A client's period, unless there is none or it has ended.
    ///
    /// # Errors
    /// As every statement.
    pub async fn seek_blinding(self, client: ClientId, period: &str, habits: &Habits) -> Result<Option<Blinding>, Error> {
        let number: Option<i32> = on!(self, |db| {
            let it = blinding::table.find((self.0.organization, client, period)).filter(blinding::retired_at.is_null());
            it.select(blinding::number).first(db).await.optional()
        })?;
        let fold = |_| Blindfold::of(&self.0.secret, self.0.organization, client, period, habits.clone());
        Ok(number.map(fold).map(Blinding))
    }

    /// Every period that has not ended: its number, and what its keys are made with.
    pub(super) async fn blindings(self, habits: &Habits) -> Result<Vec<(i32, Blindfold)>, Error> {
        let fold = |client, period: &str| Blindfold::of(&self.0.secret, self.0.organization, client, period, habits.clone());
        Ok(self.live().await?.into_iter().map(|(number, client, period)| (number, fold(client, &period))).collect())
    }

    /// Every period that has not ended: its number, whose it is, and what it is called.
    pub(super) async fn live(self) -> Result<Vec<(i32, ClientId, String)>, Error> {
        on!(self, |db| {
            let live = blinding::table.filter(blinding::organization_id.eq(self.0.organization)).filter(blinding::retired_at.is_null());
            live.order(blinding::number).select((blinding::number, blinding::client_id, blinding::period)).load(db).await
        })
    }

    /// The people an applicant may be of whom only blinded tokens are known, among those whom a lookup may find.
    ///
    /// The same statements run whoever is asked about.
    ///
    /// # Errors
    /// As every statement.
    pub async fn search_blindly(self, blinding: &Blinding, sent: &[BlindToken], floor: FindClass) -> Result<SearchedBlindly, Error> {
        let roster = self.seek_roster().await?.unwrap_or_default();
        let keys: HashMap<i64, TokenKind> = sent.iter().filter(|token| token.kind.finds()).map(|token| (token.key(), token.kind)).collect();
        let postings = self.postings(&roster, keys.keys().copied().collect(), floor).await?;
        let (recs, too_common) = rank(&keys, &postings);
        let known = self.portraits(recs, floor).await?;
        let mut ids: Vec<AlumnusId> = known.values().map(|(id, _)| *id).collect();
        if ids.is_empty() {
            // Nobody, so that the statements that follow are the same.
            ids.push(Event::NOBODY);
        }
        let mut said: HashMap<AlumnusId, (Vec<Told>, Vec<Particulars>)> = HashMap::new();
        for (id, told) in self.0.alumni().told(&ids, None).await? {
            said.entry(id).or_default().0.push(told);
        }
        for (id, earlier) in self.said_earlier(&ids).await? {
            said.entry(id).or_default().1.push(earlier);
        }
        let levels = |(id, portrait)| {
            let (told, earlier) = said.get(&id).map_or((&[][..], &[][..]), |(told, earlier)| (told.as_slice(), earlier.as_slice()));
            (id, blinding.0.levels(sent, &sketch_of(told, earlier), &portrait))
        };
        let mut candidates: Vec<(AlumnusId, Levels)> = known.into_values().map(levels).collect();
        // In one order, whatever the database's.
        candidates.sort_by_key(|(id, _)| *id);
        Ok(SearchedBlindly { candidates, too_common, people: u64::try_from(roster.people).unwrap_or(0) })
    }
}
