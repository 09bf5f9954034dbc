-- Sprints: what was settled, which levers were on when, the frozen baseline, who was drawn into which arm, and
-- what work took staff by the watch. A visit stands once in assignments, with the arm that governs it.
CREATE TABLE core_sprint__sprints (
    sprint VARCHAR PRIMARY KEY,
    started_on DATE NOT NULL,
    closed_on DATE,
    treated_share DOUBLE NOT NULL CHECK (treated_share > 0 AND treated_share <= 1),
    baseline_from DATE,
    baseline_to DATE,
    definitions_hash VARCHAR
);

CREATE TABLE core_sprint__levers (
    sprint VARCHAR NOT NULL,
    lever VARCHAR NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE,
    is_early BOOLEAN NOT NULL,
    PRIMARY KEY (sprint, lever)
);

-- Metrics over the baseline as they were when it was frozen, so that what is loaded later cannot move them.
CREATE TABLE core_sprint__baseline_figures (
    sprint VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    numerator DOUBLE,
    denominator BIGINT,
    value DOUBLE,
    PRIMARY KEY (sprint, metric)
);

-- Between sprints `sprint` is 'monitor-N': the share that stays held out after sprint N.
CREATE TABLE core_sprint__assignments (
    visit_key VARCHAR NOT NULL,
    sprint VARCHAR NOT NULL,
    arm VARCHAR NOT NULL CHECK (arm IN ('treated', 'held_out')),
    stratum VARCHAR NOT NULL,
    score DOUBLE,
    assigned_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (visit_key, sprint)
);

CREATE TABLE core_staff__samples (
    sample_key VARCHAR PRIMARY KEY,
    sprint VARCHAR NOT NULL,
    activity VARCHAR NOT NULL,
    when_phase VARCHAR NOT NULL CHECK (when_phase IN ('before', 'after')),
    minutes DOUBLE NOT NULL CHECK (minutes > 0),
    timed_on DATE NOT NULL,
    role VARCHAR NOT NULL
);
