-- Visits of insured patients, and what the first check of each came to. `is_usable_first`: the first
-- question was answered usably at its first asking, without a person. `minutes`: from when the check
-- was due to its first usable answer, however often it was asked.
CREATE TABLE core_insurance__verifications (
    visit_key VARCHAR PRIMARY KEY,
    patient_key VARCHAR NOT NULL,
    location_key VARCHAR,
    payer VARCHAR NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ,
    asked_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    questions INTEGER NOT NULL,
    first_outcome VARCHAR,
    is_usable_first BOOLEAN NOT NULL,
    asked_person BOOLEAN NOT NULL,
    minutes DOUBLE
);
