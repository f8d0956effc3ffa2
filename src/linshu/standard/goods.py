"""Goods: categories, SKUs, what a combo is made of, and what things cost where and when."""

from __future__ import annotations

from linshu.standard.columns import (
    PUBLIC,
    check,
    choice,
    cm3,
    count,
    day,
    declare,
    fen,
    flag,
    gram,
    id_,
    lasting,
    ppm,
    qty,
    ref,
    scope,
    text,
)
from linshu.standard.places import TEMPERATURE_ZONES

__all__ = ["FUNDERS", "GOODS"]

FUNDERS = (
    ("platform", "平台 | Platform"),
    ("merchant", "商家 | Merchant"),
    ("supplier", "供应商 | Supplier"),
    ("leader", "团长 | Leader"),
)

CATEGORY = declare(
    "category",
    "goods",
    "品类 | Category",
    "商品的分类树。 | The tree of goods.",
    ("category_id",),
    (
        id_("category_id", "品类编号 | Category id", "品类的唯一编号。 | Unique id of the category."),
        ref(
            "parent_id",
            "上级品类 | Parent category",
            "上一级品类；顶级为空。 | The category one level up; empty at the top.",
            to="category",
            example="G-fresh",
        ),
        text(
            "name",
            "品类名称 | Category name",
            "品类的名称。 | The category's name.",
            required=True,
            privacy=PUBLIC,
            example="水果",
        ),
        count("level", "层级 | Level", "从 1 开始的层级。 | Its level, counted from 1.", minimum=1, example="1"),
    ),
    checks=(
        check(
            "not_own_parent",
            "parent_id <> category_id",
            "品类不能是自己的上级。 | A category cannot be its own parent.",
        ),
    ),
)

SKU = declare(
    "sku",
    "goods",
    "商品 | SKU",
    "可以卖的最小商品单位。 | The smallest thing that is sold.",
    ("sku_id",),
    (
        id_("sku_id", "商品编号 | SKU id", "商品的唯一编号。 | Unique id of the SKU."),
        text(
            "name",
            "商品名称 | SKU name",
            "商品的名称。 | The SKU's name.",
            required=True,
            privacy=PUBLIC,
            example="阳光玫瑰葡萄 500g",
        ),
        ref("category_id", "品类 | Category", "商品所属的品类。 | The category it belongs to."),
        text(
            "brand",
            "品牌 | Brand",
            "商品的品牌；没有则为空。 | Its brand; empty when none.",
            privacy=PUBLIC,
            example="云岭",
        ),
        text(
            "barcode",
            "条码 | Barcode",
            "商品条码；没有则为空。 | Its barcode; empty when none.",
            privacy=PUBLIC,
            example="6901234567892",
        ),
        choice(
            "base_unit",
            "基本单位 | Base unit",
            "数量以什么为单位计数。 | The unit in which quantities count.",
            ("piece", "件 | Piece"),
            ("gram", "克 | Gram"),
            ("millilitre", "毫升 | Millilitre"),
            required=True,
        ),
        qty(
            "pack_qty",
            "每箱数量 | Pack",
            "采购的一箱有多少基本单位；为空视为 1。 | Base units in one purchased pack; empty means 1.",
            minimum=1,
            example="12",
        ),
        gram(
            "nominal_gram",
            "标称克重 | Nominal weight",
            "一个基本单位的标称重量，克；为空表示未知。 | Nominal weight of one base unit in grams; empty when unknown.",
        ),
        flag(
            "is_weighed",
            "称重商品 | Weighed",
            "是否按实际重量结算并退差价。 | Whether settled by true weight with price-difference refunds.",
        ),
        count(
            "shelf_life_days",
            "保质期 | Shelf life",
            "保质天数；为空表示不限。 | Days it keeps; empty means no limit.",
            example="5",
        ),
        choice(
            "temperature", "温层 | Temperature", "储运所需的温层。 | The zone it must be kept in.", *TEMPERATURE_ZONES
        ),
        cm3(
            "volume_cm3",
            "体积 | Volume",
            "一个基本单位的体积，立方厘米；为空表示未知。 | Volume of one base unit, cubic centimetres; empty when unknown.",
        ),
        fen("list_price_fen", "标价 | List price", "划线标价，单位分。 | The list price in fen.", privacy=PUBLIC),
        ppm(
            "tax_rate_ppm",
            "税率 | Tax rate",
            "增值税率，百万分之一；为空按 0。 | VAT rate in parts per million; empty means 0.",
            example="90000",
        ),
        ref("supplier_id", "供应商 | Supplier", "默认供应商。 | The usual supplier."),
        choice(
            "supply_mode",
            "供货方式 | Supply mode",
            "商品怎样备货。 | How the goods are made ready.",
            ("stocked", "备货 | Stocked"),
            ("prepared", "预制加工 | Prepared"),
            ("buy_to_order", "以销定采 | Buy to order"),
            ("dropship", "一件代发 | Dropship"),
        ),
        day("launched_on", "上架日 | Launched on", "首次可售的公司日。 | The company day it could first be sold."),
        day(
            "retired_on",
            "下架日 | Retired on",
            "停售的公司日；为空表示在售。 | The day it stopped being sold; empty while sold.",
            example="2026-09-01",
        ),
        flag("is_combo", "组合商品 | Combo", "是否由其他商品组合而成。 | Whether it is made of other SKUs."),
    ),
    checks=(
        check("sold_span", "retired_on >= launched_on", "下架日不能早于上架日。 | It cannot retire before its launch."),
    ),
)

SKU_COMPONENT = declare(
    "sku_component",
    "goods",
    "商品组成 | SKU component",
    "组合与分装商品由什么组成。 | What combos and portions are made of.",
    ("sku_id", "component_sku_id"),
    (
        ref("sku_id", "组合商品 | Combo", "被组成的商品。 | The SKU that is made."),
        ref(
            "component_sku_id",
            "组成商品 | Component",
            "组成它的商品。 | The SKU it is made of.",
            to="sku",
            example="SKU0002",
        ),
        qty(
            "qty",
            "用量 | Quantity",
            "每一个组合商品用多少组成商品（基本单位）。 | Base units of the component in one of the combo.",
            minimum=1,
            required=True,
        ),
        ppm(
            "yield_ppm",
            "出成率 | Yield",
            "加工后得到的比例，百万分之一；为空视为全部。 | Share left after processing, parts per million; empty means all.",
            example="950000",
        ),
    ),
    checks=(
        check("not_itself", "component_sku_id <> sku_id", "商品不能由自己组成。 | A SKU cannot be made of itself."),
    ),
)

PRICE = declare(
    "price",
    "goods",
    "价格 | Price",
    "商品在某个范围、某段时间的售价与成本。 | A SKU's sale price and cost within a scope and span.",
    ("sku_id", "scope_kind", "scope_id", "valid_from"),
    (
        ref("sku_id", "商品 | SKU", "定价的商品。 | The SKU priced."),
        *scope("价格适用的范围类型。 | Where the price applies."),
        *lasting("生效时间 | Valid from", "失效时间 | Valid to"),
        fen(
            "sale_price_fen",
            "售价 | Sale price",
            "一个基本单位的售价，单位分。 | Price of one base unit in fen.",
            required=True,
        ),
        fen(
            "cost_fen",
            "成本 | Cost",
            "一个基本单位的含税成本，单位分；为空表示未知。 | Cost of one base unit with VAT in fen; empty when unknown.",
            example="1400",
        ),
        choice(
            "funder",
            "让利方 | Funder",
            "低于标价的部分由谁承担；没有让利则为空。 | Who bears the reduction below list price; empty when none.",
            *FUNDERS,
        ),
        text("reason", "调价原因 | Reason", "为什么是这个价。 | Why this price.", example="周末特价"),
    ),
    history_of=("sku_id", "scope_kind", "scope_id"),
)

GOODS = (CATEGORY, SKU, SKU_COMPONENT, PRICE)
