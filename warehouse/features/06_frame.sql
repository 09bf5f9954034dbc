-- One row per visit asked for: keys, the label, and what was known when it was decided.
-- A visit already gone by its decision has no label, nor has one moved only after its start: there
-- was nothing left to predict.
WITH frame AS (
    SELECT
        v.visit_key,
        v.patient_key,
        v.visit_on,
        v.decided_at,
        CASE
            WHEN (v.gone_at IS NULL OR v.gone_at > v.decided_at)
                AND (v.moved_at IS NULL OR v.moved_at < v.starts_at)
                THEN v.outcome
        END AS missed,
        getvariable('prior_rate')::DOUBLE AS prior_rate,
        CASE WHEN v.booked_at IS NOT NULL
            THEN greatest(v.visit_on - v.local_booked::DATE, 0) END AS lead_days,
        v.visit_on <= v.local_booked::DATE AS is_same_day,
        hour(v.local_booked) AS booked_hour,
        isodow(v.local_booked) AS booked_weekday,
        CASE WHEN v.is_time_known THEN hour(v.local_start) + minute(v.local_start) / 60.0 END
            AS visit_hour,
        isodow(v.visit_on) AS visit_weekday,
        coalesce(b.visit_number, 1) AS visit_number,
        h.* EXCLUDE (visit_key),
        coalesce(b.recent_cancellations, 0) AS recent_cancellations,
        g.* EXCLUDE (visit_key),
        v.diagnosis_region,
        coalesce(
            regexp_matches(v.visit_type, '(?i)\b(initial|first|new|evals?|evaluations?)\b')
            AND NOT regexp_matches(v.visit_type, '(?i)\b(re|follow|established|discharge)\b'),
            visit_number = 1
        ) AS is_first_visit,
        year(v.visit_on) - v.birth_year AS age_years,
        coalesce(b.visits_same_day, 0) AS visits_same_day,
        coalesce(b.visits_last_14_days, 0) AS visits_last_14_days,
        w.* EXCLUDE (visit_key)
    FROM _visit_asked AS v
    INNER JOIN _patient_history AS h ON v.visit_key = h.visit_key
    INNER JOIN _group_rate AS g ON v.visit_key = g.visit_key
    INNER JOIN _weather AS w ON v.visit_key = w.visit_key
    LEFT JOIN _patient_book AS b ON v.visit_key = b.visit_key
)

SELECT
    visit_key,
    patient_key,
    visit_on,
    decided_at,
    diagnosis_region,
    COLUMNS(* EXCLUDE (visit_key, patient_key, visit_on, decided_at, diagnosis_region))::DOUBLE
FROM frame
ORDER BY visit_on, visit_key;
