//! What is read and written again is the same.

use proptest::prelude::*;

use super::*;

#[test]
fn the_day_begins_in_the_organizations_zone() {
    let evening_in_london: Moment = "2026-03-31T15:30:00Z".parse().unwrap();
    assert_eq!(Zone::UTC.date_at(evening_in_london).to_string(), "2026-03-31");
    let tokyo: Zone = "Asia/Tokyo".parse().unwrap();
    assert_eq!(tokyo.date_at(evening_in_london).to_string(), "2026-04-01");
}

#[test]
fn only_a_plain_iso_date_is_a_date() {
    for wrong in ["", "2016-6-16", "20160616", "2016-06-16T00:00:00Z", "2015-02-29", "2016-13-01", "20１6-01-01"] {
        assert_eq!(wrong.parse::<Date>(), Err(NotADate), "{wrong}");
    }
    assert_eq!("2016-02-29".parse::<Date>().unwrap().to_string(), "2016-02-29");
}

#[test]
fn a_moment_that_is_read_can_be_written_and_read_again() {
    let first: Moment = "0000-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(first.to_string().parse(), Ok(first));
    assert_eq!("0000-01-01T00:00:00+01:00".parse::<Moment>(), Err(NotAMoment));
}

#[test]
fn a_moment_is_cut_to_the_microsecond() {
    let at: Moment = "2016-06-17T09:00:00.123456789+09:00".parse().unwrap();
    assert_eq!(at.to_string(), "2016-06-17T00:00:00.123456Z");
}

#[test]
fn every_instant_of_rfc_3339_is_read_and_nothing_else() {
    for right in [
        "0000-01-01T00:00:00Z",
        "2016-02-29t23:59:60z",
        "2016-06-17 00:00:00-00:00",
        "2016-06-17T00:00:00.1234567890123456789+14:00",
        "9999-12-31T23:59:59.999999Z",
        "9999-12-31T23:59:59-23:59",
    ] {
        assert!(right.parse::<Moment>().is_ok(), "{right}");
    }
    for wrong in [
        "",
        "2016-06-17",
        "2016-06-17T00:00:00",
        "2016-06-17T00:00Z",
        "2016-06-17T00Z",
        "2016-06-17T00:00:00.Z",
        "2016-06-17T00:00:00+09",
        "2016-06-17T00:00:00Z[Asia/Tokyo]",
        "2016-02-30T00:00:00Z",
        "2016-06-17T24:00:00Z",
        "9999-12-31T99:00:00Z",
        "12016-06-17T00:00:00Z",
        "+002016-06-17T00:00:00Z",
        "2016-06-17T00:00:0０Z",
        "２０16-06-17T00:00:00Z",
    ] {
        assert_eq!(wrong.parse::<Moment>(), Err(NotAMoment), "{wrong}");
    }
}

proptest! {
    #[test]
    fn a_date_survives_its_text_and_its_day_number(days in -700_000..2_900_000_i32) {
        let date = Date::from_days_since_2000(days).unwrap();
        prop_assert_eq!(date.days_since_2000(), days);
        prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
    }
}
