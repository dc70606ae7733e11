-- Exchange events. How many people are registered, wait and were there is kept with each: whoever changes any of it holds the
-- gathering, so that nobody need count its guests.
create table gathering (
    organization_id uuid not null references organization (id),
    id uuid not null,
    state text collate "C" not null,
    title text not null,
    description text,
    place text,
    online_address text,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    registration_deadline timestamptz,
    capacity integer,
    final_at timestamptz,
    -- Whether outsiders ever knew of it.
    was_published boolean not null,
    moved_at timestamptz,
    moved_by text,
    registered integer not null,
    waiting integer not null,
    attended integer not null,
    -- The last place on the waiting list that was given to anybody.
    last_place integer not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id)
);
create index gathering_by_start on gathering (organization_id, starts_at, id);
create index gathering_by_state on gathering (organization_id, state, starts_at, id);

-- Who was invited, said yes or no, waits, or was there. People are not referred to by a foreign key, for the same reason as with
-- activities.
create table registration (
    organization_id uuid not null,
    id uuid not null,
    gathering_id uuid not null,
    person_id uuid not null,
    origin_person_id uuid,
    -- The id that they were told under, whomever it is merged into.
    guest_id uuid not null,
    state text collate "C" not null,
    -- The place on the waiting list; 0 if they do not wait.
    waiting_place integer not null,
    registered_at timestamptz,
    attended_at timestamptz,
    -- Whether another registration of the same person stands for it since two people became one.
    is_double boolean not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, gathering_id) references gathering (organization_id, id)
);
create unique index registration_by_guest on registration (organization_id, gathering_id, guest_id);
create index registration_by_place on registration (organization_id, gathering_id, waiting_place, id);
create index registration_by_state on registration (organization_id, gathering_id, state, waiting_place, id);
create index registration_by_person on registration (organization_id, person_id, id);

-- What became of a registration, step by step: only ever added to.
create table registration_step (
    organization_id uuid not null,
    registration_id uuid not null,
    version integer not null,
    state text collate "C" not null,
    waiting_place integer not null,
    attended_at timestamptz,
    attended_before timestamptz,
    recorded_at timestamptz not null,
    recorded_by text not null,
    reason text,
    -- Whether it changed attendance after that was final.
    is_amendment boolean not null,
    primary key (organization_id, registration_id, version),
    foreign key (organization_id, registration_id) references registration (organization_id, id)
);

-- Addresses from which calendars are read without a token. Of the address only a hash is kept.
create table calendar_feed (
    organization_id uuid not null references organization (id),
    id uuid not null,
    label text,
    secret bytea not null,
    created_at timestamptz not null,
    created_by text not null,
    revoked_at timestamptz,
    revoked_by text,
    primary key (organization_id, id)
);
create unique index calendar_feed_by_secret on calendar_feed (secret);
