-- What the book said of a visit before it was changed. `version` grew when the start, the therapist
-- or the place changed; a row of the same version differs in its kind or region alone.
CREATE TABLE core_practice__visit_versions (
    visit_key VARCHAR NOT NULL,
    known_until TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL,
    practitioner_key VARCHAR,
    location_key VARCHAR,
    visit_type VARCHAR,
    diagnosis_region VARCHAR,
    starts_at TIMESTAMPTZ NOT NULL,
    is_time_known BOOLEAN NOT NULL,
    PRIMARY KEY (visit_key, known_until)
);
