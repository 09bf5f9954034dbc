-- 1 missed, 0 arrived, NULL not counted (cancelled in time, deleted, still booked).
-- late_cancel_hours: a cancel with less notice counts as missed; NULL: the clinic does not count them.
CREATE MACRO missed(status, cancelled_at, starts_at, late_cancel_hours) AS
    CASE
        WHEN status = 'arrived' THEN 0
        WHEN status = 'no_show' THEN 1
        WHEN status = 'cancelled'
            AND cancelled_at > starts_at - to_seconds(late_cancel_hours * 3600.0) THEN 1
    END;

CREATE MACRO core_practice__outcomes(late_cancel_hours) AS TABLE
    SELECT
        visit_key,
        patient_key,
        practitioner_key,
        location_key,
        timezone(clinic_tz, starts_at)::DATE AS visit_on,
        missed(status, cancelled_at, starts_at, late_cancel_hours) AS missed
    FROM core_practice__visits;
