-- grain: one row per SKU, warehouse, stock batch and day received that still holds stock after all that was booked
-- key: sku_id, warehouse_id, stock_batch_id, received_on
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, stock_batch_id, received_on)
-- warn: not_negative: SELECT sku_id, warehouse_id, stock_batch_id, on_hand_qty FROM fct_stock_lots WHERE on_hand_qty < 0
-- column: sku_id, warehouse_id: what, and where
-- column: stock_batch_id: the stock batch; '' for goods booked without one, which have a row for each day they came in
-- column: supplier_id: who supplied the batch; the SKU's usual supplier where no batch says so
-- column: received_on: the company day it first came into this warehouse
-- column: produced_on: the day it was made; empty when unknown
-- column: expires_on: its last good day: the batch's own, else made or received plus the SKU's shelf life; empty when unknown
-- column: shelf_days: how long such goods keep in all: from making to the last good day, else the SKU's shelf life
-- column: days_left, is_near, is_expired, idle_days: as fct_lot_days says, as of known_on
-- column: received_qty (qty): what the batch received, of goods without a batch what came in; empty when unknown
-- column: on_hand_qty (qty): what is left of it; below zero when more left than came
-- column: on_hand_fen (fen): its share of the stock's value at cost
-- column: unit_cost_fen (fen): cost of one base unit: the batch's own, else of what came in; empty when unknown
-- column: known_on: the last company day on which anything was booked
-- late: a late movement changes the rows of its SKU; the table is rebuilt
-- empty: no stock is booked, or none is left
SELECT * EXCLUDE (stock_date), stock_date AS known_on
FROM fct_lot_days
WHERE stock_date = (SELECT max(stock_date) FROM fct_stock_days)
