-- Organizations (the tenants), the clients that call for them, and the keys that sign access tokens.
create table organization (
    id uuid primary key,
    name text not null,
    time_zone text not null,
    created_at timestamptz not null
);

create table client (
    organization_id uuid not null references organization (id),
    id uuid not null unique,
    name text not null,
    scopes text not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    primary key (organization_id, id)
);

create table client_secret (
    organization_id uuid not null,
    client_id uuid not null,
    id uuid not null,
    hash text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    primary key (organization_id, client_id, id),
    foreign key (organization_id, client_id) references client (organization_id, id)
);

create table signing_key (
    id uuid primary key,
    public_key bytea not null,
    sealed_key bytea not null,
    created_at timestamptz not null
);
