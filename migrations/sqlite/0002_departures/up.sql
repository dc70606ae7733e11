-- Somebody a source has named: alumni, and people who are still employed.
create table person (
    organization_id blob not null references organization (id),
    id blob not null,
    sort_key text not null,
    created_at integer not null,
    updated_at integer not null,
    primary key (organization_id, id)
) strict, without rowid;
create index person_by_sort_key on person (organization_id, sort_key, id);
create index person_by_created_at on person (organization_id, created_at, id);
create index person_by_updated_at on person (organization_id, updated_at, id);

-- (source, external_id) names a person there, for ever.
create table identity (
    organization_id blob not null,
    source text not null,
    external_id text not null,
    person_id blob not null,
    recorded_at integer not null,
    primary key (organization_id, source, external_id),
    foreign key (organization_id, person_id) references person (organization_id, id)
) strict, without rowid;
create index identity_by_person on identity (organization_id, person_id);

-- What a source, or the alumni office (source ''), says of a person, version by version. With row ids, as `employment`:
-- in a table without, long rows lie in the tree that is searched, and are copied to be compared.
create table particulars (
    organization_id blob not null,
    person_id blob not null,
    source text not null,
    version integer not null,
    employee_number text,
    document text not null,
    recorded_at integer not null,
    superseded_at integer,
    primary key (organization_id, person_id, source, version),
    foreign key (organization_id, person_id) references person (organization_id, id)
) strict;
create index particulars_by_employee_number on particulars (organization_id, employee_number)
    where superseded_at is null and employee_number is not null;

-- What a prefix of a name or an e-mail address finds. Always written together with the person it is of, whom it does not
-- refer to: a person has about ten keys, and on PostgreSQL to look the person up again for each took as long as to write it.
create table search_key (
    organization_id blob not null,
    key text not null,
    person_id blob not null,
    primary key (organization_id, key, person_id)
) strict, without rowid;
create index search_key_by_person on search_key (organization_id, person_id);

-- Employment periods with their departures, version by version. `ended_on` is empty while nothing ends the period:
-- nobody has left, or the departure has been taken back and stays readable in the document.
create table employment (
    organization_id blob not null,
    id blob not null,
    version integer not null,
    person_id blob not null,
    source text not null,
    external_id text not null,
    sequence integer,
    hired_on text not null,
    entity text,
    department text,
    departure_id blob,
    departure_version integer,
    departure_recorded_at integer,
    ended_on text,
    separation_type text,
    reason text,
    document text not null,
    fingerprint blob not null,
    source_updated_at integer,
    recorded_at integer not null,
    superseded_at integer,
    primary key (organization_id, id, version),
    foreign key (organization_id, person_id) references person (organization_id, id)
) strict;
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
    organization_id blob not null references organization (id),
    due_on text not null,
    employment_id blob not null,
    what text not null,
    primary key (organization_id, due_on, employment_id, what)
) strict, without rowid;

-- What happened, written with the change it tells of; it outlives what it tells of, so it refers to nothing.
create table event (
    position integer primary key autoincrement,
    organization_id blob not null,
    id blob not null,
    person_id blob not null,
    name text not null,
    at integer not null,
    document text not null
) strict;
create index event_by_organization on event (organization_id, position);

-- What the planner should expect. Without statistics it takes every index that begins with the organization for equally
-- good, and reads a whole organization to find one person. The shape is what counts, not the size, so it is given once and
-- plans stay the same from the first row on: rows in all, then rows for each value of one, two, three columns.
analyze;
insert into sqlite_stat1 (tbl, idx, stat) values
    ('person', 'person', '500000 500000 1'),
    ('person', 'person_by_sort_key', '500000 500000 1 1'),
    ('person', 'person_by_created_at', '500000 500000 500 1'),
    ('person', 'person_by_updated_at', '500000 500000 500 1'),
    ('identity', 'identity', '500000 500000 500000 1'),
    ('identity', 'identity_by_person', '500000 500000 1'),
    ('particulars', 'sqlite_autoindex_particulars_1', '600000 600000 1 1 1'),
    ('particulars', 'particulars_by_employee_number', '500000 500000 1'),
    ('search_key', 'search_key', '3000000 3000000 3 1'),
    ('search_key', 'search_key_by_person', '3000000 3000000 6'),
    ('employment', 'sqlite_autoindex_employment_1', '1000000 1000000 2 1'),
    ('employment', 'employment_by_person', '1000000 1000000 2 1 1'),
    ('employment', 'employment_by_source', '600000 600000 600000 1'),
    ('employment', 'employment_by_end', '600000 600000 100 1'),
    ('employment', 'employment_by_department', '600000 600000 20000 5 1'),
    ('employment', 'employment_by_departure', '500000 500000 2'),
    ('employment', 'employment_by_departure_change', '300000 300000 100 1'),
    ('due', 'due', '1000 1000 20 1 1'),
    ('event', 'event_by_organization', '3000000 3000000 1');
