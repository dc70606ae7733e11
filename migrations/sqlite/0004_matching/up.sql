-- What matching knows of an organization: the number its rows stand under, how many people there are, and which generation
-- of keys is read. While another generation is built, `building` says which and `built_through` how far.
create table roster (
    tenant integer primary key,
    organization_id blob not null references organization (id),
    people integer not null,
    last_rec integer not null,
    scheme integer not null,
    generation integer not null,
    building integer,
    built_through integer not null
) strict;
create unique index roster_by_organization on roster (organization_id);

-- A person as matching sees them. `rec` is the roster's number and a count, and never shown. `found` says who may find them:
-- see the domain's `Findability`. `keys` are those of this person in `match_key`, by generation, so that they can be removed.
create table match_person (
    rec integer primary key,
    organization_id blob not null,
    person_id blob not null,
    found integer not null,
    found_until integer,
    portrait blob not null,
    keys blob not null,
    foreign key (organization_id, person_id) references person (organization_id, id)
) strict;
create unique index match_person_by_person on match_person (organization_id, person_id);

-- Keyed hashes of what a person may be found by. Always written together with `match_person`.
create table match_key (
    tenant integer not null,
    key integer not null,
    found integer not null,
    rec integer not null,
    primary key (tenant, key, found, rec)
) strict, without rowid;

-- How names are read here, counted: people whose family or given name is written so and read so, and who can be found so
-- easily (`found`, as in `match_key`): a lookup reads nothing that only those taught whom it cannot find.
create table name_reading (
    organization_id blob not null references organization (id),
    part text not null,
    written text not null,
    reading text not null,
    found integer not null,
    people integer not null,
    primary key (organization_id, part, written, reading, found)
) strict, without rowid;

-- Lookups: who asked about an applicant, on which basis, and what they got. It is the disclosure to the person it found, who
-- may read it; what was asked is kept as the kinds of what was sent, and how it compared, never as it was sent.
create table lookup (
    organization_id blob not null references organization (id),
    id blob not null,
    at integer not null,
    caller text not null,
    person_id blob,
    result text not null,
    document text not null,
    primary key (organization_id, id)
) strict;
create index lookup_by_person on lookup (organization_id, person_id, id);

-- What people decided on findings.
create table lookup_review (
    organization_id blob not null,
    id blob not null,
    lookup_id blob not null,
    at integer not null,
    caller text not null,
    verdict text not null,
    reference text,
    primary key (organization_id, id),
    foreign key (organization_id, lookup_id) references lookup (organization_id, id)
) strict;
create index lookup_review_by_lookup on lookup_review (organization_id, lookup_id, id);

-- The weights an organization refitted from its reviews, version by version; one without is on the shipped ones.
create table match_weights (
    organization_id blob not null references organization (id),
    version integer not null,
    made_at integer not null,
    labels integer not null,
    document text not null,
    is_used integer not null,
    primary key (organization_id, version)
) strict;

-- What the planner is to think of these tables from the first day: see the migration of departures.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('match_person', 'match_person_by_person', '500000 500000 1'),
    ('match_key', 'match_key', '7000000 7000000 3 3 1'),
    ('name_reading', 'name_reading', '100000 100000 50000 2 1 1'),
    ('lookup', 'sqlite_autoindex_lookup_1', '500000 500000 1'),
    ('lookup', 'lookup_by_person', '500000 500000 20 1');
