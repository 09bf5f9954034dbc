-- Keys are kept unique by the load, which has one writer and compares each row with what stands. DuckDB's own index
-- of a key was as large as all its rows, and nearly all of it was written again each morning.

ALTER TABLE core_practice__visits RENAME TO with_key;
CREATE TABLE core_practice__visits (
    visit_key VARCHAR NOT NULL,
    patient_key VARCHAR NOT NULL,
    practitioner_key VARCHAR,
    location_key VARCHAR,
    visit_type VARCHAR,
    diagnosis_region VARCHAR,
    booked_at TIMESTAMPTZ,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ,
    is_time_known BOOLEAN NOT NULL DEFAULT true,
    status VARCHAR NOT NULL
        CHECK (status IN ('booked', 'arrived', 'no_show', 'cancelled', 'deleted')),
    cancelled_at TIMESTAMPTZ,
    birth_year INTEGER,
    clinic_tz VARCHAR NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at TIMESTAMPTZ NOT NULL
);
INSERT INTO core_practice__visits SELECT * FROM with_key;
DROP TABLE with_key;

ALTER TABLE core_practice__visit_versions RENAME TO with_key;
CREATE TABLE core_practice__visit_versions (
    visit_key VARCHAR NOT NULL,
    known_until TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL,
    practitioner_key VARCHAR,
    location_key VARCHAR,
    visit_type VARCHAR,
    diagnosis_region VARCHAR,
    starts_at TIMESTAMPTZ NOT NULL,
    is_time_known BOOLEAN NOT NULL
);
INSERT INTO core_practice__visit_versions SELECT * FROM with_key;
DROP TABLE with_key;

ALTER TABLE core_weather__forecasts RENAME TO with_key;
CREATE TABLE core_weather__forecasts (
    place VARCHAR NOT NULL,
    forecast_on DATE NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    temperature_min_c DOUBLE,
    temperature_max_c DOUBLE,
    snowfall_cm DOUBLE,
    precipitation_mm DOUBLE,
    wind_max_kmh DOUBLE
);
INSERT INTO core_weather__forecasts SELECT * FROM with_key;
DROP TABLE with_key;

ALTER TABLE core_messages__messages RENAME TO with_key;
CREATE TABLE core_messages__messages (
    message_key VARCHAR NOT NULL,
    visit_key VARCHAR,
    patient_key VARCHAR,
    channel VARCHAR NOT NULL,
    rung VARCHAR,
    purpose VARCHAR NOT NULL,
    tier VARCHAR,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    planned_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    delivered_at TIMESTAMPTZ,
    cost_cents DOUBLE
);
INSERT INTO core_messages__messages SELECT * FROM with_key;
DROP TABLE with_key;

ALTER TABLE core_risk__scores RENAME TO with_key;
CREATE TABLE core_risk__scores (
    visit_key VARCHAR NOT NULL,
    score DOUBLE NOT NULL CHECK (score BETWEEN 0 AND 1),
    tier VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    scored_at TIMESTAMPTZ NOT NULL
);
INSERT INTO core_risk__scores SELECT * FROM with_key;
DROP TABLE with_key;

ALTER TABLE core_insurance__verifications RENAME TO with_key;
CREATE TABLE core_insurance__verifications (
    visit_key VARCHAR NOT NULL,
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
INSERT INTO core_insurance__verifications SELECT * FROM with_key;
DROP TABLE with_key;

ALTER TABLE core_claims__claims RENAME TO with_key;
CREATE TABLE core_claims__claims (
    claim_key VARCHAR NOT NULL,
    patient_key VARCHAR NOT NULL,
    visit_key VARCHAR,
    payer VARCHAR NOT NULL,
    status VARCHAR NOT NULL
        CHECK (status IN ('held', 'ready', 'filed', 'accepted', 'rejected', 'answered', 'withdrawn')),
    service_on DATE NOT NULL,
    charge_cents BIGINT NOT NULL,
    fields_there INTEGER NOT NULL,
    fields_needed INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    filed_at TIMESTAMPTZ
);
INSERT INTO core_claims__claims SELECT * FROM with_key;
DROP TABLE with_key;

ALTER TABLE core_claims__payments RENAME TO with_key;
CREATE TABLE core_claims__payments (
    payment_key VARCHAR NOT NULL,
    claim_key VARCHAR NOT NULL,
    patient_key VARCHAR,
    visit_key VARCHAR,
    payer VARCHAR NOT NULL,
    is_reversal BOOLEAN NOT NULL,
    is_first BOOLEAN NOT NULL,
    is_standing BOOLEAN NOT NULL,
    outcome VARCHAR NOT NULL,
    charge_cents BIGINT NOT NULL,
    paid_cents BIGINT NOT NULL,
    denied_cents BIGINT NOT NULL,
    preventable_cents BIGINT NOT NULL,
    denial_class VARCHAR,
    denial_step VARCHAR,
    decided_at TIMESTAMPTZ NOT NULL
);
INSERT INTO core_claims__payments SELECT * FROM with_key;
DROP TABLE with_key;
