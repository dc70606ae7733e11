//! The books, looked at behind the service's back and counted anew.

use furusu_tests::world::World;

/// Counts everything that can be counted in SQL anew, and compares.
#[track_caller]
pub(crate) fn verify(world: &World) {
    let differences = world.wait_for(furusu_api::engagement::verify(&world.app, world.organization)).expect("it can");
    assert_eq!(differences, Vec::<String>::new());
    // Beside the command's own way of counting, a plain one.
    for grain in ["day", "month"] {
        let kept = world.count(&format!("select cast(coalesce(sum(n), 0) as bigint) from activity_total where grain = '{grain}'"));
        assert_eq!(kept, world.count("select count(*) from activity where retracted_at is null"), "{grain}");
    }
    assert_eq!(
        world.count(
            "select cast(coalesce(sum(activities), 0) as bigint) from engagement where version = (select max(version) from engagement)"
        ),
        world.count("select count(*) from activity where retracted_at is null")
    );
}
