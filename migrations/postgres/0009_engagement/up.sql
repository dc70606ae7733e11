-- What activities are worth, version by version. What every organization begins with, version 1, has no row.
create table engagement_formula (
    organization_id uuid not null references organization (id),
    version integer not null,
    document jsonb not null,
    made_at timestamptz not null,
    made_by text not null,
    -- Since when figures are by it.
    in_use_at timestamptz,
    -- How far figures by it have been made, in the order of people's ids, while those by the version before are served.
    built_through uuid,
    primary key (organization_id, version)
);

-- What alumni did. People are not referred to by a foreign key: it would have each of thousands of rows wait for whoever holds
-- its person, and nobody is ever removed while they have any.
create table activity (
    organization_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    origin_person_id uuid,
    source text collate "C" not null,
    external_id text collate "C" not null,
    kind text collate "C" not null,
    channel text collate "C" not null,
    occurred_at timestamptz not null,
    day date not null,
    subject_type text collate "C",
    subject_id text collate "C",
    source_updated_at timestamptz,
    version integer not null,
    recorded_at timestamptz not null,
    updated_at timestamptz not null,
    retracted_at timestamptz,
    primary key (organization_id, id)
);
create unique index activity_by_source on activity (organization_id, source, external_id);
create index activity_by_person on activity (organization_id, person_id, occurred_at, id);
create index activity_by_subject on activity (organization_id, subject_type, subject_id, id) where subject_id is not null;

-- What was known of an activity before it was corrected or taken back.
create table activity_version (
    organization_id uuid not null,
    activity_id uuid not null,
    version integer not null,
    document jsonb not null,
    recorded_at timestamptz not null,
    primary key (organization_id, activity_id, version),
    foreign key (organization_id, activity_id) references activity (organization_id, id)
);

-- Activities that were taken back before anybody had told of them.
create table activity_tombstone (
    organization_id uuid not null references organization (id),
    source text collate "C" not null,
    external_id text collate "C" not null,
    source_updated_at timestamptz,
    recorded_at timestamptz not null,
    primary key (organization_id, source, external_id)
);

-- How many activities there were, by day and by month.
create table activity_total (
    organization_id uuid not null references organization (id),
    grain text collate "C" not null,
    begins_on date not null,
    kind text collate "C" not null,
    channel text collate "C" not null,
    n bigint not null,
    primary key (organization_id, grain, begins_on, kind, channel)
);

-- In which months each person was active, and how often.
create table activity_month (
    organization_id uuid not null,
    person_id uuid not null,
    month integer not null,
    mode smallint not null,
    n bigint not null,
    primary key (organization_id, person_id, month, mode)
);

-- How many people were active in a month, by the month in which they were active before.
create table activity_reach (
    organization_id uuid not null references organization (id),
    mode smallint not null,
    month integer not null,
    previous integer not null,
    people bigint not null,
    primary key (organization_id, mode, month, previous)
);

-- What stands of each person, by each version of the formula that is in use or being made.
create table engagement (
    organization_id uuid not null,
    version integer not null,
    person_id uuid not null,
    score bigint not null,
    last_activity_at timestamptz not null,
    activities bigint not null,
    primary key (organization_id, version, person_id)
);
create index engagement_by_score on engagement (organization_id, version, score, person_id);
create index engagement_by_last_activity on engagement (organization_id, version, last_activity_at, person_id);

-- How many people there are at each step of the score.
create table engagement_spread (
    organization_id uuid not null references organization (id),
    version integer not null,
    step bigint not null,
    people bigint not null,
    primary key (organization_id, version, step)
);
