-- Exchange events. How many people are registered, wait and were there is kept with each: whoever changes any of it holds the
-- gathering, so that nobody need count its guests.
create table gathering (
    organization_id blob not null references organization (id),
    id blob not null,
    state text not null,
    title text not null,
    description text,
    place text,
    online_address text,
    starts_at integer not null,
    ends_at integer not null,
    registration_deadline integer,
    capacity integer,
    final_at integer,
    -- Whether outsiders ever knew of it.
    was_published integer not null,
    moved_at integer,
    moved_by text,
    registered integer not null,
    waiting integer not null,
    attended integer not null,
    -- The last place on the waiting list that was given to anybody.
    last_place integer not null,
    version integer not null,
    created_at integer not null,
    updated_at integer not null,
    primary key (organization_id, id)
) strict;
create index gathering_by_start on gathering (organization_id, starts_at, id);
create index gathering_by_state on gathering (organization_id, state, starts_at, id);

-- Who was invited, said yes or no, waits, or was there. People are not referred to by a foreign key, for the same reason as with
-- activities.
create table registration (
    organization_id blob not null,
    id blob not null,
    gathering_id blob not null,
    person_id blob not null,
    origin_person_id blob,
    -- The id that they were told under, whomever it is merged into.
    guest_id blob not null,
    state text not null,
    -- The place on the waiting list; 0 if they do not wait.
    waiting_place integer not null,
    registered_at integer,
    attended_at integer,
    -- Whether another registration of the same person stands for it since two people became one.
    is_double integer not null,
    version integer not null,
    created_at integer not null,
    updated_at integer not null,
    primary key (organization_id, id),
    foreign key (organization_id, gathering_id) references gathering (organization_id, id)
) strict;
create unique index registration_by_guest on registration (organization_id, gathering_id, guest_id);
create index registration_by_place on registration (organization_id, gathering_id, waiting_place, id);
create index registration_by_state on registration (organization_id, gathering_id, state, waiting_place, id);
create index registration_by_person on registration (organization_id, person_id, id);

-- What became of a registration, step by step: only ever added to.
create table registration_step (
    organization_id blob not null,
    registration_id blob not null,
    version integer not null,
    state text not null,
    waiting_place integer not null,
    attended_at integer,
    attended_before integer,
    recorded_at integer not null,
    recorded_by text not null,
    reason text,
    -- Whether it changed attendance after that was final.
    is_amendment integer not null,
    primary key (organization_id, registration_id, version),
    foreign key (organization_id, registration_id) references registration (organization_id, id)
) strict;

-- Addresses from which calendars are read without a token. Of the address only a hash is kept.
create table calendar_feed (
    organization_id blob not null references organization (id),
    id blob not null,
    label text,
    secret blob not null,
    created_at integer not null,
    created_by text not null,
    revoked_at integer,
    revoked_by text,
    primary key (organization_id, id)
) strict;
create unique index calendar_feed_by_secret on calendar_feed (secret);

-- What the planner should expect, besides what 0002 tells it.
insert into sqlite_stat1 (tbl, idx, stat) values
    ('gathering', 'sqlite_autoindex_gathering_1', '2000 2000 1'),
    ('gathering', 'gathering_by_start', '2000 2000 1 1'),
    ('gathering', 'gathering_by_state', '2000 2000 500 1 1'),
    ('registration', 'sqlite_autoindex_registration_1', '200000 200000 1'),
    ('registration', 'registration_by_guest', '200000 200000 100 1'),
    ('registration', 'registration_by_place', '200000 200000 100 5 1'),
    ('registration', 'registration_by_state', '200000 200000 100 25 5 1'),
    ('registration', 'registration_by_person', '200000 200000 4 1'),
    ('registration_step', 'sqlite_autoindex_registration_step_1', '500000 500000 3 1'),
    ('calendar_feed', 'sqlite_autoindex_calendar_feed_1', '20 20 1'),
    ('calendar_feed', 'calendar_feed_by_secret', '20 1');
