-- Somebody a source has named: alumni, and people who are still employed.
create table person (
    organization_id uuid not null references organization (id),
    id uuid not null,
    sort_key text collate "C" not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id)
);
create index person_by_sort_key on person (organization_id, sort_key, id);
create index person_by_created_at on person (organization_id, created_at, id);
create index person_by_updated_at on person (organization_id, updated_at, id);

-- (source, external_id) names a person there, for ever.
create table identity (
    organization_id uuid not null,
    source text collate "C" not null,
    external_id text collate "C" not null,
    person_id uuid not null,
    recorded_at timestamptz not null,
    primary key (organization_id, source, external_id),
    foreign key (organization_id, person_id) references person (organization_id, id)
);
create index identity_by_person on identity (organization_id, person_id);

-- What a source, or the alumni office (source ''), says of a person, version by version.
create table particulars (
    organization_id uuid not null,
    person_id uuid not null,
    source text collate "C" not null,
    version integer not null,
    employee_number text collate "C",
    document jsonb not null,
    recorded_at timestamptz not null,
    superseded_at timestamptz,
    primary key (organization_id, person_id, source, version),
    foreign key (organization_id, person_id) references person (organization_id, id)
);
create index particulars_by_employee_number on particulars (organization_id, employee_number)
    where superseded_at is null and employee_number is not null;

-- What a prefix of a name or an e-mail address finds. Always written together with the person it is of, whom it does not
-- refer to: a person has about ten keys, and on PostgreSQL to look the person up again for each took as long as to write it.
create table search_key (
    organization_id uuid not null,
    key text collate "C" not null,
    person_id uuid not null,
    primary key (organization_id, key, person_id)
);
create index search_key_by_person on search_key (organization_id, person_id);

-- Employment periods with their departures, version by version. `ended_on` is empty while nothing ends the period:
-- nobody has left, or the departure has been taken back and stays readable in the document.
create table employment (
    organization_id uuid not null,
    id uuid not null,
    version integer not null,
    person_id uuid not null,
    source text collate "C" not null,
    external_id text collate "C" not null,
    sequence integer,
    hired_on date not null,
    entity text collate "C",
    department text collate "C",
    departure_id uuid,
    departure_version integer,
    departure_recorded_at timestamptz,
    ended_on date,
    separation_type text collate "C",
    reason text collate "C",
    document jsonb not null,
    fingerprint bytea not null,
    source_updated_at timestamptz,
    recorded_at timestamptz not null,
    superseded_at timestamptz,
    primary key (organization_id, id, version),
    foreign key (organization_id, person_id) references person (organization_id, id)
);
-- Four columns, so that a planner without statistics finds one person's end dates here and not in all end dates.
create index employment_by_person on employment (organization_id, person_id, superseded_at, ended_on);
create index employment_by_source on employment (organization_id, source, external_id) where superseded_at is null;
create index employment_by_end on employment (organization_id, ended_on, person_id) where superseded_at is null;
create index employment_by_department on employment (organization_id, department, ended_on, person_id) where superseded_at is null;
create index employment_by_departure on employment (organization_id, departure_id) where departure_id is not null;
create index employment_by_departure_change on employment (organization_id, departure_recorded_at, departure_id)
    where superseded_at is null and departure_id is not null;

-- What will be so from a coming day on, to be told then, once.
create table due (
    organization_id uuid not null references organization (id),
    due_on date not null,
    employment_id uuid not null,
    what text not null,
    primary key (organization_id, due_on, employment_id, what)
);

-- What happened, written with the change it tells of; it outlives what it tells of, so it refers to nothing.
create table event (
    position bigint generated always as identity primary key,
    organization_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    name text not null,
    at timestamptz not null,
    document jsonb not null
);
create index event_by_organization on event (organization_id, position);
