drop table event;
drop table due;
drop table employment;
drop table search_key;
drop table particulars;
drop table identity;
drop table person;
