"""Did it arrive in time, whole, and was the member content: delivery, hand-over, after-sale and ratings."""

from linshu.engine.metrics.declare import Better, Measure, Metric, Unit, percentile, ratio, rows, total
from linshu.engine.metrics.expression import Col, Expression
from linshu.kernel.text import Text

OWNER = "fulfilment"


def _pieces(name: str, title: Text, definition: Text, measure: Measure, better: Better = Better.LOWER) -> Metric:
    return Metric(name, title, definition, Unit.QTY, measure, OWNER, better)


def _rate(name: str, title: Text, definition: Text, formula: Expression, better: Better = Better.LOWER) -> Metric:
    return Metric(name, title, definition, Unit.RATIO, formula, OWNER, better)


DELIVERIES = (
    _pieces(
        "pieces_due",
        Text("应送件数", "Pieces due"),
        Text(
            "应在当期送达的件数，缺失的也算，按应送达的公司日。",
            "Pieces due in the period, missing ones included, by day due.",
        ),
        total("deliveries", Col("pieces")),
        Better.NEITHER,
    ),
    _pieces(
        "pieces_on_time",
        Text("准时件数", "Pieces on time"),
        Text("在承诺时刻前由自提点签收（或送达）的件数。", "Pieces point-signed or delivered by the promise."),
        total("deliveries", Col("on_time_pieces")),
        Better.HIGHER,
    ),
    _rate(
        "on_time_rate",
        Text("准时率", "On-time rate"),
        Text(
            "承诺时刻前由自提点签收（或送达）的件数 ÷ 全部应送件数，缺失的计入分母；取货另计。",
            "Pieces point-signed (or delivered) by the promise divided by all pieces due, missing ones included; collection is separate.",
        ),
        ratio("pieces_on_time", "pieces_due"),
        Better.HIGHER,
    ),
    _pieces(
        "pieces_missing",
        Text("缺货件数", "Pieces short"),
        Text(
            "已签收的配送中少到的件数，按应送达的公司日。",
            "Pieces missing from deliveries that were signed, by day due.",
        ),
        total("deliveries", Col("missing_pieces")),
    ),
    _rate(
        "shortage_rate",
        Text("缺货率", "Shortage rate"),
        Text(
            "缺货件数 ÷ 应送（即订购）件数；提前下架的时间另计。",
            "Pieces short divided by pieces ordered and due; listings closed early are separate.",
        ),
        ratio("pieces_missing", "pieces_due"),
    ),
    _pieces(
        "pieces_signed",
        Text("签收件数", "Pieces signed"),
        Text("自提点签收或送达的件数。", "Pieces point-signed or delivered."),
        total("deliveries", Col("signed_pieces")),
        Better.HIGHER,
    ),
    _pieces(
        "pieces_uncollected",
        Text("未取件数", "Pieces not collected"),
        Text("到点后无人来取的件数。", "Pieces that nobody collected from the point."),
        total("deliveries", Col("uncollected_pieces")),
    ),
    _rate(
        "uncollected_rate",
        Text("未取率", "Uncollected rate"),
        Text("未取件数 ÷ 签收件数。", "Pieces not collected divided by pieces signed."),
        ratio("pieces_uncollected", "pieces_signed"),
    ),
)

COLLECTION = (
    Metric(
        "parcels_collected",
        Text("已取配送单数", "Deliveries collected"),
        Text(
            "应在当期送达、已签收且已被取走的配送单数。", "Deliveries due in the period that were signed and collected."
        ),
        Unit.COUNT,
        rows("deliveries", Col("collect_second").known()),
        OWNER,
    ),
    Metric(
        "collection_seconds",
        Text("取货总等待时长", "Waiting for collection, added up"),
        Text("这些配送单从首次签收到最后取走的时长之和。", "Time from first signature to last collection, added up."),
        Unit.SECONDS,
        total("deliveries", Col("collect_second"), Col("collect_second").known()),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "collection_delay",
        Text("取货等待时长", "Average collection delay"),
        Text(
            "从自提点首次签收到会员最后取走的平均时长，按应送达的公司日；未取的另看未取率。",
            "Average time from the point's first signature to the last collection, by day due; what nobody collected shows in the uncollected rate.",
        ),
        Unit.SECONDS,
        ratio("collection_seconds", "parcels_collected"),
        OWNER,
        Better.LOWER,
    ),
)

LATENESS = (
    Metric(
        "delivery_lateness_p90",
        Text("配送迟到九成位", "90th percentile of lateness"),
        Text(
            "已签收配送晚于承诺的时长（准时为 0）从小到大排，最近名次的 90 分位，按应送达的公司日；未签收的另看缺货与准时率。",
            "How long after the promise signed deliveries came (0 when in time), the 90th percentile by nearest rank, by day due; what was never signed shows in the on-time and shortage rates.",
        ),
        Unit.SECONDS,
        percentile("deliveries", Col("late_second"), 90),
        OWNER,
        Better.LOWER,
    ),
)

HANDOVERS = (
    _pieces(
        "handover_expected",
        Text("交接应交件数", "Pieces to hand over"),
        Text(
            "交接单上应交的件数，按交接的公司日。", "Pieces that should have been handed over, by day of the hand-over."
        ),
        total("handovers", Col("expected_qty")),
        Better.NEITHER,
    ),
    _pieces(
        "handover_short",
        Text("交接短少件数", "Pieces short at hand-over"),
        Text("交接清点时短少的件数。", "Pieces found missing at hand-over."),
        total("handovers", Col("short_qty")),
    ),
    _pieces(
        "handover_damaged",
        Text("交接破损件数", "Pieces damaged at hand-over"),
        Text("交接清点时破损的件数。", "Pieces found damaged at hand-over."),
        total("handovers", Col("damaged_qty")),
    ),
    _rate(
        "handover_shortage_rate",
        Text("交接短少率", "Hand-over shortage rate"),
        Text("交接短少件数 ÷ 交接应交件数。", "Pieces short at hand-over divided by pieces to hand over."),
        ratio("handover_short", "handover_expected"),
    ),
)

CASES = (
    Metric(
        "cases",
        Text("售后单数", "After-sale cases"),
        Text("当期发起的售后单数，按发起的公司日。", "Cases opened in the period, by day opened."),
        Unit.COUNT,
        rows("cases"),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "case_rate",
        Text("千行售后率", "Cases per thousand lines"),
        Text("售后单数 × 1000 ÷ 订单行数。", "Cases opened per thousand paid order lines."),
        Unit.PER_MILLE,
        Col("cases") * 1000 / Col("order_lines"),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "compensation_amount",
        Text("售后赔付额", "Granted in cases"),
        Text("售后单上给出的金额，按发起的公司日。", "Money granted in cases, by day opened."),
        Unit.FEN,
        total("cases", Col("granted_fen")),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "recourse_amount",
        Text("追偿额", "Recourse"),
        Text(
            "向责任方追回的金额，按售后单发起的公司日。",
            "Money taken back from the liable party, by day the case opened.",
        ),
        Unit.FEN,
        total("cases", Col("recourse_fen")),
        OWNER,
    ),
    Metric(
        "cases_closed",
        Text("已关闭售后单数", "Cases closed"),
        Text("当期关闭的售后单数，按关闭的公司日。", "Cases closed in the period, by day closed."),
        Unit.COUNT,
        rows("cases", clock="closed"),
        OWNER,
    ),
    Metric(
        "case_seconds",
        Text("售后处理总时长", "Time spent on cases"),
        Text(
            "当期关闭的售后单从发起到关闭的时长之和。",
            "Time from opening to closing of the cases closed in the period, added up.",
        ),
        Unit.SECONDS,
        total("cases", Col("answered_second"), clock="closed"),
        OWNER,
        Better.LOWER,
    ),
    Metric(
        "case_handling_time",
        Text("售后处理时长", "Case handling time"),
        Text(
            "当期关闭的售后单从发起到关闭的平均时长。",
            "Average time from opening to closing of the cases closed in the period.",
        ),
        Unit.SECONDS,
        ratio("case_seconds", "cases_closed"),
        OWNER,
        Better.LOWER,
    ),
)

CASE_TIMES = (
    Metric(
        "case_handling_p90",
        Text("售后处理时长九成位", "90th percentile of case handling"),
        Text(
            "当期关闭的售后单从发起到关闭的时长从小到大排，最近名次的 90 分位。",
            "Time from opening to closing of the cases closed in the period, the 90th percentile by nearest rank.",
        ),
        Unit.SECONDS,
        percentile("cases", Col("answered_second"), 90, clock="closed"),
        OWNER,
        Better.LOWER,
    ),
)

RATINGS = (
    Metric(
        "ratings",
        Text("评价数", "Ratings"),
        Text("当期的评价数，按评价的公司日。", "Ratings given in the period, by day rated."),
        Unit.COUNT,
        rows("ratings"),
        OWNER,
    ),
    Metric(
        "ratings_satisfied",
        Text("满意评价数", "Satisfied ratings"),
        Text("4 分及以上的评价数。", "Ratings of 4 and above."),
        Unit.COUNT,
        rows("ratings", Col("score") >= 4),
        OWNER,
    ),
    _rate(
        "satisfaction",
        Text("满意度", "Satisfaction"),
        Text(
            "4 分及以上的评价 ÷ 全部评价，须与评价数同看。",
            "Share of ratings of 4 and above, to be read with the number of ratings.",
        ),
        ratio("ratings_satisfied", "ratings"),
        Better.HIGHER,
    ),
)

METRICS = (*DELIVERIES, *COLLECTION, *LATENESS, *HANDOVERS, *CASES, *CASE_TIMES, *RATINGS)
