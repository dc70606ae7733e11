-- Who was active when, and how many people there are at each step of the score, is counted of alumni alone from now on, so that
-- a figure of alumni need not take everybody else off. Everybody is counted anew, and enters both while they are.
delete from activity_reach;
delete from engagement_spread;
delete from leaving;
delete from audience_total;
delete from audience;
insert into figure_due (organization_id, id, person_id, at)
select p.organization_id, p.id, p.id, p.created_at from person p where true
on conflict (organization_id, id, person_id) do nothing;
