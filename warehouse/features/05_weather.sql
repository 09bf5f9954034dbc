-- Extremes of the last forecast fetched before the decision; nothing where none was kept.
-- Degrees count below 39 F and above 89 F, where missed visits rise (1,048,575 appointments in Philadelphia).
CREATE OR REPLACE TEMP TABLE _weather AS
SELECT
    v.visit_key,
    CASE WHEN w.temperature_min_c IS NOT NULL
        THEN greatest(39 - (w.temperature_min_c * 1.8 + 32), 0) END AS degrees_below_39f,
    CASE WHEN w.temperature_max_c IS NOT NULL
        THEN greatest((w.temperature_max_c * 1.8 + 32) - 89, 0) END AS degrees_above_89f,
    w.snowfall_cm,
    w.wind_max_kmh
FROM _visit_asked AS v
ASOF LEFT JOIN core_weather__forecasts AS w
    ON v.location_key = w.place AND v.visit_on = w.forecast_on AND v.decided_at >= w.fetched_at;
