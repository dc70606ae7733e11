-- What was answered to requests with an idempotency key, for a day. Key and body are kept as keyed hashes only; the key's
-- is of the caller and the route as well. `answer` is empty while the request runs: then it is claimed, until a moment.
create table idempotency (
    organization_id uuid not null references organization (id),
    key bytea not null,
    body bytea not null,
    claim bytea not null,
    claimed_until timestamptz not null,
    expires_at timestamptz not null,
    answer text,
    primary key (organization_id, key)
);
create index idempotency_by_end on idempotency (expires_at);

-- How many requests of a caller in a minute the instances have leased. The caller is kept as a keyed hash. It refers to no
-- organization: it is written on the way to a read and gone a minute later.
create table quota (
    organization_id uuid not null,
    caller bytea not null,
    began_at timestamptz not null,
    leased bigint not null,
    primary key (organization_id, caller, began_at)
);
create index quota_by_begin on quota (began_at);
