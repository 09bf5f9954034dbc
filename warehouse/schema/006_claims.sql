-- Claims by pseudonym: what left, what was turned back before anybody judged it, and each payment of a claim.
-- `claim_key` of a payment is our claim's, or the keyed hash of another system's number.
CREATE TABLE core_claims__claims (
    claim_key VARCHAR PRIMARY KEY,
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

CREATE TABLE core_claims__payments (
    payment_key VARCHAR PRIMARY KEY,
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
