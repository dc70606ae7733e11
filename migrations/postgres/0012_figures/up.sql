-- Whose figures may be otherwise: written with the event that says so, struck once they are counted anew.
create table figure_due (
    organization_id uuid not null references organization (id),
    id uuid not null,
    person_id uuid not null,
    at timestamptz not null,
    primary key (organization_id, id, person_id)
);

-- How each person is counted. Those who are no alumni are here too: their activities are taken off.
create table audience (
    organization_id uuid not null,
    person_id uuid not null,
    is_alumnus boolean not null,
    is_contactable boolean not null,
    department text collate "C",
    entity text collate "C",
    cohort integer,
    primary key (organization_id, person_id)
);
create index audience_by_standing on audience (organization_id, is_alumnus, person_id);

-- How many alumni there are, by all that they are counted by. Empty text is none, and so is the year 0.
create table audience_total (
    organization_id uuid not null references organization (id),
    is_contactable boolean not null,
    department text collate "C" not null,
    entity text collate "C" not null,
    cohort integer not null,
    n bigint not null,
    primary key (organization_id, is_contactable, department, entity, cohort)
);

-- Every departure in force, and what came of it.
create table leaving (
    organization_id uuid not null,
    employment_id uuid not null,
    person_id uuid not null,
    ended_on date not null,
    department text collate "C",
    entity text collate "C",
    cohort integer,
    returned_on date,
    away_days integer,
    away_years integer,
    left_again_on date,
    stayed_years integer,
    is_same_reason boolean,
    primary key (organization_id, employment_id)
);
create index leaving_by_person on leaving (organization_id, person_id);
create index leaving_by_end on leaving (organization_id, ended_on);
create index leaving_by_return on leaving (organization_id, returned_on) where returned_on is not null;

-- Figures of lookups are of a stretch of time.
create index lookup_by_time on lookup (organization_id, at, result);
create index lookup_review_by_time on lookup_review (organization_id, at);

-- Everybody who is known is counted once.
insert into figure_due (organization_id, id, person_id, at) select organization_id, id, id, created_at from person;

