-- One person over several sources. Somebody who was merged into another answers as them: `merged_into_id` is who answers now,
-- however many merges lie between. What is known of them moves to `person_id` of that one, and `origin_person_id` says
-- under which id it was told, so that it can go back; it is empty where that is `person_id`.
alter table person add column merged_into_id uuid;
create index person_by_merged_into on person (organization_id, merged_into_id) where merged_into_id is not null;

alter table identity add column origin_person_id uuid;
alter table employment add column origin_person_id uuid;
alter table consent add column origin_person_id uuid;
alter table lookup add column origin_person_id uuid;

-- A source has its own versions of what it says under each id: here the origin is always there, and part of the key.
alter table particulars add column origin_person_id uuid;
update particulars set origin_person_id = person_id;
alter table particulars alter column origin_person_id set not null;
alter table particulars drop constraint particulars_pkey;
alter table particulars add primary key (organization_id, origin_person_id, source, version);
create index particulars_by_person on particulars (organization_id, person_id, superseded_at);

-- Who was merged into whom, by whom and why, and how it was taken back.
create table merge (
    organization_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    merged_id uuid not null,
    reason text,
    merged_by text not null,
    merged_at timestamptz not null,
    undone_at timestamptz,
    undone_by text,
    undo_reason text,
    primary key (organization_id, id),
    foreign key (organization_id, person_id) references person (organization_id, id),
    foreign key (organization_id, merged_id) references person (organization_id, id)
);
create index merge_by_person on merge (organization_id, person_id);
create index merge_by_merged on merge (organization_id, merged_id);

-- Records that wait for somebody to say whom they speak of, one for each period that a source tells of under an id.
create table held_record (
    organization_id uuid not null references organization (id),
    id uuid not null,
    source text collate "C" not null,
    external_id text collate "C" not null,
    period text collate "C" not null,
    record jsonb,
    source_updated_at timestamptz,
    fingerprint bytea not null,
    suspects jsonb not null,
    status text collate "C" not null,
    decision text collate "C",
    decided_person_id uuid,
    decided_by text,
    decided_at timestamptz,
    decision_reason text,
    held_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id)
);
create unique index held_record_by_period on held_record (organization_id, source, external_id, period);
create index held_record_by_status on held_record (organization_id, status, held_at, id);
create index held_record_by_time on held_record (organization_id, held_at, id);
