-- Times that visits left behind, and who stands there now. `is_booked_anew`: the visit that fills it
-- was booked after the time came free, not moved there from another time, which it would leave empty.
CREATE TABLE core_practice__slots (
    slot_key VARCHAR PRIMARY KEY,
    freed_by_visit_key VARCHAR NOT NULL,
    practitioner_key VARCHAR,
    location_key VARCHAR,
    visit_type VARCHAR,
    starts_at TIMESTAMPTZ NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    status VARCHAR NOT NULL
        CHECK (status IN ('grace', 'offering', 'taken', 'filled', 'closed')),
    filled_by_visit_key VARCHAR,
    is_booked_anew BOOLEAN NOT NULL DEFAULT false
);
