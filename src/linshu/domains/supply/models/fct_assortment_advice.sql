-- grain: one row per community, SKU and company day for which something is advised
-- key: community_id, sku_id, day
-- owner: supply
-- materialized: table
-- check: unique(community_id, sku_id, day)
-- column: community_id, sku_id, day: where, what, and for which day
-- column: advice: push, keep, try or drop
-- column: expected_qty (qty): what is expected to sell there in a week
-- column: expected_margin_fen, expected_loss_fen (fen): margin and waste that go with it
-- column: place: where in the list it should stand, 1 is first; empty for drop
-- column: reason: the weightiest reason, as a word of the rule
-- column: policy_version: under which version of the rule
-- late: each day is advised once; it is not changed later
-- empty: no advice is published as rows yet; what is advised stands in the ledger of proposals and on its page
SELECT
    CAST(NULL AS VARCHAR) AS community_id,
    CAST(NULL AS VARCHAR) AS sku_id,
    CAST(NULL AS DATE) AS day,
    CAST(NULL AS VARCHAR) AS advice,
    CAST(NULL AS BIGINT) AS expected_qty,
    CAST(NULL AS BIGINT) AS expected_margin_fen,
    CAST(NULL AS BIGINT) AS expected_loss_fen,
    CAST(NULL AS INTEGER) AS place,
    CAST(NULL AS VARCHAR) AS reason,
    CAST(NULL AS INTEGER) AS policy_version
WHERE FALSE
