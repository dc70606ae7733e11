-- What was sent to alumni by others, and what came of it; neither what it said nor where it went. People and consents are not
-- referred to by foreign keys, for the same reason as with activities.
create table message (
    organization_id blob not null references organization (id),
    id blob not null,
    person_id blob not null,
    origin_person_id blob,
    source text not null,
    external_id text not null,
    channel text not null,
    purpose text not null,
    campaign text,
    subject_type text,
    subject_id text,
    sent_at integer not null,
    delivered_at integer,
    opened_at integer,
    clicked_at integer,
    replied_at integer,
    bounced_at integer,
    bounce text,
    -- What allowed it when it was sent, or why nothing did.
    consent_id blob,
    basis text,
    text_version text,
    lack text,
    permission_id blob,
    source_updated_at integer,
    version integer not null,
    recorded_at integer not null,
    updated_at integer not null,
    primary key (organization_id, id)
) strict;
create unique index message_by_source on message (organization_id, source, external_id);
create index message_by_person on message (organization_id, person_id, sent_at, id);
create index message_by_bounce on message (organization_id, person_id, channel, bounced_at) where bounce = 'hard';

-- What was known of a message before more or something else was told.
create table message_version (
    organization_id blob not null,
    message_id blob not null,
    version integer not null,
    document text not null,
    recorded_at integer not null,
    primary key (organization_id, message_id, version),
    foreign key (organization_id, message_id) references message (organization_id, id)
) strict;

-- Permissions to write to somebody that are, or were, held for a while.
create table contact_permission (
    organization_id blob not null references organization (id),
    id blob not null,
    person_id blob not null,
    origin_person_id blob,
    channel text not null,
    purpose text not null,
    consent_id blob not null,
    granted_at integer not null,
    granted_to text not null,
    held_until integer not null,
    -- The message that used it up.
    message_id blob,
    primary key (organization_id, id)
) strict;
create index contact_permission_by_person on contact_permission (organization_id, person_id, held_until);

-- What the planner should expect, besides what 0002 tells it.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('message', 'sqlite_autoindex_message_1', '10000000 10000000 1'),
    ('message', 'message_by_source', '10000000 10000000 1000000 1'),
    ('message', 'message_by_person', '10000000 10000000 10 1 1'),
    ('message', 'message_by_bounce', '100000 100000 2 1 1'),
    ('message_version', 'sqlite_autoindex_message_version_1', '3000000 3000000 2 1'),
    ('contact_permission', 'sqlite_autoindex_contact_permission_1', '1000000 1000000 1'),
    ('contact_permission', 'contact_permission_by_person', '1000000 1000000 2 1');
