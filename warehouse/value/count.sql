-- name: payments
-- What payers settled in the year before `$now`, a row a claim; of a sprint that is closed `$now` is at most 90 days
-- after its last day, so that its dollars do not move for ever. What a patient paid at the desk is in no remittance.
SELECT claim_key, any_value(visit_key) AS visit_key,
    coalesce(any_value(patient_key), claim_key) AS patient_key, any_value(payer) AS payer,
    sum(paid_cents)::DOUBLE AS cents, sum(paid_cents) <= 0 AND sum(denied_cents) > 0 AS is_denied
FROM core_claims__payments
WHERE is_standing AND decided_at < $now AND decided_at >= $now - INTERVAL 365 DAY
GROUP BY claim_key ORDER BY claim_key;

-- name: payers
-- Who pays for a visit: as its claim or its check says, else the payer that its patient has most.
WITH told AS (
    SELECT visit_key, patient_key, payer FROM core_claims__claims
    UNION ALL SELECT visit_key, patient_key, payer FROM core_insurance__verifications
    UNION ALL SELECT visit_key, patient_key, payer FROM core_claims__payments
), of_visit AS (
    SELECT visit_key, min(payer) AS payer FROM told
    WHERE payer <> 'unknown' AND visit_key IS NOT NULL GROUP BY 1
), of_patient AS (
    SELECT patient_key, mode(payer ORDER BY payer) AS payer FROM told
    WHERE payer <> 'unknown' AND patient_key IS NOT NULL GROUP BY 1
)
SELECT v.visit_key, coalesce(of_visit.payer, of_patient.payer) AS payer
FROM core_practice__visits AS v
LEFT JOIN of_visit USING (visit_key) LEFT JOIN of_patient USING (patient_key)
WHERE coalesce(of_visit.payer, of_patient.payer) IS NOT NULL;

-- name: times
-- Times that visits left behind in the last year, and whether another patient came in them, booked anew.
SELECT s.freed_by_visit_key AS visit_key, any_value(gave.patient_key) AS patient_key,
    min(timezone($timezone, s.starts_at)::DATE) AS freed_on,
    coalesce(bool_or(s.status = 'filled' AND s.is_booked_anew AND came.status = 'arrived'
        AND came.starts_at = s.starts_at
        AND came.patient_key IS DISTINCT FROM gave.patient_key), false) AS is_refilled
FROM core_practice__slots AS s
JOIN core_practice__visits AS gave ON gave.visit_key = s.freed_by_visit_key
LEFT JOIN core_practice__visits AS came ON came.visit_key = s.filled_by_visit_key
WHERE s.starts_at < $now AND s.starts_at >= $now - INTERVAL 365 DAY
GROUP BY s.freed_by_visit_key ORDER BY visit_key;

-- name: messages
-- All that left in the sprint's days, whomever it was for: the licence pays for all of it too.
SELECT message_key, visit_key, channel, cost_cents AS cents FROM core_messages__messages
WHERE channel <> 'staff' AND sent_at < $now
    AND timezone($timezone, sent_at)::DATE BETWEEN $since AND $until
ORDER BY message_key;

-- name: calls
SELECT message_key, visit_key FROM core_messages__messages
WHERE channel = 'staff' AND purpose = 'reminder' AND status = 'handed_to_staff' AND planned_at < $now
    AND timezone($timezone, planned_at)::DATE BETWEEN $since AND $until
ORDER BY message_key;

-- name: call_minutes
-- Calls timed with the lever on, or, where there is none yet, those timed before: a call is a call.
SELECT minutes FROM core_staff__samples
WHERE activity = 'reminder_call' AND timed_on <= $until
QUALIFY when_phase = 'after' OR NOT bool_or(when_phase = 'after') OVER ()
ORDER BY sample_key;

-- name: parts
SELECT part, visit_key, cents FROM core_value__parts($now, $late_cancel_hours, $visit_value_cents)
WHERE part <> 'prevented' AND timezone($timezone, starts_at)::DATE BETWEEN $since AND $until
ORDER BY part, visit_key;
