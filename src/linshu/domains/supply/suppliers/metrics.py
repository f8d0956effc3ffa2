"""How suppliers keep their word: what was ordered, what came in time and in full, what was turned away or complained of.

A promise is judged on the day it was to be kept (clock `expected`), so that what never came counts against it.
"""

from linshu.engine.metrics.declare import Better, Measure, Metric, Unit, percentile, ratio, rows, total
from linshu.engine.metrics.expression import Col, Expression
from linshu.kernel.text import Text

OWNER = "supply"
DAY = 24 * 60 * 60  # seconds


def _metric(
    name: str,
    title: Text,
    definition: Text,
    unit: Unit,
    formula: Measure | Expression,
    better: Better = Better.HIGHER,
) -> Metric:
    return Metric(name, title, definition, unit, formula, OWNER, better)


PURCHASES = (
    _metric(
        "purchase_amount",
        Text("采购额", "Purchases"),
        Text(
            "当期下单的采购行金额（订货数量 × 含税进价）之和，不含草稿和已取消。",
            "Ordered quantity times price with VAT of purchase lines, by day ordered; without drafts and cancelled ones.",
        ),
        Unit.FEN,
        total("purchase_lines", Col("amount_fen")),
        Better.NEITHER,
    ),
    _metric(
        "purchase_units",
        Text("订货件数", "Units ordered"),
        Text(
            "当期下单的采购行订的件数，不含草稿和已取消。",
            "Base units ordered from suppliers, by day ordered; without drafts and cancelled ones.",
        ),
        Unit.QTY,
        total("purchase_lines", Col("ordered_qty")),
        Better.NEITHER,
    ),
    _metric(
        "purchase_lines_due",
        Text("到期采购行", "Purchase lines due"),
        Text(
            "约定在当期到货的采购行数，到没到都算；不含草稿和已取消。",
            "Purchase lines that were to arrive in the period, whether they came or not; without drafts and cancelled ones.",
        ),
        Unit.COUNT,
        rows("purchase_lines", clock="expected"),
        Better.NEITHER,
    ),
    _metric(
        "purchase_lines_on_time",
        Text("准时到货行", "Purchase lines on time"),
        Text(
            "其中准时到货的行：约定了时刻的，晚不过 1 小时；只约定日期的，当天到。",
            "Of these, those that came within an hour of the moment agreed; within the day where only a day was agreed.",
        ),
        Unit.COUNT,
        rows("purchase_lines", Col("is_on_time"), clock="expected"),
    ),
    _metric(
        "purchase_on_time_rate",
        Text("供应商准时率", "Suppliers on time"),
        Text(
            "准时到货行 ÷ 到期采购行；过期没到的算不准时。",
            "Purchase lines on time divided by those due; what never came is not on time.",
        ),
        Unit.RATIO,
        ratio("purchase_lines_on_time", "purchase_lines_due"),
    ),
    _metric(
        "purchase_lines_in_full",
        Text("足量到货行", "Purchase lines in full"),
        Text(
            "到期采购行中，收下的件数（到货 − 拒收）不少于订货件数的行。",
            "Lines due of which at least what was ordered was accepted (received less rejected).",
        ),
        Unit.COUNT,
        rows("purchase_lines", Col("is_in_full"), clock="expected"),
    ),
    _metric(
        "purchase_in_full_rate",
        Text("供应商足量率", "Suppliers in full"),
        Text("足量到货行 ÷ 到期采购行。", "Purchase lines in full divided by those due."),
        Unit.RATIO,
        ratio("purchase_lines_in_full", "purchase_lines_due"),
    ),
    _metric(
        "purchase_lines_kept",
        Text("准时且足量到货行", "Purchase lines on time and in full"),
        Text("到期采购行中，既准时又足量的行。", "Lines due that came both on time and in full."),
        Unit.COUNT,
        rows("purchase_lines", Col("is_on_time") & Col("is_in_full"), clock="expected"),
    ),
    _metric(
        "purchase_kept_rate",
        Text("供应商守约率", "Suppliers on time and in full"),
        Text(
            "准时且足量到货行 ÷ 到期采购行。",
            "Purchase lines on time and in full divided by those due.",
        ),
        Unit.RATIO,
        ratio("purchase_lines_kept", "purchase_lines_due"),
    ),
    _metric(
        "purchase_units_due",
        Text("到期订货件数", "Units due"),
        Text("到期采购行订的件数。", "Base units ordered by the lines due."),
        Unit.QTY,
        total("purchase_lines", Col("ordered_qty"), clock="expected"),
        Better.NEITHER,
    ),
    _metric(
        "purchase_units_filled",
        Text("满足件数", "Units filled"),
        Text(
            "到期采购行收下的件数，每行最多算到订货数：多送的不能补别行的缺。",
            "Units accepted of the lines due, of each line at most what was ordered: a surplus fills no other line.",
        ),
        Unit.QTY,
        total("purchase_lines", Col("filled_qty"), clock="expected"),
    ),
    _metric(
        "purchase_fill_rate",
        Text("到货满足率", "Fill of purchases"),
        Text("满足件数 ÷ 到期订货件数。", "Units filled divided by units due."),
        Unit.RATIO,
        ratio("purchase_units_filled", "purchase_units_due"),
    ),
    _metric(
        "purchase_units_received",
        Text("到货件数", "Units received"),
        Text("当期到货的采购行到的件数，含拒收的。", "Base units that arrived from suppliers, rejected ones included."),
        Unit.QTY,
        total("purchase_lines", Col("received_qty"), clock="received"),
        Better.NEITHER,
    ),
    _metric(
        "purchase_units_rejected",
        Text("拒收件数", "Units rejected"),
        Text("当期到货时验收拒收的件数。", "Base units turned away on arrival."),
        Unit.QTY,
        total("purchase_lines", Col("rejected_qty"), clock="received"),
        Better.LOWER,
    ),
    _metric(
        "purchase_reject_rate",
        Text("拒收率", "Rejected share"),
        Text("拒收件数 ÷ 到货件数。", "Units rejected divided by units received."),
        Unit.RATIO,
        ratio("purchase_units_rejected", "purchase_units_received"),
        Better.LOWER,
    ),
    _metric(
        "purchase_lines_received",
        Text("到货采购行", "Purchase lines received"),
        Text("当期到货的采购行数。", "Purchase lines that arrived in the period."),
        Unit.COUNT,
        rows("purchase_lines", clock="received"),
        Better.NEITHER,
    ),
    _metric(
        "purchase_lead_seconds",
        Text("到货总用时", "Lead time, added up"),
        Text("当期到货的采购行从下单到到货的时长之和。", "Time from ordering to arrival, added over lines received."),
        Unit.SECONDS,
        total("purchase_lines", Col("lead_second"), clock="received"),
        Better.NEITHER,
    ),
    _metric(
        "purchase_lead_days",
        Text("平均到货天数", "Lead time"),
        Text(
            "当期到货的采购行从下单到到货平均几天，一天按 24 小时。",
            "Average days of 24 hours from ordering to arrival, of lines received.",
        ),
        Unit.DAYS,
        Col("purchase_lead_seconds") / (Col("purchase_lines_received") * DAY),
        Better.LOWER,
    ),
    _metric(
        "purchase_lead_p90",
        Text("九成到货用时", "Lead time in seconds, nine in ten"),
        Text(
            "当期到货的采购行中，九成从下单到到货不超过这么多秒。",
            "Nine in ten of the lines received took no more seconds than this from ordering to arrival.",
        ),
        Unit.SECONDS,
        percentile("purchase_lines", Col("lead_second"), 90, clock="received"),
        Better.LOWER,
    ),
    _metric(
        "purchase_lead_p90_days",
        Text("九成到货天数", "Lead time, nine in ten"),
        Text(
            "九成到货用时折成天，一天按 24 小时。",
            "The lead time that nine in ten lines do not exceed, in days of 24 hours.",
        ),
        Unit.DAYS,
        Col("purchase_lead_p90") / DAY,
        Better.LOWER,
    ),
    _metric(
        "supplier_cases",
        Text("供应商责任售后数", "Cases suppliers are liable for"),
        Text(
            "当期发起、判定为供应商责任的售后单数；按商品的常供供应商归属。",
            "After-sale cases for which the supplier was found liable, by day opened; told apart by the SKU's usual supplier.",
        ),
        Unit.COUNT,
        rows("cases", Col("liability").equals("supplier")),
        Better.LOWER,
    ),
    _metric(
        "supplier_case_rate",
        Text("供应商责任售后率", "Cases of suppliers, per thousand"),
        Text(
            "供应商责任售后数 ÷ 当期支付的订单行数，每千行。",
            "Cases suppliers are liable for per thousand order lines paid in the period.",
        ),
        Unit.PER_MILLE,
        Col("supplier_cases") * 1000 / Col("order_lines"),
        Better.LOWER,
    ),
    _metric(
        "supplier_recourse",
        Text("向供应商追回额", "Recovered from suppliers"),
        Text(
            "供应商责任的售后单向供应商追回的金额，按发起的公司日。",
            "Amounts taken back from suppliers for cases they are liable for, by day opened.",
        ),
        Unit.FEN,
        total("cases", Col("recourse_fen"), Col("liability").equals("supplier")),
        Better.NEITHER,
    ),
)
