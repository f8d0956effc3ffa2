"""What the columns of a list are called on a terminal; --json keeps the plain names programs read."""

from linshu.kernel.text import Text

HEADINGS: dict[str, Text] = {
    name: Text(zh, en)
    for name, zh, en in (
        ("account", "账号", "Account"), ("address", "地址", "Address"), ("accounts", "账号", "Accounts"), ("after", "改后", "After"),
        ("already_known", "已导入过", "Known"), ("arrived", "补齐", "Arrived"), ("bad", "有问题", "Bad"),
        ("batch", "批次", "Batch"), ("before", "此前", "Before"), ("better", "方向", "Better"),
        ("broken_checks", "未过的检查", "Broken checks"), ("changed", "更新", "Changed"), ("changed_at", "改动时间", "Changed at"), ("column", "列", "Column"), ("cuts", "可拆分", "Cuts"),
        ("counted", "计入", "Counted"), ("definition", "定义", "Definition"), ("did", "处理", "Did"),
        ("dimension", "维度", "Dimension"), ("domain", "领域", "Field"), ("evidence", "依据", "Evidence"),
        ("file", "文件", "File"), ("from", "来自", "From"), ("good", "入库", "Good"), ("grain", "每行", "Grain"),
        ("joined", "合并", "Joined"), ("key", "主键", "Key"), ("landing_id", "批次", "Batch"), ("level", "层次", "Level"),
        ("linked_at", "认定时间", "Linked"), ("merged_at", "合并时间", "Merged"), ("metric", "指标", "Metric"),
        ("name", "名称", "Name"), ("new", "新增", "New"), ("note", "说明", "Note"), ("owner", "负责", "Owner"),
        ("opens", "默认打开", "Opens"), ("page", "页面", "Page"), ("parent", "上级", "Parent"), ("person", "会员", "Person"), ("problem", "问题", "Problem"),
        ("project", "项目", "Project"), ("reason", "原因", "Reason"), ("received_at", "收到时间", "Received"),
        ("repeated", "重复", "Repeated"), ("role", "角色", "Role"), ("row", "行", "Row"), ("rows", "行数", "Rows"),
        ("rows_standing", "现存行数", "Rows standing"), ("rule", "规则", "Rule"), ("scale", "规模", "Scale"),
        ("schema", "库", "Schema"), ("seconds", "秒", "Seconds"), ("seq", "序号", "No."), ("shared", "共享", "Shared"), ("sheet", "工作表", "Sheet"),
        ("source", "来源", "Source"), ("state", "状态", "State"), ("sure", "把握", "Sure"), ("table", "表", "Table"),
        ("table_name", "表", "Table"), ("title", "名称", "Title"), ("unchanged", "不变", "Unchanged"), ("unit", "单位", "Unit"),
        ("version", "版本", "Version"), ("view", "视图", "View"), ("waiting", "等待", "Waiting"), ("what", "内容", "What"),
    )
}  # fmt: skip
