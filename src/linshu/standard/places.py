"""Places: regions, estates, the groups that sell there, warehouses, pick-up points and the days they are served."""

from __future__ import annotations

from linshu.standard.columns import (
    PUBLIC,
    check,
    choice,
    cm3,
    count,
    day,
    declare,
    flag,
    id_,
    instant,
    location,
    ppm,
    ref,
    scope,
    text,
)

__all__ = ["PLACES"]

TEMPERATURE_ZONES = (
    ("ambient", "常温 | Ambient"),
    ("chilled", "冷藏 | Chilled"),
    ("frozen", "冷冻 | Frozen"),
)

REGION = declare(
    "region",
    "places",
    "区域 | Region",
    "省、市、区县、街道，四级行政区域。 | Province, city, district and street: the four levels of the map.",
    ("region_id",),
    (
        id_(
            "region_id",
            "区域编号 | Region id",
            "区域的唯一编号，可用行政区划代码。 | Unique id, often the official code.",
        ),
        ref(
            "parent_id",
            "上级区域 | Parent region",
            "上一级区域；省级为空。 | The region one level up; empty for a province.",
            to="region",
            example="R-420100",
        ),
        choice(
            "level",
            "层级 | Level",
            "区域在四级中的哪一级。 | Which of the four levels this region is.",
            ("province", "省 | Province"),
            ("city", "市 | City"),
            ("district", "区县 | District"),
            ("street", "街道 | Street"),
            required=True,
            privacy=PUBLIC,
        ),
        text(
            "name",
            "区域名称 | Region name",
            "区域的名称。 | The region's name.",
            required=True,
            privacy=PUBLIC,
            example="武汉市",
        ),
        text(
            "code",
            "行政区划代码 | Official code",
            "国家统计用区划代码；可为空。 | The official statistical code; may be empty.",
            privacy=PUBLIC,
            example="420106",
        ),
        *location(),
    ),
    checks=(
        check(
            "not_own_parent", "parent_id <> region_id", "区域不能是自己的上级。 | A region cannot be its own parent."
        ),
    ),
)

ESTATE = declare(
    "estate",
    "places",
    "小区 | Estate",
    "居民小区：住户在哪里生活，社群与自提点以它为据。 | A residential estate, where households live and groups take root.",
    ("estate_id",),
    (
        id_("estate_id", "小区编号 | Estate id", "小区的唯一编号。 | Unique id of the estate."),
        text(
            "name",
            "小区名称 | Estate name",
            "小区的名称。 | The estate's name.",
            required=True,
            privacy=PUBLIC,
            example="东湖花园",
        ),
        ref(
            "region_id",
            "所属街道 | Street",
            "小区所在的街道（区域表的街道级）。 | The street-level region the estate lies in.",
        ),
        count(
            "households",
            "户数 | Households",
            "小区的入住户数；为空表示未知。 | Occupied homes; empty when unknown.",
            example="1200",
        ),
        text(
            "address",
            "小区地址 | Estate address",
            "小区大门的地址，不含住户信息。 | Address of the estate's gate, no resident's home.",
            privacy=PUBLIC,
            example="武汉市武昌区东湖路 1 号",
        ),
        *location(),
    ),
)

COMMUNITY = declare(
    "community",
    "places",
    "社群 | Community",
    "团长卖货的群：一个小区可以有多个群，一个群也可以覆盖几个小区。 | The selling group; an estate may have several, and several estates may share one.",
    ("community_id",),
    (
        id_("community_id", "社群编号 | Community id", "社群的唯一编号。 | Unique id of the group."),
        text(
            "name",
            "社群名称 | Community name",
            "社群的名称。 | The group's name.",
            required=True,
            example="东湖花园 1 群",
        ),
        ref(
            "estate_id",
            "主小区 | Home estate",
            "社群扎根的小区；为空表示未知。 | The estate the group is rooted in; empty when unknown.",
        ),
        text(
            "chat_group_id",
            "群聊编号 | Chat group id",
            "聊天工具里的群编号；为空表示没有群聊。 | The chat tool's id of the group; empty when it has no chat.",
            example="wx-group-001",
        ),
        ref("channel_id", "渠道 | Channel", "社群所在的销售渠道。 | The sales channel the group belongs to."),
        day("opened_on", "开群日 | Opened on", "社群开始营业的公司日。 | The company day the group opened."),
        day(
            "closed_on",
            "关群日 | Closed on",
            "社群关闭的公司日；为空表示仍在营业。 | The day it closed; empty while it is open.",
            example="2026-09-01",
        ),
        choice(
            "status",
            "社群状态 | Status",
            "社群现在的经营状态。 | The group's present state of business.",
            ("active", "营业 | Active"),
            ("paused", "暂停 | Paused"),
            ("closed", "关闭 | Closed"),
            required=True,
        ),
    ),
    checks=(
        check("open_span", "closed_on >= opened_on", "关群日不能早于开群日。 | A group cannot close before it opens."),
    ),
)

COMMUNITY_ESTATE = declare(
    "community_estate",
    "places",
    "社群覆盖小区 | Community estate",
    "一个社群覆盖哪些小区。 | Which estates a group covers.",
    ("community_id", "estate_id"),
    (
        ref("community_id", "社群 | Community", "覆盖小区的社群。 | The group that covers the estate."),
        ref("estate_id", "小区 | Estate", "被覆盖的小区。 | The estate covered."),
        ppm(
            "share_ppm",
            "成员占比 | Share of members",
            "该小区成员占社群的比例，百万分之一；为空表示未知。 | Share of the group's members living there, parts per million; empty when unknown.",
            example="600000",
        ),
        flag(
            "is_home",
            "是否主小区 | Home estate",
            "是否为社群的主小区。 | Whether this is the group's home estate.",
            example="true",
        ),
    ),
)

WAREHOUSE = declare(
    "warehouse",
    "places",
    "仓库 | Warehouse",
    "中心仓、网格仓及其他仓库。 | Central warehouses, grid stations and others.",
    ("warehouse_id",),
    (
        id_("warehouse_id", "仓库编号 | Warehouse id", "仓库的唯一编号。 | Unique id of the warehouse."),
        text(
            "name",
            "仓库名称 | Warehouse name",
            "仓库的名称。 | The warehouse's name.",
            required=True,
            example="武汉中心仓",
        ),
        choice(
            "level",
            "仓库层级 | Level",
            "仓库在网络中的层级。 | Its place in the network.",
            ("central", "中心仓 | Central"),
            ("grid", "网格仓 | Grid"),
            ("other", "其他 | Other"),
            required=True,
        ),
        ref(
            "parent_id",
            "上级仓库 | Parent warehouse",
            "为它供货的上级仓；中心仓为空。 | The warehouse that feeds it; empty for a central one.",
            to="warehouse",
            example="W00",
        ),
        ref("region_id", "所在区域 | Region", "仓库所在的区域。 | The region it stands in."),
        text(
            "address",
            "仓库地址 | Warehouse address",
            "仓库的地址。 | The warehouse's address.",
            example="武汉市东西湖区金银潭大道 8 号",
        ),
        cm3(
            "capacity_cm3",
            "存储容量 | Storage capacity",
            "可存放的体积，立方厘米；为空表示未知。 | Volume it can hold, cubic centimetres; empty when unknown.",
            example="500000000",
        ),
        count(
            "capacity_per_day",
            "日处理能力 | Daily capacity",
            "每天能处理的件数；为空表示未知。 | Pieces it can handle a day; empty when unknown.",
            example="20000",
        ),
        flag(
            "has_ambient", "有常温区 | Ambient zone", "是否有常温区。 | Whether it has an ambient zone.", example="true"
        ),
        flag(
            "has_chilled", "有冷藏区 | Chilled zone", "是否有冷藏区。 | Whether it has a chilled zone.", example="true"
        ),
        flag("has_frozen", "有冷冻区 | Frozen zone", "是否有冷冻区。 | Whether it has a frozen zone."),
        text(
            "operator_name",
            "运营方 | Operator",
            "实际运营仓库的公司或个人；为空表示自营。 | Who runs it; empty means the company itself.",
            example="江岸网格商",
        ),
        ref(
            "payee_account_id",
            "收款账户 | Payee account",
            "网格仓结算收款的账户；自营为空。 | The account a grid station is paid on; empty when own.",
            to="payee_account",
        ),
        *location(),
    ),
    checks=(
        check(
            "not_own_parent",
            "parent_id <> warehouse_id",
            "仓库不能是自己的上级。 | A warehouse cannot be its own parent.",
        ),
    ),
)

PICKUP_POINT = declare(
    "pickup_point",
    "places",
    "自提点 | Pick-up point",
    "会员取货的地方。 | Where members collect their goods.",
    ("pickup_point_id",),
    (
        id_("pickup_point_id", "自提点编号 | Pick-up point id", "自提点的唯一编号。 | Unique id of the point."),
        text(
            "name",
            "自提点名称 | Point name",
            "自提点的名称。 | The point's name.",
            required=True,
            example="东湖花园便利店",
        ),
        ref("estate_id", "所在小区 | Estate", "自提点所在的小区。 | The estate it stands in."),
        choice(
            "operator_kind",
            "运营者类型 | Operator kind",
            "谁在运营自提点。 | Who runs the point.",
            ("leader", "团长 | Leader"),
            ("shop", "便利店等第三方 | Shop or third party"),
            ("company", "自营 | The company"),
        ),
        ref(
            "leader_id",
            "运营团长 | Operating leader",
            "由团长运营时的团长；否则为空。 | The leader who runs it; empty when another does.",
        ),
        count(
            "capacity_per_day",
            "日容量 | Capacity per day",
            "每天能接收的件数；为空表示未知。 | Pieces it can take a day; empty when unknown.",
            example="300",
        ),
        text(
            "opening_time", "开门时间 | Opens", "每天开门的时刻，HH:MM。 | Daily opening time, HH:MM.", example="08:00"
        ),
        text(
            "closing_time", "关门时间 | Closes", "每天关门的时刻，HH:MM。 | Daily closing time, HH:MM.", example="21:00"
        ),
        flag("has_chilled", "可冷藏 | Chilled storage", "是否能冷藏存放。 | Whether it can keep goods chilled."),
        flag("has_frozen", "可冷冻 | Frozen storage", "是否能冷冻存放。 | Whether it can keep goods frozen."),
        text(
            "address",
            "自提点地址 | Point address",
            "自提点的地址。 | The point's address.",
            privacy=PUBLIC,
            example="东湖花园 3 栋底商",
        ),
        choice(
            "status",
            "自提点状态 | Status",
            "自提点现在是否可用。 | Whether the point is in use.",
            ("active", "启用 | Active"),
            ("paused", "暂停 | Paused"),
            ("closed", "关闭 | Closed"),
        ),
        *location(),
    ),
)

SERVICE_CALENDAR = declare(
    "service_calendar",
    "places",
    "服务日历 | Service calendar",
    "某个范围在某天是否配送、截单是否改期；没有记录即正常营业。 | Whether a place or line is served on a day; no row means business as usual.",
    ("scope_kind", "scope_id", "service_date"),
    (
        *scope("日历适用的范围类型。 | What kind of place or line the day applies to."),
        day("service_date", "服务日 | Service day", "适用的公司日。 | The company day it applies to."),
        choice(
            "state",
            "服务状态 | State",
            "当天的服务状态。 | The state of service on that day.",
            ("open", "正常 | Open"),
            ("no_delivery", "停配 | No delivery"),
            ("shifted", "截单改期 | Shifted cut-off"),
            required=True,
        ),
        instant(
            "cut_off_at",
            "改后截单时间 | Shifted cut-off",
            "截单改期后的截单时刻；其他状态为空。 | The moved cut-off; empty in the other states.",
        ),
        text("reason", "原因 | Reason", "停配或改期的原因。 | Why service stops or moves.", example="春节停配"),
    ),
    checks=(
        check(
            "shift_says_when",
            "state <> 'shifted' OR cut_off_at IS NOT NULL",
            "截单改期必须写明新的截单时间。 | A shifted cut-off must say when.",
        ),
    ),
)

PLACES = (REGION, ESTATE, COMMUNITY, COMMUNITY_ESTATE, WAREHOUSE, PICKUP_POINT, SERVICE_CALENDAR)
