"""Do people come, stay and bring others, and are the groups alive: members, retention, visits, referrals, temperature."""

from linshu.domains.growth.conversions import CONVERSIONS, COUPONS
from linshu.engine.metrics.declare import Better, Measure, Metric, Unit, distinct, percentile, ratio, rows, total
from linshu.engine.metrics.expression import Col, Expression
from linshu.kernel.text import Text

OWNER = "growth"


def _count(
    name: str, title: Text, definition: Text, formula: Measure | Expression, better: Better = Better.HIGHER
) -> Metric:
    return Metric(name, title, definition, Unit.COUNT, formula, OWNER, better)


MEMBERS = (
    _count(
        "new_members",
        Text("新增会员", "New members"),
        Text(
            "当期注册的人数，不含测试账号，按注册的公司日；按会员的家所在地拆分。",
            "Persons registered in the period, tests left out, by day registered; places are those of the member's home.",
        ),
        rows("members"),
    ),
    _count(
        "repurchase_buyers",
        Text("复购观察人数", "Buyers with a full window"),
        Text(
            "当期有已支付订单、且之后 30 天已完整的人数。",
            "Persons with a paid order in the period whose 30 days from it are complete.",
        ),
        distinct("repurchases", "member_id", Col("is_mature_30d")),
    ),
    _count(
        "repurchasing_buyers",
        Text("复购人数", "Buyers who bought again"),
        Text(
            "其中 30 天内（订单日为第一天）在至少两个团期购买的人数。",
            "Of these, those who bought in at least two batches within 30 days, the order's day being the first.",
        ),
        distinct("repurchases", "member_id", Col("is_mature_30d") & Col("rebought_30d")),
    ),
    Metric(
        "repurchase_rate",
        Text("复购率", "Repurchase rate"),
        Text(
            "30 天内在至少两个团期购买的人数 ÷ 购买人数，只看完整的 30 天窗口；没有团期的订单以日为团期。",
            "Buyers in at least two batches within 30 days divided by buyers, full windows only; without batches a day counts as one.",
        ),
        Unit.RATIO,
        ratio("repurchasing_buyers", "repurchase_buyers"),
        OWNER,
    ),
)


_AGAIN = Col("next_days").known()

CYCLE = (
    _count(
        "purchases_followed",
        Text("有下一次的购买数", "Purchases followed by another"),
        Text(
            "当期已支付、且此人迄今又在别的团期买过的订单数。",
            "Paid orders of the period after which the person has bought in another batch by now.",
        ),
        rows("repurchases", _AGAIN),
    ),
    Metric(
        "repurchase_gap_days",
        Text("复购间隔日和", "Days to the next purchase, added up"),
        Text(
            "这些订单到此人下一次在别的团期购买相隔的公司日之和。",
            "Company days from these orders to the person's next purchase in another batch, added up.",
        ),
        Unit.DAYS,
        total("repurchases", Col("next_days"), _AGAIN),
        OWNER,
        Better.NEITHER,
    ),
    Metric(
        "repurchase_cycle",
        Text("复购周期", "Repurchase cycle"),
        Text(
            "当期的购买到下一次（别的团期）购买平均相隔几天：复购间隔日和 ÷ 有下一次的购买数。",
            "Average days from a purchase of the period to the next one in another batch.",
        ),
        Unit.DAYS,
        ratio("repurchase_gap_days", "purchases_followed"),
        OWNER,
        Better.LOWER,
        note=Text(
            "迄今没有再买的不计入，因此越近的时期越偏短；与复购率同看。",
            "Who has not bought again yet is left out, so recent periods look shorter; read it with the repurchase rate.",
        ),
    ),
    Metric(
        "repurchase_cycle_median",
        Text("复购周期中位数", "Median repurchase cycle"),
        Text(
            "当期的购买到下一次（别的团期）购买相隔天数的最近名次中位数。",
            "The median by nearest rank of the days from a purchase of the period to the next one in another batch.",
        ),
        Unit.DAYS,
        percentile("repurchases", Col("next_days"), 50, _AGAIN),
        OWNER,
        Better.LOWER,
        note=Text("迄今没有再买的不计入。", "Who has not bought again yet is left out."),
    ),
)


def _retention(span: str, zh: str, en: str, days: str) -> tuple[Metric, ...]:
    mature, ordered = Col(f"is_mature_{span}"), Col(f"ordered_{span}")
    cohort, kept = f"cohort_{span}", f"retained_{span}"
    return (
        _count(
            cohort,
            Text(f"{zh}留存观察人数", f"Cohort for {en} retention"),
            Text(
                f"首单在当期、且首单后第 {days} 天已过完的人数。",
                f"Persons whose first paid order falls in the period and whose days {days} after it are complete.",
            ),
            rows("cohorts", mature),
            Better.NEITHER,
        ),
        _count(
            kept,
            Text(f"{zh}留存人数", f"Retained in {en}"),
            Text(
                f"其中首单后第 {days} 天有已支付订单的人数。",
                f"Of these, those with a paid order on day {days} after the first.",
            ),
            rows("cohorts", mature & ordered),
        ),
        Metric(
            f"retention_{span}",
            Text(f"{zh}留存率", f"Retention in {en}"),
            Text(
                f"首单在当期的人中，首单后第 {days} 天有已支付订单的比例；未满期的人不计入。",
                f"Of the persons whose first paid order falls in the period, the share with a paid order on day {days} after it; immature ones are hidden.",
            ),
            Unit.RATIO,
            ratio(kept, cohort),
            OWNER,
        ),
    )


RETENTION = (
    *_retention("week_1", "次周", "week 1", "7–13"),
    *_retention("month_1", "次月", "month 1", "30–59"),
    *_retention("month_2", "第二月", "month 2", "60–89"),
)

VISITS = (
    _count(
        "visits",
        Text("访问次数", "Visits"),
        Text("当期的访问次数，按访问的公司日。", "Visits in the period, by day visited."),
        rows("visits"),
    ),
    _count(
        "visitors",
        Text("访客数", "Visitors"),
        Text("当期访问过的人数。", "Different persons who visited in the period."),
        distinct("visits", "visitor_id"),
    ),
    _count(
        "new_visitors",
        Text("新访客数", "New visitors"),
        Text(
            "首次访问落在当期、且之后 7 天已完整的人数。",
            "Persons whose first visit falls in the period and whose 7 days from it are complete.",
        ),
        distinct("visits", "visitor_id", Col("is_first_visit") & Col("is_mature")),
    ),
    _count(
        "converted_visitors",
        Text("新客成交数", "Converted new visitors"),
        Text(
            "新访客中，首次访问后 7 天内下首单且未全退的人数。",
            "New visitors whose first order, not wholly refunded, falls within 7 days of their first visit.",
        ),
        distinct("visits", "visitor_id", Col("is_first_visit") & Col("is_mature") & Col("converts_within_7d")),
    ),
    Metric(
        "acquisition_conversion",
        Text("拉新转化率", "Acquisition conversion"),
        Text(
            "首次访问后 7 天内下首单且未全退的新人 ÷ 新访客，可按带来他们的邀请人拆分；7 天未满的不计入。",
            "New persons whose first order, not wholly refunded, falls within 7 days of their first visit divided by new unique visitors, by inviter; unfinished windows are left out.",
        ),
        Unit.RATIO,
        ratio("converted_visitors", "new_visitors"),
        OWNER,
    ),
)

REFERRALS = (
    _count(
        "referrals",
        Text("邀请人数", "Referrals"),
        Text("当期被邀请来的人数，自邀不计。", "Persons invited in the period, self-invitations left out."),
        rows("referrals", ~Col("is_self")),
    ),
    _count(
        "referrals_converted",
        Text("邀请成交人数", "Referrals who bought"),
        Text("其中迄今有已支付订单的人数。", "Of these, those with a paid order by now."),
        rows("referrals", ~Col("is_self") & Col("is_converted")),
    ),
    Metric(
        "referral_conversion",
        Text("邀请转化率", "Referral conversion"),
        Text("邀请成交人数 ÷ 邀请人数。", "Referrals who bought divided by referrals."),
        Unit.RATIO,
        ratio("referrals_converted", "referrals"),
        OWNER,
    ),
)

_MATURE = Col("is_mature")

SPREAD = (
    _count(
        "members_observed",
        Text("裂变观察会员", "Members observed"),
        Text(
            "当期注册、且 30 天邀请期与其后 30 天成交期都已过完的人数。",
            "Persons registered in the period whose 30 days to invite, and the 30 days to buy after them, are complete.",
        ),
        rows("inviters", _MATURE),
        Better.NEITHER,
    ),
    _count(
        "members_invited",
        Text("裂变邀请人数", "Invited by members observed"),
        Text(
            "观察会员注册后 30 天内（注册日为第一天）邀请来的人数，自邀不计。",
            "Persons the members observed invited within 30 days, the day of registration being the first, self-invitations left out.",
        ),
        total("inviters", Col("invited_30d"), _MATURE),
    ),
    _count(
        "members_won",
        Text("裂变成交人数", "Won by members observed"),
        Text(
            "其中受邀后 30 天内（受邀日为第一天）首次支付的人数。",
            "Of these, those who first paid within 30 days, the day of the invitation being the first.",
        ),
        total("inviters", Col("converted_30d"), _MATURE),
    ),
    Metric(
        "invitations_per_member",
        Text("人均邀请数", "Invitations per member"),
        Text("裂变邀请人数 ÷ 裂变观察会员。", "Invited by members observed divided by members observed."),
        Unit.TIMES,
        ratio("members_invited", "members_observed"),
        OWNER,
    ),
    Metric(
        "invitation_conversion",
        Text("裂变成交率", "Conversion of the invited"),
        Text("裂变成交人数 ÷ 裂变邀请人数。", "Won by members observed divided by invited by members observed."),
        Unit.RATIO,
        ratio("members_won", "members_invited"),
        OWNER,
    ),
    Metric(
        "k_factor",
        Text("裂变系数", "K-factor"),
        Text(
            "人均邀请数 × 裂变成交率，即每位新会员带来几位成交的新会员；只看观察期已满的注册批次，无人受邀时为 0。",
            "Invitations per member times the conversion of the invited: how many buying members each new member brings; mature cohorts only, 0 where nobody was invited.",
        ),
        Unit.TIMES,
        ratio("members_won", "members_observed"),
        OWNER,
        note=Text(
            "团长的邀请不计入，见邀请人数与团长贡献度。",
            "Invitations by leaders are left out; see referrals and leader contribution.",
        ),
    ),
)

GROUPS = (
    _count(
        "messages",
        Text("群消息数", "Messages"),
        Text("群内发言条数；只计数，不看内容。", "Messages in the groups; counted, never read."),
        total("chat", Col("messages")),
    ),
    _count(
        "interactions",
        Text("群互动数", "Interactions"),
        Text("群内点击、接龙、回复等互动次数。", "Clicks, sign-ups, replies and the like in the groups."),
        total("chat", Col("interactions")),
    ),
    _count(
        "chat_joins",
        Text("进群人次", "Joins"),
        Text("当期进群的人次。", "People who joined groups."),
        total("chat", Col("joins")),
    ),
    _count(
        "chat_leaves",
        Text("退群人次", "Leaves"),
        Text("当期退群的人次。", "People who left groups."),
        total("chat", Col("leaves")),
        Better.LOWER,
    ),
    _count(
        "talking_communities",
        Text("发言社群数", "Talking communities"),
        Text("当期至少有一条消息的社群数。", "Groups with at least one message in the period."),
        distinct("chat", "community_id", Col("messages") > 0),
    ),
    _count(
        "community_day_count",
        Text("社群日数", "Group days"),
        Text("计入社群活跃度的社群 × 日数。", "Group days that count for the temperature."),
        rows("community_days"),
        Better.NEITHER,
    ),
    Metric(
        "temperature_ppm_days",
        Text("社群活跃度日和", "Temperature added over group days"),
        Text(
            "每个社群日的活跃度（百万分之一）之和。",
            "The temperature of each group day, in parts per million, added up.",
        ),
        Unit.SCORE,
        total("community_days", Col("temperature_ppm")),
        OWNER,
    ),
    Metric(
        "community_temperature",
        Text("社群活跃度", "Community temperature"),
        Text(
            "0–100 分：近 7 天户均消息（25 %）、互动（20 %）、发言人（25 %）、购买人（30 %）各按 x ÷ (x + 常态) 折算，小群向常态收缩，再对社群日取平均。常态为每户每周 1.0、0.5、0.15、0.15。",
            "0 to 100: messages (25 %), interactions (20 %), speakers (25 %) and buyers (30 %) per household over 7 days, each as x / (x + typical), small groups drawn towards the typical, averaged over group days. Typical per household and week: 1.0, 0.5, 0.15, 0.15.",
        ),
        Unit.SCORE,
        Col("temperature_ppm_days") / (Col("community_day_count") * 10000),
        OWNER,
    ),
)

LEADERS = (
    _count(
        "leader_week_count",
        Text("团长周数", "Leader weeks"),
        Text(
            "计入团长贡献度的团长 × 完整周数：截至该周日的 28 天内有他人已支付订单。按周日归期。",
            "Leaders by complete weeks that count for the contribution: someone else paid with the leader in the 28 days ending that Sunday. By the Sunday.",
        ),
        rows("leader_weeks"),
        Better.NEITHER,
    ),
    Metric(
        "contribution_ppm_weeks",
        Text("团长贡献度周和", "Contribution added over leader weeks"),
        Text(
            "每个团长周的贡献度（百万分之一）之和。",
            "The contribution of each leader week, in parts per million, added up.",
        ),
        Unit.SCORE,
        total("leader_weeks", Col("contribution_ppm")),
        OWNER,
    ),
    Metric(
        "leader_contribution",
        Text("团长贡献度", "Leader contribution"),
        Text(
            "0–100 分：截至周日的 28 天里，户均拉新（20 %）、户均净实付（30 %）、出单天数（15 %）、老客续购（20 %）、投诉少（15 %）加权，小团长向常态收缩，再对团长周取平均。算式与常态值见表 fct_leader_weeks。",
            "0 to 100: over the 28 days ending each Sunday, new buyers per household (20 %), net paid per household (30 %), days with orders (15 %), buyers who came again (20 %) and few complaints (15 %), small leaders drawn towards the typical, averaged over leader weeks. Formula and typical values: table fct_leader_weeks.",
        ),
        Unit.SCORE,
        Col("contribution_ppm_weeks") / (Col("leader_week_count") * 10000),
        OWNER,
        note=Text(
            "自购不计；只算完整的周，本周尚未过完时看上周。",
            "The leader's own orders are left out; complete weeks only, so the running week has none yet.",
        ),
    ),
)

METRICS = (*MEMBERS, *CYCLE, *RETENTION, *VISITS, *REFERRALS, *CONVERSIONS, *COUPONS, *SPREAD, *GROUPS, *LEADERS)
