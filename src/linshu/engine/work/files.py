"""Which files a work order takes: pictures, documents, tables and plain text that are what their name says; pure."""

from __future__ import annotations

from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 20
_PACKED = (b"PK\x03\x04",)
# By ending: how such a file begins; nothing = plain text, which holds no zero byte.
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",), "png": (b"\x89PNG\r\n\x1a\n",), "gif": (b"GIF87a", b"GIF89a"),
    "webp": (b"RIFF",), "pdf": (b"%PDF-",), "xlsx": _PACKED, "docx": _PACKED, "pptx": _PACKED, "zip": _PACKED,
    "xls": (b"\xd0\xcf\x11\xe0",), "doc": (b"\xd0\xcf\x11\xe0",), "csv": (), "txt": (), "md": (), "json": (), "log": (),
}  # fmt: skip


def check(name: str, body: bytes) -> None:
    """Refuses what is empty or too large, of a kind that does not belong to a work order, or not what its name says."""
    if not body or len(body) > MOST_BYTES:
        raise Invalid(
            Text("文件要在 5 MB 以内，且不为空", "a file holds something, and at most 5 MB"),
            mend=Text("大文件请从数据上传导入。", "Bring larger files in by upload."),
        )
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in BEGINNINGS:
        raise Invalid(
            Text(f"工单不收 .{ending} 文件" if ending else "文件名没有后缀", f"a work order takes no .{ending} files"),
            mend=Text(
                "可以是图片、PDF、表格、文档、文本或 zip。", "Pictures, PDF, tables, documents, text and zip are taken."
            ),
        )
    begins = BEGINNINGS[ending]
    if not body.startswith(begins) if begins else b"\0" in body:
        raise Invalid(
            Text(f"内容不是 .{ending} 文件", f"the content is that of no .{ending} file"),
            mend=Text("请用原来的文件，不要改后缀。", "Use the file as it was; do not change its ending."),
        )
