-- grain: one row per region, day and day its weather was forecast
-- key: region_id, day, made_on
-- owner: supply
-- materialized: view
-- check: unique(region_id, day, made_on)
-- column: region_id: the city, as regions are listed
-- column: made_on: the company day at whose end it was told
-- column: day: the day it is about
-- column: celsius: the day's mean temperature, degrees Celsius
-- column: rain_mm: rain of the day in millimetres; empty when nothing is said of it
-- late: a forecast is never changed; a newer one has another made_on
-- empty: the demand forecast does without
SELECT region_id, made_on, day, celsius, rain_mm
FROM stg_weather_forecasts
