-- What a closed sprint's dollars took from the clinic's file on the day of the close: cents and shares by name;
-- NULL where the file said nothing then.
CREATE TABLE core_sprint__terms (
    sprint VARCHAR NOT NULL,
    term VARCHAR NOT NULL,
    value DOUBLE,
    PRIMARY KEY (sprint, term)
);
