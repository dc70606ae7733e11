//! The gatherings of the demonstration: one that was held a month ago, one to come that is full, and one that is being planned.

use furusu_domain::engagement::{Call, EnrolAs, GatheringState, Plan, RegistrationMove, Whom};
use furusu_domain::error::Error;
use furusu_domain::id::AlumnusId;
use furusu_domain::time::Moment;

use crate::cx::Cx;
use crate::engagement::gatherings::{Ask, advance, enrol_all, plan, turn};
use crate::idempotency::Receipt;

/// One day in seconds, and one hour.
const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// How many seats the one to come has.
const SEATS: i32 = 8;

/// Plans and holds them, with these guests.
///
/// # Errors
/// As the verbs.
pub(super) async fn load(cx: &Cx, guests: &[AlumnusId]) -> Result<(), Error> {
    // In the evening, where the organization is: nine hours before it is so in UTC.
    let evening = |days: i64| Moment::from_micros((cx.now().seconds().div_euclid(DAY) + days) * DAY * 1_000_000).plus_seconds(10 * HOUR);
    let held = plan(cx, of("秋の交流会", "柳空グループ本社", evening(-30), None), Receipt::none()).await?.id;
    let _ = advance(cx, held, GatheringState::Published, Receipt::none()).await?;
    let invited = enrol_all(cx, held, asks(&guests[..guests.len() / 2], EnrolAs::Invited), Receipt::none()).await?;
    for (n, (_, known)) in invited.into_iter().enumerate() {
        if let Some(known) = known.filter(|_| n % 4 != 3) {
            let call = Call { to: RegistrationMove::Attended, at: Some(evening(-30)), reason: None };
            let _ = turn(cx, known.registration.id, call, Receipt::none()).await?;
        }
    }
    let _ = advance(cx, held, GatheringState::Held, Receipt::none()).await?;
    let to_come = plan(cx, of("アルムナイ忘年会", "上野・不忍池のほとり", evening(21), Some(SEATS)), Receipt::none()).await?.id;
    let _ = advance(cx, to_come, GatheringState::Published, Receipt::none()).await?;
    let _ = enrol_all(cx, to_come, asks(guests, EnrolAs::Registered), Receipt::none()).await?;
    let _ = plan(cx, of("春のお花見", "代々木公園", evening(120), Some(40)), Receipt::none()).await?;
    Ok(())
}

fn of(title: &str, place: &str, starts_at: Moment, capacity: Option<i32>) -> Plan {
    Plan {
        title: title.to_owned(),
        description: None,
        place: Some(place.to_owned()),
        online_address: None,
        starts_at,
        ends_at: starts_at.plus_seconds(3 * HOUR),
        registration_deadline: None,
        capacity,
        final_at: None,
    }
}

fn asks(guests: &[AlumnusId], as_: EnrolAs) -> Vec<Ask> {
    guests.iter().map(|id| Ask { whom: Ok(Whom::Id(*id)), as_, by: "operator".to_owned() }).collect()
}
