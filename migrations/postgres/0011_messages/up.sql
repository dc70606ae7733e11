-- What was sent to alumni by others, and what came of it; neither what it said nor where it went. People and consents are not
-- referred to by foreign keys, for the same reason as with activities.
create table message (
    organization_id uuid not null references organization (id),
    id uuid not null,
    person_id uuid not null,
    origin_person_id uuid,
    source text collate "C" not null,
    external_id text collate "C" not null,
    channel text collate "C" not null,
    purpose text collate "C" not null,
    campaign text,
    subject_type text collate "C",
    subject_id text collate "C",
    sent_at timestamptz not null,
    delivered_at timestamptz,
    opened_at timestamptz,
    clicked_at timestamptz,
    replied_at timestamptz,
    bounced_at timestamptz,
    bounce text collate "C",
    -- What allowed it when it was sent, or why nothing did.
    consent_id uuid,
    basis text collate "C",
    text_version text,
    lack text collate "C",
    permission_id uuid,
    source_updated_at timestamptz,
    version integer not null,
    recorded_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id)
);
create unique index message_by_source on message (organization_id, source, external_id);
create index message_by_person on message (organization_id, person_id, sent_at, id);
create index message_by_bounce on message (organization_id, person_id, channel, bounced_at) where bounce = 'hard';

-- What was known of a message before more or something else was told.
create table message_version (
    organization_id uuid not null,
    message_id uuid not null,
    version integer not null,
    document jsonb not null,
    recorded_at timestamptz not null,
    primary key (organization_id, message_id, version),
    foreign key (organization_id, message_id) references message (organization_id, id)
);

-- Permissions to write to somebody that are, or were, held for a while.
create table contact_permission (
    organization_id uuid not null references organization (id),
    id uuid not null,
    person_id uuid not null,
    origin_person_id uuid,
    channel text collate "C" not null,
    purpose text collate "C" not null,
    consent_id uuid not null,
    granted_at timestamptz not null,
    granted_to text not null,
    held_until timestamptz not null,
    -- The message that used it up.
    message_id uuid,
    primary key (organization_id, id)
);
create index contact_permission_by_person on contact_permission (organization_id, person_id, held_until);
