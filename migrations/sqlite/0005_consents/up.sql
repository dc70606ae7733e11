-- What people said about a purpose. Rows are only ever added: a withdrawal is a row of its own.
create table consent (
    organization_id blob not null,
    id blob not null,
    person_id blob not null,
    purpose text not null,
    recipient text,
    decision text not null,
    basis text not null,
    balancing_note_id text,
    channel text not null,
    contact_channels text not null,
    text_version text,
    given_at integer not null,
    expires_at integer,
    recorded_at integer not null,
    recorded_by text not null,
    primary key (organization_id, id),
    foreign key (organization_id, person_id) references person (organization_id, id)
) strict;
create index consent_by_person on consent (organization_id, person_id, given_at, id);

create table consent_withdrawal (
    organization_id blob not null,
    consent_id blob not null,
    withdrawn_at integer not null,
    channel text not null,
    recorded_at integer not null,
    recorded_by text not null,
    primary key (organization_id, consent_id),
    foreign key (organization_id, consent_id) references consent (organization_id, id)
) strict, without rowid;

-- Consents that come to their end at a moment, to be told then, once.
create table consent_due (
    organization_id blob not null references organization (id),
    due_at integer not null,
    consent_id blob not null,
    primary key (organization_id, due_at, consent_id)
) strict, without rowid;

-- What an organization sets for itself; what it never set is left out.
alter table organization add column settings text not null default '{}';

-- What the planner should expect, besides what 0002 tells it.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('consent', 'sqlite_autoindex_consent_1', '1000000 1000000 1'),
    ('consent', 'consent_by_person', '1000000 1000000 4 1 1'),
    ('consent_withdrawal', 'consent_withdrawal', '100000 100000 1'),
    ('consent_due', 'consent_due', '1000 1000 1 1');
