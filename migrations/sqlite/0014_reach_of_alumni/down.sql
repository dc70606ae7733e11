-- Who was active when, and how many people there are at each step of the score, of everybody again.
delete from activity_reach;
insert into activity_reach (organization_id, mode, month, previous, people)
select organization_id, mode, month, previous, count(*)
from (
    select
        organization_id, mode, month,
        coalesce(lag(month) over (partition by organization_id, person_id, mode order by month), -1) as previous
    from (
        select organization_id, person_id, mode, month from activity_month
        union select organization_id, person_id, 0, month from activity_month
    ) as active
) as reached
group by organization_id, mode, month, previous;
delete from engagement_spread;
insert into engagement_spread (organization_id, version, step, people)
select organization_id, version, score >> 42, count(*) from engagement
where score > -9223372036854775807
group by organization_id, version, score >> 42;
