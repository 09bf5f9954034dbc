-- What the clinic spent on being found, as its file says; one row a spell of spending and channel.
CREATE TABLE core_marketing__spend (
    spend_key VARCHAR PRIMARY KEY,
    channel VARCHAR NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE NOT NULL,
    cost_cents BIGINT NOT NULL CHECK (cost_cents >= 0),
    CHECK (to_on >= from_on)
);

-- One exercise of one patient in one week. `done` is NULL where nothing was logged, which is not zero.
CREATE TABLE core_exercise__weeks (
    patient_key VARCHAR NOT NULL,
    exercise_key VARCHAR NOT NULL,
    week_on DATE NOT NULL,
    prescribed INTEGER NOT NULL CHECK (prescribed > 0),
    done INTEGER CHECK (done >= 0),
    PRIMARY KEY (patient_key, exercise_key, week_on)
);

-- Work that came up and was done, a row a piece. `by_person`: somebody at the clinic had to do it still.
CREATE MACRO core_staff__pieces(now_at) AS TABLE
    SELECT 'reminder_call' AS activity, visit_key, min(coalesce(sent_at, planned_at)) AS done_at,
        bool_or(channel = 'staff') AS by_person
    FROM core_messages__messages
    WHERE purpose = 'reminder' AND (sent_at < now_at OR (status = 'handed_to_staff' AND planned_at < now_at))
    GROUP BY visit_key
    UNION ALL
    SELECT 'verification', visit_key, answered_at, asked_person
    FROM core_insurance__verifications WHERE answered_at < now_at
    UNION ALL
    SELECT 'claim', visit_key, filed_at, true FROM core_claims__claims WHERE filed_at < now_at;

-- Minutes that a piece would have taken by hand, less what it takes a person now: both by the watch. What was
-- not timed both before and after is not here.
CREATE MACRO core_staff__freed(now_at) AS TABLE
    SELECT p.activity, p.visit_key, p.done_at, p.by_person,
        t.before_minutes - CASE WHEN p.by_person THEN t.after_minutes ELSE 0 END AS minutes
    FROM core_staff__pieces(now_at) AS p
    JOIN (
        SELECT activity, avg(minutes) FILTER (WHERE when_phase = 'before') AS before_minutes,
            avg(minutes) FILTER (WHERE when_phase = 'after') AS after_minutes
        FROM core_staff__samples GROUP BY activity
        HAVING before_minutes IS NOT NULL AND after_minutes IS NOT NULL
    ) AS t USING (activity);

-- Visits by the part of the value that they stand in, each in one: who was drawn into an arm is judged by the
-- arms alone (prevented); else who filled a time that another gave up (backfilled); else who came within 14 days
-- after a miss, on a visit booked after it (rebooked); else who was paid at the payer's first answer after a
-- check had brought something to a person (verified).
-- `held_out_weight`: for how many treated visits of its own sprint a held-out one stands. Sprints hold out other
-- shares in other seasons: their arms thrown together would differ by the season.
CREATE MACRO core_value__parts(now_at, late_cancel_hours, visit_value_cents) AS TABLE
    WITH seen AS (
        SELECT visit_key, 1 AS place, 'prevented' AS part, min_by(arm, assigned_at) AS arm,
            min_by(sprint, assigned_at) AS sprint
        FROM core_sprint__assignments GROUP BY visit_key
        UNION ALL
        SELECT DISTINCT came.visit_key, 2, 'backfilled', NULL, NULL
        FROM core_practice__slots s
        JOIN core_practice__visits came ON came.visit_key = s.filled_by_visit_key AND came.starts_at = s.starts_at
        LEFT JOIN core_practice__visits gave ON gave.visit_key = s.freed_by_visit_key
        WHERE s.status = 'filled' AND s.is_booked_anew AND came.status = 'arrived'
            AND gave.patient_key IS DISTINCT FROM came.patient_key
        UNION ALL
        SELECT DISTINCT arg_min(came.visit_key, came.starts_at), 3, 'rebooked', NULL, NULL
        FROM core_practice__visits gone
        JOIN core_practice__visits came ON came.patient_key = gone.patient_key
            AND came.booked_at >= CASE WHEN gone.status = 'no_show' THEN gone.starts_at ELSE gone.cancelled_at END
            AND came.starts_at > gone.starts_at AND came.starts_at <= gone.starts_at + INTERVAL 14 DAY
        WHERE missed(gone.status, gone.cancelled_at, gone.starts_at, late_cancel_hours) = 1
            AND came.status = 'arrived' AND gone.starts_at < now_at
        GROUP BY gone.visit_key
        UNION ALL
        SELECT DISTINCT i.visit_key, 4, 'verified', NULL, NULL
        FROM core_insurance__verifications i
        JOIN core_practice__visits v USING (visit_key)
        JOIN core_claims__payments p USING (visit_key)
        WHERE i.asked_person AND v.status = 'arrived'
            AND p.is_first AND p.paid_cents > 0 AND p.denied_cents = 0 AND p.decided_at < now_at
    ), paid AS (
        SELECT visit_key, sum(paid_cents) AS cents FROM core_claims__payments
        WHERE is_standing AND decided_at < now_at GROUP BY visit_key
    )
    SELECT v.visit_key, v.patient_key, v.practitioner_key, v.location_key, v.visit_type, v.starts_at,
        seen.part, seen.arm, v.status = 'arrived' AS arrived,
        count(*) FILTER (WHERE seen.arm = 'treated') OVER (PARTITION BY seen.sprint)
        / nullif(count(*) FILTER (WHERE seen.arm = 'held_out') OVER (PARTITION BY seen.sprint), 0) AS held_out_weight,
        coalesce(paid.cents, visit_value_cents) AS cents
    FROM seen
    JOIN core_practice__visits v USING (visit_key)
    LEFT JOIN paid USING (visit_key)
    WHERE v.starts_at < now_at AND v.status <> 'booked'
    QUALIFY row_number() OVER (PARTITION BY v.visit_key ORDER BY seen.place) = 1;
