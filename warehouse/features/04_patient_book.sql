-- The patient's other visits as the book showed them when this one was decided: booked by then and
-- not yet cancelled, at the times they had then, whatever became of them later.
CREATE OR REPLACE TEMP TABLE _patient_book AS
SELECT
    v.visit_key,
    count(*) FILTER (WHERE on_book AND o.visit_on = v.visit_on) AS visits_same_day,
    count(*) FILTER (WHERE on_book AND o.visit_on < v.visit_on AND o.visit_on >= v.visit_on - 14)
        AS visits_last_14_days,
    1 + count(*) FILTER (
        WHERE on_book AND (o.starts_at, o.visit_key) < (v.starts_at, v.visit_key)
    ) AS visit_number,
    count(*) FILTER (
        WHERE o.status = 'cancelled'
        AND o.gone_at <= v.decided_at
        AND o.gone_at > v.decided_at - INTERVAL 90 DAYS
    ) AS recent_cancellations
FROM (
    SELECT visit_key, patient_key, visit_on, starts_at, decided_at FROM _visit_asked
) AS v
INNER JOIN _visit_placement AS o
    ON v.patient_key = o.patient_key
    AND v.visit_key <> o.visit_key
    AND v.decided_at >= o.said_from
    AND v.decided_at < o.known_until
CROSS JOIN LATERAL (
    SELECT o.known_from <= v.decided_at AND (o.gone_at IS NULL OR o.gone_at > v.decided_at) AS on_book
)
GROUP BY v.visit_key;
