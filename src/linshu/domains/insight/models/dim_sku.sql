-- grain: one row per SKU
-- key: sku_id
-- owner: insight
-- materialized: table
-- incremental: key=sku_id narrow=fct_order_lines,stg_skus,stg_listed_skus
-- touched: SELECT c.sku_id FROM changed.fct_order_lines AS c LEFT JOIN dim_sku AS k ON k.sku_id = c.sku_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(sku_id)
-- warn: reference(supplier_id, dim_supplier.supplier_id)
-- column: sku_id, name: the SKU
-- column: category_id, category: the category it belongs to
-- column: category_1_id, category_1: the top category above it (or its own when that is the top)
-- column: list_price_fen (fen): list price of one base unit
-- column: tax_rate_ppm (ppm): VAT; 0 when unknown
-- column: supply_mode: stocked, prepared, buy_to_order or dropship
-- column: is_registered: false when order lines or listings name it but the company keeps no row of it
-- column: brand, base_unit, temperature: as kept; base_unit is piece, gram or millilitre
-- column: pack_qty (qty): base units in a purchased pack
-- column: nominal_gram (gram): nominal weight of one base unit
-- column: volume_cm3 (cm3): volume of one base unit
-- column: is_weighed, is_combo: settled by weight; made of other SKUs
-- column: shelf_life_days: days it keeps
-- column: supplier_id, supplier: who usually supplies it
-- column: launched_on, retired_on: the days it was first and last for sale
-- late: a row that lands late is there after the next build
-- empty: nothing names a SKU
WITH RECURSIVE climb AS (
    SELECT category_id, category_id AS above_id, parent_id, name, 0 AS steps FROM stg_categories
    UNION ALL
    SELECT c.category_id, p.category_id, p.parent_id, p.name, c.steps + 1
    FROM climb AS c
    JOIN stg_categories AS p ON p.category_id = c.parent_id
    WHERE c.steps < 10
),

tops AS (
    SELECT
        category_id,
        arg_max(above_id, steps) AS top_id,
        arg_max(name, steps) AS top_name,
        arg_min(name, steps) AS own_name
    FROM climb
    GROUP BY category_id
),

named AS (
    SELECT sku_id FROM fct_order_lines
    UNION SELECT sku_id FROM stg_listed_skus
)

SELECT
    s.sku_id, s.name, s.category_id,
    coalesce(t.own_name, s.category_id) AS category,
    coalesce(t.top_id, s.category_id) AS category_1_id,
    coalesce(t.top_name, s.category_id) AS category_1,
    s.brand, s.base_unit, s.pack_qty, s.nominal_gram,
    coalesce(s.is_weighed, FALSE) AS is_weighed,
    s.shelf_life_days, s.temperature, s.volume_cm3, s.list_price_fen,
    coalesce(s.tax_rate_ppm, 0) AS tax_rate_ppm,
    s.supplier_id, u.name AS supplier, s.supply_mode, s.launched_on, s.retired_on,
    coalesce(s.is_combo, FALSE) AS is_combo,
    TRUE AS is_registered
FROM stg_skus AS s
LEFT JOIN tops AS t ON t.category_id = s.category_id
LEFT JOIN dim_supplier AS u ON u.supplier_id = s.supplier_id
UNION ALL
SELECT
    sku_id, sku_id, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL,
    FALSE,
    NULL, NULL, NULL, NULL,
    0,
    NULL, NULL, NULL, NULL, NULL,
    FALSE,
    FALSE
FROM named
WHERE sku_id IS NOT NULL AND sku_id NOT IN (SELECT sku_id FROM stg_skus)
