drop table quota;
drop table idempotency;
