drop table blinding;
