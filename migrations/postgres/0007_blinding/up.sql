-- Which clients look people up blinded, and in which periods. The secret of each is derived from the master key and kept
-- nowhere. `number` is below zero: in `match_person.keys` it stands where plain keys have their generation.
create table blinding (
    organization_id uuid not null,
    client_id uuid not null,
    period text collate "C" not null,
    number integer not null,
    created_at timestamptz not null,
    retired_at timestamptz,
    primary key (organization_id, client_id, period),
    foreign key (organization_id, client_id) references client (organization_id, id)
);
create unique index blinding_by_number on blinding (organization_id, number);
