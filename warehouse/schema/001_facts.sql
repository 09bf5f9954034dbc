-- Facts of one clinic. Every key is a pseudonym that the caller made; no identity enters here.

CREATE TABLE core_practice__visits (
    visit_key VARCHAR PRIMARY KEY,
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

-- As it stood when it was fetched: a forecast is a feature only for decisions made after that.
CREATE TABLE core_weather__forecasts (
    place VARCHAR NOT NULL,
    forecast_on DATE NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL,
    temperature_min_c DOUBLE,
    temperature_max_c DOUBLE,
    snowfall_cm DOUBLE,
    precipitation_mm DOUBLE,
    wind_max_kmh DOUBLE,
    PRIMARY KEY (place, forecast_on, fetched_at)
);

CREATE TABLE core_messages__messages (
    message_key VARCHAR PRIMARY KEY,
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

CREATE TABLE core_risk__scores (
    visit_key VARCHAR NOT NULL,
    score DOUBLE NOT NULL CHECK (score BETWEEN 0 AND 1),
    tier VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    scored_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (visit_key, scored_at)
);
