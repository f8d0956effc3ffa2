"""The nightly forecast: gathers, lets another process learn, lands what comes back; for any past evening too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.supply.forecast.horizon import LEAST_DAYS
from linshu.domains.supply.forecast.inputs import gather, sold_days
from linshu.engine.jobs import Job
from linshu.engine.jobs.declare import Heavy
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from linshu.engine.jobs import Run

NAME = "forecast"
TITLE = Text("销量预测", "Demand forecast")


def made_on(run: Run) -> date:
    """The evening meant: the one named or that of the daily chain, else the last one that is over."""
    if run.day:
        return run.day
    today: date = run.need("company").project.settings.company_day.day_of(datetime.now(UTC))
    return today - timedelta(days=1)


def inputs(run: Run) -> Mapping[str, pa.Table] | None:
    """What the learning process is given; None where the history is too short to learn from."""
    company, evening = run.need("company"), made_on(run)
    company.ready()
    known = sold_days(company.figures, evening)
    if known < LEAST_DAYS:
        run.log(
            f"销售历史只有 {known} 天，至少要 {LEAST_DAYS} 天才能预测",
            f"only {known} days of sales are known; a forecast takes at least {LEAST_DAYS}", "warn",
        )  # fmt: skip
        return None
    begins = company.project.settings.company_day.cut_off_minutes // 60
    tables = gather(company.figures, evening, begins)
    if not tables["offered"].num_rows and tables["sold"]["warehouse"].null_count == tables["sold"].num_rows:
        run.log(
            "订单里没有发货仓，不知道给哪个仓预测：导入订单时带上发货仓编号",
            "no order says which warehouse it comes from, so that there is none to forecast for: bring orders with their warehouse", "warn",
        )  # fmt: skip
        return None
    return tables


def take_in(run: Run, tables: Mapping[str, pa.Table]) -> dict[str, Any]:
    """Land the rows as a batch of their own; the same inputs again change nothing."""
    rows, told = tables["demand_forecast"], tables["told"].to_pylist()[0]
    if not told["offers_known"]:
        run.log(
            "没有上架记录，按库存账看哪天有货：没货的日子不当作没人要",
            "no listings are recorded: stock booked tells the days on which there was any, and others are not taken for no demand", "warn",
        )  # fmt: skip
    evening, print_ = rows["made_on"][0].as_py(), rows["inputs_hash"][0].as_py()
    run.need("land")(NAME, {"demand_forecast": rows}, mark=f"forecast-{evening}-{print_}")
    run.need("company").build_models()
    return {"rows": rows.num_rows, "made_on": evening.isoformat()}


JOB = Job(
    NAME,
    TITLE,
    Heavy(inputs, "linshu.domains.supply.forecast.work:reckon", take_in),
    stage="domain",
    needs=("company", "land"),
)
