drop index lookup_review_by_time;
drop index lookup_by_time;
drop table leaving;
drop table audience_total;
drop table audience;
drop table figure_due;
