drop table contact_permission;
drop table message_version;
drop table message;
