drop table match_weights;
drop table lookup_review;
drop table lookup;
drop table name_reading;
drop table match_key;
drop table match_person;
drop table roster;
