-- How often visits of a therapist and of a place were missed so far, shrunk to the prior.
CREATE OR REPLACE TEMP TABLE _practitioner_record AS
SELECT
    practitioner_key,
    visit_on,
    sum(count(*)) OVER of_practitioner AS visits,
    sum(sum(outcome)) OVER of_practitioner AS misses
FROM _visit_moment
WHERE outcome IS NOT NULL AND practitioner_key IS NOT NULL
GROUP BY practitioner_key, visit_on
WINDOW of_practitioner AS (PARTITION BY practitioner_key ORDER BY visit_on ROWS UNBOUNDED PRECEDING);

CREATE OR REPLACE TEMP TABLE _location_record AS
SELECT
    location_key,
    visit_on,
    sum(count(*)) OVER of_location AS visits,
    sum(sum(outcome)) OVER of_location AS misses
FROM _visit_moment
WHERE outcome IS NOT NULL AND location_key IS NOT NULL
GROUP BY location_key, visit_on
WINDOW of_location AS (PARTITION BY location_key ORDER BY visit_on ROWS UNBOUNDED PRECEDING);

CREATE OR REPLACE TEMP MACRO _shrunk(misses, visits) AS
    (coalesce(misses, 0) + getvariable('group_strength') * getvariable('prior_rate'))
    / (coalesce(visits, 0) + getvariable('group_strength'));

CREATE OR REPLACE TEMP TABLE _group_rate AS
SELECT
    v.visit_key,
    _shrunk(p.misses, p.visits) AS practitioner_rate,
    _shrunk(l.misses, l.visits) AS location_rate
FROM _visit_asked AS v
ASOF LEFT JOIN _practitioner_record AS p
    ON v.practitioner_key = p.practitioner_key AND v.known_before_on > p.visit_on
ASOF LEFT JOIN _location_record AS l
    ON v.location_key = l.location_key AND v.known_before_on > l.visit_on;
