drop table held_record;
drop table merge;
-- Where two ids were one person, they are two again.
create table particulars_by_person_id (
    organization_id blob not null,
    person_id blob not null,
    source text not null,
    version integer not null,
    employee_number text,
    document text not null,
    recorded_at integer not null,
    superseded_at integer,
    primary key (organization_id, person_id, source, version),
    foreign key (organization_id, person_id) references person (organization_id, id)
) strict;
insert into particulars_by_person_id
    select organization_id, origin_person_id, source, version, employee_number, document, recorded_at, superseded_at from particulars;
drop table particulars;
alter table particulars_by_person_id rename to particulars;
create index particulars_by_employee_number on particulars (organization_id, employee_number)
    where superseded_at is null and employee_number is not null;
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
delete from sqlite_stat1 where tbl = 'particulars' or idx = 'person_by_merged_into';
insert into sqlite_stat1 (tbl, idx, stat) values
    ('particulars', 'sqlite_autoindex_particulars_1', '600000 600000 1 1 1'),
    ('particulars', 'particulars_by_employee_number', '500000 500000 1');
