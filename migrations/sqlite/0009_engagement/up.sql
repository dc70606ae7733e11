-- What activities are worth, version by version. What every organization begins with, version 1, has no row.
create table engagement_formula (
    organization_id blob not null references organization (id),
    version integer not null,
    document text not null,
    made_at integer not null,
    made_by text not null,
    -- Since when figures are by it.
    in_use_at integer,
    -- How far figures by it have been made, in the order of people's ids, while those by the version before are served.
    built_through blob,
    primary key (organization_id, version)
) strict;

-- What alumni did. People are not referred to by a foreign key: it would have each of thousands of rows wait for whoever holds
-- its person, and nobody is ever removed while they have any.
create table activity (
    organization_id blob not null,
    id blob not null,
    person_id blob not null,
    origin_person_id blob,
    source text not null,
    external_id text not null,
    kind text not null,
    channel text not null,
    occurred_at integer not null,
    day text not null,
    subject_type text,
    subject_id text,
    source_updated_at integer,
    version integer not null,
    recorded_at integer not null,
    updated_at integer not null,
    retracted_at integer,
    primary key (organization_id, id)
) strict;
create unique index activity_by_source on activity (organization_id, source, external_id);
create index activity_by_person on activity (organization_id, person_id, occurred_at, id);
create index activity_by_subject on activity (organization_id, subject_type, subject_id, id) where subject_id is not null;

-- What was known of an activity before it was corrected or taken back.
create table activity_version (
    organization_id blob not null,
    activity_id blob not null,
    version integer not null,
    document text not null,
    recorded_at integer not null,
    primary key (organization_id, activity_id, version),
    foreign key (organization_id, activity_id) references activity (organization_id, id)
) strict;

-- Activities that were taken back before anybody had told of them.
create table activity_tombstone (
    organization_id blob not null references organization (id),
    source text not null,
    external_id text not null,
    source_updated_at integer,
    recorded_at integer not null,
    primary key (organization_id, source, external_id)
) strict, without rowid;

-- How many activities there were, by day and by month.
create table activity_total (
    organization_id blob not null references organization (id),
    grain text not null,
    begins_on text not null,
    kind text not null,
    channel text not null,
    n integer not null,
    primary key (organization_id, grain, begins_on, kind, channel)
) strict, without rowid;

-- In which months each person was active, and how often.
create table activity_month (
    organization_id blob not null,
    person_id blob not null,
    month integer not null,
    mode integer not null,
    n integer not null,
    primary key (organization_id, person_id, month, mode)
) strict, without rowid;

-- How many people were active in a month, by the month in which they were active before.
create table activity_reach (
    organization_id blob not null references organization (id),
    mode integer not null,
    month integer not null,
    previous integer not null,
    people integer not null,
    primary key (organization_id, mode, month, previous)
) strict, without rowid;

-- What stands of each person, by each version of the formula that is in use or being made.
create table engagement (
    organization_id blob not null,
    version integer not null,
    person_id blob not null,
    score integer not null,
    last_activity_at integer not null,
    activities integer not null,
    primary key (organization_id, version, person_id)
) strict, without rowid;
create index engagement_by_score on engagement (organization_id, version, score, person_id);
create index engagement_by_last_activity on engagement (organization_id, version, last_activity_at, person_id);

-- How many people there are at each step of the score.
create table engagement_spread (
    organization_id blob not null references organization (id),
    version integer not null,
    step integer not null,
    people integer not null,
    primary key (organization_id, version, step)
) strict, without rowid;

-- What the planner should expect, besides what 0002 tells it.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('activity', 'sqlite_autoindex_activity_1', '10000000 10000000 1'),
    ('activity', 'activity_by_source', '10000000 10000000 1000000 1'),
    ('activity', 'activity_by_person', '10000000 10000000 10 1 1'),
    ('activity', 'activity_by_subject', '1000000 1000000 250000 100 1'),
    ('activity_version', 'sqlite_autoindex_activity_version_1', '100000 100000 1 1'),
    ('activity_tombstone', 'activity_tombstone', '1000 1000 500 1'),
    ('activity_total', 'activity_total', '100000 100000 50000 30 3 1'),
    ('activity_month', 'activity_month', '6000000 6000000 6 2 1'),
    ('activity_reach', 'activity_reach', '10000 10000 2000 30 1'),
    ('engagement', 'engagement', '1000000 1000000 1000000 1'),
    ('engagement', 'engagement_by_score', '1000000 1000000 1000000 1 1'),
    ('engagement', 'engagement_by_last_activity', '1000000 1000000 1000000 1 1'),
    ('engagement_spread', 'engagement_spread', '1000 1000 1000 1');
