-- What was answered to requests with an idempotency key, for a day. Key and body are kept as keyed hashes only; the key's
-- is of the caller and the route as well. `answer` is empty while the request runs: then it is claimed, until a moment.
create table idempotency (
    organization_id blob not null references organization (id),
    key blob not null,
    body blob not null,
    claim blob not null,
    claimed_until integer not null,
    expires_at integer not null,
    answer text,
    primary key (organization_id, key)
) strict;
create index idempotency_by_end on idempotency (expires_at);

-- How many requests of a caller in a minute the instances have leased. The caller is kept as a keyed hash. It refers to no
-- organization: it is written on the way to a read and gone a minute later.
create table quota (
    organization_id blob not null,
    caller blob not null,
    began_at integer not null,
    leased integer not null,
    primary key (organization_id, caller, began_at)
) strict, without rowid;
create index quota_by_begin on quota (began_at);
