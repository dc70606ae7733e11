drop table calendar_feed;
drop table registration_step;
drop table registration;
drop table gathering;
