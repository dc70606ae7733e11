-- Whose figures may be otherwise: written with the event that says so, struck once they are counted anew.
create table figure_due (
    organization_id blob not null references organization (id),
    id blob not null,
    person_id blob not null,
    at integer not null,
    primary key (organization_id, id, person_id)
) strict, without rowid;

-- How each person is counted. Those who are no alumni are here too: their activities are taken off.
create table audience (
    organization_id blob not null,
    person_id blob not null,
    is_alumnus integer not null,
    is_contactable integer not null,
    department text,
    entity text,
    cohort integer,
    primary key (organization_id, person_id)
) strict, without rowid;
create index audience_by_standing on audience (organization_id, is_alumnus, person_id);

-- How many alumni there are, by all that they are counted by. Empty text is none, and so is the year 0.
create table audience_total (
    organization_id blob not null references organization (id),
    is_contactable integer not null,
    department text not null,
    entity text not null,
    cohort integer not null,
    n integer not null,
    primary key (organization_id, is_contactable, department, entity, cohort)
) strict, without rowid;

-- Every departure in force, and what came of it.
create table leaving (
    organization_id blob not null,
    employment_id blob not null,
    person_id blob not null,
    ended_on text not null,
    department text,
    entity text,
    cohort integer,
    returned_on text,
    away_days integer,
    away_years integer,
    left_again_on text,
    stayed_years integer,
    is_same_reason integer,
    primary key (organization_id, employment_id)
) strict, without rowid;
create index leaving_by_person on leaving (organization_id, person_id);
create index leaving_by_end on leaving (organization_id, ended_on);
create index leaving_by_return on leaving (organization_id, returned_on) where returned_on is not null;

-- Figures of lookups are of a stretch of time.
create index lookup_by_time on lookup (organization_id, at, result);
create index lookup_review_by_time on lookup_review (organization_id, at);

-- Everybody who is known is counted once.
insert into figure_due (organization_id, id, person_id, at) select organization_id, id, id, created_at from person;

-- What the planner should expect, besides what 0002 tells it.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('figure_due', 'figure_due', '100 100 1 1'),
    ('audience', 'audience', '1000000 1000000 1'),
    ('audience', 'audience_by_standing', '1000000 1000000 500000 1'),
    ('audience_total', 'audience_total', '10000 10000 5000 100 30 1'),
    ('leaving', 'leaving', '1000000 1000000 1'),
    ('leaving', 'leaving_by_person', '1000000 1000000 1'),
    ('leaving', 'leaving_by_end', '1000000 1000000 200'),
    ('leaving', 'leaving_by_return', '50000 50000 10'),
    ('lookup', 'lookup_by_time', '1000000 1000000 1 1'),
    ('lookup_review', 'lookup_review_by_time', '10000 10000 1');
