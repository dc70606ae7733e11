drop table signing_key;
drop table client_secret;
drop table client;
drop table organization;
