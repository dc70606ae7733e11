-- A held record of a hire to come tells of a silent return on its first day: `return_due_on` is that day, until it is told.
alter table held_record add column return_due_on text;
alter table held_record add column return_told integer not null default 0;

update held_record set return_told = 1 where exists (
    select 1 from event e
    where e.organization_id = held_record.organization_id and e.name = 'alumnus.return_suspected'
        and e.document ->> 'held_record_id' = 'hld_' || lower(hex(held_record.id))
);
update held_record set return_due_on = record ->> '$.stint.employment.hired_on'
    where status = 'waiting' and return_told = 0 and record ->> '$.stint.departure' is null and suspects ->> '$[0].is_away' = 1;

create index held_record_by_return on held_record (organization_id, return_due_on) where return_due_on is not null;
