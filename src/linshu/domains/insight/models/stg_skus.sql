-- grain: one row per SKU that was not deleted in its source
-- key: sku_id
-- owner: insight
-- materialized: view
SELECT
    sku_id,
    name,
    category_id,
    brand,
    barcode,
    base_unit,
    pack_qty,
    nominal_gram,
    is_weighed,
    shelf_life_days,
    temperature,
    volume_cm3,
    list_price_fen,
    tax_rate_ppm,
    supplier_id,
    supply_mode,
    launched_on,
    retired_on,
    is_combo
FROM std.sku
WHERE NOT deleted
