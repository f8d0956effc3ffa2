"""The peer's page: six figures, sales by day, a ranking of districts, the fifty best leaders, by SQL over the same tables.

Run by Streamlit itself, with nothing but Streamlit, DuckDB and pandas; its argument is the DuckDB file.
"""

import sys

import duckdb
import streamlit as st

SOLD = "is_paid AND NOT is_gift AND NOT is_test"

st.set_page_config(layout="wide", page_title="peer")
db = duckdb.connect(sys.argv[1], read_only=True)
db.execute("SET search_path = 'mart'")
((goods, members, leaders),) = db.sql(
    f"SELECT sum(goods_fen) / 100, count(DISTINCT member_id), count(DISTINCT leader_id) FROM fct_order_lines WHERE {SOLD}"
).fetchall()
((orders, paid),) = db.sql(
    "SELECT count(*), sum(paid_fen) / 100 FROM fct_orders WHERE is_paid AND NOT is_test"
).fetchall()
((refunded,),) = db.sql("SELECT sum(amount_fen) / 100 FROM fct_refunds WHERE NOT is_test").fetchall()
figures = {
    "GMV": f"{goods:,.0f}", "orders": f"{orders:,}", "members": f"{members:,}", "leaders": f"{leaders:,}",
    "AOV": f"{paid / orders:,.2f}", "refund rate": f"{(refunded or 0) / goods:.2%}",
}  # fmt: skip
for place, (name, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
    place.metric(name, value)
by_day = db.sql(
    f"SELECT paid_date, sum(goods_fen) / 100 AS gmv FROM fct_order_lines WHERE {SOLD} GROUP BY 1 ORDER BY 1"
).df()
st.line_chart(by_day, x="paid_date", y="gmv")
by_district = db.sql(
    f"""SELECT coalesce(r.name, '?') AS district, sum(goods_fen) / 100 AS gmv FROM fct_order_lines AS f
    LEFT JOIN dim_community AS c USING (community_id) LEFT JOIN dim_region AS r ON r.region_id = c.district_id
    WHERE {SOLD} GROUP BY 1 ORDER BY 2 DESC LIMIT 19"""
).df()
st.bar_chart(by_district, x="district", y="gmv", horizontal=True)
best = db.sql(
    f"""SELECT l.name, g.* FROM (SELECT leader_id, sum(goods_fen) / 100 AS gmv, count(DISTINCT order_id) AS orders
    FROM fct_order_lines WHERE {SOLD} GROUP BY 1 ORDER BY 2 DESC LIMIT 50) AS g LEFT JOIN dim_leader AS l USING (leader_id)
    ORDER BY gmv DESC"""
).df()
st.dataframe(best)
