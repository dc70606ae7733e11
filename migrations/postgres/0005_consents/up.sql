-- What people said about a purpose. Rows are only ever added: a withdrawal is a row of its own.
create table consent (
    organization_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    purpose text collate "C" not null,
    recipient text collate "C",
    decision text collate "C" not null,
    basis text collate "C" not null,
    balancing_note_id text collate "C",
    channel text collate "C" not null,
    contact_channels text collate "C" not null,
    text_version text collate "C",
    given_at timestamptz not null,
    expires_at timestamptz,
    recorded_at timestamptz not null,
    recorded_by text not null,
    primary key (organization_id, id),
    foreign key (organization_id, person_id) references person (organization_id, id)
);
create index consent_by_person on consent (organization_id, person_id, given_at, id);

create table consent_withdrawal (
    organization_id uuid not null,
    consent_id uuid not null,
    withdrawn_at timestamptz not null,
    channel text collate "C" not null,
    recorded_at timestamptz not null,
    recorded_by text not null,
    primary key (organization_id, consent_id),
    foreign key (organization_id, consent_id) references consent (organization_id, id)
);

-- Consents that come to their end at a moment, to be told then, once.
create table consent_due (
    organization_id uuid not null references organization (id),
    due_at timestamptz not null,
    consent_id uuid not null,
    primary key (organization_id, due_at, consent_id)
);

-- What an organization sets for itself; what it never set is left out.
alter table organization add column settings jsonb not null default '{}';
