-- The visits drawn in one sprint, each in the arm it was drawn into, with what became of it.
-- `is_due`: it began a day ago or earlier, within the sprint, so that its outcome can be expected.
-- `missed` by the clinic's definition; a visit that was cancelled in time, or is gone from the book, stays in
-- its arm as not missed: leaving it out would select by what the extra itself may cause.
-- `prior_risk`: the risk predicted when the arm was drawn, else the patient's record on that day, shrunk.
WITH book AS (
    SELECT
        visit_key,
        patient_key,
        status,
        starts_at,
        cancelled_at,
        timezone($timezone, starts_at)::DATE AS visit_on,
        missed(status, cancelled_at, starts_at, $late) AS missed
    FROM core_practice__visits
),

drawn AS (
    SELECT
        a.visit_key,
        a.arm = 'treated' AS is_treated,
        a.stratum,
        a.score,
        timezone($timezone, a.assigned_at)::DATE AS assigned_on,
        v.patient_key,
        v.status,
        v.visit_on,
        coalesce(v.missed = 1, false) AS missed,
        coalesce(
            v.starts_at < $now - INTERVAL 1 DAY AND v.visit_on BETWEEN $first AND $last, false
        ) AS is_due,
        coalesce(missed(v.status, v.cancelled_at, v.starts_at, $notice) = 1, false)
        AND v.status = 'cancelled' AS is_late_cancel,
        elsewhere.visit_key IS NOT NULL AS is_elsewhere
    FROM core_sprint__assignments AS a
    LEFT JOIN book AS v ON a.visit_key = v.visit_key
    LEFT JOIN (
        SELECT DISTINCT visit_key FROM core_sprint__assignments WHERE sprint <> $sprint
    ) AS elsewhere ON a.visit_key = elsewhere.visit_key
    WHERE a.sprint = $sprint
),

record AS (
    SELECT
        patient_key,
        visit_on,
        sum(count(*)) OVER so_far AS visits,
        sum(sum(missed)) OVER so_far AS misses
    FROM book
    WHERE missed IS NOT NULL AND patient_key IN (SELECT patient_key FROM drawn WHERE score IS NULL)
    GROUP BY patient_key, visit_on
    WINDOW so_far AS (PARTITION BY patient_key ORDER BY visit_on)
),

prior AS (
    SELECT coalesce(avg(missed), $survey) AS rate FROM book WHERE visit_on < $first
)

SELECT
    d.visit_key,
    d.patient_key,
    dense_rank() OVER (ORDER BY d.patient_key) - 1 AS patient,
    d.visit_on,
    CASE WHEN d.is_due THEN (d.visit_on - $first::DATE) // 7 END AS week,
    d.is_treated,
    d.stratum,
    coalesce(
        d.score,
        (coalesce(r.misses, 0) + $strength * prior.rate) / (coalesce(r.visits, 0) + $strength)
    )::DOUBLE AS prior_risk,
    d.score IS NOT NULL AS is_scored,
    d.is_due,
    d.is_due AND d.status <> 'booked' AS is_known,
    d.missed,
    coalesce(d.status = 'arrived', false) AS arrived,
    coalesce(d.is_late_cancel, false) AS is_late_cancel,
    coalesce(d.status IN ('cancelled', 'deleted') AND NOT d.is_late_cancel, false) AS is_cancelled_in_time,
    d.is_elsewhere
FROM drawn AS d
CROSS JOIN prior
ASOF LEFT JOIN record AS r
    ON d.patient_key = r.patient_key AND d.assigned_on > r.visit_on
ORDER BY d.visit_on, d.visit_key
