-- The users of JdbcUserStateSource. Every statement may run twice: H2 commits each of them alone, so a crash may leave half of them.
-- id and user_principal_name are in lower case; state is a user as in a directory file, in JSON.
create table if not exists sallyport_user (
    id varchar primary key,
    user_principal_name varchar not null unique,
    state varchar not null
);
