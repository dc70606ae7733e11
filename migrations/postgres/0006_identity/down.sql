drop table held_record;
drop table merge;
drop index particulars_by_person;
-- Where two ids were one person, they are two again.
update particulars set person_id = origin_person_id;
alter table particulars drop constraint particulars_pkey;
alter table particulars drop column origin_person_id;
alter table particulars add primary key (organization_id, person_id, source, version);
update employment set person_id = origin_person_id where origin_person_id is not null;
alter table employment drop column origin_person_id;
update consent set person_id = origin_person_id where origin_person_id is not null;
alter table consent drop column origin_person_id;
update lookup set person_id = origin_person_id where origin_person_id is not null;
alter table lookup drop column origin_person_id;
update identity set person_id = origin_person_id where origin_person_id is not null;
alter table identity drop column origin_person_id;
drop index person_by_merged_into;
alter table person drop column merged_into_id;
