drop index lookup_by_disclosure;
drop index activity_by_retraction;
drop index activity_by_correction;
