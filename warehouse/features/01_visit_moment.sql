-- When each visit is decided, and what its outcome counts as. Everything later reads only this table.
-- decided_at: the start of the day `decide_days_before` the visit, in the clinic's own zone, or the
-- booking if that came later; or the one given moment when scoring live.
-- known_before_on: outcomes count as known only for days before this one. A visit never knows its own day.
CREATE OR REPLACE TEMP TABLE _visit_moment AS
WITH localised AS (
    SELECT
        *,
        timezone(clinic_tz, starts_at) AS local_start,
        timezone(clinic_tz, booked_at) AS local_booked,
        local_start::DATE AS visit_on,
        missed(status, cancelled_at, starts_at, getvariable('late_cancel_hours')) AS outcome,
        CASE WHEN status IN ('cancelled', 'deleted') THEN coalesce(cancelled_at, updated_at) END
            AS gone_at,
        timezone(
            clinic_tz,
            (visit_on - to_days(getvariable('decide_days_before')::INTEGER))::TIMESTAMP
        ) AS eve
    FROM core_practice__visits
)

SELECT
    * EXCLUDE (eve),
    coalesce(getvariable('decide_at'), greatest(coalesce(booked_at, eve), eve)) AS decided_at,
    least(timezone(clinic_tz, decided_at)::DATE, visit_on) AS known_before_on,
    coalesce(booked_at, timezone(clinic_tz, visit_on::TIMESTAMP)) AS known_from
FROM localised;

-- The visits asked for; the rest is only history. A live decision sees what is on the book by then.
CREATE OR REPLACE TEMP TABLE _visit_asked AS
SELECT * FROM _visit_moment
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
