-- One person over several sources. Somebody who was merged into another answers as them: `merged_into_id` is who answers now,
-- however many merges lie between. What is known of them moves to `person_id` of that one, and `origin_person_id` says
-- under which id it was told, so that it can go back; it is empty where that is `person_id`.
alter table person add column merged_into_id blob;
create index person_by_merged_into on person (organization_id, merged_into_id) where merged_into_id is not null;

alter table identity add column origin_person_id blob;
alter table employment add column origin_person_id blob;
alter table consent add column origin_person_id blob;
alter table lookup add column origin_person_id blob;

-- A source has its own versions of what it says under each id: here the origin is always there, and part of the key. A
-- key cannot be changed in place.
create table particulars_by_origin (
    organization_id blob not null,
    person_id blob not null,
    origin_person_id blob not null,
    source text not null,
    version integer not null,
    employee_number text,
    document text not null,
    recorded_at integer not null,
    superseded_at integer,
    primary key (organization_id, origin_person_id, source, version),
    foreign key (organization_id, person_id) references person (organization_id, id)
) strict;
insert into particulars_by_origin
    (organization_id, person_id, origin_person_id, source, version, employee_number, document, recorded_at, superseded_at)
    select organization_id, person_id, person_id, source, version, employee_number, document, recorded_at, superseded_at
    from particulars;
drop table particulars;
alter table particulars_by_origin rename to particulars;
create index particulars_by_person on particulars (organization_id, person_id, superseded_at);
create index particulars_by_employee_number on particulars (organization_id, employee_number)
    where superseded_at is null and employee_number is not null;

-- Who was merged into whom, by whom and why, and how it was taken back.
create table merge (
    organization_id blob not null,
    id blob not null,
    person_id blob not null,
    merged_id blob not null,
    reason text,
    merged_by text not null,
    merged_at integer not null,
    undone_at integer,
    undone_by text,
    undo_reason text,
    primary key (organization_id, id),
    foreign key (organization_id, person_id) references person (organization_id, id),
    foreign key (organization_id, merged_id) references person (organization_id, id)
) strict, without rowid;
create index merge_by_person on merge (organization_id, person_id);
create index merge_by_merged on merge (organization_id, merged_id);

-- Records that wait for somebody to say whom they speak of, one for each period that a source tells of under an id.
create table held_record (
    organization_id blob not null references organization (id),
    id blob not null,
    source text not null,
    external_id text not null,
    period text not null,
    record text,
    source_updated_at integer,
    fingerprint blob not null,
    suspects text not null,
    status text not null,
    decision text,
    decided_person_id blob,
    decided_by text,
    decided_at integer,
    decision_reason text,
    held_at integer not null,
    updated_at integer not null,
    primary key (organization_id, id)
) strict;
create unique index held_record_by_period on held_record (organization_id, source, external_id, period);
create index held_record_by_status on held_record (organization_id, status, held_at, id);
create index held_record_by_time on held_record (organization_id, held_at, id);

-- What the planner should expect: see `0002_departures`.
delete from sqlite_stat1 where tbl = 'particulars';
insert into sqlite_stat1 (tbl, idx, stat) values
    ('particulars', 'sqlite_autoindex_particulars_1', '600000 600000 1 1 1'),
    ('particulars', 'particulars_by_person', '600000 600000 2 1'),
    ('particulars', 'particulars_by_employee_number', '500000 500000 1'),
    ('person', 'person_by_merged_into', '1000 1000 1'),
    ('merge', 'merge', '1000 1000 1'),
    ('merge', 'merge_by_person', '1000 1000 1'),
    ('merge', 'merge_by_merged', '1000 1000 1'),
    ('held_record', 'sqlite_autoindex_held_record_1', '1000 1000 1'),
    ('held_record', 'held_record_by_period', '1000 1000 500 1 1'),
    ('held_record', 'held_record_by_status', '1000 1000 300 1 1'),
    ('held_record', 'held_record_by_time', '1000 1000 1 1');
