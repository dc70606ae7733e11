-- What a timeline reads place by place, besides what is there for lists: how activities changed, and what was disclosed when.
create index activity_by_correction on activity (organization_id, person_id, updated_at, id)
    where version > 1 and retracted_at is null;
create index activity_by_retraction on activity (organization_id, person_id, retracted_at, id) where retracted_at is not null;
create index lookup_by_disclosure on lookup (organization_id, person_id, at, id) where person_id is not null;

-- What the planner should expect: see `0002_departures`.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('activity', 'activity_by_correction', '100000 100000 2 1 1'),
    ('activity', 'activity_by_retraction', '100000 100000 2 1 1'),
    ('lookup', 'lookup_by_disclosure', '500000 500000 20 1 1');
