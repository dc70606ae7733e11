-- Organizations (the tenants), the clients that call for them, and the keys that sign access tokens.
create table organization (
    id blob not null primary key,
    name text not null,
    time_zone text not null,
    created_at integer not null
) strict, without rowid;

create table client (
    organization_id blob not null references organization (id),
    id blob not null unique,
    name text not null,
    scopes text not null,
    created_at integer not null,
    revoked_at integer,
    primary key (organization_id, id)
) strict, without rowid;

create table client_secret (
    organization_id blob not null,
    client_id blob not null,
    id blob not null,
    hash text not null,
    created_at integer not null,
    expires_at integer,
    primary key (organization_id, client_id, id),
    foreign key (organization_id, client_id) references client (organization_id, id)
) strict, without rowid;

create table signing_key (
    id blob not null primary key,
    public_key blob not null,
    sealed_key blob not null,
    created_at integer not null
) strict, without rowid;
