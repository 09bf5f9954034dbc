-- Which days rows of a table began to stand on or left, and in which load: what is summed by day is
-- summed again for these days alone. A row counts for the UTC day of each of its instants.
CREATE TABLE core_load__touched_days (
    table_name VARCHAR NOT NULL,
    day DATE NOT NULL,
    load_no BIGINT NOT NULL,
    PRIMARY KEY (table_name, day)
);

-- A warehouse begun anew numbers its loads from 1 again; whoever remembers a number remembers whose.
CREATE TABLE core_load__origin AS SELECT uuid()::VARCHAR AS origin;
