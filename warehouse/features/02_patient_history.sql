-- What a patient's own record said when the visit was decided: one row per patient and day, then the
-- last such day before the visit's horizon.
CREATE OR REPLACE TEMP TABLE _patient_record AS
SELECT
    patient_key,
    visit_on,
    count(*) OVER so_far AS history_visits,
    sum(outcome) OVER so_far AS history_misses,
    outcome AS last_missed,
    min(visit_on) OVER so_far AS first_on,
    max(CASE WHEN outcome = 0 THEN visit_on END) OVER so_far AS last_arrived_on,
    list(outcome) OVER (
        PARTITION BY patient_key ORDER BY visit_on, starts_at, visit_key
        ROWS BETWEEN 9 PRECEDING AND CURRENT ROW
    ) AS last_ten
FROM _visit_moment
WHERE outcome IS NOT NULL
WINDOW so_far AS (
    PARTITION BY patient_key ORDER BY visit_on, starts_at, visit_key ROWS UNBOUNDED PRECEDING
)
QUALIFY lead(visit_on) OVER (
    PARTITION BY patient_key ORDER BY visit_on, starts_at, visit_key
) IS DISTINCT FROM visit_on;

-- The moving average starts at the prior and forgets a third at each visit; ten visits hold all but 3 %.
CREATE OR REPLACE TEMP TABLE _patient_history AS
SELECT
    v.visit_key,
    coalesce(r.history_visits, 0) AS history_visits,
    coalesce(r.history_misses, 0) AS history_misses,
    (coalesce(r.history_misses, 0) + getvariable('prior_strength') * getvariable('prior_rate'))
    / (coalesce(r.history_visits, 0) + getvariable('prior_strength')) AS history_rate,
    coalesce(
        list_reduce(
            r.last_ten,
            lambda average, miss: average + 0.3 * (miss - average),
            getvariable('prior_rate')
        ),
        getvariable('prior_rate')
    ) AS history_ema,
    r.last_missed,
    least(coalesce(r.history_visits, 0), 5) AS recent_visits,
    coalesce(list_sum(r.last_ten[-5:]), 0) AS recent_misses,
    v.visit_on - r.first_on AS tenure_days,
    v.visit_on - r.last_arrived_on AS days_since_last_visit
FROM _visit_asked AS v
ASOF LEFT JOIN _patient_record AS r
    ON v.patient_key = r.patient_key AND v.known_before_on > r.visit_on;
