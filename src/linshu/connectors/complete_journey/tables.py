"""Complete Journey's parquet files as SELECTs in the columns of the standard; `wall(moment)` makes a wall clock an instant."""

from __future__ import annotations

# Cents are whole in the data: rounding only removes the dust of binary fractions.
VIEWS = (
    """CREATE TABLE lines AS SELECT CAST(basket_id AS VARCHAR) AS order_id, product_id, quantity AS qty,
        CAST(household_id AS VARCHAR) AS member_id, CAST(store_id AS VARCHAR) AS store_id, transaction_timestamp AS moment,
        CAST(round(sales_value * 100) AS BIGINT) AS sales, CAST(round(retail_disc * 100) AS BIGINT) AS loyalty,
        CAST(round(coupon_disc * 100) AS BIGINT) AS coupon, CAST(round(coupon_match_disc * 100) AS BIGINT) AS matched
    FROM transactions""",
    # Departments, categories and types, each under its parent; a type may lack its category.
    """CREATE VIEW shelves AS SELECT product_id, manufacturer_id, brand, product_type, package_size,
        department AS first, department || '/' || product_category AS second,
        department || '/' || product_category || '/' || product_type AS third, product_category
    FROM products""",
)

TABLES: tuple[tuple[str, str], ...] = (
    (
        "region",
        """SELECT * FROM (VALUES
            ('cj', NULL, 'province', 'Complete Journey'), ('cj-city', 'cj', 'city', 'Complete Journey'),
            ('cj-district', 'cj-city', 'district', 'Complete Journey'),
            ('cj-street', 'cj-district', 'street', 'Complete Journey')) AS t(region_id, parent_id, level, name)""",
    ),
    ("channel", "SELECT 'store' AS channel_id, 'Stores' AS name, 'store' AS kind"),
    (
        "estate",
        "SELECT DISTINCT store_id AS estate_id, 'Store ' || store_id AS name, 'cj-street' AS region_id FROM lines ORDER BY 1",
    ),
    (
        "community",
        """SELECT store_id AS community_id, 'Store ' || store_id AS name, store_id AS estate_id, 'store' AS channel_id,
            CAST(min(moment) AS DATE) AS opened_on, 'active' AS status FROM lines GROUP BY store_id ORDER BY 1""",
    ),
    (
        "community_estate",
        "SELECT DISTINCT store_id AS community_id, store_id AS estate_id, true AS is_home FROM lines ORDER BY 1",
    ),
    (
        "member",
        """SELECT member_id, wall(min(moment)) AS registered_at, 'store' AS channel_id, false AS is_test
        FROM lines GROUP BY member_id ORDER BY 1""",
    ),
    (
        "survey_answer",
        """SELECT 'demographics' AS survey_id, question AS question_id, CAST(household_id AS VARCHAR) AS respondent_id,
            answer, wall((SELECT min(moment) FROM lines)) AS answered_at
        FROM (UNPIVOT demographics ON COLUMNS(* EXCLUDE (household_id)) INTO NAME question VALUE answer)""",
    ),
    (
        "supplier",
        """SELECT DISTINCT CAST(manufacturer_id AS VARCHAR) AS supplier_id, 'Manufacturer ' || manufacturer_id AS name,
            'active' AS status FROM products ORDER BY 1""",
    ),
    (
        "category",
        """SELECT DISTINCT first AS category_id, CAST(NULL AS VARCHAR) AS parent_id, first AS name, 1 AS level FROM shelves
        UNION ALL SELECT DISTINCT second, first, product_category, 2 FROM shelves WHERE second IS NOT NULL
        UNION ALL SELECT DISTINCT third, second, product_type, 3 FROM shelves WHERE third IS NOT NULL""",
    ),
    (
        "sku",
        """SELECT CAST(product_id AS VARCHAR) AS sku_id,
            concat_ws(' ', coalesce(product_type, product_category, first), package_size) AS name,
            coalesce(third, second, first) AS category_id, brand, 'piece' AS base_unit,
            CAST(manufacturer_id AS VARCHAR) AS supplier_id, listed.list_price_fen
        FROM shelves LEFT JOIN (
            SELECT product_id, arg_max(sales + loyalty + matched, (moment, order_id)) AS list_price_fen
            FROM lines WHERE qty = 1 GROUP BY product_id) AS listed USING (product_id) ORDER BY product_id""",
    ),
    (
        "campaign",
        """SELECT CAST(campaign_id AS VARCHAR) AS campaign_id, 'Campaign ' || campaign_id || ' (' || campaign_type || ')' AS name,
            'coupon' AS kind, wall(start_date) AS starts_at, wall(end_date + INTERVAL 1 DAY) AS ends_at,
            '{"type": "' || campaign_type || '"}' AS audience, 'supplier' AS funder
        FROM campaign_descriptions ORDER BY campaign_descriptions.campaign_id""",
    ),
    (
        "touch",
        """SELECT campaign_id || '-' || household_id AS touch_id, 'member' AS unit_kind,
            CAST(household_id AS VARCHAR) AS unit_id, CAST(campaign_id AS VARCHAR) AS campaign_id,
            wall(start_date) AS touched_at
        FROM campaigns JOIN campaign_descriptions USING (campaign_id) ORDER BY campaign_id, household_id""",
    ),
    (
        "coupon",
        """SELECT DISTINCT campaign_id || '-' || coupon_upc AS coupon_id, 'Coupon ' || coupon_upc AS name,
            CAST(campaign_id AS VARCHAR) AS campaign_id, 'supplier' AS funder FROM coupons ORDER BY 1""",
    ),
    (
        "coupon_grant",
        """SELECT campaign_id || '-' || coupon_upc || '-' || household_id || '-' || strftime(redemption_date, '%Y%m%d')
                AS coupon_grant_id,
            campaign_id || '-' || coupon_upc AS coupon_id, CAST(household_id AS VARCHAR) AS member_id,
            CAST(campaign_id AS VARCHAR) AS campaign_id, wall(start_date) AS granted_at,
            wall(end_date + INTERVAL 1 DAY) AS expires_at
        FROM coupon_redemptions JOIN campaign_descriptions USING (campaign_id) ORDER BY 1""",
    ),
    (
        "coupon_event",
        """SELECT campaign_id || '-' || coupon_upc || '-' || household_id || '-' || strftime(redemption_date, '%Y%m%d')
                AS coupon_grant_id,
            'used' AS kind, wall(redemption_date) AS occurred_at
        FROM coupon_redemptions ORDER BY 1""",
    ),
    (
        "orders",
        """SELECT order_id, 'store' AS channel_id, any_value(member_id) AS member_id, any_value(store_id) AS community_id,
            'pickup' AS mode, 'closed' AS status, wall(any_value(moment)) AS placed_at, wall(any_value(moment)) AS paid_at,
            wall(any_value(moment)) AS closed_at, CAST(sum(sales + matched) AS BIGINT) AS goods_fen,
            CAST(sum(matched) AS BIGINT) AS discount_merchant_fen, CAST(sum(coupon) AS BIGINT) AS discount_supplier_fen,
            0 AS discount_platform_fen, 0 AS discount_leader_fen, 0 AS shipping_fen,
            CAST(sum(sales - coupon) AS BIGINT) AS paid_fen, false AS is_test, wall(any_value(moment)) AS updated_at
        FROM lines GROUP BY order_id ORDER BY any_value(moment), order_id""",
    ),
    (
        "order_line",
        """SELECT order_id, row_number() OVER (PARTITION BY order_id ORDER BY product_id) AS line_no,
            CAST(product_id AS VARCHAR) AS sku_id, qty,
            CASE WHEN qty > 0 AND (sales + matched) % qty = 0 THEN (sales + matched) // qty END AS unit_price_fen,
            sales + matched AS goods_fen, matched AS discount_merchant_fen, coupon AS discount_supplier_fen,
            0 AS discount_platform_fen, 0 AS discount_leader_fen, sales - coupon AS paid_fen, false AS is_gift,
            wall(moment) AS updated_at
        FROM lines ORDER BY moment, order_id, line_no""",
    ),
)
