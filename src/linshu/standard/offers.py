"""Offers: the channels and shops sold through, the batches of group buying, and what was listed in them."""

from __future__ import annotations

from linshu.standard.columns import (
    PUBLIC,
    check,
    choice,
    clock,
    count,
    day,
    declare,
    fen,
    flag,
    id_,
    instant,
    qty,
    ref,
    scope,
    text,
)
from linshu.standard.goods import FUNDERS

__all__ = ["OFFERS"]

CHANNEL = declare(
    "channel",
    "sale",
    "渠道 | Channel",
    "成交发生的平台或入口。 | The platform or door a sale comes through.",
    ("channel_id",),
    (
        id_("channel_id", "渠道编号 | Channel id", "渠道的唯一编号。 | Unique id of the channel."),
        text(
            "name",
            "渠道名称 | Channel name",
            "渠道的名称。 | The channel's name.",
            required=True,
            privacy=PUBLIC,
            example="微信小程序",
        ),
        choice(
            "kind",
            "渠道类型 | Kind",
            "渠道属于哪一类。 | What sort of channel.",
            ("mini_program", "小程序 | Mini-program"),
            ("group_tool", "接龙工具 | Group-buying tool"),
            ("marketplace", "电商平台 | Marketplace"),
            ("store", "线下门店 | Store"),
            ("live", "直播 | Live stream"),
            ("payment", "支付渠道 | Payment channel"),
            ("other", "其他 | Other"),
        ),
    ),
)


SHOP = declare(
    "shop",
    "sale",
    "店铺 | Shop",
    "渠道上的店铺。 | A shop on a channel.",
    ("shop_id",),
    (
        id_("shop_id", "店铺编号 | Shop id", "店铺的唯一编号。 | Unique id of the shop."),
        text(
            "name",
            "店铺名称 | Shop name",
            "店铺的名称。 | The shop's name.",
            required=True,
            privacy=PUBLIC,
            example="邻家鲜生旗舰店",
        ),
        ref("channel_id", "渠道 | Channel", "店铺所在的渠道。 | The channel it stands on."),
        text(
            "merchant_no",
            "商户号 | Merchant number",
            "支付商户号；没有则为空。 | The payment merchant number; empty when none.",
            example="1600001234",
        ),
    ),
)


SALE_BATCH = declare(
    "sale_batch",
    "sale",
    "团期 | Sale batch",
    "一期团购：何时开团、截单、配送。 | One round of group buying: when it opens, cuts off and is delivered.",
    ("batch_id",),
    (
        id_("batch_id", "团期编号 | Batch id", "团期的唯一编号。 | Unique id of the batch.", example="B20260301"),
        text("name", "团期名称 | Batch name", "团期的名称。 | The batch's name.", example="3 月 1 日团"),
        *scope(
            "团期开放的范围类型；为空表示全公司。 | Where the batch is open; empty means everywhere.", required=False
        ),
        *clock("opened", "开团 | Opened", "开始接单的时刻。 | The moment it takes orders.", required=True),
        instant(
            "cut_off_at",
            "截单时间 | Cut-off",
            "停止接单的时刻。 | The moment it stops taking orders.",
            required=True,
            example="2026-03-01 23:00:00+08:00",
        ),
        day(
            "delivery_date",
            "配送日 | Delivery day",
            "计划送到自提点的公司日。 | The company day it is due at the points.",
            example="2026-03-02",
        ),
        choice(
            "status",
            "团期状态 | Status",
            "团期现在的状态。 | The batch's present state.",
            ("planned", "未开 | Planned"),
            ("open", "进行中 | Open"),
            ("closed", "已截单 | Closed"),
            ("delivered", "已配送 | Delivered"),
            ("cancelled", "已取消 | Cancelled"),
            required=True,
        ),
    ),
    checks=(
        check(
            "opens_before_cut_off",
            "cut_off_at > opened_at",
            "截单时间必须晚于开团时间。 | The cut-off must lie after the opening.",
        ),
        check(
            "delivers_after_opening",
            "delivery_date >= opened_date",
            "配送日不能早于开团日。 | Delivery cannot come before the opening.",
        ),
    ),
)


LISTING = declare(
    "listing",
    "sale",
    "上架 | Listing",
    "商品在某个团期、某个范围以什么价、多少配额出售。 | A SKU offered in a batch and scope, at a price, with a quota.",
    ("listing_id",),
    (
        id_("listing_id", "上架编号 | Listing id", "上架的唯一编号。 | Unique id of the listing."),
        ref("batch_id", "团期 | Batch", "所属团期。 | The batch it belongs to.", required=True),
        ref("sku_id", "商品 | SKU", "上架的商品。 | The SKU offered.", required=True),
        *scope("上架面向的范围类型；全公司写 all 与 `*`。 | Where it is offered; everywhere is all and `*`."),
        fen(
            "price_fen",
            "上架价 | Listing price",
            "一个基本单位的上架价，单位分。 | Price of one base unit in fen.",
            required=True,
        ),
        fen(
            "new_member_price_fen",
            "新人价 | New-member price",
            "新会员专享价，单位分；没有则为空。 | Price for new members in fen; empty when none.",
            example="990",
        ),
        fen(
            "reference_price_fen",
            "划线价 | Reference price",
            "展示时划掉、用来比较的原价，单位分；与上架价相同表示没有划线；为空则以商品标价为划线价；标明是厂商建议零售价的不算。"
            " | The former price shown struck out, in fen; the listing price itself means none is shown; when empty the SKU's"
            " list price counts as struck out; a price labelled as the maker's recommendation does not count.",
            example="1290",
        ),
        choice(
            "funder",
            "让利方 | Funder",
            "让利由谁承担；没有让利则为空。 | Who bears the reduction; empty when none.",
            *FUNDERS,
        ),
        qty(
            "quota_qty",
            "配额 | Quota",
            "可售数量（基本单位）；为空表示不限。 | Base units that may be sold; empty means no limit.",
            example="200",
        ),
        qty(
            "limit_qty",
            "每人限购 | Limit per member",
            "每位会员限购数量；为空表示不限。 | Most one member may buy; empty means no limit.",
            minimum=1,
            example="3",
        ),
        flag(
            "is_new_member_only",
            "新人专享 | New members only",
            "是否只卖给新会员。 | Whether only new members may buy.",
        ),
        count(
            "display_rank",
            "展示位 | Display rank",
            "列表里的位置，1 在最前；为空表示未知。 | Place in the list, 1 first; empty when unknown.",
            minimum=1,
            example="1",
        ),
        *clock(
            "listed",
            "上架 | Listed",
            "开始可售的时刻；为空按团期开团。 | The moment it could be bought; empty means the batch's opening.",
        ),
        instant(
            "sold_out_at",
            "售罄时间 | Sold out at",
            "配额卖完的时刻；为空表示未售罄。 | The moment the quota was gone; empty when it was not.",
        ),
        instant(
            "closed_at",
            "下架时间 | Closed at",
            "提前关闭的时刻；为空表示卖到截单。 | The moment it was closed early; empty when it ran to the cut-off.",
        ),
        choice(
            "closed_by",
            "关闭原因 | Closed by",
            "谁或什么让它提前关闭；为空表示没有提前关闭。 | What closed it early; empty when nothing did.",
            ("sold_out", "售罄 | Sold out"),
            ("buyer", "采购 | Buyer"),
            ("leader", "团长 | Leader"),
            ("quality", "质量问题 | Quality"),
            ("system", "系统 | System"),
        ),
    ),
    checks=(
        check(
            "sells_before_sold_out",
            "sold_out_at >= listed_at",
            "售罄时间不能早于上架时间。 | It cannot sell out before it is listed.",
        ),
        check(
            "closes_after_listing",
            "closed_at >= listed_at",
            "下架时间不能早于上架时间。 | It cannot close before it is listed.",
        ),
    ),
)

OFFERS = (CHANNEL, SHOP, SALE_BATCH, LISTING)
