alter table organization drop column settings;
drop table consent_due;
drop table consent_withdrawal;
drop table consent;
