-- A held record of a hire to come tells of a silent return on its first day: `return_due_on` is that day, until it is told.
alter table held_record add column return_due_on date;
alter table held_record add column return_told boolean not null default false;

update held_record h set return_told = true where exists (
    select from event e
    where e.organization_id = h.organization_id and e.name = 'alumnus.return_suspected'
        and e.document->>'held_record_id' = 'hld_' || replace(h.id::text, '-', '')
);
update held_record set return_due_on = (record->'stint'->'employment'->>'hired_on')::date
    where status = 'waiting' and not return_told and record->'stint'->>'departure' is null and (suspects->0->>'is_away')::boolean;

create index held_record_by_return on held_record (organization_id, return_due_on) where return_due_on is not null;
