drop index held_record_by_return;
alter table held_record drop column return_told;
alter table held_record drop column return_due_on;
