"""Segments and tags: the sets of members people work with; a member may be in several, and they have a history."""

from __future__ import annotations

from linshu.standard.columns import PUBLIC, declare, id_, lasting, ref, text

__all__ = ["SEGMENTS"]

SEGMENT = declare(
    "segment",
    "people",
    "人群 | Segment",
    "一个有名字的会员人群，如高价值、沉睡。 | A named set of members, such as high-value or dormant.",
    ("segment_id",),
    (
        id_("segment_id", "人群编号 | Segment id", "人群的唯一编号。 | Unique id of the segment."),
        text(
            "name",
            "人群名称 | Segment name",
            "人群叫什么。 | What the segment is called.",
            required=True,
            privacy=PUBLIC,
            example="高价值",
        ),
        text(
            "rule",
            "圈选规则 | Rule",
            "谁属于这个人群，用一句话写。 | Who belongs to it, in one sentence.",
            example="近 90 天实付满 500 元",
        ),
    ),
)

MEMBER_SEGMENT = declare(
    "member_segment",
    "people",
    "会员人群 | Member segment",
    "会员何时属于哪个人群；可同时属于几个。 | Which member belonged to which segment and when; several at once are normal.",
    ("member_id", "segment_id", "valid_from"),
    (
        ref("member_id", "会员 | Member", "人群里的会员。 | The member in it."),
        ref("segment_id", "人群 | Segment", "所属的人群。 | The segment."),
        *lasting("进入时间 | Entered", "离开时间 | Left"),
    ),
    history_of=("member_id", "segment_id"),
)

MEMBER_TAG = declare(
    "member_tag",
    "people",
    "会员标签 | Member tag",
    "会员何时带着哪个标签；可同时带几个。 | Which tag a member carried and when; several at once are normal.",
    ("member_id", "tag", "valid_from"),
    (
        ref("member_id", "会员 | Member", "带标签的会员。 | The member who carries it."),
        text("tag", "标签 | Tag", "标签的文字。 | The tag's words.", privacy=PUBLIC, example="爱吃辣"),
        *lasting("打上时间 | Put on", "摘除时间 | Taken off"),
    ),
    history_of=("member_id", "tag"),
)

SEGMENTS = (SEGMENT, MEMBER_SEGMENT, MEMBER_TAG)
