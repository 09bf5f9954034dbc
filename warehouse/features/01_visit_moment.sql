-- When each visit is decided, and what its outcome counts as. Everything later reads only this table.
-- decided_at: the start of the day `decide_days_before` the visit, in the clinic's own zone, or the
-- booking, or the last move, if that came later (each version of a visit is scored anew); or the one
-- given moment when scoring live, and then each visit stands as the book had it at that moment.
-- known_before_on: outcomes count as known only for days before this one. A visit never knows its own day.
-- DuckDB asks a zone six times as fast where it is one constant for all rows: nearly every clinic has one.
CREATE OR REPLACE TEMP MACRO _clock(zone, moment) AS
    CASE
        WHEN zone = getvariable('clinic_tz') THEN timezone(getvariable('clinic_tz'), moment)
        ELSE timezone(zone, moment)
    END;

CREATE OR REPLACE TEMP TABLE _visit_moment AS
WITH placed AS (
    SELECT
        v.* REPLACE (
            if(w.visit_key IS NULL, v.starts_at, w.starts_at) AS starts_at,
            if(w.visit_key IS NULL, v.is_time_known, w.is_time_known) AS is_time_known,
            if(w.visit_key IS NULL, v.practitioner_key, w.practitioner_key) AS practitioner_key,
            if(w.visit_key IS NULL, v.location_key, w.location_key) AS location_key
        ),
        -- What came of a visit that was moved later says nothing of the time it had before.
        w.visit_key IS NOT NULL AND w.version < v.version AS is_elsewhere
    FROM (
        SELECT *, coalesce(getvariable('decide_at'), 'infinity'::TIMESTAMPTZ) AS as_of
        FROM core_practice__visits
    ) AS v
    ASOF LEFT JOIN core_practice__visit_versions AS w
        ON v.visit_key = w.visit_key AND v.as_of < w.known_until
),

moved AS (
    SELECT
        v.visit_key,
        max(w.known_until) AS moved_at
    FROM core_practice__visits AS v
    INNER JOIN core_practice__visit_versions AS w
        ON v.visit_key = w.visit_key AND w.version < v.version
    GROUP BY v.visit_key
),

localised AS (
    SELECT
        placed.*,
        moved.moved_at,
        _clock(clinic_tz, starts_at) AS local_start,
        _clock(clinic_tz, booked_at) AS local_booked,
        local_start::DATE AS visit_on,
        CASE
            WHEN NOT is_elsewhere
                THEN missed(status, cancelled_at, starts_at, getvariable('late_cancel_hours'))
        END AS outcome,
        CASE WHEN status IN ('cancelled', 'deleted') THEN coalesce(cancelled_at, updated_at) END
            AS gone_at,
        _clock(
            clinic_tz,
            (visit_on - to_days(getvariable('decide_days_before')::INTEGER))::TIMESTAMP
        ) AS eve
    FROM placed LEFT JOIN moved ON placed.visit_key = moved.visit_key
)

SELECT
    * EXCLUDE (eve, is_elsewhere, as_of),
    coalesce(
        getvariable('decide_at'),
        greatest(coalesce(booked_at, eve), eve, coalesce(moved_at, eve))
    ) AS decided_at,
    least(_clock(clinic_tz, decided_at)::DATE, visit_on) AS known_before_on,
    coalesce(booked_at, _clock(clinic_tz, visit_on::TIMESTAMP)) AS known_from
FROM localised;

-- Where each visit stood on the book, from when until when: one row for each thing it ever said.
CREATE OR REPLACE TEMP TABLE _visit_placement AS
WITH said AS (
    SELECT
        visit_key,
        known_until,
        starts_at
    FROM core_practice__visit_versions
    UNION ALL
    SELECT
        visit_key,
        'infinity'::TIMESTAMPTZ AS known_until,
        starts_at
    FROM core_practice__visits
)

SELECT
    s.visit_key,
    v.patient_key,
    s.starts_at,
    _clock(v.clinic_tz, s.starts_at)::DATE AS visit_on,
    v.status,
    v.gone_at,
    coalesce(v.booked_at, _clock(v.clinic_tz, visit_on::TIMESTAMP)) AS known_from,
    s.known_until,
    lag(s.known_until, 1, '-infinity'::TIMESTAMPTZ) OVER (
        PARTITION BY s.visit_key ORDER BY s.known_until
    ) AS said_from
FROM said AS s INNER JOIN _visit_moment AS v ON s.visit_key = v.visit_key;

-- The visits asked for; the rest is only history. A live decision sees what is on the book by then.
-- The kind of visit and the region as they were at the decision: both are often set right later.
CREATE OR REPLACE TEMP TABLE _visit_asked AS
SELECT
    v.* REPLACE (
        if(w.visit_key IS NULL, v.visit_type, w.visit_type) AS visit_type,
        if(w.visit_key IS NULL, v.diagnosis_region, w.diagnosis_region) AS diagnosis_region
    )
FROM _visit_moment AS v
ASOF LEFT JOIN core_practice__visit_versions AS w
    ON v.visit_key = w.visit_key AND v.decided_at < w.known_until
WHERE
    visit_on BETWEEN coalesce(getvariable('first_day'), visit_on)
    AND coalesce(getvariable('last_day'), visit_on)
    AND (
        getvariable('decide_at') IS NULL
        OR (
            coalesce(booked_at <= decided_at, true)
            AND (gone_at IS NULL OR gone_at > decided_at)
        )
    );
